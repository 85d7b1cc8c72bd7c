// levee/scenario/crisis.cpp — windows of a record as paths from today's prices.
#include "levee/scenario/crisis.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

namespace levee::scenario {
namespace {

constexpr Seconds calm_before = days(30);
// A path has a quarter of the crisis, or is a quarter in it: the month before is another story.
constexpr std::int64_t least_part = 4;

struct Dated {
  const char *name, *about, *from, *to;
};

// Falls of ether from peak to trough within the window, spot market.
constexpr std::array<Dated, 9> dated{{
    {"covid-2020-03", "Everything is sold for dollars; ether falls by 64 %.", "2020-03-08",
     "2020-03-20"},
    {"may-2021", "The bull market breaks, leverage is unwound; ether falls by 60 %.", "2021-05-12",
     "2021-05-26"},
    {"terra-2022-05", "A large stablecoin drains, breaks and takes its token along; ether: 33 %.",
     "2022-05-07", "2022-05-16"},
    {"june-2022", "Lenders and a large fund fail; ether falls by 52 %.", "2022-06-08",
     "2022-06-20"},
    {"ftx-2022-11", "An exchange fails; ether falls by 36 %.", "2022-11-05", "2022-11-15"},
    {"usdc-2023-03", "A bank with a stablecoin's reserves fails (the peg is not replayed); 12 %.",
     "2023-03-09", "2023-03-15"},
    {"curve-2023-07", "A compiler's flaw empties pools; ether falls by 4 %.", "2023-07-29",
     "2023-08-05"},
    {"yen-2024-08", "Carry trades are unwound all over the world; ether falls by 35 %.",
     "2024-08-01", "2024-08-08"},
    {"feb-2026", "A slide of two weeks that ends in a rush; ether falls by 43 %.", "2026-01-26",
     "2026-02-10"},
}};

std::vector<Crisis> listed() {
  std::vector<Crisis> list;
  for (const Dated& one : dated) {
    list.push_back({one.name,
                    one.about,
                    {*moment_from(one.from), *moment_from(one.to, DayEdge::last_second)}});
  }
  return list;
}

// The value last known at a moment, or nothing where the one that was due is missing.
const double* last_value(const market::Series& series, UnixSeconds at) {
  const auto after = std::upper_bound(series.at.begin(), series.at.end(), at);
  if (after == series.at.begin() || !(at < *(after - 1) + series.step)) return nullptr;
  return &series.value[static_cast<std::size_t>(after - 1 - series.at.begin())];
}

Result<Done> check(const ReplayAsk& ask) {
  LEVEE_EXPECT(ask.record.size() == ask.calibration.assets.size() && !ask.dates.empty());
  const auto& [from, to] = ask.crisis.window;
  if (!(from < to) || !(to <= ask.calibration.at)) {
    return fail(
        Reason::out_of_range,
        fmt::format("{}: {} to {} (must begin before it ends, and be over at {}, the "
                    "market's moment)",
                    ask.crisis.name, text_of(from), text_of(to), text_of(ask.calibration.at)));
  }
  for (std::size_t i = 0; i < ask.record.size(); ++i) {
    const market::Series& prices = *ask.record[i].prices;
    if (!prices.empty() && prices.at.front() <= from && to <= prices.at.back() + prices.step) {
      continue;
    }
    return fail(Reason::missing_data,
                fmt::format("{}: {} of {} (do not hold all of {} to {}) give a history that does",
                            ask.crisis.name, prices.empty() ? "no prices" : prices.source,
                            ask.calibration.assets[i].name, text_of(from), text_of(to)));
  }
  return Done{};
}

Result<std::vector<double>> factors_of(const ReplayAsk& ask) {
  std::vector<double> factors(ask.record.size(), 1.0);
  if (ask.scale == Scale::as_it_was) return factors;
  for (std::size_t i = 0; i < factors.size(); ++i) {
    const auto before = market::realised_vol(*ask.record[i].prices, ask.crisis.window.from,
                                             calm_before, market::Stale::refuse);
    if (!before) {
      return fail(before.error().reason,
                  fmt::format("{}: {}", ask.crisis.name, before.error().message));
    }
    if (!(before->vol.value() > 0)) {
      return fail(Reason::no_solution,
                  fmt::format("{}: prices of {} stood still before it (no volatility to scale by)",
                              ask.crisis.name, ask.calibration.assets[i].name));
    }
    factors[i] = ask.calibration.assets[i].forecast.value() / before->vol.value();
  }
  return factors;
}

// Whether all prices are there that a path from `start` is made of, and known today.
bool is_whole(const ReplayAsk& ask, UnixSeconds start) {
  if (ask.calibration.at < start + ask.dates.back()) return false;
  return std::all_of(ask.record.begin(), ask.record.end(), [&](const Recorded& asset) {
    return last_value(*asset.prices, start) &&
           std::all_of(ask.dates.begin(), ask.dates.end(),
                       [&](Seconds date) { return last_value(*asset.prices, start + date); });
  });
}

void find_starts(const ReplayAsk& ask, Replayed& found) {
  const Seconds horizon = ask.dates.back();
  const auto& [from, to] = ask.crisis.window;
  const Seconds least{std::min(horizon, to - from).value() / least_part};
  for (const UnixSeconds at : ask.record.front().prices->at) {
    if (at + horizon < from + least || to - least < at) continue;
    if (is_whole(ask, at)) {
      found.start.push_back(at);
    } else {
      ++found.left_out;
    }
  }
}

void fill(const ReplayAsk& ask, std::size_t i, Replayed& found) {
  const AssetLaw& law = ask.calibration.assets[i];
  const Recorded& record = ask.record[i];
  const Seconds horizon = ask.dates.back();
  const std::size_t paths = found.start.size();
  AssetPaths& asset = found.set.assets[i];
  asset.name = law.name;
  asset.tenor_power = law.moves.tenor_power;
  asset.spot = {ask.dates.size(), paths};
  asset.level.resize(paths);
  auto& recorded = found.vol_recorded.emplace_back(paths);
  for (std::size_t path = 0; path < paths; ++path) {
    const UnixSeconds start = found.start[path];
    const double first = *last_value(*record.prices, start);
    double move = 0;
    for (std::size_t date = 0; date < ask.dates.size(); ++date) {
      move =
          found.factor[i] * std::log(*last_value(*record.prices, start + ask.dates[date]) / first);
      asset.spot.row(date)[path] = law.spot.value() * std::exp(move);
    }
    const double* before = record.iv_index ? last_value(*record.iv_index, start) : nullptr;
    const double* after = before ? last_value(*record.iv_index, start + horizon) : nullptr;
    recorded[path] = after != nullptr;
    asset.level[path] = after ? std::log(*after / *before) : law.moves.beta * move;
  }
}

}  // namespace

std::span<const Crisis> known_crises() {
  static const std::vector<Crisis> list = listed();
  return list;
}

Result<Crisis> crisis_named(std::string_view name) {
  std::string known;
  for (const Crisis& crisis : known_crises()) {
    if (crisis.name == name) return crisis;
    known += (known.empty() ? "" : ", ") + crisis.name;
  }
  return fail(Reason::not_supported,
              fmt::format("crisis \"{}\" (is not known) choose one of: {}", name, known));
}

Result<Replayed> replayed(const ReplayAsk& ask) {
  if (const auto sound = check(ask); !sound) return sound.error();
  auto factors = factors_of(ask);
  if (!factors) return factors.error();
  Replayed found;
  found.factor = *std::move(factors);
  find_starts(ask, found);
  const std::size_t paths = found.start.size(), assets = ask.record.size();
  if (paths == 0) {
    return fail(Reason::missing_data,
                fmt::format("{}: {} has a gap in every path through it (give a history without)",
                            ask.crisis.name, ask.record.front().prices->source));
  }
  ScenarioSet& set = found.set;
  set.kind = "crisis";
  set.measure = Measure::replayed;
  set.source = fmt::format("{}, {} to {}, {}", ask.crisis.name, text_of(ask.crisis.window.from),
                           text_of(ask.crisis.window.to), ask.record.front().prices->source);
  set.calibrated_at = ask.calibration.at;
  set.dates = ask.dates;
  set.assets.resize(assets);
  set.protocol_loss = {ask.protocols, paths};
  set.protocol_at = {ask.protocols, paths};
  for (std::size_t i = 0; i < assets; ++i) fill(ask, i, found);
  return found;
}

}  // namespace levee::scenario

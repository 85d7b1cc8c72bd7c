// levee/risk/walk_forward.cpp — calibrate, draw, weigh; day after day, from the past alone.
#include "levee/risk/walk_forward.h"

#include "levee/amm/exposure.h"
#include "levee/num/philox.h"
#include "levee/scenario/kind.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

namespace levee::risk {
namespace {

constexpr std::size_t fewest_moments = 30;
constexpr std::uint32_t null_stream = 0x57414c4b;
constexpr std::size_t null_runs = 10'000;
constexpr double far_level = 0.99, near_level = 0.975;

// A moment with the price at it and after the horizon.
struct Moment {
  UnixSeconds at;
  double now = 0, then = 0;
};

std::optional<double> price_at(const market::Series& prices, UnixSeconds at) {
  const auto found = std::lower_bound(prices.at.begin(), prices.at.end(), at);
  if (found == prices.at.end() || *found != at) return std::nullopt;
  return prices.value[static_cast<std::size_t>(found - prices.at.begin())];
}

// The part of a series in (from, to]: all that a forecast at `to` may look at.
market::Series part_of(const market::Series& series, UnixSeconds from, UnixSeconds to) {
  const auto begin = std::upper_bound(series.at.begin(), series.at.end(), from);
  const auto end = std::upper_bound(begin, series.at.end(), to);
  const auto first = begin - series.at.begin(), last = end - series.at.begin();
  return {{begin, end},
          {series.value.begin() + first, series.value.begin() + last},
          series.step,
          series.source};
}

market::Snapshot snapshot_at(const WalkAsk& ask, const Moment& moment) {
  const UnixSeconds from = moment.at - ask.history - days(2);
  market::Snapshot snapshot;
  snapshot.at = moment.at;
  snapshot.base = ask.asset;
  snapshot.quote = "USD";
  snapshot.spot = Price{moment.now};
  snapshot.history = part_of(ask.prices, from, moment.at);
  if (ask.iv_index) {
    market::Series index = part_of(*ask.iv_index, from, moment.at);
    if (!index.empty()) snapshot.iv_index = std::move(index);
  }
  snapshot.stale = market::Stale::allow;
  return snapshot;
}

// A position of one dollar around a price of one.
amm::Range unit_range(double width) {
  const amm::Bounds bounds{Price{1 / (1 + width)}, Price{1 + width}};
  return {bounds, *amm::liquidity_of(Usd{1}, Price{1}, bounds)};
}

double loss_at(const amm::Range& range, LossOf of, double ratio) {
  const amm::ImpermanentLoss loss = amm::impermanent_loss(range, Price{1}, Price{ratio});
  return -(of == LossOf::position ? loss.funded : loss.borrowed).value();
}

// The tail of forecast losses.
WalkDay weighed(std::vector<double> losses) {
  const auto count = static_cast<double>(losses.size());
  const auto beyond = [&](double level) {
    return std::max<std::size_t>(1, static_cast<std::size_t>(std::floor((1 - level) * count)));
  };
  const std::size_t near = beyond(near_level), far = beyond(far_level);
  std::partial_sort(losses.begin(), losses.begin() + static_cast<std::ptrdiff_t>(near + 1),
                    losses.end(), std::greater<>());
  WalkDay day;
  day.var975 = losses[near];
  day.var99 = losses[far];
  for (std::size_t i = 0; i < near; ++i) {
    day.shortfall975 += losses[i] / static_cast<double>(near);
    day.beyond.push_back(static_cast<float>(losses[i]));
  }
  return day;
}

constexpr std::array both_losses{LossOf::position, LossOf::hold};

// Forecasts of one moment, [kinds][losses]; a kind that could not be drawn has none.
struct Forecasts {
  std::vector<std::vector<WalkDay>> kinds;
  std::vector<std::optional<Error>> missed;  // [kinds]
};

Forecasts forecasts_at(const WalkAsk& ask, const Moment& moment, const amm::Range& range,
                       const parallel::Team& alone) {
  Forecasts found;
  found.kinds.resize(ask.kinds.size());
  found.missed.resize(ask.kinds.size());
  const market::Snapshot snapshot = snapshot_at(ask, moment);
  const scenario::View view{snapshot};
  const auto calibration =
      scenario::calibrate({&view, 1}, {.horizon = ask.horizon,
                                       .variance_weight_implied = ask.variance_weight_implied,
                                       .history = ask.history,
                                       .realised = ask.realised});
  for (std::size_t k = 0; k < ask.kinds.size(); ++k) {
    if (!calibration) {
      found.missed[k] = calibration.error();
      continue;
    }
    const scenario::Recipe recipe{
        .calibration = *calibration,
        .measure = scenario::Measure::real_world,
        .dates = {ask.horizon},
        .protocols = {},
        .paths = ask.paths,
        .seed = ask.seed + static_cast<std::uint64_t>(moment.at.value() / days(1).value()),
        .block = days(5)};
    const auto set = scenario::generate(ask.kinds[k], recipe, alone);
    if (!set) {
      found.missed[k] = set.error();
      continue;
    }
    for (const LossOf of : both_losses) {
      std::vector<double> losses;
      losses.reserve(ask.paths);
      for (const double spot : set->lead().spot.row(0)) {
        losses.push_back(loss_at(range, of, spot / moment.now));
      }
      WalkDay day = weighed(std::move(losses));
      day.at = moment.at;
      day.loss = loss_at(range, of, moment.then / moment.now);
      found.kinds[k].push_back(std::move(day));
    }
  }
  return found;
}

Verdict not_judged(const Error& why) { return {0, 1, true, why.message}; }

WalkRow judged(const std::string& kind, LossOf of, const std::vector<WalkDay>& days,
               const WalkAsk& ask) {
  WalkRow row{.kind = kind, .of = of, .days = days.size()};
  std::vector<std::uint8_t> hits;
  for (const WalkDay& day : days) {
    hits.push_back(day.loss > day.var99 ? 1 : 0);
    row.beyond99 += hits.back();
    row.beyond975 += day.loss > day.var975 ? 1 : 0;
    row.mean_var99 += day.var99 / static_cast<double>(days.size());
  }
  const Trial trial{kind, ask.significance};
  const auto coverage = kupiec({row.beyond99, row.days, 1 - far_level}, trial);
  const auto alone = independence(hits, trial);
  row.coverage = coverage ? *coverage : not_judged(coverage.error());
  row.alone = alone ? *alone : not_judged(alone.error());
  row.shortfall = shortfall_against(days, trial, ask.seed);
  row.holds = row.coverage.holds && row.alone.holds && row.shortfall.holds;
  return row;
}

}  // namespace

Verdict shortfall_against(std::span<const WalkDay> days, const Trial& trial, std::uint64_t seed) {
  LEVEE_EXPECT(!days.empty());
  const double chance = 1 - near_level, scale = static_cast<double>(days.size()) * chance;
  double seen = 0;
  for (const WalkDay& day : days) {
    if (day.loss > day.var975) seen += day.loss / day.shortfall975;
  }
  const double z2 = 1 - seen / scale;
  const double log_miss = std::log1p(-chance);
  std::size_t at_most = 0;
  for (std::size_t run = 0; run < null_runs; ++run) {
    num::Draws draws(seed, null_stream, run);
    double sum = 0;
    const auto quiet = [&] { return std::floor(std::log(draws.uniform()) / log_miss); };
    for (double at = quiet(); at < static_cast<double>(days.size()); at += 1 + quiet()) {
      const WalkDay& day = days[static_cast<std::size_t>(at)];
      const auto count = static_cast<double>(day.beyond.size());
      const auto drawn = static_cast<std::size_t>(draws.uniform() * count);
      sum += static_cast<double>(day.beyond[std::min(drawn, day.beyond.size() - 1)]) /
             day.shortfall975;
    }
    at_most += 1 - sum / scale <= z2 ? 1 : 0;
  }
  // What was seen is one of the runs: no p is 0.
  const double p = static_cast<double>(1 + at_most) / static_cast<double>(1 + null_runs);
  return {z2, p, p >= trial.significance,
          fmt::format("losses beyond VaR sum to {:.3g} times the forecast", 1 - z2)};
}

Result<WalkReport> walk_forward(const WalkAsk& ask, const parallel::Team& team,
                                Progress& progress) {
  if (ask.horizon < days(1) || ask.horizon.value() % days(1).value() != 0) {
    return fail(Reason::out_of_range,
                fmt::format("a horizon of {:.3g} days (forecasts go by whole days) give a whole "
                            "number",
                            in_days(ask.horizon)));
  }
  LEVEE_EXPECT(ask.paths >= 100);
  WalkReport report;
  std::vector<Moment> moments;
  for (UnixSeconds at = ask.from; !(ask.to < at + ask.horizon); at = at + ask.horizon) {
    const auto now = price_at(ask.prices, at), then = price_at(ask.prices, at + ask.horizon);
    ++report.moments;
    if (now && then) {
      moments.push_back({at, *now, *then});
    } else {
      ++report.gaps;
    }
  }
  if (moments.size() < fewest_moments) {
    return fail(Reason::missing_data,
                fmt::format("{} forecasts of {:.3g} days with prices at both ends (a test needs "
                            "{}) give a longer history",
                            moments.size(), in_days(ask.horizon), fewest_moments));
  }
  const amm::Range range = unit_range(ask.width);
  std::vector<Forecasts> all(moments.size());
  progress.enter(fmt::format("{} {:.3g} days", ask.asset, in_days(ask.horizon)));
  team.for_blocks(
      moments.size(),
      [&](std::size_t begin, std::size_t end) {
        const parallel::Team alone(1);  // this thread's own
        for (std::size_t i = begin; i < end; ++i) {
          all[i] = forecasts_at(ask, moments[i], range, alone);
        }
      },
      1);
  for (std::size_t loss = 0; loss < both_losses.size(); ++loss) {
    for (std::size_t k = 0; k < ask.kinds.size(); ++k) {
      std::vector<WalkDay> days;
      WalkMiss miss{ask.kinds[k], 0, {}};
      for (Forecasts& one : all) {
        if (one.missed[k]) {
          if (miss.moments++ == 0) miss.why = *one.missed[k];
        } else {
          days.push_back(std::move(one.kinds[k][loss]));
        }
      }
      if (miss.moments > 0 && loss == 0) report.misses.push_back(std::move(miss));
      if (days.size() >= fewest_moments) {
        report.rows.push_back(judged(ask.kinds[k], both_losses[loss], days, ask));
      }
    }
  }
  return report;
}

}  // namespace levee::risk

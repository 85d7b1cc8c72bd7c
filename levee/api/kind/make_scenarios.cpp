// levee/api/kind/make_scenarios.cpp — joint futures of a market: told, and written path by path.
#include "levee/api/beside_ask.h"
#include "levee/api/scenario_rows.h"
#include "levee/api/scenarios_told.h"
#include "levee/api/verb.h"
#include "levee/base/json.h"
#include "levee/report/sentences.h"
#include "levee/report/sheet.h"
#include "levee/report/words.h"
#include "levee/risk/loss.h"
#include "levee/scenario/kind.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>
#include <fmt/format.h>

namespace levee::api::kind {
namespace {

struct Ask {
  MarketFlags market;
  BesideFlags beside;
  std::string base;
  std::string quote = "USDC";
  std::optional<std::string> scenarios;
  std::string measure = "real_world";
  double paths = 20'000;
  std::optional<double> horizon_days, seed;
  std::string out;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    MarketFlags::fields(self.market, visit);
    BesideFlags::fields(self.beside, visit);
    visit("base", self.base, "base asset, where neither book nor market.toml names it");
    visit("quote", self.quote, "dollar token, where neither does");
    visit("scenarios", self.scenarios, "kind of scenarios (the policy's: jump)");
    visit("measure", self.measure, "whose variance: real_world or market_implied");
    visit("paths", self.paths, "how many, 100 to 10 million");
    visit("horizon_days", self.horizon_days, "days ahead (the policy's: 30)");
    visit("seed", self.seed, "of every random number (the policy's: 1)");
    visit("out", self.out, "write every path to this file, CSV");
  }
};

Result<Done> check(const Ask& ask) {
  if (!(ask.paths >= 100 && ask.paths <= 1e7)) {
    return fail(Reason::out_of_range, "paths (must lie in [100, 10 million])");
  }
  if (ask.seed && !(*ask.seed >= 0 && *ask.seed <= 1e15)) {
    return fail(Reason::out_of_range, "seed (must lie in [0, 1e15])");
  }
  if (ask.horizon_days && !(*ask.horizon_days > 0 && *ask.horizon_days <= 3650)) {
    return fail(Reason::out_of_range, "horizon_days (must lie in (0, 3650])");
  }
  if (ask.measure != "real_world" && ask.measure != "market_implied") {
    return fail(Reason::bad_input, fmt::format("measure \"{}\" (must be real_world or "
                                               "market_implied)",
                                               ask.measure));
  }
  return Done{};
}

// The market, and the book's policy or, without a book, the presets.
struct Place {
  market::Snapshot snapshot;
  hedge::Policy policy;
};

Result<Place> place_of(const Ask& ask) {
  if (!ask.market.book.empty()) {
    auto standing = standing_from(ask.market);
    if (!standing) return standing.error();
    return Place{std::move(standing->snapshot), standing->policy};
  }
  if (ask.market.market.empty() && ask.base.empty()) {
    return fail(Reason::missing_data, "no base asset (give --base ETH, a book or a market folder)");
  }
  auto snapshot = market_from(ask.market, {ask.base, ask.quote});
  if (!snapshot) return snapshot.error();
  return Place{*std::move(snapshot), {}};
}

Seconds span_of(double length_days) {
  return Seconds{static_cast<std::int64_t>(std::llround(length_days * 86400))};
}

std::vector<double> sorted(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values;
}

SpreadTold spread_of(const std::vector<double>& values) {
  const std::vector<double> in_order = sorted(values);
  const auto at = [&](double share) {
    const double place = share * static_cast<double>(in_order.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, in_order.size() - 1);
    return std::lerp(in_order[below], in_order[above], place - static_cast<double>(below));
  };
  const double mean = num::mean_of(values).value;
  return {mean, at(0.01), at(0.05), at(0.25), at(0.5), at(0.75), at(0.95), at(0.99)};
}

double correlation_of(const std::vector<double>& a, const std::vector<double>& b) {
  const double mean_a = num::mean_of(a).value, mean_b = num::mean_of(b).value;
  double aa = 0, ab = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
    ab += (a[i] - mean_a) * (b[i] - mean_b);
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

// What of every path is kept to be told: one number of each kind.
struct Kept {
  std::vector<std::vector<double>> move, level;  // [assets][paths]
  std::array<std::vector<double>, 4> around;
  std::vector<double> peg;                // least on the way
  std::vector<double> peg_then;           // at the horizon
  std::vector<std::vector<double>> lost;  // [protocols][paths]
};

void keep(const std::vector<double>& from, std::vector<double>& into) {
  into.insert(into.end(), from.begin(), from.end());
}

void keep_part(const PathSource& source, const scenario::ScenarioSet& set, Kept& kept) {
  const std::size_t last = set.dates.size() - 1;
  for (std::size_t a = 0; a < set.assets.size(); ++a) {
    const double spot = source.calibration.assets[a].spot.value();
    for (const double then : set.assets[a].spot.row(last)) {
      kept.move[a].push_back(std::log(then / spot));
    }
    keep(set.assets[a].level, kept.level[a]);
  }
  keep(set.funding, kept.around[0]);
  keep(set.volume, kept.around[1]);
  keep(set.depth, kept.around[2]);
  keep(set.gas, kept.around[3]);
  for (std::size_t path = 0; set.peg.rows() > 0 && path < set.paths(); ++path) {
    double least = 1;
    for (std::size_t date = 0; date <= last; ++date) {
      least = std::min(least, set.peg.row(date)[path]);
    }
    kept.peg.push_back(least);
    kept.peg_then.push_back(set.peg.row(last)[path]);
  }
  for (std::size_t p = 0; p < kept.lost.size(); ++p) {
    const auto row = set.protocol_loss.row(p);
    kept.lost[p].insert(kept.lost[p].end(), row.begin(), row.end());
  }
}

Kept drawn(const PathSource& source, const parallel::Team& team, scenario::ScenarioSet& set) {
  Kept kept;
  kept.move.resize(source.calibration.assets.size());
  kept.level.resize(source.calibration.assets.size());
  kept.lost.resize(source.protocols.size());
  for (std::size_t first = 0; first < source.paths; first += paths_at_once) {
    source.generator->draw(first, std::min(paths_at_once, source.paths - first), team, set);
    keep_part(source, set, kept);
  }
  return kept;
}

AssetTold asset_told(const PathSource& source, const Kept& kept, std::size_t i) {
  const scenario::AssetLaw& law = source.calibration.assets[i];
  AssetTold told;
  told.asset = law.name;
  told.spot_usd = law.spot.value();
  told.implied_vol = law.implied.value();
  told.forecast_vol = law.forecast.value();
  if (law.realised) {
    told.realised_vol = law.realised->vol.value();
    told.realised_vol_se = law.realised->standard_error.value();
  }
  told.jumps_per_year = law.jumps.intensity.value();
  told.jump_mean = law.jumps.mean.value();
  told.jump_deviation = law.jumps.deviation;
  told.jumps_source = law.jumps_source;
  told.vol_beta = law.moves.beta;
  told.moves_source = law.moves_source;
  std::vector<double> spot, vol;
  for (const double move : kept.move[i]) spot.push_back(law.spot.value() * std::exp(move));
  for (const double level : kept.level[i]) vol.push_back(std::exp(level));
  told.spot = spread_of(spot);
  told.mean_se = num::mean_of(spot).standard_error;
  told.vol_factor = spread_of(vol);
  const num::Estimate mean = num::mean_of(kept.move[i]);
  told.drawn_vol = mean.standard_error * std::sqrt(static_cast<double>(mean.paths)) /
                   std::sqrt(years(source.calibration.horizon).value());
  told.correlation_with_lead = i == 0 ? 1 : correlation_of(kept.move[0], kept.move[i]);
  told.correlation_with_vol = correlation_of(kept.move[i], kept.level[i]);
  return told;
}

FailureTold failure_told(std::string name, const std::vector<double>& lost, std::string source,
                         const std::vector<double>& loss) {
  FailureTold told{.name = std::move(name), .source = std::move(source)};
  double count = 0, sum = 0;
  for (std::size_t i = 0; i < lost.size(); ++i) {
    if (!(lost[i] > 0)) continue;
    ++count;
    sum += loss[i];
  }
  const auto paths = static_cast<double>(lost.size());
  told.frequency = count / paths;
  told.frequency_se = std::sqrt(told.frequency * (1 - told.frequency) / paths);
  told.mean_loss = count > 0 ? sum / count : 0;
  return told;
}

void tell_around(const PathSource& source, const Kept& kept, ScenariosTold& answer) {
  const scenario::Surroundings& around = source.calibration.around;
  const std::array<const std::optional<scenario::Linked>*, 4> linked{
      &around.funding, &around.volume, &around.depth, &around.gas};
  constexpr std::array<const char*, 4> names{"funding", "volume", "depth", "gas"};
  for (std::size_t i = 0; i < 4; ++i) {
    if (kept.around[i].empty()) continue;
    answer.around.push_back(
        {names.at(i), linked.at(i)->value().source, spread_of(kept.around.at(i))});
  }
  for (std::size_t p = 0; p < source.protocols.size(); ++p) {
    answer.failures.push_back(failure_told(source.protocols[p].protocol, kept.lost[p],
                                           source.protocols[p].source, kept.lost[p]));
  }
  if (!around.peg) return;
  std::vector<double> fell, off;
  for (const double peg : kept.peg) fell.push_back(1 - peg);
  for (const double peg : kept.peg_then) off.push_back(1 - peg);
  answer.failures.push_back(failure_told(around.peg->token, fell, around.peg->source, off));
}

report::Table spread_table(const ScenariosTold& answer) {
  report::Table table{fmt::format("After {} days", report::number(answer.horizon_days, 4)),
                      {{"", report::Kind::name},
                       {"Mean"},
                       {"1 %"},
                       {"5 %"},
                       {"25 %"},
                       {"50 %"},
                       {"75 %"},
                       {"95 %"},
                       {"99 %"}},
                      {},
                      ""};
  const auto add = [&](std::string name, const SpreadTold& told) {
    report::Row row{{std::move(name)}, report::RowKind::entry};
    for (const double x :
         {told.mean, told.p1, told.p5, told.p25, told.p50, told.p75, told.p95, told.p99}) {
      row.cells.push_back(report::number(x, 4));
    }
    table.rows.push_back(std::move(row));
  };
  for (const AssetTold& one : answer.assets) {
    add(one.asset + ", USD", one.spot);
    add(one.asset + " vol, x now's", one.vol_factor);
  }
  for (const AroundTold& one : answer.around) {
    add(one.name + (one.name == "funding" ? " a year" : ", x now's"), one.spread);
  }
  return table;
}

std::vector<std::string> law_lines(const ScenariosTold& answer) {
  std::vector<std::string> lines;
  for (const AssetTold& one : answer.assets) {
    const std::string realised =
        one.realised_vol
            ? fmt::format(", realised {}", report::percent(report::Uncertain{
                                               *one.realised_vol, one.realised_vol_se.value_or(0)}))
            : "";
    lines.push_back(fmt::format(
        "{}: forecast {} (implied {}{}); drawn {}. Jumps: {}. Volatility: beta {}, {}.", one.asset,
        report::percent(one.forecast_vol), report::percent(one.implied_vol), realised,
        report::percent(one.drawn_vol), one.jumps_source.empty() ? "none" : one.jumps_source,
        report::number(one.vol_beta, 3), one.moves_source));
    lines.push_back(
        fmt::format("{}: mean {} ± {} against {} now; correlation with its volatility {}{}.",
                    one.asset, report::number(one.spot.mean, 6), report::number(one.mean_se, 2),
                    report::number(one.spot_usd, 6), report::grouped(one.correlation_with_vol, 2),
                    &one == &answer.assets.front()
                        ? ""
                        : fmt::format(", with {} {}", answer.assets.front().asset,
                                      report::grouped(one.correlation_with_lead, 2))));
  }
  for (const FailureTold& one : answer.failures) {
    lines.push_back(fmt::format("{}: fails or breaks on {} of paths, mean loss then {} ({}).",
                                one.name,
                                report::percent(report::Uncertain{one.frequency, one.frequency_se}),
                                report::percent(one.mean_loss), one.source));
  }
  return lines;
}

std::string text_of(const ScenariosTold& answer, const Wish& wish) {
  report::Sheet sheet(wish.colour ? report::Colour::on : report::Colour::off);
  sheet.paragraph(fmt::format("{} paths of {} scenarios, {} measure, {} days from {}; seed {}.",
                              report::grouped(answer.paths, 0), answer.kind, answer.measure,
                              report::number(answer.horizon_days, 4), answer.at,
                              report::number(answer.seed, 15)),
                  report::Ink::bold);
  if (answer.model_made) sheet.paragraph(report::model_made_notice, report::Ink::notice);
  sheet.table(spread_table(answer));
  sheet.heading("Drawn from");
  for (const std::string& line : law_lines(answer)) sheet.point(line);
  if (!answer.unknown.empty()) sheet.heading("Not known");
  for (const std::string& line : answer.unknown) sheet.point(line);
  sheet.paragraph(fmt::format("Calibrated on nothing after {}; worked out from {}",
                              answer.calibrated_at, answer.source),
                  report::Ink::dim);
  return sheet.text();
}

Result<std::shared_ptr<const PathSource>> source_of(const Ask& ask, const Place& place,
                                                    const BesideMarkets& beside,
                                                    const option::Surface& surface) {
  const hedge::Policy& policy = place.policy;
  const std::string kind = ask.scenarios.value_or(policy.scenarios);
  std::vector<scenario::View> views{{place.snapshot, &surface}};
  for (std::size_t i = 0; i < beside.snapshots.size(); ++i) {
    views.push_back({beside.snapshots[i], beside.surfaces[i] ? &*beside.surfaces[i] : nullptr});
  }
  auto calibration = scenario::calibrate(
      views, {.horizon = span_of(ask.horizon_days.value_or(policy.horizon_days)),
              .variance_weight_implied = policy.variance_weight_implied,
              .history = span_of(policy.history_days),
              .realised = span_of(policy.realised_days),
              .iv_beta_assumed = policy.iv_beta_assumed,
              .iv_residual_assumed = policy.iv_residual_assumed,
              .iv_tenor_power = policy.iv_tenor_power,
              .model = kind == "bates" ? "bates" : ""});
  if (!calibration) return calibration.error();
  auto source = std::make_shared<PathSource>();
  source->calibration = *std::move(calibration);
  source->protocols = place.snapshot.protocols;
  source->paths = static_cast<std::size_t>(ask.paths);
  auto generator = scenario::Generator::of(
      kind, {.calibration = source->calibration,
             .measure = ask.measure == "real_world" ? scenario::Measure::real_world
                                                    : scenario::Measure::market_implied,
             .dates = risk::dates_for({}, place.snapshot.at, source->calibration.horizon),
             .protocols = source->protocols,
             .paths = source->paths,
             .seed = static_cast<std::uint64_t>(ask.seed.value_or(policy.seed)),
             .block = span_of(policy.block_days)});
  if (!generator) return generator.error();
  source->generator = *std::move(generator);
  return std::shared_ptr<const PathSource>(std::move(source));
}

ScenariosTold answer_of(const PathSource& source, const Place& place, const BesideMarkets& beside,
                        const parallel::Team& team) {
  scenario::ScenarioSet set;
  const Kept kept = drawn(source, team, set);
  const scenario::Calibration& calibration = source.calibration;
  ScenariosTold answer{.kind = set.kind,
                       .measure = std::string(name_of(set.measure)),
                       .at = levee::text_of(place.snapshot.at),
                       .calibrated_at = levee::text_of(calibration.at),
                       .source = place.snapshot.source,
                       .model_made = place.snapshot.model_made,
                       .horizon_days = in_days(calibration.horizon),
                       .paths = static_cast<double>(source.paths),
                       .seed = static_cast<double>(set.seed),
                       .dates = static_cast<double>(set.dates.size()),
                       .assets = {},
                       .around = {},
                       .failures = {},
                       .unknown = {},
                       .explain = calibration.explain};
  for (const market::Snapshot& other : beside.snapshots) {
    answer.source += "; " + other.base + ": " + other.source;
    answer.model_made = answer.model_made || other.model_made;
  }
  for (std::size_t i = 0; i < calibration.assets.size(); ++i) {
    answer.assets.push_back(asset_told(source, kept, i));
  }
  tell_around(source, kept, answer);
  for (const Error& error : calibration.unknown) answer.unknown.push_back(error.message);
  return answer;
}

Result<Reply> run(std::span<const Given> given, const Wish& wish, Progress& progress) {
  const auto ask = ask_from<Ask>(given);
  if (!ask) return ask.error();
  if (const auto fine = check(*ask); !fine) return fine.error();
  progress.enter("reading");
  const auto place = place_of(*ask);
  if (!place) return place.error();
  const auto stale = ask->market.stale_ok ? market::Stale::allow : market::Stale::refuse;
  const auto beside = beside_from(ask->beside, stale, place->snapshot);
  if (!beside) return beside.error();
  const auto surface = market::surface_of(place->snapshot);
  if (!surface) return surface.error();
  progress.enter("calibration");
  const auto source = source_of(*ask, *place, *beside, *surface);
  if (!source) return source.error();
  progress.enter("drawing");
  const ScenariosTold answer = answer_of(**source, *place, *beside, parallel::Team(wish.threads));
  Reply reply{.json = json_of(answer), .text = text_of(answer, wish), .files = {}};
  // Paths are drawn again as they are written: each is a function of seed and number alone.
  if (!ask->out.empty()) {
    reply.files.push_back({ask->out, "", std::make_shared<ScenarioRows>(*source, wish.threads)});
  }
  return reply;
}

}  // namespace

Entry make_scenarios() {
  return {
      .name = "make-scenarios",
      .about = "Draw joint futures of prices, volatility and what moves with them, and write them.",
      .fields = fields_of<Ask>,
      .run = run,
      .assumes =
          "Scenarios are a model's, not forecasts: zero drift in the real-world measure, and "
          "volatility, jumps and dependence as calibrated on what was known at the market's "
          "moment."};
}

}  // namespace levee::api::kind

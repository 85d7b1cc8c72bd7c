// levee/api/kind/measure_tail.cpp — how much a book can lose, how sure that is, and through what.
#include "levee/api/beside_ask.h"
#include "levee/api/market_ask.h"
#include "levee/api/verb.h"
#include "levee/base/json.h"
#include "levee/book/position.h"
#include "levee/hedge/candidate.h"
#include "levee/report/tail_page.h"
#include "levee/scenario/kind.h"
#include "levee/scenario/sampling.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::api::kind {
namespace {

constexpr int fewest_paths = 1000;

struct Ask {
  MarketFlags market;
  std::optional<std::string> scenarios, measure;
  std::string sampling = "random";
  std::optional<double> paths, seed, horizon_days, ruin_share;
  BesideFlags beside;
  std::string report;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    MarketFlags::fields(self.market, visit);
    BesideFlags::fields(self.beside, visit);
    visit(
        "scenarios", self.scenarios,
        "kind of scenarios: bates, bootstrap, diffusion, filtered, jump or regime (the policy's)");
    visit("measure", self.measure, "real_world or market_implied (real_world); both are shown");
    visit("paths", self.paths, "scenarios, 1000 to 10 million (the policy's paths_score)");
    visit("sampling", self.sampling,
          "how paths are placed: random; for jump and diffusion also sobol (evenly spread), "
          "importance (more crashes, weighted back) or sobol_importance (both)");
    visit("seed", self.seed, "seed of every random number");
    visit("horizon_days", self.horizon_days, "days ahead at which losses are counted");
    visit("ruin_share", self.ruin_share,
          "of what the book is worth today, whose loss counts as ruin, in (0, 1]; 1");
    visit("report", self.report, "write the tail as a self-contained web page to this file");
  }
};

// Where the numbers of one asset's law are from.
struct LawTold {
  std::string asset;
  double spot_usd = 0, implied_vol = 0, forecast_vol = 0;
  std::optional<double> realised_vol;
  std::string jumps, surface_moves;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("asset", self.asset, "name");
    visit("spot_usd", self.spot_usd, "its index");
    visit("implied_vol", self.implied_vol, "smile-integrated, at the horizon");
    visit("forecast_vol", self.forecast_vol, "real-world");
    visit("realised_vol", self.realised_vol, "measured");
    visit("jumps", self.jumps, "what its jumps are from");
    visit("surface_moves", self.surface_moves, "what the moves of its surface are from");
  }
};

struct UnknownTold {
  std::string reason, why;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("reason", self.reason, "kind of reason");
    visit("why", self.why, "what is not known, why, and what would help");
  }
};

struct Answer {
  std::string at, source, base, quote;
  bool model_made = false;
  double horizon_days = 0, seed = 0;
  risk::TailTold tail;
  std::string calibrated_at;
  std::vector<LawTold> laws;
  std::vector<std::string> assumptions;
  std::vector<UnknownTold> unknown;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("at", self.at, "moment of the snapshot, UTC");
    visit("source", self.source, "files it was read from");
    visit("base", self.base, "asset the book is about");
    visit("quote", self.quote, "its dollar token");
    visit("model_made", self.model_made, "true: made by a model, not observed");
    visit("horizon_days", self.horizon_days, "days ahead");
    visit("seed", self.seed, "of every random number");
    visit("tail", self.tail, "losses, far tail, drawdown, parts");
    visit("calibrated_at", self.calibrated_at, "nothing later was used");
    visit("laws", self.laws, "what scenarios were drawn from");
    visit("assumptions", self.assumptions, "what was taken for granted");
    visit("unknown", self.unknown, "what is not known, and why");
  }
};

Seconds span_of(double length_days) {
  return Seconds{static_cast<std::int64_t>(std::llround(length_days * 86400))};
}

// What is given on the command line replaces the book's policy.
Result<Done> apply(const Ask& ask, hedge::Policy& policy) {
  policy.scenarios = ask.scenarios.value_or(policy.scenarios);
  policy.paths_score = ask.paths.value_or(policy.paths_score);
  policy.seed = ask.seed.value_or(policy.seed);
  policy.horizon_days = ask.horizon_days.value_or(policy.horizon_days);
  if (!(policy.paths_score >= fewest_paths && policy.paths_score <= 1e7)) {
    return fail(Reason::out_of_range,
                fmt::format("paths = {} (must lie in [1000, 10 million])", policy.paths_score));
  }
  if (const double share = ask.ruin_share.value_or(1); !(share > 0 && share <= 1)) {
    return fail(Reason::out_of_range, fmt::format("ruin_share = {} (must lie in (0, 1])", share));
  }
  hedge::Policy rest = policy;
  rest.scenarios = hedge::Policy{}.scenarios;  // the shelf has more kinds than a plan chooses on
  return hedge::check(rest);
}

Result<scenario::Measure> measure_of(const Ask& ask) {
  const std::string named = ask.measure.value_or("real_world");
  for (const auto measure : {scenario::Measure::real_world, scenario::Measure::market_implied}) {
    if (named == scenario::name_of(measure)) return measure;
  }
  return fail(Reason::bad_input,
              fmt::format("measure = \"{}\" (must be real_world or market_implied)", named));
}

Result<scenario::Calibration> calibrated(const Standing& standing, const option::Surface& surface,
                                         const BesideMarkets& markets) {
  const hedge::Policy& policy = standing.policy;
  std::vector<scenario::View> views{{standing.snapshot, &surface}};
  for (std::size_t i = 0; i < markets.snapshots.size(); ++i) {
    const auto& own = markets.surfaces[i];
    views.push_back({markets.snapshots[i], own ? &*own : nullptr});
  }
  return scenario::calibrate(views, {.horizon = span_of(policy.horizon_days),
                                     .variance_weight_implied = policy.variance_weight_implied,
                                     .history = span_of(policy.history_days),
                                     .realised = span_of(policy.realised_days),
                                     .iv_beta_assumed = policy.iv_beta_assumed,
                                     .iv_residual_assumed = policy.iv_residual_assumed,
                                     .iv_tenor_power = policy.iv_tenor_power,
                                     .model = "bates"});
}

std::vector<std::string> assumptions_of(const Standing& standing,
                                        const scenario::Calibration& calibration, bool funded) {
  const auto& [snapshot, book, policy] = standing;
  std::vector<std::string> list;
  if (snapshot.model_made) list.emplace_back("The market shown is made by a model, not observed.");
  list.push_back(fmt::format(
      "Zero drift. Real-world variance: {:.3g} % implied, {:.3g} % realised; jumps from {}; "
      "volatility moves from {}. Calibrated on nothing after {}.",
      100 * policy.variance_weight_implied, 100 - 100 * policy.variance_weight_implied,
      calibration.lead().jumps_source, calibration.lead().moves_source, text_of(calibration.at)));
  list.emplace_back(
      "Nothing is traded to the horizon. Margins and pledges are looked at on the scenarios' dates "
      "only: a liquidation between two of them is missed, and one found is found late.");
  list.emplace_back(
      "Short options are not margined here: their margin calls are not modelled, nor are "
      "profitable perps that a venue closes by force.");
  if (!calibration.around.peg) {
    list.push_back(fmt::format("{} is worth one dollar: no depeg was given.", snapshot.quote));
  }
  if (!calibration.around.volume) {
    list.emplace_back(
        "The pool's volume over its depth stays as it is: no history of it is known.");
  }
  if (!calibration.around.funding) {
    list.emplace_back(funded ? "Funding stays at its mean of the last 30 days."
                             : "Funding is taken as 0: none is known.");
  }
  list.push_back(market::failure_sentence(snapshot));
  list.emplace_back(
      "For drawdowns, surfaces before the horizon have moved by the time's share of their whole "
      "move.");
  return list;
}

// Everything that is known before a path is drawn.
struct Ground {
  Ask ask;
  scenario::Measure measure = scenario::Measure::real_world;
  scenario::Sampling sampling;
  Standing standing;
  BesideMarkets markets;
  std::vector<risk::Beside> beside;  // of markets
  option::Surface surface;
  scenario::Calibration calibration;
  book::PositionAnswer position;
};

// A Result's value to where it is kept.
template <class T>
Result<Done> keep(Result<T> found, T& kept) {
  if (!found) return found.error();
  kept = *std::move(found);
  return Done{};
}

Result<Done> read_ask(std::span<const Given> given, Ground& ground) {
  if (const auto done = keep(ask_from<Ask>(given), ground.ask); !done) return done;
  if (const auto done = keep(measure_of(ground.ask), ground.measure); !done) return done;
  return keep(scenario::sampling_named(ground.ask.sampling), ground.sampling);
}

Result<Done> read_market(Ground& ground) {
  const MarketFlags& flags = ground.ask.market;
  if (const auto done = keep(standing_from(flags), ground.standing); !done) return done;
  if (const auto done = apply(ground.ask, ground.standing.policy); !done) return done;
  const auto stale = flags.stale_ok ? market::Stale::allow : market::Stale::refuse;
  const market::Snapshot& snapshot = ground.standing.snapshot;
  if (const auto done = keep(beside_from(ground.ask.beside, stale, snapshot), ground.markets);
      !done) {
    return done;
  }
  if (const auto done = keep(priced_beside(ground.markets), ground.beside); !done) return done;
  return keep(market::surface_of(snapshot), ground.surface);
}

Result<Done> prepare(std::span<const Given> given, Ground& ground, Progress& progress) {
  if (const auto done = read_ask(given, ground); !done) return done;
  progress.enter("reading");
  if (const auto done = read_market(ground); !done) return done;
  progress.enter("calibration");
  const auto& [snapshot, book, policy] = ground.standing;
  if (const auto done =
          keep(calibrated(ground.standing, ground.surface, ground.markets), ground.calibration);
      !done) {
    return done;
  }
  return keep(book::value_positions(book, snapshot, ground.surface,
                                    {span_of(policy.horizon_days), span_of(policy.realised_days)}),
              ground.position);
}

Answer answer_of(const Ground& ground, risk::TailTold tail) {
  const Standing& standing = ground.standing;
  const scenario::Calibration& calibration = ground.calibration;
  const book::PositionAnswer& position = ground.position;
  const market::Snapshot& snapshot = standing.snapshot;
  Answer answer{.at = text_of(snapshot.at),
                .source = snapshot.source,
                .base = snapshot.base,
                .quote = snapshot.quote,
                .model_made = snapshot.model_made,
                .horizon_days = standing.policy.horizon_days,
                .seed = standing.policy.seed,
                .tail = std::move(tail),
                .calibrated_at = text_of(calibration.at),
                .laws = {},
                .assumptions = {},
                .unknown = {}};
  for (const scenario::AssetLaw& law : calibration.assets) {
    answer.laws.push_back({law.name, law.spot.value(), law.implied.value(), law.forecast.value(),
                           law.realised ? std::optional(law.realised->vol.value()) : std::nullopt,
                           law.jumps_source, law.moves_source});
  }
  answer.assumptions =
      assumptions_of(standing, calibration, hedge::expected_funding(snapshot).has_value());
  const auto fees_unknown = std::ranges::count(position.fees_usd_per_day, std::optional<double>{});
  if (fees_unknown > 0) {
    answer.assumptions.push_back(
        fmt::format("Fees of {} of {} positions are not known and not counted.", fees_unknown,
                    position.fees_usd_per_day.size()));
  }
  for (const auto* errors : {&calibration.unknown, &position.unknown}) {
    for (const Error& error : *errors) {
      answer.unknown.push_back({std::string(name_of(error.reason)), error.message});
    }
  }
  return answer;
}

Reply reply_of(const Answer& answer, double spot_usd, const std::string& report, const Wish& wish) {
  const report::TailSetting setting{.base = answer.base,
                                    .at = answer.at,
                                    .source = answer.source,
                                    .spot_usd = spot_usd,
                                    .horizon_days = answer.horizon_days,
                                    .model_made = answer.model_made,
                                    .assumptions = answer.assumptions};
  Reply reply{.json = json_of(answer),
              .text = report::tail_text(answer.tail, setting,
                                        wish.colour ? report::Colour::on : report::Colour::off),
              .files = {}};
  if (!report.empty()) reply.files.push_back({report, report::tail_page(answer.tail, setting)});
  return reply;
}

Result<Reply> run(std::span<const Given> given, const Wish& wish, Progress& progress) {
  Ground ground;
  // A file may be missing on one machine of many.
  const auto ready = wish.ranks.agreed(prepare(given, ground, progress));
  if (!ready) return ready.error();
  const auto& [snapshot, book, policy] = ground.standing;
  if (wish.ranks.size() > std::size_t{fewest_paths}) {
    return fail(Reason::out_of_range,
                fmt::format("{} processes (each needs a path, and {} may be all there are) start "
                            "fewer",
                            wish.ranks.size(), fewest_paths));
  }
  std::vector<book::Instrument> instruments;
  for (const book::Lot& lot : book.lots) instruments.push_back(lot.instrument);
  const scenario::Recipe recipe{
      .calibration = ground.calibration,
      .measure = ground.measure,
      .dates = risk::dates_for(instruments, snapshot.at, ground.calibration.horizon),
      .protocols = snapshot.protocols,
      .paths = static_cast<std::size_t>(policy.paths_score),
      .seed = static_cast<std::uint64_t>(policy.seed),
      .block = span_of(policy.block_days),
      .sampling = ground.sampling};
  const Rate funding = hedge::expected_funding(snapshot).value_or(Rate{0});
  auto told = risk::tail_told({.book = book,
                               .fees = ground.position.fees_usd_per_day,
                               .pricing = {snapshot, ground.surface, funding, ground.beside},
                               .recipe = recipe,
                               .kind = policy.scenarios,
                               .ruin = Share{ground.ask.ruin_share.value_or(1)},
                               .ranks = wish.ranks},
                              parallel::Team(wish.threads), progress);
  if (!told) return told.error();
  progress.enter("report");
  return reply_of(answer_of(ground, *std::move(told)), snapshot.spot.value(), ground.ask.report,
                  wish);
}

}  // namespace

Entry measure_tail() {
  return {.name = "measure-tail",
          .about = "Measure what a book can lose: VaR, CVaR, drawdown, and what they are made of.",
          .fields = fields_of<Ask>,
          .run = run,
          .is_shared = true};
}

}  // namespace levee::api::kind

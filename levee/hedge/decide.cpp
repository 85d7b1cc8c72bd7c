#include "levee/hedge/decide.h"

#include "levee/hedge/book_change.h"
#include "levee/hedge/lots.h"
#include "levee/hedge/protocol_side.h"
#include "levee/hedge/tell.h"
#include "levee/num/estimate.h"
#include "levee/scenario/kind.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include <fmt/core.h>
#include <fmt/ranges.h>

namespace levee::hedge {
namespace {

// Seeds of the two sets must differ in more than a little; Philox keys may be neighbours.
constexpr std::uint64_t score_offset = 1'000'003;

struct Work {
  const market::Snapshot& snapshot;
  const book::Book& book;
  const Policy& policy;
  const parallel::Team& team;
  const option::Surface& surface;
  const scenario::Calibration& calibration;
  Rate funding;
  Progress& progress;
};

Seconds span_of(double length_days) {
  return Seconds{static_cast<std::int64_t>(std::llround(length_days * 86400))};
}

scenario::CalibrationAsk calibration_ask(const Policy& policy) {
  return {.horizon = span_of(policy.horizon_days),
          .variance_weight_implied = policy.variance_weight_implied,
          .history = span_of(policy.history_days),
          .realised = span_of(policy.realised_days),
          .iv_beta_assumed = policy.iv_beta_assumed,
          .iv_residual_assumed = policy.iv_residual_assumed,
          .iv_tenor_power = policy.iv_tenor_power};
}

// Which futures.
struct Wanted {
  std::string_view kind;
  scenario::Measure measure = scenario::Measure::real_world;
  double paths = 0;
  std::uint64_t seed = 0;
  scenario::Sampling sampling{};
};

// The set that a plan is chosen on: where the kind can, on even points. Their mean price is the
// spot's to a millionth; that of random paths is off by a thousandth, which a perp seems to earn.
scenario::Sampling even_points(std::string_view kind) {
  if (kind != "jump" && kind != "diffusion") return {};
  return {.points = scenario::Sampling::Points::sobol};
}

Result<scenario::ScenarioSet> drawn(const Work& w, const Wanted& wanted,
                                    const std::vector<book::Instrument>& instruments) {
  std::vector<book::Instrument> all = instruments;
  for (const book::Lot& lot : w.book.lots) all.push_back(lot.instrument);
  const scenario::Recipe recipe{.calibration = w.calibration,
                                .measure = wanted.measure,
                                .dates = risk::dates_for(all, w.snapshot.at, w.calibration.horizon),
                                .protocols = w.snapshot.protocols,
                                .paths = static_cast<std::size_t>(wanted.paths),
                                .seed = wanted.seed,
                                .block = span_of(w.policy.block_days),
                                .sampling = wanted.sampling};
  return scenario::generate(wanted.kind, recipe, w.team);
}

std::vector<book::Instrument> instruments_of(const std::vector<Candidate>& candidates) {
  std::vector<book::Instrument> instruments;
  for (const Candidate& candidate : candidates) {
    if (const auto instrument = instrument_of(candidate.instrument)) {
      instruments.push_back(*instrument);
    }
  }
  return instruments;
}

// Losses of the positions alone, from the market: what coverage is measured against.
Result<risk::LossTable> position_losses(const Work& w, const scenario::ScenarioSet& set) {
  book::Book alone;
  alone.positions = w.book.positions;
  for (book::LpPosition& position : alone.positions) {
    position.protocol.clear();
    position.stands_on.clear();
  }
  const std::vector<std::optional<double>> no_fees(alone.positions.size());
  return risk::loss_table(alone, no_fees, {w.snapshot, w.surface, set, w.funding}, w.team);
}

// Everything that could be done, and what a unit of it is worth on every path.
struct Offered {
  std::vector<Candidate> list;
  num::Matrix<Usd> value;
  std::vector<std::vector<double>> gain{};  // [list], empty ones: value less mid
};

// A venue that may fail owes what is bought from it and keeps what it was sold: the two sides of an
// instrument are no longer worth the same.
Offered with_venue(const std::vector<double>& kept, Offered from) {
  if (kept.empty()) return from;
  Offered to;
  std::vector<std::pair<std::size_t, bool>> rows;  // of `from`, bought or sold
  for (std::size_t i = 0; i < from.list.size(); ++i) {
    for (const bool bought : {true, false}) {
      Candidate side = from.list[i];
      (bought ? side.bid : side.ask).reset();
      if (!side.ask && !side.bid) continue;
      to.list.push_back(std::move(side));
      rows.emplace_back(i, bought);
    }
  }
  to.value = {rows.size(), kept.size()};
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto value = from.value.row(rows[r].first);
    const auto own = to.value.row(r);
    for (std::size_t s = 0; s < own.size(); ++s) {
      const bool owed = rows[r].second ? value[s] > 0 : value[s] < 0;
      own[s] = owed ? kept[s] * value[s] : value[s];
    }
  }
  return to;
}

Offered joined(Offered market, BookChanges changes) {
  if (changes.list.empty()) return market;
  const std::size_t first = market.list.size();
  Offered all{std::move(market.list), {first + changes.list.size(), changes.value.columns()}};
  for (std::size_t r = 0; r < first; ++r) {
    std::ranges::copy(market.value.row(r), all.value.row(r).begin());
  }
  all.gain.resize(first);
  for (std::size_t r = 0; r < changes.list.size(); ++r) {
    std::ranges::copy(changes.value.row(r), all.value.row(first + r).begin());
    all.list.push_back(std::move(changes.list[r]));
    all.gain.push_back(std::move(changes.gain[r]));
  }
  return all;
}

Candidates tradable(const Setting& setting, const option::Surface& surface,
                    std::optional<Rate> funding) {
  const auto& [book, position, snapshot, policy] = setting;
  Candidates all =
      candidates_of(snapshot, policy, Tokens{position.total.delta} + book.wallet, funding);
  if (policy.mode != "contracts_442" && policy.mode != "budget_40_40_20") return all;
  Price lower{0}, upper{1e300};
  for (const book::LpPosition& lp : book.positions) {
    lower = std::max(lower, lp.range.bounds.lower);
    upper = std::min(upper, lp.range.bounds.upper);
  }
  return ladder_of(all, snapshot, surface, policy, lower, upper);
}

// Fresh scenarios: the headline, the market's own variance, and every other kind that can be drawn.
Result<Done> add_scores(const Work& w, const book::PositionAnswer& position,
                        const std::vector<Held>& held, Plan& plan) {
  const auto instruments = instruments_of(held);
  const auto seed = static_cast<std::uint64_t>(w.policy.seed) + score_offset;
  const auto score = [&](std::string_view kind, scenario::Measure measure,
                         double paths) -> Result<Score> {
    const auto set = drawn(w, {kind, measure, paths, seed}, instruments);
    if (!set) return set.error();
    return score_of({w.book, position.fees_usd_per_day, held, w.policy.venue},
                    {w.snapshot, w.surface, *set, w.funding}, w.team);
  };
  const auto fresh = score(w.policy.scenarios, scenario::Measure::real_world, w.policy.paths_score);
  if (!fresh) return fresh.error();
  plan.tail.unhedged.out_of_sample = fresh->unhedged_tail;
  plan.tail.hedged.out_of_sample = fresh->hedged_tail;
  plan.plan.histogram = histogram_of(fresh->unhedged, fresh->hedged);

  const auto implied =
      score(w.policy.scenarios, scenario::Measure::market_implied, w.policy.paths_score);
  if (!implied) return implied.error();
  plan.tail.also.push_back(
      {w.policy.scenarios, "market_implied", implied->unhedged_tail, implied->hedged_tail});
  if (!held.empty()) {
    plan.plan.variance_premium_usd = implied->hedge_mean_usd - fresh->hedge_mean_usd;
  }
  for (const scenario::Entry& other : scenario::shelf()) {
    // Models of stochastic variance are fitted where they are asked for.
    const bool fitted = w.calibration.lead().priced.has_value();
    if (other.name == w.policy.scenarios || (other.name == "bates" && !fitted)) continue;
    const auto beside = score(other.name, scenario::Measure::real_world, w.policy.paths_choose);
    if (beside) {
      plan.tail.also.push_back(
          {std::string(other.name), "real_world", beside->unhedged_tail, beside->hedged_tail});
    } else {
      plan.unknown.push_back({fmt::format("tail.also[{}]", other.name),
                              std::string(name_of(beside.error().reason)), beside.error().message});
    }
  }
  return Done{};
}

MarketTold market_of(const Work& w) {
  MarketTold market;
  market.underlying_usd = w.snapshot.spot.value();
  market.at = text_of(w.snapshot.at);
  market.source = w.snapshot.source;
  market.base = w.snapshot.base;
  market.quote = w.snapshot.quote;
  market.model_made = w.snapshot.model_made;
  market.implied_vol = w.calibration.lead().implied.value();
  market.forecast_vol = w.calibration.lead().forecast.value();
  if (w.calibration.lead().realised)
    market.realised_vol = w.calibration.lead().realised->vol.value();
  return market;
}

// What the book or the policy stands on and no failure model is of; all of it where there is none.
std::string without_model(const Work& w) {
  std::set<std::string> names{w.policy.venue};
  for (const book::LpPosition& one : w.book.positions) {
    for (const std::string& node : one.nodes()) names.insert(node);
  }
  for (const book::Lot& one : w.book.lots) names.insert(one.venue);
  for (const book::Loan& one : w.book.loans) names.insert(one.protocol);
  for (const book::Cover& one : w.book.covers)
    names.insert(one.protocol), names.insert(one.provider);
  names.erase("");
  for (const hazard::FailureModel& model : w.snapshot.protocols) names.erase(model.protocol);
  return w.snapshot.protocols.empty() ? "" : fmt::format("{}", fmt::join(names, ", "));
}

// What was taken for granted, in the order of how much it matters.
std::vector<std::string> assumptions_of(const Work& w) {
  std::vector<std::string> list;
  if (w.snapshot.model_made) list.push_back("The market shown is made by a model, not observed.");
  list.push_back(fmt::format(
      "One may trade {:.3g} % of an option's open interest at the quoted price: recorded chains "
      "carry no size, so this depth is assumed.",
      100 * w.policy.depth_share_of_open_interest));
  list.push_back(fmt::format("{} is worth one dollar.", w.snapshot.quote));
  if (w.snapshot.pool) {
    const double gap = w.snapshot.pool->price.value() / w.snapshot.spot.value() - 1;
    list.push_back(fmt::format(
        "Positions are valued at the chain's index; the pool itself stood {:+.3f} % from it.",
        100 * gap));
  }
  list.push_back(fmt::format(
      "Real-world variance: {:.3g} % implied, {:.3g} % realised; zero drift; "
      "jumps from {}; volatility moves from {}.",
      100 * w.policy.variance_weight_implied, 100 - 100 * w.policy.variance_weight_implied,
      w.calibration.lead().jumps_source, w.calibration.lead().moves_source));
  list.push_back(
      w.calibration.lead().moves.skew.daily_residual > 0
          ? "Options keep their smile by moneyness; its level, slope and skew move."
          : "Options keep their smile by moneyness; its level moves, its shape does not.");
  list.push_back(
      "Positions and hedge stand unchanged to the horizon; margin is posted in dollars.");
  list.push_back(market::failure_sentence(w.snapshot));
  if (const std::string names = without_model(w); !names.empty()) {
    list.push_back(fmt::format("No failure model is known of {}: taken not to fail.", names));
  }
  return list;
}

void add_unknown(const std::vector<Error>& errors, std::vector<Unknown>& unknown) {
  for (const Error& error : errors) {
    const auto colon = error.message.find(": ");
    const bool named = colon != std::string::npos;
    unknown.push_back({named ? error.message.substr(0, colon) : "calibration",
                       std::string(name_of(error.reason)),
                       named ? error.message.substr(colon + 2) : error.message});
  }
}

bool any(const std::vector<double>& lots) {
  return std::any_of(lots.begin(), lots.end(), [](double x) { return x > 0; });
}

// Whole lots near the optimum. Where rounding finds none, or none that is close, the programme is
// solved once more with a little room under its limits, so that rounding has somewhere to go.
std::vector<double> lots_of(Program& program, const Policy& policy, const Choice& choice) {
  std::vector<double> lots = whole_lots(program, policy, choice.x);
  const double close = 1e-4 * program.scale;
  const double objective = objective_of(program, policy, lots);
  const bool nothing_wanted = !any(choice.x);
  if (nothing_wanted || (any(lots) && objective - choice.objective <= close)) return lots;

  constexpr double room = 0.98;
  Policy tighter = policy;
  if (tighter.tail_limit_usd) *tighter.tail_limit_usd *= room;
  const std::vector<solve::Row> rows = program.rows;
  for (solve::Row& row : program.rows) {
    if (row.name == "carry" || row.name == "cash" || row.name == "margin") row.upper *= room;
  }
  const Choice roomy = choose(program, tighter);
  for (std::size_t r = 0; r < rows.size(); ++r) program.rows[r].upper = rows[r].upper;
  if (roomy.status == solve::Status::infeasible) return lots;
  std::vector<double> again = whole_lots(program, policy, roomy.x);
  if (any(again) && (!any(lots) || objective_of(program, policy, again) < objective)) return again;
  return lots;
}

// From losses of the book to the programme on a set; what cannot change the book is left out too.
Result<Program> program_on(const Work& w, const Setting& setting, const risk::Repricing& with,
                           Candidates& candidates) {
  const book::PositionAnswer& position = setting.position;
  w.progress.enter("losses");
  auto table = risk::loss_table(w.book, position.fees_usd_per_day, with, w.team);
  if (!table) return table.error();
  auto of_market = position_losses(w, with.set);
  if (!of_market) return of_market.error();
  w.progress.enter("option values");
  auto value = risk::horizon_values(instruments_of(candidates.list), with, w.team);
  if (!value) return value.error();

  w.progress.enter("programme");
  BookChanges changes = changes_of(setting, {*table, *of_market, with});
  std::ranges::move(changes.left_out, std::back_inserter(candidates.left_out));
  Offered offered =
      joined(with_venue(venue_kept(w.policy.venue, with), {candidates.list, std::move(*value)}),
             std::move(changes));
  auto program = program_of(setting, std::move(offered.list), std::move(offered.value),
                            std::move(table->total), std::move(of_market->total));
  if (!program) return program.error();
  program->gain = std::move(offered.gain);
  return program;
}

bool covers_and_leaves(const std::vector<Held>& held) {
  const auto holds = [&](auto kind) {
    return std::ranges::any_of(held, [](const Held& one) {
      return std::holds_alternative<decltype(kind)>(one.instrument);
    });
  };
  return holds(CoverLayer{}) && holds(Withdrawal{});
}

double objective_of(const std::vector<double>& losses, const Policy& policy) {
  const double mean = num::mean_of(losses).value;
  if (policy.tail_limit_usd) return mean;
  return mean + policy.price_of_tail * risk::tail_of(losses, policy.confidence)->cvar.value();
}

Result<Plan> planned(const Work& w, const book::PositionAnswer& position,
                     std::optional<Rate> funding) {
  const Setting setting{w.book, position, w.snapshot, w.policy};
  Candidates candidates = tradable(setting, w.surface, funding);
  const auto instruments = instruments_of(candidates.list);

  w.progress.enter("scenarios");
  const auto set = drawn(w,
                         {.kind = w.policy.scenarios,
                          .paths = w.policy.paths_choose,
                          .seed = static_cast<std::uint64_t>(w.policy.seed),
                          .sampling = even_points(w.policy.scenarios)},
                         instruments);
  if (!set) return set.error();
  const risk::Repricing with{w.snapshot, w.surface, *set, w.funding};
  auto program = program_on(w, setting, with, candidates);
  if (!program) return program.error();
  const Choice choice = choose(*program, w.policy);
  w.progress.enter("whole lots");
  std::vector<double> lots(program->columns.size(), 0.0);
  if (choice.status != solve::Status::infeasible) lots = lots_of(*program, w.policy, choice);

  const std::vector<Held> held = held_of(*program, lots);
  const auto in_sample =
      score_of({w.book, position.fees_usd_per_day, held, w.policy.venue}, with, w.team);
  if (!in_sample) return in_sample.error();
  Telling telling{setting, w.calibration, *program, choice, lots, with};
  if (covers_and_leaves(held)) telling.objective_usd = objective_of(in_sample->hedged, w.policy);
  Plan plan;
  plan.position = position.total;
  plan.positions = position.each;
  plan.plan = told(telling);
  plan.plan.left_out = candidates.left_out;
  plan.market = market_of(w);
  plan.assumptions = assumptions_of(w);
  if (telling.objective_usd) {
    plan.assumptions.emplace_back(
        "Optimum and bound take covers as if nothing left; the objective is the plan's own.");
  }
  add_unknown(position.unknown, plan.unknown);
  add_unknown(w.calibration.unknown, plan.unknown);
  w.progress.enter("fresh scenarios");
  plan.tail.unhedged.in_sample = in_sample->unhedged_tail;
  plan.tail.hedged.in_sample = in_sample->hedged_tail;
  if (const auto scored = add_scores(w, position, held, plan); !scored) return scored.error();
  auto side = protocol_side(setting, held, with, w.team);
  if (!side) return side.error();
  plan.protocol = *std::move(side);
  plan.explain = {"levee", {}, "", "", "", {}};
  plan.explain.inputs = {position.explain, explained(telling, plan.plan, plan.tail),
                         w.calibration.explain};
  return plan;
}

}  // namespace

Result<Plan> decide(const market::Snapshot& snapshot, const book::Book& book, const Policy& policy,
                    const parallel::Team& team, Progress& progress) {
  if (const auto sound = check(policy); !sound) return sound.error();
  progress.enter("calibration");
  const auto surface = market::surface_of(snapshot);
  if (!surface) return surface.error();
  const auto calibration = scenario::calibrate(snapshot, *surface, calibration_ask(policy));
  if (!calibration) return calibration.error();
  progress.enter("position");
  const auto position = book::value_positions(
      book, snapshot, *surface, {span_of(policy.horizon_days), span_of(policy.realised_days)});
  if (!position) return position.error();
  const std::optional<Rate> funding = expected_funding(snapshot);
  const Work work{snapshot, book, policy, team, *surface, *calibration, funding.value_or(Rate{0}),
                  progress};
  return planned(work, *position, funding);
}

}  // namespace levee::hedge

#include "levee/hedge/decide.h"

#include "levee/hedge/assumed.h"
#include "levee/hedge/beside.h"
#include "levee/hedge/call_token.h"
#include "levee/hedge/effect.h"
#include "levee/hedge/fees_kept.h"
#include "levee/hedge/lean.h"
#include "levee/hedge/look_again.h"
#include "levee/hedge/lots.h"
#include "levee/hedge/protocol_side.h"
#include "levee/hedge/robust.h"
#include "levee/hedge/target.h"
#include "levee/hedge/tell.h"
#include "levee/num/estimate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

// Seeds of the two sets must differ in more than a little; Philox keys may be neighbours.
constexpr std::uint64_t score_offset = 1'000'003;

// A plan made again is scored on no more than it was chosen on.
double fresh_paths(const Ground& w) {
  return w.last != nullptr ? std::min(w.policy.paths_choose, w.policy.paths_score)
                           : w.policy.paths_score;
}

// What of its fees the book keeps, on the set that a plan is scored on.
Result<Done> add_fees_kept(const Ground& w, const risk::Repricing& with, const Score& score,
                           const std::vector<Held>& held, Plan& plan) {
  const risk::FeeForecast& fees = w.position.fees_usd_per_day;
  if (!fees_are_known(fees)) return Done{};
  const auto seen =
      fees_seen(w.book, fees, calm_reach(w.policy, w.calibration.lead().forecast), with, w.team);
  if (!seen) return seen.error();
  double delta = 0;
  for (const Trade& trade : plan.plan.trades) delta += trade.delta;
  auto told = fees_kept_told({w.policy, *seen, traded_repricing(w.proxy, with),
                              w.snapshot.vol_futures, calm_vol_on(w), w.team},
                             score, held, Tokens{delta});
  if (!told) return told.error();
  plan.fees_kept = *std::move(told);
  return Done{};
}

// Fresh scenarios: the headline, the market's own variance, and every other kind that can be drawn;
// of a plan made again the headline alone, on as many as it was chosen on.
Result<Done> add_scores(const Ground& w, const std::vector<Held>& held, Plan& plan) {
  const auto instruments = instruments_of(held);
  const auto seed = static_cast<std::uint64_t>(w.policy.seed) + score_offset;
  const auto score = [&](std::string_view kind, scenario::Measure measure, double paths,
                         Plan* fees_kept = nullptr) -> Result<Score> {
    const auto set = drawn(w, {kind, measure, paths, seed}, instruments);
    if (!set) return set.error();
    const risk::Repricing with = repricing_on(w, *set);
    auto scored = score_of({w.book, w.position.fees_usd_per_day, held, w.policy.venue, w.proxy},
                           with, w.team);
    if (scored && fees_kept != nullptr) {
      if (const auto done = add_fees_kept(w, with, *scored, held, *fees_kept); !done)
        return done.error();
    }
    return scored;
  };
  const auto fresh =
      score(w.policy.scenarios, scenario::Measure::real_world, fresh_paths(w), &plan);
  if (!fresh) return fresh.error();
  plan.tail.unhedged.out_of_sample = fresh->unhedged_tail;
  plan.tail.hedged.out_of_sample = fresh->hedged_tail;
  plan.plan.histogram = histogram_of(fresh->unhedged, fresh->hedged);
  plan.plan.asymmetry = asymmetry_told(fresh->unhedged, fresh->hedged);
  if (w.last != nullptr) return Done{};

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

bool any(const std::vector<double>& lots) {
  return std::any_of(lots.begin(), lots.end(), [](double x) { return x > 0; });
}

// The optimum with a little room under its limits, so that rounding has somewhere to go.
Choice with_room(Program& program, const Policy& policy) {
  constexpr double room = 0.98;
  Policy tighter = policy;
  if (tighter.tail_limit_usd) *tighter.tail_limit_usd *= room;
  const std::vector<solve::Row> rows = program.rows;
  for (solve::Row& row : program.rows) {
    if (row.name == "carry" || row.name == "cash" || row.name == "margin") row.upper *= room;
    if (row.name == "calm") row.lower *= room;
  }
  Choice roomy = choose(program, tighter);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    program.rows[r].lower = rows[r].lower, program.rows[r].upper = rows[r].upper;
  }
  return roomy;
}

// Whole lots near the optimum: from its rounding, else from that of the optimum with room. Only
// where neither comes near is the long way gone, from no trade at all.
std::vector<double> lots_of(Program& program, const Policy& policy, const Choice& choice) {
  const double close = 1e-4 * program.scale;
  std::vector<double> best(choice.x.size(), 0.0);
  double objective = std::numeric_limits<double>::infinity();
  const auto look = [&](std::vector<double> lots) {
    if (!any(lots)) return;
    const double found = objective_of(program, policy, lots);
    if (found < objective) objective = found, best = std::move(lots);
  };
  if (!any(choice.x)) return best;
  look(rounded_lots(program, policy, choice.x));
  if (objective - choice.objective <= close) return best;
  const Choice roomy = with_room(program, policy);
  const bool has_room = roomy.status != solve::Status::infeasible;
  if (has_room) look(rounded_lots(program, policy, roomy.x));
  if (objective - choice.objective <= 5 * close) return best;  // what room itself may cost
  look(whole_lots(program, policy, choice.x));
  if (has_room) look(whole_lots(program, policy, roomy.x));
  return best;
}

// Whole lots in few trades: those of an earlier plan while they will do; where few find none, in as
// many as it takes.
std::vector<double> few_lots_of(Program& program, const Policy& policy, const Choice& choice,
                                const LastPlan* last) {
  if (!any(choice.x)) return choice.x;
  std::optional<Lean> kept;
  if (last != nullptr) kept = kept_trades(program, policy, choice, *last);
  Lean lean = kept ? *std::move(kept) : lean_of(program, policy, choice);
  const std::vector<double> lots = lots_of(lean.program, policy, lean.choice);
  return any(lots) ? spread_out(lean, program.columns.size(), lots)
                   : lots_of(program, policy, choice);
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

// What is settled once the layers have been asked.
struct Arranged {
  Setting setting;
  Offer offer;
  std::vector<LayerStance> stances;
  std::vector<RuleTold> rules;
  CallToken calls;
};

CallToken calls_on(const Ground& w) {
  const scenario::AssetLaw& lead = w.calibration.lead();
  return call_token_of(
      {.snapshot = w.snapshot,
       .implied = w.proxy ? lead.implied : w.surface.at_the_money(years(days(30))),
       .realised = lead.realised ? std::optional(lead.realised->vol) : std::nullopt,
       .past = w.past,
       .window = span_of(w.policy.realised_days)});
}

Arranged arranged(const Ground& w) {
  Arranged a{{w.book, w.position, w.snapshot, w.policy, {}, w.proxy}, {}, {}, {}, calls_on(w)};
  Candidates found = tradable(a.setting, w.surface, w.proxy ? w.proxy->funding : w.funding);
  a.offer = {.list = std::move(found.list), .left_out = std::move(found.left_out)};
  const LayerAsk ask{a.setting, w.outlook.regime, w.outlook.facts.veq, a.calls.why};
  a.stances = arrange(ask, a.offer);
  a.rules = targets_of(ask, a.offer.orders);
  a.setting.orders = a.offer.orders;
  return a;
}

// Of a plan made again: what has changed, and what was left to one that is made anew.
void add_since(const Ground& w, Plan& plan) {
  if (w.last == nullptr) return;
  plan.since = since(*w.last, plan.plan.trades);
  plan.assumptions.push_back(
      fmt::format("Begun from the plan of {}, and proved as any plan is; its trades are kept while "
                  "others gain less than trades are worth. Scored on {:.0f} fresh scenarios. Other "
                  "kinds of them, the market's own variance, what the day's rules cost and what "
                  "would change the plan are told by a plan made anew.",
                  w.last->at, fresh_paths(w)));
}

// What is told of a plan beyond its trades, from the programme it was chosen in.
void add_advice(const Ground& w, Program& program, const Arranged& a, const Telling& telling,
                Plan& plan) {
  const EffectAsk ask{program, w.policy, telling.lots, a.stances, a.setting.orders};
  plan.layers = layers_told(ask);
  add_effects(ask, plan.plan.trades);
  plan.look_again = look_again(w, plan.plan.trades);
  w.progress.enter("beside the programme");
  plan.beside = beside_of({w, a.setting, program, telling.choice, telling.lots});
  std::ranges::copy(plan.beside.unknown, std::back_inserter(plan.unknown));
  w.progress.enter("what would change it");
  if (w.last == nullptr)
    plan.what_if = what_ifs(ask, {a.setting, w.calibration, telling.with}, telling.choice, w.team);
  plan.frontier = frontier_of(ask, telling.choice, w.team);
}

// Whether the plan was under a limit on the fees it takes of calm times, or what keeps that
// unknown.
void limit_fees_told(const Ground& w, const std::string& no_limit, Plan& plan) {
  if (!plan.fees_kept) {
    plan.unknown.push_back(
        {"fees_kept", std::string(name_of(Reason::missing_data)),
         "fees are not known of every position, so that nothing can be said of "
         "what the hedge leaves of them, and no limit keeps them in calm times"});
    return;
  }
  plan.fees_kept->why_no_limit = no_limit;
  if (no_limit.empty()) plan.fees_kept->least_calm = w.policy.fees_kept_calm_min;
}

// Paths of the one kind that the policy names, or of the worst mixture of its worlds.
Result<Mixture> paths_to_choose_on(const Ground& w, const Arranged& a) {
  if (worlds_of(w.policy).size() > 1) {
    w.progress.enter("worlds");
    return worst_mixture(w, a.setting, a.offer, a.rules);
  }
  w.progress.enter("scenarios");
  auto set = drawn(w,
                   {.kind = w.policy.scenarios,
                    .paths = w.policy.paths_choose,
                    .seed = static_cast<std::uint64_t>(w.policy.seed),
                    .sampling = even_points(w.policy.scenarios)},
                   instruments_of(a.offer.list));
  if (!set) return set.error();
  return Mixture{.pool = *std::move(set), .worlds = {}, .share = {}};
}

Result<Done> add_proxy(const Ground& w, const Setting& setting, const risk::Repricing& with,
                       Plan& plan) {
  if (w.proxy == nullptr) return Done{};
  auto proxy = told(*w.proxy, setting, with, w.team);
  if (!proxy) return proxy.error();
  plan.proxy = *std::move(proxy);
  return Done{};
}

// A token without options is drawn beside its proxy, whose options say what its own would price.
Result<scenario::Calibration> calibrated(const Question& question, const option::Surface& surface,
                                         const Proxy* proxy) {
  const scenario::CalibrationAsk ask = calibration_ask(question.policy);
  if (proxy == nullptr) return scenario::calibrate(question.snapshot, surface, ask);
  const Vol implied = implied_of(*proxy, market::fair_vol(surface, years(ask.horizon)));
  const std::array views{scenario::View{question.snapshot, nullptr, implied},
                         scenario::View{proxy->snapshot, &surface}};
  return scenario::calibrate(views, ask);
}

Result<Plan> planned(const Ground& w, const std::optional<RuleTold>& moved) {
  Arranged a = arranged(w);
  if (moved) a.rules.insert(a.rules.begin(), *moved);
  const auto seen = paths_to_choose_on(w, a);
  if (!seen) return seen.error();
  const risk::Repricing with = repricing_on(w, seen->pool);
  auto built = program_on(w, a.setting, with, a.offer);
  if (!built) return built.error();
  Program& program = built->program;
  w.progress.enter("optimum");
  const Choice begun = w.last != nullptr ? begun_from(program, w.policy, *w.last) : Choice{};
  const Ruled ruled = choose_under(program, w.policy, a.setting, a.rules, begun);
  const Choice& choice = ruled.choice;
  w.progress.enter("whole lots");
  std::vector<double> lots(program.columns.size(), 0.0);
  if (choice.status != solve::Status::infeasible) {
    lots = few_lots_of(program, w.policy, choice, w.last);
  }

  const std::vector<Held> held = held_of(program, lots);
  const auto in_sample =
      score_of({w.book, w.position.fees_usd_per_day, held, w.policy.venue, w.proxy}, with, w.team);
  if (!in_sample) return in_sample.error();
  Telling telling{a.setting, w.calibration, program, choice, lots, with};
  if (covers_and_leaves(held)) telling.objective_usd = objective_of(in_sample->hedged, w.policy);
  Plan plan;
  plan.position = w.position.total;
  plan.positions = w.position.each;
  plan.plan = told(telling);
  plan.plan.left_out = a.offer.left_out;
  plan.rolls = built->rolls;
  plan.day = day_told(w.outlook, a.rules, ruled.cost_usd);
  plan.market = market_of(w);
  plan.market.by_volatility = a.calls.tokens;
  plan.assumptions = assumptions_of(w);
  add_since(w, plan);
  if (telling.objective_usd) {
    plan.assumptions.emplace_back(
        "Optimum and bound take covers as if nothing left; the objective is the plan's own.");
  }
  add_unknown(w.position.unknown, plan.unknown);
  add_unknown(w.calibration.unknown, plan.unknown);
  w.progress.enter("fresh scenarios");
  plan.tail.unhedged.in_sample = in_sample->unhedged_tail;
  plan.tail.hedged.in_sample = in_sample->hedged_tail;
  if (const auto scored = add_scores(w, held, plan); !scored) return scored.error();
  limit_fees_told(w, built->no_calm_limit, plan);
  plan.tranche = tranche_told(w.policy, plan);
  if (seen->worlds.size() > 1 && choice.status != solve::Status::infeasible) {
    auto robust =
        robust_told(w, *seen, held, static_cast<std::uint64_t>(w.policy.seed) + score_offset);
    if (!robust) return robust.error();
    plan.robust = *std::move(robust);
    plan.assumptions.emplace_back(
        "The plan is chosen on the mixture of worlds that was found worst for it: its objective, "
        "bound and what-ifs are of that mixture, fresh scenarios of the kind they name.");
  }
  auto side = protocol_side(a.setting, held, with, w.team);
  if (!side) return side.error();
  plan.protocol = *std::move(side);
  if (const auto done = add_proxy(w, a.setting, with, plan); !done) return done.error();
  add_advice(w, program, a, telling, plan);
  plan.explain = {"levee", {}, "", "", "", {}};
  plan.explain.inputs = {explained(plan.day, plan.layers), w.position.explain,
                         explained(telling, plan.plan, plan.tail), w.calibration.explain};
  if (plan.proxy) plan.explain.inputs.push_back(explained(*plan.proxy));
  return plan;
}

}  // namespace

Result<Plan> decide(const Question& question, const parallel::Team& team, Progress& progress) {
  const auto& [snapshot, book, policy, outlook, past, other, last] = question;
  if (const auto sound = check(policy); !sound) return sound.error();
  progress.enter("calibration");
  const auto surface = market::surface_of(other != nullptr ? *other : snapshot);
  if (!surface) return surface.error();
  std::optional<Proxy> proxy;
  std::vector<risk::Beside> beside;
  if (other != nullptr) {
    const auto found = proxy_of(book, snapshot, *other, *surface, policy);
    if (!found) return found.error();
    beside.push_back(proxy.emplace(*found).market());
  }
  const Proxy* on = proxy ? &*proxy : nullptr;
  const auto calibration = calibrated(question, *surface, on);
  if (!calibration) return calibration.error();
  progress.enter("position");
  const auto position =
      book::value_positions(book, snapshot, calibration->lead().implied,
                            {span_of(policy.horizon_days), span_of(policy.realised_days)});
  if (!position) return position.error();
  const signal::Outlook ignored;
  const CoverageMoved coverage = coverage_moved(policy);
  Policy moved = policy;
  moved.coverage_target = coverage.target;
  return planned(
      {snapshot, book, moved, policy.regime == "follow" ? outlook : ignored, team, *surface,
       *calibration, *position, expected_funding(snapshot), progress, past, on, beside, last},
      coverage.rule);
}

}  // namespace levee::hedge

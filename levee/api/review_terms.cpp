#include "levee/api/review_terms.h"

#include "levee/hedge/candidate.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::api {
namespace {

constexpr double gas_units = 400'000;  // removing a range and minting another, assumed
constexpr double year_days = 365;
constexpr Seconds around_event = hours(48);

// What closing a lot gives up against its mark; all of it where nobody quotes the side.
double closing_cost(const CapitalGround& ground, const book::Lot& lot) {
  const market::Snapshot& snapshot = ground.standing.snapshot;
  const double quantity = lot.quantity.value();
  const auto* contract = std::get_if<option::Contract>(&lot.instrument);
  if (!contract) {
    const hedge::Policy& policy = ground.standing.policy;
    return std::abs(quantity) * snapshot.spot.value() *
           (policy.perp_fee_share + policy.perp_half_spread_share);
  }
  for (const market::Quote& quote : snapshot.chain) {
    if (quote.contract != *contract) continue;
    const auto& side = quantity > 0 ? quote.bid : quote.ask;
    const double coins = side ? std::abs(side->value() - quote.mark.value()) : quote.mark.value();
    return std::abs(quantity) * coins * quote.index.value();
  }
  return 0;
}

double yearly(const CapitalGround& ground, double to_horizon) {
  return to_horizon * year_days / ground.horizon_days();
}

// Decay and funding of what is held, to the horizon, at an unchanged price.
double gross_carry(const CapitalGround& ground) {
  const market::Snapshot& snapshot = ground.standing.snapshot;
  const scenario::ScenarioSet none;
  const Rate funding = hedge::expected_funding(snapshot).value_or(Rate{0});
  const risk::Repricing with{snapshot, ground.surface, none, funding};
  double sum = 0;
  for (const book::Lot& lot : ground.held.lots) {
    const Usd now = risk::frozen_value(lot.instrument, snapshot.spot, Seconds{0}, with);
    const Usd then =
        risk::frozen_value(lot.instrument, snapshot.spot, ground.calibration.horizon, with);
    sum += lot.quantity.value() * (now - then).value();
  }
  return sum;
}

double owed(const CapitalGround& ground, const book::Loan& loan) {
  return loan.quote_owed.value() + loan.base_owed.value() * ground.standing.snapshot.spot.value();
}

// Of the fees of a horizon in range, what the scenarios expect; the forecast errs by the same
// share.
double in_range(const CapitalGround& ground, const hedge::Prospect& hold) {
  double full = 0;
  for (const auto& one : ground.fees) full += one.value_or(0) * ground.horizon_days();
  return full > 0 ? hold.fees_usd.value_or(0) / full : 0;
}

std::optional<hedge::Against> health_of(const CapitalGround& ground) {
  std::optional<hedge::Against> worst;
  const double spot = ground.standing.snapshot.spot.value();
  for (const book::Loan& loan : ground.held.loans) {
    if (!loan.pledge || !(owed(ground, loan) > 0)) continue;
    const double pledged = loan.pledge->base.value() * spot + loan.pledge->quote.value();
    const double factor = pledged * loan.pledge->threshold.value() / owed(ground, loan);
    if (!worst || factor < worst->value) worst = {factor, 2};
  }
  return worst;
}

std::optional<hedge::Against> market_age(const market::Snapshot& snapshot) {
  std::optional<hedge::Against> oldest;
  const auto look = [&](UnixSeconds newest) {
    const double age = in_days(snapshot.at - newest) * 24;
    if (!oldest || age > oldest->value) oldest = {age, 36};
  };
  for (const auto* series : {&snapshot.history, &snapshot.iv_index, &snapshot.funding}) {
    if (*series && !(*series)->empty()) look((*series)->at.back());
  }
  if (snapshot.pool) look(snapshot.pool->at);
  return oldest;
}

std::optional<hedge::Against> calendar_of(const StewardWith& with) {
  if (with.events.empty() || with.notes.empty()) return std::nullopt;
  hedge::Against seen{0, 0};
  for (const UnixSeconds event : with.events) {
    if (event < with.notes.front().at) continue;
    ++seen.limit;
    const bool looked = std::ranges::any_of(with.notes, [&](const hedge::ReviewNote& note) {
      const Seconds apart = note.at < event ? event - note.at : note.at - event;
      return note.answered != hedge::Answered::nothing && apart <= around_event;
    });
    if (looked) ++seen.value;
  }
  if (seen.limit == 0) return std::nullopt;
  return seen;
}

// Gamma of what is held against that of the positions, and its decay a year.
struct Held {
  double coverage = 0, carry = 0;
};

Held held_by(const hedge::Plan& plan) {
  Held held;
  double own = 0, bought = 0;
  for (const hedge::GreekRow& row : plan.plan.greeks) {
    if (row.of == "LP") own = row.gamma;
    if (row.of.ends_with("held lots"))
      bought = row.gamma, held.carry = 0 - year_days * row.theta_usd_per_day;
  }
  if (own < 0) held.coverage = bought / -own;
  return held;
}

// The sizing rule of contracts and the market part that is nearest its limit.
std::optional<hedge::Against> concentration(const ReviewGround& review, double capital_usd) {
  const Error aside = fail(Reason::missing_data, "not asked for here");
  const auto bare = risk::tail_bound(review.losses.bare);
  const auto total = risk::tail_bound(review.losses.total);
  if (!bare || !total) return std::nullopt;
  const hedge::SizePolicy policy;
  const auto sizing = hedge::size_of(
      {.capital = Usd{capital_usd},
       .value = Usd{review.ground.value_usd()},
       .nodes = exposures(review.ground),
       .overlay = hedge::overlay_of(
           {.lots = review.ground.held.lots.size(), .bare = *bare, .covered = *total}, policy),
       .residual = *total,
       .growth = aside,
       .exit = aside,
       .beta_down = aside},
      policy);
  std::optional<hedge::Against> worst;
  for (const hedge::SizeRule& rule : sizing.rules) {
    if (!rule.name.starts_with("contract") && rule.name != "market part") continue;
    const hedge::Against one{*rule.value, *rule.limit};
    if (!worst || one.value / one.limit > worst->value / worst->limit) worst = one;
  }
  return worst;
}

}  // namespace

Result<Done> check(const ReviewFlags& flags) {
  const auto refuse = [](std::string_view name, double value, std::string_view must) {
    return fail(Reason::out_of_range, fmt::format("{} = {} (must {})", name, value, must));
  };
  const std::pair<std::string_view, const std::optional<double>&> positive[]{
      {"capital_usd", flags.capital_usd}, {"base_cap_usd", flags.base_cap_usd}};
  for (const auto& [name, value] : positive) {
    if (value && !(*value > 0)) return refuse(name, *value, "be above 0");
  }
  if (flags.risk_score && !(*flags.risk_score >= 0)) {
    return refuse("risk_score", *flags.risk_score, "not be negative");
  }
  if (flags.gas_usd && !(*flags.gas_usd >= 0)) {
    return refuse("gas_usd", *flags.gas_usd, "not be negative");
  }
  if (flags.emissions_share && !(0 <= *flags.emissions_share && *flags.emissions_share <= 1)) {
    return refuse("emissions_share", *flags.emissions_share, "lie in [0, 1]");
  }
  if (!(0 <= flags.swap_cost_share && flags.swap_cost_share < 1)) {
    return refuse("swap_cost_share", flags.swap_cost_share, "lie in [0, 1)");
  }
  if (!(std::abs(flags.market_premium) <= 1)) {
    return refuse("market_premium", flags.market_premium, "lie in [-1, 1]");
  }
  if (!(0 <= flags.illiquidity && flags.illiquidity <= 1)) {
    return refuse("illiquidity", flags.illiquidity, "lie in [0, 1]");
  }
  for (const auto& [name, growth] : {std::pair("growth_first", flags.growth_first),
                                     std::pair("growth_last", flags.growth_last)}) {
    if (!(-1 < growth && growth <= 10)) return refuse(name, growth, "lie in (-1, 10]");
  }
  if (!(0 <= flags.growth_half_life_years && flags.growth_half_life_years <= 100)) {
    return refuse("growth_half_life_years", flags.growth_half_life_years, "lie in [0, 100]");
  }
  if (const double entry = flags.entry_cost_usd.value_or(0); !(0 <= entry && entry <= 1e12)) {
    return refuse("entry_cost_usd", entry, "lie in [0, 1e12]");
  }
  if (flags.years < 1 || flags.years > 50) return refuse("years", flags.years, "lie in [1, 50]");
  if (flags.friction != "flow" && flags.friction != "rate") {
    return fail(Reason::bad_input,
                fmt::format("friction = \"{}\" (must be flow or rate)", flags.friction));
  }
  return Done{};
}

KeepingCosts keeping_costs(const CapitalGround& ground, const ReviewFlags& flags) {
  const market::Snapshot& snapshot = ground.standing.snapshot;
  KeepingCosts costs;
  std::string gas_from = "as given";
  if (flags.gas_usd) {
    costs.gas_usd = *flags.gas_usd;
  } else if (snapshot.gas && !snapshot.gas->empty()) {
    const double gwei = snapshot.gas->value.back();
    costs.gas_usd = gwei * 1e-9 * gas_units * snapshot.spot.value();
    gas_from = fmt::format("{:.0f} gas at {:.3g} gwei, paid in {}", gas_units, gwei, snapshot.base);
  } else {
    costs.gas_usd = ground.standing.policy.leave_gas_usd;
    gas_from = "the policy's leave_gas_usd";
  }
  for (const book::PositionReport& one : ground.position.each) {
    if (!one.days_in_range || !(*one.days_in_range > 0)) continue;
    const double times = year_days / *one.days_in_range;
    costs.recentrings += times;
    costs.gas_year += times * costs.gas_usd;
    costs.slippage_year += times * one.value_usd / 2 * flags.swap_cost_share;
  }
  const double entry = flags.entry_cost_usd.value_or(0);
  costs.slippage_year += entry / flags.years;
  const double base = ground.position.total.base_tokens * snapshot.spot.value();
  const auto positions = static_cast<double>(ground.held.positions.size());
  costs.leaving = positions * costs.gas_usd + base * flags.swap_cost_share;
  for (const book::Lot& lot : ground.held.lots) costs.leaving += closing_cost(ground, lot);
  costs.about = fmt::format(
      "A transaction costs ${:.2f} of gas ({}); {:.1f} re-centrings a year at the expected time in "
      "range swap half of the value at {:.3g} %.",
      costs.gas_usd, gas_from, costs.recentrings, 100 * flags.swap_cost_share);
  if (entry > 0) {
    costs.about +=
        fmt::format(" Entering cost ${:.2f}: ${:.2f} a year.", entry, entry / flags.years);
  }
  return costs;
}

hedge::Prospect holding(const ReviewGround& review) {
  const CapitalGround& ground = review.ground;
  const BookLosses& losses = review.losses;
  const HazardMet& hazard = review.hazard;
  const double of_market = losses.mean(losses.of_market).value;
  hedge::Prospect hold;
  if (ground.fees_known()) hold.fees_usd = of_market - losses.mean(losses.with_fees).value;
  hold.lvr_usd = of_market;
  hold.hazard_usd = hazard.loss_usd - hazard.cover_pays_usd;
  hold.hedge_usd = losses.mean(losses.hedge).value + hazard.premium_usd;
  hold.cvar95_usd = review.cvar95_usd;
  const double tail = review.price_of_tail;
  const double fees = ground.fees_error_usd.value_or(0) * in_range(ground, hold);
  const double volatility = review.volatility_mean_usd + tail * review.volatility_cvar_usd;
  double squares = 0;
  for (const double one : {losses.mean(losses.total).standard_error, fees, hazard.loss_error_usd,
                           tail * review.cvar95_error_usd, volatility}) {
    squares += one * one;
  }
  hold.error_usd = std::sqrt(squares);
  return hold;
}

hedge::Prospect leaving(const ReviewGround& review, double riskless_rate) {
  hedge::Prospect leave;
  leave.fees_usd = 0;
  leave.switching_usd = review.costs.leaving;
  const double span = years(review.ground.calibration.horizon).value();
  leave.elsewhere_usd = review.ground.value_usd() * std::expm1(riskless_rate * span);
  return leave;
}

Result<hedge::Prospect> protecting(const hedge::Prospect& hold, const hedge::Plan& plan) {
  if (plan.plan.trades.empty()) return fail(Reason::no_solution, plan.plan.sentence);
  const risk::TailReport& before = plan.tail.unhedged.out_of_sample;
  const risk::TailReport& after = plan.tail.hedged.out_of_sample;
  hedge::Prospect covered = hold;
  covered.switching_usd = plan.plan.fees_usd;
  // The mean has fees of trading and spreads in it: the fees stand under switching.
  covered.hedge_usd += after.mean_usd - before.mean_usd - plan.plan.fees_usd;
  covered.cvar95_usd += after.cvar95_usd - before.cvar95_usd;
  covered.error_usd = std::hypot(hold.error_usd, after.mean_usd_se);
  return covered;
}

risk::AllocatorAsk allocator_ask(const ReviewGround& review, const ReviewFlags& flags,
                                 const CapitalFlags& capital, const Result<risk::BetaFit>& beta) {
  const CapitalGround& ground = review.ground;
  const hedge::Prospect hold = holding(review);
  const double net = yearly(ground, review.losses.mean(review.losses.hedge).value);
  const double premium = yearly(ground, review.hazard.premium_usd);
  risk::AllocatorAsk ask{
      .at = ground.standing.snapshot.at,
      .value = Usd{ground.value_usd()},
      .cash = {.fees = {},
               .gas = Usd{review.costs.gas_year},
               .slippage = Usd{review.costs.slippage_year},
               .lvr = Usd{yearly(ground, hold.lvr_usd)},
               .hedge_carry = Usd{yearly(ground, gross_carry(ground)) + premium},
               .hedge_net = Usd{net + premium}},
      .hazard = {review.hazard.mean_rate, review.hazard.mean_low, review.hazard.mean_high},
      .lost = Share{review.hazard.share_lost},
      .capm = {.riskless = capital.riskless_rate,
               .premium = flags.market_premium,
               .beta = base_share(ground)}};
  if (hold.fees_usd) {
    const double fees = yearly(ground, *hold.fees_usd);
    const double error =
        1.96 * yearly(ground, ground.fees_error_usd.value_or(0) * in_range(ground, hold));
    ask.cash.fees = risk::Ranged{fees, std::max(0.0, fees - error), fees + error};
  }
  if (beta) {
    ask.capm.beta *= beta->beta.value;
    if (beta->days >= 365) {
      ask.capm.premium *= std::clamp(beta->market_vol / beta->market_vol_long, 0.5, 2.0);
    }
  }
  double debt = 0, interest = 0;
  for (const book::Loan& loan : ground.held.loans) {
    debt += owed(ground, loan), interest += owed(ground, loan) * loan.rate.value();
  }
  if (debt > 0) {
    ask.equity_share = std::max(0.0, 1 - debt / ground.value_usd());
    ask.debt_cost = interest / debt;
  }
  ask.illiquidity = flags.illiquidity;
  ask.growth = {flags.growth_first, flags.growth_last, flags.growth_half_life_years};
  ask.years = flags.years;
  if (flags.friction == "rate") ask.friction = risk::Friction::as_rate;
  return ask;
}

hedge::StewardAsk steward_ask(const ReviewGround& review, const ReviewFlags& flags,
                              const StewardWith& with) {
  const CapitalGround& ground = review.ground;
  const Held held = held_by(with.plan);
  hedge::StewardAsk ask{
      .coverage = hedge::Against{held.coverage, ground.standing.policy.coverage_target},
      .tail = {},
      .calendar = calendar_of(with),
      .cost = hedge::Against{held.carry, with.plan.plan.budget_usd_per_year},
      .concentration = {},
      .health = health_of(ground),
      .review_days = {},
      .market_hours = market_age(ground.standing.snapshot),
      .notes = with.notes,
      .emissions_share = flags.emissions_share};
  if (flags.capital_usd) {
    ask.tail = hedge::Against{review.cvar95_upper_usd / *flags.capital_usd,
                              hedge::SizePolicy{}.tail_share};
    ask.concentration = concentration(review, *flags.capital_usd);
  }
  for (const hedge::ReviewNote& note : with.notes) {
    if (note.answered == hedge::Answered::nothing) continue;
    ask.review_days = hedge::Against{in_days(ground.standing.snapshot.at - note.at), 30};
  }
  return ask;
}

double paid_lately(std::span<const hedge::ReviewNote> notes, UnixSeconds now, Seconds span) {
  double sum = 0;
  for (const hedge::ReviewNote& note : notes) {
    if (now - note.at <= span) sum += note.cost.value();
  }
  return sum;
}

}  // namespace levee::api

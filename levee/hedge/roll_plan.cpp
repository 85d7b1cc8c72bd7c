#include "levee/hedge/roll_plan.h"

#include "levee/hedge/proxy.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

const market::Quote* quote_of(const market::Snapshot& snapshot, const option::Contract& contract) {
  const auto found = std::ranges::find(snapshot.chain, contract, &market::Quote::contract);
  return found == snapshot.chain.end() ? nullptr : &*found;
}

// Gauges that may ask for a roll on the day they cross, in words; empty: none did.
std::string crossing(const signal::Outlook& outlook) {
  constexpr std::array<std::string_view, 4> asking{"rsi", "macd_volume", "macd_depth",
                                                   "macd_turnover"};
  for (const signal::Gauge& gauge : outlook.gauges) {
    if (std::ranges::find(asking, gauge.name) == asking.end()) continue;
    const signal::Reading* reading = gauge.fresh();
    if (!reading || reading->state == "quiet" || gauge.since != reading->at) continue;
    return fmt::format("{} is {} since today", gauge.name, reading->state);
  }
  return {};
}

Rollable rollable_of(const RollSeat& seat, const book::Lot& lot, const option::Contract& contract) {
  const market::Snapshot& snapshot = traded_market(seat.setting);
  const market::Quote* quote = quote_of(snapshot, contract);
  const double spot = snapshot.spot.value();
  const Price forward = quote ? quote->forward : snapshot.spot;
  const Usd mark = quote ? Usd{quote->mark.value() * spot} : Usd{0};
  Rollable one;
  one.is_known = lot.bought.has_value();
  one.held = {.name = lot.name,
              .contract = contract,
              .quantity = lot.quantity,
              .paid = one.is_known ? lot.bought->paid : mark,
              .paid_extrinsic =
                  one.is_known ? lot.bought->extrinsic : extrinsic_of(contract, mark, forward),
              .bought_at = one.is_known ? lot.bought->at : snapshot.at};
  if (one.is_known) one.memory = {.last_roll = lot.bought->rolled_at, .rolls = lot.bought->rolls};
  one.memory.last_fired = one.memory.last_roll;
  DueAsk ask{.at = snapshot.at,
             .forward = forward,
             .mark = quote ? std::optional(mark) : std::nullopt,
             .bid = {},
             .veq = seat.outlook.facts.veq,
             .signal = one.is_known ? crossing(seat.outlook) : std::string{},
             .memory = one.memory};
  if (quote && quote->bid) ask.bid = Usd{quote->bid->value() * spot};
  one.due = due_of(one.held, ask, seat.rule);
  return one;
}

amm::Bounds range_of(const book::Book& book) {
  amm::Bounds bounds{Price{1e300}, Price{0}};
  for (const book::LpPosition& one : book.positions) {
    bounds.lower = std::min(bounds.lower, one.range.bounds.lower);
    bounds.upper = std::max(bounds.upper, one.range.bounds.upper);
  }
  return bounds;
}

class Judging {
 public:
  Judging(const RollSeat& seat, const RollGround& ground)
      : seat_(seat),
        ground_(ground),
        budget_(budget_of(seat.setting)),
        left_(ground.list),
        tilt_(roll_tilt_of(seat.outlook, seat.setting.policy)) {}

  Rolls rolls(const std::vector<Rollable>& rollables) {
    for (const Rollable& one : rollables) judge(one);
    rolls_.told.tilt_share = tilt_.share;
    rolls_.told.tilt_why = tilt_.why;
    rolls_.told.rungs = ladder_rungs(after_, seat_.setting.snapshot.at, seat_.rule);
    return std::move(rolls_);
  }

 private:
  void judge(const Rollable& one) {
    const Result<Roll> roll = roll_for(one);
    const Result<RollBenefit> gain =
        roll ? benefit_of(one, *roll) : Result<RollBenefit>(roll.error());
    RollLine line = judged({.held = one.held,
                            .due = one.due,
                            .at = seat_.setting.snapshot.at,
                            .memory = one.memory,
                            .roll = roll,
                            .gain = gain,
                            .month_budget = Usd{budget_.per_year.value() / 12}},
                           seat_.rule);
    if (!one.is_known) line.why += "; how it was bought is not known (paid_usd_per_contract)";
    HeldOption left = one.held;
    if (line.done) {
      settle(one, *roll);
      left.quantity = Tokens{left.quantity.value() - roll->units_sold};
    }
    if (left.quantity.value() > 0) after_.push_back(left);
    rolls_.told.lines.push_back(std::move(line));
  }

  Price forward_of(const option::Contract& contract) const {
    const market::Snapshot& market = traded_market(seat_.setting);
    const market::Quote* quote = quote_of(market, contract);
    return quote ? quote->forward : market.spot;
  }

  // Where the contract is bid for.
  std::optional<std::size_t> bid_for(const option::Contract& contract) const {
    for (std::size_t i = 0; i < left_.size(); ++i) {
      const auto* own = std::get_if<option::Contract>(&left_[i].instrument);
      if (own && *own == contract && left_[i].bid) return i;
    }
    return std::nullopt;
  }

  Result<Roll> roll_for(const Rollable& one) const {
    if (!one.due.first) return fail(Reason::missing_data, "nothing is due");
    const auto now = bid_for(one.held.contract);
    if (!now) return fail(Reason::missing_data, one.held.name + ": nobody bids for it today");
    return roll_of({.held = one.held,
                    .now = left_[*now],
                    .listed = left_,
                    .surface = seat_.surface,
                    .spot = traded_market(seat_.setting).spot,
                    .range = in_traded(seat_.setting, range_of(seat_.setting.book)),
                    .out_of_money = seat_.setting.policy.z_strikes,
                    .tilt = tilt_},
                   one.due, seat_.rule);
  }

  Result<RollBenefit> benefit_of(const Rollable& one, const Roll& roll) const {
    const auto leg = [&](std::size_t candidate, double units) {
      return RollLeg{units, left_[candidate].mid, ground_.value.row(candidate)};
    };
    std::vector<RollLeg> bought;
    for (const RollBuy& buy : roll.buys) bought.push_back(leg(buy.candidate, buy.units));
    return roll_benefit({.loss = ground_.loss,
                         .sold = leg(*bid_for(one.held.contract), roll.units_sold),
                         .bought = bought,
                         .cost = roll.cost},
                        {seat_.setting.policy.price_of_tail, seat_.setting.policy.confidence});
  }

  void settle(const Rollable& one, const Roll& roll) {
    commit({one.held.contract, -1, roll.units_sold});
    Tokens& bids = left_[*bid_for(one.held.contract)].depth_sell;
    bids = Tokens{bids.value() - roll.units_sold};
    for (const RollBuy& buy : roll.buys) {
      Candidate& bought = left_[buy.candidate];
      const auto& contract = std::get<option::Contract>(bought.instrument);
      commit({contract, 1, buy.units});
      bought.depth_buy = Tokens{bought.depth_buy.value() - buy.units};
      after_.push_back({.name = bought.name,
                        .contract = contract,
                        .quantity = Tokens{buy.units},
                        .paid = *bought.ask,
                        .paid_extrinsic = extrinsic_of(contract, *bought.ask, forward_of(contract)),
                        .bought_at = seat_.setting.snapshot.at});
    }
  }

  // Lots of one contract are one leg.
  void commit(const Commitment& leg) {
    for (Commitment& same : rolls_.legs) {
      if (same.contract != leg.contract || same.sign != leg.sign) continue;
      same.units += leg.units;
      return;
    }
    rolls_.legs.push_back(leg);
  }

  const RollSeat& seat_;
  const RollGround& ground_;
  Budget budget_;
  std::vector<Candidate> left_;  // what is on offer, less what rolls take of its depth
  signal::Tilt tilt_;
  std::vector<HeldOption> after_;
  Rolls rolls_;
};

}  // namespace

Result<RollRule> roll_rule_of(const Policy& policy) {
  RollRule rule;
  if (policy.tenors_days.size() != rule.tenors_days.size()) {
    return fail(Reason::not_supported,
                fmt::format("rolls (they are defined for three tenors; tenors_days has {})",
                            policy.tenors_days.size()));
  }
  for (std::size_t i = 0; i < rule.due_days.size(); ++i) {
    rule.due_days[i] *= policy.tenors_days[i] / rule.tenors_days[i];
  }
  rule.tenors_days = policy.tenors_days;
  return rule;
}

signal::Tilt roll_tilt_of(const signal::Outlook& outlook, const Policy& policy) {
  if (policy.roll_tilt_max <= 0) return {0, "the policy lets no signal tilt it (roll_tilt_max)"};
  const auto fresh = [&](std::string_view name) -> std::optional<double> {
    const auto gauge = std::ranges::find(outlook.gauges, name, &signal::Gauge::name);
    const signal::Reading* reading = gauge == outlook.gauges.end() ? nullptr : gauge->fresh();
    return reading ? std::optional(reading->value) : std::nullopt;
  };
  const signal::TiltFacts facts{
      .rsi = fresh("rsi"), .reer_base = fresh("reer"), .reer_quote = fresh("reer_quote")};
  signal::Tilt tilt = signal::tilt_of(facts, {.most = policy.roll_tilt_max});
  if (!tilt.why.empty()) return tilt;
  const bool rates = facts.reer_base && facts.reer_quote;
  tilt.why = facts.rsi || rates ? "no signal asks for it"
                                : "neither the RSI nor the real rates of both tokens are known";
  return tilt;
}

std::vector<Rollable> rollables_of(const RollSeat& seat) {
  std::vector<Rollable> found;
  for (const book::Lot& lot : seat.setting.book.lots) {
    const auto* contract = std::get_if<option::Contract>(&lot.instrument);
    if (!contract || !is_on_traded(seat.setting, lot) || lot.quantity.value() <= 0) continue;
    if (contract->expiry <= seat.setting.snapshot.at) continue;
    found.push_back(rollable_of(seat, lot, *contract));
  }
  return found;
}

Rolls rolls_of(const RollSeat& seat, const std::vector<Rollable>& rollables,
               const RollGround& ground) {
  return Judging(seat, ground).rolls(rollables);
}

}  // namespace levee::hedge

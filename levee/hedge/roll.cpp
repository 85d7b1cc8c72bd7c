#include "levee/hedge/roll.h"

#include "levee/hedge/dollars.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <tuple>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

double days_left(const option::Contract& contract, UnixSeconds at) {
  return in_days(contract.expiry - at);
}

RollReading tenor_reading(std::size_t layer, double left, const RollRule& rule) {
  const bool holds = left <= rule.due_days[layer];
  return {
      RollTrigger::tenor, holds,
      fmt::format("{:.3g} days to expiry, {} the {:.3g} at which the {:.3g}-day layer is due", left,
                  holds ? "within" : "beyond", rule.due_days[layer], rule.tenors_days[layer])};
}

RollReading extrinsic_reading(const HeldOption& held, const DueAsk& ask, std::size_t layer,
                              const RollRule& rule) {
  RollReading read{RollTrigger::extrinsic, false, {}};
  if (layer != 0 || rule.tenors_days.size() < 2) {
    read.why = "only the front layer moves on when it has decayed";
  } else if (!(held.paid_extrinsic.value() > 0)) {
    read.why = "bought without extrinsic value: none can be lost";
  } else if (!ask.mark) {
    read.why = "not quoted: what is left of its extrinsic value is not known";
  } else {
    const double now = extrinsic_of(held.contract, *ask.mark, ask.forward).value();
    const double lost = 1 - now / held.paid_extrinsic.value();
    const bool decayed = lost >= rule.extrinsic_lost;
    read.why = fmt::format("{:.0f} % of its extrinsic value is gone (asks at {:.0f} %)", 100 * lost,
                           100 * rule.extrinsic_lost);
    if (decayed && !ask.veq) read.why += "; volatility is not known, and so not calm";
    if (decayed && ask.veq) {
      read.holds = *ask.veq < rule.veq_below;
      read.why += fmt::format("; VIX-equivalent {:.1f}, {} {:.3g}", *ask.veq,
                              read.holds ? "below" : "not below", rule.veq_below);
    }
  }
  return read;
}

RollReading gain_reading(const HeldOption& held, const DueAsk& ask, std::size_t layer,
                         const RollRule& rule) {
  RollReading read{RollTrigger::gain, false, {}};
  if (layer != 0 || rule.tenors_days.size() < 2) {
    read.why = "only the front layer's gain is moved into later ones";
  } else if (!ask.bid) {
    read.why = "nobody bids for it: a gain cannot be taken";
  } else {
    const double asked = (1 + rule.gain) * held.paid.value();
    read.holds = ask.bid->value() >= asked;
    read.why = fmt::format("sells at {}, {} the {} that is {:.0f} % above its cost",
                           dollars(ask.bid->value()), read.holds ? "at or above" : "below",
                           dollars(asked), 100 * rule.gain);
  }
  return read;
}

RollReading signal_reading(const DueAsk& ask, const std::optional<RollTrigger>& before,
                           const RollRule& rule) {
  RollReading read{RollTrigger::signal, false, {}};
  const auto& fired = ask.memory.last_fired;
  if (ask.signal.empty()) {
    read.why = "no signal crossed";
  } else if (before) {
    read.why = fmt::format("{}; another rule ({}) asks already", ask.signal, name_of(*before));
  } else if (fired && in_days(ask.at - *fired) < rule.quiet_days) {
    read.why = fmt::format("{}; another rule asked {:.3g} days ago, less than {:.3g}", ask.signal,
                           in_days(ask.at - *fired), rule.quiet_days);
  } else {
    read.holds = true;
    read.why =
        fmt::format("{}, and no other rule asked for {:.3g} days", ask.signal, rule.quiet_days);
  }
  return read;
}

double whole(double units, const Candidate& one) {
  const double lot = one.lot.value();
  return lot > 0 ? std::floor(units / lot * (1 + 1e-12)) * lot : units;
}

// The listed option of a layer nearest to its tenor, then to the wanted strike.
std::optional<std::size_t> nearest_listed(const RollAsk& ask, std::size_t layer,
                                          const RollRule& rule) {
  const option::Contract& held = ask.held.contract;
  const bool call = held.type == option::Type::call;
  const double wanted = ask.out_of_money.empty() ? moneyness_of(held, ask.surface, ask.spot)
                        : call                   ? ask.out_of_money[layer]
                                                 : -ask.out_of_money[layer];
  std::optional<std::size_t> best;
  std::tuple<double, int, double> least{};
  for (std::size_t i = 0; i < ask.listed.size(); ++i) {
    const Candidate& one = ask.listed[i];
    const auto* contract = std::get_if<option::Contract>(&one.instrument);
    if (!contract || contract->type != held.type || contract->expiry <= held.expiry) continue;
    if (!one.ask || !(one.depth_buy.value() > 0)) continue;
    if (bucket_of(one.tenor_days, rule.tenors_days) != layer) continue;
    if (one.tenor_days <= rule.due_days[layer]) continue;
    const double strike = contract->strike.value(), tenor = one.tenor_days / 365;
    const double forward = ask.spot.value() * ask.surface.forward_ratio(ask.spot, Years{tenor});
    const double vol = ask.surface.at_the_money(Years{tenor}).value();
    const double free = forward * std::exp(wanted * vol * std::sqrt(tenor));
    const double target =
        call ? std::min(free, ask.range.upper.value()) : std::max(free, ask.range.lower.value());
    const bool inside =
        call ? strike <= ask.range.upper.value() : strike >= ask.range.lower.value();
    const std::tuple rank{std::abs(std::log(one.tenor_days / rule.tenors_days[layer])),
                          inside ? 0 : 1, std::abs(std::log(strike / target))};
    if (!best || rank < least) best = i, least = rank;
  }
  return best;
}

double kept_of(const Candidate& one, Kept kept) {
  return kept == Kept::gamma ? one.gamma : one.vega;
}

std::string why_kept(Kept kept, const RollAsk& ask) {
  const std::string_view what = kept == Kept::gamma ? "gamma" : "vega";
  if (!ask.out_of_money.empty()) {
    return fmt::format("struck anew, with the {} that its layer was bought for", what);
  }
  return kept == Kept::gamma
             ? "gamma is kept equal: the layer answers the position's own short gamma"
             : "vega is kept equal: equal gamma so much later would cost several times the premium";
}

Error no_offer(std::size_t layer, const RollRule& rule) {
  return fail(Reason::missing_data,
              fmt::format("nothing later of the same type is offered in the {:.3g}-day layer (a "
                          "roll needs an ask, depth and more than {:.3g} days) hold it",
                          rule.tenors_days[layer], rule.due_days[layer]));
}

// A share of what is held in one layer, against as much gamma or vega in another or the same.
struct Exchange {
  std::size_t from = 0, into = 0;
  double share = 1;
  Kept kept = Kept::gamma;
  signal::RollDay scheduled = signal::RollDay::no;
};

// What is bought of as much as is kept equal: signals lean a roll of the schedule, and no other.
double leaning(const RollAsk& ask, const Exchange& of) {
  const signal::Halves lean =
      signal::tilted({.puts = 1, .calls = 1}, signal::tilt_standing(0, ask.tilt, of.scheduled));
  return ask.held.contract.type == option::Type::call ? lean.calls : lean.puts;
}

// Units to buy for one that is sold. Struck anew, what counts is not what an option far from the
// price has left but what its layer is for.
Result<double> units_each(const RollAsk& ask, const Exchange& of, const Candidate& bought,
                          const RollRule& rule) {
  const Candidate* stands_for = &ask.now;
  if (!ask.out_of_money.empty()) {
    const auto found = nearest_listed(ask, of.from, rule);
    if (!found) return no_offer(of.from, rule);
    stands_for = &ask.listed[*found];
  }
  const double each = kept_of(*stands_for, of.kept) / kept_of(bought, of.kept);
  if (std::isfinite(each) && each > 0) return each;
  return fail(Reason::no_solution,
              fmt::format("{} or {} has no {} (nothing to keep equal) hold it", stands_for->name,
                          bought.name, of.kept == Kept::gamma ? "gamma" : "vega"));
}

Result<Roll> exchanged(const RollAsk& ask, const Exchange& of, const RollRule& rule) {
  const auto found = nearest_listed(ask, of.into, rule);
  if (!found) return no_offer(of.into, rule);
  const Candidate& bought = ask.listed[*found];
  auto each = units_each(ask, of, bought, rule);
  if (!each) return each.error();
  const double lean = leaning(ask, of);
  *each *= lean;
  const double wanted = of.share * ask.held.quantity.value();
  double sold = whole(std::min(wanted, ask.now.depth_sell.value()), ask.now);
  // To the nearest lot, but where the listed depth is less: then less is sold too.
  const double lot = bought.lot.value();
  double units = lot > 0 ? std::round(sold * *each / lot) * lot : sold * *each;
  if (units > bought.depth_buy.value()) {
    units = whole(bought.depth_buy.value(), bought);
    sold = whole(std::min(sold, units / *each), ask.now);
  }
  if (!(sold > 0) || !(units > 0)) {
    return fail(Reason::no_solution,
                fmt::format("{:.3g} of {} for {:.3g} of {} (less than a lot can be sold or bought) "
                            "hold it",
                            wanted, ask.held.name, wanted * *each, bought.name));
  }
  Roll roll;
  roll.units_sold = sold;
  roll.buys = {{*found, of.into, units}};
  roll.what_kept = fmt::format("{:g} of {} for {:g} of {}; {}", sold, ask.held.name, units,
                               bought.name, why_kept(of.kept, ask));
  if (lean != 1) {
    roll.what_kept += fmt::format(", {:.3g} % {} of it: {}", 100 * std::abs(lean - 1),
                                  lean > 1 ? "more" : "less", ask.tilt.why);
  }
  if (sold < whole(wanted, ask.now)) {
    roll.what_kept += fmt::format("; depth leaves {:g} where they are", wanted - sold);
  }
  return roll;
}

// Sells a share and spends what it brings on later layers.
Result<Roll> harvested(const RollAsk& ask, const RollRule& rule) {
  Roll roll;
  const double wanted = rule.gain_share * ask.held.quantity.value();
  roll.units_sold = whole(std::min(wanted, ask.now.depth_sell.value()), ask.now);
  const double brings = roll.units_sold * (ask.now.bid->value() - ask.now.fee_sell.value());
  std::vector<std::optional<std::size_t>> found;
  double listed = 0;
  for (std::size_t i = 0; i < rule.gain_split.size(); ++i) {
    found.push_back(nearest_listed(ask, i + 1, rule));
    if (found.back()) listed += rule.gain_split[i];
  }
  double spent = 0;
  for (std::size_t i = 0; i < found.size() && listed > 0; ++i) {
    if (!found[i]) continue;
    const Candidate& one = ask.listed[*found[i]];
    const double price = one.ask->value() + one.fee_buy.value();
    const double units =
        whole(std::min(brings * rule.gain_split[i] / listed / price, one.depth_buy.value()), one);
    if (units > 0) roll.buys.push_back({*found[i], i + 1, units}), spent += units * price;
  }
  if (roll.buys.empty()) {
    return fail(Reason::no_solution,
                fmt::format("{} from a part of {} (buys not a lot of any later layer: protection "
                            "would only be sold) hold it",
                            dollars(brings), ask.held.name));
  }
  roll.what_kept = fmt::format("{:g} of {} bring {}, of which {} buy later layers", roll.units_sold,
                               ask.held.name, dollars(brings), dollars(spent));
  return roll;
}

void reckon(const RollAsk& ask, Roll& roll) {
  const Candidate& now = ask.now;
  const double bid = now.bid->value(), mid = now.mid.value(), fee = now.fee_sell.value();
  double cost = roll.units_sold * (mid - bid + fee), outlay = -roll.units_sold * (bid - fee);
  double delta = -roll.units_sold * now.delta;
  for (const RollBuy& buy : roll.buys) {
    const Candidate& one = ask.listed[buy.candidate];
    const double price = one.ask->value() + one.fee_buy.value();
    cost += buy.units * (price - one.mid.value());
    outlay += buy.units * price;
    delta += buy.units * one.delta;
  }
  roll.cost = Usd{cost};
  roll.outlay = Usd{outlay};
  roll.delta_change = Tokens{delta};
}

std::string span_told(double nearest, double farthest) {
  return nearest < farthest ? fmt::format("{:.3g} to {:.3g}", nearest, farthest)
                            : fmt::format("{:.3g}", nearest);
}

// Empty where nothing but the benefit can stop it.
std::string held_back(const RollJudgeAsk& ask, const RollRule& rule) {
  if (*ask.due.first == RollTrigger::tenor) return {};
  const RollMemory& memory = ask.memory;
  if (memory.last_roll && in_days(ask.at - *memory.last_roll) < rule.cooldown_days) {
    return fmt::format("rolled {:.3g} days ago (at most every {:.3g})",
                       in_days(ask.at - *memory.last_roll), rule.cooldown_days);
  }
  if (memory.rolls >= rule.rolls_max) {
    return fmt::format("{} rolls in this episode already (at most {:g})", memory.rolls,
                       rule.rolls_max);
  }
  const double most = rule.cost_share * ask.month_budget.value(), cost = ask.roll->cost.value();
  if (!(cost <= most)) {
    return fmt::format("costs {}, more than {:.0f} % of a month's hedge budget ({})", dollars(cost),
                       100 * rule.cost_share, dollars(most));
  }
  return {};
}

}  // namespace

std::string_view name_of(RollTrigger trigger) {
  constexpr std::array<std::string_view, 4> names{"tenor", "extrinsic", "gain", "signal"};
  return names[static_cast<std::size_t>(trigger)];
}

Result<Done> check(const RollRule& rule) {
  const auto bad = [](std::string_view field, std::string_view why) {
    return fail(Reason::out_of_range, fmt::format("{} ({})", field, why));
  };
  const auto share = [](double x) { return x > 0 && x <= 1; };
  const std::size_t layers = rule.tenors_days.size();
  if (layers == 0 || !std::ranges::is_sorted(rule.tenors_days, std::ranges::less_equal{}) ||
      !(rule.tenors_days[0] > 0) || !std::isfinite(rule.tenors_days.back())) {
    return bad("tenors_days", "must be above 0 and ascend");
  }
  if (rule.due_days.size() != layers) return bad("due_days", "must be one a tenor");
  for (std::size_t i = 0; i < layers; ++i) {
    if (!(rule.due_days[i] >= 0 && rule.due_days[i] < rule.tenors_days[i])) {
      return bad("due_days", "must lie in [0, its tenor)");
    }
  }
  if (!share(rule.extrinsic_lost)) return bad("extrinsic_lost", "must lie in (0, 1]");
  if (!(rule.veq_below >= 0)) return bad("veq_below", "must not be negative");
  if (!share(rule.extrinsic_share)) return bad("extrinsic_share", "must lie in (0, 1]");
  if (!(rule.gain > 0)) return bad("gain", "must be above 0");
  if (!share(rule.gain_share)) return bad("gain_share", "must lie in (0, 1]");
  double split = 0;
  for (const double one : rule.gain_split) split += one >= 0 ? one : std::nan("");
  if (rule.gain_split.size() + 1 != layers || !(layers == 1 || std::abs(split - 1) < 1e-9)) {
    return bad("gain_split", "must be one a layer after the first, of sum 1");
  }
  for (const auto& [name, value] :
       {std::pair{"quiet_days", rule.quiet_days}, std::pair{"cooldown_days", rule.cooldown_days},
        std::pair{"rolls_max", rule.rolls_max}, std::pair{"cost_share", rule.cost_share},
        std::pair{"errors_min", rule.errors_min}}) {
    if (!(value >= 0)) return bad(name, "must not be negative");
  }
  return Done{};
}

Usd extrinsic_of(const option::Contract& contract, Usd price, Price forward) {
  return std::max(Usd{0}, price - option::payoff_of(contract, forward));
}

std::size_t layer_of(const HeldOption& held, const RollRule& rule) {
  return bucket_of(days_left(held.contract, held.bought_at), rule.tenors_days);
}

Due due_of(const HeldOption& held, const DueAsk& ask, const RollRule& rule) {
  LEVEE_EXPECT(held.contract.expiry > ask.at && held.quantity.value() > 0);
  Due due;
  due.layer = layer_of(held, rule);
  due.readings[0] = tenor_reading(due.layer, days_left(held.contract, ask.at), rule);
  due.readings[1] = extrinsic_reading(held, ask, due.layer, rule);
  due.readings[2] = gain_reading(held, ask, due.layer, rule);
  for (std::size_t i = 3; i-- > 0;) {
    if (due.readings[i].holds) due.first = due.readings[i].trigger;
  }
  due.readings[3] = signal_reading(ask, due.first, rule);
  if (due.readings[3].holds) due.first = RollTrigger::signal;
  return due;
}

double moneyness_of(const option::Contract& contract, const option::Surface& surface, Price spot) {
  const Years tenor = years(contract.expiry - surface.at());
  LEVEE_EXPECT(tenor.value() > 0);
  const double forward = spot.value() * surface.forward_ratio(spot, tenor);
  return std::log(contract.strike.value() / forward) /
         (surface.at_the_money(tenor).value() * std::sqrt(tenor.value()));
}

Result<Roll> roll_of(const RollAsk& ask, const Due& due, const RollRule& rule) {
  LEVEE_EXPECT(due.first);
  if (!ask.now.bid) {
    return fail(Reason::missing_data,
                fmt::format("nobody bids for {} (it cannot be sold) hold it", ask.held.name));
  }
  const auto rolled = [&]() -> Result<Roll> {
    switch (*due.first) {
      case RollTrigger::tenor:
        return exchanged(ask, {due.layer, due.layer, 1, rule.kept_in_layer, signal::RollDay::yes},
                         rule);
      case RollTrigger::signal:
        return exchanged(ask, {due.layer, due.layer, 1, rule.kept_in_layer}, rule);
      case RollTrigger::extrinsic:
        return exchanged(ask, {due.layer, due.layer + 1, rule.extrinsic_share, rule.kept_onward},
                         rule);
      case RollTrigger::gain:
        return harvested(ask, rule);
    }
    LEVEE_EXPECT(false);
    return Roll{};
  };
  Result<Roll> roll = rolled();
  if (!roll) return roll;
  roll->trigger = *due.first;
  reckon(ask, *roll);
  return roll;
}

Result<RollBenefit> roll_benefit(const BenefitAsk& ask, const TailPrice& price) {
  const std::size_t paths = ask.loss.size();
  LEVEE_EXPECT(ask.sold.worth.size() == paths);
  std::vector<double> after(ask.loss.begin(), ask.loss.end());
  const auto add = [&](const RollLeg& leg, double sign) {
    LEVEE_EXPECT(leg.worth.size() == paths);
    for (std::size_t s = 0; s < paths; ++s) {
      after[s] += sign * leg.units * (leg.mark.value() - leg.worth[s]);
    }
  };
  add(ask.sold, -1);
  for (const RollLeg& leg : ask.bought) add(leg, 1);
  const auto tail = risk::tail_of(ask.loss, ask.drawn, price.level);
  if (!tail) return tail.error();
  const auto moved = risk::tail_of(after, ask.drawn, price.level);
  if (!moved) return moved.error();

  // What every path adds to the difference, to first order: its mean is the difference itself.
  const auto beyond = [&](double loss, const risk::Tail& of) {
    return of.var.value() + std::max(0.0, loss - of.var.value()) / (1 - price.level);
  };
  std::vector<double> terms(paths), mean(paths);
  for (std::size_t s = 0; s < paths; ++s) {
    mean[s] = ask.loss[s] - after[s];
    terms[s] = mean[s] + price.rho * (beyond(ask.loss[s], *tail) - beyond(after[s], *moved));
  }
  RollBenefit benefit;
  benefit.mean = Usd{risk::mean_of(mean, ask.drawn).value};
  benefit.tail = tail->cvar - moved->cvar;
  benefit.gross = Usd{benefit.mean.value() + price.rho * benefit.tail.value()};
  benefit.cost = Usd{(1 + price.rho) * ask.cost.value()};
  benefit.error = Usd{risk::mean_of(terms, ask.drawn).standard_error};
  return benefit;
}

RollLine judged(const RollJudgeAsk& ask, const RollRule& rule) {
  RollLine line;
  line.name = ask.held.name;
  if (!ask.due.first) {
    line.why = ask.due.readings[0].why;
    for (std::size_t i = 1; i < ask.due.readings.size(); ++i) {
      line.why += "; " + ask.due.readings[i].why;
    }
    return line;
  }
  line.trigger = name_of(*ask.due.first);
  const std::string asked = ask.due.readings[static_cast<std::size_t>(*ask.due.first)].why;
  const auto not_done = [&](const std::string& why) {
    line.why = fmt::format("not rolled: {} ({})", why, asked);
    return line;
  };
  if (!ask.roll) return not_done(ask.roll.error().message);
  line.cost_usd = ask.roll->cost.value();
  if (const std::string why = held_back(ask, rule); !why.empty()) return not_done(why);
  if (!ask.gain) return not_done("what it is worth is not known: " + ask.gain.error().message);
  const RollBenefit& gain = *ask.gain;
  line.benefit_usd = gain.gross.value();
  line.error_usd = gain.error.value();
  const double needed = gain.cost.value() + rule.errors_min * gain.error.value();
  if (!(gain.gross.value() > needed)) {
    return not_done(fmt::format("it is worth {} +- {} and takes {} of costs",
                                dollars(gain.gross.value()), dollars(gain.error.value()),
                                dollars(gain.cost.value())));
  }
  line.done = true;
  line.why = fmt::format("rolled: {}; worth {} +- {} against {} of costs; {}", asked,
                         dollars(gain.gross.value()), dollars(gain.error.value()),
                         dollars(gain.cost.value()), ask.roll->what_kept);
  return line;
}

std::vector<LadderRung> ladder_rungs(std::span<const HeldOption> held, UnixSeconds at,
                                     const RollRule& rule) {
  std::vector<LadderRung> rungs;
  for (std::size_t layer = 0; layer < rule.tenors_days.size(); ++layer) {
    LadderRung rung;
    rung.tenor_days = rule.tenors_days[layer];
    for (const HeldOption& one : held) {
      const double left = days_left(one.contract, at);
      if (layer_of(one, rule) != layer || !(left > 0)) continue;
      rung.units += one.quantity.value();
      rung.nearest_days = std::min(rung.nearest_days.value_or(left), left);
      rung.farthest_days = std::max(rung.farthest_days.value_or(left), left);
    }
    rung.in_band = rung.nearest_days && *rung.nearest_days > rule.due_days[layer];
    rung.about =
        !rung.nearest_days
            ? fmt::format("the {:.3g}-day layer is empty", rung.tenor_days)
            : fmt::format("the {:.3g}-day layer holds {:g}, {} days from expiry{}", rung.tenor_days,
                          rung.units, span_told(*rung.nearest_days, *rung.farthest_days),
                          rung.in_band ? "" : ", part of it due");
    rungs.push_back(std::move(rung));
  }
  return rungs;
}

}  // namespace levee::hedge

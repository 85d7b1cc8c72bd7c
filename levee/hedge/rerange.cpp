#include "levee/hedge/rerange.h"

#include "levee/hedge/dollars.h"
#include "levee/num/normal.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

double half_width(const amm::Bounds& bounds) {
  return std::log(bounds.upper.value() / bounds.lower.value()) / 2;
}

// In the range at time t: chance, and E[sqrt P] there over sqrt of today's price.
struct Inside {
  double chance = 0, root = 0;
};
Inside inside(const StayAsk& ask, double t) {
  const double spread = ask.vol.value() * std::sqrt(t), drift = spread * spread / 2;
  const double low = std::log(ask.bounds.lower.value() / ask.price.value());
  const double high = std::log(ask.bounds.upper.value() / ask.price.value());
  const auto between = [&](double shift) {
    return num::normal_cdf((high + shift) / spread) - num::normal_cdf((low + shift) / spread);
  };
  return {between(drift), std::exp(-drift / 4) * between(0)};
}

// Where the rules want the range, or why nowhere.
struct Wanted {
  std::optional<amm::Bounds> to;
  std::string why;
};

Wanted wanted_by(const RerangeAsk& ask, const Threat& threat, const RerangeRule& rule) {
  const bool wide = ask.edr_median && ask.edr > rule.edr_ratio * *ask.edr_median;
  const bool volatile_now = wide || !ask.veq || *ask.veq > rule.veq_above;
  const auto around = [&](double days) {
    const double width = rule.deviations * ask.edr * std::sqrt(days);
    return amm::Bounds{Price{ask.price.value() * std::exp(-width)},
                       Price{ask.price.value() * std::exp(width)}};
  };
  if (threat.is_threatened) {
    if (volatile_now) return {around(rule.horizon_days), threat.why};
    return {{}, threat.why + "; left alone: the daily range is not wide, nor is volatility high"};
  }
  const RerangeMemory& memory = ask.memory;
  if (!(rule.back_days > 0)) return {{}, threat.why};
  if (!memory.fell) return {{}, threat.why + "; nothing was moved that could move back"};
  if (volatile_now) return {{}, threat.why + "; not moved back: it is not calm"};
  const auto above = [&](Price mean) { return mean < ask.price; };
  const bool safe = ask.day_mean && above(*ask.day_mean) == *memory.fell;
  if (!safe) return {{}, threat.why + "; not moved back: not on the safe side of the day's mean"};
  return {around(rule.back_days), threat.why + "; calm again"};
}

Result<Done> checked(const RerangeAsk& ask) {
  const auto bad = [](std::string_view what) {
    return fail(Reason::bad_input, fmt::format("{} (a range cannot be placed without it)", what));
  };
  const auto positive = [](double x) { return std::isfinite(x) && x > 0; };
  if (!positive(ask.price.value())) return bad("price must be positive");
  if (!positive(ask.edr)) return bad("expected daily range must be positive");
  if (!positive(ask.vol.value())) return bad("volatility must be positive");
  if (!positive(ask.nav.value())) return bad("NAV must be positive");
  if (!(ask.gas.value() >= 0)) return bad("gas must not be negative");
  if (!(ask.swap_cost.value() >= 0 && ask.swap_cost.value() < 1)) {
    return bad("cost of the exchange must lie in [0, 1)");
  }
  return Done{};
}

// What the move is worth to the horizon, into `told`; needs told.move.
void reckon(const RerangeAsk& ask, const RerangeRule& rule, Rerange& told) {
  const Moved& move = *told.move;
  const auto stay = [&](const amm::Range& range) {
    return stay_of({ask.price, range.bounds, ask.vol, rule.horizon_days});
  };
  const Stay before = stay(ask.position.range), after = stay(move.range);
  const double held = ask.position.range.liquidity.value();
  const double put_in = move.range.liquidity.value();
  const double days = put_in * after.days - held * before.days;
  if (ask.fees) {
    told.added_fees_usd = ask.fees->usd_per_liquidity_day.value() * days;
    told.added_fees_se = ask.fees->standard_error.value() * std::abs(days);
  }
  told.added_lvr_usd =
      put_in * after.lvr_per_liquidity.value() - held * before.lvr_per_liquidity.value();
  told.cost_usd = move.gas.value() + move.swap_cost.value();
  const double entry = amm::exposure_at(ask.position.range, ask.position.entry_price).value.value();
  told.crystallised_usd =
      -entry * amm::impermanent_loss(ask.position.range, ask.position.entry_price, ask.price)
                   .borrowed.value();
  told.needed_fees_usd =
      told.cost_usd + told.crystallised_usd + rule.lvr_share * std::max(0.0, told.added_lvr_usd);
  told.size_multiplier = (move.value_after.value() + told.cost_usd) / move.value_before.value();
}

// Empty where it may move.
std::string held_back(const RerangeAsk& ask, const RerangeRule& rule, const Rerange& told) {
  const double now = half_width(ask.position.range.bounds),
               then = half_width(told.move->range.bounds);
  if (!ask.forbidden.empty()) return ask.forbidden;
  if (!ask.forbidden_tight.empty() && then < now) {
    return fmt::format("it would be narrower ({:.1f} % for {:.1f} % either way): {}", 100 * then,
                       100 * now, ask.forbidden_tight);
  }
  if (ask.memory.rolls >= rule.rolls_max) {
    return fmt::format("{} moves in this episode already (at most {:g})", ask.memory.rolls,
                       rule.rolls_max);
  }
  const double realised = ask.memory.realised.value() + told.crystallised_usd;
  const double most = rule.realised_share_max * ask.nav.value();
  if (realised > most) {
    return fmt::format("{} would be final losses of this episode (at most {:.3g} % of NAV, {})",
                       dollars(realised), 100 * rule.realised_share_max, dollars(most));
  }
  if (!told.added_fees_usd) {
    return fmt::format("fees are not known; it takes {} more of them in {:.3g} days",
                       dollars(told.needed_fees_usd), rule.horizon_days);
  }
  const double sure = *told.added_fees_usd - rule.errors_min * *told.added_fees_se;
  if (!(sure >= told.needed_fees_usd)) {
    return fmt::format("it would not pay for itself: {} +- {} more fees in {:.3g} days, {} needed",
                       dollars(*told.added_fees_usd), dollars(*told.added_fees_se),
                       rule.horizon_days, dollars(told.needed_fees_usd));
  }
  return {};
}

}  // namespace

Result<Done> check(const RerangeRule& rule) {
  const auto bad = [](std::string_view field, std::string_view why) {
    return fail(Reason::out_of_range, fmt::format("{} ({})", field, why));
  };
  if (!(rule.edge_share >= 0 && rule.edge_share < 1))
    return bad("edge_share", "must lie in [0, 1)");
  if (!(rule.elasticity_low >= 0 && rule.elasticity_low < rule.elasticity_high &&
        rule.elasticity_high <= 1)) {
    return bad("elasticity_low", "must lie in [0, elasticity_high), which is at most 1");
  }
  if (!(rule.deviations > 0)) return bad("deviations", "must be above 0");
  if (!(rule.horizon_days > 0)) return bad("horizon_days", "must be above 0");
  if (!(rule.lvr_share >= 0 && rule.lvr_share <= 1)) return bad("lvr_share", "must lie in [0, 1]");
  for (const auto& [name, value] :
       {std::pair{"edr_ratio", rule.edr_ratio}, std::pair{"veq_above", rule.veq_above},
        std::pair{"back_days", rule.back_days}, std::pair{"rolls_max", rule.rolls_max},
        std::pair{"realised_share_max", rule.realised_share_max},
        std::pair{"errors_min", rule.errors_min}}) {
    if (!(value >= 0)) return bad(name, "must not be negative");
  }
  return Done{};
}

Threat threat_to(const amm::Range& range, Price price, const RerangeRule& rule) {
  const amm::Exposure now = amm::exposure_at(range, price);
  Threat threat;
  threat.elasticity = now.delta.value() * price.value() / now.value.value();
  const double below = std::log(price.value() / range.bounds.lower.value());
  const double above = std::log(range.bounds.upper.value() / price.value());
  const double half = half_width(range.bounds);
  threat.falling = below < above;
  threat.edge_distance = std::isfinite(half) ? std::min(below, above) / half : 1;
  const bool near = threat.edge_distance <= rule.edge_share;
  const bool leaning =
      threat.elasticity < rule.elasticity_low || threat.elasticity > rule.elasticity_high;
  threat.is_threatened = near || leaning;
  if (threat.edge_distance < 0) {
    threat.why = fmt::format("the price is {} the range", threat.falling ? "below" : "above");
  } else if (near) {
    threat.why = fmt::format("the price is within {:.0f} % of the half-width from the {} edge",
                             100 * threat.edge_distance, threat.falling ? "lower" : "upper");
  } else if (leaning) {
    threat.why = fmt::format("{:.0f} % of its value is base tokens", 100 * threat.elasticity);
  } else {
    threat.why = "the price is well within the range";
  }
  return threat;
}

Result<Moved> moved(const MoveAsk& ask) {
  const double price = ask.price.value(), cost = ask.swap_cost.value();
  const amm::Exposure now = amm::exposure_at(ask.range, ask.price);
  const double value = now.value.value(), worth = now.base.value() * price;
  const auto one = amm::liquidity_of(Usd{1}, ask.price, ask.to);
  if (!one) return one.error();
  const amm::Exposure each = amm::exposure_at({ask.to, *one}, ask.price);
  const double share = each.base.value() * price / each.value.value();  // of value, in base

  // after = value - gas - lost * |share * after - worth|; a purchase loses its share of more quote.
  const double free = value - ask.gas.value();
  const double sold = (free - cost * worth) / (1 - cost * share);
  const double lost = cost / (1 - cost);
  const double bought = (free + lost * worth) / (1 + lost * share);
  const double after = share * sold <= worth ? sold : bought;
  if (!(after > 0)) {
    return fail(Reason::no_solution,
                fmt::format("gas and exchange cost {} or more (all that is freed) leave it",
                            dollars(value)));
  }
  const auto put_in = amm::liquidity_of(Usd{after}, ask.price, ask.to);
  if (!put_in) return put_in.error();
  Moved told;
  told.range = {ask.to, *put_in};
  told.value_before = now.value;
  told.value_after = Usd{after};
  told.base_traded = Tokens{(share * after - worth) / price};
  told.gas = ask.gas;
  told.swap_cost = Usd{free - after};
  return told;
}

Stay stay_of(const StayAsk& ask) {
  LEVEE_EXPECT(ask.price.value() > 0 && ask.vol.value() > 0 && ask.days > 0);
  // Both integrands change like sqrt(t) near 0 where the price is next to an edge: t = h u^2 makes
  // them smooth. Midpoints, as there is no t = 0.
  constexpr int steps = 500;
  const double years_ahead = ask.days / 365;
  double chance = 0, root = 0;
  for (int i = 0; i < steps; ++i) {
    const double u = (i + 0.5) / steps;
    const Inside at = inside(ask, years_ahead * u * u);
    chance += 2 * u * at.chance / steps;
    root += 2 * u * at.root / steps;
  }
  const double variance = ask.vol.value() * ask.vol.value() * years_ahead;
  return {chance * ask.days, Usd{variance * root * std::sqrt(ask.price.value()) / 4}};
}

Result<Rerange> rerange_of(const RerangeAsk& ask, const RerangeRule& rule) {
  if (const auto fine = checked(ask); !fine) return fine.error();
  const Threat threat = threat_to(ask.position.range, ask.price, rule);
  const Wanted wanted = wanted_by(ask, threat, rule);
  Rerange told;
  told.is_threatened = threat.is_threatened;
  told.value_usd = amm::exposure_at(ask.position.range, ask.price).value.value();
  told.why = wanted.why;
  if (!wanted.to) return told;
  const auto move = moved({ask.position.range, ask.price, *wanted.to, ask.gas, ask.swap_cost});
  if (!move) return move.error();
  told.move = *move;
  told.lower = wanted.to->lower.value();
  told.upper = wanted.to->upper.value();
  reckon(ask, rule, told);
  if (const std::string why = held_back(ask, rule, told); !why.empty()) {
    told.why += "; not moved: " + why;
    return told;
  }
  told.done = true;
  told.why += fmt::format(
      "; moved to {:.4g} ... {:.4g}: {} of loss against holding becomes final, {} of costs, {} +- "
      "{} more fees expected in {:.3g} days; putting it off is not winning it back",
      *told.lower, *told.upper, dollars(told.crystallised_usd), dollars(told.cost_usd),
      dollars(*told.added_fees_usd), dollars(*told.added_fees_se), rule.horizon_days);
  return told;
}

}  // namespace levee::hedge

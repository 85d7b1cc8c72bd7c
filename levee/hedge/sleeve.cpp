#include "levee/hedge/sleeve.h"

#include "levee/hedge/dollars.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

double pledged(const book::Pledge& pledge, Price price) {
  return pledge.base.value() * price.value() + pledge.quote.value();
}

Result<Done> checked(const SleeveState& state, const SleeveAsk& ask) {
  const auto bad = [](std::string_view what) {
    return fail(Reason::bad_input, fmt::format("{} (a loan cannot be judged without it)", what));
  };
  const auto positive = [](double x) { return std::isfinite(x) && x > 0; };
  const auto amount = [](double x) { return std::isfinite(x) && x >= 0; };
  const book::Pledge& pledge = ask.line.pledge;
  if (!positive(ask.price.value())) return bad("price must be positive");
  if (!positive(ask.vol.value())) return bad("volatility must be positive");
  if (!(pledge.threshold.value() > 0 && pledge.threshold.value() < 1)) {
    return bad("liquidation threshold must lie in (0, 1)");
  }
  for (const double one :
       {pledge.base.value(), pledge.quote.value(), ask.line.owed.value(), ask.wanted.value(),
        ask.gas.value(), ask.cash.value(), state.drawn.value()}) {
    if (!amount(one)) return bad("amounts must not be negative");
  }
  if (state.drawn.value() > ask.line.owed.value() * (1 + 1e-12)) {
    return bad("what is owed must include what was drawn");
  }
  return Done{};
}

double interest(Rate rate, double usd, double days) {
  return usd * std::expm1(rate.value() * days / 365);
}

// A draw within the limits, or why none.
struct Drawn {
  double usd = 0;
  std::optional<double> benefit, cost;
  std::string why;
};

Drawn drawn_for(const SleeveAsk& ask, double most, const SleeveRule& rule) {
  Drawn told;
  const auto none = [&](std::string why) {
    told.usd = 0, told.why = std::move(why);
    return told;
  };
  if (ask.stress == signal::Switch::off) return none("nothing is drawn: the stress gate is off");
  if (!ask.forbidden.empty()) return none("nothing is drawn: " + ask.forbidden);
  if (!(ask.wanted.value() > 0)) return none("nothing is wanted");
  if (!(most > 0)) return none("nothing is drawn: the pledge holds no more debt");
  if (!ask.benefit_per_usd) return none("nothing is drawn: what it would bring is not known");
  told.usd = std::min(ask.wanted.value(), most);
  const auto rate = rate_after(ask.line, Usd{told.usd});
  if (!rate) return none("nothing is drawn: " + rate.error().message);
  told.benefit = ask.benefit_per_usd->value * told.usd;
  // The rate rises for what is owed already, too.
  const auto before = rate_after(ask.line, Usd{0});
  told.cost =
      interest(*rate, told.usd + ask.line.owed.value(), rule.horizon_days) + ask.gas.value();
  if (before) *told.cost -= interest(*before, ask.line.owed.value(), rule.horizon_days);
  const double error = rule.errors_min * ask.benefit_per_usd->standard_error * told.usd;
  if (!(*told.benefit - error > *told.cost)) {
    return none(fmt::format(
        "nothing is drawn: {} would bring {} and cost {} ({:.1f} % a year, gas "
        "included)",
        dollars(told.usd), dollars(*told.benefit), dollars(*told.cost), 100 * rate->value()));
  }
  told.why = fmt::format("{} drawn under stress: it is to bring {} and costs {}", dollars(told.usd),
                         dollars(*told.benefit), dollars(*told.cost));
  if (told.usd < ask.wanted.value()) {
    told.why +=
        fmt::format("; {} were wanted, the limits allow no more", dollars(ask.wanted.value()));
  }
  return told;
}

// How much ought to go back today, and why.
struct Repaid {
  double usd = 0;
  std::string why;
};

Repaid repaid_for(const SleeveState& state, const SleeveAsk& ask, int closes_off,
                  const SleeveRule& rule) {
  const double drawn = state.drawn.value();
  if (!(drawn > 0)) return {};
  if (closes_off >= rule.repay_closes) {
    return {drawn, fmt::format("the stress gate has been off for {} closes", closes_off)};
  }
  // Limits on the way are the health factor's alone: the share of liquidation is one on drawing.
  const Price down = price_down(ask.price, ask.vol, rule.deviations);
  const double held = ask.line.pledge.threshold.value() * pledged(ask.line.pledge, down);
  const double over = ask.line.owed.value() - held / rule.health_min;
  if (!(over > 0)) return {};
  return {std::min(drawn, over),
          fmt::format("a day of {:g} deviations would leave a health factor of {:.2f}",
                      rule.deviations, held / ask.line.owed.value())};
}

}  // namespace

Result<Done> check(const SleeveRule& rule) {
  const auto bad = [](std::string_view field, std::string_view why) {
    return fail(Reason::out_of_range, fmt::format("{} ({})", field, why));
  };
  if (!(rule.ltv_share > 0 && rule.ltv_share <= 1)) return bad("ltv_share", "must lie in (0, 1]");
  if (!(rule.health_min > 1)) return bad("health_min", "must be above 1");
  if (!(rule.deviations >= 0)) return bad("deviations", "must not be negative");
  if (!(rule.horizon_days > 0)) return bad("horizon_days", "must be above 0");
  if (!(rule.repay_closes >= 1)) return bad("repay_closes", "must be at least 1");
  if (!(rule.errors_min >= 0)) return bad("errors_min", "must not be negative");
  return Done{};
}

Result<Rate> rate_after(const LendingLine& line, Usd more) {
  if (line.available && more > *line.available) {
    return fail(Reason::refused, fmt::format("the reserve holds {} (less than is asked)",
                                             dollars(line.available->value())));
  }
  if (!line.curved) return line.rate;
  lend::RateAsk ask = line.curved->now;
  const U256 raw{static_cast<u128>(more.value() * std::pow(10, line.curved->decimals))};
  if (ask.available < raw) {
    return fail(Reason::refused, "the reserve holds less than is asked");
  }
  ask.taken = ask.taken + raw;
  ask.variable_debt = ask.variable_debt + raw;
  const auto rates = lend::rates_of(line.curved->curve, ask);
  if (!rates) return fail(Reason::refused, "the reserve's curve gives no rate for this");
  return Rate{to_double(rates->variable) / to_double(lend::ray)};
}

std::optional<double> health_of(const HealthAsk& ask) {
  if (!(ask.owed.value() > 0)) return std::nullopt;
  return ask.pledge.threshold.value() * pledged(ask.pledge, ask.price) / ask.owed.value();
}

Price price_down(Price price, Vol vol, double deviations) {
  return Price{price.value() * std::exp(-deviations * vol.value() / std::sqrt(365.0))};
}

Usd owed_most(const SleeveAsk& ask, const SleeveRule& rule) {
  const book::Pledge& pledge = ask.line.pledge;
  const Price down = price_down(ask.price, ask.vol, rule.deviations);
  const double by_ltv = rule.ltv_share * pledge.threshold.value() * pledged(pledge, ask.price);
  const double by_health = pledge.threshold.value() * pledged(pledge, down) / rule.health_min;
  return Usd{std::min(by_ltv, by_health)};
}

Result<SleeveAct> sleeve_act(const SleeveState& state, const SleeveAsk& ask,
                             const SleeveRule& rule) {
  if (const auto fine = checked(state, ask); !fine) return fine.error();
  SleeveAct act;
  act.after.closes_off = ask.stress == signal::Switch::off ? state.closes_off + 1 : 0;
  double most = owed_most(ask, rule).value() - ask.line.owed.value();
  if (ask.line.available) most = std::min(most, ask.line.available->value());
  act.most_usd = std::max(0.0, most);

  const Repaid due = repaid_for(state, ask, act.after.closes_off, rule);
  if (due.usd > 0) {
    act.repaid_usd = std::min(due.usd, ask.cash.value());
    act.short_usd = due.usd - act.repaid_usd;
    act.why = fmt::format("{} repaid: {}", dollars(act.repaid_usd), due.why);
    if (act.short_usd > 0) {
      act.why += fmt::format(
          "; {} more are due as cash comes in (no protection is sold for it), "
          "or pledge more",
          dollars(act.short_usd));
    }
  } else {
    const Drawn draw = drawn_for(ask, act.most_usd, rule);
    act.drawn_usd = draw.usd;
    act.benefit_usd = draw.benefit;
    act.cost_usd = draw.cost;
    act.why = draw.why;
  }

  const double owed = ask.line.owed.value() + act.drawn_usd - act.repaid_usd;
  // Repaying lowers the rate; what that saves is left out.
  const auto rate = rate_after(ask.line, Usd{act.drawn_usd});
  if (!rate) return rate.error();
  const double left = state.drawn.value() + act.drawn_usd - act.repaid_usd;
  act.after.drawn = Usd{left + interest(*rate, left, 1)};
  if (owed > 0) {
    act.rate = rate->value();
    act.ltv = owed / pledged(ask.line.pledge, ask.price);
    act.health = health_of({ask.line.pledge, Usd{owed}, ask.price});
    act.health_down =
        health_of({ask.line.pledge, Usd{owed}, price_down(ask.price, ask.vol, rule.deviations)});
  }
  return act;
}

}  // namespace levee::hedge

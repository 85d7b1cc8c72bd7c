#include "levee/risk/allocator.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::risk {
namespace {

constexpr int months = 12;
constexpr double to_add = 0.02;  // hurdles over the cost of capital, methodology 4.25

double costs(const AllocatorAsk& ask) {
  const bool paid = ask.friction == Friction::as_flow;
  return ask.cash.hedge_net.value() + (paid ? (ask.cash.gas + ask.cash.slippage).value() : 0);
}

UnixSeconds month(const AllocatorAsk& ask, int number) {
  return ask.at + Seconds{days(365).value() * number / months};
}

std::vector<FailureMode> modes(const AllocatorAsk& ask, double hazard) {
  return {{Intensity{hazard}, Share{1 - ask.lost.value()}}};
}

// A rate of return and what is to be known of it.
struct Return {
  std::optional<double> rate;
  std::string status;
};

Return return_of(const AllocatorAsk& ask, double fees, double hazard) {
  const Flows plain = yearly_flows(ask, fees);
  const auto flows = survived_flows({plain.flows, plain.value, modes(ask, hazard)});
  const auto rates = internal_rates(flows);
  if (!rates) return {std::nullopt, rates.error().message};
  if (rates->is_unique()) {
    return {rates->rates.front(), fmt::format("{} change of sign, one rate", rates->sign_changes)};
  }
  const double riskless = ask.capm.riskless;
  const auto modified = modified_rate(flows, {.finance = riskless, .reinvest = riskless});
  const std::string many = fmt::format(
      "{} changes of sign, {} rates: the modified one, at the "
      "riskless rate",
      rates->sign_changes, rates->rates.size());
  return {modified ? std::optional(*modified) : std::nullopt, many};
}

Ratio unknown_ratio(std::string name, std::string unit) {
  return {std::move(name), {}, {}, {}, std::move(unit), "fees are not known"};
}

// A figure of fees and hazard, with its band.
template <class Figure>
Ratio banded(const AllocatorAsk& ask, std::string name, std::string unit, Figure figure) {
  const auto& fees = ask.cash.fees;
  if (!fees) return unknown_ratio(std::move(name), std::move(unit));
  return {std::move(name),
          figure(fees->value, ask.hazard.value),
          figure(fees->low, ask.hazard.high),
          figure(fees->high, ask.hazard.low),
          std::move(unit),
          {}};
}

// In: `ask` without a hazard for the plain one.
Ratio return_ratio(const AllocatorAsk& ask, std::string name) {
  Ratio ratio = banded(ask, std::move(name), "a year", [&](double fees, double hazard) {
    return return_of(ask, fees, hazard).rate;
  });
  if (ask.cash.fees) ratio.status = return_of(ask, ask.cash.fees->value, ask.hazard.value).status;
  return ratio;
}

double wacc_of(const AllocatorAsk& ask, double hazard_spread) {
  Capm capm = ask.capm;
  capm.hazard_spread = hazard_spread;
  return Wacc{.equity_share = ask.equity_share,
              .equity_cost = capm.cost(),
              .debt_cost = ask.debt_cost,
              .friction = ask.friction == Friction::as_rate ? friction_rate(ask) : 0}
      .cost();
}

std::string hurdle(double spread) {
  if (spread >= to_add) return "2 points or more over it: may be added to";
  return spread >= 0 ? "over it by less than 2 points: keep, do not add" : "below it: leave";
}

void add_returns(const AllocatorAsk& ask, Allocator& told) {
  const double spread = ask.hazard.value * ask.lost.value();
  const double wacc = wacc_of(ask, 0), with_hazard = wacc_of(ask, spread);
  AllocatorAsk safe = ask;
  safe.hazard = {};
  Ratio survival = return_ratio(ask, "IRR, weighted by survival");
  Ratio plain = return_ratio(safe, "IRR, plain");
  told.survival_irr = survival.value;
  Ratio over{"IRR by survival less WACC", {}, {}, {}, "a year", "fees are not known"};
  if (survival.value) {
    over.value = *survival.value - wacc;
    if (survival.low) over.low = *survival.low - wacc;
    if (survival.high) over.high = *survival.high - wacc;
    over.status = hurdle(*over.value);
  }
  if (plain.value) {
    plain.status +=
        fmt::format("; less a WACC with hazard {:+.2f} points", 100 * (*plain.value - with_hazard));
  }
  const bool rate = ask.friction == Friction::as_rate;
  told.ratios.push_back(std::move(survival));
  told.ratios.push_back({"WACC, no hazard in it",
                         wacc,
                         {},
                         {},
                         "a year",
                         rate ? "gas and slippage in it as a rate" : "gas and slippage are flows"});
  told.ratios.push_back(std::move(over));
  told.ratios.push_back(std::move(plain));
  told.ratios.push_back(
      {"WACC, with hazard", with_hazard, {}, {}, "a year", "only for the plain IRR"});
}

void add_prices(const AllocatorAsk& ask, Allocator& told) {
  const YearlyCash& cash = ask.cash;
  const auto at = [&](double fees) {
    return price_to_cash(ask.value, {.fees = Usd{fees},
                                     .gas = cash.gas + cash.slippage,
                                     .hedge = cash.hedge_carry,
                                     .lvr = cash.lvr - (cash.hedge_carry - cash.hedge_net),
                                     .days = 365});
  };
  const auto row = [&](std::string name, std::optional<double> PriceToCash::* which) {
    Ratio ratio = unknown_ratio(std::move(name), "years");
    if (cash.fees) {
      ratio.value = at(cash.fees->value).*which;
      ratio.low = at(cash.fees->high).*which, ratio.high = at(cash.fees->low).*which;
      ratio.status = ratio.value ? "" : "cash is not above 0";
    }
    return ratio;
  };
  told.ratios.push_back(row("P/CF gross", &PriceToCash::gross));
  told.ratios.push_back(row("P/CF hedged", &PriceToCash::hedged));
  Ratio economic = row("P/CF economic", &PriceToCash::economic);
  if (const double wacc = wacc_of(ask, 0); economic.value && wacc > 0) {
    const bool cheap = *economic.value <= 1 / wacc;
    economic.status = fmt::format("{} 1/WACC = {:.1f}: {}", cheap ? "at most" : "above", 1 / wacc,
                                  cheap ? "attractive" : "dear");
  }
  told.ratios.push_back(std::move(economic));
}

double payments(const AllocatorAsk& ask, double fees) {
  return fees - ask.cash.lvr.value() - costs(ask);
}

void add_worth(const AllocatorAsk& ask, Allocator& told) {
  const double required = ask.capm.cost() + ask.illiquidity, value = ask.value.value();
  const double lost = ask.lost.value();
  Ratio finite = banded(ask, fmt::format("DDM over {} y, over value", ask.years), "of value",
                        [&](double fees, double hazard) -> std::optional<double> {
                          return discounted_payments(ask, fees, hazard).value() / value;
                        });
  if (finite.value) {
    told.worth_over_value = finite.value;
    finite.status =
        fmt::format("times {:.2f} of the hedge's coverage", coverage_factor(*finite.value));
  }
  told.ratios.push_back(std::move(finite));
  const auto gordon = [&](double fees, double hazard) -> std::optional<double> {
    const double next = payments(ask, fees) * (1 + ask.growth.last);
    const auto worth = gordon_value(Usd{next}, required + hazard * lost, ask.growth.last);
    return worth && next > 0 ? std::optional(worth->value() / value) : std::nullopt;
  };
  Ratio forever = banded(ask, "Gordon, over value", "of value", gordon);
  if (ask.cash.fees && !forever.value) {
    forever.status = "payments are not above 0, or grow faster than they are discounted";
  } else if (forever.value) {
    forever.status = "for ever, the value itself never back";
  }
  told.ratios.push_back(std::move(forever));
  Ratio exact = banded(ask, "Perpetual yield, over value", "of value",
                       [&](double fees, double hazard) -> std::optional<double> {
                         const double yield = payments(ask, fees) / value;
                         if (!(yield > 0 && required + hazard > 0)) return std::nullopt;
                         return value_per_dollar({yield, required, Intensity{hazard}, ask.lost});
                       });
  if (ask.cash.fees) {
    exact.status =
        exact.value ? "no growth, what a failure leaves counted" : "payments are not above 0";
  }
  told.ratios.push_back(std::move(exact));
}

void add_hazard(const AllocatorAsk& ask, Allocator& told) {
  Ratio ratio = unknown_ratio("Hazard break-even", "failures a year");
  if (ask.cash.fees && ask.lost.value() > 0) {
    const auto at = [&](double fees) {
      return break_even_hazard(payments(ask, fees) / ask.value.value(), ask.lost).value();
    };
    ratio = {ratio.name,
             at(ask.cash.fees->value),
             at(ask.cash.fees->low),
             at(ask.cash.fees->high),
             ratio.unit,
             {}};
    ratio.status = *ratio.value > 0 ? fmt::format(
                                          "{:.1f} times the hazard of {:.2f} %, whose band ends at "
                                          "{:.2f} %",
                                          *ratio.value / ask.hazard.value, 100 * ask.hazard.value,
                                          100 * ask.hazard.high)
                                    : "no carry is left to pay for any";
    if (!(ask.hazard.value > 0)) ratio.status = "no failure is modelled";
  } else if (ask.cash.fees) {
    ratio.status = "nothing is lost when it fails";
  }
  told.ratios.push_back(std::move(ratio));
}

}  // namespace

double friction_rate(const AllocatorAsk& ask) {
  return (ask.cash.gas + ask.cash.slippage).value() / ask.value.value();
}

Flows yearly_flows(const AllocatorAsk& ask, double fees_usd) {
  LEVEE_EXPECT(ask.value.value() > 0 && ask.years > 0);
  const double value = ask.value.value(), decay = ask.cash.lvr.value() / value;
  const auto left = [&](int at) { return value * std::exp(-decay * at / months); };
  Flows made{.flows = {{ask.at, Usd{-value}}}, .value = {ask.value}};
  const int last = months * ask.years;
  for (int i = 1; i <= last; ++i) {
    const double paid = (fees_usd - costs(ask)) / months * left(i - 1) / value;
    made.flows.push_back({month(ask, i), Usd{paid + (i == last ? left(i) : 0)}});
    made.value.emplace_back(i == last ? 0 : left(i));
  }
  return made;
}

Usd discounted_payments(const AllocatorAsk& ask, double fees_usd, double hazard) {
  const double value = ask.value.value();
  Flows made{.flows = {{ask.at, Usd{0}}}, .value = {ask.value}};
  const int last = months * ask.years;
  double level = payments(ask, fees_usd) / months;
  for (int i = 1; i <= last; ++i) {
    const double fade = ask.growth.half_life_years > 0
                            ? std::min(1.0, i / (2.0 * months * ask.growth.half_life_years))
                            : 1;
    level *= std::pow(1 + std::lerp(ask.growth.first, ask.growth.last, fade), 1.0 / months);
    made.flows.push_back({month(ask, i), Usd{level + (i == last ? value : 0)}});
    made.value.emplace_back(i == last ? 0 : value);
  }
  const auto flows = survived_flows({made.flows, made.value, modes(ask, hazard)});
  return present_value(flows, ask.capm.cost() + ask.illiquidity);
}

double coverage_factor(double worth_over_value) {
  return std::clamp(2 - worth_over_value, 0.5, 1.5);
}

double beta_factor(double beta_down, std::optional<Usd> cap, SmallCap small) {
  const double power = small == SmallCap::more ? 0.1 : -0.1;
  const double size = cap ? std::pow(1e10 / cap->value(), power) : 1;
  return std::clamp(beta_down, 0.5, 3.0) * size;
}

double coverage_target(double usual, double multiple) {
  return std::min(1.0, usual * std::clamp(multiple, 0.5, 1.5));
}

Allocator allocator_of(const AllocatorAsk& ask) {
  LEVEE_EXPECT(ask.value.value() > 0);
  Allocator told;
  add_returns(ask, told);
  add_prices(ask, told);
  add_worth(ask, told);
  add_hazard(ask, told);
  return told;
}

}  // namespace levee::risk

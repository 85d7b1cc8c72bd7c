// levee/risk/valuation.h — what a stream of fees is worth, and what the money in it must earn.
//
// src: Brealey, Myers & Allen (2020), Principles of Corporate Finance, 13th ed. (CAPM, cost of
//      capital, discounted dividends)
#pragma once
#include "levee/base/units.h"

#include <optional>

namespace levee::risk {

/// Cost of equity: riskless rate plus beta times the market's premium. Hazard is no beta: it is a
/// spread of its own.
struct Capm {
  double riskless = 0, premium = 0, beta = 0;
  double hazard_spread = 0;  ///< Rate of failure times the share then lost; 0 beside a
                             ///< survival-weighted return, which has it already.
  double cost() const { return riskless + beta * premium + hazard_spread; }
};

/// Weighted cost of capital; gas and slippage are cash flows by default, a rate where asked for.
struct Wacc {
  double equity_share = 1;  ///< Of equity and debt, in [0, 1].
  double equity_cost = 0, debt_cost = 0;
  double friction = 0;  ///< Yearly gas, slippage and the like over the value.
  double cost() const {
    return equity_share * equity_cost + (1 - equity_share) * debt_cost + friction;
  }
};

/// Next year's payment over the spread of required rate and growth; nothing where growth is not
/// below it.
/// src: Gordon (1959), Review of Economics and Statistics 41, 99-105
std::optional<Usd> gordon_value(Usd next, double required, double growth);

/// Growth that fades in a straight line from `first` to `last` over twice the half-life.
/// src: Fuller & Hsia (1984), Financial Analysts Journal 40(5), 49-56
struct FadingGrowth {
  double first = 0, last = 0;
  double half_life_years = 0;
};
std::optional<Usd> fading_value(Usd now, double required, const FadingGrowth& growth);

/// A position's price over a year's cash.
struct CashFlow {
  Usd fees, gas, hedge, lvr;  ///< Each over `days`.
  double days = 0;            ///< > 0, counted as a share of 365.
};
struct PriceToCash {
  std::optional<double> gross;     ///< Fees less gas.
  std::optional<double> hedged;    ///< And less what the hedge costs.
  std::optional<double> economic;  ///< And less loss versus rebalancing.
};
/// out: nothing where the cash is not above 0: such a ratio says nothing
PriceToCash price_to_cash(Usd value, const CashFlow& flow);

/// What a dollar of a perpetual yield is worth where the position may fail.
/// src: (yield + hazard recovered) / (required + hazard)
struct Perpetuity {
  double yield = 0, required = 0;
  Intensity hazard;
  Share lost;  ///< When it fails.
};
double value_per_dollar(const Perpetuity& asset);

/// The rate of failure at which what a position earns no longer pays for what it may lose.
/// in:  lost > 0
Intensity break_even_hazard(double net_carry, Share lost);

}  // namespace levee::risk

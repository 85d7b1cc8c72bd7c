// levee/amm/exposure.h — value, Greeks and losses of a range, in double.
//
// Everything here is what we think about a pool, not what the pool would answer to the last unit;
// relative error is a few ulps unless a function says otherwise.
#pragma once
#include "levee/amm/types.h"
#include "levee/base/result.h"
#include "levee/base/time.h"

#include <vector>

namespace levee::amm {

/// What a position holds and how its worth moves.
struct Exposure {
  Tokens base;  ///< Base tokens held; equals dV/dP everywhere.
  Usd quote;    ///< Quote tokens held, in quote units.
  Usd value;    ///< base * price + quote.
  Tokens delta;
  Gamma gamma;  ///< Minus L / (2 P^1.5) strictly inside the range, 0 outside and on its edges.
};

/// Holdings, value and Greeks of a range at a price.
///
/// in:   price > 0
/// src:  Uniswap v3 whitepaper (2021), section 6; V = L (2 sqrt P - sqrt Pa - P/sqrt Pb)
Exposure exposure_at(const Range& range, Price price);

/// HumanLiquidity of a deposit worth `value` at `price`.
///
/// err:  bad_input if value or price is not positive, or bounds are not 0 <= lower < upper
Result<HumanLiquidity> liquidity_of(Usd value, Price price, const Bounds& bounds);

/// The three quantities that are all called impermanent loss, as fractions; gains positive.
/// src: Lipton, Lucic & Sepp (2024), arXiv 2407.05146 (names); relative: V/V_hold - 1
struct ImpermanentLoss {
  Share relative;  ///< (V - V_hold) / V_hold.
  Share borrowed;  ///< (V - V_hold) / V_0: the convexity alone.
  Share funded;    ///< (V - V_0) / V_0: the LP bought the tokens and carries their delta.
};

/// Impermanent loss of a range between entry and now.
///
/// in:   entry, now > 0; the hold portfolio is what the range held at entry
/// out:  cancellation-safe: relative error below 1e-13 of each entry of mathematics 1.1, also for
///       now within 1e-6 of entry
ImpermanentLoss impermanent_loss(const Range& range, Price entry, Price now);

/// How many times the gamma (and LVR, and fee rate) of a full-range position of equal value.
///
/// out:  2 sqrt P / (2 sqrt P - P/sqrt Pb - sqrt Pa) inside the range, 1 for a full range; 0
/// outside
///       and on the edges, where gamma is
double concentration(const Bounds& bounds, Price price);

/// Loss versus rebalancing per day: sigma^2 P^2 |gamma| / 2 / 365.
/// src: Milionis et al. (2022), arXiv 2208.06046
Usd lvr_per_day(const Range& range, Price price, Vol vol);

/// The volatility at which fee income equals LVR: sqrt(8 * fee_rate / concentration).
///
/// in:   fee_rate: fees per year over position value, >= 0; price inside the range
/// err:  no_solution outside the range and on its edges, where LVR is zero at any volatility
Result<Vol> fee_implied_vol(const Bounds& bounds, Price price, Rate fee_rate);

/// Prices at which the borrowed loss equals the income already earned.
struct BreakEven {
  Price low;
  Price high;
};

/// Break-even prices of the delta-neutral position for `income` earned since entry.
///
/// in:   income >= 0 in quote units; entry strictly inside the range
/// out:  borrowed loss plus income is zero at both; accurate to 1e-12 relative. Both exist for any
///       income below the loss at price 0: below that low is reported as 0 (never broken)
/// err:  out_of_range if income is negative or entry is outside the range or on its edge
Result<BreakEven> break_even(const Range& range, Price entry, Usd income);

/// Expected time until a driftless log price first leaves the range: ln(Pb/P) ln(P/Pa) / sigma^2.
///
/// err:  no_solution outside the range or on its edge, for a range open on one side (the expected
///       time is infinite) or for zero volatility
Result<Years> expected_time_in_range(const Bounds& bounds, Price price, Vol vol);

/// When, and on which side, a price first leaves a range.
struct FirstExit {
  Years expected;     ///< Time until then.
  Probability above;  ///< That it leaves through the upper edge.
};

/// First exit of a price that is itself a martingale: its logarithm falls by half the variance.
///
/// out:  a range open above is left below, in ln(P/Pa) / (sigma^2 / 2); relative error a few ulps
/// err:  no_solution outside the range or on its edge, for a range open below (the expected time is
///       infinite) or for zero volatility
/// src:  Dynkin's formula for ln P: E = 2/sigma^2 (ln P - p ln Pb - (1 - p) ln Pa), p = (P - Pa) /
///       (Pb - Pa)
Result<FirstExit> first_exit(const Bounds& bounds, Price price, Vol vol);

/// How a pool's raw prices and ticks read as quote per base in human units.
struct Quoting {
  int base_decimals = 18;
  int quote_decimals = 6;
  bool base_is_token0 = false;  ///< USDC-WETH on Ethereum: the base (WETH) is token1.
  friend bool operator==(const Quoting&, const Quoting&) = default;
};

/// Quote per base at a tick. With the base as token1 a higher price is a LOWER tick.
/// out: accurate to 1e-12 relative; the pool's own integer arithmetic is not reproduced here
Price price_at(Tick tick, const Quoting& quoting);

/// Bounds from two ticks in pool order, whichever way the pool is quoted.
/// err: bad_input unless lower < upper, both on the spacing and within +-887272
Result<Bounds> bounds_at(Tick lower, Tick upper, TickSpacing spacing, const Quoting& quoting);

/// Human liquidity from the pool's raw L (an integer up to 2^128, given as a double).
HumanLiquidity human_liquidity(double raw, const Quoting& quoting);

/// Quote per base from a pool's sqrtPriceX96 (given as a double).
Price price_of_sqrt_x96(double sqrt_price_x96, const Quoting& quoting);

}  // namespace levee::amm

// levee/amm/stableswap_value.h — price and worth on a stableswap curve, in double.
//
// What we think about a pool; what it would answer to the last unit is stableswap.h.
// src: Egorov (2019), StableSwap: Ann S + D = Ann D + D^(n+1) / (n^n product of x), Ann = A n with
// A as the contract stores it
#pragma once
#include "levee/amm/kind.h"
#include "levee/base/units.h"

#include <span>

namespace levee::amm {

/// A pool's curve and where it stands on it.
struct StableCurve {
  std::span<const double> balances;  ///< Whole tokens of each coin, all above 0.
  double amplification = 0;          ///< A, above 0.
};

/// D. out: relative error below 1e-14
double curve_invariant(const StableCurve& curve);

/// What the next small unit of pair.in is worth in pair.out, before fees.
///
/// out: (Ann + P / x_in) / (Ann + P / x_out), P = D^(n+1) / (n^n product of x)
Price marginal_price(const StableCurve& curve, const Pair& pair);

/// What `sold` of pair.in buys of pair.out, before fees. in: sold >= 0
Tokens bought_for(const StableCurve& curve, const Pair& pair, Tokens sold);

/// A two-coin pool after arbitrage has taken it to another price of its first coin.
struct Depeg {
  Tokens first, second;
  Usd value;           ///< price * first + second.
  Share against_hold;  ///< value over that of one each, minus 1; never above 0.
};

/// What a pool of one coin each (D = 2) becomes when its first coin is worth `price` of the second.
///
/// in:   amplification > 0, 1e-6 <= price <= 1e6
/// out:  relative error of balances and value below 1e-11
Depeg depegged(double amplification, Price price);

}  // namespace levee::amm

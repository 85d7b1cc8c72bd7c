// levee/scenario/cascade_pool.h — a pool of a coin that breaks and a dollar, in whole units.
#pragma once
#include "levee/amm/stableswap.h"
#include "levee/base/units.h"

#include <cstdint>
#include <optional>

namespace levee::scenario {

/// Millionths of a token: what cascades count in, so that nothing is ever lost to rounding.
using Units = std::int64_t;
inline constexpr double units_per_token = 1e6;
Units units_of(double tokens);
double tokens_of(Units units);

enum class Side { coin, quote };
/// An amount of each side.
struct TwoUnits {
  Units coin = 0, quote = 0;
  friend bool operator==(const TwoUnits&, const TwoUnits&) = default;
};

enum class Curve { product, range, stable };

/// A pool before anything happens.
struct PoolTerms {
  Curve curve = Curve::product;
  double worth_usd = 0;      ///< Of both sides at par.
  double fee = 0.003;        ///< Share of a swap.
  double coin_share = 0.5;   ///< Stable: the coin's share of all tokens.
  double amplification = 0;  ///< Stable: A as the contract stores it, whole.
  double lower = 0;          ///< Range: its edges, as shares of par.
  double upper = 0;
};

/// What a pool takes in when it is brought to a price.
struct TowardTrade {
  Side sold = Side::coin;
  Units in = 0;
};

/// One pool whose liquidity is all in one place: the whole curve, one range, or a stableswap pool
/// (which then answers exactly as the contract). Fees stay in it.
class CascadePool {
 public:
  static constexpr Units all_shares = 1'000'000'000'000'000;

  /// in: worth_usd in (0, 1e12], par > 0; stable: par 1, amplification >= 1, coin_share in (0, 1);
  ///     range: 0 < lower < 1 < upper
  CascadePool(const PoolTerms& terms, double par);

  TwoUnits reserves() const;
  Units shares() const { return shares_; }
  /// Quote for a coin at the margin, before fees.
  double price() const;

  /// Sells to the pool. out: what it pays, rounded in its favour; 0 where it would pay nothing,
  ///                         and then it takes nothing either
  Units sell(Side sold, Units in);
  /// Gives up shares for a part of both sides, rounded down. in: at most all
  TwoUnits remove(Units shares);
  /// Takes a part of both sides without giving up shares: a theft.
  TwoUnits lose(Share part);
  /// What an arbitrageur sells it so that it pays no more to come again at an outside price: the
  /// edge of the band of its fee. in: outside > 0
  TowardTrade toward(double outside) const;

 private:
  TwoUnits take(Units part, Units whole);
  TowardTrade toward_product(double marginal) const;
  TowardTrade toward_stable(double marginal) const;

  PoolTerms terms_;
  Units shares_ = all_shares;
  TwoUnits real_;     // Product and range.
  TwoUnits virtual_;  // Range: what the curve has beyond what is there.
  std::optional<amm::StableSwap> stable_;
};

}  // namespace levee::scenario

// levee/lend/interest.h — what borrowing costs and how it adds up over time, in ray.
//
// src: Aave v3 technical paper (2022), section 4; core-v3 1.19.3,
// DefaultReserveInterestRateStrategy and MathUtils
#pragma once
#include "levee/lend/ray.h"

#include <cstdint>
#include <optional>

namespace levee::lend {

/// A kinked curve: rates a year in ray over the share of the liquidity that is lent out.
struct RateCurve {
  U256 optimal_usage;  ///< The kink, at most 10^27.
  U256 base, slope1, slope2;
  U256 stable_slope1{}, stable_slope2{};
  U256 stable_offset{};         ///< Above slope1, at no usage.
  U256 stable_excess_offset{};  ///< Where more than the optimal share of the debt is stable.
  U256 optimal_stable_share{};
};

/// A reserve as its curve sees it, in raw units of the asset.
struct RateAsk {
  U256 available{};       ///< Before what is added and taken.
  U256 added{}, taken{};  ///< By the operation under way.
  U256 variable_debt{}, stable_debt{};
  U256 average_stable_rate{};
  U256 unbacked{};
  U256 reserve_factor{};  ///< Basis points.
};

/// Rates a year, in ray.
struct Rates {
  U256 liquidity, stable, variable;
  friend bool operator==(const Rates&, const Rates&) = default;
};

/// out: nothing where the contract reverts: more is taken than there is, an overflow
std::optional<Rates> rates_of(const RateCurve& curve, const RateAsk& ask);

/// 1 + rate * seconds / year, as suppliers earn it.
Checked linear_interest(const U256& rate, std::uint64_t seconds);

/// (1 + rate / year)^seconds cut after the third term of its expansion, as borrowers owe it.
///
/// out: always below the true power. The powers of a second's rate are themselves cut to whole
///      units of 10^-27: at 6.4 % the cube is 8 for 8.37, and a year falls short by 2.4e-6
Checked compounded_interest(const U256& rate, std::uint64_t seconds);

}  // namespace levee::lend

// tests/amm/stable_cases.h — balances of stableswap pools for seeded cases.
#pragma once
#include "levee/amm/stable_newton.h"
#include "tests/support/cases.h"

#include <cmath>
#include <initializer_list>
#include <span>

namespace levee::test {

inline amm::Coins coins(std::initializer_list<U256> amounts) {
  return amm::Coins(std::span<const U256>(amounts.begin(), amounts.size()));
}

/// A whole number near a real one below 2^255, its low bits drawn.
inline U256 whole_near(Gen& gen, double real) {
  int exponent = 0;
  const double mantissa = std::frexp(real, &exponent);
  const auto top = static_cast<std::uint64_t>(std::ldexp(mantissa, 53));
  if (exponent <= 53) return U256{static_cast<std::uint64_t>(real)};
  const auto shift = static_cast<unsigned>(exponent - 53);
  const U256 low = U256{gen.bits()} & (U256::power_of_two(std::min(shift, 63U)) - U256{1});
  return (U256{top} << shift) + low;
}

/// Pools as they live, or anything from dust to overflow, even to hopeless.
enum class Shape { tame, wild };

inline amm::Coins balances(Gen& gen, Shape shape) {
  const bool tame = shape == Shape::tame;
  amm::Coins made(gen.size(2, tame ? 5 : 8));
  const double size = tame ? gen.scale(1e20, 1e27) : gen.scale(1, 1e40);
  const double spread = tame ? gen.scale(1.001, 30) : gen.scale(1.001, 1e12);
  const bool even = gen.integer(0, 9) == 0;
  for (std::size_t k = 0; k < made.size(); ++k) {
    made[k] = whole_near(gen, even ? size : size * gen.scale(1 / spread, spread));
  }
  return made;
}

}  // namespace levee::test

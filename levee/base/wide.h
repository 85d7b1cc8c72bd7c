// levee/base/wide.h — products of 512 bits and exact division: (a * b) / c with a stated rounding.
//
// src: Knuth, The Art of Computer Programming 2, 4.3.1 algorithm D
#pragma once
#include "levee/base/divisor.h"
#include "levee/base/u256.h"

#include <array>
#include <cstdint>
#include <optional>

namespace levee {

/// Which way a quotient that is not whole goes.
enum class Round { down, up };

/// An unsigned integer below 2^512, least significant limb first.
using Limbs512 = std::array<std::uint64_t, 8>;

/// The whole product of two numbers of 128 bits.
constexpr U256 product_of(u128 a, u128 b) {
  const auto a0 = static_cast<std::uint64_t>(a), a1 = static_cast<std::uint64_t>(a >> 64);
  const auto b0 = static_cast<std::uint64_t>(b), b1 = static_cast<std::uint64_t>(b >> 64);
  const u128 low = static_cast<u128>(a0) * b0;
  const u128 cross = static_cast<u128>(a1) * b0 + static_cast<std::uint64_t>(low >> 64);
  const u128 other = static_cast<u128>(a0) * b1 + static_cast<std::uint64_t>(cross);
  const u128 high = static_cast<u128>(a1) * b1 + (cross >> 64) + (other >> 64);
  return U256::of_limbs({static_cast<std::uint64_t>(low), static_cast<std::uint64_t>(other),
                         static_cast<std::uint64_t>(high), static_cast<std::uint64_t>(high >> 64)});
}

/// The whole product.
constexpr Limbs512 wide_product(const U256& a, const U256& b) {
  const U256 low = product_of(a.low128(), b.low128());
  const U256 high = product_of(a.high128(), b.high128());
  const U256 one = product_of(a.low128(), b.high128()), two = product_of(a.high128(), b.low128());
  const Carried cross = add_with_carry(one, two);
  const Carried middle = add_with_carry(cross.value, U256{low.high128()});
  const u128 over = (cross.over ? 1 : 0) + (middle.over ? 1 : 0);
  const U256 top = wrapping_add(high, U256::of_halves(over, middle.value.high128()));
  const auto& [l0, l1, l2, l3] = low.limbs();
  const auto& [m0, m1, m2, m3] = middle.value.limbs();
  const auto& [t0, t1, t2, t3] = top.limbs();
  return {l0, l1, m0, m1, t0, t1, t2, t3};
}

/// A quotient rounded down and what remains.
struct Divided {
  U256 quotient;
  U256 remainder;
};

/// in: divisor > 0
Divided divided(const U256& n, const U256& divisor);

/// Quotient of a 512-bit number.
///
/// in:  divisor > 0
/// out: nothing if the quotient does not fit 256 bits
std::optional<Divided> divided(const Limbs512& n, const U256& divisor);

/// A quotient below 2^128, rounded down, and whether something remains.
struct ShortQuotient {
  u128 quotient = 0;
  bool remains = false;
};

/// Quotient of a number below divisor * 2^128.
///
/// in:  divisor > 0, n < divisor * 2^128
/// cost: the same for every size
ShortQuotient short_quotient(const Limbs512& n, const U256& divisor);

/// a * b / divisor with a 512-bit product, as FullMath.mulDiv and mulDivRoundingUp.
///
/// out: nothing if the divisor is 0 or the result does not fit 256 bits
std::optional<U256> mul_div(const U256& a, const U256& b, const U256& divisor, Round round);

/// n / divisor rounded up. in: divisor > 0
U256 div_up(const U256& n, const U256& divisor);

}  // namespace levee

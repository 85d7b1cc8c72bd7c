// levee/amm/short_division.h — a * b / d below 2^128, for a divisor that is used again and again.
//
// src: Möller & Granlund (2011), Improved division by invariant integers, IEEE Trans. Computers
// 60(2), algorithms 5 and 6
#pragma once
#include "levee/base/u256.h"

#include <bit>
#include <cstdint>

namespace levee::amm {

/// A product of two numbers below 2^128.
struct Product {
  u128 high = 0, low = 0;
};

constexpr Product product_of(u128 a, u128 b) {
  const auto a1 = static_cast<std::uint64_t>(a >> 64), a0 = static_cast<std::uint64_t>(a);
  const auto b1 = static_cast<std::uint64_t>(b >> 64), b0 = static_cast<std::uint64_t>(b);
  const u128 low = u128{a0} * b0, cross = u128{a1} * b0;
  const u128 middle = u128{a0} * b1 + (low >> 64) + static_cast<std::uint64_t>(cross);
  return {u128{a1} * b1 + (cross >> 64) + (middle >> 64),
          middle << 64 | static_cast<std::uint64_t>(low)};
}

/// A divisor in [2^64, 2^128), made ready once; each division then costs multiplications alone.
class ShortDivisor {
 public:
  struct Divided {
    u128 quotient = 0, remainder = 0;
    bool fits = false;  ///< Whether the quotient is below 2^128; if not it means nothing.
  };

  /// Divides nothing: a place for one that does.
  constexpr ShortDivisor() = default;
  /// in: divisor >= 2^64
  constexpr explicit ShortDivisor(u128 divisor)
      : shift_(static_cast<unsigned>(std::countl_zero(static_cast<std::uint64_t>(divisor >> 64)))),
        divisor_(divisor << shift_),
        reciprocal_(reciprocal_of(divisor_)) {
    LEVEE_EXPECT(divisor >> 64 != 0);
  }

  constexpr Divided divide(const Product& n) const {
    // In two steps, as nothing is shifted by 128.
    const u128 high = n.high << shift_ | n.low >> 1 >> (127 - shift_);
    const u128 low = n.low << shift_;
    const Digit first = digit_of(high, static_cast<std::uint64_t>(low >> 64));
    const Digit second = digit_of(first.remainder, static_cast<std::uint64_t>(low));
    return {u128{first.quotient} << 64 | second.quotient, second.remainder >> shift_,
            n.high < divisor_ >> shift_};
  }

 private:
  struct Digit {
    std::uint64_t quotient = 0;
    u128 remainder = 0;
  };

  // floor((2^192 - 1) / d) - 2^64
  static constexpr std::uint64_t reciprocal_of(u128 d) {
    const auto d1 = static_cast<std::uint64_t>(d >> 64), d0 = static_cast<std::uint64_t>(d);
    auto v = static_cast<std::uint64_t>((u128{~d1} << 64 | ~0ULL) / d1);
    std::uint64_t p = d1 * v + d0;
    if (p < d0) {
      --v;
      if (p >= d1) {
        --v;
        p -= d1;
      }
      p -= d1;
    }
    const u128 t = u128{v} * d0;
    const std::uint64_t sum = p + static_cast<std::uint64_t>(t >> 64);
    if (sum < p) {
      --v;
      if ((u128{sum} << 64 | static_cast<std::uint64_t>(t)) >= d) --v;
    }
    return v;
  }

  // (u, next) / d. in: u < d
  constexpr Digit digit_of(u128 u, std::uint64_t next) const {
    const auto u2 = static_cast<std::uint64_t>(u >> 64), u1 = static_cast<std::uint64_t>(u);
    const auto d1 = static_cast<std::uint64_t>(divisor_ >> 64);
    const u128 q = u128{reciprocal_} * u2 + u;
    auto digit = static_cast<std::uint64_t>(q >> 64);
    u128 r = u128{u1 - digit * d1} << 64 | next;
    r -= u128{static_cast<std::uint64_t>(divisor_)} * digit + divisor_;
    ++digit;
    if (static_cast<std::uint64_t>(r >> 64) >= static_cast<std::uint64_t>(q)) {
      --digit;
      r += divisor_;
    }
    if (r >= divisor_) {
      ++digit;
      r -= divisor_;
    }
    return {digit, r};
  }

  unsigned shift_ = 0;
  u128 divisor_ = 0;
  std::uint64_t reciprocal_ = 0;
};

}  // namespace levee::amm

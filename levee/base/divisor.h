// levee/base/divisor.h — division by multiplication: digits of 64 bits from a kept reciprocal.
//
// src: Möller & Granlund (2011), Improved division by invariant integers, IEEE Trans. Computers
// 60(2): the reciprocals are their definition and algorithm 6, the digits their algorithms 4 and 5
#pragma once
#include "levee/base/u256.h"

#include <bit>
#include <cstdint>
#include <type_traits>

namespace levee {

/// One digit of a long division and what remains.
template <class Divisor>
struct Digit {
  std::uint64_t quotient = 0;
  Divisor remainder = 0;
};

constexpr std::uint64_t high64(u128 x) { return static_cast<std::uint64_t>(x >> 64); }
constexpr std::uint64_t low64(u128 x) { return static_cast<std::uint64_t>(x); }
constexpr u128 joined(std::uint64_t high, std::uint64_t low) {
  return static_cast<u128>(high) << 64 | low;
}

/// floor((2^128 - 1) / d) - 2^64. in: d's top bit is set
constexpr std::uint64_t reciprocal_64(std::uint64_t d) {
#if defined(__x86_64__) && defined(__GNUC__)
  if (!std::is_constant_evaluated()) {
    // The quotient fits a word; the compiler does not know and calls a library.
    // NOLINTNEXTLINE(misc-const-correctness): written by what follows
    std::uint64_t quotient = ~0ULL, rest = ~d;
    asm("divq %2" : "+a"(quotient), "+d"(rest) : "r"(d) : "cc");  // NOLINT(hicpp-no-assembler)
    return quotient;
  }
#endif
  return low64(joined(~d, ~0ULL) / d);
}

/// floor((2^192 - 1) / d) - 2^64. in: d's top bit is set
constexpr std::uint64_t reciprocal_128(u128 d) {
  const std::uint64_t d1 = high64(d), d0 = low64(d);
  std::uint64_t v = reciprocal_64(d1);
  std::uint64_t p = d1 * v + d0;
  if (p < d0) {
    --v;
    if (p >= d1) {
      --v;
      p -= d1;
    }
    p -= d1;
  }
  const u128 t = static_cast<u128>(v) * d0;
  const std::uint64_t sum = p + high64(t);
  if (sum < p) {
    --v;
    if (joined(sum, low64(t)) >= d) --v;
  }
  return v;
}

/// (high, next) / d. in: high < d, d's top bit is set, v = reciprocal_64(d)
constexpr Digit<std::uint64_t> digit_by_64(std::uint64_t high, std::uint64_t next, std::uint64_t d,
                                           std::uint64_t v) {
  const u128 q = static_cast<u128>(v) * high + joined(high, next);
  std::uint64_t digit = high64(q) + 1;
  std::uint64_t r = next - digit * d;
  if (r > low64(q)) {
    --digit;
    r += d;
  }
  if (r >= d) {
    ++digit;
    r -= d;
  }
  return {digit, r};
}

/// (high, next) / d. in: high < d, d's top bit is set, v = reciprocal_128(d)
constexpr Digit<u128> digit_by_128(u128 high, std::uint64_t next, u128 d, std::uint64_t v) {
  const u128 q = static_cast<u128>(v) * high64(high) + high;
  std::uint64_t digit = high64(q);
  u128 r = joined(low64(high) - digit * high64(d), next);
  r -= static_cast<u128>(low64(d)) * digit + d;
  ++digit;
  if (high64(r) >= low64(q)) {
    --digit;
    r += d;
  }
  if (r >= d) {
    ++digit;
    r -= d;
  }
  return {digit, r};
}

/// A divisor of 128 bits used again and again: its reciprocal is worked out once.
class Divisor128 {
 public:
  struct Short {
    u128 quotient = 0, remainder = 0;
    bool fits = false;  ///< Whether the quotient is below 2^128; if not, the rest means nothing.
  };

  /// Divides nothing: a place for one that does.
  constexpr Divisor128() = default;
  /// in: divisor > 0
  constexpr explicit Divisor128(u128 divisor)
      : shift_(leading_zeros(divisor)),
        normalised_(divisor << shift_),
        reciprocal_(reciprocal_128(normalised_)) {}

  constexpr u128 divisor() const { return normalised_ >> shift_; }

  /// n / divisor where the quotient has 128 bits.
  constexpr Short divide(const U256& n) const {
    // Down in two steps, as nothing is shifted by 128.
    const u128 high = n.high128() << shift_ | n.low128() >> 1 >> (127 - shift_);
    const u128 low = n.low128() << shift_;
    const auto first = digit(high, high64(low));
    const auto second = digit(first.remainder, low64(low));
    return {joined(first.quotient, second.quotient), second.remainder >> shift_,
            n.high128() < divisor()};
  }

  /// n / divisor, rounded down.
  constexpr U256 quotient(const U256& n) const {
    const auto& l = n.limbs();
    const unsigned part = shift_ % 64;
    const auto up = [part](std::uint64_t x, std::uint64_t below) {
      return x << part | below >> 1 >> (63 - part);
    };
    const auto d2 = digit(joined(up(0, l[3]), up(l[3], l[2])), up(l[2], l[1]));
    const auto d1 = digit(d2.remainder, up(l[1], l[0]));
    const auto d0 = digit(d1.remainder, l[0] << part);
    if (shift_ < 64) return U256::of_limbs({d0.quotient, d1.quotient, d2.quotient, 0});
    const auto last = digit(d0.remainder, 0);
    return U256::of_limbs({last.quotient, d0.quotient, d1.quotient, d2.quotient});
  }

 private:
  static constexpr unsigned leading_zeros(u128 n) {
    LEVEE_EXPECT(n > 0);
    return static_cast<unsigned>(high64(n) != 0 ? std::countl_zero(high64(n))
                                                : 64 + std::countl_zero(low64(n)));
  }
  constexpr Digit<u128> digit(u128 high, std::uint64_t next) const {
    return digit_by_128(high, next, normalised_, reciprocal_);
  }

  unsigned shift_ = 0;
  u128 normalised_ = 0;  // the divisor shifted until its top bit is set
  std::uint64_t reciprocal_ = 0;
};

}  // namespace levee

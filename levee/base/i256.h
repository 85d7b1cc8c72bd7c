// levee/base/i256.h — signed 256-bit integers in two's complement, as a chain stores them.
#pragma once
#include "levee/base/u256.h"

#include <compare>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace levee {

/// An integer in [-2^255, 2^255).
class I256 {
 public:
  constexpr I256() = default;
  template <std::integral T>
    requires(sizeof(T) <= 8)
  constexpr I256(T value)  // NOLINT(google-explicit-constructor,hicpp-explicit-conversions): exact
      : bits_(of_bits(value)) {}
  constexpr I256(
      i128 value)  // NOLINT(google-explicit-constructor,hicpp-explicit-conversions): exact
      : bits_(extended(static_cast<u128>(value), value < 0)) {}
  /// The number whose two's complement bits these are.
  static constexpr I256 from_bits(const U256& bits) {
    I256 made;
    made.bits_ = bits;
    return made;
  }
  /// in: magnitude < 2^255
  static constexpr I256 positive(const U256& magnitude) {
    LEVEE_EXPECT(!magnitude.bit(255));
    return from_bits(magnitude);
  }
  /// Minus magnitude. in: magnitude <= 2^255
  static constexpr I256 negative(const U256& magnitude) {
    LEVEE_EXPECT(magnitude <= U256::power_of_two(255));
    return from_bits(wrapping_sub(U256{}, magnitude));
  }

  constexpr const U256& bits() const { return bits_; }
  constexpr bool is_negative() const { return bits_.bit(255); }
  constexpr bool is_zero() const { return bits_.is_zero(); }
  /// The absolute value; 2^255 for the most negative number.
  constexpr U256 magnitude() const { return is_negative() ? wrapping_sub(U256{}, bits_) : bits_; }

  friend constexpr bool operator==(const I256&, const I256&) = default;
  friend constexpr std::strong_ordering operator<=>(const I256& a, const I256& b) {
    if (a.is_negative() != b.is_negative()) {
      return a.is_negative() ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    return a.bits_ <=> b.bits_;
  }

 private:
  static constexpr U256 extended(u128 low, bool negative) {
    return negative ? U256{low} | (U256::max() << 128) : U256{low};
  }
  template <std::integral T>
  static constexpr U256 of_bits(T value) {
    if constexpr (std::signed_integral<T>) {
      const auto wide = static_cast<i128>(value);
      return extended(static_cast<u128>(wide), wide < 0);
    } else {
      return U256{value};
    }
  }

  U256 bits_;
};

constexpr I256 wrapping_add(const I256& a, const I256& b) {
  return I256::from_bits(wrapping_add(a.bits(), b.bits()));
}
constexpr I256 wrapping_sub(const I256& a, const I256& b) {
  return I256::from_bits(wrapping_sub(a.bits(), b.bits()));
}
inline I256 wrapping_mul(const I256& a, const I256& b) {
  return I256::from_bits(wrapping_mul(a.bits(), b.bits()));
}
constexpr I256 wrapping_negate(const I256& a) { return wrapping_sub(I256{}, a); }

constexpr std::optional<I256> checked_add(const I256& a, const I256& b) {
  const I256 sum = wrapping_add(a, b);
  const bool over = a.is_negative() == b.is_negative() && sum.is_negative() != a.is_negative();
  return over ? std::nullopt : std::optional(sum);
}
constexpr std::optional<I256> checked_sub(const I256& a, const I256& b) {
  const I256 difference = wrapping_sub(a, b);
  const bool over =
      a.is_negative() != b.is_negative() && difference.is_negative() != a.is_negative();
  return over ? std::nullopt : std::optional(difference);
}
std::optional<I256> checked_mul(const I256& a, const I256& b);

/// Quotient rounded towards zero, as a chain divides signed numbers; -2^255 / -1 wraps to -2^255.
/// in: b is not 0
I256 operator/(const I256& a, const I256& b);

/// The nearest double, ties to even.
double to_double(const I256& n);

/// Decimal digits, with a minus where negative.
std::string decimal_text(const I256& n);

/// err: bad_input for anything but decimal digits after an optional minus, or out of range
Result<I256> i256_from(std::string_view text);

}  // namespace levee

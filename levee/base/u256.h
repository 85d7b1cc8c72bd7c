// levee/base/u256.h — unsigned 256-bit integers, as a chain computes with them.
//
// Four 64-bit limbs, least significant first. Plain operators promise no overflow: breaking that
// is a bug and throws. `wrapping_` stands where a contract computes modulo 2^256, `checked_` where
// it would revert.
#pragma once
#include "levee/base/check.h"
#include "levee/base/result.h"

#include <array>
#include <bit>
#include <compare>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace levee {

__extension__ using u128 = unsigned __int128;
__extension__ using i128 = __int128;

/// An unsigned integer below 2^256.
class U256 {
 public:
  constexpr U256() = default;
#if defined(__GNUC__) && !defined(__clang__)
  // GCC copies in wider pieces than it stored just before, for which the processor waits.
  constexpr U256(const U256& other)
      : limb_{other.limb_[0], other.limb_[1], other.limb_[2], other.limb_[3]} {}
  constexpr U256& operator=(const U256& other) {
    limb_[0] = other.limb_[0];
    limb_[1] = other.limb_[1];
    limb_[2] = other.limb_[2];
    limb_[3] = other.limb_[3];
    return *this;
  }
#endif
  constexpr U256(
      u128 value)  // NOLINT(google-explicit-constructor,hicpp-explicit-conversions): exact
      : limb_{static_cast<std::uint64_t>(value), static_cast<std::uint64_t>(value >> 64), 0, 0} {}
  /// in: value >= 0
  template <std::integral T>
    requires(sizeof(T) <= 8)
  constexpr U256(T value)  // NOLINT(google-explicit-constructor,hicpp-explicit-conversions): exact
      : limb_{static_cast<std::uint64_t>(value), 0, 0, 0} {
    if constexpr (std::signed_integral<T>) LEVEE_EXPECT(value >= 0);
  }
  static constexpr U256 of_limbs(const std::array<std::uint64_t, 4>& limbs) {
    U256 made;
    made.limb_[0] = limbs[0];
    made.limb_[1] = limbs[1];
    made.limb_[2] = limbs[2];
    made.limb_[3] = limbs[3];
    return made;
  }
  static constexpr U256 of_halves(u128 high, u128 low) {
    return of_limbs({static_cast<std::uint64_t>(low), static_cast<std::uint64_t>(low >> 64),
                     static_cast<std::uint64_t>(high), static_cast<std::uint64_t>(high >> 64)});
  }
  /// 2^256 - 1.
  static constexpr U256 max() { return of_limbs({~0ULL, ~0ULL, ~0ULL, ~0ULL}); }
  /// 2^bit, bit < 256.
  static constexpr U256 power_of_two(unsigned bit) {
    U256 made;
    made.limb_[bit / 64] = 1ULL << (bit % 64);
    return made;
  }

  constexpr const std::array<std::uint64_t, 4>& limbs() const { return limb_; }
  constexpr std::uint64_t low64() const { return limb_[0]; }
  constexpr u128 low128() const { return static_cast<u128>(limb_[1]) << 64 | limb_[0]; }
  constexpr u128 high128() const { return static_cast<u128>(limb_[3]) << 64 | limb_[2]; }
  constexpr bool is_zero() const { return (limb_[0] | limb_[1] | limb_[2] | limb_[3]) == 0; }
  /// How many bits it takes: 0 for zero, 256 for the largest.
  constexpr unsigned bit_length() const {
    const unsigned upper = high128() != 0 ? 2 : 0;
    const unsigned top = upper + (limb_[upper + 1] != 0 ? 1 : 0);
    return 64 * top + static_cast<unsigned>(std::bit_width(limb_[top]));
  }
  constexpr bool bit(unsigned index) const { return (limb_[index / 64] >> (index % 64) & 1) != 0; }
  /// Whether it is below 2^bits.
  constexpr bool fits(unsigned bits) const { return bit_length() <= bits; }

  friend constexpr bool operator==(const U256& a, const U256& b) {
    return ((a.limb_[0] ^ b.limb_[0]) | (a.limb_[1] ^ b.limb_[1]) | (a.limb_[2] ^ b.limb_[2]) |
            (a.limb_[3] ^ b.limb_[3])) == 0;
  }
  friend constexpr std::strong_ordering operator<=>(const U256& a, const U256& b) {
    if (a.high128() != b.high128()) {
      return a.high128() < b.high128() ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    if (a.low128() == b.low128()) return std::strong_ordering::equal;
    return a.low128() < b.low128() ? std::strong_ordering::less : std::strong_ordering::greater;
  }

  friend constexpr U256 operator&(const U256& a, const U256& b) {
    return of_halves(a.high128() & b.high128(), a.low128() & b.low128());
  }
  friend constexpr U256 operator|(const U256& a, const U256& b) {
    return of_halves(a.high128() | b.high128(), a.low128() | b.low128());
  }
  friend constexpr U256 operator^(const U256& a, const U256& b) {
    return of_halves(a.high128() ^ b.high128(), a.low128() ^ b.low128());
  }
  friend constexpr U256 operator~(const U256& a) { return of_halves(~a.high128(), ~a.low128()); }
  /// Bits shifted out are lost; by 256 or more gives 0.
  friend constexpr U256 operator<<(const U256& a, unsigned by) {
    if (by == 0) return a;
    if (by >= 128) return by >= 256 ? U256{} : of_halves(a.low128() << (by - 128), 0);
    return of_halves(a.high128() << by | a.low128() >> (128 - by), a.low128() << by);
  }
  friend constexpr U256 operator>>(const U256& a, unsigned by) {
    if (by == 0) return a;
    if (by >= 128) return by >= 256 ? U256{} : of_halves(0, a.high128() >> (by - 128));
    return of_halves(a.high128() >> by, a.low128() >> by | a.high128() << (128 - by));
  }

 private:
  std::array<std::uint64_t, 4> limb_{};
};

/// A sum or difference modulo 2^256 and whether it went over the edge.
struct Carried {
  U256 value;
  bool over = false;
};

constexpr Carried add_with_carry(const U256& a, const U256& b) {
  const u128 low = a.low128() + b.low128();
  const u128 carry = low < a.low128() ? 1 : 0;
  const u128 high = a.high128() + b.high128();
  const u128 carried = high + carry;
  return {U256::of_halves(carried, low), high < a.high128() || carried < high};
}
constexpr Carried sub_with_borrow(const U256& a, const U256& b) {
  const u128 borrow = a.low128() < b.low128() ? 1 : 0;
  const u128 high = a.high128() - b.high128();
  return {U256::of_halves(high - borrow, a.low128() - b.low128()),
          a.high128() < b.high128() || high < borrow};
}

constexpr U256 wrapping_add(const U256& a, const U256& b) { return add_with_carry(a, b).value; }
constexpr U256 wrapping_sub(const U256& a, const U256& b) { return sub_with_borrow(a, b).value; }
/// The low 256 bits of the product.
U256 wrapping_mul(const U256& a, const U256& b);

constexpr std::optional<U256> checked_add(const U256& a, const U256& b) {
  const Carried sum = add_with_carry(a, b);
  return sum.over ? std::nullopt : std::optional(sum.value);
}
constexpr std::optional<U256> checked_sub(const U256& a, const U256& b) {
  const Carried difference = sub_with_borrow(a, b);
  return difference.over ? std::nullopt : std::optional(difference.value);
}
std::optional<U256> checked_mul(const U256& a, const U256& b);

/// in: the sum is below 2^256 (likewise below)
constexpr U256 operator+(const U256& a, const U256& b) {
  const Carried sum = add_with_carry(a, b);
  LEVEE_EXPECT(!sum.over);
  return sum.value;
}
constexpr U256 operator-(const U256& a, const U256& b) {
  const Carried difference = sub_with_borrow(a, b);
  LEVEE_EXPECT(!difference.over);
  return difference.value;
}
U256 operator*(const U256& a, const U256& b);
/// in: b > 0
U256 operator/(const U256& a, const U256& b);
U256 operator%(const U256& a, const U256& b);
constexpr U256& operator+=(U256& a, const U256& b) { return a = a + b; }
constexpr U256& operator-=(U256& a, const U256& b) { return a = a - b; }

/// The largest integer whose square is not above n.
U256 square_root(const U256& n);

/// The nearest double, ties to even.
double to_double(const U256& n);

/// Decimal digits, no leading zeros.
std::string decimal_text(const U256& n);
/// 0x and hexadecimal digits, no leading zeros.
std::string hex_text(const U256& n);

/// Digits of a number, decimal or after 0x hexadecimal.
/// err: bad_input for anything but digits, or above 2^256 - 1
Result<U256> u256_from(std::string_view text);

namespace literal {
/// 340282366920938463463374607431768211456_u256; digits beyond 252 bits do not compile.
template <char... Digits>
consteval U256 operator""_u256() {
  U256 value;
  for (const char digit : {Digits...}) {
    if (digit == '\'') continue;
    if (digit < '0' || digit > '9') throw "decimal digits only";
    if (value > (U256::max() >> 4)) throw "does not fit 252 bits";
    value = (value << 3) + (value << 1) + U256{static_cast<unsigned>(digit - '0')};
  }
  return value;
}
}  // namespace literal

}  // namespace levee

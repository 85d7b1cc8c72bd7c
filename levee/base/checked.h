// levee/base/checked.h — arithmetic that remembers that it went wrong, as a contract reverts.
//
// Formulas of contracts revert at the first overflow. Written with Checked they read as formulas:
// the first fault sticks, what is computed after it is without meaning, and the caller asks once
// at the end. Loops on Checked numbers must be bounded by themselves.
#pragma once
#include "levee/base/u256.h"
#include "levee/base/wide.h"

#include <optional>

namespace levee {

/// What went wrong first.
enum class Fault {
  none,
  add,     ///< A sum above 2^256 - 1.
  sub,     ///< A difference below 0.
  mul,     ///< A product above 2^256 - 1.
  divide,  ///< A division by 0.
};

/// An unsigned 256-bit number and the first fault of the arithmetic that led to it.
class Checked {
 public:
  constexpr Checked() = default;
  constexpr Checked(const U256& value) : value_(value) {}  // NOLINT: a number without fault
  template <std::integral T>
  constexpr Checked(T value) : value_(value) {}  // NOLINT: a number without fault

  constexpr Fault fault() const { return fault_; }
  constexpr bool sound() const { return fault_ == Fault::none; }
  /// The number. in: sound
  constexpr const U256& value() const {
    LEVEE_EXPECT(sound());
    return value_;
  }
  /// The bits whatever happened, for comparisons inside bounded loops.
  constexpr const U256& bits() const { return value_; }

  friend constexpr Checked operator+(const Checked& a, const Checked& b) {
    const Carried sum = add_with_carry(a.value_, b.value_);
    return made(a, b, sum.value, sum.over ? Fault::add : Fault::none);
  }
  friend constexpr Checked operator-(const Checked& a, const Checked& b) {
    const Carried difference = sub_with_borrow(a.value_, b.value_);
    return made(a, b, difference.value, difference.over ? Fault::sub : Fault::none);
  }
  friend Checked operator*(const Checked& a, const Checked& b) {
    const std::optional<U256> product = checked_mul(a.value_, b.value_);
    return made(a, b, product.value_or(U256{}), product ? Fault::none : Fault::mul);
  }
  /// Rounded down.
  friend Checked operator/(const Checked& a, const Checked& b) {
    if (b.value_.is_zero()) return made(a, b, U256{}, Fault::divide);
    return made(a, b, divided(a.value_, b.value_).quotient, Fault::none);
  }
  friend Checked operator%(const Checked& a, const Checked& b) {
    if (b.value_.is_zero()) return made(a, b, U256{}, Fault::divide);
    return made(a, b, divided(a.value_, b.value_).remainder, Fault::none);
  }
  Checked& operator+=(const Checked& b) { return *this = *this + b; }
  Checked& operator-=(const Checked& b) { return *this = *this - b; }

 private:
  static constexpr Checked made(const Checked& a, const Checked& b, const U256& value, Fault now) {
    Checked result{value};
    result.fault_ = a.fault_ != Fault::none ? a.fault_ : b.fault_ != Fault::none ? b.fault_ : now;
    return result;
  }

  U256 value_;
  Fault fault_ = Fault::none;
};

}  // namespace levee

#include "levee/amm/fixed_18.h"

#include "levee/amm/log_exp.h"
#include "levee/base/wide.h"

#include <fmt/core.h>

namespace levee::amm {
namespace {

constexpr U256 one{1'000'000'000'000'000'000};

Fixed18 quotient(const U256& a, const U256& b, Round round) {
  if (b.is_zero()) return Fixed18::faulty(Bal::zero_division);
  return round == Round::up ? div_up(a, b) : a / b;
}

Fixed18 product_over_one(const U256& a, const U256& b, Round round) {
  const auto product = checked_mul(a, b);
  if (!product) return Fixed18::faulty(Bal::mul_overflow);
  return quotient(*product, one, round);
}

Fixed18 quotient_times_one(const U256& a, const U256& b, Round round) {
  if (b.is_zero()) return Fixed18::faulty(Bal::zero_division);
  const auto inflated = checked_mul(a, one);
  if (!inflated) return Fixed18::faulty(Bal::div_internal);
  return quotient(*inflated, b, round);
}

// The series that power() sums is good to this part of the result, in units of 10^-18.
Fixed18 error_of(const Fixed18& power) { return mul_up(power, U256{10'000}) + U256{1}; }

}  // namespace

Error refused(Bal code) {
  return fail(Reason::refused, fmt::format("BAL#{:03}", static_cast<int>(code)));
}

Fixed18 Fixed18::result(const Fixed18& a, const Fixed18& b, const Fixed18& now) {
  return !a.sound() ? a : !b.sound() ? b : now;
}

Fixed18 operator+(const Fixed18& a, const Fixed18& b) {
  const Carried sum = add_with_carry(a.raw_, b.raw_);
  return Fixed18::result(a, b, sum.over ? Fixed18::faulty(Bal::add_overflow) : sum.value);
}
Fixed18 operator-(const Fixed18& a, const Fixed18& b) {
  const Carried difference = sub_with_borrow(a.raw_, b.raw_);
  return Fixed18::result(a, b,
                         difference.over ? Fixed18::faulty(Bal::sub_overflow) : difference.value);
}
Fixed18 operator*(const Fixed18& a, const Fixed18& b) {
  const auto product = checked_mul(a.raw_, b.raw_);
  return Fixed18::result(a, b, product ? Fixed18(*product) : Fixed18::faulty(Bal::mul_overflow));
}
Fixed18 operator/(const Fixed18& a, const Fixed18& b) {
  return Fixed18::result(a, b, quotient(a.raw_, b.raw_, Round::down));
}
Fixed18 int_div_up(const Fixed18& a, const Fixed18& b) {
  return Fixed18::result(a, b, quotient(a.raw_, b.raw_, Round::up));
}

Fixed18 mul_down(const Fixed18& a, const Fixed18& b) {
  return Fixed18::result(a, b, product_over_one(a.raw_, b.raw_, Round::down));
}
Fixed18 mul_up(const Fixed18& a, const Fixed18& b) {
  return Fixed18::result(a, b, product_over_one(a.raw_, b.raw_, Round::up));
}
Fixed18 ratio_down(const Fixed18& a, const Fixed18& b) {
  return Fixed18::result(a, b, quotient_times_one(a.raw_, b.raw_, Round::down));
}
Fixed18 ratio_up(const Fixed18& a, const Fixed18& b) {
  return Fixed18::result(a, b, quotient_times_one(a.raw_, b.raw_, Round::up));
}

Fixed18 pow_down(const Fixed18& x, const Fixed18& y) {
  const Fixed18 raised = Fixed18::result(x, y, power(x.raw_, y.raw_));
  const Fixed18 error = error_of(raised);
  if (error.sound() && raised.raw_ < error.raw_) return {};
  return raised - error;
}
Fixed18 pow_up(const Fixed18& x, const Fixed18& y) {
  const Fixed18 raised = Fixed18::result(x, y, power(x.raw_, y.raw_));
  return raised + error_of(raised);
}

Fixed18 complement(const Fixed18& x) {
  return Fixed18::result(x, x, x.raw_ < one ? one - x.raw_ : U256{});
}

}  // namespace levee::amm

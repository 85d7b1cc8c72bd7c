// levee/amm/log_exp.cpp — signs are kept apart: every signed division of the method rounds towards
// zero, so sizes alone give the same digits.
#include "levee/amm/log_exp.h"

namespace levee::amm {
namespace {

using namespace literal;

constexpr U256 one18 = 1'000'000'000'000'000'000_u256;
constexpr U256 one20 = 100'000'000'000'000'000'000_u256;
constexpr U256 one36 = 1'000'000'000'000'000'000'000'000'000'000'000'000_u256;
constexpr U256 exponent_max = 130'000'000'000'000'000'000_u256;
constexpr U256 exponent_min = 41'000'000'000'000'000'000_u256;  // Below zero.
constexpr U256 lower36 = 900'000'000'000'000'000_u256, upper36 = 1'100'000'000'000'000'000_u256;

// Made with mpmath at 80 digits: exp(2^k) rounded to 21 significant digits.
constexpr std::array<U256, 12> e_to{38877084059945950922200000000000000000000000000000000000_u256,
                                    6235149080811616882910000000_u256,
                                    7896296018268069516100000000000000_u256,
                                    888611052050787263676000000_u256,
                                    298095798704172827474000_u256,
                                    5459815003314423907810_u256,
                                    738905609893065022723_u256,
                                    271828182845904523536_u256,
                                    164872127070012814685_u256,
                                    128402541668774148407_u256,
                                    113314845306682631683_u256,
                                    106449445891785942956_u256};

// The exponent of e_to[i] with `one` for 1.
constexpr U256 exponent_of(std::size_t i, const U256& one) {
  return i <= 7 ? one << static_cast<unsigned>(7 - i) : one >> static_cast<unsigned>(i - 7);
}

struct Signed {
  U256 size;
  bool negative = false;
};

// z + z^3/3 + z^5/5 + ..., `terms` of them.
U256 odd_series(const U256& z, const U256& one, unsigned terms) {
  const U256 square = z * z / one;
  U256 power = z, sum = z;
  for (unsigned n = 1; n < terms; ++n) {
    power = power * square / one;
    sum += power / (2 * n + 1);
  }
  return sum;
}

// ln x with 36 decimals, x within a tenth of 1.
Signed log36(const U256& x) {
  const bool negative = x < one18;
  const U256 distance = (negative ? one18 - x : x - one18) * one18;
  const U256 z = distance * one36 / (x * one18 + one36);
  return {odd_series(z, one36, 8) * 2, negative};
}

// ln x with 18 decimals, x at least 1.
U256 log18(U256 x) {
  U256 sum;
  for (std::size_t i = 0; i < 2; ++i) {
    if (x < e_to[i] * one18) continue;
    x = x / e_to[i];
    sum += exponent_of(i, one20);
  }
  x = x * 100;
  for (std::size_t i = 2; i < e_to.size(); ++i) {
    if (x < e_to[i]) continue;
    x = x * one20 / e_to[i];
    sum += exponent_of(i, one20);
  }
  const U256 z = (x - one20) * one20 / (x + one20);
  return (sum + odd_series(z, one20, 6) * 2) / 100;
}

Signed log_of(const U256& x) {
  if (x < one18) return {log18(one18 * one18 / x), true};
  return {log18(x), false};
}

// e^x, 0 <= x <= 130.
U256 exp_of(U256 x) {
  U256 whole{1};
  for (std::size_t i = 0; i < 2; ++i) {
    if (x < exponent_of(i, one18)) continue;
    x -= exponent_of(i, one18);
    whole = e_to[i];
  }
  x = x * 100;
  U256 product = one20;
  // The factors after e^(1/4) would add nothing to the 18th decimal.
  for (std::size_t i = 2; i < 10; ++i) {
    if (x < exponent_of(i, one20)) continue;
    x -= exponent_of(i, one20);
    product = product * e_to[i] / one20;
  }
  U256 term = x, sum = one20 + x;
  for (unsigned n = 2; n <= 12; ++n) {
    term = term * x / one20 / n;
    sum += term;
  }
  return product * sum / one20 * whole / 100;
}

Fixed18 exp_of(const Signed& x) {
  if (x.size > (x.negative ? exponent_min : exponent_max)) {
    return Fixed18::faulty(Bal::invalid_exponent);
  }
  return x.negative ? one18 * one18 / exp_of(x.size) : exp_of(x.size);
}

}  // namespace

const std::array<U256, 12>& powers_of_e() { return e_to; }

Fixed18 power(const U256& x, const U256& y) {
  if (y.is_zero()) return one18;
  if (x.is_zero()) return U256{};
  if (x.bit(255)) return Fixed18::faulty(Bal::x_out_of_bounds);
  if (y >= U256::power_of_two(254) / one20) return Fixed18::faulty(Bal::y_out_of_bounds);
  Signed exponent;
  if (lower36 < x && x < upper36) {
    const Signed log = log36(x);
    // 36 decimals and y would not fit one product.
    exponent = {log.size / one18 * y + log.size % one18 * y / one18, log.negative};
  } else {
    const Signed log = log_of(x);
    exponent = {log.size * y, log.negative};
  }
  exponent.size = exponent.size / one18;
  if (exponent.size > (exponent.negative ? exponent_min : exponent_max)) {
    return Fixed18::faulty(Bal::product_out_of_bounds);
  }
  return exp_of(exponent);
}

Fixed18 exponential(const I256& x) { return exp_of(Signed{x.magnitude(), x.is_negative()}); }

I256 natural_log(const U256& x) {
  LEVEE_EXPECT(!x.is_zero() && !x.bit(255));
  const Signed log = log_of(x);
  return log.negative ? I256::negative(log.size) : I256::positive(log.size);
}

}  // namespace levee::amm

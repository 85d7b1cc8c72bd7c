#include "levee/base/wide.h"

#include <algorithm>
#include <bit>

namespace levee {
namespace {

struct Digit {
  std::uint64_t quotient, remainder;
};
struct Digit2 {
  std::uint64_t quotient;
  u128 remainder;
};

constexpr std::uint64_t high(u128 x) { return static_cast<std::uint64_t>(x >> 64); }
constexpr std::uint64_t low(u128 x) { return static_cast<std::uint64_t>(x); }
constexpr u128 pair(std::uint64_t hi, std::uint64_t lo) { return static_cast<u128>(hi) << 64 | lo; }

// floor((2^128 - 1) / d) - 2^64. in: d's top bit set
std::uint64_t reciprocal(std::uint64_t d) { return low(pair(~d, ~0ULL) / d); }

// floor((2^192 - 1) / d) - 2^64. in: d's top bit set
std::uint64_t reciprocal(u128 d) {
  const std::uint64_t d1 = high(d), d0 = low(d);
  std::uint64_t v = reciprocal(d1);
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
  const std::uint64_t sum = p + high(t);
  if (sum < p) {
    --v;
    if (pair(sum, low(t)) >= d) --v;
  }
  return v;
}

// (u1, u0) / d. in: u1 < d, d normalised, v its reciprocal
Digit digit_of(std::uint64_t u1, std::uint64_t u0, std::uint64_t d, std::uint64_t v) {
  const u128 q = static_cast<u128>(v) * u1 + pair(u1, u0);
  std::uint64_t q1 = high(q) + 1;
  std::uint64_t r = u0 - q1 * d;
  if (r > low(q)) {
    --q1;
    r += d;
  }
  if (r >= d) {
    ++q1;
    r -= d;
  }
  return {q1, r};
}

// (u2, u1, u0) / d. in: (u2, u1) < d, d normalised, v its reciprocal
Digit2 digit_of(std::uint64_t u2, std::uint64_t u1, std::uint64_t u0, u128 d, std::uint64_t v) {
  const u128 q = static_cast<u128>(v) * u2 + pair(u2, u1);
  std::uint64_t q1 = high(q);
  const std::uint64_t r1 = u1 - q1 * high(d);
  u128 r = pair(r1, u0) - static_cast<u128>(low(d)) * q1 - d;
  ++q1;
  if (high(r) >= low(q)) {
    --q1;
    r += d;
  }
  if (r >= d) {
    ++q1;
    r -= d;
  }
  return {q1, r};
}

// A number of up to eight limbs, shifted left so that its divisor's top bit is set; what is left of
// it becomes the remainder. `limbs` counts without the limb that the shift may fill.
struct Work {
  std::array<std::uint64_t, 9> u;
  unsigned limbs;
};

using Limbs = std::array<std::uint64_t, 4>;

// x's upper part after a shift left by s < 64, with what comes up from below.
std::uint64_t funnel(std::uint64_t x, std::uint64_t below, unsigned s) {
  return x << s | below >> 1 >> (63 - s);
}

Work shifted(const std::uint64_t* n, unsigned limbs, unsigned shift) {
  Work work;  // NOLINT(cppcoreguidelines-pro-type-member-init): only the limbs in use are written
  work.limbs = limbs;
  work.u[0] = n[0] << shift;
  for (unsigned i = 1; i < limbs; ++i) work.u[i] = funnel(n[i], n[i - 1], shift);
  work.u[limbs] = funnel(0, n[limbs - 1], shift);
  return work;
}

U256 by_one_limb(Work& work, Limbs& q, std::uint64_t d) {
  const std::uint64_t v = reciprocal(d);
  std::uint64_t r = work.u[work.limbs];
  for (unsigned j = work.limbs; j-- > 0;) {
    const Digit digit = digit_of(r, work.u[j], d, v);
    if (j < 4) q[j] = digit.quotient;
    r = digit.remainder;
  }
  return U256{r};
}

U256 by_two_limbs(Work& work, Limbs& q, u128 d) {
  const std::uint64_t v = reciprocal(d);
  u128 r = pair(work.u[work.limbs], work.u[work.limbs - 1]);
  for (unsigned j = work.limbs - 1; j-- > 0;) {
    const Digit2 digit = digit_of(high(r), low(r), work.u[j], d, v);
    if (j < 4) q[j] = digit.quotient;
    r = digit.remainder;
  }
  return U256{r};
}

// u[0 .. size] -= q * d; gives whether it went below zero.
template <unsigned size>
bool subtract_multiple(std::uint64_t* u, const Limbs& d, std::uint64_t q) {
  std::uint64_t carry = 0, borrow = 0;
#pragma GCC unroll 4
  for (unsigned i = 0; i < size; ++i) {
    const u128 product = static_cast<u128>(q) * d[i] + carry;
    carry = high(product);
    const u128 rest = static_cast<u128>(u[i]) - low(product) - borrow;
    u[i] = low(rest);
    borrow = high(rest) & 1;
  }
  const u128 rest = static_cast<u128>(u[size]) - carry - borrow;
  u[size] = low(rest);
  return (high(rest) & 1) != 0;
}

template <unsigned size>
void add_back(std::uint64_t* u, const Limbs& d) {
  u128 carry = 0;
#pragma GCC unroll 4
  for (unsigned i = 0; i < size; ++i) {
    carry += static_cast<u128>(u[i]) + d[i];
    u[i] = low(carry);
    carry >>= 64;
  }
  u[size] += low(carry);
}

// Algorithm D for divisors of three or four limbs. The caller made sure that the quotient has four
// limbs at most, so digits above are 0 and need not be looked for.
template <unsigned size>
U256 by_long_divisor(Work& work, Limbs& q, const Limbs& d) {
  const u128 top = pair(d[size - 1], d[size - 2]);
  const std::uint64_t v = reciprocal(top);
  for (unsigned j = std::min(work.limbs - size, 3U) + 1; j-- > 0;) {
    std::uint64_t* u = work.u.data() + j;
    std::uint64_t digit = ~0ULL;
    if (pair(u[size], u[size - 1]) < top) {
      digit = digit_of(u[size], u[size - 1], u[size - 2], top, v).quotient;
    }
    if (subtract_multiple<size>(u, d, digit)) {
      --digit;
      add_back<size>(u, d);
    }
    q[j] = digit;
  }
  return U256::of_limbs({work.u[0], work.u[1], work.u[2], size > 3 ? work.u[3] : 0});
}

// in: n has `limbs` > 0 limbs, the divisor `size`, the quotient at most four
Divided divide(const std::uint64_t* n, unsigned limbs, const U256& divisor, unsigned size) {
  const auto shift = static_cast<unsigned>(std::countl_zero(divisor.limbs()[size - 1]));
  const Limbs& l = divisor.limbs();
  const Limbs d{l[0] << shift, funnel(l[1], l[0], shift), funnel(l[2], l[1], shift),
                funnel(l[3], l[2], shift)};
  Work work = shifted(n, limbs, shift);
  Limbs q{};
  U256 rest;
  if (size == 1) {
    rest = by_one_limb(work, q, d[0]);
  } else if (size == 2) {
    rest = by_two_limbs(work, q, pair(d[1], d[0]));
  } else if (size == 3) {
    rest = by_long_divisor<3>(work, q, d);
  } else {
    rest = by_long_divisor<4>(work, q, d);
  }
  return {U256::of_limbs(q), rest >> shift};
}

unsigned leading_zeros(u128 n) {
  LEVEE_EXPECT(n > 0);
  const std::uint64_t top = high(n) != 0 ? high(n) : low(n);
  return static_cast<unsigned>(std::countl_zero(top)) + (high(n) != 0 ? 0 : 64);
}

unsigned limbs_of(const U256& n) {
  const Limbs& l = n.limbs();
  if ((l[3] | l[2]) == 0) return l[1] != 0 ? 2 : 1;
  return l[3] != 0 ? 4 : 3;
}

unsigned limbs_of(const Limbs512& n) {
  unsigned limbs = 8;
  while (limbs > 1 && n[limbs - 1] == 0) --limbs;
  return limbs;
}

}  // namespace

Divided divided(const U256& n, const U256& divisor) {
  LEVEE_EXPECT(!divisor.is_zero());
  if (n < divisor) return {U256{}, n};
  return divide(n.limbs().data(), limbs_of(n), divisor, limbs_of(divisor));
}

std::optional<Divided> divided(const Limbs512& n, const U256& divisor) {
  LEVEE_EXPECT(!divisor.is_zero());
  const U256 above = U256::of_limbs({n[4], n[5], n[6], n[7]});
  if (above >= divisor) return std::nullopt;
  const unsigned limbs = limbs_of(n), size = limbs_of(divisor);
  if (limbs < size) return Divided{U256{}, U256::of_limbs({n[0], n[1], n[2], n[3]})};
  return divide(n.data(), limbs, divisor, size);
}

std::optional<U256> mul_div(const U256& a, const U256& b, const U256& divisor, Round round) {
  if (divisor.is_zero()) return std::nullopt;
  const auto whole = divided(wide_product(a, b), divisor);
  if (!whole) return std::nullopt;
  if (round == Round::down || whole->remainder.is_zero()) return whole->quotient;
  return checked_add(whole->quotient, U256{1});
}

Divisor128::Divisor128(u128 divisor)
    : shift_(leading_zeros(divisor)),
      normalised_(divisor << shift_),
      reciprocal_(reciprocal(normalised_)) {}

U256 Divisor128::quotient(const U256& n) const {
  const auto& l = n.limbs();
  const unsigned part = shift_ % 64;
  const std::uint64_t u0 = l[0] << part, u1 = funnel(l[1], l[0], part);
  const std::uint64_t u2 = funnel(l[2], l[1], part), u3 = funnel(l[3], l[2], part);
  u128 rest = pair(funnel(0, l[3], part), u3);
  const auto digit = [&](std::uint64_t next) {
    const Digit2 found = digit_of(high(rest), low(rest), next, normalised_, reciprocal_);
    rest = found.remainder;
    return found.quotient;
  };
  const std::uint64_t q2 = digit(u2), q1 = digit(u1), q0 = digit(u0);
  if (shift_ < 64) return U256::of_limbs({q0, q1, q2, 0});
  return U256::of_limbs({digit(0), q0, q1, q2});
}

U256 div_up(const U256& n, const U256& divisor) {
  const Divided whole = divided(n, divisor);
  return whole.remainder.is_zero() ? whole.quotient : whole.quotient + U256{1};
}

}  // namespace levee

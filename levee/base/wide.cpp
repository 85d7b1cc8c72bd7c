#include "levee/base/wide.h"

#include <algorithm>
#include <bit>

namespace levee {
namespace {

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
  const std::uint64_t v = reciprocal_64(d);
  std::uint64_t r = work.u[work.limbs];
  for (unsigned j = work.limbs; j-- > 0;) {
    const auto digit = digit_by_64(r, work.u[j], d, v);
    if (j < 4) q[j] = digit.quotient;
    r = digit.remainder;
  }
  return U256{r};
}

U256 by_two_limbs(Work& work, Limbs& q, u128 d) {
  const std::uint64_t v = reciprocal_128(d);
  u128 r = joined(work.u[work.limbs], work.u[work.limbs - 1]);
  for (unsigned j = work.limbs - 1; j-- > 0;) {
    const auto digit = digit_by_128(r, work.u[j], d, v);
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
    carry = high64(product);
    const u128 rest = static_cast<u128>(u[i]) - low64(product) - borrow;
    u[i] = low64(rest);
    borrow = high64(rest) & 1;
  }
  const u128 rest = static_cast<u128>(u[size]) - carry - borrow;
  u[size] = low64(rest);
  return (high64(rest) & 1) != 0;
}

template <unsigned size>
void add_back(std::uint64_t* u, const Limbs& d) {
  u128 carry = 0;
#pragma GCC unroll 4
  for (unsigned i = 0; i < size; ++i) {
    carry += static_cast<u128>(u[i]) + d[i];
    u[i] = low64(carry);
    carry >>= 64;
  }
  u[size] += low64(carry);
}

// The leading limbs of a normalised divisor and their reciprocal.
struct Top {
  u128 limbs;
  std::uint64_t reciprocal;
};

// A digit of algorithm D: (u[0 .. size]) / d, of which the remainder is left in u.
template <unsigned size>
[[gnu::always_inline]] inline std::uint64_t next_digit(std::uint64_t* u, const Limbs& d,
                                                       const Top& top) {
  const u128 high = joined(u[size], u[size - 1]);
  std::uint64_t digit = ~0ULL;
  if (high < top.limbs) {
    const auto found = digit_by_128(high, u[size - 2], top.limbs, top.reciprocal);
    digit = found.quotient;
    if constexpr (size == 2) {
      u[0] = low64(found.remainder);
      u[1] = high64(found.remainder);
      u[2] = 0;
      return digit;
    }
  }
  if (subtract_multiple<size>(u, d, digit)) {
    --digit;
    add_back<size>(u, d);
  }
  return digit;
}

// Algorithm D for divisors of three or four limbs. The caller made sure that the quotient has four
// limbs at most, so digits above are 0 and need not be looked for.
template <unsigned size>
U256 by_long_divisor(Work& work, Limbs& q, const Limbs& d) {
  const u128 top = joined(d[size - 1], d[size - 2]);
  const Top leading{top, reciprocal_128(top)};
  for (unsigned j = std::min(work.limbs - size, 3U) + 1; j-- > 0;) {
    q[j] = next_digit<size>(work.u.data() + j, d, leading);
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
    rest = by_two_limbs(work, q, joined(d[1], d[0]));
  } else if (size == 3) {
    rest = by_long_divisor<3>(work, q, d);
  } else {
    rest = by_long_divisor<4>(work, q, d);
  }
  return {U256::of_limbs(q), rest >> shift};
}

// Two digits by algorithm D. The quotient has no more, so that shifted n has size + 2 limbs.
template <unsigned size>
ShortQuotient short_by(const Limbs512& n, const Limbs& divisor) {
  const auto shift = static_cast<unsigned>(std::countl_zero(divisor[size - 1]));
  Limbs d;  // NOLINT(cppcoreguidelines-pro-type-member-init): as below
  std::array<std::uint64_t, size + 2> u;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  d[0] = divisor[0] << shift;
  u[0] = n[0] << shift;
#pragma GCC unroll 4
  for (unsigned i = 1; i < size; ++i) d[i] = funnel(divisor[i], divisor[i - 1], shift);
#pragma GCC unroll 6
  for (unsigned i = 1; i < size + 2; ++i) u[i] = funnel(n[i], n[i - 1], shift);
  if constexpr (size == 1) {
    const std::uint64_t v = reciprocal_64(d[0]);
    const auto first = digit_by_64(u[2], u[1], d[0], v);
    const auto second = digit_by_64(first.remainder, u[0], d[0], v);
    return {joined(first.quotient, second.quotient), second.remainder != 0};
  } else {
    const u128 top = joined(d[size - 1], d[size - 2]);
    const std::uint64_t v = reciprocal_128(top);
    const std::uint64_t first = next_digit<size>(u.data() + 1, d, {top, v});
    const std::uint64_t second = next_digit<size>(u.data(), d, {top, v});
    std::uint64_t rest = 0;
    for (unsigned i = 0; i < size; ++i) rest |= u[i];
    return {joined(first, second), rest != 0};
  }
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

ShortQuotient short_quotient(const Limbs512& n, const U256& divisor) {
  const Limbs& d = divisor.limbs();
  if (d[3] != 0) return short_by<4>(n, d);
  if (d[2] != 0) return short_by<3>(n, d);
  if (d[1] != 0) return short_by<2>(n, d);
  LEVEE_EXPECT(d[0] != 0);
  return short_by<1>(n, d);
}

std::optional<U256> mul_div(const U256& a, const U256& b, const U256& divisor, Round round) {
  if (divisor.is_zero()) return std::nullopt;
  const Limbs512 n = wide_product(a, b);
  if ((n[7] | n[6]) == 0 && U256::of_limbs({n[2], n[3], n[4], n[5]}) < divisor) {
    const ShortQuotient q = short_quotient(n, divisor);
    return U256{q.quotient} + U256{round == Round::up && q.remains ? 1U : 0U};
  }
  const auto whole = divided(n, divisor);
  if (!whole) return std::nullopt;
  if (round == Round::down || whole->remainder.is_zero()) return whole->quotient;
  return checked_add(whole->quotient, U256{1});
}

U256 div_up(const U256& n, const U256& divisor) {
  const Divided whole = divided(n, divisor);
  return whole.remainder.is_zero() ? whole.quotient : whole.quotient + U256{1};
}

}  // namespace levee

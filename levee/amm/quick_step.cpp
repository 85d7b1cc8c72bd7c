#include "levee/amm/quick_step.h"

#include "levee/base/wide.h"

namespace levee::amm {
namespace {

// x * 2^96.
Limbs512 times_q96(const U256& x) {
  const auto& [a, b, c, d] = x.limbs();
  return {0, a << 32, a >> 32 | b << 32, b >> 32 | c << 32, c >> 32 | d << 32, d >> 32, 0, 0};
}

// a * b. in: the product has six limbs
Limbs512 times(const U256& a, u128 b) {
  const U256 low = product_of(a.low128(), b), high = product_of(a.high128(), b);
  const U256 upper = wrapping_add(high, U256{low.high128()});
  const auto& [l0, l1, l2, l3] = low.limbs();
  const auto& [u0, u1, u2, u3] = upper.limbs();
  return {l0, l1, u0, u1, u2, u3, 0, 0};
}

// Of the six lower limbs.
bool below(const Limbs512& a, const Limbs512& b) {
  const auto pair = [](const Limbs512& n, std::size_t i) { return joined(n[i + 1], n[i]); };
  if (pair(a, 4) != pair(b, 4)) return pair(a, 4) < pair(b, 4);
  if (pair(a, 2) != pair(b, 2)) return pair(a, 2) < pair(b, 2);
  return pair(a, 0) < pair(b, 0);
}

// x / 2^96, or nothing where it does not fit.
struct Shifted {
  u128 floor = 0;
  bool remains = false, fits = false;
  u128 ceiling() const { return floor + (remains ? 1 : 0); }
};
Shifted by_q96(const U256& x) {
  const u128 high = x.high128(), low = x.low128();
  return {high << 32 | low >> 96, low << 32 != 0, high >> 96 == 0};
}

std::optional<u128> floor_of(const Limbs512& n, const U256& divisor) {
  if (U256::of_limbs({n[2], n[3], n[4], n[5]}) >= divisor) return std::nullopt;
  return short_quotient(n, divisor).quotient;
}

u128 ceiling_of(const Limbs512& n, const U256& divisor) {
  const ShortQuotient q = short_quotient(n, divisor);
  return q.quotient + (q.remains ? 1 : 0);
}

// Whether the price after selling some of token0 is fine enough that what it costs, rounded up, is
// that amount again: a unit of price then moves less than a unit of token0. With n = L 2^96 and x
// the unrounded price, the cost of p = ceil(x) is above amount - n / (p (p - 1)).
bool costs_itself(u128 next, u128 liquidity) {
  const unsigned bits = U256{next}.bit_length();
  return bits >= 2 && U256{liquidity}.bit_length() + 96 <= 2 * bits - 3;
}

// Below, n = L 2^96, p the price, t the target and b the budget.

// Token0 comes in; it reaches t iff b p t >= n (p - t). Short of it the contract's price
// n p / (n + b p), rounded up, is p - floor(b p p / (n + b p)).
std::optional<QuickStep> quick_down(const QuickAsk& ask) {
  if (ask.budget >> 95 != 0 || ask.target == 0) return std::nullopt;
  const u128 way = ask.price - ask.target;
  if (way == 0) return QuickStep{ask.target, 0, 0};
  const U256 cost = product_of(ask.budget, ask.price), swept = product_of(ask.liquidity, way);
  const Limbs512 needed = times_q96(swept);
  if (below(times(cost, ask.target), needed)) {
    const U256 sum = wrapping_add(cost, U256{ask.liquidity} << 96);
    const u128 fall = short_quotient(times(cost, ask.price), sum).quotient;
    const u128 next = ask.price - fall;
    const U256 left = product_of(ask.liquidity, fall);
    const Shifted out = by_q96(left);
    if (!out.fits) return std::nullopt;
    const bool is_budget = ask.budget_is_paid || costs_itself(next, ask.liquidity);
    const u128 in =
        is_budget ? ask.budget : ceiling_of(times_q96(left), product_of(ask.price, next));
    return QuickStep{next, in, out.floor};
  }
  const Shifted out = by_q96(swept);
  if (!out.fits) return std::nullopt;
  return QuickStep{ask.target, ceiling_of(needed, product_of(ask.price, ask.target)), out.floor};
}

// Token1 comes in; it reaches t iff b 2^96 >= L (t - p).
std::optional<QuickStep> quick_up(const QuickAsk& ask) {
  if (ask.price == 0) return std::nullopt;
  const U256 scaled = U256{ask.budget} << 96;
  U256 swept = product_of(ask.liquidity, ask.target - ask.price);
  u128 next = ask.target;
  const bool reaches = scaled >= swept;
  if (!reaches) {
    const Divisor128 by_liquidity =
        ask.by_liquidity != nullptr ? *ask.by_liquidity : Divisor128(ask.liquidity);
    const u128 rise = by_liquidity.divide(scaled).quotient;
    next = ask.price + rise;
    swept = product_of(ask.liquidity, rise);
  }
  const auto out = floor_of(times_q96(swept), product_of(ask.price, next));
  if (!out) return std::nullopt;
  const bool is_budget = !reaches && ask.budget_is_paid;
  return QuickStep{next, is_budget ? ask.budget : by_q96(swept).ceiling(), *out};
}

}  // namespace

std::optional<QuickStep> quick_step(const QuickAsk& ask) {
  return ask.price >= ask.target ? quick_down(ask) : quick_up(ask);
}

}  // namespace levee::amm

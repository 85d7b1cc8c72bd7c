#include "levee/amm/swap_step.h"

#include "levee/amm/pool_run.h"

#include <algorithm>

namespace levee::amm {
namespace {

constexpr std::uint32_t million = 1'000'000;

// What a step moves between two prices, by the side of the trade.
struct Leg {
  bool down;  // token0 is sold, the price falls
  u128 liquidity;

  std::optional<U256> paid_in(const SqrtPrices& prices) const {
    return down ? amount0_between(prices, liquidity, Round::up)
                : amount1_between(prices, liquidity, Round::up);
  }
  std::optional<U256> paid_out(const SqrtPrices& prices) const {
    return down ? amount1_between(prices, liquidity, Round::down)
                : amount0_between(prices, liquidity, Round::down);
  }
  Direction direction() const { return down ? Direction::zero_for_one : Direction::one_for_zero; }
};

// floor(amount * (million - fee) / million). in: fee <= million
U256 after_fee(const U256& amount, std::uint32_t fee) {
  const std::uint32_t rest = million - fee;
  if (amount.fits(64)) {
    // In two parts, so that 64 bits hold both products.
    const std::uint64_t whole = amount.low64() / million, part = amount.low64() % million;
    return U256{whole * rest + part * rest / million};
  }
  if (amount.fits(108)) return U256{amount.low128() * rest / million};
  return mul_div(amount, U256{rest}, U256{million}, Round::down).value_or(U256{});
}

std::optional<U256> fee_on(const U256& paid_in, std::uint32_t fee) {
  if (paid_in.fits(108)) {
    const u128 numerator = paid_in.low128() * fee;
    const std::uint32_t rest = million - fee;
    if (rest == 0) return std::nullopt;
    return U256{numerator / rest + (numerator % rest != 0 ? 1 : 0)};
  }
  return mul_div(paid_in, U256{fee}, U256{million - fee}, Round::up);
}

// Whether the price after selling `amount` of token0 is fine enough that what it costs, rounded
// up, is `amount` again: a unit of price then moves less than a unit of token0. With n = L 2^96
// and x the unrounded price, the cost of p = ceil(x) is above amount - n / (p (p - 1)).
bool costs_itself(const U256& next, u128 liquidity) {
  const unsigned bits = next.bit_length();
  return bits >= 2 && U256{liquidity}.bit_length() + 96 <= 2 * bits - 3;
}

// x * 2^96.
Limbs512 times_q96(const U256& x) {
  const auto& l = x.limbs();
  return {0,
          l[0] << 32,
          l[0] >> 32 | l[1] << 32,
          l[1] >> 32 | l[2] << 32,
          l[2] >> 32 | l[3] << 32,
          l[3] >> 32,
          0,
          0};
}

bool below(const Limbs512& a, const Limbs512& b) {
  for (unsigned i = 8; i-- > 0;) {
    if (a[i] != b[i]) return a[i] < b[i];
  }
  return false;
}

// The two functions that follow take a step that ends before its target, for sizes where nothing
// can overflow: the same numbers as the long way with a third of its divisions. They give nothing
// where they do not apply. Write n = L 2^96.

// Token0 comes in. It does not reach the target t from price p iff budget p t < n (p - t); then the
// contract's n p / (n + budget p), rounded up, is p - floor(budget p p / (n + budget p)).
std::optional<Step> short_step_down(const StepAsk& ask, const U256& budget) {
  const U256 &price = ask.price.value(), &target = ask.target.value();
  const U256 way = wrapping_sub(price, target);
  if (!budget.fits(95) || !price.fits(160) || !way.fits(128) || target.is_zero()) return {};
  const U256 cost = wrapping_mul(budget, price);
  const Limbs512 needed = times_q96(product_of(ask.liquidity, way.low128()));
  if (!below(wide_product(cost, target), needed)) return {};
  const U256 sum = wrapping_add(cost, U256{ask.liquidity} << 96);
  const U256 fall = divided(wide_product(cost, price), sum)->quotient;
  const U256 next = wrapping_sub(price, fall);
  if (!costs_itself(next, ask.liquidity) || next == target) return {};
  const U256 out = product_of(ask.liquidity, fall.low128()) >> 96;
  return Step{SqrtPriceX96{next}, budget, out, wrapping_sub(ask.remaining.bits(), budget)};
}

// Token1 comes in. It does not reach the target iff budget 2^96 < L (t - p). What goes out,
// floor(floor(n rise / next) / p), is floor(n rise / (next p)).
std::optional<Step> short_step_up(const StepAsk& ask, const StepAids& aids, const U256& budget) {
  const U256 &price = ask.price.value(), &target = ask.target.value();
  const U256 way = wrapping_sub(target, price);
  if (aids.by_liquidity == nullptr || !budget.fits(128) || !target.fits(128)) return {};
  const U256 scaled = budget << 96;
  if (scaled >= product_of(ask.liquidity, way.low128())) return {};
  const U256 rise = aids.by_liquidity->quotient(scaled);
  const U256 next = wrapping_add(price, rise);
  if (next == target) return {};
  const U256 swept = product_of(ask.liquidity, rise.low128());
  const bool part = (swept.low128() << 32) != 0;
  const U256 in = aids.budget_is_paid ? budget : wrapping_add(swept >> 96, U256{part ? 1U : 0U});
  const U256 both = product_of(price.low128(), next.low128());
  const U256 out = divided(times_q96(swept), both)->quotient;
  return Step{SqrtPriceX96{next}, in, out, wrapping_sub(ask.remaining.bits(), in)};
}

std::optional<Step> step_in(const StepAsk& ask, const Leg& leg, const StepAids& aids) {
  const U256& remaining = ask.remaining.bits();
  const std::uint32_t fee = ask.fee.value();
  const U256 budget = after_fee(remaining, fee);
  auto quick = leg.down ? short_step_down(ask, budget) : short_step_up(ask, aids, budget);
  if (quick) return quick;

  auto in = leg.paid_in({ask.price, ask.target});
  if (!in) return std::nullopt;
  const bool reaches = budget >= *in;
  const auto next = reaches ? std::optional(ask.target)
                            : price_after_input(ask.price, leg.liquidity, budget, leg.direction());
  if (!next) return std::nullopt;
  const bool is_target = *next == ask.target;
  if (!is_target) in = aids.budget_is_paid ? budget : leg.paid_in({*next, ask.price});
  const auto out = leg.paid_out({*next, ask.price});
  if (!in || !out) return std::nullopt;
  const auto taken = is_target ? fee_on(*in, fee) : std::optional(wrapping_sub(remaining, *in));
  if (!taken) return std::nullopt;
  return Step{*next, *in, *out, *taken};
}

std::optional<Step> step_out(const StepAsk& ask, const Leg& leg) {
  const U256 wanted = ask.remaining.magnitude();
  const auto most = leg.paid_out({ask.price, ask.target});
  if (!most) return std::nullopt;
  const bool reaches = wanted >= *most;
  const auto next = reaches ? std::optional(ask.target)
                            : price_after_output(ask.price, leg.liquidity, wanted, leg.direction());
  if (!next) return std::nullopt;
  const auto in = leg.paid_in({*next, ask.price});
  const auto out = *next == ask.target ? most : leg.paid_out({*next, ask.price});
  if (!in || !out) return std::nullopt;
  const auto taken = fee_on(*in, ask.fee.value());
  if (!taken) return std::nullopt;
  return Step{*next, *in, std::min(*out, wanted), *taken};
}

}  // namespace

std::optional<Step> take_step(const StepAsk& ask, const StepAids& aids) {
  const Leg leg{ask.price >= ask.target, ask.liquidity};
  return ask.remaining.is_negative() ? step_out(ask, leg) : step_in(ask, leg, aids);
}

std::optional<Step> swap_step(const StepAsk& ask) {
  return take_step(ask, {.by_liquidity = nullptr, .budget_is_paid = false});
}

}  // namespace levee::amm

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

// An integer below 2^256 as a double, within a few ulps.
double approximate(const U256& n) {
  const auto& l = n.limbs();
  return static_cast<double>(l[0]) + 0x1p64 * static_cast<double>(l[1]) +
         0x1p128 * static_cast<double>(l[2]) + 0x1p192 * static_cast<double>(l[3]);
}

// Whether `amount` certainly does not pay for the way to the target, decided in double with room
// for its rounding. False means: ask the exact amounts.
bool surely_short(const StepAsk& ask, const Leg& leg, const U256& amount) {
  const double from = approximate(ask.price.value()), to = approximate(ask.target.value());
  if (from == 0 || to == 0) return false;
  const U256 way = leg.down ? wrapping_sub(ask.price.value(), ask.target.value())
                            : wrapping_sub(ask.target.value(), ask.price.value());
  const double liquidity = approximate(U256{leg.liquidity});
  const double needed = leg.down ? liquidity / from * approximate(way) / to * 0x1p96
                                 : liquidity * 0x1p-96 * approximate(way);
  return approximate(amount) * (1 + 1e-12) + 2 < needed * (1 - 1e-12);
}

// Whether the price after selling `amount` of token0 is fine enough that what it costs, rounded
// up, is `amount` again: a unit of price then moves less than a unit of token0. With n = L 2^96
// and x the unrounded price, the cost of p = ceil(x) is above amount - n / (p (p - 1)).
bool costs_itself(const SqrtPriceX96& next, u128 liquidity) {
  const unsigned bits = next.value().bit_length();
  return bits >= 2 && U256{liquidity}.bit_length() + 96 <= 2 * bits - 3;
}

U256 after_fee(const U256& amount, std::uint32_t fee) {
  if (amount.fits(108)) return U256{amount.low128() * (million - fee) / million};
  // Cannot fail: the factor is at most one.
  return *mul_div(amount, U256{million - fee}, U256{million}, Round::down);
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

// The whole of x / 2^96, and whether something was left.
struct Scaled {
  U256 whole;
  bool part;
};
Scaled over_q96(const U256& x) { return {x >> 96, (x.low128() & ((u128{1} << 96) - 1)) != 0}; }

// A step that certainly ends before its target, for sizes where nothing can overflow: the same
// numbers as the long way with about a third of its divisions. Gives whether it could.
//
// down: with n = L 2^96 and c = budget * price the contract's n * price / (n + c), rounded up, is
// price - floor(c * price / (n + c)).
bool short_step_down(const StepAsk& ask, const U256& budget, Step& step) {
  const U256& price = ask.price.value();
  if (!budget.fits(95) || !price.fits(160)) return false;
  const U256 cost = wrapping_mul(budget, price);
  const U256 sum = wrapping_add(cost, U256{ask.liquidity} << 96);
  const U256 fall = divided(wide_product(cost, price), sum)->quotient;
  step.price = SqrtPriceX96{wrapping_sub(price, fall)};
  if (!fall.fits(128) || !costs_itself(step.price, ask.liquidity)) return false;
  step.amount_in = budget;
  step.amount_out = product_of(ask.liquidity, fall.low128()) >> 96;
  return step.price != ask.target;
}

// up: token0 paid out is floor(floor(n * rise / next) / price) = floor(n * rise / (next * price)).
bool short_step_up(const StepAsk& ask, const Divisor128& by_liquidity, const U256& budget,
                   Step& step) {
  const U256& price = ask.price.value();
  if (!budget.fits(160) || !price.fits(127)) return false;
  const U256 rise = by_liquidity.quotient(budget << 96);
  const U256 next = wrapping_add(price, rise);
  if (!next.fits(128)) return false;
  step.price = SqrtPriceX96{next};
  const U256 swept = product_of(ask.liquidity, rise.low128());
  const auto [whole, part] = over_q96(swept);
  step.amount_in = wrapping_add(whole, U256{part ? 1U : 0U});
  const auto& l = swept.limbs();
  const Limbs512 numerator{0,
                           l[0] << 32,
                           l[0] >> 32 | l[1] << 32,
                           l[1] >> 32 | l[2] << 32,
                           l[2] >> 32 | l[3] << 32,
                           l[3] >> 32,
                           0,
                           0};
  step.amount_out = divided(numerator, product_of(price.low128(), next.low128()))->quotient;
  return step.price != ask.target;
}

bool step_in(const StepAsk& ask, const Leg& leg, const StepAids& aids, Step& step) {
  const U256& remaining = ask.remaining.bits();
  const std::uint32_t fee = ask.fee.value();
  const U256 budget = after_fee(remaining, fee);
  std::optional<U256> in;
  bool reaches = false;
  if (surely_short(ask, leg, budget)) {
    const bool is_short = leg.down ? short_step_down(ask, budget, step)
                                   : aids.by_liquidity != nullptr &&
                                         short_step_up(ask, *aids.by_liquidity, budget, step);
    if (is_short) {
      step.fee = wrapping_sub(remaining, step.amount_in);
      return true;
    }
  } else {
    in = leg.paid_in({ask.price, ask.target});
    if (!in) return false;
    reaches = budget >= *in;
  }
  const auto next = reaches ? std::optional(ask.target)
                            : price_after_input(ask.price, leg.liquidity, budget, leg.direction());
  if (!next) return false;
  const bool is_target = *next == ask.target;
  if (!is_target && aids.budget_is_paid) {
    in = budget;
  } else if (!is_target || !in) {
    in = leg.paid_in({*next, ask.price});
  }
  const auto out = leg.paid_out({*next, ask.price});
  if (!in || !out) return false;
  const auto taken = is_target ? fee_on(*in, fee) : std::optional(wrapping_sub(remaining, *in));
  if (!taken) return false;
  step = {*next, *in, *out, *taken};
  return true;
}

bool step_out(const StepAsk& ask, const Leg& leg, Step& step) {
  const U256 wanted = ask.remaining.magnitude();
  const auto most = leg.paid_out({ask.price, ask.target});
  if (!most) return false;
  const bool reaches = wanted >= *most;
  const auto next = reaches ? std::optional(ask.target)
                            : price_after_output(ask.price, leg.liquidity, wanted, leg.direction());
  if (!next) return false;
  const auto in = leg.paid_in({*next, ask.price});
  const auto out = *next == ask.target ? most : leg.paid_out({*next, ask.price});
  if (!in || !out) return false;
  const auto taken = fee_on(*in, ask.fee.value());
  if (!taken) return false;
  step = {*next, *in, std::min(*out, wanted), *taken};
  return true;
}

}  // namespace

bool take_step(const StepAsk& ask, const StepAids& aids, Step& step) {
  const Leg leg{ask.price >= ask.target, ask.liquidity};
  return ask.remaining.is_negative() ? step_out(ask, leg, step) : step_in(ask, leg, aids, step);
}

std::optional<Step> swap_step(const StepAsk& ask) {
  Step step;
  if (!take_step(ask, {.by_liquidity = nullptr, .budget_is_paid = false}, step))
    return std::nullopt;
  return step;
}

}  // namespace levee::amm

#include "levee/amm/swap_step.h"

#include "levee/amm/pool_run.h"
#include "levee/amm/quick_step.h"

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
U256 budget_of(const U256& amount, std::uint32_t fee) {
  return mul_div(amount, U256{million - fee}, U256{million}, Round::down).value_or(U256{});
}

std::optional<U256> due_on(const U256& paid_in, std::uint32_t fee) {
  if (paid_in.is_zero()) return U256{};  // Where the fee is all there is, nothing is paid in.
  return mul_div(paid_in, U256{fee}, U256{million - fee}, Round::up);
}

// The quick way, where its numbers fit.
std::optional<Step> short_cut(const StepAsk& ask, const StepAids& aids) {
  const U256 &price = ask.price.value(), &target = ask.target.value(), &rest = ask.remaining.bits();
  const bool small = (price.high128() | target.high128()) == 0 && rest.fits(quick_bits);
  if (!small || ask.liquidity == 0 || ask.fee.value() >= million) return std::nullopt;
  const u128 remaining = rest.low128();
  const auto step =
      quick_step({price.low128(), target.low128(), ask.liquidity, after_fee(remaining, ask.fee),
                  aids.by_liquidity, aids.budget_is_paid});
  if (!step) return std::nullopt;
  const bool reaches = step->price == target.low128();
  return Step{SqrtPriceX96{U256{step->price}}, U256{step->in}, U256{step->out},
              U256{reaches ? fee_on(step->in, ask.fee) : remaining - step->in}};
}

std::optional<Step> step_in(const StepAsk& ask, const Leg& leg, const StepAids& aids) {
  if (const auto quick = short_cut(ask, aids)) return quick;
  const U256& remaining = ask.remaining.bits();
  const std::uint32_t fee = ask.fee.value();
  const U256 budget = budget_of(remaining, fee);
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
  const auto taken = is_target ? due_on(*in, fee) : std::optional(wrapping_sub(remaining, *in));
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
  const auto taken = due_on(*in, ask.fee.value());
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

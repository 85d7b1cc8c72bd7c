// levee/amm/pool_v4.cpp — what version 4 does its own way: liquidity, donations, errors, limits.
#include "levee/amm/pool_run.h"

#include <algorithm>

namespace levee::amm {
namespace {

constexpr std::uint32_t million = 1'000'000;

Error refused(const char* why) { return fail(Reason::refused, why); }

// Version 4 asks the questions of version 3 under other names. A change without a reason is one off
// the spacing: amounts always fit there, and net liquidity is looked at by nets_overflow().
const char* name_of(std::string_view why) {
  if (why == "TLU") return "TicksMisordered";
  if (why == "TLM") return "TickLowerOutOfBounds";
  if (why == "TUM") return "TickUpperOutOfBounds";
  if (why == "LO") return "TickLiquidityOverflow";
  if (why == "NP") return "CannotUpdateEmptyPosition";
  return why.empty() ? "TickMisaligned" : "SafeCastOverflow";
}

// Arithmetic that stops the contract, without a name, before it looks at what a tick may carry.
bool nets_overflow(const TickState& lower, const TickState& upper, i128 by) {
  i128 net = 0;
  return __builtin_add_overflow(lower.liquidity_net, by, &net) ||
         __builtin_sub_overflow(upper.liquidity_net, by, &net);
}

bool fits_delta(const I256& delta) {
  return I256{static_cast<i128>(delta.bits().low128())} == delta;
}

// floor(growth * liquidity / 2^128), or nothing where 127 bits do not hold it.
std::optional<U256> fees_on(const U256& growth, u128 liquidity) {
  const Limbs512 product = wide_product(growth, U256{liquidity});
  const bool fits = (product[3] >> 63 | product[4] | product[5]) == 0;
  return fits ? std::optional(U256::of_limbs({product[2], product[3], 0, 0})) : std::nullopt;
}

}  // namespace

FeePips with_protocol(FeePips fee, std::uint16_t part) {
  const std::uint64_t both = std::uint64_t{part} * fee.value() / million;
  return FeePips{static_cast<std::uint32_t>(part + fee.value() - both)};
}

u128 v4_liquidity_per_tick_max(TickSpacing spacing) {
  const std::int32_t above = tick_max.value() / spacing.value();
  const std::int32_t below = above + (tick_max.value() % spacing.value() != 0 ? 1 : 0);
  return ~u128{0} / static_cast<u128>(above + below + 1);
}

bool fits_v4(const Flows& flows) {
  return fits_delta(wrapping_negate(flows.token0)) && fits_delta(wrapping_negate(flows.token1));
}

bool fits_v4(const Step& step) {
  return wrapping_add(step.amount_in, step.fee).fits(128) && step.amount_out.fits(128);
}

Result<Modified> Pool::modify(const PositionKey& key, i128 by, std::uint32_t time) {
  if (!is_initialised()) return refused("PoolNotInitialized");
  const auto& [lower, upper] = key.range;
  auto change = change_of(key, by, time);
  if (!change) {
    const bool is_full = change.error().message == "LO";
    const bool stops = is_full && nets_overflow(ticks_.at(lower), ticks_.at(upper), by);
    return refused(stops ? "" : name_of(change.error().message));
  }
  const PositionState before = position(key);
  const FeeGrowth &now = change->position.fees_inside_last, &last = before.fees_inside_last;
  const auto fee0 = fees_on(wrapping_sub(now.token0, last.token0), before.liquidity);
  const auto fee1 = fees_on(wrapping_sub(now.token1, last.token1), before.liquidity);
  if (!fee0 || !fee1 || !fits_v4(change->flows)) return refused("SafeCastOverflow");
  const Flows& principal = change->flows;
  if (!fits_v4({wrapping_sub(principal.token0, I256::positive(*fee0)),
                wrapping_sub(principal.token1, I256::positive(*fee1))})) {
    return refused("SafeCastOverflow");
  }
  change->position.owed0 = change->position.owed1 = 0;
  commit(*change, time);
  return Modified{principal, {*fee0, *fee1}};
}

Result<Done> Pool::donate(const Amounts& amounts) {
  if (!is_initialised()) return refused("PoolNotInitialized");
  if (now_.liquidity == 0) return refused("NoLiquidityToReceiveFees");
  if (!amounts.token0.fits(127) || !amounts.token1.fits(127)) return refused("SafeCastOverflow");
  const U256 liquidity{now_.liquidity};
  now_.fees.token0 = wrapping_add(now_.fees.token0, (amounts.token0 << 128) / liquidity);
  now_.fees.token1 = wrapping_add(now_.fees.token1, (amounts.token1 << 128) / liquidity);
  return Done{};
}

// Why the contract refuses a swap before it begins, or null.
const char* Pool::v4_refusal_of(const SwapAsk& ask) const {
  if (ask.amount.is_zero()) return "SwapAmountCannotBeZero";
  if (!is_initialised()) return "PoolNotInitialized";
  const bool down = ask.direction == Direction::zero_for_one;
  const std::uint16_t part = down ? now_.protocol_share0 : now_.protocol_share1;
  const FeePips fee = with_protocol(ask.fee.value_or(terms_.fee), part);
  if (fee.value() >= million && ask.amount.is_negative()) return "InvalidFeeForExactOut";
  const bool ahead = down ? ask.limit < now_.price : ask.limit > now_.price;
  if (!ahead) return "PriceLimitAlreadyExceeded";
  const bool within = down ? ask.limit > sqrt_price_min : ask.limit < sqrt_price_max;
  return within ? nullptr : "PriceLimitOutOfBounds";
}

Amounts Pool::collect_v4_protocol(u128 most0, u128 most1) {
  const u128 amount0 = std::min(most0, now_.protocol_fees0);
  const u128 amount1 = std::min(most1, now_.protocol_fees1);
  now_.protocol_fees0 -= amount0;
  now_.protocol_fees1 -= amount1;
  return {U256{amount0}, U256{amount1}};
}

}  // namespace levee::amm

#include "levee/amm/position.h"

namespace levee::amm {
namespace {

U256 fee_share(const U256& now, const U256& last, u128 liquidity) {
  // (now - last) < 2^256 times L < 2^128 over 2^128 always fits; the contract then keeps 128 bits.
  const Limbs512 p = wide_product(wrapping_sub(now, last), U256{liquidity});
  return U256::of_limbs({p[2], p[3], 0, 0});
}

}  // namespace

Amounts fees_since(const PositionState& position, const FeeGrowth& inside) {
  return {fee_share(inside.token0, position.fees_inside_last.token0, position.liquidity),
          fee_share(inside.token1, position.fees_inside_last.token1, position.liquidity)};
}

Result<PositionState> reckoned(const PositionState& position, i128 change,
                               const FeeGrowth& inside) {
  if (change == 0 && position.liquidity == 0) return fail(Reason::refused, "NP");
  const auto liquidity = liquidity_after(position.liquidity, change);
  if (!liquidity) return liquidity.error();
  const Amounts fees = fees_since(position, inside);
  return PositionState{*liquidity, inside, position.owed0 + fees.token0.low128(),
                       position.owed1 + fees.token1.low128()};
}

Result<Flows> principal_of(const PrincipalAsk& ask) {
  const SqrtPriceX96 lower = sqrt_price_at_valid(Tick{ask.range.lower});
  const SqrtPriceX96 upper = sqrt_price_at_valid(Tick{ask.range.upper});
  std::optional<I256> token0 = I256{}, token1 = I256{};
  if (ask.tick < ask.range.lower) {
    token0 = amount0_of_change({lower, upper}, ask.change);
  } else if (ask.tick < ask.range.upper) {
    token0 = amount0_of_change({ask.price, upper}, ask.change);
    token1 = amount1_of_change({lower, ask.price}, ask.change);
  } else {
    token1 = amount1_of_change({lower, upper}, ask.change);
  }
  if (!token0 || !token1) return fail(Reason::refused, "");
  return Flows{*token0, *token1};
}

}  // namespace levee::amm

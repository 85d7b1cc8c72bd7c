// levee/amm/swap_step.h — one step of a swap inside one range of constant liquidity, bit for bit.
#pragma once
#include "levee/amm/sqrt_price_math.h"
#include "levee/base/i256.h"
#include "levee/base/units.h"

#include <optional>

namespace levee::amm {

/// Where a step may go: from the price now towards a target, at constant liquidity.
struct StepAsk {
  SqrtPriceX96 price;
  SqrtPriceX96 target;  ///< Below or at the price: token0 is sold.
  u128 liquidity = 0;
  I256 remaining;  ///< Positive: still to be paid in, fee included. Negative: still to be paid out.
  FeePips fee;
};

/// What a step did.
struct Step {
  SqrtPriceX96 price;
  U256 amount_in, amount_out, fee;
  friend bool operator==(const Step&, const Step&) = default;
};

/// One step. An empty optional is the contract's revert without a reason.
///
/// out: the price lies between start and target; amount_in + fee <= remaining for an exact input,
///      amount_out <= -remaining for an exact output
/// src: Uniswap v3-core, SwapMath.computeSwapStep
std::optional<Step> swap_step(const StepAsk& ask);

}  // namespace levee::amm

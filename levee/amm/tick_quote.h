// levee/amm/tick_quote.h — what an amount is worth at a tick: how an average tick is read as price.
#pragma once
#include "levee/amm/tick_math.h"

namespace levee::amm {

/// Which of a pool's tokens an amount is in.
enum class Side { token0, token1 };

/// The other token's amount that `amount` is worth at a tick, rounded down.
///
/// err: refused with "T" outside [tick_min, tick_max], without text where it does not fit 256 bits
/// src: Uniswap v3-periphery 1.4.4, OracleLibrary.getQuoteAtTick
Result<U256> quote_at(Tick tick, u128 amount, Side side);

}  // namespace levee::amm

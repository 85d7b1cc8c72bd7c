// levee/amm/router.h — swaps as wallets send them, and what the quoter answers before.
//
// The router adds to a pool's swap a path, a bound on the other amount, and refusals of its own.
// The payer has what is asked; deadlines are not modelled. A swap that is refused changes nothing.
// src: Uniswap v3-periphery 1.4.4, SwapRouter; swap-router-contracts 1.3, QuoterV2
#pragma once
#include "levee/amm/pool.h"

#include <cstdint>
#include <span>
#include <vector>

namespace levee::amm {

/// A swap through one pool, of exactly this amount in or out.
struct RouteAsk {
  Direction direction = Direction::zero_for_one;
  U256 amount;
  SqrtPriceX96 limit;  ///< 0: none.
};

/// One step of a path: a place in the list of pools.
struct Hop {
  std::size_t pool = 0;
  Direction direction = Direction::zero_for_one;
};

struct PathAsk {
  std::span<const Hop> path;  ///< One hop or more.
  U256 amount, least_out;
};

/// What comes out. err: as Pool::swap; refused with "Too little received", and without text where
/// the swap would move nothing
Result<U256> exact_input_single(Pool& pool, const RouteAsk& ask, const U256& least_out,
                                std::uint32_t time);
/// What goes in. err: as Pool::swap; refused with "Too much requested", and without text where the
/// pool cannot pay the amount and no limit was asked for
Result<U256> exact_output_single(Pool& pool, const RouteAsk& ask, const U256& most_in,
                                 std::uint32_t time);
/// What comes out of the last pool. err: as exact_input_single; all pools stay as they were
Result<U256> exact_input(std::span<Pool> pools, const PathAsk& ask, std::uint32_t time);

/// What the quoter says of one pool.
struct RouteQuote {
  U256 amount;  ///< Out where the input was exact, in where the output was.
  SqrtPriceX96 price_after;
  std::uint32_t ticks_crossed = 0;  ///< As the quoter counts, which is not always what happens.
};

/// err: as exact_input_single; a refusal without text becomes "Unexpected error"
Result<RouteQuote> quote_exact_input_single(const Pool& pool, const RouteAsk& ask);
/// err: as exact_output_single; a refusal without text becomes "Unexpected error"
Result<RouteQuote> quote_exact_output_single(const Pool& pool, const RouteAsk& ask);
/// Every hop, each on its pool as it stands: a pool that is passed twice is quoted twice the same.
/// err: as quote_exact_input_single
Result<std::vector<RouteQuote>> quote_exact_input(std::span<const Pool> pools,
                                                  std::span<const Hop> path, const U256& amount);

}  // namespace levee::amm

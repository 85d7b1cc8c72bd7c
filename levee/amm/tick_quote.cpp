#include "levee/amm/tick_quote.h"

#include "levee/base/wide.h"

namespace levee::amm {

Result<U256> quote_at(Tick tick, u128 amount, Side side) {
  const auto price = sqrt_price_at(tick);
  if (!price) return price.error();
  const U256 root = price->value();
  // Squares of roots above 2^128 leave 256 bits: those are kept with 64 bits less of fraction.
  const bool exact = root.fits(128);
  const U256 one = U256::power_of_two(exact ? 192 : 128);
  const auto square =
      exact ? checked_mul(root, root) : mul_div(root, root, U256::power_of_two(64), Round::down);
  const auto worth = side == Side::token0 ? mul_div(*square, U256{amount}, one, Round::down)
                                          : mul_div(one, U256{amount}, *square, Round::down);
  if (!worth) return fail(Reason::refused, "");
  return *worth;
}

}  // namespace levee::amm

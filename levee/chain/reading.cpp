#include "levee/chain/reading.h"

#include <fmt/core.h>

namespace levee::chain {

Result<Done> require_price(const PoolReading& pool) {
  const amm::PoolNumbers& now = pool.found.numbers;
  const auto tick = amm::tick_at(now.price);
  if (!tick) {
    return fail(Reason::corrupt, fmt::format("pool {}: sqrt price {} (no pool can stand there)",
                                             pool.name, decimal_text(now.price.value())));
  }
  // A pool that fell onto a tick's own price stands one tick below it.
  const bool fallen =
      now.tick == tick->value() - 1 && amm::sqrt_price_at_valid(*tick).value() == now.price.value();
  if (now.tick == tick->value() || fallen) return Done{};
  return fail(Reason::corrupt, fmt::format("pool {}: tick {} (the tick of its price is {})",
                                           pool.name, now.tick, tick->value()));
}

Result<Done> require_range(const PositionReading& position, TickSpacing spacing) {
  const auto [lower, upper] = position.range;
  if (lower >= upper || lower < amm::tick_min.value() || upper > amm::tick_max.value() ||
      lower % spacing.value() != 0 || upper % spacing.value() != 0) {
    return fail(Reason::corrupt,
                fmt::format("NFT {}: ticks {} to {} (no pool of spacing {} has such a range)",
                            decimal_text(position.nft), lower, upper, spacing.value()));
  }
  if (position.liquidity > amm::liquidity_per_tick_max(spacing)) {
    return fail(Reason::corrupt,
                fmt::format("NFT {}: liquidity {} (more than a tick may carry)",
                            decimal_text(position.nft), decimal_text(U256{position.liquidity})));
  }
  return Done{};
}

}  // namespace levee::chain

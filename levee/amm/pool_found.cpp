// levee/amm/pool_found.cpp — reading a pool: positions, sums over time, and pools found mid-life.
#include "levee/amm/pool_run.h"

#include <algorithm>

#include <fmt/core.h>

namespace levee::amm {

PositionState Pool::position(const PositionKey& key) const {
  const auto found = positions_.find(key);
  return found == positions_.end() ? PositionState{} : found->second;
}

std::vector<PositionKey> Pool::positions() const {
  std::vector<PositionKey> keys;
  keys.reserve(positions_.size());
  for (const auto& [key, state] : positions_) keys.push_back(key);
  std::ranges::sort(keys);
  return keys;
}

Amounts Pool::collectable(const PositionKey& key) const {
  const PositionState state = position(key);
  const auto& [lower, upper] = key.range;
  const FeeGrowth inside =
      fees_inside({{lower, &ticks_.at(lower)}, {upper, &ticks_.at(upper)}, now_.tick, now_.fees});
  const Amounts fees = fees_since(state, inside);
  return {U256{state.owed0 + fees.token0.low128()}, U256{state.owed1 + fees.token1.low128()}};
}

Result<std::vector<Observation>> Pool::observe(std::uint32_t time,
                                               std::span<const std::uint32_t> seconds_ago) const {
  std::vector<Observation> observed;
  if (!is_initialised()) return fail(Reason::refused, "I");
  for (const std::uint32_t ago : seconds_ago) {
    const auto one = oracle_.observe(oracle_now(time), ago);
    if (!one) return one.error();
    observed.push_back(*one);
  }
  return observed;
}

Result<InsideSums> Pool::sums_inside(const TickRange& range, std::uint32_t time) const {
  if (range.lower >= range.upper) return fail(Reason::refused, "TLU");
  if (range.lower < tick_min.value()) return fail(Reason::refused, "TLM");
  if (range.upper > tick_max.value()) return fail(Reason::refused, "TUM");
  const TickState &lower = ticks_.at(range.lower), &upper = ticks_.at(range.upper);
  if (!lower.initialised || !upper.initialised) return fail(Reason::refused, "");
  const auto sums = [](const TickState& tick) {
    return InsideSums{tick.tick_seconds_outside, tick.seconds_per_liquidity_outside,
                      tick.seconds_outside};
  };
  const auto less = [](const InsideSums& a, const InsideSums& b) {
    return InsideSums{wrapped_56(a.tick_seconds - b.tick_seconds),
                      wrapped_160(wrapping_sub(a.seconds_per_liquidity, b.seconds_per_liquidity)),
                      a.seconds - b.seconds};
  };
  if (now_.tick < range.lower) return less(sums(lower), sums(upper));
  if (now_.tick >= range.upper) return less(sums(upper), sums(lower));
  const auto now = oracle_.observe(oracle_now(time), 0);
  if (!now) return now.error();
  const InsideSums all{now->tick_seconds, now->seconds_per_liquidity, time};
  return less(less(all, sums(lower)), sums(upper));
}

Result<Pool> Pool::from(const Found& found) {
  if (found.terms.spacing.value() <= 0) {
    return fail(Reason::corrupt,
                fmt::format("tick spacing {} (must be above 0)", found.terms.spacing.value()));
  }
  Pool pool(found.terms);
  pool.now_ = found.numbers;
  pool.oracle_ = found.oracle;
  i128 active = 0;
  for (const auto& [tick, state] : found.ticks) {
    if (tick % found.terms.spacing.value() != 0 || tick < tick_min.value() ||
        tick > tick_max.value()) {
      return fail(Reason::corrupt, fmt::format("tick {} (is not on the pool's spacing of {})", tick,
                                               found.terms.spacing.value()));
    }
    if (pool.ticks_.at(tick).initialised || state.liquidity_gross == 0) {
      return fail(Reason::corrupt,
                  fmt::format("tick {} (is listed twice, or without liquidity)", tick));
    }
    pool.ticks_.put(tick) = state;
    pool.ticks_.put(tick).initialised = true;
    pool.ticks_.flip(tick);
    if (tick <= found.numbers.tick) active += state.liquidity_net;
  }
  for (const auto& [key, state] : found.positions) pool.positions_[key] = state;
  if (!pool.is_initialised()) return pool;

  const auto tick = tick_at(found.numbers.price);
  // A swap that ends on a tick it crossed downwards leaves the tick one below the price's.
  const bool is_its_tick = tick && (found.numbers.tick == tick->value() ||
                                    (found.numbers.tick == tick->value() - 1 &&
                                     sqrt_price_at_valid(*tick) == found.numbers.price));
  if (!is_its_tick) {
    return fail(Reason::corrupt,
                fmt::format("tick {} (is not the tick of sqrt price {})", found.numbers.tick,
                            decimal_text(found.numbers.price.value())));
  }
  if (active < 0 || static_cast<u128>(active) != found.numbers.liquidity) {
    return fail(Reason::corrupt,
                fmt::format("active liquidity {} (the ticks up to the price add up to {}{})",
                            decimal_text(U256{found.numbers.liquidity}), active < 0 ? "-" : "",
                            decimal_text(I256{active}.magnitude())));
  }
  pool.around_.by_liquidity = divisor_of(pool.now_.liquidity);
  pool.look_around();
  return pool;
}

}  // namespace levee::amm

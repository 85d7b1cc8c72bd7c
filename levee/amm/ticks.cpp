// levee/amm/ticks.cpp — a pool's raw prices and ticks read as quote per base.
#include "levee/amm/exposure.h"

#include <cmath>
#include <cstdlib>

#include <fmt/core.h>

namespace levee::amm {
namespace {

constexpr int outermost_tick = 887272;

// What a raw price of one base unit in quote units is multiplied by to read per whole token.
double whole_tokens(const Quoting& quoting) {
  return std::pow(10.0, quoting.base_decimals - quoting.quote_decimals);
}

}  // namespace

Price price_at(Tick tick, const Quoting& quoting) {
  LEVEE_EXPECT(std::abs(tick.value()) <= outermost_tick);
  const double log_token0 = tick.value() * std::log1p(1e-4);
  return Price{std::exp(quoting.base_is_token0 ? log_token0 : -log_token0) * whole_tokens(quoting)};
}

Result<Bounds> bounds_at(Tick lower, Tick upper, TickSpacing spacing, const Quoting& quoting) {
  if (!(lower < upper)) {
    return fail(Reason::bad_input, fmt::format("ticks {} and {} (the lower must come first)",
                                               lower.value(), upper.value()));
  }
  if (lower.value() < -outermost_tick || upper.value() > outermost_tick) {
    return fail(Reason::bad_input, fmt::format("ticks {} and {} (a pool ends at {} either way)",
                                               lower.value(), upper.value(), outermost_tick));
  }
  const std::int32_t step = spacing.value();
  if (step <= 0 || lower.value() % step != 0 || upper.value() % step != 0) {
    return fail(Reason::bad_input, fmt::format("ticks {} and {} (not on the pool's spacing of {})",
                                               lower.value(), upper.value(), step));
  }
  const Price first = price_at(lower, quoting), last = price_at(upper, quoting);
  return quoting.base_is_token0 ? Bounds{first, last} : Bounds{last, first};
}

HumanLiquidity human_liquidity(double raw, const Quoting& quoting) {
  return HumanLiquidity{raw /
                        std::pow(10.0, (quoting.base_decimals + quoting.quote_decimals) / 2.0)};
}

Price price_of_sqrt_x96(double sqrt_price_x96, const Quoting& quoting) {
  LEVEE_EXPECT(sqrt_price_x96 > 0 && std::isfinite(sqrt_price_x96));
  const double root = sqrt_price_x96 * 0x1p-96;
  const double token0 = root * root;
  return Price{(quoting.base_is_token0 ? token0 : 1 / token0) * whole_tokens(quoting)};
}

}  // namespace levee::amm

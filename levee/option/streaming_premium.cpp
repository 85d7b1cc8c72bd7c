#include "levee/option/streaming_premium.h"

#include <cmath>
#include <numbers>

#include <fmt/core.h>

namespace levee::option {
namespace {

// (sqrt r - 1) / (sqrt r + 1) with r^2 = upper / lower, free of cancellation.
double smear(const OrderEdges& edges) {
  const double lower = edges.lower.value(), upper = edges.upper.value();
  LEVEE_EXPECT(lower > 0 && lower < upper && std::isfinite(upper));
  return std::tanh(std::log1p((upper - lower) / lower) / 8);
}

}  // namespace

RangeOrder range_order(const OrderEdges& edges) {
  const double spread = smear(edges);
  return {Price{std::sqrt(edges.lower.value()) * std::sqrt(edges.upper.value())},
          Share{1 - spread}};
}

Years order_maturity(const OrderEdges& edges, Vol vol) {
  LEVEE_EXPECT(vol.value() > 0 && std::isfinite(vol.value()));
  const double deviation = smear(edges) / vol.value();
  return Years{2 * std::numbers::pi * deviation * deviation};
}

Vol pool_implied_vol(const PoolTurnover& turnover) {
  LEVEE_EXPECT(turnover.fee >= 0 && turnover.fee <= 1);
  LEVEE_EXPECT(turnover.volume_days >= 0 && std::isfinite(turnover.volume_days));
  return Vol{2 * turnover.fee * std::sqrt(turnover.volume_days * 365)};
}

Result<StreamedPremium> streamed_premium(const StreamedLiquidity& liquidity) {
  const auto [net, removed, spread] = liquidity;
  const auto sound = [](double x) { return std::isfinite(x) && x >= 0; };
  if (!sound(net) || !sound(removed) || !sound(spread)) {
    return fail(Reason::out_of_range,
                fmt::format("liquidity {} left, {} removed, spread {} (none may be negative)", net,
                            removed, spread));
  }
  if (net == 0) {
    return fail(Reason::no_solution,
                "no liquidity left in the pool (the premium of what was removed has no bound)");
  }
  const double scarcity = spread * removed / net;
  return StreamedPremium{1 + scarcity, 1 + scarcity * (removed / (net + removed))};
}

}  // namespace levee::option

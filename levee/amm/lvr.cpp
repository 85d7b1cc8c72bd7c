#include "levee/amm/lvr.h"

#include <cmath>

#include <fmt/core.h>

namespace levee::amm {
namespace {

bool positive(double x) { return std::isfinite(x) && x > 0; }

// Expected inverse overshoot: how far past a threshold the log price is when a block comes.
double steepness(const BlockTrade& trade) {
  return std::sqrt(2 / trade.interval.value()) / trade.vol.value();
}

}  // namespace

Rate lvr_rate(Share weight, Vol vol) {
  const double w = weight.value();
  LEVEE_EXPECT(w > 0 && w < 1 && vol.value() >= 0 && std::isfinite(vol.value()));
  return Rate{w * (1 - w) * vol.value() * vol.value() / 2};
}

Result<Rate> predictable_loss(const Bounds& bounds, Price price, Vol vol) {
  LEVEE_EXPECT(vol.value() >= 0 && std::isfinite(vol.value()));
  const double p = price.value(), lower = bounds.lower.value(), upper = bounds.upper.value();
  if (!(lower < p && p < upper)) {
    return fail(Reason::no_solution,
                fmt::format("price {} (must lie inside [{}, {}]: outside nothing is lost)", p,
                            lower, upper));
  }
  // 2 (1 - sqrt(lower/p)) and 2 (1 - sqrt(p/upper)), free of cancellation.
  const double below = 2 * (p - lower) / (p + std::sqrt(p * lower));
  const double above = std::isinf(upper) ? 2 : 2 * (upper - p) / (upper + std::sqrt(p * upper));
  return Rate{vol.value() * vol.value() / (2 * (below + above))};
}

LvrSplit lvr_split(const BlockTrade& trade) {
  LEVEE_EXPECT(positive(trade.vol.value()) && positive(trade.interval.value()));
  LEVEE_EXPECT(trade.fee >= 0 && trade.cost >= 0 && std::isfinite(trade.fee + trade.cost));
  const double fee = trade.fee * steepness(trade), cost = trade.cost * steepness(trade);
  // eta^2 (1 - (fee/(fee+cost))^2) = (fee + cost)^2 - fee^2 in these units.
  const double trades = 2 / (2 + 2 * (fee + cost) + cost * (2 * fee + cost));
  return {.trades = trades,
          .arbitrage = trades * (1 + cost),
          .fees = trades * fee * (1 + cost),
          .gas = trades * cost * cost / 2};
}

Result<ArbitrageFlow> constant_product_flow(const BlockTrade& trade) {
  const double sigma = trade.vol.value(), interval = trade.interval.value(), fee = trade.fee;
  if (!positive(sigma) || !positive(interval) || !positive(fee) || trade.cost != 0) {
    return fail(
        Reason::out_of_range,
        fmt::format("vol {}, block time {} years, fee {}, cost {} (the first three positive, "
                    "no cost: only then is there a closed form)",
                    sigma, interval, fee, trade.cost));
  }
  const double variance = sigma * sigma * interval;
  if (!(variance < 8)) {
    return fail(Reason::no_solution,
                fmt::format("variance {} in a block (from 8 on the expected profit is infinite)",
                            variance));
  }
  const double lvr = sigma * sigma / 8, theta = steepness(trade);
  const double arbitrage = lvr / (1 + theta * fee) * std::exp(fee / 2) / (1 - variance / 8);
  const double fees =
      lvr * (2 * std::sinh(fee / 2) / fee) / ((1 + 1 / (theta * fee)) * (1 + 1 / (2 * theta)));
  return ArbitrageFlow{Rate{arbitrage}, Rate{fees}};
}

}  // namespace levee::amm

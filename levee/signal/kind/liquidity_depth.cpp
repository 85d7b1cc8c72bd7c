// levee/signal/kind/liquidity_depth.cpp — what may be traded near the price, against its median.
#include "levee/signal/median_ratio.h"

#include <fmt/core.h>

namespace levee::signal::kind {
namespace {

constexpr std::string_view needs[] = {"depth"};
constexpr std::string_view states[] = {"deep", "thin"};

Result<Signal> read(const History& history, const SignalPolicy& policy) {
  return median_ratio_signal(
      history,
      {.input = "depth",
       .days = policy.depth_days,
       .formula = fmt::format("depth / median of the {} days before; thin up to {}",
                              policy.depth_days, policy.depth_thin)},
      [&](double ratio) { return states[ratio <= policy.depth_thin ? 1 : 0]; });
}

}  // namespace

Entry liquidity_depth() {
  return {"liquidity_depth", "what may be traded near the price, against its own median", needs,
          states, read};
}

}  // namespace levee::signal::kind

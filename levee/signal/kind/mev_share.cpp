// levee/signal/kind/mev_share.cpp — how much of what is traded gets extracted, against its median.
#include "levee/signal/median_ratio.h"

#include <fmt/core.h>

namespace levee::signal::kind {
namespace {

constexpr std::string_view needs[] = {"mev_share"};
constexpr std::string_view states[] = {"usual", "alert"};

Result<Signal> read(const History& history, const SignalPolicy& policy) {
  return median_ratio_signal(
      history,
      {.input = "mev_share",
       .days = policy.mev_days,
       .formula = fmt::format("share / median of the {} days before; alert from {}",
                              policy.mev_days, policy.mev_ratio)},
      [&](double ratio) { return states[ratio >= policy.mev_ratio ? 1 : 0]; });
}

}  // namespace

Entry mev_share() {
  return {"mev_share", "extraction as a share of what is traded, against its own median", needs,
          states, read};
}

}  // namespace levee::signal::kind

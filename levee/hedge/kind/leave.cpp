// levee/hedge/kind/leave.cpp — liquidity taken out, its tokens kept: the hedge that costs no
// premium.
#include "levee/hedge/layer.h"

#include <fmt/core.h>

namespace levee::hedge::kind {
namespace {

Stance stand(const LayerAsk& ask, Offer& offer) {
  if (ask.setting.policy.leave_share_max <= 0) {
    return {.stands = false, .why = "the policy lets nothing leave (leave_share_max)"};
  }
  offer.orders.leaves = true;
  return {.stands = true,
          .why = fmt::format("up to {:.3g} % of each position whose fees are known",
                             100 * ask.setting.policy.leave_share_max)};
}

}  // namespace

Entry leave() {
  return {
      .name = "leave", .about = "liquidity taken out of the pool, its tokens kept", .stand = stand};
}

}  // namespace levee::hedge::kind

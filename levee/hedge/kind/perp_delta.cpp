// levee/hedge/kind/perp_delta.cpp — delta by perpetual futures, within a share of the LP's.
#include "levee/hedge/layer.h"

#include <fmt/core.h>

namespace levee::hedge::kind {
namespace {

Stance stand(const LayerAsk& ask, Offer& offer) {
  if (!offers(offer.list, "perp_delta")) {
    return {.stands = false,
            .why = ask.setting.snapshot.funding ? "the position has no delta that a lot would hedge"
                                                : "funding is not known (give --funding)"};
  }
  double funding = 0;  // per year, paid by longs
  for (const Candidate& one : offer.list) {
    if (layer_of(one.instrument, 1) != "perp_delta") continue;
    funding = one.carry_per_year.value() / ask.setting.snapshot.spot.value();
  }
  return {.stands = true,
          .why = fmt::format("up to {:.3g} % of the position's delta; a short {} {:.3g} % a year "
                             "of funding, as the last 30 days had it",
                             100 * ask.setting.policy.perp_share_of_delta_max,
                             funding >= 0 ? "earns" : "pays", 100 * std::abs(funding))};
}

}  // namespace

Entry perp_delta() {
  return {.name = "perp_delta",
          .about = "perpetual futures against the position's delta; they cap no tail by themselves",
          .stand = stand};
}

}  // namespace levee::hedge::kind

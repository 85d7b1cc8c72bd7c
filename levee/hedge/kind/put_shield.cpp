// levee/hedge/kind/put_shield.cpp — puts bought: the lower half of what liquidity is short of.
#include "levee/hedge/layer.h"

namespace levee::hedge::kind {

Entry put_shield() {
  return {.name = "put_shield",
          .about = "puts bought, the lower half of the options that liquidity is short of",
          .stand = [](const LayerAsk&, Offer& offer) {
            return offered(
                offer, "put_shield",
                {.stands = "never paused: pays where the price falls and liquidity turns into the "
                           "token",
                 .not_offered = "no put is asked in a size one may trade"});
          }};
}

}  // namespace levee::hedge::kind

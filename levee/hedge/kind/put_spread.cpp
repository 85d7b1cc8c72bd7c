// levee/hedge/kind/put_spread.cpp — puts sold behind puts bought: what the far tail pays back.
#include "levee/hedge/layer.h"

namespace levee::hedge::kind {

Entry put_spread() {
  return {.name = "put_spread",
          .about = "puts sold, each behind a bought one of its expiry that pays no less",
          .stand = [](const LayerAsk&, Offer& offer) {
            return offered(
                offer, "put_spread",
                {.stands = "finances puts that matter more; each stands on a bought one of its "
                           "expiry that pays no less",
                 .not_offered = "no put is bid in a size one may trade"});
          }};
}

}  // namespace levee::hedge::kind

// levee/hedge/kind/call_spread.cpp — calls sold behind calls bought; never on the position itself.
#include "levee/hedge/layer.h"

namespace levee::hedge::kind {

Entry call_spread() {
  return {.name = "call_spread",
          .about = "calls sold, each behind a bought one of its expiry that pays no less",
          .stand = [](const LayerAsk&, Offer& offer) {
            return offered(
                offer, "call_spread",
                {.stands = "finances options that matter more; liquidity holds fewer tokens as the"
                           " price rises, so none is sold on the position itself",
                 .not_offered = "no call is bid in a size one may trade"});
          }};
}

}  // namespace levee::hedge::kind

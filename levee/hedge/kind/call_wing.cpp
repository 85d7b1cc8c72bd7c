// levee/hedge/kind/call_wing.cpp — calls bought: the upper half of what liquidity is short of.
#include "levee/hedge/layer.h"

namespace levee::hedge::kind {

Entry call_wing() {
  return {.name = "call_wing",
          .about = "calls bought, the upper half of the options that liquidity is short of",
          .stand = [](const LayerAsk& ask, Offer& offer) {
            Stance stance = offered(
                offer, "call_wing",
                {.stands = "never paused: pays where the price rises and liquidity has sold the "
                           "token; by itself only the upper half",
                 .not_offered = "no call is asked in a size one may trade"});
            if (!ask.calls_on.empty()) stance.why += "; " + ask.calls_on;
            return stance;
          }};
}

}  // namespace levee::hedge::kind

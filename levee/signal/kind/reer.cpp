// levee/signal/kind/reer.cpp — the base token's real effective exchange rate.
#include "levee/signal/kind.h"
#include "levee/signal/real_rate.h"

namespace levee::signal::kind {

Entry reer() {
  return {"reer", "real effective exchange rate of the base token against its trend",
          real_rate_needs, real_rate_states,
          [](const History& history, const SignalPolicy& policy) {
            return real_rate(history, history.base, policy);
          }};
}

}  // namespace levee::signal::kind

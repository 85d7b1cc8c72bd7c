// levee/signal/kind/reer_quote.cpp — the quote token's real effective exchange rate.
#include "levee/signal/kind.h"
#include "levee/signal/real_rate.h"

namespace levee::signal::kind {

Entry reer_quote() {
  return {"reer_quote", "real effective exchange rate of the quote token against its trend",
          real_rate_needs, real_rate_states,
          [](const History& history, const SignalPolicy& policy) {
            return real_rate(history, history.quote, policy);
          }};
}

}  // namespace levee::signal::kind

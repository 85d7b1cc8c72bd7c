// What a gate cannot say, because no word for it exists (tests/house/refuse.py tries each).
#include "levee/signal/regime.h"

namespace levee::signal {

inline Restriction forbidden(NewRisk act) { return {.act = act, .gate = "test", .why = "test"}; }

#if REFUSE == 1
const Restriction hedge_cannot_be_forbidden = forbidden(NewRisk::buy_put);
#endif

#if REFUSE == 2
const Restriction asking_for_hedge_is_no_risk = forbidden(HedgeAsk::full_target);
#endif

#if REFUSE == 3
const HedgeAsk no_less_can_be_asked = HedgeAsk::less;
#endif

#if REFUSE == 4
const Restriction nothing_but_the_listed_acts = forbidden(7);
#endif

}  // namespace levee::signal

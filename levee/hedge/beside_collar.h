// levee/hedge/beside_collar.h — beside a plan: a collar, and what is lost as the price rises.
#pragma once
#include "levee/hedge/beside.h"

#include <optional>

namespace levee::hedge {

/// A collar at the first expiry past the horizon, on wallet tokens that no call stands on and for
/// tokens that no put covers; never where the programme itself may sell calls on the wallet.
///
/// src:  methodology 4.21, amendment 5
CollarTold collar_told(const BesideAsk& ask);

/// The worst of positions, wallet, loans, held lots and the plan's trades above the highest strike
/// sold, as if all options were at expiry.
///
/// out:  none where neither a call nor the token is short
/// src:  amendment 5: the worst over all prices, no exemption
std::optional<UpsideTold> upside_told(const BesideAsk& ask);

}  // namespace levee::hedge

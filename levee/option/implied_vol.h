// levee/option/implied_vol.h — price to volatility, or why not.
#pragma once
#include "levee/base/result.h"
#include "levee/option/black.h"

namespace levee::option {

/// The volatility at which Black's formula gives `price`.
///
/// in:   price undiscounted, forward > 0, strike > 0, expiry > 0
/// out:  1e-12 relative wherever the price itself carries the information; always worked out from
///       the out-of-the-money price (parity first); 0 at intrinsic value
/// err:  no_solution below intrinsic value or at/above its upper bound (forward for a call,
///       strike for a put); out_of_range if another input is not positive; not_converged if 100
///       bracketed steps do not find it, which no input is known to bring about
/// src:  bracketed Halley on the log price, from the start of Jaeckel (2006), By Implication
Result<Vol> implied_vol(Type type, Price strike, Price forward, Years expiry, Usd price);

}  // namespace levee::option

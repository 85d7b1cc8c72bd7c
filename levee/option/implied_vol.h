// levee/option/implied_vol.h — price to volatility, or why not.
#pragma once
#include "levee/base/result.h"
#include "levee/option/black.h"

#include <cstdint>

namespace levee::option {

/// An option and what is paid for it, undiscounted.
struct PricedOption {
  Type type = Type::call;
  Price strike, forward;
  Years expiry;
  Usd price;
};

/// Whether there is a volatility, or why not.
enum class VolVerdict : std::uint8_t {
  found,
  unsound,          ///< Forward, strike or expiry is not a positive number.
  below_intrinsic,  ///< The price is below intrinsic value, or not a number.
  above_bound,      ///< The price is at or above the forward (a call) or the strike (a put).
  not_converged,    ///< 100 bracketed steps did not find it; no input is known to bring this about.
};

struct VolFound {
  VolVerdict verdict = VolVerdict::found;
  Vol vol;  ///< NaN where none was found.
};

/// The volatility at which Black's formula gives the price.
///
/// in:   any numbers
/// out:  1e-12 relative wherever the price itself carries the information; always worked out from
///       the out-of-the-money price (parity first); 0 at intrinsic value
/// cost: about 500 ns
/// src:  bracketed Halley on the log price, from the start of Jaeckel (2006), By Implication
VolFound found_vol(const PricedOption& quote);

/// The same, with the reason in words.
///
/// err:  no_solution below intrinsic value or at/above its upper bound (forward for a call,
///       strike for a put); out_of_range if another input is not positive; not_converged
Result<Vol> implied_vol(Type type, Price strike, Price forward, Years expiry, Usd price);

}  // namespace levee::option

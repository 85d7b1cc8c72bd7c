// levee/option/merton_series.h — log-normal jumps without an integral: Merton's own sum.
#pragma once
#include "levee/option/black.h"

namespace levee::option {

/// Merton's jump diffusion.
struct MertonInputs {
  Price forward;
  Years expiry;
  Vol vol;               ///< Of the diffusion.
  Intensity intensity;   ///< Of the jumps.
  LogReturn mean;        ///< Of ln(1 + jump).
  double deviation = 0;  ///< Of ln(1 + jump), >= 0.
};

/// Undiscounted price: Black's formula given the number of jumps, over their Poisson law.
///
/// in:   as black_price; intensity * expiry below 700
/// out:  relative 1e-12
/// src:  Merton (1976), J. Financial Economics 3, 125-144, equation 16
Usd merton_price(Type type, Price strike, const MertonInputs& in);

}  // namespace levee::option

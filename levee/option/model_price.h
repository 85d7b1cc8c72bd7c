// levee/option/model_price.h — what a model says options cost, and at which volatility.
#pragma once
#include "levee/option/kind.h"

namespace levee::option {

/// Undiscounted call and put of one strike.
struct Pair {
  Usd call, put;
};

/// Prices at many strikes of one expiry: a cosine series, and a contour integral wherever the
/// series has too few digits left or does not converge.
///
/// out:  1e-12 of the larger of forward and strike, and the out-of-the-money side to 1e-4 of itself
///       or better
/// err:  out_of_range, not_converged as cosine_puts and contour_price say
/// src:  cosine.h, contour.h; put-call parity
Result<std::vector<Pair>> prices_of(const Model& model, const Term& term,
                                    std::span<const Price> strikes);

/// Black's volatilities of those prices.
///
/// err:  as prices_of; no_solution where a price is too small to have a volatility (below 1e-18 of
///       the forward)
/// src:  implied_vol.h
Result<std::vector<Vol>> vols_of(const Model& model, const Term& term,
                                 std::span<const Price> strikes);

}  // namespace levee::option

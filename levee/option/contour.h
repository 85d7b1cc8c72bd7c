// levee/option/contour.h — one option from a model's exponent, by an integral in the complex plane.
#pragma once
#include "levee/option/kind.h"

namespace levee::option {

/// Undiscounted price of an option, by a road of its own: slower than a cosine series, but never
/// short of terms, and with digits of its own also where the price is far below the forward.
///
/// out:  the out-of-the-money side to 1e-11 of itself or 1e-20 of the forward, whichever is more;
///       the other by parity
/// err:  out_of_range if forward, expiry or strike is not positive and finite; not_converged if
///       halving the step 2^16 nodes long does not settle
/// cost: a hundred exponents where the contour is smooth, thousands under rare jumps
/// src:  Lewis (2000), Option Valuation under Stochastic Volatility, chapter 2: the integral of
///       M(s) F^s K^(1-s) / (s (s - 1)); the contour through its saddle point as in Lord & Kahl
///       (2007), J. Computational Finance 10(4), 1-30; steps even in asinh as Takahasi & Mori
///       (1974)
Result<Usd> contour_price(const Model& model, const Term& term, Type type, Price strike);

}  // namespace levee::option

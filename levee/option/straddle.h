// levee/option/straddle.h — short gamma as a number of straddles sold.
//
// src: Black (1976), J. Financial Economics 3, 167-179; methodology S2.11
#pragma once
#include "levee/option/black.h"

namespace levee::option {

/// Straddles at the money, a call and a put struck at the forward, whose gamma is this one's
/// negative: how many were in effect sold.
///
/// in:   forward, expiry and vol above 0
/// out:  0 where there is no gamma, negative where gamma is held
double straddles_sold(Gamma gamma, const BlackInputs& in);

}  // namespace levee::option

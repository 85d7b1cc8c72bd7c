// levee/amm/log_exp.h — powers, exponentials and logarithms in 18-decimal integers, bit for bit.
//
// x^y is exp(y ln x). Both directions first take out factors e^(2^k), k = 7 ... -4, known to 21
// digits, and leave a short Taylor series; near 1 a logarithm with 36 decimals takes over.
// src: Martinelli & Bernardi (2021), LogExpMath of Balancer v2, its description of the method
#pragma once
#include "levee/amm/fixed_18.h"
#include "levee/base/i256.h"
#include "levee/base/u256.h"

#include <array>

namespace levee::amm {

/// e^(2^k) for k = 7 ... -4, to 21 significant digits: the first two whole, the others with 20
/// decimals.
const std::array<U256, 12>& powers_of_e();

/// x^y. out: 1 for y = 0, then 0 for x = 0
/// err: x_out_of_bounds from 2^255, y_out_of_bounds from 2^254 / 10^20, product_out_of_bounds where
///      y ln x is outside [-41, 130]
Fixed18 power(const U256& x, const U256& y);

/// e^x. err: invalid_exponent outside [-41, 130]
Fixed18 exponential(const I256& x);

/// ln x. in: 0 < x < 2^255
I256 natural_log(const U256& x);

}  // namespace levee::amm

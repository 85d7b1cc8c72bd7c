// levee/lend/ray.h — fixed-point numbers of 27 and 18 decimals and basis points, rounded half up.
//
// `lend` answers: what does a lending market owe and own, to the last unit? Main types: Market,
// Reserve, AccountValue. It never reads a chain or a file.
// src: Aave v3 technical paper (2022), section 3; core-v3 1.19.3, WadRayMath and PercentageMath
#pragma once
#include "levee/base/checked.h"

namespace levee::lend {

inline constexpr U256 ray = U256::of_limbs({0x9fd0803ce8000000, 0x33b2e3c, 0, 0});  ///< 10^27.
inline constexpr U256 wad{1'000'000'000'000'000'000};                               ///< 10^18.
inline constexpr unsigned whole_percentage = 10'000;  ///< Basis points in one.

/// a * b / 10^27. Here and below: half up, a fault where the contract's product overflows.
Checked ray_mul(const Checked& a, const Checked& b);
/// a * 10^27 / b.
Checked ray_div(const Checked& a, const Checked& b);
/// a * 10^18 / b.
Checked wad_div(const Checked& a, const Checked& b);
/// From 18 decimals to 27; exact.
Checked wad_to_ray(const Checked& a);
/// a * points / 10^4.
Checked percent_mul(const Checked& a, const Checked& points);
/// a * 10^4 / points.
Checked percent_div(const Checked& a, const Checked& points);

}  // namespace levee::lend

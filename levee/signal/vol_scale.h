// levee/signal/vol_scale.h — a market's implied volatility on the scale of the VIX.
//
// src: quantiles of 7 772 daily closes of the VIX, 1990-2020
#pragma once
#include "levee/base/result.h"
#include "levee/market/series.h"
#include "levee/signal/policy.h"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace levee::signal {

/// The VIX that as many days lie below as days of the window lie below `vol`. Beyond the table's
/// ends it goes on in proportion to the volatility, without a jump.
///
/// in:  ascending volatilities > 0, at least one; vol > 0
double vix_equivalent(std::span<const double> ascending, double vol);

/// How many normal deviations a VIX of that level lies above its median: by the share of days
/// below, straight in ln VIX between the table's levels and beyond its ends.
///
/// in:  level > 0
double vix_score(double level);

/// Days and their equivalent; none before the policy's fewest days have passed.
///
/// in:  days of volatilities > 0, ascending
/// out: [days]
std::vector<std::optional<double>> vix_equivalents(const market::Series& days,
                                                   const SignalPolicy& policy);

/// "calm", "normal", "hold" or "crisis".
inline constexpr std::string_view vol_regimes[] = {"normal", "calm", "hold", "crisis"};
std::string_view vol_regime(double equivalent, const SignalPolicy& policy);

}  // namespace levee::signal

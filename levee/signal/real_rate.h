// levee/signal/real_rate.h — a token's price against those it is traded beside, dilution undone.
//
// src: methodology 4.19 and amendment 17 (chained weights)
#pragma once
#include "levee/signal/policy.h"
#include "levee/signal/signal.h"

#include <array>
#include <string_view>

namespace levee::signal {

/// What it reads, and the states that a reading may be in.
inline constexpr std::array<std::string_view, 3> real_rate_needs{"close", "token_volume", "supply"};
inline constexpr std::array<std::string_view, 3> real_rate_states{"quiet", "overvalued", "flight"};

/// The real effective exchange rate of a token, in deviations from its own trend.
///
/// err:  missing_data naming a panel or the token where it is not there, or too few days;
///       bad_input as panel_of
Result<Signal> real_rate(const History& history, std::string_view of, const SignalPolicy& policy);

}  // namespace levee::signal

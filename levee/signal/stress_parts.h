// levee/signal/stress_parts.h — gauges of any unit as deviations whose positive side is stress.
#pragma once
#include "levee/signal/policy.h"
#include "levee/signal/regime.h"
#include "levee/signal/signal.h"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace levee::signal {

/// What a part is called, which gauge it is made from and how.
struct StressSource {
  std::string_view part, kind;
  std::string_view formula;
  std::optional<double> StressParts::* value;
};

/// All six, in the order of StressParts.
std::span<const StressSource> stress_sources();

/// The part at each of a gauge's readings, from that reading and those before.
///
/// breadth          line over its mean, turned round: z within the past stress_days
/// vol_equivalent   vix_score: it has a scale of its own
/// liquidity_depth  ln(depth / its median), turned round: z within the past stress_days
/// mev_share        ln(share / its median): z within the past stress_days
/// rate_gap, governance_heat  as read: they are deviations
///
/// in:   kind: one that stress_sources names; readings ascending
/// out:  [readings]; absent before stress_days_min have passed with two thirds of them read
/// src:  methodology 4.18; the scales are levee's choice
std::vector<std::optional<double>> stress_part(std::string_view kind,
                                               std::span<const Reading> readings,
                                               const SignalPolicy& policy);

}  // namespace levee::signal

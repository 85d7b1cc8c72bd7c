#include "levee/signal/stress_parts.h"

#include "levee/base/check.h"
#include "levee/signal/rolling.h"
#include "levee/signal/vol_scale.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace levee::signal {
namespace {

constexpr std::array sources{
    StressSource{"breadth", "breadth",
                 "line over its mean, turned round; z of the past stress_days",
                 &StressParts::breadth},
    StressSource{"volatility", "vol_equivalent", "normal score of the VIX-equivalent",
                 &StressParts::veq},
    StressSource{"depth", "liquidity_depth",
                 "ln(depth / its median), turned round; z of the past stress_days",
                 &StressParts::depth},
    StressSource{"mev", "mev_share", "ln(share / its median); z of the past stress_days",
                 &StressParts::mev},
    StressSource{"lending", "rate_gap", "as read", &StressParts::lending},
    StressSource{"governance", "governance_heat", "as read", &StressParts::governance}};

// A reading with stress above.
double upright(std::string_view kind, double value) {
  if (kind == "breadth") return -value;
  if (kind == "liquidity_depth") return -std::log(value);
  return std::log(value);  // mev_share
}

std::vector<std::optional<double>> against_its_past(std::string_view kind,
                                                    std::span<const Reading> readings,
                                                    const SignalPolicy& policy) {
  const Seconds most{static_cast<std::int64_t>(policy.stress_days * 86400)};
  const Seconds least{static_cast<std::int64_t>((policy.stress_days_min - 1) * 86400)};
  const auto fewest = static_cast<std::size_t>(policy.stress_days_min * 2 / 3);
  std::vector<double> values;
  values.reserve(readings.size());
  for (const Reading& reading : readings) values.push_back(upright(kind, reading.value));
  std::vector<std::optional<double>> parts(readings.size());
  std::size_t first = 0;
  for (std::size_t i = 0; i < readings.size(); ++i) {
    while (readings[i].at - readings[first].at >= most) ++first;
    if (readings[i].at - readings[first].at < least || i + 1 - first < fewest) continue;
    parts[i] = z_of_last(std::span(values).subspan(first, i + 1 - first));
  }
  return parts;
}

}  // namespace

std::span<const StressSource> stress_sources() { return sources; }

std::vector<std::optional<double>> stress_part(std::string_view kind,
                                               std::span<const Reading> readings,
                                               const SignalPolicy& policy) {
  LEVEE_EXPECT(std::ranges::find(sources, kind, &StressSource::kind) != sources.end());
  const bool scored = kind == "vol_equivalent";
  if (!scored && kind != "rate_gap" && kind != "governance_heat") {
    return against_its_past(kind, readings, policy);
  }
  std::vector<std::optional<double>> parts;
  parts.reserve(readings.size());
  for (const Reading& reading : readings) {
    parts.emplace_back(scored ? vix_score(reading.value) : reading.value);
  }
  return parts;
}

}  // namespace levee::signal

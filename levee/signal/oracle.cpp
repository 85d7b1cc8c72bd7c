#include "levee/signal/oracle.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include <fmt/core.h>

namespace levee::signal {
namespace {

constexpr std::array<std::string_view, 4> names{"fine", "warn", "freeze", "exit_review"};

bool priced(double price) { return price > 0 && std::isfinite(price); }

double median_of(std::span<const double> given) {
  std::vector<double> values(given.begin(), given.end());
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : .5 * (values[half - 1] + values[half]);
}

}  // namespace

std::string_view name_of(OracleBand band) { return names.at(static_cast<std::size_t>(band)); }

std::optional<OracleBand> oracle_band_named(std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return {};
  return static_cast<OracleBand>(found - names.begin());
}

OracleRule oracle_rule(const SignalPolicy& policy) {
  return {.deviation = policy.oracle_deviation,
          .heartbeat = Seconds{static_cast<std::int64_t>(policy.oracle_heartbeat_hours * 3600)},
          .warn = policy.oracle_warn,
          .freeze = policy.oracle_freeze,
          .exit_review = policy.oracle_exit,
          .stale = policy.oracle_stale};
}

Result<Done> check(const OracleRule& rule) {
  if (!priced(rule.deviation) || !(Seconds{0} < rule.heartbeat) || !priced(rule.stale)) {
    return fail(Reason::bad_input, "oracle deviation, heartbeat or stale (must be positive)");
  }
  if (!priced(rule.warn) || !(rule.warn <= rule.freeze) || !(rule.freeze <= rule.exit_review) ||
      !std::isfinite(rule.exit_review)) {
    return fail(Reason::bad_input,
                fmt::format("oracle bands {}, {}, {} (must be positive and ascend)", rule.warn,
                            rule.freeze, rule.exit_review));
  }
  return Done{};
}

OracleGap oracle_gap(const OracleRule& rule, const OracleView& view) {
  LEVEE_EXPECT(priced(view.price) && std::ranges::all_of(view.others, priced));
  LEVEE_EXPECT(!(view.age < Seconds{0}));
  OracleGap found;
  if (view.others.empty()) {
    found.band = OracleBand::warn;
  } else {
    const double median = median_of(view.others);
    found.gap = std::abs(view.price - median) / median;
    // A price that is off by the threshold itself must not slip through by rounding.
    const double times = *found.gap / rule.deviation * (1 + 1e-12);
    if (times >= rule.warn) found.band = OracleBand::warn;
    if (times >= rule.freeze) found.band = OracleBand::freeze;
    if (times >= rule.exit_review) found.band = OracleBand::exit_review;
  }
  const auto age = static_cast<double>(view.age.value());
  if (age > rule.stale * static_cast<double>(rule.heartbeat.value())) {
    found.band = OracleBand::exit_review;
  }
  return found;
}

}  // namespace levee::signal

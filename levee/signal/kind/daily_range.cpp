// levee/signal/kind/daily_range.cpp — how far the price may be expected to go in a day.
#include "levee/signal/kind.h"
#include "levee/signal/rolling.h"
#include "levee/signal/vol_scale.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::signal::kind {
namespace {

constexpr std::string_view needs[] = {"price", "iv"};
constexpr std::string_view states[] = {"narrow", "wide", "unranked"};
const double within_one = std::erf(std::sqrt(0.5));  // of a normal law: 0.6827

/// A day's range and the bare one it was made from.
struct Range {
  UnixSeconds at;
  double bare = 0, multiplier = 1;
  double range() const { return bare * multiplier; }
};

double multiplier_of(std::optional<double> equivalent, const SignalPolicy& policy) {
  if (!equivalent) return policy.edr_normal;
  const std::string_view regime = vol_regime(*equivalent, policy);
  if (regime == "calm") return policy.edr_calm;
  if (regime == "hold") return policy.edr_hold;
  return regime == "crisis" ? policy.edr_crisis : policy.edr_normal;
}

// Whether an event known by `at` falls into the day that follows.
bool expects_event(const Governance& governance, UnixSeconds at) {
  return std::any_of(governance.events.begin(), governance.events.end(), [&](const Event& event) {
    return event.announced <= at && at < event.at && event.at <= at + days(1);
  });
}

struct Vols {
  market::Series thirty, nearest, realised;
};

std::vector<Range> ranges_of(const Vols& vols, const Governance& governance,
                             const SignalPolicy& policy) {
  const auto equivalents = vix_equivalents(vols.thirty, policy);
  const double weight = policy.edr_weight_implied;
  std::vector<Range> ranges;
  for (std::size_t i = 0; i < vols.thirty.at.size(); ++i) {
    const UnixSeconds at = vols.thirty.at[i];
    const auto realised = value_on(vols.realised, at), implied = value_on(vols.nearest, at);
    if (!realised || !implied) continue;
    const double event = expects_event(governance, at) ? policy.edr_event : 1;
    ranges.push_back({.at = at,
                      .bare = (weight * *implied + (1 - weight) * *realised) / std::sqrt(365.0),
                      .multiplier = multiplier_of(equivalents[i], policy) * event});
  }
  return ranges;
}

/// How often the next day stayed within.
struct Coverage {
  double days = 0, within = 0, within_bare = 0, p_value = 1;
};

// Kupiec's test of the bare range, which is one deviation; a multiplied one has no share to hold.
// src: Kupiec (1995), J. Derivatives 3(2), 73-84
Coverage coverage_of(const std::vector<Range>& ranges, const market::Series& prices) {
  Coverage seen;
  for (const Range& range : ranges) {
    const auto now = value_on(prices, range.at), next = value_on(prices, range.at + days(1));
    if (!now || !next) continue;
    const double move = std::abs(std::log(*next / *now));
    seen.days += 1;
    seen.within += move <= range.range() ? 1 : 0;
    seen.within_bare += move <= range.bare ? 1 : 0;
  }
  if (seen.days == 0) return seen;
  const auto log_odds = [&](double share) {
    const double out = seen.days - seen.within_bare;
    return (seen.within_bare > 0 ? seen.within_bare * std::log(share) : 0) +
           (out > 0 ? out * std::log(1 - share) : 0);
  };
  const double ratio = 2 * (log_odds(seen.within_bare / seen.days) - log_odds(within_one));
  seen.p_value = std::erfc(std::sqrt(std::max(0.0, ratio) / 2));
  return seen;
}

Explain told(const Range& range, const Coverage& seen, const SignalPolicy& policy) {
  const double days = std::max(1.0, seen.days);
  return {.name = "expected daily range",
          .value = range.range(),
          .unit = "share of price",
          .formula = fmt::format("m ({} implied + {} realised over {} days) / sqrt(365)",
                                 policy.edr_weight_implied, 1 - policy.edr_weight_implied,
                                 policy.edr_realised_bars),
          .source = "policy",
          .inputs = {{"m",
                      range.multiplier,
                      "",
                      "by regime of the VIX-equivalent, and of the day",
                      "policy",
                      {}},
                     {"days followed by another", seen.days, "days", "", "", {}},
                     {"share within the range", seen.within / days, "", "", "", {}},
                     {"share within the bare range",
                      seen.within_bare / days,
                      "",
                      "m = 1; a normal law would give 0.6827",
                      "",
                      {}},
                     {"p of that share",
                      seen.p_value,
                      "",
                      "likelihood ratio, one degree",
                      "Kupiec (1995)",
                      {}}}};
}

// Wide is a share of one's own median, of days enough to have one.
std::vector<Reading> readings_of(const std::vector<Range>& ranges, const SignalPolicy& policy) {
  const Seconds most{static_cast<std::int64_t>(policy.veq_days * 86400)};
  const Seconds least{static_cast<std::int64_t>((policy.veq_days_min - 1) * 86400)};
  std::vector<Reading> readings;
  std::vector<double> ascending;
  std::size_t first = 0;
  for (const Range& range : ranges) {
    const double width = range.range();
    ascending.insert(std::upper_bound(ascending.begin(), ascending.end(), width), width);
    for (; range.at - ranges[first].at >= most; ++first) {
      ascending.erase(std::lower_bound(ascending.begin(), ascending.end(), ranges[first].range()));
    }
    const bool ranked = range.at - ranges[first].at >= least;
    const bool wide = width > policy.edr_wide_ratio * quantile_of(ascending, 0.5);
    readings.push_back({.at = range.at,
                        .value = width,
                        .state = states[!ranked ? 2
                                        : wide  ? 1
                                                : 0]});
  }
  return readings;
}

Result<Signal> read(const History& history, const SignalPolicy& policy) {
  const auto prices = days_of(history, "price", Sign::positive);
  if (!prices) return prices.error();
  const auto thirty = days_of(history, "iv", Sign::positive);
  if (!thirty) return thirty.error();
  const bool has_short = history.series.contains("iv_short");
  const auto nearest = days_of(history, has_short ? "iv_short" : "iv", Sign::positive);
  if (!nearest) return nearest.error();
  const auto bars = static_cast<std::size_t>(policy.edr_realised_bars);
  const auto ranges =
      ranges_of({*thirty, *nearest, realised_days(*prices, bars)}, history.governance, policy);
  if (ranges.empty()) {
    return fail(
        Reason::missing_data,
        fmt::format("price: no day with implied volatility and {} returns before it", bars));
  }
  return Signal{.readings = readings_of(ranges, policy),
                .working = told(ranges.back(), coverage_of(ranges, *prices), policy)};
}

}  // namespace

Entry daily_range() {
  return {"daily_range", "expected daily range, from implied and realised volatility", needs,
          states, read};
}

}  // namespace levee::signal::kind

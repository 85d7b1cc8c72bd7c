// levee/base/time.h — moments and spans; UTC throughout, and nobody reads a clock here.
#pragma once
#include "levee/base/result.h"
#include "levee/base/units.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace levee {

namespace unit {
struct UnixSecondsTag : Stands {};
struct SecondsTag : Adds {};
}  // namespace unit

using UnixSeconds = Strong<unit::UnixSecondsTag, std::int64_t>;  ///< A moment, UTC.
using Seconds = Strong<unit::SecondsTag, std::int64_t>;          ///< A span between moments.

constexpr Seconds operator-(UnixSeconds a, UnixSeconds b) { return Seconds{a.value() - b.value()}; }
constexpr UnixSeconds operator+(UnixSeconds a, Seconds b) {
  return UnixSeconds{a.value() + b.value()};
}
constexpr UnixSeconds operator-(UnixSeconds a, Seconds b) {
  return UnixSeconds{a.value() - b.value()};
}

constexpr Seconds hours(std::int64_t count) { return Seconds{count * 3600}; }
constexpr Seconds days(std::int64_t count) { return Seconds{count * 86400}; }

/// ACT/365F: a year is 365 days of 86 400 seconds.
constexpr Years years(Seconds span) {
  return Years{static_cast<double>(span.value()) / (365.0 * 86400.0)};
}
constexpr double in_days(Seconds span) { return static_cast<double>(span.value()) / 86400.0; }

namespace literals {
constexpr Seconds operator""_days(unsigned long long x) {
  return days(static_cast<std::int64_t>(x));
}
constexpr Seconds operator""_hours(unsigned long long x) {
  return hours(static_cast<std::int64_t>(x));
}
}  // namespace literals

/// What a bare date stands for when it is read as a moment.
enum class DayEdge { first_second, last_second };

/// A moment from ISO-8601 text: `2026-01-20`, `2026-01-20T15:39:50Z`, `2026-01-20 15:39:50`
/// (no zone means UTC), seconds optional, a fraction of a second cut off.
///
/// in:   text, no surrounding blanks; edge: what a bare date means
/// err:  bad_input if the text is not such a moment or the date does not exist
Result<UnixSeconds> moment_from(std::string_view text, DayEdge edge = DayEdge::first_second);

/// The 08:00 UTC moment of an exchange's date code, `27FEB26` or `6FEB26`.
///
/// err:  bad_input if the text is not such a code or the date does not exist
Result<UnixSeconds> expiry_from(std::string_view code);

/// `2026-01-20T15:39:50Z`.
std::string text_of(UnixSeconds moment);

}  // namespace levee

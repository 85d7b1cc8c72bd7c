#include "levee/signal/calendar.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include <fmt/core.h>

namespace levee::signal {
namespace {

constexpr std::array<std::string_view, 7> names{"vote", "upgrade", "unlock", "emission",
                                                "fomc", "cpi",     "ppi"};

void by_moment(std::vector<Event>& events) {
  std::ranges::stable_sort(events, [](const Event& a, const Event& b) { return a.at < b.at; });
}

}  // namespace

std::string_view name_of(EventKind kind) { return names.at(static_cast<std::size_t>(kind)); }

std::optional<EventKind> event_kind_named(std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return {};
  return static_cast<EventKind>(found - names.begin());
}

WindowRule window_rule(const SignalPolicy& policy) {
  const auto span = [](double hours) { return Seconds{static_cast<std::int64_t>(hours * 3600)}; };
  return {.before = span(policy.window_before_hours),
          .after = span(policy.window_after_hours),
          .hedge_full_by = span(policy.window_full_hours),
          .range_factor = policy.edr_event};
}

Result<Done> check(const WindowRule& rule) {
  const Seconds none{0};
  if (rule.before < none || rule.after < none || rule.hedge_full_by < none) {
    return fail(Reason::bad_input, "event window (its spans must not be negative)");
  }
  if (rule.before < rule.hedge_full_by) {
    return fail(Reason::bad_input,
                fmt::format("hedge full {} s before an event whose window opens {} s before it "
                            "(must lie inside) widen the window",
                            rule.hedge_full_by.value(), rule.before.value()));
  }
  if (!(rule.range_factor >= 1) || !std::isfinite(rule.range_factor)) {
    return fail(Reason::bad_input,
                fmt::format("range_factor {} of an event (must be at least 1)", rule.range_factor));
  }
  return Done{};
}

CalendarReading reading_of(std::span<const Event> events, const WindowRule& rule,
                           const Look& look) {
  LEVEE_EXPECT(!(look.at < look.last));
  CalendarReading reading;
  for (const Event& event : events) {
    LEVEE_EXPECT(!(event.at < event.announced));
    if (look.at < event.announced) continue;
    const UnixSeconds opens = event.at - rule.before, closes = event.at + rule.after;
    if (look.at < opens) continue;
    if (closes < look.at) {
      if (!(closes < look.last)) reading.review.push_back(event);
      continue;
    }
    const UnixSeconds full = event.at - rule.hedge_full_by;
    if (!reading.hedge_full_by || full < *reading.hedge_full_by) reading.hedge_full_by = full;
    reading.inside.push_back(event);
  }
  by_moment(reading.inside);
  by_moment(reading.review);
  return reading;
}

}  // namespace levee::signal

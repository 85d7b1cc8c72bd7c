// levee/signal/calendar.h — dated events, and what holds before, during and after one.
#pragma once
#include "levee/base/time.h"
#include "levee/signal/policy.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace levee::signal {

enum class EventKind { vote, upgrade, unlock, emission, fomc, cpi, ppi };

std::string_view name_of(EventKind kind);
std::optional<EventKind> event_kind_named(std::string_view name);

/// Something whose moment is known beforehand, or not: nobody knew of an emergency rate cut.
struct Event {
  EventKind kind = EventKind::vote;
  std::string name{};
  UnixSeconds announced;  ///< Not after `at`; before it nobody knows of the event.
  UnixSeconds at;
};

/// How long an event casts its shadow.
/// src: methodology 4.20, defaults to be set by the policy
struct WindowRule {
  Seconds before = hours(48);
  Seconds after = hours(6);
  Seconds hedge_full_by = hours(24);  ///< Before the event; within `before`.
  double range_factor = 1.2;          ///< Of the expected daily range inside a window.
};

/// As the policy sets it.
WindowRule window_rule(const SignalPolicy& policy);

/// err: bad_input if a span is negative, hedge_full_by exceeds `before` or the factor is below 1
Result<Done> check(const WindowRule& rule);

/// What a calendar says at a moment.
struct CalendarReading {
  std::vector<Event> inside;  ///< Those whose window, ends included, holds the moment.
  std::vector<Event> review;  ///< Whose windows ended since the last look: look at all again.
  std::optional<UnixSeconds>
      hedge_full_by{};  ///< The earliest such moment of `inside`; may be past.

  bool adds() const { return inside.empty(); }  ///< Whether risk may be added at all.
};

/// When a calendar is looked at, and when it was looked at before.
struct Look {
  UnixSeconds at;
  UnixSeconds last;  ///< A window that ended before it has been reviewed.
};

/// What a calendar says at look.at, from what was known by then.
///
/// in:   events in any order; the rule passes check(); look.last <= look.at
/// out:  `inside` and `review` by moment, then as given
CalendarReading reading_of(std::span<const Event> events, const WindowRule& rule, const Look& look);

}  // namespace levee::signal

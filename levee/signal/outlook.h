// levee/signal/outlook.h — all that the gauges say at one moment, and what follows from it.
#pragma once
#include "levee/signal/regime.h"
#include "levee/signal/signal.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace levee::signal {

/// Everything that turns readings into a regime; rules_from makes it, so that no level is told
/// twice.
struct OutlookRules {
  SignalPolicy policy{};
  VeqRule veq{};
  StressRule stress{};
  WindowRule window{};
  Seconds stale{};  ///< A reading older than this counts as none, and is told as stale.
  Seconds look{};   ///< Between two looks: what switched or ended within is new.
};

/// As the policy sets them.
OutlookRules rules_from(const SignalPolicy& policy);

/// What one kind of the shelf showed last.
struct Gauge {
  std::string_view name;
  std::optional<Reading> reading{};    ///< The newest known.
  std::optional<UnixSeconds> since{};  ///< Of its readings in a row in that state, the first.
  std::string unit{};
  bool stale = false;  ///< The reading is older than rules.stale: it counts as none.
  std::string why{};   ///< One line, where there is no reading.

  /// The reading, if it counts.
  const Reading* fresh() const { return reading && !stale ? &*reading : nullptr; }
};

/// One gate over a gauge that is not volatility: what it watches, and the rule it switches by.
struct Watched {
  std::string_view gate, kind;
  Watch RegimeFacts::* watch;
  GateRule rule;
};

/// All such gates, in the order of RegimeFacts.
std::vector<Watched> watched(const SignalPolicy& policy);

/// One answer for one moment.
struct Outlook {
  UnixSeconds at;
  std::vector<Gauge> gauges;  ///< In shelf order.
  VeqState vol{};             ///< As replayed; `facts` holds none where the gauge went stale.
  std::optional<UnixSeconds> vol_since{};  ///< The regime of it.
  StressParts parts{};
  Stress stress{};
  std::optional<UnixSeconds> stress_since{};  ///< Its gate stands as it stands.
  RegimeFacts facts{};
  Regime regime{};
  Explain working{};  ///< Regime by regime's gates, then every gauge that has a reading.

  /// in: a kind of the shelf
  const Gauge& gauge(std::string_view name) const;
};

/// What is known at history.at.
///
/// Gates are replayed from the first reading on, one close a midnight: a day without a reading is
/// a close without one. A gate goes on by the worst reading of a day, at once within a day that is
/// not over; it goes off by whole days, each by its last reading where none was beyond the level.
///
/// out:  a gauge whose inputs are not there or too short is told with the reason, and is unknown
/// err:  out_of_range as check(policy); bad_input for an input that is not sound
/// cost: one reading of the whole shelf; 30 ms on five years of hourly prices
Result<Outlook> outlook_of(const History& history, const OutlookRules& rules);

/// The same at many moments, from one reading of the shelf.
///
/// in:   moments ascending, none after history.at
/// out:  [moments], each as outlook_of(known_at(history, moment)) but for `working` and `why`,
///       which only a reading of that very history can tell
/// err:  as outlook_of
Result<std::vector<Outlook>> outlooks_of(const History& history, const OutlookRules& rules,
                                         std::span<const UnixSeconds> moments);

}  // namespace levee::signal

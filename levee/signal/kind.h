// levee/signal/kind.h — the shelf of signals.
#pragma once
#include "levee/signal/policy.h"
#include "levee/signal/signal.h"

#include <span>
#include <string_view>

namespace levee::signal {

/// One gauge.
struct Entry {
  std::string_view name;
  std::string_view about;
  std::span<const std::string_view> needs;  ///< Inputs it cannot do without.
  std::span<const std::string_view>
      states;  ///< That a reading may be in; the first is the calm one.
  /// out: readings at t are the same bits whatever becomes known after t
  /// err: missing_data naming what is not there or how many more days it takes; bad_input as
  ///      series_of; out_of_range as check(policy)
  Result<Signal> (*read)(const History& history, const SignalPolicy& policy);
};

/// Every kind, in name order.
std::span<const Entry> shelf();

/// The named kind's readings.
///
/// err:  not_supported for an unknown kind, naming those there are; as its Entry
Result<Signal> read(std::string_view kind, const History& history, const SignalPolicy& policy);

}  // namespace levee::signal

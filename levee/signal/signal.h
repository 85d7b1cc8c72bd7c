// levee/signal/signal.h — what is read from the past, at each moment from what was known then.
//
// `signal` answers: what do the world's gauges say, and since when? Main types: History, Signal,
// Reading. A reading at t is a function of what was known at t: later observations never change it.
#pragma once
#include "levee/base/explain.h"
#include "levee/base/result.h"
#include "levee/base/time.h"
#include "levee/market/series.h"
#include "levee/signal/governance.h"

#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace levee::signal {

/// A number of each token on each day. Tokens that were delisted since belong in it: who is left
/// out because he failed makes the others look well.
struct Panel {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();

  std::vector<std::string> token;
  std::vector<UnixSeconds> at;  ///< Ascending; when the row became known.
  std::vector<double> cell;     ///< [at x token], `none` where a token had no such number.
  std::string source;           ///< File the numbers came from.

  double value(std::size_t row, std::size_t column) const {
    return cell[row * token.size() + column];
  }
};

/// Everything a signal may read, by the names that inputs() lists. Whatever was not given is
/// absent.
struct History {
  UnixSeconds at;           ///< Nothing in it was known later.
  std::string base, quote;  ///< The pair's tokens, as the panels spell them.
  std::map<std::string, market::Series, std::less<>> series;
  std::map<std::string, Panel, std::less<>> panels;
  Governance governance;  ///< Proposals, and what is known to come.
};

/// What may stand in a history.
struct Input {
  std::string_view name;
  std::string_view unit;
  std::string_view about;
};
std::vector<Input> inputs();

/// The part of a history known at `at`.
History known_at(const History& history, UnixSeconds at);

/// What a gauge showed at a moment.
struct Reading {
  UnixSeconds at;
  double value = 0;
  std::string_view state;  ///< One of its entry's states.

  friend bool operator==(const Reading&, const Reading&) = default;
};

/// A gauge's readings, and the working of the last.
struct Signal {
  std::vector<Reading> readings;  ///< Ascending, at least one.
  Explain working;                ///< Of the last reading, in the unit it is in.
};

/// Whether an input has to be above zero.
enum class Sign { any, positive };

/// A series of the history, found sound.
///
/// err:  missing_data naming an input that is not there; bad_input where its moments do not ascend,
///       a value is not finite, not positive though it has to be, of a size that no quantity has,
///       or known after history.at
Result<const market::Series*> series_of(const History& history, std::string_view name, Sign sign);

/// A panel of the history, found sound: finite, positive cells or none.
///
/// err:  as series_of
Result<const Panel*> panel_of(const History& history, std::string_view name);

/// Midnights (UTC) and the newest value that became known on the day each ends; a day without one
/// is left out.
///
/// in:   midnights up to history.at
/// err:  as series_of
Result<market::Series> days_of(const History& history, std::string_view name, Sign sign);

}  // namespace levee::signal

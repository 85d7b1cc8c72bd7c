// levee/market/series.h — dated observations, and returns that never bridge a gap.
#pragma once
#include "levee/base/result.h"
#include "levee/base/time.h"

#include <string>
#include <vector>

namespace levee::market {

/// Observations at ascending moments. `at[i]` is when value[i] became known (a candle's close).
struct Series {
  std::vector<UnixSeconds> at;
  std::vector<double> value;
  Seconds step{};      ///< Nominal spacing; wider neighbours are a gap.
  std::string source;  ///< File the values came from.

  bool empty() const { return at.empty(); }
};

/// One return: the log of a ratio of neighbours, and when it ended.
struct Return {
  UnixSeconds at;
  LogReturn value;
};

/// Log returns of neighbours exactly one step apart; a gap yields none.
///
/// in:   values positive; both ends of a return lie in [from, to]
std::vector<Return> returns_of(const Series& series, UnixSeconds from, UnixSeconds to);

/// The part of a series known at `at`.
Series known_at(const Series& series, UnixSeconds at);

/// A volatility measured from returns.
struct Measured {
  Vol vol;
  Vol standard_error;  ///< Of the volatility, allowing for fat tails (fourth moment).
  int returns = 0;
  Years covered;  ///< Time the used returns span in all, gaps excluded.
};

/// Close-to-close volatility about zero mean over the last `window` known at `at`.
///
/// in:   the window ends at the newest observation not after `at`
/// err:  missing_data with fewer than 20 returns in the window; stale_data if the newest
///       observation is more than 36 hours before `at` and stale is not allowed
/// src:  mean square of returns over the time they cover; its error from the fourth moment
enum class Stale { refuse, allow };
Result<Measured> realised_vol(const Series& series, UnixSeconds at, Seconds window, Stale stale);

}  // namespace levee::market

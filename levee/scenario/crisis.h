// levee/scenario/crisis.h — a past crisis laid onto today's prices.
//
// Nothing is drawn: each path is what the record's prices did from one of its moments on, for as
// long as the horizon. The set tells what could happen if it happened again, not how likely it is.
#pragma once
#include "levee/scenario/set.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace levee::scenario {

/// A stretch of market history that has a name.
struct Crisis {
  std::string name;   ///< "ftx-2022-11"
  std::string about;  ///< What happened.
  Window window;
};

/// The named crises, in the order of their dates.
/// src: dates of the reference data's crisis windows; UST of May 2022 also methodology 4.36
std::span<const Crisis> known_crises();

/// err: not_supported naming the known ones
Result<Crisis> crisis_named(std::string_view name);

/// How large the crisis' moves are laid onto today.
enum class Scale {
  as_it_was,
  to_today,  ///< Log returns times today's forecast over the volatility of the 30 days before.
};

/// What is laid onto what.
struct ReplayAsk {
  const Calibration& calibration;    ///< Today: prices, forecasts, how surfaces move.
  std::span<const Recorded> record;  ///< [assets of the calibration]
  const Crisis& crisis;
  std::vector<Seconds> dates;  ///< Ascending; the last is the horizon.
  std::size_t protocols = 0;   ///< None of them fails.
  Scale scale = Scale::as_it_was;
};

/// A set and where its paths come from.
struct Replayed {
  ScenarioSet set;                 ///< Kind "crisis", measure replayed.
  std::vector<UnixSeconds> start;  ///< [paths] moment of the record that stands for now.
  std::vector<double> factor;      ///< [assets] that log returns were multiplied by.
  /// [assets][paths] else volatility follows the price by today's beta.
  std::vector<std::vector<bool>> vol_recorded;
  std::size_t left_out = 0;  ///< Starts of which a price on the way is missing, or not known yet.
};

/// One path for every moment of the lead's record from which the horizon meets the window for at
/// least a quarter of the shorter of the two: prices now times the record's ratios, all assets from
/// the same moment.
///
/// out:  a price counts until the next is due, so a gap loses the paths that need it; volatility
///       moves as the recorded index did, its surface keeping its shape; funding, pool, gas and peg
///       stay as they are
/// err:  out_of_range for a window that is inverted or not over at the calibration's moment;
///       missing_data for a record that does not hold the whole window, or no path without a gap
/// src:  historical simulation; scaled: Hull & White (1998), J. Risk 1(1), 5-19
Result<Replayed> replayed(const ReplayAsk& ask);

}  // namespace levee::scenario

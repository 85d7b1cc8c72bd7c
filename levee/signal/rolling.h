// levee/signal/rolling.h — means, deviations and ranks of what came before.
//
// src: Wilder (1978), New Concepts in Technical Trading Systems; Appel (2005), Technical Analysis
#pragma once
#include "levee/base/time.h"
#include "levee/market/series.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace levee::signal {

/// Mean, exact where all values are equal; at least one.
double mean_of(std::span<const double> values);

/// Deviation about the mean over n - 1; 0 with fewer than two values.
double deviation_of(std::span<const double> values);

/// The quantile between order statistics, the i-th of n standing at (i - 1/2) / n.
/// in:  values ascending, at least one; probability in [0, 1]
double quantile_of(std::span<const double> ascending, double probability);

/// Where x stands among the values: the inverse of quantile_of, ties at the middle of theirs.
double rank_of(std::span<const double> ascending, double x);

/// The last `count` values up to and with `index`, fewer at the beginning.
std::span<const double> last(std::span<const double> values, std::size_t index, std::size_t count);

/// How many deviations of the window its last value lies from the window's mean; 0 where nothing
/// deviates.
double z_of_last(std::span<const double> window);

/// a / b, and 0 where b is as good as nothing.
double ratio_or_zero(double a, double b);

/// Exponential mean of span `bars`: alpha = 2 / (bars + 1), seeded by the plain mean of the first
/// `bars` values.
/// out: [values - bars + 1], the first at the bar of the seed; empty with fewer values
std::vector<double> exponential_mean(std::span<const double> values, std::size_t bars);

/// Wilder's relative strength index of the changes between values.
/// in:  bars >= 1
/// out: [values - bars]: 100 without losses, 50 where nothing moved; empty with fewer values
std::vector<double> relative_strength(std::span<const double> values, std::size_t bars);

/// A stretch of days without a long hole.
struct Run {
  std::size_t first = 0, count = 0;
};

/// A hole of more than three days begins anew: what was smoothed over it would be of two markets.
std::vector<Run> runs_of(const market::Series& days);

/// The value on that day, if there is one.
std::optional<double> value_on(const market::Series& days, UnixSeconds at);

/// Root mean square of log returns over the last `bars` of them, per root of a year, within runs.
/// in:  days of prices > 0
market::Series realised_days(const market::Series& prices, std::size_t bars);

/// relative_strength of log prices, within runs.
/// in:  days of prices > 0
market::Series strength_days(const market::Series& prices, std::size_t bars);

/// Values of both series on the days that both have.
struct PairedDays {
  std::vector<UnixSeconds> at;
  std::vector<double> first, second;
};
PairedDays paired(const market::Series& first, const market::Series& second);

}  // namespace levee::signal

// levee/market/series.cpp — returns of neighbours, and the volatility they show.
#include "levee/market/series.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::market {
namespace {

constexpr int fewest_returns = 20;
constexpr Seconds oldest = hours(36);

}  // namespace

std::vector<Return> returns_of(const Series& series, UnixSeconds from, UnixSeconds to) {
  LEVEE_EXPECT(series.at.size() == series.value.size());
  std::vector<Return> returns;
  for (std::size_t i = 1; i < series.at.size(); ++i) {
    // A return covers the whole of (at[i-1], at[i]]; both ends must lie within the span asked for.
    if (series.at[i - 1] < from || series.at[i] > to) continue;
    if (series.at[i] - series.at[i - 1] != series.step) continue;
    LEVEE_EXPECT(series.value[i - 1] > 0 && series.value[i] > 0);
    returns.push_back({series.at[i], LogReturn{std::log(series.value[i] / series.value[i - 1])}});
  }
  return returns;
}

Series known_at(const Series& series, UnixSeconds at) {
  const auto known = std::upper_bound(series.at.begin(), series.at.end(), at) - series.at.begin();
  Series part = series;
  part.at.resize(static_cast<std::size_t>(known));
  part.value.resize(static_cast<std::size_t>(known));
  return part;
}

Result<Measured> realised_vol(const Series& series, UnixSeconds at, Seconds window, Stale stale) {
  const auto after = std::upper_bound(series.at.begin(), series.at.end(), at);
  if (after == series.at.begin()) {
    return fail(Reason::missing_data,
                fmt::format("no price is known at {} (realised volatility needs {} returns)",
                            text_of(at), fewest_returns));
  }
  // The window ends at the newest observation, so that a daily series gives as many returns at
  // noon as at midnight.
  const UnixSeconds newest = *(after - 1);
  if (stale == Stale::refuse && at - newest > oldest) {
    return fail(
        Reason::stale_data,
        fmt::format("the newest price is of {}, {:.0f} hours before {} (36 are allowed) give "
                    "newer history or allow stale data",
                    text_of(newest), in_days(at - newest) * 24, text_of(at)));
  }
  const std::vector<Return> returns = returns_of(series, newest - window, newest);
  if (returns.size() < fewest_returns) {
    return fail(
        Reason::missing_data,
        fmt::format("{} returns in the {:.0f} days before {} (realised volatility needs {})",
                    returns.size(), in_days(window), text_of(newest), fewest_returns));
  }
  double squares = 0, fourths = 0;
  for (const Return& r : returns) {
    const double square = r.value.value() * r.value.value();
    squares += square;
    fourths += square * square;
  }
  const auto count = static_cast<double>(returns.size());
  const double step = years(series.step).value();
  const double mean_square = squares / count;
  const double vol = std::sqrt(mean_square / step);
  const double spread = std::max(0.0, fourths / count - mean_square * mean_square);
  const double variance_error = std::sqrt(spread / count) / step;
  return Measured{.vol = Vol{vol},
                  .standard_error = Vol{vol > 0 ? variance_error / (2 * vol) : 0},
                  .returns = static_cast<int>(returns.size()),
                  .covered = Years{count * step}};
}

}  // namespace levee::market

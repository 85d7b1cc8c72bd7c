// levee/scenario/vol_fit.cpp — regressions of volatility on price.
#include "levee/scenario/vol_fit.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::scenario {
namespace {

constexpr std::size_t fewest_pairs = 10;

struct Pair {
  UnixSeconds at;
  double price, vol;  // moves of the logs
};

// Sums of a regression, about a center that may be the origin.
struct Moments {
  double xx = 0, xy = 0, yy = 0;
};

Moments moments_about(std::span<const Pair> pairs, double x, double y) {
  Moments sum;
  for (const Pair& pair : pairs) {
    sum.xx += (pair.price - x) * (pair.price - x);
    sum.xy += (pair.price - x) * (pair.vol - y);
    sum.yy += (pair.vol - y) * (pair.vol - y);
  }
  return sum;
}

// Slope, its error and the noise's deviation; `used` degrees of freedom went into the fit.
Result<VolFit> regressed(std::span<const Pair> pairs, const Moments& sum, double used) {
  if (!(sum.xx > 1e-18)) {
    return fail(Reason::no_solution, "the price did not move (a vol move per return has no value)");
  }
  const double beta = sum.xy / sum.xx;
  const double left = std::max(0.0, sum.yy - beta * sum.xy);
  const double noise = left / (static_cast<double>(pairs.size()) - used);
  return VolFit{.moves = {.beta = beta,
                          .beta_error = std::sqrt(noise / sum.xx),
                          .daily_residual = std::sqrt(noise)},
                .pairs = pairs.size(),
                .first = pairs.front().at,
                .last = pairs.back().at};
}

Error too_few(std::size_t pairs, std::string_view of) {
  return fail(Reason::missing_data,
              fmt::format("{} {} (vol moves need {})", pairs, of, fewest_pairs));
}

double level_at(const market::Series& series, UnixSeconds at) {
  const auto found = std::lower_bound(series.at.begin(), series.at.end(), at);
  return series.value[static_cast<std::size_t>(found - series.at.begin())];
}

// AR(1) coefficient of the log of a series over one day.
double persistence_of(const market::Series& series, std::span<const market::Return> daily) {
  std::vector<Pair> pairs;
  double before = 0, after = 0;
  const auto count = static_cast<double>(daily.size());
  for (const market::Return& move : daily) {
    const double level = std::log(level_at(series, move.at));
    pairs.push_back({move.at, level - move.value.value(), level});
    before += pairs.back().price / count;
    after += pairs.back().vol / count;
  }
  const Moments sum = moments_about(pairs, before, after);
  if (!(sum.xx > 1e-18)) return 1;
  const double raw = sum.xy / sum.xx;
  // Below 0 the estimate is noise about a series without memory; above 1 volatility would explode.
  return std::clamp(raw + (1 + 3 * raw) / count, 0.01, 1.0);
}

}  // namespace

std::vector<market::Return> daily_returns(const market::Series& series, UnixSeconds from,
                                          UnixSeconds to) {
  if (series.step == days(1)) return returns_of(series, from, to);
  std::vector<market::Return> daily;
  const std::int64_t step = series.step.value(), day = days(1).value();
  if (step <= 0 || step > day || day % step != 0) return daily;
  std::int64_t parts = 0;
  double sum = 0;
  for (const market::Return& part : returns_of(series, from, to)) {
    const std::int64_t into_day = (part.at.value() % day + day) % day;
    if (into_day == step) parts = 0, sum = 0;
    sum += part.value.value();
    ++parts;
    // At midnight all the day's parts are there, or one was missing and the count is short.
    if (into_day == 0 && parts == day / step) daily.push_back({part.at, LogReturn{sum}});
    if (into_day == 0) parts = 0, sum = 0;
  }
  return daily;
}

Result<VolFit> vol_moves_from_index(const market::Series& prices, const market::Series& index,
                                    UnixSeconds from, UnixSeconds to) {
  const auto returns = daily_returns(prices, from, to), moves = daily_returns(index, from, to);
  std::vector<Pair> pairs;
  double x = 0, y = 0;
  auto move = moves.begin();
  for (const market::Return& r : returns) {
    while (move != moves.end() && move->at < r.at) ++move;
    if (move == moves.end()) break;
    if (move->at != r.at) continue;
    pairs.push_back({r.at, r.value.value(), move->value.value()});
    x += r.value.value();
    y += move->value.value();
  }
  if (pairs.size() < fewest_pairs) return too_few(pairs.size(), "days with both price and index");
  const auto count = static_cast<double>(pairs.size());
  auto fit = regressed(pairs, moments_about(pairs, x / count, y / count), 2);
  if (fit) fit->moves.daily_persistence = persistence_of(index, moves);
  return fit;
}

Result<VolFit> vol_moves_from_glimpses(std::span<const market::Glimpse> glimpses) {
  std::vector<Pair> pairs;
  for (std::size_t i = 1; i < glimpses.size(); ++i) {
    const market::Glimpse &a = glimpses[i - 1], &b = glimpses[i];
    const Seconds apart = b.at - a.at;
    if (apart < hours(3) || apart > hours(30)) continue;
    if (!(a.vol.value() > 0 && b.vol.value() > 0)) continue;
    const double scale = 1 / std::sqrt(in_days(apart));
    pairs.push_back({b.at, std::log(b.spot.value() / a.spot.value()) * scale,
                     std::log(b.vol.value() / a.vol.value()) * scale});
  }
  if (pairs.size() < fewest_pairs) return too_few(pairs.size(), "pairs of earlier chains");
  return regressed(pairs, moments_about(pairs, 0, 0), 1);
}

}  // namespace levee::scenario

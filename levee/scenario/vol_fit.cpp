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

double level_share(double tenor_power, Years tenor) {
  LEVEE_EXPECT(tenor.value() >= 0);
  return std::min(1.0, std::pow(tenor.value() * 365 / 30, -tenor_power));
}

namespace {

// What a shape does from one glimpse to the next.
struct ShapeMove {
  UnixSeconds at;
  double apart = 0;  // days
  double price = 0, before = 0, after = 0;
  double beside = 0;  // change that is not the shape's own
};

Result<SurfaceMoves::Shape> shape_of(const std::vector<ShapeMove>& moves) {
  std::vector<Pair> pairs, levels;
  double before = 0, after = 0, apart = 0;
  const auto count = static_cast<double>(moves.size());
  for (const ShapeMove& move : moves) {
    const double scale = 1 / std::sqrt(move.apart);
    pairs.push_back(
        {move.at, move.price * scale, (move.after - move.before - move.beside) * scale});
    levels.push_back({move.at, move.before, move.after});
    before += move.before / count, after += move.after / count, apart += move.apart / count;
  }
  const auto fit = regressed(pairs, moments_about(pairs, 0, 0), 1);
  if (!fit) return fit.error();
  const Moments about = moments_about(levels, before, after);
  const double raw = about.xx > 1e-18 ? about.xy / about.xx : 1;
  const double each = std::clamp(raw + (1 + 3 * raw) / count, 0.01, 1.0);
  return SurfaceMoves::Shape{.beta = fit->moves.beta,
                             .beta_error = fit->moves.beta_error,
                             .daily_residual = fit->moves.daily_residual,
                             .daily_persistence = std::pow(each, 1 / apart)};
}

}  // namespace

Result<ShapeFit> shape_moves_from_glimpses(std::span<const market::Glimpse> glimpses,
                                           double tenor_power) {
  constexpr Years near = years(days(14)), far = years(days(90));
  // What a move of the level alone does to the measured slope.
  const double level_slope = (level_share(tenor_power, far) - level_share(tenor_power, near)) /
                             std::log(far.value() / near.value());
  std::vector<ShapeMove> slopes, skews;
  for (std::size_t i = 1; i < glimpses.size(); ++i) {
    const market::Glimpse &a = glimpses[i - 1], &b = glimpses[i];
    const Seconds apart = b.at - a.at;
    if (apart < hours(3) || apart > hours(30)) continue;
    if (!a.slope || !b.slope || !a.skew || !b.skew) continue;
    if (!(a.vol.value() > 0 && b.vol.value() > 0)) continue;
    const double price = std::log(b.spot.value() / a.spot.value());
    const double level = std::log(b.vol.value() / a.vol.value());
    slopes.push_back({b.at, in_days(apart), price, *a.slope, *b.slope, level_slope * level});
    skews.push_back({b.at, in_days(apart), price, *a.skew, *b.skew, 0});
  }
  if (slopes.size() < fewest_pairs) {
    return too_few(slopes.size(), "pairs of earlier chains that show their shape");
  }
  const auto slope = shape_of(slopes), skew = shape_of(skews);
  if (!slope) return slope.error();
  if (!skew) return skew.error();
  return ShapeFit{*slope, *skew, slopes.size()};
}

}  // namespace levee::scenario

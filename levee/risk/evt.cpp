// levee/risk/evt.cpp — generalised Pareto fits by profile likelihood.
#include "levee/risk/evt.h"

#include "levee/num/root.h"
#include "levee/solve/minimize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/core.h>

namespace levee::risk {
namespace {

constexpr double least_shape = -0.99, most_shape = 10;
constexpr double shape_no_error = -0.5;  // at or below it the usual asymptotics fail (Smith, 1985)
constexpr double half_chi_square = 3.841458820694124 / 2;  // 95 % of one degree
constexpr double nowhere = -std::numeric_limits<double>::infinity();

using Excesses = std::span<const double>;

double mean_of(Excesses y) {
  return std::accumulate(y.begin(), y.end(), 0.0) / static_cast<double>(y.size());
}

// (log(1 + w) - w / (1 + w)) / w^2, whose two terms cancel next to 0.
double bend(double w) {
  if (std::abs(w) > 0.02) return (std::log1p(w) - w / (1 + w)) / (w * w);
  double sum = 0, power = 1;
  for (int k = 2; k < 12; ++k, power *= -w) sum += power * (k - 1) / k;
  return sum;
}

// log(1 + shape z) / shape through shape 0.
double stretched(double shape, double z) {
  const double w = shape * z;
  return std::abs(w) < 1e-9 ? z * (1 - w / 2) : std::log1p(w) / shape;
}

double likelihood_at(double shape, double scale, Excesses y) {
  double sum = 0;
  for (const double excess : y) {
    const double z = excess / scale;
    if (!(1 + shape * z > 0)) return nowhere;
    sum += stretched(shape, z);
  }
  return -static_cast<double>(y.size()) * std::log(scale) - (1 + shape) * sum;
}

// The scale of greatest likelihood at one shape above -1: the root in s = 1 / scale of
// (1 + shape) mean(s y / (1 + shape s y)) = 1, whose left side rises with s from 0. Newton's method
// inside a bracket that closes.
double scale_at(double shape, Excesses y) {
  const double first = 1 / ((1 + shape) * mean_of(y));
  double low = 0, high = std::numeric_limits<double>::infinity(), s = first;
  if (shape < 0) {
    high = -1 / (shape * y.back());
    s = std::min(s, high / 2);
  }
  for (int i = 0; i < 200; ++i) {
    double level = 0, slope = 0;
    for (const double excess : y) {
      const double share = excess / (1 + shape * s * excess);
      level += share;
      slope += share / (1 + shape * s * excess);
    }
    const double scaled = (1 + shape) / static_cast<double>(y.size());
    const double off = scaled * s * level - 1;
    (off < 0 ? low : high) = s;
    double next = s - off / (scaled * slope);
    if (!(low < next && next < high)) next = std::isinf(high) ? 2 * s : (low + high) / 2;
    if (std::abs(next - s) <= 1e-15 * s) return 1 / next;
    s = next;
  }
  return 1 / s;
}

double profile_at(double shape, Excesses y) { return likelihood_at(shape, scale_at(shape, y), y); }

// Slope of the profile likelihood in the shape: the scale is already at its best, so that only the
// direct part counts.
double slope_at(double shape, Excesses y) {
  const double scale = scale_at(shape, y);
  double sum = 0;
  for (const double excess : y) {
    const double z = excess / scale;
    sum += z * z * bend(shape * z) - z / (1 + shape * z);
  }
  return sum;
}

// From `inside`, where f > 0, in steps that double towards `end`: where f is 0. Nothing if f is
// still above 0 at the end.
template <class Function>
std::optional<double> crossing(Function f, double inside, double step, double end) {
  double near = inside;
  while (near != end) {
    const double next = step > 0 ? std::min(near + step, end) : std::max(near + step, end);
    if (!(f(next) > 0)) return num::root_between(f, near, next, 1e-13 * std::abs(step));
    near = next;
    step *= 2;
  }
  return std::nullopt;
}

std::optional<double> best_shape(Excesses y) {
  const double start = std::clamp(moments_fit(y).shape, -0.5, 2.0);
  const double slope = slope_at(start, y);
  if (slope == 0) return start;
  const double way = slope > 0 ? 1 : -1;
  return crossing([&](double shape) { return way * slope_at(shape, y); }, start, way * 0.1,
                  way > 0 ? most_shape : least_shape);
}

// Standard errors of (first, shape) of a likelihood written in them, or nothing.
template <class Function>
std::optional<std::array<double, 2>> errors_of(Function f, std::array<double, 2> at) {
  if (!(at[1] > shape_no_error)) return std::nullopt;
  const std::array<double, 2> step{1e-4 * at[0], 1e-4};
  const auto minus = [&](std::span<const double> x) { return -f(x[0], x[1]); };
  const auto errors = solve::errors_at(minus, at, step);
  if (!errors) return std::nullopt;
  return std::array<double, 2>{(*errors)[0], (*errors)[1]};
}

// A tail measure is threshold + scale * reach(shape): so that likelihood can be written in the
// measure and the shape, and profiled.
using Reach = double (*)(double shape, double rare);

// (rare^-shape - 1) / shape, where rare = P(loss > VaR) / P(loss > threshold) is at most 1.
double var_reach(double shape, double rare) {
  const double log_rare = std::log(rare);
  if (std::abs(shape * log_rare) < 1e-12) return -log_rare;
  return std::expm1(-shape * log_rare) / shape;
}

double shortfall_reach(double shape, double rare) {
  return (var_reach(shape, rare) + 1) / (1 - shape);
}

// The greatest likelihood over shapes below `shape_end` that gives one value of the measure.
class MeasureProfile {
 public:
  MeasureProfile(const PeaksFit& fit, double rare, Reach reach, double shape_end)
      : fit_(fit), rare_(rare), reach_(reach), end_(shape_end) {}

  double with(double above, double shape) const {
    return likelihood_at(shape, above / reach_(shape, rare_), fit_.excesses);
  }

  // Golden section: the likelihood is one hill along the shape, and minus infinity left of where
  // the law would end before the greatest excess.
  double at(double above) const {
    constexpr double golden = 0.6180339887498949;
    double low = least_shape, high = end_;
    while (high - low > 1e-5) {
      const double left = high - golden * (high - low), right = low + golden * (high - low);
      with(above, left) > with(above, right) ? high = right : low = left;
    }
    return with(above, (low + high) / 2);
  }

  FarTail measured() const {
    const double above = fit_.law.scale.value() * reach_(fit_.law.shape, rare_);
    FarTail found{.value = fit_.threshold + Usd{above}};
    if (!(above > 0)) return found;  // VaR at the threshold itself: no law is needed
    const auto errors =
        errors_of([&](double m, double shape) { return with(m, shape); }, {above, fit_.law.shape});
    if (errors) found.error = Usd{(*errors)[0]};
    const auto inside = [&](double log_above) {
      return at(std::exp(log_above)) - fit_.log_likelihood + half_chi_square;
    };
    const double middle = std::log(above);
    const auto low = crossing(inside, middle, -0.1, middle - 10);
    const auto high = crossing(inside, middle, 0.1, middle + 30);
    if (low) found.lower = fit_.threshold + Usd{std::exp(*low)};
    if (high) found.upper = fit_.threshold + Usd{std::exp(*high)};
    return found;
  }

 private:
  const PeaksFit& fit_;
  double rare_;
  Reach reach_;
  double end_;
};

// How rare a loss beyond the level is among those beyond the threshold.
Result<double> rarity(const PeaksFit& fit, double level) {
  if (!(0 < level && level < 1)) {
    return fail(Reason::out_of_range, fmt::format("level {} (must lie in (0, 1))", level));
  }
  const double share = static_cast<double>(fit.beyond) / static_cast<double>(fit.losses);
  const double rare = (1 - level) / share;
  if (!(rare <= 1 + 1e-12)) {  // a level at the threshold's own share may round to above 1
    return fail(Reason::out_of_range,
                fmt::format("level {} (lies below the threshold, beyond which are {:.3g} % of the "
                            "losses) use the sample itself there",
                            level, 100 * share));
  }
  return std::min(rare, 1.0);
}

}  // namespace

double log_likelihood(const Pareto& law, std::span<const double> excesses) {
  LEVEE_EXPECT(law.scale > Usd{0} && !excesses.empty());
  return likelihood_at(law.shape, law.scale.value(), excesses);
}

Pareto moments_fit(std::span<const double> excesses) {
  LEVEE_EXPECT(excesses.size() >= 2);
  std::vector<double> y(excesses.begin(), excesses.end());
  std::sort(y.begin(), y.end());
  const auto count = static_cast<double>(y.size());
  double weighted = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    weighted += (count - 1 - static_cast<double>(i)) / (count - 1) * y[i] / count;
  }
  const double mean = mean_of(y), apart = mean - 2 * weighted;
  LEVEE_EXPECT(apart != 0);
  return {.shape = 2 - mean / apart, .scale = Usd{2 * mean * weighted / apart}};
}

double hill_shape(std::span<const double> losses_usd, std::size_t k) {
  LEVEE_EXPECT(0 < k && k < losses_usd.size());
  std::vector<double> largest(losses_usd.begin(), losses_usd.end());
  std::sort(largest.begin(), largest.end(), std::greater<>{});
  LEVEE_EXPECT(largest[k] > 0);
  double sum = 0;
  for (std::size_t i = 0; i < k; ++i) sum += std::log(largest[i] / largest[k]);
  return sum / static_cast<double>(k);
}

Result<PeaksFit> peaks_over(std::span<const double> losses_usd, Usd threshold) {
  PeaksFit fit{.threshold = threshold, .losses = losses_usd.size()};
  for (const double loss : losses_usd) {
    if (!std::isfinite(loss)) {
      return fail(Reason::bad_input, fmt::format("a loss of {} (losses must be finite)", loss));
    }
    if (loss > threshold.value()) fit.excesses.push_back(loss - threshold.value());
  }
  fit.beyond = fit.excesses.size();
  if (fit.beyond < fewest_beyond) {
    return fail(Reason::missing_data,
                fmt::format("{} losses beyond {} (a fit needs {}) lower the threshold", fit.beyond,
                            threshold.value(), fewest_beyond));
  }
  std::sort(fit.excesses.begin(), fit.excesses.end());
  const auto& y = fit.excesses;
  const auto shape = y.front() < y.back() ? best_shape(y) : std::nullopt;
  if (!shape) {
    return fail(Reason::no_solution,
                fmt::format("no tail beyond {} (the likelihood of its {} losses rises to an end of "
                            "the shapes searched) choose another threshold",
                            threshold.value(), fit.beyond));
  }
  const double scale = scale_at(*shape, y);
  fit.law = {.shape = *shape, .scale = Usd{scale}};
  fit.log_likelihood = likelihood_at(*shape, scale, y);
  if (const auto errors = errors_of(
          [&](double at_scale, double at_shape) { return likelihood_at(at_shape, at_scale, y); },
          {scale, *shape})) {
    fit.scale_error = Usd{(*errors)[0]};
    fit.shape_error = (*errors)[1];
  }
  const auto inside = [&](double at) {
    return profile_at(at, y) - fit.log_likelihood + half_chi_square;
  };
  fit.shape_within = {.lower = crossing(inside, *shape, -0.1, least_shape),
                      .upper = crossing(inside, *shape, 0.1, 2 * most_shape)};
  return fit;
}

Result<FarTail> var_beyond(const PeaksFit& fit, double level) {
  const auto rare = rarity(fit, level);
  if (!rare) return rare.error();
  return MeasureProfile(fit, *rare, var_reach, most_shape).measured();
}

Result<FarTail> shortfall_beyond(const PeaksFit& fit, double level) {
  const auto rare = rarity(fit, level);
  if (!rare) return rare.error();
  if (!(fit.law.shape < 1)) {
    return fail(
        Reason::no_solution,
        fmt::format("no expected shortfall (a tail of shape {:.3g} has no mean, which needs "
                    "a shape below 1) quote VaR, or cap the loss",
                    fit.law.shape));
  }
  FarTail found = MeasureProfile(fit, *rare, shortfall_reach, 1 - 1e-6).measured();
  const auto& upper = fit.shape_within.upper;
  if (!upper || *upper >= 1) {
    found.upper = std::nullopt;
    found.warning = fmt::format(
        "the shape may be {:.3g} (95 %), and from 1 on there is no expected shortfall: it has no "
        "upper bound",
        upper.value_or(2 * most_shape));
  }
  return found;
}

Result<std::vector<ThresholdRow>> threshold_table(std::span<const double> losses_usd,
                                                  std::span<const Usd> thresholds, double level) {
  std::vector<ThresholdRow> rows;
  std::optional<Error> last;
  for (const Usd threshold : thresholds) {
    auto fit = peaks_over(losses_usd, threshold);
    if (!fit) {
      last = fit.error();
      continue;
    }
    const auto var = var_beyond(*fit, level);
    if (!var) {
      last = var.error();
      continue;
    }
    ThresholdRow row{.fit = std::move(*fit), .var = *var};
    row.steady_scale_usd = row.fit.law.scale.value() - row.fit.law.shape * threshold.value();
    if (const auto mean = shortfall_beyond(row.fit, level)) row.shortfall = *mean;
    rows.push_back(std::move(row));
  }
  if (!rows.empty()) return rows;
  return last.value_or(fail(Reason::missing_data, "no thresholds (a table needs some)"));
}

std::vector<Usd> usual_thresholds(std::span<const double> losses_usd) {
  std::vector<double> sorted(losses_usd.begin(), losses_usd.end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<Usd> found;
  for (const double share : {0.20, 0.15, 0.125, 0.10, 0.075, 0.05, 0.04, 0.03, 0.02}) {
    const auto beyond =
        static_cast<std::size_t>(std::round(share * static_cast<double>(sorted.size())));
    if (beyond < fewest_beyond || beyond >= sorted.size()) continue;
    const Usd threshold{sorted[sorted.size() - 1 - beyond]};
    if (found.empty() || found.back() < threshold) found.push_back(threshold);
  }
  return found;
}

std::size_t steady_row(std::span<const ThresholdRow> rows) {
  LEVEE_EXPECT(!rows.empty());
  const auto within = [](double shape, const Between& interval) {
    return (!interval.lower || *interval.lower <= shape) &&
           (!interval.upper || shape <= *interval.upper);
  };
  for (std::size_t i = 0; i + 1 < rows.size(); ++i) {
    const auto higher = rows.subspan(i + 1);
    if (std::all_of(higher.begin(), higher.end(), [&](const ThresholdRow& row) {
          return within(rows[i].fit.law.shape, row.fit.shape_within);
        })) {
      return i;
    }
  }
  return rows.size() - 1;
}

}  // namespace levee::risk

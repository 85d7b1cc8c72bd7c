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

bool is_finite(double x) { return std::isfinite(x); }

double mean_of(Excesses y) {
  return std::accumulate(y.begin(), y.end(), 0.0) / static_cast<double>(y.size());
}

// (log(1 + w) - w / (1 + w)) / w^2, whose two terms cancel next to 0.
double bend(double w, double log_1_w) {
  if (std::abs(w) > 0.02) return (log_1_w - w / (1 + w)) / (w * w);
  double sum = 0, power = 1;
  for (int k = 2; k < 12; ++k, power *= -w) sum += power * (k - 1) / k;
  return sum;
}

// log(1 + shape z) / shape through shape 0.
double stretched(double shape, double z, double log_1_w) {
  const double w = shape * z;
  return std::abs(w) < 1e-9 ? z * (1 - w / 2) : log_1_w / shape;
}

double likelihood_at(double shape, double scale, Excesses y) {
  double sum = 0;
  for (const double excess : y) {
    const double z = excess / scale;
    if (!(1 + shape * z > 0)) return nowhere;
    sum += stretched(shape, z, std::log1p(shape * z));
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
    const double next = s - off / (scaled * slope);
    const bool inside = low < next && next < high;
    // Newton's next step would be the square of this one.
    if (std::abs(next - s) <= (inside ? 1e-8 : 1e-15) * s) return 1 / next;
    s = inside ? next : std::isinf(high) ? 2 * s : (low + high) / 2;
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
    sum += z * z * bend(shape * z, std::log1p(shape * z)) - z / (1 + shape * z);
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

std::optional<double> best_shape(Excesses y, double near) {
  const double start = std::clamp(near, -0.5, 2.0);
  const double slope = slope_at(start, y);
  if (slope == 0) return start;
  const double way = slope > 0 ? 1 : -1;
  return crossing([&](double shape) { return way * slope_at(shape, y); }, start, way * 0.1,
                  way > 0 ? most_shape : least_shape);
}

// The log-likelihood, its slopes and curvatures in the log of the scale and in the shape.
struct Hillside {
  double height = 0;
  double by_scale = 0, by_shape = 0;
  double scale_scale = 0, scale_shape = 0, shape_shape = 0;

  double determinant() const { return scale_scale * shape_shape - scale_shape * scale_shape; }
  bool is_domed() const { return scale_scale < 0 && determinant() > 0; }
};

Hillside hillside_at(const Pareto& law, Excesses y) {
  const double shape = law.shape, slower = 1 / law.scale.value();
  double share = 0, squares = 0, bent = 0, cubes = 0, logs = 0;
  for (const double excess : y) {
    const double z = slower * excess, r = z / (1 + shape * z);
    share += r;
    squares += r * r;
    const double log_1_w = std::log1p(shape * z);
    logs += stretched(shape, z, log_1_w);
    bent += z * z * bend(shape * z, log_1_w);
    cubes += z * z * z;
  }
  // What `bent` changes by with the shape: at 0 a limit.
  const double twist = std::abs(shape) < 1e-6 ? -2.0 / 3 * cubes : (squares - 2 * bent) / shape;
  const auto count = static_cast<double>(y.size());
  return {.height = count * std::log(slower) - (1 + shape) * logs,
          .by_scale = (1 + shape) * share - count,
          .by_shape = bent - share,
          .scale_scale = -(1 + shape) * (share - shape * squares),
          .scale_shape = share - (1 + shape) * squares,
          .shape_shape = twist + squares};
}

bool holds_all(const Pareto& law, Excesses y) {
  return least_shape < law.shape && law.shape < most_shape &&
         1 + law.shape * y.back() / law.scale.value() > 0;
}

// Newton's method in both at once. Nothing where it leaves the dome around the summit: then the
// profile, walked step by step, decides.
std::optional<Pareto> climbed(Pareto law, Excesses y) {
  for (int i = 0; i < 20 && holds_all(law, y); ++i) {
    const Hillside at = hillside_at(law, y);
    if (!at.is_domed()) return std::nullopt;
    const double by_scale =
        (at.scale_shape * at.by_shape - at.shape_shape * at.by_scale) / at.determinant();
    const double by_shape =
        (at.scale_shape * at.by_scale - at.scale_scale * at.by_shape) / at.determinant();
    law.scale = Usd{law.scale.value() * std::exp(by_scale)};
    law.shape += by_shape;
    if (std::abs(by_scale) + std::abs(by_shape) < 1e-8 && holds_all(law, y)) return law;
  }
  return std::nullopt;
}

// The law of greatest likelihood of ascending excesses.
std::optional<Pareto> likeliest_of(Excesses y) {
  if (!(y.front() < y.back())) return std::nullopt;
  const Pareto start = moments_fit(y);
  if (const auto law = climbed(start, y)) return law;
  const auto shape = best_shape(y, start.shape);
  if (!shape) return std::nullopt;
  return Pareto{.shape = *shape, .scale = Usd{scale_at(*shape, y)}};
}

// Where the ridge of best scales has come down to `height`, by Newton's method from a shape on that
// side of the summit. Nothing where it leaves the ridge or the shapes searched.
std::optional<double> ridge_down_to(double height, const Pareto& summit, double shape, Excesses y) {
  Pareto at = summit;
  at.shape = shape;
  if (holds_all(at, y)) at.scale = Usd{scale_at(shape, y)};
  for (int i = 0; i < 12 && holds_all(at, y); ++i) {
    const Hillside here = hillside_at(at, y);
    const bool same_side = (at.shape < summit.shape) == (shape < summit.shape);
    const bool falls = (at.shape - summit.shape) * here.by_shape < 0;
    if (!(here.scale_scale < 0) || !same_side || !falls) return std::nullopt;
    // On the ridge: what the scale is off by does not count, but for its own square.
    const double ridge = here.height - here.by_scale * here.by_scale / (2 * here.scale_scale);
    const double by_shape =
        (height - ridge) / (here.by_shape - here.by_scale * here.scale_shape / here.scale_scale);
    at.scale = Usd{at.scale.value() *
                   std::exp(-(here.by_scale + here.scale_shape * by_shape) / here.scale_scale)};
    at.shape += by_shape;
    if (std::abs(by_shape) < 1e-7) return at.shape;
  }
  return std::nullopt;
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

// 95 % by profile likelihood.
Between shape_interval(const PeaksFit& fit) {
  const Excesses y = fit.excesses;
  const double height = fit.log_likelihood - half_chi_square, shape = fit.law.shape;
  const auto end = [&](double way, double furthest) -> std::optional<double> {
    if (fit.shape_error) {
      const double start = shape + way * 1.96 * *fit.shape_error;
      if (const auto found = ridge_down_to(height, fit.law, start, y)) return found;
    }
    return crossing([&](double at) { return profile_at(at, y) - height; }, shape, way * 0.1,
                    furthest);
  };
  return {.lower = end(-1, least_shape), .upper = end(1, 2 * most_shape)};
}

Error too_few(std::size_t beyond, Usd threshold) {
  return fail(Reason::missing_data,
              fmt::format("{} losses beyond {} (a fit needs {}) lower the threshold", beyond,
                          threshold.value(), fewest_beyond));
}

Error no_summit(std::size_t beyond, Usd threshold) {
  return fail(Reason::no_solution,
              fmt::format("no tail beyond {} (the likelihood of its {} losses rises to an end of "
                          "the shapes searched) choose another threshold",
                          threshold.value(), beyond));
}

}  // namespace

double log_likelihood(const Pareto& law, std::span<const double> excesses) {
  LEVEE_EXPECT(law.scale > Usd{0} && !excesses.empty());
  return likelihood_at(law.shape, law.scale.value(), excesses);
}

Pareto moments_fit(std::span<const double> excesses) {
  LEVEE_EXPECT(excesses.size() >= 2 && std::ranges::all_of(excesses, is_finite));
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
  LEVEE_EXPECT(0 < k && k < losses_usd.size() && std::ranges::all_of(losses_usd, is_finite));
  std::vector<double> largest(losses_usd.begin(), losses_usd.end());
  std::sort(largest.begin(), largest.end(), std::greater<>{});
  LEVEE_EXPECT(largest[k] > 0);
  double sum = 0;
  for (std::size_t i = 0; i < k; ++i) sum += std::log(largest[i] / largest[k]);
  return sum / static_cast<double>(k);
}

Result<Pareto> likeliest_pareto(std::span<const double> excesses) {
  std::vector<double> y(excesses.begin(), excesses.end());
  for (const double excess : y) {
    if (!(excess >= 0 && std::isfinite(excess))) {
      return fail(Reason::bad_input,
                  fmt::format("an excess of {} (must be finite and not negative)", excess));
    }
  }
  if (y.size() < fewest_beyond) return too_few(y.size(), Usd{0});
  std::sort(y.begin(), y.end());
  const auto law = likeliest_of(y);
  if (!law) return no_summit(y.size(), Usd{0});
  return *law;
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
  if (fit.beyond < fewest_beyond) return too_few(fit.beyond, threshold);
  std::sort(fit.excesses.begin(), fit.excesses.end());
  const auto& y = fit.excesses;
  const auto law = likeliest_of(y);
  if (!law) return no_summit(fit.beyond, threshold);
  fit.law = *law;
  fit.log_likelihood = likelihood_at(law->shape, law->scale.value(), y);
  if (const Hillside top = hillside_at(*law, y); law->shape > shape_no_error && top.is_domed()) {
    fit.scale_error = Usd{law->scale.value() * std::sqrt(-top.shape_shape / top.determinant())};
    fit.shape_error = std::sqrt(-top.scale_scale / top.determinant());
  }
  fit.shape_within = shape_interval(fit);
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
                                                  std::span<const Usd> thresholds) {
  std::vector<ThresholdRow> rows;
  Error last = fail(Reason::missing_data, "no thresholds (a table needs some)");
  for (const Usd threshold : thresholds) {
    auto fit = peaks_over(losses_usd, threshold);
    if (!fit) {
      last = fit.error();
      continue;
    }
    const double steady = fit->law.scale.value() - fit->law.shape * threshold.value();
    rows.push_back({*std::move(fit), steady});
  }
  if (rows.empty()) return last;
  return rows;
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

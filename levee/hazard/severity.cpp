#include "levee/hazard/severity.h"

#include "levee/num/root.h"

#include <boost/math/tools/minima.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>

namespace levee::hazard {
namespace {

constexpr double least_shape = -0.5, most_shape = 5;
// Half of the chi-square law's 95 % point with one degree of freedom.
constexpr double drop_95 = 1.9207294103470298;
// A minimum is known to half the digits of its value.
constexpr int value_bits = 26;

// ln(1 + shape y / scale) / shape: the excess in units in which the law is exponential.
double clock(double y, double shape, double scale) {
  const double z = y / scale;
  if (std::abs(shape * z) < 1e-8) return z * (1 - shape * z / 2);
  const double inside = shape * z;
  return inside <= -1 ? std::numeric_limits<double>::infinity() : std::log1p(inside) / shape;
}

double excess_at(double time, double shape, double scale) {
  return std::abs(shape * time) < 1e-8 ? scale * time * (1 + shape * time / 2)
                                       : scale * std::expm1(shape * time) / shape;
}

// Excesses and how far they could have gone, 0 where nobody knows.
struct Excess {
  double y = 0, room = 0;
};

double log_of(double shape, double scale, std::span<const Excess> excesses) {
  double log = -static_cast<double>(excesses.size()) * std::log(scale);
  for (const Excess& one : excesses) {
    const double time = clock(one.y, shape, scale);
    if (!std::isfinite(time)) return -std::numeric_limits<double>::infinity();
    log -= (1 + shape) * time;
    if (one.room > 0) log -= std::log(-std::expm1(-clock(one.room, shape, scale)));
  }
  return log;
}

struct Point {
  double shape = 0, scale = 1, log_likelihood = 0;
};

// The best scale of a shape.
Point best_scale(double shape, std::span<const Excess> excesses) {
  double most = 0, sum = 0;
  for (const Excess& one : excesses) most = std::max(most, one.y), sum += one.y;
  const double mean = sum / static_cast<double>(excesses.size());
  // A shape below 0 ends the law at -scale / shape, which no excess may reach.
  const double least = shape < 0 ? -shape * most * (1 + 1e-9) : 1e-4 * mean;
  const double low = std::log(std::max(least, 1e-4 * mean)), high = std::log(1e4 * mean);
  const auto lack = [&](double log_scale) { return -log_of(shape, std::exp(log_scale), excesses); };
  const auto found = boost::math::tools::brent_find_minima(lack, low, high, value_bits);
  return {shape, std::exp(found.first), -found.second};
}

// Valleys are looked for on a grid, and the deepest followed down.
Point best_shape(std::span<const Excess> excesses) {
  constexpr int grid = 11;
  const double width = (most_shape - least_shape) / grid;
  Point best{.log_likelihood = -std::numeric_limits<double>::infinity()};
  for (int i = 0; i <= grid; ++i) {
    const Point here = best_scale(least_shape + i * width, excesses);
    if (here.log_likelihood > best.log_likelihood) best = here;
  }
  const auto lack = [&](double shape) { return -best_scale(shape, excesses).log_likelihood; };
  const auto found =
      boost::math::tools::brent_find_minima(lack, std::max(best.shape - width, least_shape),
                                            std::min(best.shape + width, most_shape), value_bits);
  const Point here = best_scale(found.first, excesses);
  return here.log_likelihood > best.log_likelihood ? here : best;
}

std::optional<double> shape_end(const Point& best, double end, std::span<const Excess> excesses) {
  const auto lack = [&](double shape) {
    return best_scale(shape, excesses).log_likelihood - (best.log_likelihood - drop_95);
  };
  return num::root_between(lack, best.shape, end, 1e-4);
}

}  // namespace

Probability Severity::beyond(Usd x) const {
  const double y = x.value() - threshold.value();
  return Probability{y <= 0 ? 1.0 : std::exp(-clock(y, shape, scale.value()))};
}

Probability Severity::beyond(Usd x, Usd most) const {
  LEVEE_EXPECT(most > threshold);
  if (x >= most) return Probability{0};
  const double cut = beyond(most).value();
  return Probability{(beyond(x).value() - cut) / (1 - cut)};
}

Usd Severity::mean_within(Usd most) const {
  LEVEE_EXPECT(most > threshold);
  const double room = most.value() - threshold.value(), s = scale.value();
  // A law that ends before that is not cut.
  const double time = clock(room, shape, s);
  if (!std::isfinite(time)) return *mean();
  // The integral of the survival function, less what lies at its end.
  const double less = shape - 1;
  const double area = std::abs(less * time) < 1e-8 ? s * time : s * std::expm1(less * time) / less;
  const double rest = std::exp(-time);
  return threshold + Usd{(area - room * rest) / (1 - rest)};
}

Usd Severity::quantile_within(double probability, Usd most) const {
  LEVEE_EXPECT(probability > 0 && probability < 1 && most > threshold);
  const double rest = beyond(most).value();
  const double time = -std::log(1 - probability * (1 - rest));
  return std::min(threshold + Usd{excess_at(time, shape, scale.value())}, most);
}

std::optional<Usd> Severity::mean() const {
  if (shape >= 1) return std::nullopt;
  return threshold + Usd{scale.value() / (1 - shape)};
}

double log_likelihood(const Severity& law, std::span<const SizedLoss> losses) {
  std::vector<Excess> excesses;
  for (const SizedLoss& one : losses) {
    LEVEE_EXPECT(one.loss > law.threshold);
    const double room = one.most ? std::max(*one.most, one.loss).value() : law.threshold.value();
    excesses.push_back({(one.loss - law.threshold).value(), room - law.threshold.value()});
  }
  return log_of(law.shape, law.scale.value(), excesses);
}

Result<SeverityFit> severity_fit(std::span<const SizedLoss> losses, Usd threshold) {
  LEVEE_EXPECT(threshold.value() > 0 && std::isfinite(threshold.value()));
  SeverityFit fit{.law = {.threshold = threshold, .scale = {}}, .losses = losses.size()};
  std::vector<Excess> excesses;
  for (const SizedLoss& one : losses) {
    LEVEE_EXPECT(one.loss.value() >= 0 && std::isfinite(one.loss.value()));
    if (!(one.loss > threshold)) continue;
    const double room = one.most ? (std::max(*one.most, one.loss) - threshold).value() : 0;
    excesses.push_back({(one.loss - threshold).value(), room});
    fit.cut += one.most ? 1 : 0;
  }
  fit.beyond = excesses.size();
  if (fit.beyond < fewest_severe) {
    return fail(Reason::missing_data,
                fmt::format("{} of {} losses are beyond {:.4g} USD (a severity needs {}) take a "
                            "lower threshold or more events",
                            fit.beyond, fit.losses, threshold.value(), fewest_severe));
  }
  const Point best = best_shape(excesses);
  if (!(best.shape > least_shape + 1e-5 && best.shape < most_shape - 1e-5)) {
    return fail(Reason::no_solution,
                fmt::format("the likelihood of {} losses rises to the shape {:.3g}, an end of what "
                            "is searched (no such tail is believed)",
                            fit.beyond, best.shape));
  }
  fit.law.shape = best.shape;
  fit.law.scale = Usd{best.scale};
  fit.log_likelihood = best.log_likelihood;
  fit.shape_lower = shape_end(best, least_shape, excesses);
  fit.shape_upper = shape_end(best, most_shape, excesses);
  return fit;
}

}  // namespace levee::hazard

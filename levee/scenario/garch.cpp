// levee/scenario/garch.cpp — quasi maximum likelihood of GARCH(1,1) with and without leverage.
#include "levee/scenario/garch.h"

#include "levee/num/estimate.h"
#include "levee/solve/minimize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <fmt/core.h>

namespace levee::scenario {
namespace {

constexpr std::size_t fewest_returns = 100;
constexpr double most_persistence = 0.9999;
constexpr double edge = 1e-4;  // closer to a bound than this is on it
constexpr double least_inverse_freedom = 1e-3, most_inverse_freedom = 0.49;

using Choice = GarchChoice;

// Parameters in a fixed order, absent ones left out: mean, constant, reaction, memory, leverage,
// freedom.
constexpr std::size_t most_parameters = 6;
using Point = std::vector<double>;
using Slopes = std::array<double, most_parameters>;
using Square = std::array<std::array<double, most_parameters>, most_parameters>;

bool leveraged(const Choice& choice) { return choice.reaction == Choice::Reaction::leveraged; }
bool student(const Choice& choice) { return choice.residuals == Choice::Residuals::student; }

Garch model_of(std::span<const double> point, const Choice& choice) {
  Garch model{point[0], point[1], point[2], point[3], leveraged(choice) ? point[4] : 0, {}};
  if (student(choice)) model.freedom = num::Freedom{point.back()};
  return model;
}

Point point_of(const Garch& model, const Choice& choice) {
  Point point{model.mean, model.constant, model.reaction, model.memory};
  if (leveraged(choice)) point.push_back(model.leverage);
  if (student(choice)) point.push_back(model.freedom->degrees);
  return point;
}

// A box whose every point is a stationary model: mean, log of the long-run variance, persistence,
// the part of it that is reaction, its tilt to negative shocks in [-1, 1], inverse freedom.
Garch model_in_box(std::span<const double> x, const Choice& choice) {
  const double persistence = x[2], reaction = persistence * x[3];
  const double tilt = leveraged(choice) ? x[4] : 0;
  Garch model{.mean = x[0],
              .constant = std::exp(x[1]) * (1 - persistence),
              .reaction = reaction * (1 - tilt),
              .memory = persistence - reaction,
              .leverage = 2 * reaction * tilt};
  if (student(choice)) model.freedom = num::Freedom{1 / x.back()};
  return model;
}

bool admissible(const Garch& model) {
  return model.constant > 0 && model.reaction >= 0 && model.reaction + model.leverage >= 0 &&
         model.memory >= 0 && persistence_of(model) <= most_persistence &&
         (!model.freedom || (model.freedom->degrees > 1 / most_inverse_freedom &&
                             model.freedom->degrees < 1 / least_inverse_freedom));
}

bool on_edge(const Garch& model) {
  return model.reaction < edge || model.reaction + model.leverage < edge || model.memory < edge ||
         persistence_of(model) > most_persistence - edge ||
         (model.freedom && (1 / model.freedom->degrees < least_inverse_freedom * 1.01 ||
                            1 / model.freedom->degrees > most_inverse_freedom * 0.99));
}

// Log-density of a shock, its residual normal or Student's scaled to variance 1.
class Density {
 public:
  explicit Density(const std::optional<num::Freedom>& freedom)
      : degrees_(freedom ? freedom->degrees : 0) {
    const double v = degrees_;
    constant_ = freedom ? num::log_gamma((v + 1) / 2) - num::log_gamma(v / 2) -
                              std::log(std::numbers::pi * (v - 2)) / 2
                        : -std::log(2 * std::numbers::pi) / 2;
  }

  double log_at(const Shock& period) const {
    const double square = period.shock * period.shock / period.variance;
    const double fall =
        degrees_ == 0 ? square / 2 : (degrees_ + 1) / 2 * std::log1p(square / (degrees_ - 2));
    return constant_ - std::log(period.variance) / 2 - fall;
  }

  // Minus its slope in the shock, over the shock: the weight that a squared shock has.
  double weight_at(const Shock& period) const {
    if (degrees_ == 0) return 1 / period.variance;
    return (degrees_ + 1) / (period.variance * (degrees_ - 2) + period.shock * period.shock);
  }

 private:
  double degrees_, constant_ = 0;
};

// The sample with its likelihood.
class Sample {
 public:
  Sample(std::span<const double> returns, const Choice& choice)
      : returns_(returns), choice_(choice) {}

  const Choice& choice() const { return choice_; }

  // Calls see(period) for each in order; gives the variance after the last.
  template <class See>
  double walk(const Garch& model, See see) const {
    const double square = mean_square(model.mean);
    double variance = starts_at_first() ? square : model.constant + persistence_of(model) * square;
    for (const double r : returns_) {
      const Shock period{variance, r - model.mean};
      see(period);
      variance = variance_after(model, period);
    }
    return variance;
  }

  double likelihood(const Garch& model) const {
    const Density density(model.freedom);
    double sum = 0;
    walk(model, [&](const Shock& period) { sum += density.log_at(period); });
    return sum;
  }

  // Calls see(slopes of the period's log-likelihood in the point) for each in order.
  template <class See>
  void walk_slopes(const Garch& model, See see) const {
    const Density density(model.freedom);
    const double v = model.freedom ? model.freedom->degrees : 3, by = 1e-4 * v;
    const Density freer(num::Freedom{v + by}), tighter(num::Freedom{v - by});
    Slopes variance_slope = first_slopes(model);  // of the variance, freedom left out
    walk(model, [&](const Shock& period) {
      const double e = period.shock, h = period.variance;
      const double weight = density.weight_at(period), negative = e < 0 ? 1 : 0;
      const double in_variance = (weight * e * e / h - 1 / h) / 2;
      Slopes slope{};
      for (std::size_t i = 0; i < 5; ++i) slope[i] = in_variance * variance_slope[i];
      slope[0] += weight * e;
      const std::size_t last = leveraged(choice_) ? 5 : 4;
      if (model.freedom) {
        slope[last] = (freer.log_at(period) - tighter.log_at(period)) / (2 * by);
      }
      see(slope);
      for (double& part : variance_slope) part *= model.memory;
      variance_slope[0] -= 2 * (model.reaction + negative * model.leverage) * e;
      variance_slope[1] += 1;
      variance_slope[2] += e * e;
      variance_slope[3] += h;
      variance_slope[4] += negative * e * e;
    });
  }

 private:
  bool starts_at_first() const { return choice_.presample == Choice::Presample::is_first; }

  double mean_square(double mean) const {
    double sum = 0;
    for (const double r : returns_) sum += (r - mean) * (r - mean);
    return sum / static_cast<double>(returns_.size());
  }

  Slopes first_slopes(const Garch& model) const {
    const double square = mean_square(model.mean);
    double in_mean = 0;
    for (const double r : returns_) in_mean -= 2 * (r - model.mean);
    in_mean /= static_cast<double>(returns_.size());
    if (starts_at_first()) return {in_mean};
    return {persistence_of(model) * in_mean, 1, square, square, square / 2};
  }

  std::span<const double> returns_;
  Choice choice_;
};

// Slopes of a log-likelihood, minus its second derivatives, and what single slopes spread.
struct Curvature {
  Slopes slope{};
  Square bent{}, spread{};
};

Slopes slopes_at(const Sample& sample, const Point& point) {
  Slopes sum{};
  sample.walk_slopes(model_of(point, sample.choice()), [&](const Slopes& slope) {
    for (std::size_t i = 0; i < slope.size(); ++i) sum[i] += slope[i];
  });
  return sum;
}

Curvature curvature_at(const Sample& sample, const Garch& model) {
  const Point point = point_of(model, sample.choice());
  Curvature found;
  sample.walk_slopes(model, [&](const Slopes& slope) {
    for (std::size_t i = 0; i < point.size(); ++i) {
      found.slope[i] += slope[i];
      for (std::size_t j = 0; j < point.size(); ++j) found.spread[i][j] += slope[i] * slope[j];
    }
  });
  for (std::size_t i = 0; i < point.size(); ++i) {
    const double step = 1e-5 * std::max(std::abs(point[i]), 1e-3);
    Point up = point, down = point;
    up[i] += step, down[i] -= step;
    const Slopes above = slopes_at(sample, up), below = slopes_at(sample, down);
    for (std::size_t j = 0; j < point.size(); ++j) {
      const double half = (below[j] - above[j]) / (4 * step);
      found.bent[i][j] += half, found.bent[j][i] += half;
    }
  }
  return found;
}

// Inverse of a symmetric positive definite matrix by Gauss-Jordan, rows scaled; nothing if it is
// not one.
std::optional<Square> inverse_of(const Square& matrix, std::size_t count) {
  Square a{}, inverse{};
  std::array<double, most_parameters> scale{};
  for (std::size_t i = 0; i < count; ++i) {
    if (!(matrix[i][i] > 0)) return std::nullopt;
    scale[i] = 1 / std::sqrt(matrix[i][i]);
  }
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < count; ++j) a[i][j] = matrix[i][j] * scale[i] * scale[j];
    inverse[i][i] = 1;
  }
  for (std::size_t pivot = 0; pivot < count; ++pivot) {
    const double by = a[pivot][pivot];  // stays above 0 exactly if the matrix is positive definite
    if (!(by > 1e-12)) return std::nullopt;
    for (std::size_t j = 0; j < count; ++j) a[pivot][j] /= by, inverse[pivot][j] /= by;
    for (std::size_t i = 0; i < count; ++i) {
      if (i == pivot) continue;
      const double times = a[i][pivot];
      for (std::size_t j = 0; j < count; ++j) {
        a[i][j] -= times * a[pivot][j];
        inverse[i][j] -= times * inverse[pivot][j];
      }
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < count; ++j) inverse[i][j] *= scale[i] * scale[j];
  }
  return inverse;
}

// Newton's method from where the search stopped: it stops on values, whose flat top hides the last
// digits of the point.
Garch polished(const Sample& sample, Garch model) {
  double height = sample.likelihood(model);
  for (int i = 0; i < 20; ++i) {
    const Curvature here = curvature_at(sample, model);
    Point point = point_of(model, sample.choice());
    const auto inverse = inverse_of(here.bent, point.size());
    if (!inverse) return model;
    double gain = 0;
    for (std::size_t row = 0; row < point.size(); ++row) {
      double move = 0;
      for (std::size_t j = 0; j < point.size(); ++j) move += (*inverse)[row][j] * here.slope[j];
      point[row] += move;
      gain += move * here.slope[row];
    }
    const Garch next = model_of(point, sample.choice());
    if (!admissible(next)) return model;
    const double reached = sample.likelihood(next);
    if (!(reached >= height - 1e-9)) return model;
    model = next;
    height = reached;
    if (std::abs(gain) < 1e-16) break;
  }
  return model;
}

Result<Garch> best_model(const Sample& sample) {
  const Choice& choice = sample.choice();
  const auto minus = [&](std::span<const double> x) {
    return -sample.likelihood(model_in_box(x, choice));
  };
  std::vector<double> lower{-1, -6, 0.001, 0.001}, upper{1, 4, most_persistence, 0.999};
  if (leveraged(choice)) lower.push_back(-1), upper.push_back(1);
  if (student(choice)) {
    lower.push_back(least_inverse_freedom), upper.push_back(most_inverse_freedom);
  }
  struct Start {
    double persistence, reaction_share;
  };
  std::optional<solve::Minimum> best;
  std::optional<Error> last;
  for (const Start& start : {Start{0.95, 0.1}, Start{0.7, 0.4}, Start{0.995, 0.05}}) {
    solve::Search search{.start = {0, 0, start.persistence, start.reaction_share},
                         .lower = lower,
                         .upper = upper,
                         .tolerance = 1e-10,
                         .evaluations_max = 5000};
    if (leveraged(choice)) search.start.push_back(0);
    if (student(choice)) search.start.push_back(0.15);
    const auto found = solve::minimum_of(minus, search);
    if (!found) {
      last = found.error();
    } else if (!best || found->value < best->value) {
      best = *found;
    }
  }
  if (!best) return *last;
  return polished(sample, model_in_box(best->at, choice));
}

// Standard errors from a covariance's diagonal, in the units of the returns.
Garch errors_from(const Square& covariance, const Choice& choice) {
  Point root(4 + std::size_t{leveraged(choice)} + std::size_t{student(choice)});
  for (std::size_t i = 0; i < root.size(); ++i) root[i] = std::sqrt(covariance[i][i]);
  return model_of(root, choice);
}

Square sandwich(const Square& bread, const Square& filling) {
  Square half{}, whole{};
  for (std::size_t i = 0; i < most_parameters; ++i) {
    for (std::size_t j = 0; j < most_parameters; ++j) {
      for (std::size_t k = 0; k < most_parameters; ++k) half[i][j] += bread[i][k] * filling[k][j];
    }
  }
  for (std::size_t i = 0; i < most_parameters; ++i) {
    for (std::size_t j = 0; j < most_parameters; ++j) {
      for (std::size_t k = 0; k < most_parameters; ++k) whole[i][j] += half[i][k] * bread[k][j];
    }
  }
  return whole;
}

Garch rescaled(Garch model, double unit) {
  model.mean *= unit;
  model.constant *= unit * unit;
  return model;
}

}  // namespace

double persistence_of(const Garch& model) {
  return model.reaction + model.leverage / 2 + model.memory;
}

double long_run_variance(const Garch& model) {
  LEVEE_EXPECT(persistence_of(model) < 1);
  return model.constant / (1 - persistence_of(model));
}

double variance_after(const Garch& model, const Shock& period) {
  const double reaction = model.reaction + (period.shock < 0 ? model.leverage : 0);
  return model.constant + reaction * period.shock * period.shock + model.memory * period.variance;
}

Result<GarchFit> fit_garch(std::span<const double> returns, const GarchChoice& choice) {
  if (returns.size() < fewest_returns) {
    return fail(Reason::missing_data, fmt::format("{} returns (a variance that moves needs {})",
                                                  returns.size(), fewest_returns));
  }
  if (!std::all_of(returns.begin(), returns.end(), [](double r) { return std::isfinite(r); })) {
    return fail(Reason::bad_input, "a return is not finite (leave its period out)");
  }
  const num::Estimate mean = num::mean_of(returns);
  const double unit = mean.standard_error * std::sqrt(static_cast<double>(returns.size()));
  if (!(unit > 0)) return fail(Reason::no_solution, "the returns do not move (nothing to fit)");

  // Fitted about the mean in units of the deviation: the same search whatever the returns' scale.
  std::vector<double> scaled(returns.begin(), returns.end());
  for (double& r : scaled) r = (r - mean.value) / unit;
  const Sample sample(scaled, choice);
  const auto model = best_model(sample);
  if (!model) return model.error();

  GarchFit fit{.model = rescaled(*model, unit),
               .errors = {},
               .robust_errors = {},
               .log_likelihood =
                   sample.likelihood(*model) - static_cast<double>(returns.size()) * std::log(unit),
               .variance = {},
               .residuals = {},
               .at_edge = on_edge(*model)};
  fit.model.mean += mean.value;
  fit.next_variance = unit * unit * sample.walk(*model, [&](const Shock& period) {
    fit.variance.push_back(period.variance * unit * unit);
    fit.residuals.push_back(period.shock / std::sqrt(period.variance));
  });
  if (fit.at_edge) return fit;
  const Curvature here = curvature_at(sample, *model);
  if (const auto inverse = inverse_of(here.bent, point_of(*model, choice).size())) {
    fit.errors = rescaled(errors_from(*inverse, choice), unit);
    fit.robust_errors = rescaled(errors_from(sandwich(*inverse, here.spread), choice), unit);
  }
  return fit;
}

double variance_ahead(const GarchFit& fit, int ahead) {
  LEVEE_EXPECT(ahead >= 1);
  const double rest = long_run_variance(fit.model);
  return rest + std::pow(persistence_of(fit.model), ahead - 1) * (fit.next_variance - rest);
}

LogReturn filtered_return(const GarchFit& fit, std::span<const std::size_t> rows) {
  double variance = fit.next_variance, sum = 0;
  for (const std::size_t row : rows) {
    LEVEE_EXPECT(row < fit.residuals.size());
    const Shock period{variance, std::sqrt(variance) * fit.residuals[row]};
    sum += fit.model.mean + period.shock;
    variance = variance_after(fit.model, period);
  }
  return LogReturn{sum};
}

}  // namespace levee::scenario

// levee/option/lognormal_grid.cpp — one equation a node, in ln v, whole in time.
#include "levee/option/lognormal_grid.h"

#include "levee/option/panels.h"

#include <numbers>

#include <fmt/core.h>

namespace levee::option {
namespace {

// H' = L H, L of three diagonals.
struct Operator {
  std::vector<Complex> below, at, above;
};

Complex times(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}
Complex inverse(Complex a) {
  const double norm = a.real() * a.real() + a.imag() * a.imag();
  return {a.real() / norm, -a.imag() / norm};
}

// One entry of (z - t L)^-1 1, eliminated towards it from both ends.
Complex resolved(const Operator& of, Complex z, double t, std::size_t now) {
  Complex above = 0, with_above = 0, below = 0, with_below = 0;
  for (std::size_t i = 0; i < now; ++i) {
    const Complex under = t * of.below[i];
    const Complex pivot = inverse(z - t * of.at[i] - times(under, below));
    with_below = times(1.0 + times(under, with_below), pivot);
    below = times(t * of.above[i], pivot);
  }
  for (std::size_t i = of.at.size() - 1; i > now; --i) {
    const Complex over = t * of.above[i];
    const Complex pivot = inverse(z - t * of.at[i] - times(over, above));
    with_above = times(1.0 + times(over, with_above), pivot);
    above = times(t * of.below[i], pivot);
  }
  const Complex under = t * of.below[now], over = t * of.above[now];
  return times(1.0 + times(under, with_below) + times(over, with_above),
               inverse(z - t * of.at[now] - times(under, below) - times(over, above)));
}

// The same entry of exp(t L) 1, by Cauchy's integral along a hyperbola about the spectrum, which
// lies within `angle` of the negative axis: other angles give the same digits.
Complex propagated(const Operator& of, double t, std::size_t now) {
  constexpr double angle = 0.5, digits = 28, height = 4;
  constexpr double alpha = (std::numbers::pi / 2 - angle) / 2;
  const double h = 2 * std::numbers::pi * alpha / (height + digits);
  const double end = std::acosh((1 + digits / height) / std::sin(alpha));
  Complex sum = 0;
  const int half = static_cast<int>(std::ceil(end / h));
  for (int k = -half; k <= half; ++k) {
    const Complex at{alpha, -h * k};
    const Complex z = height * (1.0 - std::sin(at));
    const Complex slope = height * std::cos(at);  // dz = i slope d(theta)
    sum += times(times(std::exp(z), slope), resolved(of, z, t, now));
  }
  return sum * (h / (2 * std::numbers::pi));
}

// Points in ln v, even, one of them on the volatility of now.
struct Axis {
  std::vector<double> v;
  std::size_t now = 0;
  double step = 0;
};

double square_of(const LognormalVol& model) {
  return model.beta * model.beta + model.vol_of_vol * model.vol_of_vol;
}

// Seven deviations beyond both the volatility of now and its average.
Axis axis_of(const LognormalVol& model, double expiry, int points) {
  const double speed = model.reversion + model.reversion_slope * model.average.value();
  const double spread =
      std::sqrt(square_of(model) * -std::expm1(-2 * speed * expiry) / (2 * speed));
  const double away = std::log(model.average.value() / model.now.value());
  const double wide = std::isfinite(spread) ? spread : std::sqrt(square_of(model) * expiry);
  const double lowest = std::min(0.0, away) - 7 * wide - 0.1;
  const double highest = std::max(0.0, away) + 7 * wide + 0.1;
  const double step = (highest - lowest) / points;
  const auto under = static_cast<int>(std::ceil(-lowest / step));
  Axis axis{.v = {}, .now = static_cast<std::size_t>(under), .step = step};
  for (int i = -under; i <= static_cast<int>(std::ceil(highest / step)); ++i) {
    axis.v.push_back(model.now.value() * std::exp(i * step));
  }
  return axis;
}

Operator operator_of(const LognormalVol& model, const Axis& axis, double u) {
  const Complex s{0.5, u};
  const double square = square_of(model), h = axis.step;
  const double spread = square / (2 * h * h);
  Operator made;
  for (std::size_t i = 0; i < axis.v.size(); ++i) {
    const double v = axis.v[i];
    const Complex drift =
        (model.reversion + model.reversion_slope * v) * (model.average.value() - v) / v -
        square / 2 + s * model.beta * v;
    const double decay = -0.5 * (u * u + 0.25) * v * v;
    if (i == 0) {  // at the ends no curvature, and what drifts out stays
      const Complex in = drift.real() > 0 ? drift / h : 0;
      made.below.push_back(0), made.at.push_back(decay - in), made.above.push_back(in);
    } else if (i + 1 == axis.v.size()) {
      const Complex in = drift.real() < 0 ? drift / h : 0;
      made.below.push_back(-in), made.at.push_back(decay + in), made.above.push_back(0);
    } else {
      made.below.push_back(spread - drift / (2 * h));
      made.at.push_back(decay - 2 * spread);
      made.above.push_back(spread + drift / (2 * h));
    }
  }
  return made;
}

}  // namespace

Result<Transform> lognormal_grid(const LognormalVol& model, Years expiry, const Reach& reach,
                                 const GridPlan& plan) {
  LEVEE_EXPECT(plan.points >= 20);
  const auto checked = check_lognormal(model);
  if (!checked) return checked.error();
  const auto asked = check_reach(expiry, reach);
  if (!asked) return asked.error();
  const std::array axes{axis_of(model, expiry.value(), plan.points),
                        axis_of(model, expiry.value(), 2 * plan.points)};
  auto law = on_panels(
      [&](const NodePair& pair, std::array<Complex, 2>& value) {
        for (const std::size_t i : {0U, 1U}) {
          std::array<Complex, 2> by;
          for (const std::size_t grid : {0U, 1U}) {
            const Operator of = operator_of(model, axes[grid], pair.u[i]);
            by[grid] = propagated(of, expiry.value(), axes[grid].now);
          }
          const Complex correction = (by[1] - by[0]) / 3.0;
          if (!(std::abs(correction) < 1e-3)) return false;
          value[i] = by[1] + correction;
        }
        return true;
      },
      reach, 1e-11);
  if (law) return *std::move(law);
  return fail(Reason::not_converged,
              fmt::format("the log-normal grid to {} years needs more than {} points",
                          expiry.value(), plan.points));
}

}  // namespace levee::option

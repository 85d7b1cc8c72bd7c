// levee/option/contour.cpp — the payoff's transform on the contour where it oscillates least.
#include "levee/option/contour.h"

#include "levee/option/cosine.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/core.h>

namespace levee::option {
namespace {

// ln of the integrand over the strike; s right of 1 makes a call of it and left of 0 a put.
class Integrand {
 public:
  Integrand(const Model& model, const Term& term, Price strike)
      : model_(&model),
        expiry_(term.expiry),
        log_ratio_(std::log(term.forward.value() / strike.value())) {}

  Complex operator()(Complex s) const {
    return model_->exponent(s, expiry_) + s * log_ratio_ - std::log(s * (s - 1.0));
  }
  /// On the real line, where it is convex outside [0, 1].
  double operator()(double z) const {
    return model_->exponent(Complex{z}, expiry_).real() + z * log_ratio_ - std::log(z * (z - 1));
  }

 private:
  const Model* model_;
  Years expiry_;
  double log_ratio_;
};

// As far from the pole as the integrand falls, and once more; `limit` is where moments end.
double reach_of(const Integrand& integrand, double pole, double first, double limit) {
  double reach = std::min(first, std::abs(limit));
  const auto at = [&](double away) { return integrand(pole + std::copysign(away, limit)); };
  while (2 * reach < std::abs(limit) && at(2 * reach) < at(reach)) reach *= 2;
  return std::copysign(std::min(2 * reach, std::abs(limit)), limit);
}

// Where the integrand is least between its pole at `pole` and `reach` beyond.
double saddle_of(const Integrand& integrand, double pole, double reach) {
  constexpr double golden = 0.6180339887498949;
  double lo = std::log(1e-6 * std::abs(reach)), hi = std::log(0.98 * std::abs(reach));
  const auto at = [&](double log_away) { return pole + std::copysign(std::exp(log_away), reach); };
  double left = hi - golden * (hi - lo), right = lo + golden * (hi - lo);
  double f_left = integrand(at(left)), f_right = integrand(at(right));
  for (int i = 0; i < 30; ++i) {
    if (!(f_right < f_left)) {
      hi = right, right = left, f_right = f_left;
      left = hi - golden * (hi - lo), f_left = integrand(at(left));
    } else {
      lo = left, left = right, f_left = f_right;
      right = lo + golden * (hi - lo), f_right = integrand(at(right));
    }
  }
  return at((lo + hi) / 2);
}

// One over the root of the curvature: the width of the integrand's hump.
double width_at(const Integrand& integrand, double saddle, double room) {
  const double step = 0.05 * room;
  const double curve = integrand(saddle + step) - 2 * integrand(saddle) + integrand(saddle - step);
  return curve > 0 ? std::min(step / std::sqrt(curve), room) : room;
}

// The integral over the half line, u = width sinh(t), by the trapezoidal rule at ever half the
// step.
class Trapezoid {
 public:
  Trapezoid(const Integrand& integrand, double saddle, double width)
      : integrand_(&integrand),
        saddle_(saddle),
        width_(width),
        top_(integrand(Complex{saddle}).real()) {}

  /// Over the integrand's height at the saddle, to 1e-12 of itself or to `least`.
  Result<double> value(double least) {
    constexpr int nodes_max = 1 << 16;
    double step = 0.25;
    double sum = 0.5 * node(0) + sum_of(step, step);
    double before = sum * step;
    for (int halvings = 0; nodes_ < nodes_max; ++halvings) {
      sum += sum_of(step / 2, step);
      step /= 2;
      const double now = sum * step;
      const double moved = std::abs(now - before);
      if (halvings > 0 && moved <= std::max(1e-12 * std::abs(now), least)) return now;
      before = now;
    }
    return fail(Reason::not_converged,
                fmt::format("a contour integral did not settle in {} nodes", nodes_));
  }
  double log_height() const { return top_; }

 private:
  double node(double t) {
    ++nodes_;
    const Complex log_value = (*integrand_)({saddle_, width_ * std::sinh(t)}) - top_;
    size_ = std::exp(log_value.real()) * std::cosh(t);
    return width_ * std::cosh(t) * std::exp(log_value).real();
  }
  // Until sixteen nodes in a row are too small to count.
  double sum_of(double from, double step) {
    double sum = 0;
    int small = 0;
    for (double t = from; small < 16 && t < 40; t += step) {
      sum += node(t);
      small = size_ < 1e-18 ? small + 1 : 0;
    }
    return sum;
  }

  const Integrand* integrand_;
  double saddle_, width_, top_;
  double size_ = 0;
  int nodes_ = 0;
};

}  // namespace

Result<Usd> contour_price(const Model& model, const Term& term, Type type, Price strike) {
  const auto checked = check_claims(term, std::span(&strike, 1));
  if (!checked) return checked.error();
  const Integrand integrand(model, term, strike);
  const Moments moments = model.kind->moments(term.expiry, model.parameters);
  const double deviation = std::sqrt(cumulants_of(model, term.expiry).variance);
  const double forward = term.forward.value(), ratio = strike.value() / forward;
  const Type outer = ratio >= 1 ? Type::call : Type::put;
  const double pole = outer == Type::call ? 1 : 0;
  const double limit = outer == Type::call ? moments.highest - 1 : moments.lowest;
  const double reach = reach_of(integrand, pole, 1 / deviation, limit);
  const double saddle = saddle_of(integrand, pole, reach);
  const double room = std::min(std::abs(saddle - pole), std::abs(pole + limit - saddle));
  Trapezoid integral(integrand, saddle, width_at(integrand, saddle, room));
  const double scale = strike.value() * std::exp(integral.log_height()) / std::numbers::pi;
  const auto value = integral.value(1e-20 * forward / scale);
  if (!value) return value.error();
  const double price = *value * scale;
  if (type == outer) return Usd{price};
  return Usd{type == Type::call ? price + forward - strike.value()
                                : price + strike.value() - forward};
}

}  // namespace levee::option

// levee/option/cosine.cpp — the density's cosines against the put's.
#include "levee/option/cosine.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/core.h>

namespace levee::option {
namespace {

bool usable(double x) { return x > 0 && std::isfinite(x); }

// The density's cosine coefficients over 1 + u^2, which every put has in common.
struct Series {
  Interval over;
  std::vector<double> weight;
  double left = 0;  // of a put's price over its strike, what later terms may add

  double width() const { return over.upper - over.lower; }
};

// Nothing where the terms run out.
Result<Series> series_of(const Model& model, const Term& term, const Interval& over, double left) {
  constexpr int block = 16;
  Series series{.over = over, .weight = {}};
  const double step = std::numbers::pi / series.width();
  while (series.weight.size() < cosine_terms_max) {
    for (int i = 0; i < block; ++i) {
      const double u = step * static_cast<double>(series.weight.size());
      const Complex log_value = model.exponent({0, u}, term.expiry) - Complex{0, u * over.lower};
      series.weight.push_back(2 / series.width() * std::exp(log_value).real() / (1 + u * u));
    }
    // Terms fall as 1 / u^2 at least, times a characteristic function within its envelope.
    const double last = step * static_cast<double>(series.weight.size());
    series.left = 4 / (std::numbers::pi * last) *
                  std::exp(model.kind->envelope(last, term.expiry, model.parameters));
    if (series.left < left) return series;
  }
  return fail(Reason::not_converged,
              fmt::format("{} of {} years needs more than {} cosine terms", model.kind->name,
                          term.expiry.value(), cosine_terms_max));
}

// Over the forward: the sum of the density's coefficients times those of (k - exp(x))+.
double put_of(const Series& series, double strike) {
  const double away = std::log(strike) - series.over.lower;
  if (away <= 0) return 0;
  if (away >= series.width()) return strike - 1;
  const double floor = std::exp(series.over.lower), step = std::numbers::pi / series.width();
  // cos and sin of k * angle by rotation, set right now and then.
  const Complex turn = std::polar(1.0, step * away);
  Complex at{1, 0};
  double sum = 0.5 * series.weight[0] * (strike * (away - 1) + floor);
  for (std::size_t k = 1; k < series.weight.size(); ++k) {
    const double u = step * static_cast<double>(k);
    at = k % 64 == 0 ? std::polar(1.0, u * away)
                     : Complex{at.real() * turn.real() - at.imag() * turn.imag(),
                               at.real() * turn.imag() + at.imag() * turn.real()};
    sum += series.weight[k] * (strike * (at.imag() / u - at.real()) + floor);
  }
  return sum;
}

}  // namespace

Result<Done> check_claims(const Term& term, std::span<const Price> strikes) {
  if (!usable(term.forward.value()) || !usable(term.expiry.value())) {
    return fail(Reason::out_of_range, fmt::format("forward {} and {} years (must be positive)",
                                                  term.forward.value(), term.expiry.value()));
  }
  for (const Price strike : strikes) {
    if (!usable(strike.value())) {
      return fail(Reason::out_of_range,
                  fmt::format("strike {} (must be positive)", strike.value()));
    }
  }
  return Done{};
}

Result<CosinePuts> cosine_puts(const Model& model, const Term& term, std::span<const Price> strikes,
                               double tolerance) {
  LEVEE_EXPECT(tolerance >= 1e-13 && tolerance <= 1e-2);
  const auto checked = check_claims(term, strikes);
  if (!checked) return checked.error();
  if (strikes.empty()) return CosinePuts{};
  // What is missing of a put is at most its strike times the probability outside the range.
  const double forward = term.forward.value();
  const double highest = std::max(1.0, std::ranges::max(strikes).value() / forward);
  const double each = tolerance / (4 * highest);
  const auto series =
      series_of(model, term, interval_of(model, term.expiry, each), tolerance / (2 * highest));
  if (!series) return series.error();
  CosinePuts found{.put = {},
                   .error = highest * (2 * each + series->left + 1e-14),
                   .terms = static_cast<int>(series->weight.size())};
  for (const Price strike : strikes) {
    found.put.push_back(Usd{forward * put_of(*series, strike.value() / forward)});
  }
  return found;
}

}  // namespace levee::option

#include "levee/option/ssvi.h"

#include "levee/solve/minimize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/core.h>
#include <boost/math/tools/minima.hpp>

namespace levee::option {

double Ssvi::phi(double theta) const {
  return eta / (std::pow(theta, gamma) * std::pow(1 + theta, 1 - gamma));
}

double Ssvi::variance(double k, double theta) const {
  const double x = phi(theta) * k;
  return theta / 2 * (1 + rho * x + std::sqrt((x + rho) * (x + rho) + 1 - rho * rho));
}

Svi Ssvi::slice(double theta) const {
  LEVEE_EXPECT(theta > 0);
  const double scale = phi(theta), across = 1 - rho * rho;
  return {.a = theta / 2 * across,
          .b = theta * scale / 2,
          .rho = rho,
          .m = -rho / scale,
          .s = std::sqrt(across) / scale};
}

ButterflySums butterfly_sums(const Ssvi& ssvi, double theta) {
  LEVEE_EXPECT(theta > 0);
  const double phi = ssvi.phi(theta), both = 1 + std::abs(ssvi.rho);
  return {theta * phi * both, theta * phi * phi * both};
}

bool is_free_everywhere(const Ssvi& ssvi) {
  return std::abs(ssvi.rho) < 1 && ssvi.eta > 0 && ssvi.gamma > 0 && ssvi.gamma <= 0.5 &&
         ssvi.eta * (1 + std::abs(ssvi.rho)) <= 2;
}

namespace {

// Any values of the three are a surface free of arbitrage.
Ssvi surface_of(std::span<const double> x) {
  const double rho = std::tanh(x[0]);
  return {.rho = rho,
          .eta = 2 / (1 + std::abs(rho)) / (1 + std::exp(-x[1])),
          .gamma = 0.5 / (1 + std::exp(-x[2]))};
}

Result<int> counted(std::span<const SsviExpiry> expiries) {
  int count = 0;
  double before = 0;
  for (const SsviExpiry& expiry : expiries) {
    if (!(expiry.theta > before) || !std::isfinite(expiry.theta)) {
      return fail(Reason::bad_input, fmt::format("total variance {} at the money (must be positive "
                                                 "and grow from expiry to expiry)",
                                                 expiry.theta));
    }
    before = expiry.theta;
    for (const VariancePoint& point : expiry.points) {
      const bool sane = std::isfinite(point.k) && std::isfinite(point.variance) &&
                        point.variance > 0 && std::isfinite(point.weight) && point.weight >= 0;
      if (!sane) {
        return fail(Reason::bad_input, fmt::format("total variance {} at k = {} (must be finite "
                                                   "and positive)",
                                                   point.variance, point.k));
      }
      count += point.weight > 0 ? 1 : 0;
    }
  }
  return count;
}

}  // namespace

Result<SsviFit> fit_ssvi(std::span<const SsviExpiry> expiries) {
  const auto count = counted(expiries);
  if (!count) return count.error();
  if (*count < 5) {
    return fail(Reason::missing_data, fmt::format("{} points (five are the least)", *count));
  }
  enum class Of { ratio, variance };
  const auto mean_square = [&](const Ssvi& ssvi, Of of) {
    double sum = 0, weight = 0;
    for (const SsviExpiry& expiry : expiries) {
      const double unit = of == Of::ratio ? expiry.theta : 1;
      for (const VariancePoint& point : expiry.points) {
        const double off = (ssvi.variance(point.k, expiry.theta) - point.variance) / unit;
        sum += point.weight * off * off;
        weight += point.weight;
      }
    }
    return sum / weight;
  };
  const auto loss = [&](std::span<const double> x) {
    return mean_square(surface_of(x), Of::ratio);
  };
  std::optional<solve::Minimum> best;
  for (const double skew : {-0.5, 0.0, 0.5}) {
    solve::Search search{.start = {skew, 0, 0}, .lower = {-4, -9, -9}, .upper = {4, 12, 9}};
    search.tolerance = 1e-12;
    const auto found = solve::minimum_of(loss, search);
    if (found && (!best || found->value < best->value)) best = *found;
  }
  if (!best) return fail(Reason::no_solution, "surface (no start of the fit converged)");
  const Ssvi ssvi = surface_of(best->at);
  return SsviFit{ssvi, std::sqrt(mean_square(ssvi, Of::variance))};
}

Crossing worst_crossing(const Svi& earlier, const Svi& later) {
  LEVEE_EXPECT(earlier.s > 0 && later.s > 0);
  LEVEE_EXPECT(std::isfinite(earlier.least_variance() + earlier.m));
  LEVEE_EXPECT(std::isfinite(later.least_variance() + later.m));
  constexpr double infinity = std::numeric_limits<double>::infinity();
  // A steeper wing of the earlier one crosses in the end, however late.
  if (earlier.b * (1 - earlier.rho) > later.b * (1 - later.rho)) return {-infinity, infinity};
  if (earlier.b * (1 + earlier.rho) > later.b * (1 + later.rho)) return {infinity, infinity};
  const double middle = (earlier.m + later.m) / 2;
  const double width = std::max({earlier.s, later.s, std::abs(earlier.m - later.m)});
  constexpr int steps = 800;
  constexpr double reach = 12;
  const auto strike = [&](double y) { return middle + width * std::sinh(y); };
  const auto room = [&](double y) {
    return later.variance(strike(y)) - earlier.variance(strike(y));
  };
  const auto place = [](int i) { return reach * (2.0 * i / steps - 1); };
  Crossing worst{strike(-reach), -room(-reach)};
  double before = room(place(0)), here = room(place(1));
  for (int i = 1; i < steps; ++i) {
    const double after = room(place(i + 1));
    if (here <= before && here <= after) {
      constexpr int bits = std::numeric_limits<double>::digits / 2;
      const auto [y, least] =
          boost::math::tools::brent_find_minima(room, place(i - 1), place(i + 1), bits);
      if (-least > worst.depth) worst = {strike(y), -least};
    }
    before = here;
    here = after;
  }
  if (const double end = room(reach); -end > worst.depth) worst = {strike(reach), -end};
  return worst;
}

}  // namespace levee::option

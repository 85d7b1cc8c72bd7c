#include "levee/option/svi.h"

#include "levee/solve/minimize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/core.h>
#include <boost/math/tools/minima.hpp>

namespace levee::option {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double free_of_it = -1e-9;  // g at the edge of arbitrage, rounded.

// g's limit where the wing's slope is `slope`: w' tends to it, k w' / w to 1 and w'' to 0.
double butterfly_of_wing(double slope) { return (1 - slope * slope / 4) / 4; }

bool is_smile(const Svi& svi) {
  return std::isfinite(svi.a) && std::isfinite(svi.m) && svi.b >= 0 && std::isfinite(svi.b) &&
         std::abs(svi.rho) < 1 && svi.s > 0 && std::isfinite(svi.s) && svi.least_variance() > 0;
}

bool is_free(const Svi& svi) { return is_smile(svi) && least_butterfly(svi).value >= free_of_it; }

}  // namespace

double Svi::variance(double k) const { return shape_of(*this, k).value; }

double Svi::least_variance() const { return a + b * s * std::sqrt(1 - rho * rho); }

SviShape shape_of(const Svi& svi, double k) {
  const double x = k - svi.m, root = std::hypot(x, svi.s);
  return {svi.a + svi.b * (svi.rho * x + root), svi.b * (svi.rho + x / root),
          svi.b * svi.s * svi.s / (root * root * root)};
}

double butterfly(const Svi& svi, double k) {
  const auto [w, slope, curvature] = shape_of(svi, k);
  const double pull = 1 - k * slope / (2 * w);
  return pull * pull - slope * slope / 4 * (1 / w + 0.25) + curvature / 2;
}

LeastButterfly least_butterfly(const Svi& svi) {
  LEVEE_EXPECT(svi.s > 0 && svi.least_variance() > 0);
  LEVEE_EXPECT(std::isfinite(svi.least_variance() + svi.m + svi.s));
  LeastButterfly least{infinity, butterfly_of_wing(svi.b * (1 + svi.rho))};
  if (const double left = butterfly_of_wing(svi.b * (1 - svi.rho)); left < least.value) {
    least = {-infinity, left};
  }
  // Strikes as wide as the wings are long, close together around the bend.
  constexpr int steps = 600;
  constexpr double reach = 14;
  const auto strike = [&svi](double y) { return svi.m + svi.s * std::sinh(y); };
  const auto g = [&](double y) { return butterfly(svi, strike(y)); };
  const auto place = [](int i) { return reach * (2.0 * i / steps - 1); };
  double before = g(place(0)), here = g(place(1));
  for (int i = 1; i < steps; ++i) {
    const double after = g(place(i + 1));
    if (here <= before && here <= after) {
      constexpr int bits = std::numeric_limits<double>::digits / 2;
      const auto [y, value] =
          boost::math::tools::brent_find_minima(g, place(i - 1), place(i + 1), bits);
      if (value < least.value) least = {strike(y), value};
    }
    before = here;
    here = after;
  }
  return least;
}

JumpWings wings_of(const Svi& svi, Years tenor) {
  const double t = tenor.value();
  LEVEE_EXPECT(t > 0 && std::isfinite(t) && svi.s > 0);
  const double w = svi.variance(0), root = std::sqrt(w);
  LEVEE_EXPECT(w > 0);
  return {.variance = w / t,
          .skew = svi.b / (2 * root) * (svi.rho - svi.m / std::hypot(svi.m, svi.s)),
          .put_wing = svi.b * (1 - svi.rho) / root,
          .call_wing = svi.b * (1 + svi.rho) / root,
          .least_variance = svi.least_variance() / t};
}

Result<Svi> svi_of(const JumpWings& wings, Years tenor) {
  const double t = tenor.value(), w = wings.variance * t, least = wings.least_variance * t;
  const auto none = [](const char* why) {
    return fail(Reason::no_solution, fmt::format("jump wings ({}) no SVI has them", why));
  };
  if (!(t > 0) || !(w > 0) || !(least > 0) || !(least <= w)) {
    return none("need tenor > 0 and 0 < least variance <= variance at the money");
  }
  const double root = std::sqrt(w), both = wings.put_wing + wings.call_wing;
  if (!(wings.put_wing >= 0) || !(wings.call_wing >= 0) || !(both > 0)) {
    return none("a wing is negative, or both are flat");
  }
  Svi svi;
  svi.b = root / 2 * both;
  svi.rho = 1 - wings.put_wing * root / svi.b;
  const double across = std::sqrt(1 - svi.rho * svi.rho);
  const double beta = svi.rho - 2 * wings.skew * root / svi.b;  // m / sqrt(m^2 + s^2)
  if (!(std::abs(beta) < 1) || !(across > 0)) return none("the skew is steeper than the wings");
  const double bend = 1 - svi.rho * beta - across * std::sqrt(1 - beta * beta);
  if (bend <= 0) return none("the variance at the money is the least one, yet the skew is not 0");
  // w(0) - least = b sqrt(m^2 + s^2) bend, with m = beta and s = sqrt(1 - beta^2) of that root.
  const double radius = (w - least) / (svi.b * bend);
  svi.m = beta * radius;
  svi.s = std::sqrt(1 - beta * beta) * radius;
  if (!(svi.s > 0)) return none("the bend has no width");
  svi.a = least - svi.b * svi.s * across;
  return svi;
}

Result<Svi> repaired(const Svi& svi, Years tenor) {
  LEVEE_EXPECT(tenor.value() > 0 && std::isfinite(tenor.value()));
  if (is_free(svi)) return svi;
  if (!is_smile(svi)) {
    return fail(Reason::no_solution, "smile to repair (its variance is not positive everywhere)");
  }
  const JumpWings from = wings_of(svi, tenor);
  const double c = from.put_wing + 2 * from.skew, sum = from.put_wing + c;
  const double least = from.variance * 4 * from.put_wing * c / (sum * sum);
  // Part of the way: 0 the smile as it is, 1 the one of the theorem.
  const auto on_the_way = [&](double part) -> std::optional<Svi> {
    JumpWings wings = from;
    wings.call_wing += part * (c - from.call_wing);
    wings.least_variance += part * (least - from.least_variance);
    const auto made = svi_of(wings, tenor);
    return made && is_free(*made) ? std::optional(*made) : std::nullopt;
  };
  auto best = on_the_way(1);
  if (!best) {
    return fail(Reason::no_solution,
                "smile to repair (its skew and left wing belong to no smile without arbitrage)");
  }
  double bad = 0, good = 1;
  for (int halving = 0; halving < 40; ++halving) {
    const double middle = (bad + good) / 2;
    if (const auto made = on_the_way(middle)) {
      best = made;
      good = middle;
    } else {
      bad = middle;
    }
  }
  return *best;
}

namespace {

// The fit's own variables: any values of them are a smile of positive variance inside Lee's bound.
constexpr std::size_t unknowns = 5;
Svi smile_of(std::span<const double> x) {
  Svi svi;
  svi.m = x[0];
  svi.s = std::exp(x[1]);
  svi.rho = std::tanh(x[2]);
  svi.b = 2 / (1 + std::abs(svi.rho)) / (1 + std::exp(-x[3]));
  svi.a = std::exp(x[4]) - svi.b * svi.s * std::sqrt(1 - svi.rho * svi.rho);
  return svi;
}

struct Extent {
  double first = infinity, last = -infinity, low = infinity, high = 0, weight = 0;
};

double squares(const Svi& svi, std::span<const VariancePoint> points) {
  double sum = 0;
  for (const VariancePoint& point : points) {
    const double off = svi.variance(point.k) - point.variance;
    sum += point.weight * off * off;
  }
  return sum;
}

// How far below 0 the density goes on a grid around the strikes, squared.
double negative_density(const Svi& svi, const Extent& extent) {
  constexpr int steps = 60;
  const double width = extent.last - extent.first;
  double sum = 0;
  for (int i = 0; i <= steps; ++i) {
    const double g = butterfly(svi, extent.first - width + 3 * width * i / steps);
    if (g < 0) sum += g * g;
  }
  return sum / steps;
}

Result<Extent> extent_of(std::span<const VariancePoint> points) {
  Extent extent;
  int count = 0;
  for (const VariancePoint& point : points) {
    const bool sane = std::isfinite(point.k) && std::isfinite(point.variance) &&
                      point.variance > 0 && std::isfinite(point.weight) && point.weight >= 0;
    if (!sane) {
      return fail(Reason::bad_input, fmt::format("total variance {} at k = {}, weight {} (must be "
                                                 "finite; variance positive, weight not negative)",
                                                 point.variance, point.k, point.weight));
    }
    if (point.weight == 0) continue;
    ++count;
    extent.first = std::min(extent.first, point.k);
    extent.last = std::max(extent.last, point.k);
    extent.low = std::min(extent.low, point.variance);
    extent.high = std::max(extent.high, point.variance);
    extent.weight += point.weight;
  }
  if (count < 5 || !(extent.last > extent.first)) {
    return fail(Reason::missing_data,
                fmt::format("{} strikes of one expiry (five different ones are the least)", count));
  }
  return extent;
}

struct Begin {
  double bend, skew;
};

Result<solve::Minimum> fit_from(const Begin& begin, std::span<const VariancePoint> points,
                                const Extent& extent) {
  const double width = extent.last - extent.first;
  const auto lowest = std::ranges::min_element(points, {}, [](const VariancePoint& point) {
    return point.weight > 0 ? point.variance : infinity;
  });
  const double scale = extent.weight * extent.high * extent.high;
  const auto loss = [&](std::span<const double> x) {
    const Svi svi = smile_of(x);
    return squares(svi, points) / scale + negative_density(svi, extent);
  };
  const double slope = std::clamp((extent.high - extent.low) / width, 1e-4, 1.5);
  solve::Search search{
      .start = {lowest->k, std::log(begin.bend * width), begin.skew, std::log(slope / (2 - slope)),
                std::log(extent.low * 0.9)},
      .lower = {extent.first - width, std::log(1e-3 * width), -4, -14, std::log(extent.low) - 12},
      .upper = {extent.last + width, std::log(20 * width), 4, 9, std::log(extent.high)}};
  search.tolerance = 1e-11;
  for (std::size_t i = 0; i < unknowns; ++i) {
    search.start[i] = std::clamp(search.start[i], search.lower[i], search.upper[i]);
  }
  return solve::minimum_of(loss, search);
}

}  // namespace

Result<SviFit> fit_svi(std::span<const VariancePoint> points, Years tenor) {
  if (!(tenor.value() > 0 && std::isfinite(tenor.value()))) {
    return fail(Reason::bad_input, "tenor (must be positive and finite)");
  }
  const auto extent = extent_of(points);
  if (!extent) return extent.error();
  std::optional<solve::Minimum> best;
  constexpr std::array<Begin, 4> begins{{{0.3, -0.3}, {0.1, 0.3}, {1, -0.8}, {0.05, 0}}};
  for (const Begin& begin : begins) {
    const auto found = fit_from(begin, points, *extent);
    if (found && (!best || found->value < best->value)) best = *found;
  }
  if (!best) return fail(Reason::no_solution, "smile (no start of the fit converged)");

  SviFit fit{.svi = smile_of(best->at)};
  if (!is_free(fit.svi)) {
    const auto mended = repaired(fit.svi, tenor);
    if (!mended) return mended.error();
    fit.svi = *mended;
    fit.repaired = true;
  }
  fit.least_g = least_butterfly(fit.svi).value;
  fit.error = std::sqrt(squares(fit.svi, points) / extent->weight);
  return fit;
}

}  // namespace levee::option

#include "levee/option/fair_variance.h"

#include "levee/option/black.h"
#include "levee/option/moved_smile.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace levee::option {
namespace {

// Gauss-Legendre, 8 points: half of the symmetric nodes and weights.
// src: Abramowitz & Stegun (1964), table 25.4
constexpr std::array<double, 4> node{0.183434642495649805, 0.525532409916328986,
                                     0.796666477413626740, 0.960289856497536232};
constexpr std::array<double, 4> weight{0.362683783378361983, 0.313706645877887287,
                                       0.222381034453374471, 0.101228536290376259};

template <class Function>
double integral(Function f, double from, double to) {
  const double middle = (from + to) / 2, half = (to - from) / 2;
  double sum = 0;
  for (std::size_t i = 0; i < node.size(); ++i) {
    sum += weight[i] * (f(middle - half * node[i]) + f(middle + half * node[i]));
  }
  return sum * half;
}

// Chebyshev points of one reach; a reach of no width has one.
constexpr std::size_t points_most = 9;

std::size_t points_in(const FairVariance::Reach& reach) {
  return reach.most > reach.least ? points_most : 1;
}

double point_at(const FairVariance::Reach& reach, std::size_t i) {
  if (points_in(reach) == 1) return reach.least;
  const double angle = std::numbers::pi * static_cast<double>(i) / (points_most - 1);
  return (reach.least + reach.most) / 2 - (reach.most - reach.least) / 2 * std::cos(angle);
}

std::vector<double> points_of(const FairVariance::Reach& reach) {
  std::vector<double> points;
  for (std::size_t i = 0; i < points_in(reach); ++i) points.push_back(point_at(reach, i));
  return points;
}

// What every point's value counts for at `x`, summing to 1.
using Counts = std::array<double, points_most>;
Counts counts_at(std::span<const double> points, double x) {
  Counts counts{};
  if (points.size() == 1) return counts[0] = 1, counts;
  double sum = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double away = x - points[i];
    if (away == 0) {
      counts.fill(0);
      counts[i] = 1;
      return counts;
    }
    const bool end = i == 0 || i + 1 == points.size();
    counts[i] = (i % 2 == 0 ? 1 : -1) * (end ? 0.5 : 1) / away;
    sum += counts[i];
  }
  for (double& one : counts) one /= sum;
  return counts;
}

}  // namespace

double fair_variance(const Surface::Slice& slice, const SmileMove& move, const WingEnd& end) {
  LEVEE_EXPECT(slice.tenor > 0 && std::isfinite(move.log_factor) && std::isfinite(move.skew));
  const double factor = std::exp(move.log_factor);
  const double spread = factor * std::sqrt(slice.variance(0)), flat = end.deviations * spread;
  const auto vol = [&](double k) {
    const double moved = factor * slice.vol(std::clamp(k, -flat, flat));
    if (move.skew == 0) return moved;
    return moved * std::exp(move.skew * std::clamp(k / slice.root, -skew_reach, skew_reach));
  };
  // Out-of-the-money price over strike, on a forward of 1, at k = ln(K/F): with dK / K^2 = dk / K
  // this is the integrand of the log contract.
  const auto over_strike = [&](double k) {
    const BlackInputs on{Price{1}, Years{slice.tenor}, Vol{vol(k)}};
    const auto type = k < 0 ? Type::put : Type::call;
    return black_price(type, Price{std::exp(k)}, on).value() / std::exp(k);
  };
  // Panels from the forward outwards, each a little wider, until two add nothing. A smile bends on
  // the scale of its deviation or of its own s, whichever is smaller; it has a corner where the
  // move of its skew ends, and where its wings do.
  const double first = std::min({spread, slice.near.s, slice.far.s}) / 4;
  std::array<double, 2> corner{move.skew == 0 ? 0 : skew_reach * slice.root, flat};
  std::ranges::sort(corner);
  double sum = 0;
  for (const double side : {-1.0, 1.0}) {
    double at = 0, width = first;
    for (int quiet = 0, panel = 0; quiet < 2 && panel < 1000; ++panel) {
      double next = at + width;
      for (const double one : corner) {
        if (at < one && one < next) next = one;
      }
      const double from = side * at, to = side * next;
      const double part = integral(over_strike, std::min(from, to), std::max(from, to));
      sum += part;
      quiet = part < 1e-10 * sum ? quiet + 1 : 0;
      at = next;
      width = std::min(width * 1.05, spread);
    }
  }
  return 2 * sum;
}

FairVariance::FairVariance(const Surface::Slice& slice, const Reach& log_factor, const Reach& skew,
                           const WingEnd& end)
    : log_factor_(points_of(log_factor)), skew_(points_of(skew)) {
  LEVEE_EXPECT(log_factor.least <= log_factor.most && skew.least <= skew.most);
  for (const double turn : skew_) {
    for (const double up : log_factor_) {
      value_.push_back(std::log(fair_variance(slice, {up, turn}, end)) - 2 * up);
    }
  }
}

double FairVariance::at(const SmileMove& move) const {
  const Counts across = counts_at(log_factor_, move.log_factor), down = counts_at(skew_, move.skew);
  const std::size_t width = log_factor_.size();
  double sum = 0;
  for (std::size_t j = 0; j < skew_.size(); ++j) {
    double row = 0;
    for (std::size_t i = 0; i < width; ++i) row += across[i] * value_[j * width + i];
    sum += down[j] * row;
  }
  return std::exp(sum + 2 * move.log_factor);
}

}  // namespace levee::option

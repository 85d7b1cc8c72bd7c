#include "levee/option/smile_fit.h"

#include "levee/option/ssvi.h"
#include "levee/solve/least_squares.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace levee::option {
namespace {

constexpr double steepest = 1.99;  // Of a wing; Lee's bound is 2.

// The search's variables: where the bend is, the log of its width, the slopes of both wings and
// the log of the least variance. Any values of them are a smile inside Lee's bound.
constexpr std::size_t unknowns = 5;
Svi smile_of(std::span<const double> x) {
  const double left = x[2], right = x[3], s = std::exp(x[1]);
  return {.a = std::exp(x[4]) - s * std::sqrt(left * right),
          .b = (left + right) / 2,
          .rho = (right - left) / (right + left),
          .m = x[0],
          .s = s};
}
std::array<double, unknowns> variables_of(const Svi& svi) {
  return {svi.m, std::log(svi.s), svi.b * (1 - svi.rho), svi.b * (1 + svi.rho),
          std::log(svi.least_variance())};
}

// Strikes where butterflies and crossings are looked for, and how much they hurt.
constexpr std::size_t places = 36;
constexpr double butterfly_margin = 2e-3;  // Of g, asked for beyond 0.
constexpr double butterfly_pain = 1000;
constexpr double wing_trust = 0.5;        // What the prior is taken to know of a wing, relative.
constexpr double crossing_margin = 2e-4;  // Of the earlier variance.
constexpr double crossing_pain = 50;      // In half widths.

// As shape_of and butterfly, which are safe at any k; here they are asked a million times near 0.
SviShape near_shape(const Svi& svi, double k) {
  const double x = k - svi.m, root = std::sqrt(x * x + svi.s * svi.s);
  return {svi.a + svi.b * (svi.rho * x + root), svi.b * (svi.rho + x / root),
          svi.b * svi.s * svi.s / (root * root * root)};
}
double near_variance(const Svi& svi, double k) {
  const double x = k - svi.m;
  return svi.a + svi.b * (svi.rho * x + std::sqrt(x * x + svi.s * svi.s));
}
double near_butterfly(const Svi& svi, double k) {
  const auto [w, slope, curvature] = near_shape(svi, k);
  const double pull = 1 - k * slope / (2 * w);
  return pull * pull - slope * slope / 4 * (1 / w + 0.25) + curvature / 2;
}

// Of the wing on whose side k is.
double asymptote(const Svi& svi, double k) {
  return svi.a + svi.b * (svi.rho * (k - svi.m) + std::abs(k - svi.m));
}

class Residuals {
 public:
  explicit Residuals(const SmileAsk& ask)
      : ask_(&ask), first_(ask.points.front().k), last_(ask.points.back().k) {
    const double width = last_ - first_;
    std::vector<double> halves;
    for (const SmilePoint& point : ask.points) halves.push_back(point.half_width);
    const auto middle = halves.begin() + static_cast<std::ptrdiff_t>(halves.size() / 2);
    std::nth_element(halves.begin(), middle, halves.end());
    half_ = *middle;
    for (std::size_t i = 0; i < places; ++i) {
      // Close together among the quotes, ever further apart beyond them.
      const double y = 2.0 * static_cast<double>(i) / (places - 1) - 1;
      k_[i] = (first_ + last_) / 2 + width * (0.4 * y + 5.6 * y * y * y * y * y);
    }
    wings_ = {first_ - 0.5 * width, first_ - 1.5 * width, last_ + 0.5 * width, last_ + 1.5 * width};
  }

  double first() const { return first_; }
  double last() const { return last_; }
  std::size_t count() const {
    return ask_->points.size() + wings_.size() + places + (ask_->earlier ? places + 2 : 0) +
           (ask_->later ? places : 0);
  }

  bool operator()(std::span<const double> x, std::span<double> residual) const {
    const Svi svi = smile_of(x);
    std::size_t next = 0;
    for (const SmilePoint& point : ask_->points) {
      residual[next++] = (near_variance(svi, point.k) - point.variance) / point.half_width;
    }
    for (const double k : wings_) {
      const double prior = ask_->prior.variance(k);
      residual[next++] = (near_variance(svi, k) / prior - 1) / wing_trust;
    }
    for (const double k : k_) {
      const double lack = ask_->margin * butterfly_margin - near_butterfly(svi, k);
      residual[next++] = ask_->margin * butterfly_pain * std::max(0.0, lack);
    }
    if (ask_->earlier) {
      const Svi& earlier = ask_->earlier->svi;
      for (const double k : k_)
        residual[next++] = hurt(near_variance(earlier, k), near_variance(svi, k));
      // Beyond the last places the asymptotes decide, and those of equal slope never part.
      for (const double k : {k_.front(), k_.back()}) {
        residual[next++] = hurt(near_variance(earlier, k), asymptote(svi, k));
      }
    }
    if (ask_->later) {
      const Neighbour& later = *ask_->later;
      for (const double k : k_) {
        const bool yields =
            (k < first_ && later.first <= first_) || (k > last_ && later.last >= last_);
        residual[next++] = yields ? hurt(near_variance(svi, k), near_variance(later.svi, k)) : 0;
      }
    }
    return true;
  }

 private:
  double hurt(double earlier, double later) const {
    const double crossed = earlier * (1 + ask_->margin * crossing_margin) - later;
    return crossed <= 0 ? 0 : ask_->margin * crossing_pain * crossed / (half_ + 0.02 * earlier);
  }

  const SmileAsk* ask_;
  double first_ = 0, last_ = 0, half_ = 0;
  std::array<double, places> k_{};
  std::array<double, 4> wings_{};
};

solve::SquaresSearch search_from(const Svi& start, const SmileAsk& ask,
                                 const Residuals& residuals) {
  const double width = residuals.last() - residuals.first();
  double low = ask.points.front().variance, high = low;
  for (const SmilePoint& point : ask.points) {
    low = std::min(low, point.variance);
    high = std::max(high, point.variance);
  }
  // A wing that is rounded to less than the earlier one's would cross it in the end.
  constexpr double more = 1 + 1e-9;
  double left = 1e-7, right = 1e-7, left_most = steepest, right_most = steepest;
  if (ask.earlier) {
    left = std::max(left, more * ask.earlier->svi.b * (1 - ask.earlier->svi.rho));
    right = std::max(right, more * ask.earlier->svi.b * (1 + ask.earlier->svi.rho));
  }
  if (ask.later && ask.later->first <= residuals.first()) {
    left_most = ask.later->svi.b * (1 - ask.later->svi.rho);
  }
  if (ask.later && ask.later->last >= residuals.last()) {
    right_most = ask.later->svi.b * (1 + ask.later->svi.rho);
  }
  left_most = std::max(left_most, left * 1.001);
  right_most = std::max(right_most, right * 1.001);
  solve::SquaresSearch search{
      .start = {},
      .lower = {residuals.first() - width, std::log(1e-3 * width), left, right, std::log(low) - 7},
      .upper = {residuals.last() + width, std::log(20 * width), left_most, right_most,
                std::log(high)},
      .residuals = residuals.count(),
      .tolerance = 1e-5,
      .rounds_max = 60};
  const auto x = variables_of(start);
  for (std::size_t i = 0; i < unknowns; ++i) {
    search.start.push_back(std::clamp(x[i], search.lower[i], search.upper[i]));
  }
  return search;
}

}  // namespace

Svi fit_smile(const SmileAsk& ask) {
  LEVEE_EXPECT(ask.points.size() >= 5 && !ask.starts.empty());
  const Residuals residuals(ask);
  // A valley may be too flat to come to rest in: the lowest point seen counts, rest or not.
  std::array<double, unknowns> best{};
  double least = std::numeric_limits<double>::infinity();
  const auto watched = [&](std::span<const double> x, std::span<double> residual) {
    residuals(x, residual);
    double sum = 0;
    for (const double one : residual) sum += one * one;
    if (sum < least) {
      least = sum;
      std::ranges::copy(x, best.begin());
    }
    return true;
  };
  for (const Svi& start : ask.starts) {
    static_cast<void>(solve::least_squares(watched, search_from(start, ask, residuals)));
  }
  return smile_of(best);
}

Svi smile_guess(std::span<const SmilePoint> points) {
  LEVEE_EXPECT(points.size() >= 2);
  const SmilePoint& low = *std::ranges::min_element(points, {}, &SmilePoint::variance);
  const SmilePoint &first = points.front(), &last = points.back();
  const double width = last.k - first.k;
  const auto slope = [&](const SmilePoint& end) {
    const double away = std::abs(end.k - low.k);
    const double rise = away > 0 ? (end.variance - low.variance) / away : 0;
    return std::clamp(1.3 * rise, 0.05 * low.variance / width, steepest / 2);
  };
  const double left = slope(first), right = slope(last), s = 0.15 * width;
  return smile_of(std::array{low.k, std::log(s), left, right, std::log(0.95 * low.variance)});
}

double misfit_of(const Svi& svi, std::span<const SmilePoint> points) {
  double sum = 0;
  for (const SmilePoint& point : points) {
    const double off = (svi.variance(point.k) - point.variance) / point.half_width;
    sum += off * off;
  }
  return sum / static_cast<double>(points.size());
}

std::optional<Svi> lifted_free(const Svi& svi, const std::optional<Svi>& earlier) {
  const auto is_free = [&](const Svi& one) {
    return one.least_variance() > 0 && least_butterfly(one).value >= 0 &&
           (!earlier || worst_crossing(*earlier, one).depth <= 0);
  };
  if (is_free(svi)) return svi;
  const auto by = [&](double lift) {
    Svi one = svi;
    one.a += lift;
    return one;
  };
  double bad = 0, good = 1e-6 * svi.variance(svi.m);
  while (!is_free(by(good))) {
    bad = good;
    good *= 4;
    if (!(good < 100 * svi.variance(svi.m))) return std::nullopt;
  }
  for (int halving = 0; halving < 12; ++halving) {
    const double middle = (bad + good) / 2;
    (is_free(by(middle)) ? good : bad) = middle;
  }
  return by(good);
}

}  // namespace levee::option

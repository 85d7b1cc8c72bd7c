#include "levee/hazard/hawkes.h"

#include "levee/base/check.h"
#include "levee/num/lanes.h"
#include "levee/solve/minimize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <fmt/core.h>

namespace levee::hazard {
namespace {

constexpr std::size_t fewest_events = 10;

void check(std::span<const double> times, double horizon) {
  LEVEE_EXPECT(std::ranges::is_sorted(times) && std::isfinite(horizon) && horizon > 0);
  LEVEE_EXPECT(times.empty() || (times.front() >= 0 && times.back() <= horizon));
}

// What a decay makes of the events: the excitation each one meets, per unit of branching, and how
// much of it all falls before the horizon.
class Excitation {
 public:
  Excitation(std::span<const double> times, double horizon)
      : gap_(times.size()), left_(times.size()), faded_(times.size()), met_(times.size()) {
    for (std::size_t i = 0; i < times.size(); ++i) {
      gap_[i] = i == 0 ? 0 : times[i] - times[i - 1];
      left_[i] = horizon - times[i];
    }
  }

  const std::vector<double>& met() const { return met_; }  // [events]
  double within() const { return within_; }

  void decay(double rate) {
    const auto fade = [&](const std::vector<double>& spans) {
      // Beyond e^-700 nothing is left to add.
      std::ranges::transform(spans, faded_.begin(),
                             [&](double span) { return std::max(-rate * span, -700.0); });
      num::exp_each(faded_, faded_);
    };
    fade(left_);
    within_ = 0;
    for (const double still : faded_) within_ += 1 - still;
    fade(gap_);
    double sum = 0;
    for (std::size_t i = 0; i < met_.size(); ++i) {
      sum = i == 0 ? 0 : faded_[i] * (sum + 1);
      met_[i] = rate * sum;
    }
  }

 private:
  std::vector<double> gap_, left_, faded_, met_;
  double within_ = 0;
};

// Base and branching of greatest likelihood for excitations that are given.
struct Best {
  double base = 0, branching = 0, log_likelihood = 0;
};

double log_of(const Excitation& by, double horizon, double base, double branching) {
  // A product of eight rates at a time: a logarithm costs more than eight multiplications.
  double log = -base * horizon - branching * by.within(), product = 1;
  for (std::size_t i = 0; i < by.met().size(); ++i) {
    product *= base + branching * by.met()[i];
    if (i % 8 != 7 && i + 1 != by.met().size()) continue;
    log += std::log(product);
    product = 1;
  }
  return log;
}

// Newton's method on the concave likelihood, kept at branching >= 0 and base > 0.
Best best_of(const Excitation& by, double horizon) {
  const auto events = static_cast<double>(by.met().size());
  constexpr double most = 0.999;
  double branching = 0.3, base = events * (1 - branching) / horizon;
  double log = log_of(by, horizon, base, branching);
  for (int round = 0; round < 60; ++round) {
    double slope_base = -horizon, slope_more = -by.within(), bb = 0, bm = 0, mm = 0;
    for (const double met : by.met()) {
      const double over = 1 / (base + branching * met), more = met * over;
      slope_base += over, slope_more += more;
      bb += over * over, bm += over * more, mm += more * more;
    }
    const bool at_floor = branching == 0 && slope_more <= 0;
    const bool at_top = branching == most && slope_more >= 0;
    double step_base = slope_base / bb, step_more = 0;
    if (const double size = bb * mm - bm * bm; !at_floor && !at_top && size > 1e-14 * bb * mm) {
      step_base = (mm * slope_base - bm * slope_more) / size;
      step_more = (bb * slope_more - bm * slope_base) / size;
    }
    double share = 1;
    Best next;
    for (int half = 0; half < 40; ++half, share /= 2) {
      next.base = std::max(base + share * step_base, 0.1 * base);
      next.branching = std::clamp(branching + share * step_more, 0.0, most);
      next.log_likelihood = log_of(by, horizon, next.base, next.branching);
      if (next.log_likelihood >= log) break;
    }
    const double moved = std::abs(next.base - base) / base + std::abs(next.branching - branching);
    if (!(next.log_likelihood >= log)) break;
    base = next.base, branching = next.branching, log = next.log_likelihood;
    if (moved < 1e-10) break;
  }
  return {base, branching, log};
}

// Steps of a hundredth of a natural scale: log base, branching, log decay.
void add_errors(std::span<const double> times, double horizon, HawkesFit& fit) {
  if (!(fit.law.branching > 0)) return;
  const auto minus_log = [&](std::span<const double> at) {
    return -log_likelihood({std::exp(at[0]), at[1], std::exp(at[2])}, times, horizon);
  };
  const std::array point{std::log(fit.law.base), fit.law.branching, std::log(fit.law.decay)};
  const std::array step{0.01, std::min(0.01, fit.law.branching / 4), 0.02};
  const auto errors = solve::errors_at(minus_log, point, step);
  if (!errors) return;
  fit.base_error = (*errors)[0] * fit.law.base;
  fit.branching_error = (*errors)[1];
  fit.decay_error = (*errors)[2] * fit.law.decay;
}

}  // namespace

double Hawkes::half_life() const { return std::numbers::ln2 / decay; }

double log_likelihood(const Hawkes& law, std::span<const double> times, double horizon) {
  check(times, horizon);
  LEVEE_EXPECT(law.base > 0 && law.branching >= 0 && law.decay > 0);
  Excitation by(times, horizon);
  by.decay(law.decay);
  return log_of(by, horizon, law.base, law.branching);
}

Result<HawkesFit> hawkes_fit(std::span<const double> times, double horizon,
                             const HawkesSearch& search) {
  check(times, horizon);
  LEVEE_EXPECT(0 < search.half_life_least && search.half_life_least < search.half_life_most);
  if (times.size() < fewest_events) {
    return fail(Reason::missing_data, fmt::format("{} events (a self-exciting clock needs {})",
                                                  times.size(), fewest_events));
  }
  Excitation by(times, horizon);
  const auto at = [&](double log_decay) {
    by.decay(std::exp(log_decay));
    return best_of(by, horizon);
  };
  const double first = std::log(std::numbers::ln2 / search.half_life_most);
  const double last = std::log(std::numbers::ln2 / search.half_life_least);
  constexpr int grid = 12;
  const double width = (last - first) / grid;
  double middle = first;
  Best best = at(first);
  for (int i = 1; i <= grid; ++i) {
    const Best here = at(first + i * width);
    if (here.log_likelihood > best.log_likelihood) best = here, middle = first + i * width;
  }
  // Golden sections about the best of the grid; the valley floor beside it is a neighbour.
  constexpr double golden = 0.6180339887498949;
  double low = std::max(middle - width, first), high = std::min(middle + width, last);
  double left = high - golden * (high - low), right = low + golden * (high - low);
  Best at_left = at(left), at_right = at(right);
  while (high - low > 1e-5) {
    if (at_left.log_likelihood > at_right.log_likelihood) {
      high = right, right = left, at_right = at_left;
      left = high - golden * (high - low), at_left = at(left);
    } else {
      low = left, left = right, at_left = at_right;
      right = low + golden * (high - low), at_right = at(right);
    }
  }
  const double found = (low + high) / 2;
  if (const Best here = at(found); here.log_likelihood >= best.log_likelihood) {
    best = here, middle = found;
  }
  const auto events = static_cast<double>(times.size());
  HawkesFit fit{.law = {best.base, best.branching, std::exp(middle)},
                .log_likelihood = best.log_likelihood,
                .poisson_log_likelihood = events * std::log(events / horizon) - events,
                .events = times.size()};
  add_errors(times, horizon, fit);
  return fit;
}

std::vector<double> spread_evenly(std::span<const double> times, double width) {
  LEVEE_EXPECT(std::ranges::is_sorted(times) && width >= 0);
  std::vector<double> spread(times.begin(), times.end());
  for (std::size_t begin = 0; begin < times.size();) {
    std::size_t end = begin;
    while (end < times.size() && times[end] == times[begin]) ++end;
    const auto count = static_cast<double>(end - begin);
    for (std::size_t i = begin; i < end; ++i) {
      spread[i] += width * (static_cast<double>(i - begin) + 0.5) / count;
    }
    begin = end;
  }
  return spread;
}

}  // namespace levee::hazard

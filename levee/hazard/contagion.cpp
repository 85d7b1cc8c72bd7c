#include "levee/hazard/contagion.h"

#include <cmath>
#include <numeric>
#include <utility>

namespace levee::hazard {
namespace {

constexpr std::uint32_t stream = 0x636f6e74;

// Rates are summed by so many: a failure touches the sums of a few groups, and a draw looks through
// sums before it looks through rates.
constexpr std::size_t group = 8;

// Where a draw from [0, sum of weights) falls, what it has left there; the last weight above 0
// where rounding leaves it over.
std::size_t place_in(std::span<const double> weights, double& draw) {
  std::size_t last = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!(weights[i] > 0)) continue;
    last = i;
    if (draw < weights[i]) break;
    draw -= weights[i];
  }
  return last;
}

// Two by two: a sum that waits for eight additions in a row takes as long as all the rest.
double sum_of_group(const double* of) {
  return ((of[0] + of[1]) + (of[2] + of[3])) + ((of[4] + of[5]) + (of[6] + of[7]));
}

}  // namespace

ContagionPaths::ContagionPaths(Contagion contagion, Years span, std::uint64_t seed)
    : contagion_(std::move(contagion)), span_(span.value()), seed_(seed) {
  const std::size_t protocols = contagion_.rate.size();
  LEVEE_EXPECT(contagion_.raises.size() == protocols && contagion_.factor >= 1 && span_ >= 0);
  for (std::size_t i = 0; i < protocols; ++i) {
    LEVEE_EXPECT(contagion_.rate[i].value() >= 0 && std::isfinite(contagion_.rate[i].value()));
    all_ += contagion_.rate[i].value();
    for (const std::size_t other : contagion_.raises[i]) {
      LEVEE_EXPECT(other < protocols && other != i);
    }
  }
  quiet_ = std::exp(-all_ * span_);
  quiet_sums_.resize((protocols + group - 1) / group);
  quiet_rate_.resize(quiet_sums_.size() * group);
  for (std::size_t i = 0; i < protocols; ++i) quiet_rate_[i] = contagion_.rate[i].value();
  for (std::size_t i = 0; i < quiet_sums_.size(); ++i) {
    quiet_sums_[i] = sum_of_group(&quiet_rate_[i * group]);
  }
}

std::span<const Failed> ContagionPaths::path(std::uint64_t number) {
  failed_.clear();
  // The first time t has exp(-all t) uniform: most paths end with a comparison.
  num::Draws draws(seed_, stream, number);
  const double first = draws.uniform();
  if (first > quiet_) follow(draws, first);
  return failed_;
}

void ContagionPaths::follow(num::Draws& draws, double first) {
  rate_ = quiet_rate_, sums_ = quiet_sums_;
  double all = all_, now = -std::log(first) / all;
  while (now < span_) {
    double draw = draws.uniform() * all;
    const std::size_t in = place_in(sums_, draw);
    const std::size_t at = in * group + place_in(std::span(rate_).subspan(in * group, group), draw);
    failed_.push_back({at, Years{now}});
    rate_[at] = 0;
    for (const std::size_t other : contagion_.raises[at]) rate_[other] *= contagion_.factor;
    // Summed anew, not corrected: what has failed leaves nothing behind by rounding.
    sums_[in] = sum_of_group(&rate_[in * group]);
    for (const std::size_t other : contagion_.raises[at]) {
      sums_[other / group] = sum_of_group(&rate_[other / group * group]);
    }
    all = std::accumulate(sums_.begin(), sums_.end(), 0.0);
    if (!(all > 0)) return;
    now -= std::log(draws.uniform()) / all;
  }
}

}  // namespace levee::hazard

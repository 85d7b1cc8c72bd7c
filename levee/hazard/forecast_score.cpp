#include "levee/hazard/forecast_score.h"

#include <boost/math/special_functions/beta.hpp>

#include <algorithm>
#include <cmath>

namespace levee::hazard {
namespace {

Score score_of_one(const Told& one) {
  LEVEE_EXPECT(one.chance > 0 && one.chance < 1);
  const double off = (one.came ? 1 : 0) - one.chance;
  return {off * off, -(one.came ? std::log(one.chance) : std::log1p(-one.chance))};
}

}  // namespace

Score score_of(std::span<const Told> told) {
  LEVEE_EXPECT(!told.empty());
  Score sum;
  for (const Told& one : told) {
    const Score own = score_of_one(one);
    sum.brier += own.brier, sum.log += own.log;
  }
  const auto count = static_cast<double>(told.size());
  return {sum.brier / count, sum.log / count};
}

Gain gain_over(std::span<const Told> own, std::span<const Told> other) {
  LEVEE_EXPECT(own.size() == other.size() && !own.empty());
  Gain gain;
  double brier_squares = 0, log_squares = 0;
  for (std::size_t i = 0; i < own.size(); ++i) {
    LEVEE_EXPECT(own[i].came == other[i].came);
    const Score mine = score_of_one(own[i]), theirs = score_of_one(other[i]);
    const double brier = theirs.brier - mine.brier, log = theirs.log - mine.log;
    gain.brier += brier, gain.log += log;
    brier_squares += brier * brier, log_squares += log * log;
  }
  const auto count = static_cast<double>(own.size());
  gain.brier /= count, gain.log /= count;
  const auto error = [&](double squares, double mean) {
    return std::sqrt(std::max(squares / count - mean * mean, 0.0) / count);
  };
  gain.brier_error = error(brier_squares, gain.brier);
  gain.log_error = error(log_squares, gain.log);
  return gain;
}

std::vector<Bin> reliability_of(std::span<const Told> told, std::size_t bins) {
  LEVEE_EXPECT(bins > 0);
  std::vector<Told> sorted(told.begin(), told.end());
  std::ranges::stable_sort(sorted, {}, &Told::chance);
  std::vector<Bin> found;
  for (std::size_t b = 0; b < bins; ++b) {
    const std::size_t begin = sorted.size() * b / bins, end = sorted.size() * (b + 1) / bins;
    if (begin == end) continue;
    Bin bin{.low = sorted[begin].chance, .high = sorted[end - 1].chance, .told = end - begin};
    for (std::size_t i = begin; i < end; ++i) {
      bin.mean_chance += sorted[i].chance / static_cast<double>(bin.told);
      bin.came += sorted[i].came ? 1 : 0;
    }
    const auto came = static_cast<double>(bin.came), rest = static_cast<double>(bin.told) - came;
    if (bin.came > 0) bin.lower = Probability{boost::math::ibeta_inv(came, rest + 1, 0.025)};
    bin.upper =
        Probability{bin.came < bin.told ? boost::math::ibeta_inv(came + 1, rest, 0.975) : 1.0};
    found.push_back(bin);
  }
  return found;
}

}  // namespace levee::hazard

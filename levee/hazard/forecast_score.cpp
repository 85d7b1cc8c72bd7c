#include "levee/hazard/forecast_score.h"

#include "levee/num/student.h"

#include <boost/math/special_functions/beta.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace levee::hazard {
namespace {

Score score_of_one(const Told& one) {
  LEVEE_EXPECT(one.chance > 0 && one.chance < 1);
  const double off = (one.came ? 1 : 0) - one.chance;
  return {off * off, -(one.came ? std::log(one.chance) : std::log1p(-one.chance))};
}

std::vector<std::size_t> by_chance(std::span<const Told> told) {
  std::vector<std::size_t> order(told.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return told[i].chance; });
  return order;
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

std::vector<std::vector<std::size_t>> bins_of(std::span<const Told> told, std::size_t bins) {
  LEVEE_EXPECT(bins > 0);
  const std::vector<std::size_t> order = by_chance(told);
  std::vector<std::vector<std::size_t>> found;
  for (std::size_t b = 0; b < bins; ++b) {
    const std::size_t begin = order.size() * b / bins, end = order.size() * (b + 1) / bins;
    if (begin == end) continue;
    const std::span part = std::span(order).subspan(begin, end - begin);
    found.emplace_back(part.begin(), part.end());
  }
  return found;
}

std::vector<std::vector<std::size_t>> same_chances(std::span<const Told> told) {
  std::vector<std::vector<std::size_t>> found;
  for (const std::size_t i : by_chance(told)) {
    const bool is_new = found.empty() || told[found.back().front()].chance < told[i].chance;
    if (is_new) found.emplace_back();
    found.back().push_back(i);
  }
  return found;
}

CountBand count_band(std::span<const double> expectations) {
  LEVEE_EXPECT(!expectations.empty());
  // Terms of every Poisson law side by side, in logarithms: an expectation may be in thousands.
  const auto worlds = static_cast<double>(expectations.size());
  CountBand band;
  bool has_low = false;
  double below = 0;
  for (std::size_t count = 0;; ++count) {
    const auto k = static_cast<double>(count);
    const double log_factorial = num::log_gamma(k + 1);
    for (const double mean : expectations) {
      LEVEE_EXPECT(mean >= 0 && std::isfinite(mean));
      const double log = mean > 0 ? k * std::log(mean) - mean - log_factorial : 0;
      below += mean > 0 || count == 0 ? std::exp(log) / worlds : 0;
    }
    if (!has_low && below >= 0.05) band.low = count, has_low = true;
    if (below >= 0.95) {
      band.high = count;
      return band;
    }
  }
}

std::vector<Bin> reliability_of(std::span<const Told> told, std::size_t bins) {
  std::vector<Bin> found;
  for (const std::vector<std::size_t>& members : bins_of(told, bins)) {
    Bin bin{.low = told[members.front()].chance,
            .high = told[members.back()].chance,
            .told = members.size()};
    for (const std::size_t i : members) {
      bin.mean_chance += told[i].chance / static_cast<double>(bin.told);
      bin.came += told[i].came ? 1 : 0;
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

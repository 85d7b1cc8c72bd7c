// levee/num/estimate.cpp — compensated sums and sample means.
#include "levee/num/estimate.h"

#include "levee/base/check.h"

#include <cmath>

namespace levee::num {

double sum_of(std::span<const double> values) {
  double sum = 0, lost = 0;
  for (const double value : values) {
    const double next = sum + value;
    // Whichever was the smaller lost its low digits; Kahan's form would miss them for a large
    // value.
    lost += std::abs(sum) >= std::abs(value) ? (sum - next) + value : (value - next) + sum;
    sum = next;
  }
  return sum + lost;
}

Estimate mean_of(std::span<const double> values) {
  LEVEE_EXPECT(!values.empty());
  const auto count = static_cast<double>(values.size());
  const double mean = sum_of(values) / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  // One draw tells nothing of its own spread: its error stands at 0 and `paths` says why.
  const double variance = values.size() > 1 ? squares / (count - 1) : 0;
  return {mean, std::sqrt(variance / count), values.size()};
}

}  // namespace levee::num

#include "levee/hazard/aggregate.h"

#include <algorithm>
#include <cmath>

namespace levee::hazard {

std::vector<double> aggregate_law(const EventCount& count, std::span<const double> severity,
                                  std::size_t steps) {
  LEVEE_EXPECT(count.mean >= 0 && count.alpha >= 0 && !severity.empty() && steps > 0);
  // Chances of n and n - 1 events stand to each other as a + b / n.
  const double scatter = count.alpha * count.mean;
  const double a = scatter / (1 + scatter), b = count.mean / (1 + scatter) - a;
  const double none = severity[0];
  std::vector<double> law(steps);
  // No event that costs anything.
  law[0] = count.alpha > 0 ? std::pow(1 + scatter * (1 - none), -1 / count.alpha)
                           : std::exp(-count.mean * (1 - none));
  for (std::size_t loss = 1; loss < steps; ++loss) {
    double sum = 0;
    for (std::size_t one = 1; one <= std::min(loss, severity.size() - 1); ++one) {
      const double share = static_cast<double>(one) / static_cast<double>(loss);
      sum += (a + b * share) * severity[one] * law[loss - one];
    }
    law[loss] = sum / (1 - a * none);
  }
  return law;
}

StepTail tail_of(std::span<const double> law, double level) {
  LEVEE_EXPECT(!law.empty() && level > 0 && level < 1);
  double all = 0, mean = 0;
  for (std::size_t i = 0; i < law.size(); ++i) {
    all += law[i], mean += law[i] * static_cast<double>(i);
  }
  const double left = 1 - all;
  LEVEE_EXPECT(std::abs(left) <= 1e-6 && left < 1 - level);
  const auto end = static_cast<double>(law.size());
  StepTail tail{.mean = mean + std::max(left, 0.0) * end};
  double below = 0, low = 0;
  for (std::size_t i = 0; i < law.size(); ++i) {
    tail.var = static_cast<double>(i);
    if (below + law[i] >= level) break;
    below += law[i], low += law[i] * tail.var;
  }
  // The atom at VaR counts with as much as brings the tail to 1 - level.
  tail.shortfall = (tail.mean - low - tail.var * (level - below)) / (1 - level);
  return tail;
}

}  // namespace levee::hazard

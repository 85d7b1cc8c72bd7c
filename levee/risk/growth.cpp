#include "levee/risk/growth.h"

#include "levee/base/check.h"
#include "levee/num/root.h"

#include <algorithm>
#include <cmath>

namespace levee::risk {

Growth fastest_growth(const GrowthAsk& ask) {
  LEVEE_EXPECT(!ask.excess.empty() && ask.riskless > -1 && ask.most > 0);
  const auto count = static_cast<double>(ask.excess.size());
  const double rest = 1 + ask.riskless;
  const auto slope = [&](double share) {
    double sum = 0;
    for (const double one : ask.excess) sum += one / (rest + share * one);
    return sum / count;
  };
  const double worst = *std::ranges::min_element(ask.excess);
  LEVEE_EXPECT(std::isfinite(worst));
  Growth best;
  if (worst < 0) best.ruin_share = rest / -worst;
  if (!(slope(0) > 0)) return best;
  // The slope falls without end towards ruin: short of it lies the root.
  const double end = std::min(ask.most, best.ruin_share * (1 - 1e-12));
  best.share = slope(end) >= 0 ? end : *num::root_between(slope, 0, end);
  for (const double one : ask.excess) {
    best.log_growth += std::log1p(best.share * one / rest) / count;
  }
  return best;
}

}  // namespace levee::risk

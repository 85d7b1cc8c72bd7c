#include "levee/signal/strip_tilt.h"

#include "levee/base/check.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/core.h>
#include <fmt/ranges.h>

namespace levee::signal {

Tilt tilt_of(const TiltFacts& facts, const TiltRule& rule) {
  LEVEE_EXPECT(0 <= rule.most && rule.most < 1 && rule.rsi_low < rule.rsi_high);
  double share = 0;
  std::vector<std::string> why;
  if (facts.rsi && *facts.rsi > rule.rsi_high) {
    share += rule.most * (*facts.rsi - rule.rsi_high) / (100 - rule.rsi_high);
    why.push_back(fmt::format("an RSI of {:.0f}", *facts.rsi));
  } else if (facts.rsi && *facts.rsi < rule.rsi_low) {
    share -= rule.most * (rule.rsi_low - *facts.rsi) / rule.rsi_low;
    why.push_back(fmt::format("an RSI of {:.0f}", *facts.rsi));
  }
  if (facts.reer_base && facts.reer_quote && *facts.reer_base != *facts.reer_quote) {
    const double dear = *facts.reer_base - *facts.reer_quote;
    share -= rule.per_deviation * dear;
    why.push_back(fmt::format("a base {:.1f} deviations {} beside the quote", std::abs(dear),
                              dear > 0 ? "dear" : "cheap"));
  }
  return {std::clamp(share, -rule.most, rule.most), fmt::format("{}", fmt::join(why, ", "))};
}

double tilt_standing(double held, const Tilt& wanted, RollDay today) {
  return today == RollDay::yes ? wanted.share : held;
}

Halves tilted(const Halves& strip, double share) {
  LEVEE_EXPECT(-1 < share && share < 1);
  return {strip.puts * (1 - share), strip.calls * (1 + share)};
}

}  // namespace levee::signal

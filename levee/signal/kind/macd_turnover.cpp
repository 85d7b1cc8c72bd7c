// levee/signal/kind/macd_turnover.cpp — how hard the depth that there is gets used.
#include "levee/signal/macd.h"

#include <cmath>

namespace levee::signal::kind {
namespace {

constexpr std::string_view needs[] = {"volume", "depth"};

Result<Signal> read(const History& history, const SignalPolicy& policy) {
  const auto volume = days_of(history, "volume", Sign::positive);
  if (!volume) return volume.error();
  const auto depth = days_of(history, "depth", Sign::positive);
  if (!depth) return depth.error();
  const PairedDays both = paired(*volume, *depth);
  market::Series ratio{.at = both.at, .value = {}, .step = days(1), .source = volume->source};
  for (std::size_t i = 0; i < both.at.size(); ++i) {
    ratio.value.push_back(std::log(both.first[i] / both.second[i]));
  }
  const MacdAsk ask{
      .days = ratio, .name = "macd of turnover", .formula = "ln(volume / depth near the price)"};
  return macd_signal(ask, policy);
}

}  // namespace

Entry macd_turnover() {
  return {"macd_turnover", "MACD of the log of volume over depth near the price", needs,
          macd_states, read};
}

}  // namespace levee::signal::kind

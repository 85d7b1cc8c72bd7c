// levee/signal/kind/macd_depth.cpp — whether what may be traded near the price thins out.
#include "levee/signal/macd.h"

namespace levee::signal::kind {
namespace {

constexpr std::string_view needs[] = {"depth", "pool_value"};

Result<Signal> read(const History& history, const SignalPolicy& policy) {
  const auto depth = days_of(history, "depth", Sign::positive);
  if (!depth) return depth.error();
  const auto value = days_of(history, "pool_value", Sign::positive);
  if (!value) return value.error();
  const PairedDays both = paired(*depth, *value);
  market::Series ratio{.at = both.at, .value = {}, .step = days(1), .source = depth->source};
  for (std::size_t i = 0; i < both.at.size(); ++i) {
    ratio.value.push_back(both.first[i] / both.second[i]);
  }
  const MacdAsk ask{
      .days = ratio, .name = "macd of depth", .formula = "depth near the price / value locked"};
  return macd_signal(ask, policy);
}

}  // namespace

Entry macd_depth() {
  return {"macd_depth", "MACD of depth near the price over the pool's value", needs, macd_states,
          read};
}

}  // namespace levee::signal::kind

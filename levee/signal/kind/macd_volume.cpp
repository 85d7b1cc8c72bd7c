// levee/signal/kind/macd_volume.cpp — whether trading picks up or dries up.
#include "levee/signal/macd.h"

#include <cmath>

namespace levee::signal::kind {
namespace {

constexpr std::string_view needs[] = {"volume"};

Result<Signal> read(const History& history, const SignalPolicy& policy) {
  auto days = days_of(history, "volume", Sign::positive);
  if (!days) return days.error();
  for (double& x : days->value) x = std::log(x);
  return macd_signal({.days = *days, .name = "macd of volume", .formula = "ln volume"}, policy);
}

}  // namespace

Entry macd_volume() {
  return {"macd_volume", "MACD of the log of volume on chain", needs, macd_states, read};
}

}  // namespace levee::signal::kind

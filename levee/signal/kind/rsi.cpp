// levee/signal/kind/rsi.cpp — Wilder's relative strength of the pair, and when it goes to extremes.
#include "levee/signal/kind.h"
#include "levee/signal/rolling.h"

#include <fmt/core.h>

namespace levee::signal::kind {
namespace {

constexpr std::string_view needs[] = {"price"};
constexpr std::string_view states[] = {"quiet", "overbought", "oversold"};

// A crossing counts once; the next has to be earned by coming back inside.
class Crossing {
 public:
  explicit Crossing(const SignalPolicy& policy) : policy_(policy) {}

  std::string_view next(double rsi) {
    if (rsi <= policy_.rsi_high_rearm) high_armed_ = true;
    if (rsi >= policy_.rsi_low_rearm) low_armed_ = true;
    if (rsi > policy_.rsi_high && high_armed_) {
      high_armed_ = false;
      return states[1];
    }
    if (rsi < policy_.rsi_low && low_armed_) {
      low_armed_ = false;
      return states[2];
    }
    return states[0];
  }

 private:
  const SignalPolicy& policy_;
  bool high_armed_ = true, low_armed_ = true;
};

// What it said that long before each event: as a share is looked at ahead of its earnings.
std::vector<Explain> asked_before_events(const History& history, const Signal& signal,
                                         const SignalPolicy& policy) {
  std::vector<Explain> asked;
  const Seconds ahead{static_cast<std::int64_t>(policy.rsi_ask_hours * 3600)};
  for (const Event& event : history.governance.events) {
    const UnixSeconds when = event.at - ahead;
    if (when > history.at || event.announced > when) continue;
    const Reading* newest = nullptr;
    for (const Reading& reading : signal.readings) {
      if (reading.at <= when) newest = &reading;
    }
    if (newest == nullptr || when - newest->at > days(2)) continue;
    asked.push_back({.name = fmt::format("{} hours before {}", policy.rsi_ask_hours, event.name),
                     .value = newest->value,
                     .unit = "",
                     .formula = "relative strength on " + text_of(newest->at),
                     .source = std::string(name_of(event.kind)),
                     .inputs = {}});
  }
  return asked;
}

Result<Signal> read(const History& history, const SignalPolicy& policy) {
  const auto prices = days_of(history, "price", Sign::positive);
  if (!prices) return prices.error();
  const auto bars = static_cast<std::size_t>(policy.rsi_bars);
  const market::Series strengths = strength_days(*prices, bars);
  Signal found;
  for (const Run& run : runs_of(strengths)) {
    Crossing crossing(policy);
    for (std::size_t i = run.first; i < run.first + run.count; ++i) {
      found.readings.push_back({.at = strengths.at[i],
                                .value = strengths.value[i],
                                .state = crossing.next(strengths.value[i])});
    }
  }
  if (found.readings.empty()) {
    return fail(Reason::missing_data,
                fmt::format("price: {} days, none of {} in a row (the first mean takes as many)",
                            prices->at.size(), bars + 1));
  }
  found.working = {.name = "relative strength",
                   .value = found.readings.back().value,
                   .unit = "",
                   .formula = fmt::format("100 G / (G + L), Wilder means over {} days of gains and "
                                          "losses of ln price",
                                          bars),
                   .source = prices->source,
                   .inputs = asked_before_events(history, found, policy)};
  return found;
}

}  // namespace

Entry rsi() {
  return {"rsi", "Wilder's relative strength index of the pair's log price", needs, states, read};
}

}  // namespace levee::signal::kind

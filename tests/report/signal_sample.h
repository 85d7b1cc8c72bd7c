// tests/report/signal_sample.h — signals of a crash with a broken peg, and of nothing.
#pragma once
#include "levee/report/signal_told.h"

#include <cmath>

namespace levee::test {

/// Kept whole: a view refers to all of it.
struct Sample {
  signal::History history;
  signal::OutlookRules rules;
  signal::Outlook now;
  std::vector<signal::Outlook> past;
  report::SignalsTold told;

  report::SignalView view() const {
    return {.now = now, .past = past, .rules = rules, .history = history};
  }
};

inline Sample sample_of(signal::History history, int closes) {
  Sample sample{.history = std::move(history),
                .rules = signal::rules_from({}),
                .now = {},
                .past = {},
                .told = {}};
  std::vector<UnixSeconds> moments;
  for (int i = closes; i > 0; --i) moments.push_back(sample.history.at - days(i));
  sample.now = *signal::outlook_of(sample.history, sample.rules);
  sample.past = *signal::outlooks_of(sample.history, sample.rules, moments);
  sample.told = report::told_of(sample.view());
  return sample;
}

/// Five hundred days of volatility that end in a crisis, and a coin that breaks on the last.
inline Sample crash() {
  const UnixSeconds start{1'641'081'600 - 1'641'081'600 % 86'400};
  signal::History history{.at = start + days(499),
                          .base = "ETH",
                          .quote = "USDC",
                          .series = {},
                          .panels = {},
                          .governance = {}};
  market::Series iv{.at = {}, .value = {}, .step = days(1), .source = "iv <by hand>"};
  market::Series peg = iv;
  for (int i = 0; i < 500; ++i) {
    iv.at.push_back(start + days(i)), peg.at.push_back(start + days(i));
    iv.value.push_back(i < 488 ? .6 + .1 * std::sin(1.7 * i) : i < 497 ? .6 : 2);
    peg.value.push_back(i < 498 ? 1.0005 : .9);
  }
  history.series["iv"] = iv, history.series["peg"] = peg;
  const auto event = [&](const char* name, int announced, int in_hours) {
    return signal::Event{.kind = signal::EventKind::vote,
                         .name = name,
                         .announced = history.at + days(announced),
                         .at = history.at + hours(in_hours)};
  };
  history.governance.events = {event("near", -5, 60), event("secret", 1, 70),
                               event("far", -5, 2000)};
  return sample_of(std::move(history), 60);
}

inline Sample nothing() {
  return sample_of({.at = UnixSeconds{1'700'006'400},
                    .base = {},
                    .quote = {},
                    .series = {},
                    .panels = {},
                    .governance = {}},
                   10);
}

}  // namespace levee::test

// tests/signal/drawn_history.h — histories of every input, drawn, with holes.
#pragma once
#include "levee/signal/signal.h"
#include "tests/support/cases.h"

#include <cmath>
#include <string>
#include <vector>

namespace levee::signal {

constexpr UnixSeconds start{1'600'041'600};  // a UTC midnight

inline UnixSeconds day(std::size_t i) { return start + days(static_cast<std::int64_t>(i)); }

inline History empty_history(std::size_t length) {
  return {
      .at = day(length), .base = "A", .quote = "B", .series = {}, .panels = {}, .governance = {}};
}

// A day may be left out, tokens come and go, an hour of the day is as good as another.
inline market::Series drawn_series(test::Gen& gen, std::size_t length) {
  market::Series series{.at = {}, .value = {}, .step = hours(12), .source = "drawn"};
  double level = gen.real(0.2, 2);
  for (std::size_t i = 0; i < 2 * length; ++i) {
    level *= std::exp(gen.real(-0.05, 0.05));
    if (gen.real(0, 1) < 0.05) continue;
    series.at.push_back(start + hours(12 * static_cast<std::int64_t>(i) + gen.integer(0, 11)));
    series.value.push_back(level);
  }
  return series;
}

inline Panel drawn_panel(test::Gen& gen, std::size_t length) {
  Panel panel{.token = {"A", "B", "C", "D", "E", "F"}, .at = {}, .cell = {}, .source = "drawn"};
  std::vector<double> level(6, 1);
  for (std::size_t i = 0; i < length; ++i) {
    panel.at.push_back(day(i));
    for (double& x : level) {
      x *= std::exp(gen.real(-0.1, 0.1));
      panel.cell.push_back(gen.real(0, 1) < 0.02 ? Panel::none : x);
    }
  }
  return panel;
}

inline History drawn_history(test::Gen& gen) {
  const std::size_t length = 400 + gen.size(0, 200);
  History history = empty_history(length);
  for (const Input& input : inputs()) {
    const std::string name(input.name);
    if (input.about.starts_with("panel")) {
      history.panels[name] = drawn_panel(gen, length);
    } else {
      history.series[name] = drawn_series(gen, length);
    }
  }
  for (std::size_t i = 10; i < length; i += gen.size(5, 30)) {
    const UnixSeconds at = day(i) + hours(gen.integer(0, 23));
    history.governance.events.push_back({.kind = EventKind::vote,
                                         .name = "vote",
                                         .announced = at - hours(gen.integer(0, 200)),
                                         .at = at});
    history.governance.proposals.push_back({.created = at,
                                            .name = "vote",
                                            .counted = at + hours(gen.integer(1, 400)),
                                            .votes = gen.scale(1, 1e6),
                                            .votes_for = 1,
                                            .eligible = 1e6,
                                            .executed = at + hours(gen.integer(1, 500))});
  }
  return history;
}

}  // namespace levee::signal

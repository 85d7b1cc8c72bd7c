// levee/signal/kind/breadth.cpp — a market near its high that fewer and fewer tokens hold up.
#include "levee/signal/kind.h"
#include "levee/signal/rolling.h"
#include "levee/signal/universe.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/core.h>

namespace levee::signal::kind {
namespace {

constexpr std::string_view needs[] = {"close", "token_volume"};
constexpr std::string_view states[] = {"quiet", "divergence"};
constexpr Seconds hole = days(4);

/// One day of the universe.
struct Day {
  UnixSeconds at;
  double line = 0;     ///< Advances less declines over both, summed since the first day.
  double index = 0;    ///< ln of the volume-weighted index.
  double weighed = 0;  ///< The line with each token weighed by its volume.
  std::size_t members = 0;
};

struct Votes {
  double up = 0, down = 0, weight_up = 0, weight_down = 0, weight = 0, grown = 0;
  std::size_t members = 0;
};

// Members of a day are known the day before: listed then and now, by what they traded until then.
Votes votes_of(const Panel& close, std::size_t row, const std::vector<double>& volumes,
               std::size_t most) {
  std::vector<std::size_t> members;
  for (std::size_t i = 0; i < close.token.size(); ++i) {
    if (volumes[i] > 0 && cell_of(close, row - 1, i)) members.push_back(i);
  }
  std::stable_sort(members.begin(), members.end(),
                   [&](std::size_t a, std::size_t b) { return volumes[a] > volumes[b]; });
  members.resize(std::min(most, members.size()));
  Votes votes;
  for (const std::size_t i : members) {
    const auto now = cell_of(close, row, i);
    if (!now) continue;
    const double growth = *now / close.value(row - 1, i);
    votes.up += growth > 1 ? 1 : 0;
    votes.down += growth < 1 ? 1 : 0;
    (growth > 1 ? votes.weight_up : votes.weight_down) += growth == 1 ? 0 : volumes[i];
    votes.weight += volumes[i];
    votes.grown += volumes[i] * growth;
    votes.members += 1;
  }
  return votes;
}

std::vector<Day> days_of_universe(const Panel& close, const Panel& volume,
                                  const SignalPolicy& policy) {
  const auto columns = columns_of(volume, close.token);
  const Seconds span{static_cast<std::int64_t>(policy.breadth_volume_days * 86400)};
  const auto most = static_cast<std::size_t>(policy.breadth_tokens);
  std::vector<Day> found;
  Day day;
  for (std::size_t row = 1; row < close.at.size(); ++row) {
    if (close.at[row] - close.at[row - 1] > hole) continue;
    const auto volumes = mean_volumes({volume, columns, close.at[row], span});
    const Votes votes = votes_of(close, row, volumes, most);
    if (votes.members == 0) continue;
    day.at = close.at[row];
    day.line += ratio_or_zero(votes.up - votes.down, votes.up + votes.down);
    day.weighed +=
        ratio_or_zero(votes.weight_up - votes.weight_down, votes.weight_up + votes.weight_down);
    day.index += std::log(votes.grown / votes.weight);
    day.members = votes.members;
    found.push_back(day);
  }
  return found;
}

// Whether the index is within so many of its own daily ranges of its recent high.
bool near_high(std::span<const double> index, std::size_t i, const SignalPolicy& policy) {
  const auto high_bars = static_cast<std::size_t>(policy.breadth_high_bars);
  const auto range_bars = static_cast<std::size_t>(policy.breadth_range_bars);
  const auto recent = last(index, i, high_bars);
  const auto ranged = last(index, i, range_bars + 1);
  double squares = 0;
  for (std::size_t k = 1; k < ranged.size(); ++k) {
    squares += (ranged[k] - ranged[k - 1]) * (ranged[k] - ranged[k - 1]);
  }
  const double range = std::sqrt(squares / static_cast<double>(ranged.size() - 1));
  const double high = *std::max_element(recent.begin(), recent.end());
  return high - index[i] <= policy.breadth_near_ranges * range;
}

Explain told(const Signal& signal, const Day& day, const Panel& close, const SignalPolicy& policy) {
  return {.name = "breadth",
          .value = signal.readings.back().value,
          .unit = "days of all tokens",
          .formula = fmt::format(
              "advance-decline line less its mean of {} days; the line sums (advances - declines) "
              "/ (advances + declines) of the {} tokens most traded in the {} days before",
              policy.breadth_mean_bars, policy.breadth_tokens, policy.breadth_volume_days),
          .source = close.source,
          .inputs = {{"advance-decline line", day.line, "", "since the first day", "", {}},
                     {"line weighed by volume", day.weighed, "", "since the first day", "", {}},
                     {"ln index", day.index, "", "weighed by volume, chained day by day", "", {}},
                     {"members",
                      static_cast<double>(day.members),
                      "tokens",
                      "priced on both days; who stops being priced casts no vote",
                      "",
                      {}}}};
}

Result<Signal> read(const History& history, const SignalPolicy& policy) {
  const auto close = panel_of(history, "close");
  if (!close) return close.error();
  const auto volume = panel_of(history, "token_volume");
  if (!volume) return volume.error();
  const std::vector<Day> found = days_of_universe(**close, **volume, policy);
  const auto mean_bars = static_cast<std::size_t>(policy.breadth_mean_bars);
  const auto range_bars = static_cast<std::size_t>(policy.breadth_range_bars);
  std::vector<double> lines, indices;
  Signal signal;
  for (const Day& day : found) {
    lines.push_back(day.line);
    indices.push_back(day.index);
    const std::size_t i = lines.size() - 1;
    if (i + 1 < mean_bars || i < range_bars) continue;
    const double under = day.line - mean_of(last(lines, i, mean_bars));
    const bool parted = under < 0 && near_high(indices, i, policy);
    signal.readings.push_back({.at = day.at, .value = under, .state = states[parted ? 1 : 0]});
  }
  if (signal.readings.empty()) {
    return fail(Reason::missing_data,
                fmt::format("close: {} days on which members are known (breadth takes {}) give a "
                            "longer panel, and token_volume of the same tokens",
                            found.size(), std::max(mean_bars, range_bars + 1)));
  }
  signal.working = told(signal, found.back(), **close, policy);
  return signal;
}

}  // namespace

Entry breadth() {
  return {"breadth", "advance-decline line of a token universe against its mean", needs, states,
          read};
}

}  // namespace levee::signal::kind

#include "levee/signal/real_rate.h"

#include "levee/signal/rolling.h"
#include "levee/signal/universe.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <vector>

#include <fmt/core.h>

namespace levee::signal {
namespace {

constexpr Seconds hole = days(4);

struct Panels {
  const Panel& close;
  const Panel& volume;
  const Panel& supply;
};

/// ln of the rate, chained day by day from zero.
struct Chained {
  std::vector<UnixSeconds> at;
  std::vector<double> level;
};

// ln of price times supply, where both are known.
std::optional<double> worth(const Panels& panels, std::size_t row, std::size_t token,
                            const std::vector<std::optional<std::size_t>>& columns) {
  const auto price = cell_of(panels.close, row, token);
  const auto supply_row = row_at(panels.supply, panels.close.at[row]);
  if (!price || !supply_row) return {};
  const auto supply = cell_of(panels.supply, *supply_row, columns[token]);
  if (!supply) return {};
  return std::log(*price) + std::log(*supply);
}

Chained chained(const Panels& panels, std::size_t token, Seconds span) {
  const auto volumes = columns_of(panels.volume, panels.close.token);
  const auto supplies = columns_of(panels.supply, panels.close.token);
  Chained rate;
  double level = 0;
  for (std::size_t row = 1; row < panels.close.at.size(); ++row) {
    const UnixSeconds at = panels.close.at[row];
    if (at - panels.close.at[row - 1] > hole) continue;
    const auto grown = [&](std::size_t i) -> std::optional<double> {
      const auto from = worth(panels, row - 1, i, supplies), to = worth(panels, row, i, supplies);
      return from && to ? std::optional(*to - *from) : std::nullopt;
    };
    const auto own = grown(token);
    const auto traded = mean_volumes({panels.volume, volumes, at, span});
    double weight = 0, others = 0;
    for (std::size_t i = 0; i < traded.size(); ++i) {
      const auto other = i == token || !(traded[i] > 0) ? std::nullopt : grown(i);
      if (!other) continue;
      weight += traded[i];
      others += traded[i] * *other;
    }
    if (!own || !(weight > 0)) continue;
    level += *own - others / weight;
    rate.at.push_back(at);
    rate.level.push_back(level);
  }
  return rate;
}

// Deviations that the rate moved over `bars`, by what was usual in the `usual` days before those.
double flight_of(std::span<const double> level, std::size_t i, const SignalPolicy& policy) {
  const auto bars = static_cast<std::size_t>(policy.reer_flight_days);
  const auto before = last(level, i - bars, static_cast<std::size_t>(policy.reer_trend_days));
  std::vector<double> moves;
  for (std::size_t k = 1; k < before.size(); ++k) moves.push_back(before[k] - before[k - 1]);
  return ratio_or_zero(level[i] - level[i - bars],
                       deviation_of(moves) * std::sqrt(policy.reer_flight_days));
}

double root_mean_square(std::span<const double> values) {
  double squares = 0;
  for (const double x : values) squares += x * x;
  return std::sqrt(squares / static_cast<double>(values.size()));
}

Signal read_rate(const Chained& rate, const SignalPolicy& policy) {
  const auto trend_bars = static_cast<std::size_t>(policy.reer_trend_days);
  const auto flight_bars = static_cast<std::size_t>(policy.reer_flight_days);
  Signal found;
  std::vector<double> apart;
  double trend = rate.level.empty() ? 0 : rate.level.front();
  for (std::size_t i = 0; i < rate.level.size(); ++i) {
    trend += 2 / (policy.reer_trend_days + 1) * (rate.level[i] - trend);
    apart.push_back(rate.level[i] - trend);
    if (i + 1 < trend_bars || i < flight_bars + 2) continue;
    const double z = ratio_or_zero(apart[i], root_mean_square(last(apart, i, trend_bars)));
    const bool flees = flight_of(rate.level, i, policy) < policy.reer_flight;
    found.readings.push_back({.at = rate.at[i],
                              .value = z,
                              .state = real_rate_states[flees                  ? 2
                                                        : z > policy.reer_high ? 1
                                                                               : 0]});
  }
  if (found.readings.empty()) return found;
  found.working = {
      .name = "real effective exchange rate",
      .value = found.readings.back().value,
      .unit = "deviations from its trend",
      .formula = fmt::format("ln rate less its exponential mean of {} days, over the root mean "
                             "square of the same; rate: growth of price times supply less that of "
                             "the others, weighed by {} days of volume, chained",
                             policy.reer_trend_days, policy.reer_weight_days),
      .source = "policy",
      .inputs = {{"ln rate", rate.level.back(), "", "since the first day", "", {}},
                 {"trend", trend, "", "", "", {}},
                 {"move",
                  flight_of(rate.level, rate.level.size() - 1, policy),
                  "deviations",
                  fmt::format("over {} days", policy.reer_flight_days),
                  "",
                  {}}}};
  return found;
}

}  // namespace

Result<Signal> real_rate(const History& history, std::string_view of, const SignalPolicy& policy) {
  const auto close = panel_of(history, "close");
  if (!close) return close.error();
  const auto volume = panel_of(history, "token_volume");
  if (!volume) return volume.error();
  const auto supply = panel_of(history, "supply");
  if (!supply) return supply.error();
  const auto& tokens = (*close)->token;
  const auto token = std::find(tokens.begin(), tokens.end(), of);
  if (token == tokens.end()) {
    return fail(
        Reason::missing_data,
        fmt::format("close has no token '{}' (whose rate is asked) spell it as the panel does",
                    of));
  }
  const Seconds span{static_cast<std::int64_t>(policy.reer_weight_days * 86400)};
  const Chained rate = chained({**close, **volume, **supply},
                               static_cast<std::size_t>(token - tokens.begin()), span);
  Signal found = read_rate(rate, policy);
  if (found.readings.empty()) {
    return fail(Reason::missing_data,
                fmt::format("{}: {} days with price, supply and volume of it and of another token "
                            "(the trend takes {})",
                            of, rate.at.size(), policy.reer_trend_days));
  }
  found.working.source = (*close)->source;
  return found;
}

}  // namespace levee::signal

// levee/signal/kind/trade_correlation.cpp — how the pair's tokens move together, from trade to
// trade.
#include "levee/signal/asynchronous.h"
#include "levee/signal/kind.h"
#include "levee/signal/rolling.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/core.h>

namespace levee::signal::kind {
namespace {

constexpr std::string_view needs[] = {"trades_base", "trades_quote"};
constexpr std::string_view states[] = {"quiet", "impossible"};
constexpr std::int64_t day = days(1).value();

// The trades of (from, to].
market::Series traded_in(const market::Series& all, UnixSeconds from, UnixSeconds to) {
  const auto first = std::ranges::upper_bound(all.at, from) - all.at.begin();
  const auto last = std::ranges::upper_bound(all.at, to) - all.at.begin();
  return {.at = {all.at.begin() + first, all.at.begin() + last},
          .value = {all.value.begin() + first, all.value.begin() + last},
          .step = all.step,
          .source = all.source};
}

// A day on which nothing was traded tells nothing that the day before did not.
bool traded_since(const market::Series& trades, UnixSeconds from) {
  return !trades.empty() && from < trades.at.back();
}

Explain told(const Comovement& newest, std::span<const double> values, const SignalPolicy& policy,
             std::string source) {
  const auto bars = static_cast<std::size_t>(policy.correlation_days);
  return {.name = "correlation of trades",
          .value = newest.correlation,
          .unit = "",
          .formula = fmt::format("Hayashi-Yoshida over {} days: products of all returns, from "
                                 "trade to trade, that share time, over the roots of both sums of "
                                 "squares; no grid, so nothing is stale",
                                 policy.trade_correlation_days),
          .source = std::move(source),
          .inputs = {{"z",
                      z_of_last(last(values, values.size() - 1, bars)),
                      "deviations",
                      fmt::format("of the last {} days", bars),
                      "",
                      {}},
                     {"pairs of returns", static_cast<double>(newest.overlaps), "", "", "", {}},
                     {"covariance",
                      newest.covariance * 365 / policy.trade_correlation_days,
                      "per year",
                      "",
                      "",
                      {}}}};
}

Result<Signal> read(const History& history, const SignalPolicy& policy) {
  const auto base = series_of(history, "trades_base", Sign::positive);
  if (!base) return base.error();
  const auto quote = series_of(history, "trades_quote", Sign::positive);
  if (!quote) return quote.error();
  Signal found;
  std::vector<double> values;
  std::optional<Comovement> newest;
  const Seconds span{static_cast<std::int64_t>(policy.trade_correlation_days * 86400)};
  for (UnixSeconds now{((*base)->at.front().value() / day + 1) * day}; !(history.at < now);
       now = now + days(1)) {
    const market::Series x = traded_in(**base, now - span, now);
    const market::Series y = traded_in(**quote, now - span, now);
    if (!traded_since(x, now - days(1)) || !traded_since(y, now - days(1))) continue;
    const auto both = comovement(x, y);
    if (!both) continue;
    newest = *both;
    values.push_back(both->correlation);
    found.readings.push_back({.at = now,
                              .value = both->correlation,
                              .state = states[std::abs(both->correlation) > 1 ? 1 : 0]});
  }
  if (!newest) {
    return fail(Reason::missing_data,
                fmt::format("trades_base: no {} days in which both tokens moved from trade to "
                            "trade at times they share (two trades make a return) give more",
                            policy.trade_correlation_days));
  }
  found.working = told(*newest, values, policy, (*base)->source);
  return found;
}

}  // namespace

Entry trade_correlation() {
  return {"trade_correlation", "correlation of the pair's tokens from trade to trade", needs,
          states, read};
}

}  // namespace levee::signal::kind

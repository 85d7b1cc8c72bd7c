// levee/signal/kind/rate_gap.cpp — what borrowing costs on chain over what dollars cost elsewhere.
#include "levee/signal/kind.h"
#include "levee/signal/rolling.h"

#include <algorithm>
#include <optional>
#include <span>

#include <fmt/core.h>

namespace levee::signal::kind {
namespace {

constexpr std::string_view needs[] = {"borrow_rate", "benchmark_rate"};
constexpr std::string_view states[] = {"usual", "spike"};
constexpr Seconds holds = days(7);  // A benchmark rests at weekends and on holidays.

std::optional<double> newest(const market::Series& series, UnixSeconds at, Seconds age) {
  const auto later = std::ranges::upper_bound(series.at, at);
  if (later == series.at.begin()) return {};
  const auto known = static_cast<std::size_t>(later - series.at.begin()) - 1;
  if (age < at - series.at[known]) return {};
  return series.value[known];
}

market::Series gaps_of(const market::Series& borrow, const market::Series& benchmark) {
  market::Series gaps{.at = {}, .value = {}, .step = days(1), .source = borrow.source};
  for (std::size_t i = 0; i < borrow.at.size(); ++i) {
    const auto rate = newest(benchmark, borrow.at[i], holds);
    if (!rate) continue;
    gaps.at.push_back(borrow.at[i]);
    gaps.value.push_back(borrow.value[i] - *rate);
  }
  return gaps;
}

Result<std::optional<market::Series>> lent_out(const History& history) {
  std::optional<market::Series> none;
  if (history.series.find("utilisation") == history.series.end()) return none;
  auto lent = days_of(history, "utilisation", Sign::any);
  if (!lent) return lent.error();
  return std::optional(*std::move(lent));
}

Result<Signal> read(const History& history, const SignalPolicy& policy) {
  const auto borrow = days_of(history, "borrow_rate", Sign::any);
  if (!borrow) return borrow.error();
  const auto benchmark = days_of(history, "benchmark_rate", Sign::any);
  if (!benchmark) return benchmark.error();
  const auto lent = lent_out(history);
  if (!lent) return lent.error();
  const market::Series gaps = gaps_of(*borrow, *benchmark);
  const auto window = static_cast<std::size_t>(policy.rate_gap_days);
  Signal found;
  double gap = 0;
  for (const Run& run : runs_of(gaps)) {
    const auto values = std::span(gaps.value).subspan(run.first, run.count);
    for (std::size_t i = window - 1; i < run.count; ++i) {
      const UnixSeconds at = gaps.at[run.first + i];
      const double z = z_of_last(last(values, i, window));
      const auto share = *lent ? newest(**lent, at, days(1)) : std::nullopt;
      const bool spike =
          z > policy.rate_gap_high || (share && *share > policy.rate_gap_utilisation);
      found.readings.push_back({.at = at, .value = z, .state = states[spike ? 1 : 0]});
      gap = values[i];
    }
  }
  if (found.readings.empty()) {
    return fail(Reason::missing_data,
                fmt::format("borrow_rate: {} days beside a benchmark, none of {} in a row (the z "
                            "takes as many)",
                            gaps.at.size(), window));
  }
  found.working = {
      .name = "rate gap",
      .value = found.readings.back().value,
      .unit = "deviations",
      .formula = fmt::format("z over {} days of borrow rate - benchmark; a spike above {}, or with "
                             "more than {} lent out",
                             window, policy.rate_gap_high, policy.rate_gap_utilisation),
      .source = gaps.source,
      .inputs = {{.name = "gap",
                  .value = gap,
                  .unit = "per year",
                  .formula = "borrow rate - benchmark",
                  .source = benchmark->source,
                  .inputs = {}}}};
  return found;
}

}  // namespace

Entry rate_gap() {
  return {"rate_gap", "the on-chain borrow rate over its benchmark, in deviations of the gap",
          needs, states, read};
}

}  // namespace levee::signal::kind

// levee/signal/kind/oracle_gap.cpp — how far the protocol's price feed strays from the others.
#include "levee/signal/kind.h"
#include "levee/signal/oracle.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

namespace levee::signal::kind {
namespace {

constexpr std::string_view needs[] = {"oracle_price", "price"};
constexpr std::string_view states[] = {"fine", "warn", "freeze", "exit_review"};
constexpr std::array<std::string_view, 3> others{"price", "pool_average", "second_oracle"};

// How many of a series' values were known at a moment.
std::size_t known_of(const market::Series& series, UnixSeconds at) {
  return static_cast<std::size_t>(std::ranges::upper_bound(series.at, at) - series.at.begin());
}

// What the others say; one that missed two of its own steps says nothing any more.
std::vector<double> said_at(const std::vector<const market::Series*>& from, UnixSeconds at) {
  std::vector<double> said;
  for (const market::Series* series : from) {
    const std::size_t known = known_of(*series, at);
    if (known == 0) continue;
    const Seconds age = at - series->at[known - 1];
    if (series->step.value() * 2 < age.value()) continue;
    said.push_back(series->value[known - 1]);
  }
  return said;
}

std::vector<UnixSeconds> moments_of(const std::vector<const market::Series*>& all) {
  std::vector<UnixSeconds> moments;
  for (const market::Series* series : all) {
    moments.insert(moments.end(), series->at.begin(), series->at.end());
  }
  std::ranges::sort(moments);
  moments.erase(std::ranges::unique(moments).begin(), moments.end());
  return moments;
}

Result<Signal> read(const History& history, const SignalPolicy& policy) {
  const OracleRule rule = oracle_rule(policy);
  if (const auto sound = check(rule); !sound) return sound.error();
  const auto feed = series_of(history, "oracle_price", Sign::positive);
  if (!feed) return feed.error();
  std::vector<const market::Series*> beside;
  for (const std::string_view name : others) {
    if (name != "price" && history.series.find(name) == history.series.end()) continue;
    const auto series = series_of(history, name, Sign::positive);
    if (!series) return series.error();
    beside.push_back(*series);
  }
  std::vector<const market::Series*> all = beside;
  all.push_back(*feed);
  Signal found;
  Explain fed, median;
  for (const UnixSeconds at : moments_of(all)) {
    const std::size_t known = known_of(**feed, at);
    const std::vector<double> said = said_at(beside, at);
    if (known == 0 || said.empty()) continue;
    const OracleView view{
        .price = (*feed)->value[known - 1], .age = at - (*feed)->at[known - 1], .others = said};
    const OracleGap gap = oracle_gap(rule, view);
    found.readings.push_back({.at = at, .value = *gap.gap, .state = name_of(gap.band)});
    fed = {.name = "oracle_price",
           .value = view.price,
           .unit = "quote per base",
           .formula = fmt::format("{} s old", view.age.value()),
           .source = (*feed)->source,
           .inputs = {}};
    median = {.name = "others",
              .value = static_cast<double>(said.size()),
              .unit = "",
              .formula = "how many say something",
              .source = beside.front()->source,
              .inputs = {}};
  }
  if (found.readings.empty()) {
    return fail(Reason::missing_data,
                "oracle_price: at no moment does another price stand beside "
                "it (give prices of the same time)");
  }
  found.working = {.name = "oracle gap",
                   .value = found.readings.back().value,
                   .unit = "",
                   .formula = fmt::format("|feed - median of others| / median; warn, freeze and "
                                          "exit at {}, {} and {} times {}",
                                          rule.warn, rule.freeze, rule.exit_review, rule.deviation),
                   .source = (*feed)->source,
                   .inputs = {fed, median}};
  return found;
}

}  // namespace

Entry oracle_gap() {
  return {"oracle_gap", "the protocol's price feed against the median of other prices", needs,
          states, read};
}

}  // namespace levee::signal::kind

#include "levee/report/tail_table.h"

#include "levee/report/sentences.h"
#include "levee/report/words.h"

#include <fmt/core.h>

namespace levee::report {
namespace {

std::string usd_or_nothing(const risk::TailReport& tail, const Uncertain& amount) {
  return is_known(tail) ? usd(amount) : std::string(nothing);
}

enum class Detail { brief, full };

// A heading and its lines: one distribution before and after.
void add_tails(std::string heading, const hedge::TailPair& pair, Detail detail, Table& table) {
  const risk::TailReport &before = pair.unhedged, &after = pair.hedged;
  table.rows.push_back({{std::move(heading)}, RowKind::group});
  const bool both = is_known(before) && is_known(after);
  const auto changed = [&](double was, double is) {
    return both ? change({was, is}) : std::string(nothing);
  };
  using Field = double risk::TailReport::*;
  const auto add = [&](std::string name, Field value, Field error) {
    table.rows.push_back({{std::move(name), usd_or_nothing(before, {before.*value, before.*error}),
                           usd_or_nothing(after, {after.*value, after.*error}),
                           changed(before.*value, after.*value)}});
  };
  using risk::TailReport;
  add("Mean loss", &TailReport::mean_usd, &TailReport::mean_usd_se);
  if (detail == Detail::full) add("VaR 95 %", &TailReport::var95_usd, &TailReport::var95_usd_se);
  add("CVaR 95 %", &TailReport::cvar95_usd, &TailReport::cvar95_usd_se);
  add("CVaR 99 %", &TailReport::cvar99_usd, &TailReport::cvar99_usd_se);
  if (detail == Detail::brief) return;
  const auto worst = [](const TailReport& tail) {
    return is_known(tail) ? usd(tail.worst_usd) : std::string(nothing);
  };
  table.rows.push_back(
      {{"Worst drawn", worst(before), worst(after), changed(before.worst_usd, after.worst_usd)}});
}

std::string heading(std::string_view what, const hedge::TailPair& pair) {
  std::string text(what);
  if (!pair.scenarios.empty()) text += ": " + spaced(pair.scenarios);
  if (!pair.measure.empty()) text += ", " + spaced(pair.measure);
  if (!is_known(pair.unhedged)) return text;
  return fmt::format("{} ({} paths)", text, grouped(pair.unhedged.paths, 0));
}

}  // namespace

bool is_known(const risk::TailReport& tail) { return tail.paths > 0; }

Table tail_table(const hedge::TailsTold& tails, std::string_view scenarios) {
  Table table{
      "Losses to the horizon",
      {{"", Kind::name}, {"Unhedged"}, {"Hedged"}, {"Change"}},
      {},
      "± is one standard error. Gains are negative. Before and after share their scenarios: "
      "the error of a change is at most the sum of the two. VaR 95 % is the loss not "
      "exceeded with probability 95 %; CVaR is the mean of the worst 5 % or 1 %. A plan may be "
      "chosen on evenly spread scenarios: their ± is that of random ones, and too wide."};
  const auto add = [&](std::string_view what, const hedge::TailPair& pair, Detail detail) {
    add_tails(heading(what, pair), pair, detail, table);
  };
  const std::string kind(scenarios);
  add("Fresh scenarios", {kind, "", tails.unhedged.out_of_sample, tails.hedged.out_of_sample},
      Detail::full);
  add("Scenarios the plan was chosen on",
      {kind, "", tails.unhedged.in_sample, tails.hedged.in_sample}, Detail::full);
  for (const hedge::TailPair& pair : tails.also) add("Fresh scenarios", pair, Detail::brief);
  return table;
}

}  // namespace levee::report

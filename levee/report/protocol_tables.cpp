#include "levee/report/protocol_tables.h"

#include "levee/report/words.h"

#include <algorithm>

#include <fmt/core.h>
#include <fmt/ranges.h>

namespace levee::report {
namespace {

// A share of a hundred with its band, where it has one: "0.72 % (0.11 to 2.0)".
std::string percents(const hedge::Banded& share) {
  if (share.low == share.high) return fmt::format("{} %", number(100 * share.mean, 3));
  return fmt::format("{} % ({} to {})", number(100 * share.mean, 3), number(100 * share.low, 2),
                     number(100 * share.high, 2));
}

std::string dollars(const hedge::Banded& amount) {
  if (amount.low == amount.high) return usd(amount.mean);
  return fmt::format("{} ({} to {})", usd(amount.mean), usd(amount.low), usd(amount.high));
}

Table node_table(const hedge::ProtocolSide& side) {
  Table table{"Node by node",
              {{"", Kind::name},
               {"Failures a year"},
               {"To horizon"},
               {"Share lost"},
               {"Exposed"},
               {"Lost a year"},
               {"Covered"}},
              {},
              "Bands: the rates' 5 to 95 % where they are fitted; share lost is for good, after "
              "what comes back."};
  for (const hedge::NodeTold& node : side.nodes) {
    table.rows.push_back(
        {{node.name, percents(node.failures_per_year),
          fmt::format("{} %", number(100 * node.chance_to_horizon, 2)), percent(node.share_lost),
          usd(node.exposed_usd), dollars(node.loss_usd_per_year), usd(node.covered_usd)}});
    table.note += fmt::format(" {}: {}.", node.name, node.source);
  }
  return table;
}

Table stack_table(const hedge::ProtocolSide& side) {
  Table table{"What positions stand on",
              {{"Position", Kind::name},
               {"Survives a year"},
               {"Lost a year"},
               {"Break-even failures a year"},
               {"Stands on", Kind::words}},
              {},
              "Break-even: the rate of failure at which fees less arbitrage losses pay no longer."};
  for (const hedge::StackTold& stack : side.stacks) {
    const auto& even = stack.break_even_failures_per_year;
    table.rows.push_back(
        {{stack.position, percents(stack.survival_year), percents(stack.lost_share_year),
          even ? (*even > 0 ? fmt::format("{} %", number(100 * *even, 3)) : "none: carry is < 0")
               : std::string(unknown),
          fmt::format("{}", fmt::join(stack.nodes, ", "))}});
  }
  return table;
}

Table together_table(const hedge::ProtocolSide& side) {
  Table table{"What fails together",
              {{"", Kind::name},
               {"", Kind::name},
               {"Both within a year"},
               {"Correlation"},
               {"Because of", Kind::words}},
              {},
              ""};
  for (const hedge::TogetherTold& pair : side.together) {
    table.rows.push_back(
        {{pair.one, pair.other, fmt::format("{} %", number(100 * pair.chance_year, 2)),
          number(pair.correlation, 2), fmt::format("{}", fmt::join(pair.shared, ", "))}});
  }
  return table;
}

Table cover_table(const hedge::ProtocolSide& side) {
  Table table{"Cover on offer",
              {{"", Kind::name}, {"Premium a year"}, {"Fair"}, {"Bought"}, {"", Kind::words}},
              {},
              "Fair: the premium that expected payments would just return, refused "
              "claims and a provider that fails with the event allowed for."};
  for (const hedge::CoverTold& cover : side.covers) {
    table.rows.push_back({{cover.name, fmt::format("{} %", number(100 * cover.premium_per_year, 3)),
                           percents(cover.fair_per_year), usd(cover.bought_usd), cover.sentence}});
  }
  return table;
}

Table leave_table(const hedge::ProtocolSide& side) {
  Table table{"What leaving would change",
              {{"Taken out, tokens kept", Kind::name},
               {"Expected loss"},
               {"CVaR"},
               {"Objective"},
               {"", Kind::words}},
              {},
              "Beside the plan's other trades, to the horizon; a minus is better."};
  for (const hedge::LeaveTold& leave : side.leaving) {
    const auto& needed = leave.fees_needed_usd_per_day;
    table.rows.push_back(
        {{leave.position, signed_usd(leave.mean_usd), signed_usd(leave.cvar_usd),
          signed_usd(leave.objective_usd),
          needed ? fmt::format("fees are unknown: staying is no worse from {} a day", usd(*needed))
          : leave.objective_usd < 0 ? std::string("leaving is better")
                                    : std::string("staying is better")}});
  }
  return table;
}

}  // namespace

std::vector<Table> protocol_tables(const hedge::ProtocolSide& side) {
  std::vector<Table> tables;
  if (side.nodes.empty()) return tables;
  tables.push_back(node_table(side));
  if (!side.stacks.empty()) tables.push_back(stack_table(side));
  if (!side.together.empty()) tables.push_back(together_table(side));
  if (!side.covers.empty()) tables.push_back(cover_table(side));
  if (!side.leaving.empty()) tables.push_back(leave_table(side));
  return tables;
}

std::string protocol_sentence(const hedge::ProtocolSide& side) {
  if (side.nodes.empty()) return {};
  const auto worst = std::ranges::max_element(
      side.nodes, {}, [](const hedge::NodeTold& node) { return node.loss_usd_per_year.mean; });
  return fmt::format(
      "{} is the likeliest to cost: {} failures a year, {} of {} lost when it does, {} a year "
      "expected. Options and perps do not pay for that.",
      worst->name, percents(worst->failures_per_year), percent(worst->share_lost),
      usd(worst->exposed_usd), dollars(worst->loss_usd_per_year));
}

}  // namespace levee::report

#include "levee/hedge/last_plan.h"

#include "levee/solve/tail_value.h"

#include <algorithm>
#include <map>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

constexpr double dust = 1e-9;  // of the most, below which a solver means nothing by it

using Side = std::pair<std::string, std::string>;  // instrument, "buy" or "sell"

Side side_of(const Program& p, std::size_t column) {
  return {p.candidates[p.candidate_of[column]].name, p.columns[column].sign > 0 ? "buy" : "sell"};
}

}  // namespace

std::vector<Leg> legs_of(const Program& program, std::span<const double> x) {
  std::vector<Leg> legs;
  for (std::size_t j = 0; j < x.size(); ++j) {
    if (x[j] <= dust * program.columns[j].upper) continue;
    auto [instrument, side] = side_of(program, j);
    legs.push_back({std::move(instrument), std::move(side), x[j]});
  }
  return legs;
}

std::vector<double> quantities_of(const Program& program, std::span<const Leg> legs) {
  std::map<Side, double> left;
  for (const Leg& leg : legs) left[{leg.instrument, leg.side}] += leg.quantity;
  std::vector<double> x(program.columns.size(), 0.0);
  for (std::size_t j = 0; j < x.size(); ++j) {
    const auto found = left.find(side_of(program, j));
    if (found == left.end()) continue;
    x[j] = std::min(found->second, program.columns[j].upper);
    found->second -= x[j];
  }
  return x;
}

Choice begun_from(const Program& program, const Policy& policy, const LastPlan& last) {
  Choice begun;
  begun.x = quantities_of(program, last.optimum);
  if (std::ranges::all_of(begun.x, [](double one) { return one <= 0; })) return {};
  const solve::TailProgram tail =
      tail_program(program, {1, policy.price_of_tail}, policy.confidence);
  begun.price = solve::tail_price_at(solve::losses_at(tail, begun.x), tail.level, tail.tail_weight);
  return begun;
}

std::optional<Lean> kept_trades(const Program& program, const Policy& policy, const Choice& choice,
                                const LastPlan& last) {
  const std::vector<double> x = quantities_of(program, last.trades);
  std::vector<std::size_t> columns;
  for (std::size_t j = 0; j < x.size(); ++j) {
    if (x[j] > 0) columns.push_back(j);
  }
  if (columns.empty()) return std::nullopt;
  Lean kept = restricted(program, {columns, program.paths()}, choice);
  kept.choice = choose(kept.program, policy, start_at(kept.choice));
  if (kept.choice.status == solve::Status::infeasible) return std::nullopt;
  const auto wanted =
      static_cast<std::size_t>(std::ranges::count_if(choice.x, [](double one) { return one > 0; }));
  const double saved = wanted > columns.size() ? static_cast<double>(wanted - columns.size()) : 1;
  const double worth = policy.trade_worth_share_min * program.scale;
  if (kept.choice.objective - choice.objective > saved * worth) return std::nullopt;
  return kept;
}

SinceTold since(const LastPlan& last, std::span<const Trade> trades) {
  SinceTold told{.at = last.at, .changes = {}};
  std::map<Side, double> before;
  for (const Leg& leg : last.trades) before[{leg.instrument, leg.side}] += leg.quantity;
  for (const Trade& trade : trades) {
    const auto was = before.find({trade.instrument, trade.side});
    if (was == before.end()) {
      told.changes.push_back(
          fmt::format("{} {:.6g} {}: new", trade.side, trade.quantity, trade.instrument));
      continue;
    }
    if (was->second != trade.quantity) {
      told.changes.push_back(fmt::format("{} {:.6g} {}: was {:.6g}", trade.side, trade.quantity,
                                         trade.instrument, was->second));
    }
    before.erase(was);
  }
  for (const auto& [side, quantity] : before) {
    told.changes.push_back(
        fmt::format("{} {:.6g} {}: no longer asked for", side.second, quantity, side.first));
  }
  return told;
}

}  // namespace levee::hedge

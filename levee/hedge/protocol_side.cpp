#include "levee/hedge/protocol_side.h"

#include "levee/hazard/stack.h"
#include "levee/hedge/book_change.h"
#include "levee/hedge/dollars.h"
#include "levee/num/estimate.h"
#include "levee/risk/cover.h"
#include "levee/risk/valuation.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

constexpr Years year{1};
// Beyond this many positions leaving is told of all together only.
constexpr std::size_t leave_each_max = 5;

Banded times(const hazard::Known& known, double factor) {
  return {known.mean * factor, known.low * factor, known.high * factor};
}

// A holding that can fail, by what it stands on.
struct Standing {
  std::string name;
  std::vector<std::size_t> stack;
  double worth = 0;  // USD now
};

double pledged(const book::Loan& loan, Price spot) {
  return loan.pledge ? loan.pledge->base.value() * spot.value() + loan.pledge->quote.value() : 0;
}

std::vector<Standing> standing_in(const Setting& setting) {
  const auto& models = setting.snapshot.protocols;
  std::vector<Standing> found;
  const auto add = [&](std::string name, const std::vector<std::string>& nodes, double worth) {
    auto stack = hazard::stack_of(models, nodes);
    if (!stack.empty()) found.push_back({std::move(name), std::move(stack), worth});
  };
  for (std::size_t i = 0; i < setting.book.positions.size(); ++i) {
    const book::LpPosition& position = setting.book.positions[i];
    add(position.name, position.nodes(), setting.position.each[i].value_usd);
  }
  for (const book::Lot& lot : setting.book.lots) {
    add(lot.name, {lot.venue}, lot.margin ? lot.margin->collateral.value() : 0);
  }
  for (const book::Loan& loan : setting.book.loans) {
    add(loan.name, {loan.protocol}, pledged(loan, setting.snapshot.spot));
  }
  add("the plan's trades", {setting.policy.venue}, 0);
  return found;
}

double covered(const Setting& setting, const std::vector<Held>& held, const std::string& node) {
  double sum = 0;
  for (const book::Cover& cover : setting.book.covers) {
    if (cover.protocol == node) sum += cover.limit.value();
  }
  for (const Held& one : held) {
    const auto* layer = std::get_if<CoverLayer>(&one.instrument);
    if (layer && setting.snapshot.covers[layer->offer].protocol == node) sum += one.quantity;
  }
  return sum;
}

std::vector<NodeTold> nodes_of(const Setting& setting, const std::vector<Held>& held,
                               const std::vector<Standing>& standing, Years horizon) {
  std::vector<NodeTold> nodes;
  const auto& models = setting.snapshot.protocols;
  for (std::size_t m = 0; m < models.size(); ++m) {
    const hazard::FailureModel& model = models[m];
    NodeTold told{.name = model.protocol, .source = model.source};
    bool is_used = false;
    for (const Standing& one : standing) {
      if (!std::ranges::binary_search(one.stack, m)) continue;
      told.exposed_usd += one.worth, is_used = true;
    }
    if (!is_used) continue;
    const hazard::Known rate = hazard::intensity_band(model);
    told.failures_per_year = times(rate, 1);
    told.chance_to_horizon = hazard::failure_within(model, horizon).value();
    told.share_lost = hazard::mean_share_lost(model).value();
    told.loss_usd_per_year = times(rate, told.share_lost * told.exposed_usd);
    told.covered_usd = covered(setting, held, model.protocol);
    nodes.push_back(std::move(told));
  }
  return nodes;
}

std::vector<std::string> names_of(const std::vector<hazard::FailureModel>& models,
                                  const std::vector<std::size_t>& stack) {
  std::vector<std::string> names;
  for (const std::size_t node : stack) names.push_back(models[node].protocol);
  return names;
}

std::vector<StackTold> stacks_of(const Setting& setting) {
  const auto& models = setting.snapshot.protocols;
  std::vector<StackTold> stacks;
  for (std::size_t i = 0; i < setting.book.positions.size(); ++i) {
    const book::LpPosition& position = setting.book.positions[i];
    const auto stack = hazard::stack_of(models, position.nodes());
    if (stack.empty()) continue;
    const hazard::StackRisk risk = hazard::stack_risk(models, stack, year);
    StackTold told{.position = position.name,
                   .nodes = names_of(models, stack),
                   .survival_year = times(risk.survival, 1),
                   .lost_share_year = times(risk.lost, 1),
                   .break_even_failures_per_year = {}};
    const book::PositionReport& report = setting.position.each[i];
    const double fails = 1 - risk.survival.mean;
    if (report.fees_usd_per_day && report.value_usd > 0 && fails > 0) {
      const double carry =
          365 * (*report.fees_usd_per_day - report.lvr_usd_per_day) / report.value_usd;
      const Share lost{std::min(1.0, risk.lost.mean / fails)};
      if (lost.value() > 0) {
        told.break_even_failures_per_year = risk::break_even_hazard(carry, lost).value();
      }
    }
    stacks.push_back(std::move(told));
  }
  return stacks;
}

std::vector<TogetherTold> together_in(const Setting& setting,
                                      const std::vector<Standing>& standing) {
  const auto& models = setting.snapshot.protocols;
  std::vector<TogetherTold> list;
  for (std::size_t i = 0; i < standing.size(); ++i) {
    for (std::size_t j = i + 1; j < standing.size(); ++j) {
      std::vector<std::size_t> shared;
      std::ranges::set_intersection(standing[i].stack, standing[j].stack,
                                    std::back_inserter(shared));
      if (shared.empty()) continue;
      const auto both = hazard::fail_together(models, standing[i].stack, standing[j].stack, year);
      list.push_back({standing[i].name, standing[j].name, names_of(models, shared),
                      both.both.value(), both.correlation});
    }
  }
  return list;
}

std::vector<CoverTold> covers_of(const Setting& setting, const std::vector<Held>& held,
                                 const std::vector<NodeTold>& nodes) {
  std::vector<CoverTold> list;
  for (std::size_t i = 0; i < setting.snapshot.covers.size(); ++i) {
    const market::CoverOffer& offer = setting.snapshot.covers[i];
    CoverTold told{
        .name = offer.name, .protocol = offer.protocol, .premium_per_year = offer.premium.value()};
    for (const Held& one : held) {
      const auto* layer = std::get_if<CoverLayer>(&one.instrument);
      if (layer && layer->offer == i) told.bought_usd += one.quantity;
    }
    const auto node = std::ranges::find(nodes, offer.protocol, &NodeTold::name);
    if (node == nodes.end()) {
      told.sentence = "Declined: nothing in the book stands on what it is for.";
      list.push_back(std::move(told));
      continue;
    }
    const Usd limit{told.bought_usd > 0 ? told.bought_usd
                                        : std::min(offer.capacity.value(), node->exposed_usd)};
    const auto model = std::ranges::find(setting.snapshot.protocols, offer.protocol,
                                         &hazard::FailureModel::protocol);
    if (limit.value() > 0) {
      const auto fair = risk::fair_cover(cover_from(offer, limit), *model, Usd{node->exposed_usd});
      told.fair_per_year = {fair.fair_rate, fair.low, fair.high};
    }
    const double fair = told.fair_per_year.mean;
    const std::string dear =
        fair > 0 ? fmt::format("asks {:.3g} times what its payments are worth on average",
                               offer.premium.value() / fair)
                 : std::string("would pay nothing");
    told.sentence =
        told.bought_usd > 0
            ? fmt::format(
                  "Bought for {} of {} exposed: it {}, and the rest is the tail it takes away.",
                  dollars(told.bought_usd), dollars(node->exposed_usd), dear)
            : fmt::format("Declined: it {}, more than the tail it takes away is priced at.", dear);
    list.push_back(std::move(told));
  }
  return list;
}

// Mean, CVaR and what is made small, of losses.
struct Weighed {
  double mean = 0, cvar = 0, objective = 0;
};

Weighed weighed(const std::vector<double>& losses, const Policy& policy) {
  Weighed out{num::mean_of(losses).value, risk::tail_of(losses, policy.confidence)->cvar.value()};
  out.objective = out.mean + policy.price_of_tail * out.cvar;
  return out;
}

// The plan with positions taken out beside it, in place of what it takes out itself.
std::vector<Held> left(const std::vector<Held>& held, std::span<const std::size_t> positions,
                       double gas) {
  std::vector<Held> out;
  for (const Held& one : held) {
    const auto* leaves = std::get_if<Withdrawal>(&one.instrument);
    if (leaves != nullptr && std::ranges::find(positions, leaves->position) != positions.end())
      continue;
    out.push_back(one);
  }
  for (const std::size_t position : positions) out.push_back({Withdrawal{position}, 1, gas});
  return out;
}

Result<std::vector<LeaveTold>> leaving(const Setting& setting, const std::vector<Held>& held,
                                       const risk::Repricing& with, const parallel::Team& team) {
  const Policy& policy = setting.policy;
  const auto& fees = setting.position.fees_usd_per_day;
  const auto score = [&](const std::vector<Held>& what) {
    return score_of({setting.book, fees, what, policy.venue, setting.proxy}, with, team);
  };
  const auto stays = score(held);
  if (!stays) return stays.error();
  const Weighed before = weighed(stays->hedged, policy);
  std::vector<LeaveTold> list;
  const auto tell = [&](std::string name,
                        const std::vector<std::size_t>& positions) -> Result<Done> {
    const auto leaves = score(left(held, positions, policy.leave_gas_usd));
    if (!leaves) return leaves.error();
    const Weighed after = weighed(leaves->hedged, policy);
    LeaveTold told{.position = std::move(name),
                   .mean_usd = after.mean - before.mean,
                   .cvar_usd = after.cvar - before.cvar,
                   .objective_usd = after.objective - before.objective,
                   .fees_needed_usd_per_day = {}};
    const bool known =
        std::ranges::all_of(positions, [&](std::size_t i) { return fees[i].has_value(); });
    if (!known) {
      // A sure income lowers mean and CVaR by as much.
      told.fees_needed_usd_per_day =
          std::max(0.0, -told.objective_usd / (1 + policy.price_of_tail) / policy.horizon_days);
    }
    list.push_back(std::move(told));
    return Done{};
  };
  const std::size_t count = setting.book.positions.size();
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(i);
  if (count > 1 && count <= leave_each_max) {
    for (const std::size_t i : all) {
      if (auto done = tell(setting.book.positions[i].name, {i}); !done) return done.error();
    }
  }
  const auto done = tell(count == 1 ? setting.book.positions[0].name : "all positions", all);
  if (!done) return done.error();
  return list;
}

}  // namespace

Result<ProtocolSide> protocol_side(const Setting& setting, const std::vector<Held>& held,
                                   const risk::Repricing& with, const parallel::Team& team) {
  ProtocolSide side;
  if (setting.snapshot.protocols.empty()) return side;
  const auto standing = standing_in(setting);
  const Years horizon{setting.policy.horizon_days / 365};
  side.nodes = nodes_of(setting, held, standing, horizon);
  side.stacks = stacks_of(setting);
  side.together = together_in(setting, standing);
  side.covers = covers_of(setting, held, side.nodes);
  if (side.nodes.empty()) return side;
  auto leaves = leaving(setting, held, with, team);
  if (!leaves) return leaves.error();
  side.leaving = *std::move(leaves);
  return side;
}

}  // namespace levee::hedge

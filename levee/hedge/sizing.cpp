#include "levee/hedge/sizing.h"

#include "levee/base/fields.h"
#include "levee/hedge/dollars.h"
#include "levee/hedge/steward.h"

#include <algorithm>
#include <cmath>
#include <ranges>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

std::string percent(double share) { return fmt::format("{:.3g} %", 100 * share); }

// A rule of a plain limit on a share of capital that grows with the size.
struct Plain {
  std::string name;
  double value = 0;                 // share of capital
  double limit = 0;                 // share of capital
  std::optional<double> warn{};     // below it
  std::optional<double> largest{};  // USD
  std::string sentence;
};

SizeRule judged(const Plain& rule) {
  SizeRule told{.name = rule.name,
                .verdict = "ok",
                .value = rule.value,
                .limit = rule.limit,
                .headroom = rule.limit - rule.value,
                .largest_usd = rule.largest,
                .sentence = rule.sentence};
  // What stands at a limit keeps it; figures that were typed in arrive with rounding.
  const double hair = 1e-12 * rule.limit;
  if (rule.warn && rule.value > *rule.warn + hair) told.verdict = "warn";
  if (rule.value > rule.limit + hair) told.verdict = "block";
  return told;
}

SizeRule unknown_rule(std::string name, const Error& why) {
  return {.name = std::move(name),
          .verdict = "unknown",
          .value = {},
          .limit = {},
          .headroom = {},
          .largest_usd = {},
          .sentence = why.message};
}

SizeRule node_rule(const SizeAsk& ask, const SizePolicy& policy, const NodeExposure& node) {
  const double capital = ask.capital.value(), lost = node.lost.value();
  const double net = net_of_cover(node, node.lost).value();
  Plain rule{.name = fmt::format("contract: {}", node.node),
             .value = net / capital,
             .limit = policy.node_block,
             .warn = policy.node_warn,
             .sentence = {}};
  if (lost > 0) {
    const Usd most = largest_loss(node, Usd{policy.node_block * capital});
    rule.largest = most.value() / lost * ask.value.value();
  }
  rule.sentence = fmt::format(
      "If {} fails, {} are lost and cover pays {} of it: {} of capital (warn {}, block {}), "
      "whatever "
      "options are held.",
      node.node, dollars(lost), dollars(lost - net), percent(rule.value), percent(policy.node_warn),
      percent(policy.node_block));
  if (node.modelled == Modelled::no)
    rule.sentence += " No failure model of it is known: all of it counts.";
  return judged(rule);
}

SizeRule market_rule(const SizeAsk& ask, const SizePolicy& policy) {
  const bool is_valid = ask.overlay.is_valid;
  Plain rule{.name = "market part",
             .value = ask.value.value() / ask.capital.value(),
             .limit = is_valid ? policy.overlay_cap : policy.bare_block,
             .sentence = {}};
  if (!is_valid) rule.warn = policy.bare_warn;
  rule.largest = rule.limit * ask.capital.value();
  rule.sentence = is_valid ? fmt::format(
                                 "The overlay is valid ({}), so the positions may be {} of "
                                 "capital; they are {}.",
                                 ask.overlay.why, percent(rule.limit), percent(rule.value))
                           : fmt::format(
                                 "No valid overlay ({}), so the positions may be {} of "
                                 "capital (warn above {}); they are {}.",
                                 ask.overlay.why, percent(rule.limit), percent(policy.bare_warn),
                                 percent(rule.value));
  return judged(rule);
}

SizeRule tail_rule(const SizeAsk& ask, const SizePolicy& policy) {
  const double capital = ask.capital.value(), upper = ask.residual.upper.value();
  Plain rule{.name = "residual CVaR 95 %",
             .value = upper / capital,
             .limit = policy.tail_share,
             .sentence = {}};
  if (upper > 0) rule.largest = policy.tail_share * capital / upper * ask.value.value();
  rule.sentence = fmt::format(
      "The mean of the worst 5 % is {}, at the upper end of its 95 % interval {}: {} of capital; "
      "{} "
      "are allowed.",
      dollars(ask.residual.cvar.value()), dollars(upper), percent(rule.value),
      percent(policy.tail_share));
  if (ask.residual.events < fewest_events) {
    rule.sentence +=
        fmt::format(" It stands on {:.1f} losses in the tail, fewer than {:.0f}: do not trust it.",
                    ask.residual.events, fewest_events);
  }
  return judged(rule);
}

SizeRule growth_rule(const SizeAsk& ask, const SizePolicy& policy) {
  if (!ask.growth) return unknown_rule("growth", ask.growth.error());
  const double best = ask.growth->share;
  Plain rule{.name = "growth",
             .value = ask.value.value() / ask.capital.value(),
             .limit = policy.growth_fraction * best,
             .sentence = {}};
  rule.largest = rule.limit * ask.capital.value();
  rule.sentence =
      best > 0 ? fmt::format(
                     "With the edge at the lower end of its interval capital grows fastest "
                     "with {} in the positions; {} of that are allowed.",
                     percent(best), percent(policy.growth_fraction))
               : "With the edge at the lower end of its interval the positions earn less than "
                 "riskless money: no size makes capital grow.";
  return judged(rule);
}

SizeRule exit_rule(const SizeAsk& ask, const SizePolicy& policy) {
  if (!ask.exit) return unknown_rule("exit", ask.exit.error());
  const double most = ask.exit->value();
  Plain rule{.name = "exit",
             .value = ask.value.value() / ask.capital.value(),
             .limit = most / ask.capital.value(),
             .sentence = {}};
  rule.largest = most;
  rule.sentence =
      fmt::format("Its tokens sold into the pool it leaves, {} can be left within {} of slippage.",
                  dollars(most), percent(policy.slippage));
  return judged(rule);
}

SizeRule beta_rule(const SizeAsk& ask, const SizePolicy& policy) {
  if (!ask.beta_down) return unknown_rule("beta", ask.beta_down.error());
  const double beta = ask.beta_down->value, share = ask.value.value() / ask.capital.value();
  Plain rule{.name = "beta", .value = share * beta, .limit = policy.beta_budget, .sentence = {}};
  if (beta > 0) rule.largest = policy.beta_budget / beta * ask.capital.value();
  rule.sentence = fmt::format(
      "Where the market falls the positions move {:.2f} ± {:.2f} times as much: {} of capital "
      "times "
      "that; {} is the budget.",
      beta, ask.beta_down->error, percent(share), percent(policy.beta_budget));
  return judged(rule);
}

// What stands may stay; who chases yields, or keeps too few rules, adds nothing to it.
SizeRule steward_rule(const SizeAsk& ask) {
  const StewardSeen& seen = *ask.steward;
  const double capital = ask.capital.value();
  const double added = std::max(0.0, ask.value.value() - seen.standing.value());
  const bool may_add = seen.score >= steward_gate && !seen.promoter;
  Plain rule{
      .name = "steward", .value = added / capital, .limit = may_add ? 1.0 : 0.0, .sentence = {}};
  if (!may_add) rule.largest = seen.standing.value();
  rule.sentence = fmt::format(
      "A steward's score of {:.0f} ({:.0f} lets liquidity be added){}: {} of capital is new.",
      seen.score, steward_gate, seen.promoter ? ", and yields are chased" : "",
      percent(rule.value));
  return judged(rule);
}

std::string sentence_of(const Sizing& told, double value) {
  const auto unknown =
      std::ranges::count(told.rules, std::string_view("unknown"), &SizeRule::verdict);
  std::string text;
  if (told.verdict == "block") {
    text = fmt::format("Too large: {} is held, {} is the most; \"{}\" sets it.", dollars(value),
                       dollars(told.largest_usd), told.binding);
  } else {
    text = fmt::format("{}: {} is held, up to {} is allowed; \"{}\" sets it.",
                       told.verdict == "warn" ? "Allowed, with a warning" : "Allowed",
                       dollars(value), dollars(told.largest_usd), told.binding);
  }
  if (unknown > 0) text += fmt::format(" {} of {} rules are unknown.", unknown, told.rules.size());
  return text;
}

}  // namespace

Result<Done> check(const SizePolicy& policy) {
  std::optional<Error> wrong;
  for_fields(policy, [&](std::string_view name, const double& share, std::string_view) {
    if (!wrong && !(0 < share && share <= 1)) {
      wrong = fail(Reason::out_of_range, fmt::format("{} = {} (must lie in (0, 1])", name, share));
    }
  });
  if (wrong) return *wrong;
  if (policy.node_warn > policy.node_block || policy.bare_warn > policy.bare_block) {
    return fail(Reason::out_of_range, "node_warn or bare_warn (must not be above its block)");
  }
  if (policy.slippage == 1) {
    return fail(Reason::out_of_range, "slippage = 1 (must be below 1: nothing would be left)");
  }
  return Done{};
}

Usd net_of_cover(const NodeExposure& node, Usd lost) {
  LEVEE_EXPECT(lost >= Usd{0});
  double left = lost.value();
  for (const NodeCover& cover : node.covers) {
    left -= cover.paid * std::clamp(left - cover.deductible.value(), 0.0, cover.limit.value());
  }
  return Usd{left};
}

Usd largest_loss(const NodeExposure& node, Usd net) {
  double most = net.value();
  for (const NodeCover& cover : node.covers | std::views::reverse) {
    const double from = cover.deductible.value(), limit = cover.limit.value();
    if (most < from) continue;  // it pays nothing yet
    const double slope = 1 - cover.paid;
    const double over = most - from;
    most = over < slope * limit ? from + over / slope : most + cover.paid * limit;
  }
  return Usd{most};
}

Overlay overlay_of(const OverlayAsk& ask, const SizePolicy& policy) {
  if (ask.lots == 0) return {false, "no options or perps are held"};
  const double events = std::min(ask.bare.events, ask.covered.events);
  if (events < fewest_events) {
    return {false, fmt::format("{:.1f} losses in the tail cannot show it", events)};
  }
  const double bare = ask.bare.cvar.value(), upper = ask.covered.upper.value();
  const double cut = bare > 0 ? 1 - upper / bare : 0;
  const std::string why = fmt::format("it takes {} of CVaR 95 % away at least, {} are needed",
                                      percent(cut), percent(policy.overlay_cut));
  return {cut >= policy.overlay_cut, why};
}

Sizing size_of(const SizeAsk& ask, const SizePolicy& policy) {
  LEVEE_EXPECT(ask.capital > Usd{0} && ask.value > Usd{0});
  Sizing told{.verdict = "ok",
              .sentence = {},
              .largest_usd = ask.capital.value(),
              .binding = {},
              .rules = {}};
  for (const NodeExposure& node : ask.nodes) told.rules.push_back(node_rule(ask, policy, node));
  told.rules.push_back(market_rule(ask, policy));
  told.rules.push_back(tail_rule(ask, policy));
  told.rules.push_back(growth_rule(ask, policy));
  told.rules.push_back(exit_rule(ask, policy));
  told.rules.push_back(beta_rule(ask, policy));
  if (ask.steward) told.rules.push_back(steward_rule(ask));
  SizeRule* binding = nullptr;
  for (SizeRule& rule : told.rules) {
    if (rule.verdict == "block") told.verdict = "block";
    if (rule.verdict == "warn" && told.verdict == "ok") told.verdict = "warn";
    if (rule.largest_usd && (!binding || *rule.largest_usd < *binding->largest_usd)) {
      binding = &rule;
    }
  }
  // The market part always sets a size.
  binding->binds = true;
  told.binding = binding->name;
  told.largest_usd = *binding->largest_usd;
  told.sentence = sentence_of(told, ask.value.value());
  return told;
}

}  // namespace levee::hedge

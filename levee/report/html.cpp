#include "levee/report/html.h"

#include "levee/report/advice_tables.h"
#include "levee/report/fees_table.h"
#include "levee/report/figures.h"
#include "levee/report/ladder.h"
#include "levee/report/markup.h"
#include "levee/report/page.h"
#include "levee/report/plan_tables.h"
#include "levee/report/position_tables.h"
#include "levee/report/protocol_tables.h"
#include "levee/report/proxy_table.h"
#include "levee/report/sentences.h"
#include "levee/report/tail_table.h"
#include "levee/report/tree.h"

#include <fmt/core.h>

namespace levee::report {
namespace {

Markup section(std::string_view id, std::string_view title, const Markup& inside) {
  const std::string heading = fmt::format("{}-title", id);
  return element("section", {{"id", std::string(id)}, {"aria-labelledby", heading}},
                 element("h2", {{"id", heading}}, title) + inside);
}

Markup note(std::string_view text) { return element("p", {{"class", "note"}}, text); }

Markup list_of(const std::vector<std::string>& points) {
  Markup items;
  for (const std::string& point : points) items += element("li", point);
  return points.empty() ? Markup() : element("ul", items);
}

Markup folded(std::string_view title, const Markup& inside) {
  return element("details", element("summary", title) + inside);
}

Markup cards(const hedge::Plan& plan) {
  Markup cards;
  for (const Row& row : key_table(plan).rows) {
    cards += element("div", {{"class", "card"}},
                     element("dt", row.cells.at(0)) +
                         element("dd", {{"class", "value"}}, row.cells.at(1)) +
                         element("dd", {{"class", "note"}}, row.cells.at(2)));
  }
  return element("dl", {{"class", "cards"}}, cards);
}

Markup top(const hedge::Plan& plan) {
  Markup badge;
  if (plan.market.model_made) {
    badge = element("p", {{"class", "model-made"}},
                    element("strong", model_made_badge) + Markup(model_made_notice));
  }
  const std::string second = second_line(plan);
  const Markup more = second.empty() ? Markup() : element("p", second);
  const Markup source =
      plan.market.source.empty() ? Markup() : note("Worked out from " + plan.market.source + ".");
  return element("header", element("p", {{"class", "kind"}}, "levee · hedge plan") +
                               element("h1", headline(plan)) + more + badge +
                               element("p", market_sentence(plan.market)) + source + cards(plan));
}

Markup position_section(const hedge::Plan& plan) {
  Markup inside = element("p", {{"class", "lead"}}, volatility_sentence(plan.position));
  if (!plan.position.name.empty()) inside += note(plan.position.name);
  inside += markup_of(position_table(plan.position, plan.market));
  if (plan.positions.size() > 1) {
    inside += element("h3", "One by one") + markup_of(positions_table(plan.positions));
  }
  return section("position", "The position", inside);
}

Markup proxy_section(const hedge::Plan& plan) {
  if (!plan.proxy) return {};
  return section("proxy", "The proxy",
                 element("p", {{"class", "lead"}}, plan.proxy->sentence) +
                     markup_of(proxy_table(*plan.proxy)));
}

Markup day_section(const hedge::Plan& plan) {
  if (plan.day.hedge.empty()) return {};
  return section("day", "The day",
                 element("p", {{"class", "lead"}}, day_sentence(plan.day)) +
                     (plan.day.gauges.empty() ? Markup() : markup_of(gauge_table(plan.day))) +
                     markup_of(restriction_table(plan.day)));
}

Markup cost_section(const hedge::Plan& plan) {
  Markup inside = income_figure(plan) + markup_of(cost_table(plan));
  if (plan.fees_kept) {
    const Table kept = fees_kept_table(*plan.fees_kept);
    inside += element("h3", kept.title) + markup_of(kept);
  }
  return section("cost", "Cost against income", inside);
}

Markup layer_section(const hedge::Plan& plan) {
  if (plan.layers.empty()) return {};
  Markup inside = markup_of(layer_table(plan.layers));
  const auto beside = beside_lines(plan.beside);
  if (!beside.empty()) inside += element("h3", "Beside the programme") + list_of(beside);
  return section("layers", "What each layer does, and why", inside);
}

Markup roll_section(const hedge::Plan& plan) {
  Markup inside;
  for (const Table& table : roll_tables(plan.rolls)) {
    inside += element("h3", table.title) + markup_of(table);
  }
  return plan.rolls.lines.empty() ? Markup() : section("rolls", "What is held already", inside);
}

Markup what_if_section(const hedge::Plan& plan) {
  if (plan.what_if.empty()) return {};
  return section("what-if", "What would change the answer", markup_of(what_if_table(plan.what_if)));
}

Markup world_section(const hedge::Plan& plan) {
  if (!plan.robust) return {};
  return section("worlds", "In every world", markup_of(world_table(*plan.robust)));
}

Markup look_again_section(const hedge::Plan& plan) {
  const auto lines = look_again_lines(plan.look_again);
  return lines.empty() ? Markup() : section("look-again", "Look again", list_of(lines));
}

Markup since_section(const hedge::Plan& plan) {
  const auto lines = since_lines(plan.since);
  return lines.empty() ? Markup() : section("since", since_title, list_of(lines));
}

Markup frontier_section(const hedge::Plan& plan) {
  if (plan.frontier.empty()) return {};
  return section("frontier", "Cost against tail",
                 frontier_figure(plan) + markup_of(frontier_table(plan.frontier)));
}

Markup payoff_section(const hedge::Plan& plan) {
  Markup inside = payoff_figure(plan);
  const std::string crossings = break_even_sentence(plan.plan);
  if (!crossings.empty()) inside += element("p", crossings);
  if (!plan.plan.profile.price.empty()) {
    inside += folded("The same as a table", markup_of(payoff_table(plan.plan.profile)));
  }
  return section("payoff", "Payoff", inside);
}

Markup ladder_section(const hedge::PlanTold& plan) {
  Markup inside = markup_of(trade_table(plan)) + premium_figure(plan);
  if (!plan.left_out.empty()) inside += folded("Not traded, and why", list_of(plan.left_out));
  return section("ladder", "The trades, by layer and tenor", inside);
}

Markup constraint_section(const hedge::PlanTold& plan) {
  Markup inside = markup_of(constraint_table(plan, Which::all));
  if (plan.status != "infeasible") {
    inside += element("h3", "How near this is to the best plan") + markup_of(optimum_table(plan));
  }
  return section("constraints", "What limits the plan", inside);
}

Markup protocol_section(const hedge::ProtocolSide& side) {
  if (side.nodes.empty()) {
    return section("protocol", "What can break",
                   note("Nothing is known to fail: no failure model was given."));
  }
  Markup inside = element("p", protocol_sentence(side));
  for (const Table& table : protocol_tables(side)) {
    inside += element("h3", table.title) + markup_of(table);
  }
  return section("protocol", "What can break", inside);
}

Markup unknown_section(const hedge::Plan& plan) {
  const Markup inside = plan.unknown.empty() ? note("Everything that is reported is known.")
                                             : markup_of(unknown_table(plan.unknown));
  return section("unknown", "What is not known, and why", inside);
}

Markup assumption_section(const hedge::Plan& plan) {
  const Markup inside =
      plan.assumptions.empty() ? note("None was told.") : list_of(plan.assumptions);
  return section("assumptions", "Assumptions and limits", inside);
}

Markup body(const hedge::Plan& plan) {
  const Markup main =
      top(plan) + since_section(plan) + position_section(plan) + proxy_section(plan) +
      day_section(plan) + payoff_section(plan) +
      section("losses", "Losses before and after", loss_figures(plan)) + layer_section(plan) +
      roll_section(plan) + ladder_section(plan.plan) + what_if_section(plan) +
      look_again_section(plan) + frontier_section(plan) +
      section("greeks", "Greeks before and after", markup_of(greek_table(plan.plan))) +
      cost_section(plan) +
      section("tail", "The tail, with its errors",
              markup_of(tail_table(plan.tail, plan.plan.scenarios))) +
      world_section(plan) + protocol_section(plan.protocol) + constraint_section(plan.plan) +
      section("explain", "How every number was worked out", tree_of(plan.explain)) +
      unknown_section(plan) + assumption_section(plan);
  return main;
}

}  // namespace

std::string html_page(const hedge::Plan& plan) {
  const std::string title = fmt::format("levee hedge plan{}{}",
                                        plan.position.name.empty() ? "" : ": ", plan.position.name);
  return page_of(title, body(plan), Scripts::own);
}

}  // namespace levee::report

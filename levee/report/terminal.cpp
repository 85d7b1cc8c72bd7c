#include "levee/report/terminal.h"

#include "levee/report/advice_tables.h"
#include "levee/report/fees_table.h"
#include "levee/report/ladder.h"
#include "levee/report/plan_tables.h"
#include "levee/report/position_tables.h"
#include "levee/report/protocol_tables.h"
#include "levee/report/proxy_table.h"
#include "levee/report/sentences.h"
#include "levee/report/sheet.h"
#include "levee/report/tail_table.h"

#include <fmt/core.h>

namespace levee::report {
namespace {

void show_market(const hedge::MarketTold& market, Sheet& sheet) {
  if (market.model_made) {
    sheet.paragraph("");
    sheet.paragraph(fmt::format("*** {} *** {}", model_made_badge, model_made_notice), Ink::notice);
  }
  sheet.heading("Market");
  sheet.paragraph(market_sentence(market), Ink::plain, 2);
  if (!market.source.empty()) sheet.paragraph("Source: " + market.source, Ink::dim, 2);
}

void show_positions(const book::PositionReport& total,
                    const std::vector<book::PositionReport>& each, const hedge::MarketTold& market,
                    Sheet& sheet) {
  sheet.table(position_table(total, market));
  sheet.paragraph("");
  sheet.paragraph(volatility_sentence(total), Ink::bold, 2);
  if (each.size() > 1) sheet.table(positions_table(each));
}

void show_day(const hedge::DayTold& day, Sheet& sheet) {
  if (day.hedge.empty()) return;
  sheet.heading("The day");
  sheet.paragraph(day_sentence(day), Ink::plain, 2);
  if (!day.gauges.empty()) sheet.table(gauge_table(day));
  if (!day.restrictions.empty()) sheet.table(restriction_table(day));
}

void show_list(std::string_view title, const std::vector<std::string>& points, Sheet& sheet) {
  if (points.empty()) return;
  sheet.heading(title);
  for (const std::string& point : points) sheet.point(point);
}

void show_close(Sheet& sheet) {
  sheet.paragraph("");
  sheet.paragraph(disclaimer, Ink::dim);
}

}  // namespace

std::string terminal_text(const hedge::Plan& plan, Colour colour) {
  Sheet sheet(colour);
  sheet.paragraph(headline(plan), Ink::bold);
  if (const std::string more = second_line(plan); !more.empty()) sheet.paragraph(more);
  show_list(since_title, since_lines(plan.since), sheet);
  show_market(plan.market, sheet);
  show_positions(plan.position, plan.positions, plan.market, sheet);
  if (plan.proxy) {
    sheet.table(proxy_table(*plan.proxy));
    sheet.paragraph("");
    sheet.paragraph(plan.proxy->sentence, Ink::plain, 2);
  }
  show_day(plan.day, sheet);
  sheet.table(tail_table(plan.tail, plan.plan.scenarios));
  if (plan.robust) sheet.table(world_table(*plan.robust));
  if (!plan.layers.empty()) {
    sheet.table(layer_table(plan.layers));
    for (const std::string& reason : layer_reasons(plan.layers)) sheet.point(reason);
  }
  show_list("Beside the programme", beside_lines(plan.beside), sheet);
  for (const Table& table : roll_tables(plan.rolls)) sheet.table(table);
  sheet.table(trade_table(plan.plan));
  sheet.table(cost_table(plan));
  if (plan.fees_kept) sheet.table(fees_kept_table(*plan.fees_kept));
  if (!plan.what_if.empty()) sheet.table(what_if_table(plan.what_if));
  show_list("Look again", look_again_lines(plan.look_again), sheet);
  if (!plan.frontier.empty()) sheet.table(frontier_table(plan.frontier));
  if (const std::string crossings = break_even_sentence(plan.plan); !crossings.empty()) {
    sheet.paragraph("");
    sheet.paragraph(crossings, Ink::plain, 2);
  }
  if (const std::string breaks = protocol_sentence(plan.protocol); !breaks.empty()) {
    sheet.paragraph("");
    sheet.paragraph(breaks, Ink::plain, 2);
  }
  for (const Table& table : protocol_tables(plan.protocol)) sheet.table(table);
  sheet.table(constraint_table(plan.plan, Which::limiting));
  if (!plan.plan.greeks.empty()) sheet.table(greek_table(plan.plan));
  if (plan.plan.status != "infeasible") sheet.table(optimum_table(plan.plan));
  if (!plan.unknown.empty()) sheet.table(unknown_table(plan.unknown));
  show_list("Not traded, and why", plan.plan.left_out, sheet);
  show_list("Assumptions", plan.assumptions, sheet);
  show_close(sheet);
  return sheet.text();
}

std::string terminal_text(const book::PositionAnswer& answer, const hedge::MarketTold& market,
                          Colour colour) {
  Sheet sheet(colour);
  sheet.paragraph(volatility_sentence(answer.total), Ink::bold);
  show_market(market, sheet);
  sheet.table(position_table(answer.total, market));
  if (answer.each.size() > 1) sheet.table(positions_table(answer.each));
  std::vector<std::string> unknowns;
  for (const Error& error : answer.unknown) {
    unknowns.push_back(fmt::format("{} ({})", error.message, name_of(error.reason)));
  }
  show_list("What is not known", unknowns, sheet);
  show_close(sheet);
  return sheet.text();
}

}  // namespace levee::report

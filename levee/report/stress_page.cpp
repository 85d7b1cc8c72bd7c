// levee/report/stress_page.cpp — tables and heat maps of a book under stress.
#include "levee/report/stress_page.h"

#include "levee/report/markup.h"
#include "levee/report/page.h"
#include "levee/report/sentences.h"
#include "levee/report/sheet.h"
#include "levee/report/words.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::report {
namespace {

// "+20 %", "−60 %", "0 %".
std::string signed_percent(double share) { return (share > 0 ? "+" : "") + percent(share); }

std::string rounded_percent(double share) {
  if (share == 0) return "0 %";
  if (std::abs(share) < 0.0005) return "0.0 %";
  const std::string text = grouped(100 * share, std::abs(share) < 0.0995 ? 1 : 0) + " %";
  return share > 0 ? "+" + text : text;
}

std::string vol_label(double factor) { return "x " + number(factor, 3); }

std::string day_label(double days) {
  if (days == 0) return "at once";
  return fmt::format("after {} day{}", number(days, 4), days == 1 ? "" : "s");
}

// In shares of the book's worth where that can be said, else in dollars.
std::string cell_text(double change_usd, double worth_usd) {
  return worth_usd > 0 ? rounded_percent(change_usd / worth_usd) : signed_usd(change_usd);
}

std::string headline_of(const StressTold& told) {
  const WorstCell& worst = told.worst;
  const std::string share =
      told.worth_usd > 0 ? fmt::format(" ({})", signed_percent(worst.change_usd / told.worth_usd))
                         : "";
  return fmt::format(
      "The book is worth {}. Worst of the grid: {}{} with {} {} and volatility {}, {}.",
      usd(told.worth_usd), signed_usd(worst.change_usd), share, told.base,
      signed_percent(worst.spot_change), vol_label(worst.vol_factor), day_label(worst.days));
}

std::string market_line(const StressTold& told) {
  return fmt::format("{} at {} on {}.", told.base, usd(told.spot_usd), told.at);
}

// A book without options is worth the same at every volatility: one row says it.
std::vector<StressRow> rows_of(const StressDay& day) {
  const bool alike = std::ranges::all_of(
      day.rows, [&](const StressRow& row) { return row.change_usd == day.rows[0].change_usd; });
  return alike ? std::vector{day.rows[0]} : day.rows;
}

std::string row_label(const StressDay& day, const StressRow& row) {
  return day.rows.size() > 1 && rows_of(day).size() == 1 ? "any" : vol_label(row.vol_factor);
}

Table grid_table(const StressTold& told, const StressDay& day) {
  Table table;
  table.title = fmt::format("Change of worth {}", day_label(day.days));
  table.columns = {{"Volatility", Kind::name}};
  for (const double change : told.spot_change) {
    table.columns.push_back({rounded_percent(change)});
  }
  for (const StressRow& row : rows_of(day)) {
    Row line{{row_label(day, row)}, RowKind::entry};
    for (const double change : row.change_usd) {
      line.cells.push_back(cell_text(change, told.worth_usd));
    }
    table.rows.push_back(std::move(line));
  }
  return table;
}

Table worst_table(const StressTold& told) {
  Table table{
      "The worst cell, holding by holding",
      {{"Holding", Kind::name}, {"Change"}},
      {},
      fmt::format("{} {}, volatility {}, {}.", told.base, signed_percent(told.worst.spot_change),
                  vol_label(told.worst.vol_factor), day_label(told.worst.days))};
  for (const HoldingChange& one : told.worst.holdings) {
    table.rows.push_back({{one.name, signed_usd(one.change_usd)}, RowKind::entry});
  }
  table.rows.push_back({{"All", signed_usd(told.worst.change_usd)}, RowKind::total});
  return table;
}

std::string moves_text(const std::vector<MoveTold>& moves) {
  std::string text;
  for (const MoveTold& move : moves) {
    text += fmt::format("{}{} {}, volatility {}", text.empty() ? "" : "; ", move.asset,
                        signed_percent(move.spot_change), vol_label(move.vol_factor));
  }
  return text;
}

// A probability as odds where it is small.
std::string chance(double probability) {
  if (probability >= 0.001) return percent(probability);
  return probability > 0 ? "1 in " + number(std::round(1 / probability), 2) : "none";
}

Table reverse_table(const StressTold& told) {
  const ReverseTold& reverse = *told.reverse;
  Table table;
  table.title = fmt::format("The smallest move that costs {}", usd(reverse.cost_usd));
  table.columns = {
      {"Side", Kind::name}, {"Deviations"}, {"Beyond"}, {"As far"}, {"The move", Kind::words}};
  const auto add = [&](std::string_view side, const std::optional<NearestTold>& found) {
    if (found) {
      table.rows.push_back({{std::string(side), number(found->distance, 3), chance(found->beyond),
                             chance(found->as_far), moves_text(found->moves)},
                            RowKind::entry});
      return;
    }
    const auto none = std::string(nothing);
    table.rows.push_back(
        {{std::string(side), none, none, none,
          fmt::format("no move within {} deviations does", number(reverse.reach, 3))},
         RowKind::entry});
  };
  add("fall", reverse.down);
  add("rise", reverse.up);
  table.note = fmt::format(
      "Deviations of the joint law of prices and volatilities over {} days, normal in the logs, "
      "the "
      "move at once. Markets jump: for far moves these are the least probabilities.",
      number(told.horizon_days, 4));
  return table;
}

std::vector<std::string> reverse_lines(const StressTold& told) {
  const ReverseTold& reverse = *told.reverse;
  std::vector<std::string> lines;
  lines.push_back(fmt::format("The worst within {} deviations: {}, at {}.",
                              number(reverse.reach, 3), signed_usd(reverse.worst_usd),
                              moves_text(reverse.worst_moves)));
  if (reverse.drawn_share) {
    lines.push_back(
        fmt::format("Of {} drawn paths ({}), {} lose as much by the horizon.",
                    grouped(reverse.drawn_paths, 0), reverse.drawn_kind,
                    percent(Uncertain{*reverse.drawn_share, reverse.drawn_share_se.value_or(0)})));
  }
  return lines;
}

Table crisis_table(const StressTold& told) {
  Table table;
  table.title = "Past crises laid onto today";
  table.columns = {{"Crisis", Kind::name}, {"Moves"},  {"Worst"},    {"of worth"}, {"Median"},
                   {"Spot then"},          {"Lowest"}, {"Vol then"}, {"Paths"}};
  for (const CrisisTold& one : told.crises) {
    table.rows.push_back(
        {{one.name, one.scale == "as_it_was" ? "as then" : "x " + number(one.factor, 3),
          signed_usd(one.worst_usd),
          told.worth_usd > 0 ? rounded_percent(one.worst_usd / told.worth_usd)
                             : std::string(nothing),
          signed_usd(one.median_usd), rounded_percent(one.spot_change),
          rounded_percent(one.lowest_spot - 1),
          vol_label(one.vol_factor) + (one.vol_recorded ? "" : " b"), grouped(one.paths, 0)},
         RowKind::entry});
  }
  table.note = fmt::format(
      "One path for every moment from which {} days hold a quarter of the crisis or more. x: "
      "returns scaled to "
      "today's volatility. b: volatility by today's beta, no index is known of then. Nothing here "
      "says how likely it is.",
      number(told.horizon_days, 4));
  return table;
}

std::vector<std::string> unknown_lines(const StressTold& told) {
  std::vector<std::string> lines;
  for (const StressMiss& miss : told.unknown) {
    lines.push_back(fmt::format("{}: {}", miss.what, miss.why));
  }
  return lines;
}

// Colours that read on light and dark paper alike: the ink stays, the wash grows with the change.
std::string wash(double change_usd, double largest) {
  const bool shows = largest > 0 && std::isfinite(change_usd);
  const double strength = shows ? std::min(1.0, std::abs(change_usd) / largest) : 0;
  return fmt::format("background:rgba({},{:.2f})", change_usd < 0 ? "208,72,24" : "24,112,192",
                     0.65 * strength);
}

Markup heat_map(const StressTold& told, const StressDay& day, double largest) {
  const std::string title = fmt::format("Change of worth {}", day_label(day.days));
  Markup head = element("th", {{"scope", "col"}}, "Volatility");
  for (const double change : told.spot_change) {
    head += element("th", {{"scope", "col"}, {"class", "figure"}},
                    told.base + " " + rounded_percent(change));
  }
  Markup lines;
  for (const StressRow& row : rows_of(day)) {
    Markup cells = element("th", {{"scope", "row"}}, row_label(day, row));
    for (const double change : row.change_usd) {
      cells += element(
          "td",
          {{"class", "figure"}, {"style", wash(change, largest)}, {"title", signed_usd(change)}},
          cell_text(change, told.worth_usd));
    }
    lines += element("tr", cells);
  }
  const Attributes scrolls{
      {"class", "scroll"}, {"role", "region"}, {"tabindex", "0"}, {"aria-label", title}};
  return element("h3", title) +
         element("div", scrolls,
                 element("table", {{"class", "dense"}},
                         element("caption", title) + element("thead", element("tr", head)) +
                             element("tbody", lines)));
}

double largest_change(const StressTold& told) {
  double largest = 0;
  for (const StressDay& day : told.grid) {
    for (const StressRow& row : day.rows) {
      for (const double change : row.change_usd) {
        if (std::isfinite(change)) largest = std::max(largest, std::abs(change));
      }
    }
  }
  return largest;
}

Markup list_of(const std::vector<std::string>& lines) {
  Markup items;
  for (const std::string& line : lines) items += element("li", line);
  return lines.empty() ? Markup() : element("ul", items);
}

Markup top_of(const StressTold& told, const std::string& title) {
  Markup top = element("p", {{"class", "kind"}}, "levee · stress") + element("h1", title);
  if (told.model_made) {
    top += element("p", {{"class", "model-made"}},
                   element("strong", model_made_badge) + Markup(model_made_notice));
  }
  top += element("p", {{"class", "lead"}}, headline_of(told)) + element("p", market_line(told));
  return element("header", top);
}

}  // namespace

std::string stress_text(const StressTold& told, Colour colour) {
  Sheet sheet(colour);
  sheet.paragraph(headline_of(told), Ink::bold);
  sheet.paragraph(market_line(told));
  if (told.model_made) sheet.paragraph(model_made_notice, Ink::notice);
  for (const StressDay& day : told.grid) sheet.table(grid_table(told, day));
  sheet.table(worst_table(told));
  if (told.reverse) {
    sheet.table(reverse_table(told));
    for (const std::string& line : reverse_lines(told)) sheet.point(line);
  }
  if (!told.crises.empty()) sheet.table(crisis_table(told));
  if (!told.unknown.empty()) sheet.heading("Not worked out");
  for (const std::string& line : unknown_lines(told)) sheet.point(line);
  sheet.heading("Taken for granted");
  for (const std::string& line : told.assumptions) sheet.point(line);
  sheet.paragraph("Worked out from " + told.source, Ink::dim);
  return sheet.text();
}

std::string stress_page(const StressTold& told) {
  const std::string title = fmt::format("{} book under stress, {}", told.base, told.at);
  Markup body = top_of(told, title);
  Markup grid = element("h2", "Spot, volatility, time");
  for (const StressDay& day : told.grid) grid += heat_map(told, day, largest_change(told));
  grid += element("h3", worst_table(told).title) + markup_of(worst_table(told));
  body += element("section", grid);
  if (told.reverse) {
    body += element("section", element("h2", reverse_table(told).title) +
                                   markup_of(reverse_table(told)) + list_of(reverse_lines(told)));
  }
  if (!told.crises.empty()) {
    std::vector<std::string> abouts;
    for (const CrisisTold& one : told.crises) {
      if (one.scale == "as_it_was") abouts.push_back(one.name + ": " + one.about);
    }
    body += element("section", element("h2", "Past crises laid onto today") +
                                   markup_of(crisis_table(told)) + list_of(abouts));
  }
  Markup rest;
  if (!told.unknown.empty()) {
    rest += element("h2", "Not worked out") + list_of(unknown_lines(told));
  }
  rest += element("h2", "Taken for granted") + list_of(told.assumptions) +
          element("p", {{"class", "note"}}, "Worked out from " + told.source + ".");
  body += element("section", rest);
  return page_of(title, body, Scripts::none);
}

}  // namespace levee::report

#include "levee/feed/panel_file.h"

#include "levee/feed/csv.h"
#include "levee/feed/shown.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>

namespace levee::feed {
namespace {

using signal::Panel;

/// Cells by day and token; the panel is made of them once all files are read.
struct Cells {
  std::map<UnixSeconds, std::map<std::string, double, std::less<>>> day;
  std::set<std::string, std::less<>> tokens;
};

// What all names end in, of the endings that exchanges use.
std::string_view ending_of(const std::vector<std::string>& names) {
  constexpr std::array<std::string_view, 2> endings{"USDT", "-USD"};
  for (const std::string_view ending : endings) {
    const bool all = std::ranges::all_of(names, [&](const std::string& name) {
      return name.size() > ending.size() && name.ends_with(ending);
    });
    if (all && !names.empty()) return ending;
  }
  return {};
}

bool is_wide(const Csv& csv) { return !csv.find("symbol"); }

Result<Done> add_wide(Csv& csv, const PanelAsk& ask, Cells& cells) {
  const Column date = csv.need("date_utc");
  if (csv.fault()) return *csv.fault();
  Measure measure = ask.measure;
  measure.sign = Sign::not_negative;  // A zero is none.
  std::vector<std::pair<std::string, Column>> columns;
  std::vector<std::string> names = csv.header();
  std::erase(names, "date_utc");
  const std::size_t cut = ending_of(names).size();
  for (const std::string& name : names) {
    std::string token = name.substr(0, name.size() - cut);
    cells.tokens.insert(token);
    columns.emplace_back(std::move(token), *csv.find(name, measure));
  }
  RowReader reader(csv);
  std::optional<UnixSeconds> before;
  for (const Csv::Row& line : csv.rows()) {
    reader.load(line);
    const UnixSeconds known = reader.moment(date) + days(1);
    if (reader.fault()) return *reader.fault();
    if (before && known <= *before) {
      reader.refuse(Reason::bad_input, fmt::format("date_utc {} is not after the row before (rows "
                                                   "ascend)",
                                                   reader.text(date)));
      return *reader.fault();
    }
    before = known;
    if (known > ask.at) break;
    auto& row = cells.day[known];
    for (const auto& [token, column] : columns) {
      const auto value = reader.number_if(column);
      if (value && *value > 0) row[token] = *value;
    }
    if (reader.fault()) return *reader.fault();
  }
  return Done{};
}

Result<Done> add_long(Csv& csv, const PanelAsk& ask, Cells& cells) {
  Measure measure = ask.measure;
  measure.sign = Sign::not_negative;
  const Column date = csv.need("date_utc"), symbol = csv.need("symbol");
  const bool direct = csv.find(ask.column) || ask.per_price.empty();
  const Column value = csv.need(direct ? ask.column : ask.per_price, measure);
  const auto price = direct ? std::nullopt : std::optional(csv.need("close_usd", measure));
  if (csv.fault()) return *csv.fault();
  RowReader reader(csv);
  std::set<std::pair<UnixSeconds, std::string>> seen;
  for (const Csv::Row& line : csv.rows()) {
    reader.load(line);
    const UnixSeconds known = reader.moment(date) + days(1);
    if (reader.fault()) return *reader.fault();
    if (known > ask.at) continue;
    const std::string token(reader.text(symbol));
    const auto cell = reader.number_if(value);
    const auto unit = price ? reader.number_if(price) : std::optional(1.0);
    if (!seen.emplace(known, token).second) {
      reader.refuse(Reason::bad_input, fmt::format("{} stands twice on {} (once a day)",
                                                   shown(token), reader.text(date)));
    }
    if (reader.fault()) return *reader.fault();
    cells.tokens.insert(token);
    auto& row = cells.day[known];
    if (cell && unit && *cell > 0 && *unit > 0) row[token] = *cell / *unit;
  }
  return Done{};
}

Result<Done> add_file(const std::string& path, const PanelAsk& ask, Cells& cells) {
  auto text = read_text(path);
  if (!text) return text.error();
  auto csv = Csv::from(*std::move(text));
  if (!csv) return csv.error();
  return is_wide(*csv) ? add_wide(*csv, ask, cells) : add_long(*csv, ask, cells);
}

}  // namespace

Result<Panel> read_panel(const std::string& paths, const PanelAsk& ask) {
  Cells cells;
  for (std::size_t begin = 0; begin <= paths.size();) {
    const std::size_t comma = std::min(paths.find(',', begin), paths.size());
    const auto done = add_file(paths.substr(begin, comma - begin), ask, cells);
    if (!done) return done.error();
    begin = comma + 1;
  }
  Panel panel{
      .token = {cells.tokens.begin(), cells.tokens.end()}, .at = {}, .cell = {}, .source = paths};
  for (const auto& [at, row] : cells.day) {
    panel.at.push_back(at);
    for (const std::string& token : panel.token) {
      const auto found = row.find(token);
      panel.cell.push_back(found == row.end() ? Panel::none : found->second);
    }
  }
  if (!panel.at.empty()) return panel;
  return fail(Reason::missing_data,
              fmt::format("{}: nothing in it was known at {}", paths, text_of(ask.at)));
}

}  // namespace levee::feed

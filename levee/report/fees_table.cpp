#include "levee/report/fees_table.h"

#include "levee/report/words.h"

#include <string>

#include <fmt/core.h>

namespace levee::report {
namespace {

std::string kept_text(const hedge::FeesKeptRow& row) {
  if (!row.kept) return std::string(nothing);
  return row.kept_se ? percent(Uncertain{*row.kept, *row.kept_se}) : percent(*row.kept);
}

std::string limit_text(const hedge::FeesKeptTold& told) {
  return told.least_calm ? fmt::format(
                               "The plan had to leave {} of them on calm paths of the set "
                               "that it was chosen on.",
                               percent(*told.least_calm))
                         : fmt::format("The plan was under no limit: {}.", told.why_no_limit);
}

std::string volatility_text(const hedge::FeesKeptTold& told) {
  if (!told.vol_change || !told.vol_change_se || !told.vol_change_drawn) {
    return "What volatility did in calm times is not known (--iv-index): it moves as drawn.";
  }
  return fmt::format(
      "In {} calm times of the record, which overlap, the log of implied volatility moved by {} ± "
      "{}; on calm paths it is drawn to move by {}.",
      told.vol_spans, grouped(*told.vol_change, 3), grouped(*told.vol_change_se, 3),
      grouped(*told.vol_change_drawn, 3));
}

}  // namespace

Table fees_kept_table(const hedge::FeesKeptTold& told) {
  Table table{"Fees kept, by where the price ends",
              {{"", Kind::name},
               {"Paths"},
               {"Fees"},
               {"Liquidity"},
               {"Hedge"},
               {"Beside the move"},
               {"Fees kept"}},
              {},
              ""};
  for (const hedge::FeesKeptRow& row : told.rows) {
    table.rows.push_back(
        {{row.where, percent(row.share_of_paths), usd(row.fees_usd), usd(row.liquidity_usd),
          usd(row.hedge_usd), usd(row.beside_move_usd), kept_text(row)}});
  }
  table.note = fmt::format(
      "Means to the horizon, fresh scenarios on which nothing fails. Calm: the price ends within "
      "{} of where it stands; far: beyond two sigma. Liquidity: positions' own change, fees "
      "excluded. Beside the move: the hedge without its delta times the price's move, which "
      "liquidity has the other way. Kept: fees and that, over fees. {} {}",
      percent(told.calm_within), volatility_text(told), limit_text(told));
  return table;
}

}  // namespace levee::report

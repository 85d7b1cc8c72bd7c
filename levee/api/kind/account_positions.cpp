// levee/api/kind/account_positions.cpp — a record of closed positions, held against our own books.
#include "levee/api/verb.h"
#include "levee/base/json.h"
#include "levee/feed/closed_positions.h"

#include <fmt/core.h>

namespace levee::api::kind {
namespace {

struct Ask {
  std::string file;
  int fee_pips = 10000;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("file", self.file, "CSV of closed positions, plain or gzip, a row an action");
    visit("fee_pips", self.fee_pips, "the pool's fee in millionths");
  }
};

struct Answer {
  std::size_t rows = 0, positions = 0, opened = 0, increased = 0, decreased = 0;
  std::vector<book::ErrorTable> tables;
  std::string pool_liquidity;
  std::vector<book::RowNote> unexplained, furthest;
  book::ProfitSums single, several;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("rows", self.rows, "rows of the record");
    visit("positions", self.positions, "positions they tell of");
    visit("opened", self.opened, "rows that open a position");
    visit("increased", self.increased, "rows that add liquidity");
    visit("decreased", self.decreased, "rows that remove a part");
    visit("tables", self.tables, "how well each figure is reproduced");
    visit("pool_liquidity", self.pool_liquidity, "the one liquidity of the last valuation");
    visit("unexplained", self.unexplained, "rows whose amounts or sums differ");
    visit("furthest", self.furthest, "rows whose profit is furthest off");
    visit("single", self.single, "profit of positions of one row");
    visit("several", self.several, "profit of positions of more");
  }
};

Answer told(const book::ClosedAudit& audit) {
  return {.rows = audit.rows,
          .positions = audit.positions,
          .opened = audit.actions[0],
          .increased = audit.actions[1],
          .decreased = audit.actions[2],
          .tables = audit.tables,
          .pool_liquidity = decimal_text(audit.pool_liquidity),
          .unexplained = audit.unexplained,
          .furthest = audit.furthest,
          .single = audit.single,
          .several = audit.several};
}

std::string sums_text(std::string_view name, const book::ProfitSums& sums) {
  return fmt::format("  {:<32}{:>5}{:>14.6f}{:>14.6f}\n", name, sums.positions, sums.ours / 1e18,
                     sums.record / 1e18);
}

std::string text_of(const Answer& answer) {
  std::string text = fmt::format(
      "{} rows of {} positions: {} openings, {} top-ups, {} partial burns\n\n"
      "{:<70}{:>6}{:>7}{:>7}{:>7}{:>7}{:>7}  {:<9}{:<9}{:<9}\n",
      answer.rows, answer.positions, answer.opened, answer.increased, answer.decreased,
      "reproduced", "rows", "exact", "+-1", "1e-9", "1e-6", "beyond", "mean", "95 %", "most");
  for (const auto& table : answer.tables) {
    text += fmt::format("{:<70}{:>6}{:>7}{:>7}{:>7}{:>7}{:>7}  {:<9.2g}{:<9.2g}{:<9.2g}\n",
                        table.figure, table.rows, table.exact, table.within_1, table.to_1e9,
                        table.to_1e6, table.beyond, table.mean, table.p95, table.most);
  }
  text += fmt::format("\nprofit of whole positions, token1{:>18}{:>14}\n", "entry basis",
                      "record's rows");
  text += sums_text("of one row", answer.single) + sums_text("of several rows", answer.several);
  text += fmt::format("\nrows whose amounts are not reproduced: {}\n", answer.unexplained.size());
  for (const auto& note : answer.unexplained) {
    text += fmt::format("  line {}: {}\n", note.line, note.why);
  }
  text += fmt::format("rows whose profit is off by more than 1e-4: {}\n", answer.furthest.size());
  for (const auto& note : answer.furthest) {
    text += fmt::format("  line {}: {}\n", note.line, note.why);
  }
  return text;
}

Result<Reply> run(std::span<const Given> given, const Wish&, Progress& progress) {
  const auto ask = ask_from<Ask>(given);
  if (!ask) return ask.error();
  if (ask->file.empty()) return fail(Reason::bad_input, "file (give the record: --file CSV)");
  if (ask->fee_pips < 0 || ask->fee_pips >= 1'000'000) {
    return fail(Reason::out_of_range, "fee_pips (must lie in [0, 1000000))");
  }
  progress.enter("reading");
  const auto rows = feed::read_closed_positions(ask->file);
  if (!rows) return rows.error();
  progress.enter("accounting");
  const auto audit = book::audit_closed(*rows, FeePips{static_cast<std::uint32_t>(ask->fee_pips)});
  if (!audit) return fail(audit.error().reason, ask->file + ": " + audit.error().message);
  const Answer answer = told(*audit);
  return Reply{.json = json_of(answer),
               .text = text_of(answer),
               .files = {},
               .passed = answer.unexplained.empty()};
}

}  // namespace

Entry account_positions() {
  return {.name = "account-positions",
          .about = "Keep the books of recorded closed positions and compare every amount.",
          .fields = fields_of<Ask>,
          .run = run,
          .assumes =
              "The record is taken as it stands: what it leaves out, gas and taxes among it, is in "
              "no figure."};
}

}  // namespace levee::api::kind

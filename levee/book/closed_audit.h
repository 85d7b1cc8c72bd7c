// levee/book/closed_audit.h — other people's record of closed positions, held against our books.
//
// A row of the record is a stretch between two actions on a position: what had been put in by its
// beginning (deposits less withdrawals since the opening), the liquidity there, the pool's price at
// both ends, what that liquidity was worth in tokens at its end, and fees. Rows of one position
// follow each other. Token1 is what profit is told in.
// src: Uniswap v3 whitepaper (2021) 6.2 and 6.4
#pragma once
#include "levee/book/lp_account.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace levee::book {

/// What began a row's stretch.
enum class ClosedAction { open, increase, decrease };

struct ClosedEnd {
  std::uint64_t block = 0;
  amm::Amounts amounts;
  amm::SqrtPriceX96 price;
  std::int32_t tick = 0;
  U256 value;  ///< As the record values it, fees included at the end, in token1.
};

struct ClosedRow {
  int line = 0;
  std::uint64_t position = 0;
  std::uint32_t index = 0;
  ClosedAction action = ClosedAction::open;
  amm::TickRange range;
  u128 liquidity = 0;
  ClosedEnd in, out;
  amm::Amounts fees;
  I256 gain0, gain1, profit;
};

/// How often a figure came out how well, and the errors' spread.
struct ErrorTable {
  std::string figure;
  std::size_t rows = 0, exact = 0, within_1 = 0, to_1e9 = 0, to_1e6 = 0, beyond = 0;
  double mean = 0, p95 = 0, most = 0;  ///< Relative.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("figure", self.figure, "what was reproduced");
    visit("rows", self.rows, "rows compared");
    visit("exact", self.exact, "to the last unit");
    visit("within_1", self.within_1, "not exact, off by one raw unit");
    visit("to_1e9", self.to_1e9, "further off, by at most 1e-9");
    visit("to_1e6", self.to_1e6, "further off, by at most 1e-6");
    visit("beyond", self.beyond, "further off than that");
    visit("mean", self.mean, "mean relative error");
    visit("p95", self.p95, "95th percentile of the relative error");
    visit("most", self.most, "largest relative error");
  }
};

/// A row of which something is not reproduced.
struct RowNote {
  int line = 0;
  std::string why;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("line", self.line, "of the file");
    visit("why", self.why, "what differs");
  }
};

/// Profit of whole positions, in token1, by our books and by the record's rows added up.
struct ProfitSums {
  std::size_t positions = 0;
  double ours = 0, record = 0;  ///< In raw units.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("positions", self.positions, "how many");
    visit("ours", self.ours, "entry basis at the pool's price, raw token1 units");
    visit("record", self.record, "the record's rows added up, raw token1 units");
  }
};

struct ClosedAudit {
  std::size_t rows = 0, positions = 0;
  std::array<std::size_t, 3> actions{};  ///< Rows by ClosedAction.
  std::vector<ErrorTable> tables;        ///< Principal, then profit by three valuations.
  U256 pool_liquidity;                   ///< The one number of the third valuation.
  std::vector<RowNote> unexplained;      ///< Rows whose amounts or sums differ.
  std::vector<RowNote> furthest;         ///< Rows whose profit is off by more than 1e-4.
  ProfitSums single, several;            ///< Positions of one row, and of more.
};

/// Keeps the books of every position of the record and compares.
///
/// in:  rows in the record's order; fee is the pool's
/// err: missing_data without rows; corrupt where rows of a position do not follow each other;
///      anything that LpAccount refuses
Result<ClosedAudit> audit_closed(std::span<const ClosedRow> rows, FeePips fee);

/// The least growth of fees inside a range that pays exactly these fees to this liquidity: what a
/// record that holds fees and no counters stands for.
/// in: liquidity > 0, fees below 2^128
amm::FeeGrowth growth_paying(const amm::Amounts& fees, u128 liquidity);

}  // namespace levee::book

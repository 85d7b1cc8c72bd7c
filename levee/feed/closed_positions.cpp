#include "levee/feed/closed_positions.h"

#include "levee/feed/chain_cells.h"
#include "levee/feed/csv.h"
#include "levee/feed/shown.h"

#include <string_view>

#include <fmt/core.h>

namespace levee::feed {
namespace {

using book::ClosedAction;

constexpr unsigned amount_bits = 128, price_bits = 160, count_bits = 63;

struct EndColumns {
  Column block, amount0, amount1, price, tick, value;
};

struct Columns {
  explicit Columns(Csv& csv)
      : position(csv.need("token_id")),
        index(csv.need("token_action_index")),
        action(csv.need("action_taken")),
        lower(csv.need("lower_tick")),
        upper(csv.need("upper_tick")),
        liquidity(csv.need("liquidity_in")),
        in{csv.need("opening_block"),  csv.need("token_amount_in"),
           csv.need("weth_amount_in"), csv.need("sqrt_price_limit_x96_in"),
           csv.need("tick_in"),        csv.need("approx_starting_weth")},
        out{csv.need("closing_block"),   csv.need("token_amount_out"),
            csv.need("weth_amount_out"), csv.need("sqrt_price_limit_x96_out"),
            csv.need("tick_out"),        csv.need("approx_ending_weth")},
        fees0(csv.need("token_fees_earned")),
        fees1(csv.need("weth_fees_earned")),
        gain0(csv.need("net_token_gain")),
        gain1(csv.need("net_weth_gain")),
        profit(csv.need("net_pnl_in_weth")) {}

  Column position, index, action, lower, upper, liquidity;
  EndColumns in, out;
  Column fees0, fees1, gain0, gain1, profit;
};

book::ClosedEnd end_in(RowReader& row, const EndColumns& columns) {
  ChainCells cells(row);
  book::ClosedEnd end;
  end.block = cells.whole(columns.block, count_bits).low64();
  end.amounts = {cells.whole(columns.amount0, amount_bits),
                 cells.whole(columns.amount1, amount_bits)};
  end.price = amm::SqrtPriceX96{cells.whole(columns.price, price_bits)};
  end.tick = cells.tick(columns.tick);
  end.value = cells.whole(columns.value, amount_bits);
  const auto tick = amm::tick_at(end.price);
  if (!row.fault() && (!tick || tick->value() != end.tick)) {
    row.refuse(Reason::bad_input, fmt::format("{} {} is not the tick of {}", columns.tick.name,
                                              end.tick, columns.price.name));
  }
  return end;
}

ClosedAction action_in(RowReader& row, const Column& column) {
  const std::string_view text = row.text(column);
  if (text == "Open") return ClosedAction::open;
  if (text == "IncreaseLiquidity") return ClosedAction::increase;
  if (text != "DecreaseLiquidity") {
    row.refuse(Reason::bad_input,
               fmt::format("{} {} is not Open, IncreaseLiquidity or DecreaseLiquidity", column.name,
                           shown(text)));
  }
  return ClosedAction::decrease;
}

book::ClosedRow row_in(RowReader& row, const Columns& columns) {
  ChainCells cells(row);
  book::ClosedRow read;
  read.line = row.line();
  read.position = cells.whole(columns.position, count_bits).low64();
  read.index = static_cast<std::uint32_t>(cells.whole(columns.index, 31).low64());
  read.action = action_in(row, columns.action);
  read.range = {cells.tick(columns.lower), cells.tick(columns.upper)};
  read.liquidity = cells.whole(columns.liquidity, amount_bits).low128();
  read.in = end_in(row, columns.in);
  read.out = end_in(row, columns.out);
  read.fees = {cells.whole(columns.fees0, amount_bits), cells.whole(columns.fees1, amount_bits)};
  read.gain0 = cells.signed_whole(columns.gain0);
  read.gain1 = cells.signed_whole(columns.gain1);
  read.profit = cells.signed_whole(columns.profit);
  return read;
}

}  // namespace

Result<std::vector<book::ClosedRow>> read_closed_positions(const std::string& path) {
  auto file = read_text(path);
  if (!file) return file.error();
  auto csv = Csv::from(*std::move(file));
  if (!csv) return csv.error();
  const Columns columns(*csv);
  if (csv->fault()) return *csv->fault();
  std::vector<book::ClosedRow> rows;
  RowReader row(*csv);
  for (const Csv::Row& line : csv->rows()) {
    row.load(line);
    if (row.fault()) return *row.fault();
    rows.push_back(row_in(row, columns));
    if (row.fault()) return *row.fault();
  }
  return rows;
}

}  // namespace levee::feed

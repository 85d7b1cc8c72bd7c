// bench/amm/real_day.h — the swaps of a real pool's day, and the same day over and over.
#pragma once
#include "levee/amm/verify_swaps.h"
#include "levee/base/i256.h"
#include "levee/feed/csv.h"

#include <charconv>
#include <optional>
#include <string>
#include <vector>

namespace levee::bench {

inline const std::string day_path =
    std::string(LEVEE_SHARED) +
    "/data/uniswap_v3/events/ethereum_USDC-WETH_500_0x88e6_2024-01-05_events.csv.gz";

struct Day {
  amm::SwapHistory::Start start;
  std::vector<amm::SwapRow> swaps;
  std::size_t events = 0;
};

/// The day's swaps but the first, which only tells where the second starts; empty where the file
/// is not here or not what it was.
inline std::optional<Day> real_day() {
  auto text = feed::read_text(day_path);
  if (!text) return std::nullopt;
  auto csv = feed::Csv::from(*text);
  if (!csv) return std::nullopt;
  const feed::Column kind = csv->need("tx_type"), amount0 = csv->need("amount0"),
                     amount1 = csv->need("amount1"), liquidity = csv->need("total_liquidity"),
                     price = csv->need("sqrtPriceX96"), tick = csv->need("current_tick");
  if (csv->fault()) return std::nullopt;
  Day day;
  u128 before = 0;
  for (const feed::Csv::Row& at : csv->rows()) {
    feed::RowReader row(*csv);
    row.load(at);
    ++day.events;
    const auto depth = u256_from(row.text(liquidity));
    const auto root = u256_from(row.text(price));
    const std::string_view whole = row.text(tick);
    amm::SwapRow swap{.fee = FeePips{500}};
    std::from_chars(whole.data(), whole.data() + whole.size(), swap.tick);
    if (!depth || !root) return std::nullopt;
    swap.price = amm::SqrtPriceX96{*root};
    swap.liquidity = depth->low128();
    swap.liquidity_before = before;
    swap.split = before == swap.liquidity ? amm::TickSplit::none : amm::TickSplit::possible;
    before = swap.liquidity;
    if (row.text(kind) != "SWAP") continue;
    if (day.events == 1) {
      day.start = {swap.price, swap.tick};
      continue;
    }
    const auto in = i256_from(row.text(amount0)), out = i256_from(row.text(amount1));
    if (!in || !out) return std::nullopt;
    swap.flows = {*in, *out};
    day.swaps.push_back(swap);
  }
  return day;
}

/// The day again and again: at least so many swaps. Where a day ends the next begins.
inline amm::SwapHistory looped(const Day& day, std::size_t swaps) {
  amm::SwapHistory history(day.start);
  while (history.size() < swaps) {
    for (const amm::SwapRow& swap : day.swaps) history.push(swap);
    history.push({.price = day.start.price,
                  .tick = day.start.tick,
                  .liquidity = 1,
                  .liquidity_before = 1,
                  .split = amm::TickSplit::possible});
  }
  return history;
}

}  // namespace levee::bench

// bench/amm/real_day.h — a real pool's recorded day as a history of swaps, over and over.
#pragma once
#include "levee/feed/pool_events.h"
#include "levee/replay/verify_swaps.h"

#include <string>
#include <variant>
#include <vector>

namespace levee::bench {

inline const std::string day_path =
    std::string(LEVEE_SHARED) +
    "/data/uniswap_v3/events/ethereum_USDC-WETH_500_0x88e6_2024-01-05_rawlogs.csv.gz";

/// The day's swaps but the first, which only tells where the second starts.
struct Day {
  replay::SwapHistory::Start start;
  std::vector<replay::SwapRow> swaps;
};

/// in: the first event is a swap
inline Day day_of(const std::vector<replay::PoolEvent>& events) {
  const auto& first = std::get<replay::SwapSeen>(events.front().what);
  Day day{{first.price, first.tick}, {}};
  std::int32_t tick = first.tick;
  u128 liquidity = first.liquidity;
  for (std::size_t i = 1; i < events.size(); ++i) {
    if (const auto* change = std::get_if<replay::ChangeSeen>(&events[i].what)) {
      if (tick < change->range.lower || tick >= change->range.upper) continue;
      liquidity = change->change == replay::Change::mint ? liquidity + change->liquidity
                                                         : liquidity - change->liquidity;
    } else if (const auto* swap = std::get_if<replay::SwapSeen>(&events[i].what)) {
      day.swaps.push_back({.price = swap->price,
                           .tick = swap->tick,
                           .liquidity = swap->liquidity,
                           .flows = swap->flows,
                           .liquidity_before = liquidity,
                           .fee = FeePips{500},
                           .split = liquidity == swap->liquidity ? replay::TickSplit::none
                                                                 : replay::TickSplit::possible});
      tick = swap->tick;
      liquidity = swap->liquidity;
    }
  }
  return day;
}

/// The day again and again: at least so many swaps. Where a day ends the next begins.
inline replay::SwapHistory looped(const Day& day, std::size_t swaps) {
  replay::SwapHistory history(day.start);
  while (history.size() < swaps) {
    for (const replay::SwapRow& swap : day.swaps) history.push(swap);
    history.push({.price = day.start.price,
                  .tick = day.start.tick,
                  .liquidity = 1,
                  .liquidity_before = 1,
                  .split = replay::TickSplit::possible});
  }
  return history;
}

}  // namespace levee::bench

#include "levee/replay/sandwich.h"

#include <cmath>
#include <optional>

namespace levee::replay {
namespace {

/// A swap as its trader sees it.
struct Trade {
  std::size_t event = 0;
  I256 into, out_of;  // the pool, above 0
  bool sells_token0 = false;
  double price = 0;       // token1 per token0 after it
  bool is_taken = false;  // belongs to a sandwich
};

std::optional<Trade> trade_of(const PoolEvent& event, std::size_t index) {
  const auto* swap = std::get_if<SwapSeen>(&event.what);
  if (!swap) return {};
  const auto &first = swap->flows.token0, &second = swap->flows.token1;
  const bool sells = !first.is_negative();
  if (sells == !second.is_negative()) return {};  // nothing came out of it
  const double root = std::ldexp(to_double(swap->price.value()), -96);
  return Trade{.event = index,
               .into = sells ? first : second,
               .out_of = wrapping_negate(sells ? second : first),
               .sells_token0 = sells,
               .price = root * root};
}

double in_token1(const I256& amount, bool is_token0, double price) {
  return to_double(amount) * (is_token0 ? price : 1);
}

// What two opposite trades gain of the token that the first sold.
double gained(const Trade& front, const Trade& back) {
  return in_token1(wrapping_sub(back.out_of, front.into), front.sells_token0, back.price);
}

// Bots leave some units behind; on a recorded day the next pair that is no one's work is 0.7 % off.
constexpr double left_behind = 1e-6;

bool gives_back(const Trade& front, const Trade& back) {
  const I256 kept = wrapping_sub(front.out_of, back.into);
  return !kept.is_negative() && to_double(kept) <= left_behind * to_double(front.out_of);
}

std::optional<Sandwich> closed_by(std::span<Trade> block, std::size_t front, std::size_t back) {
  const Trade &first = block[front], &last = block[back];
  if (last.is_taken || last.sells_token0 == first.sells_token0 || !gives_back(first, last)) {
    return {};
  }
  Sandwich found{.front = first.event, .back = last.event, .taken = gained(first, last)};
  for (std::size_t i = front + 1; i < back; ++i) {
    found.between += block[i].sells_token0 == first.sells_token0 ? 1 : 0;
  }
  if (found.between == 0 || !(found.taken > 0)) return {};
  return found;
}

void search(std::span<Trade> block, Extraction& told) {
  for (std::size_t front = 0; front < block.size(); ++front) {
    if (block[front].is_taken) continue;
    for (std::size_t back = front + 2; back < block.size(); ++back) {
      const auto found = closed_by(block, front, back);
      if (!found) continue;
      block[front].is_taken = block[back].is_taken = true;
      told.taken += found->taken;
      told.found.push_back(*found);
      break;
    }
  }
}

}  // namespace

Extraction extraction_of(std::span<const PoolEvent> events) {
  Extraction told;
  std::vector<Trade> block;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (i > 0 && events[i].block != events[i - 1].block) {
      search(block, told);
      block.clear();
    }
    const auto trade = trade_of(events[i], i);
    if (!trade) continue;
    told.traded +=
        in_token1(trade->sells_token0 ? trade->out_of : trade->into, false, trade->price);
    block.push_back(*trade);
  }
  search(block, told);
  return told;
}

}  // namespace levee::replay

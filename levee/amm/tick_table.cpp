#include "levee/amm/tick_table.h"

#include "levee/amm/tick_math.h"

#include <algorithm>
#include <bit>

namespace levee::amm {
namespace {

// Floor division: towards minus infinity, as the contract compresses a negative tick.
std::int32_t floor_div(std::int32_t a, std::int32_t b) { return a / b - (a % b < 0 ? 1 : 0); }

struct Place {
  std::int32_t word = 0;
  unsigned bit = 0;
};

Place place_of(std::int32_t compressed) {
  return {compressed >> 8, static_cast<unsigned>(compressed) & 255U};
}

// The highest set bit at or below `bit`, or -1.
int highest_at_or_below(const U256& word, unsigned bit) {
  const U256 kept = word << (255 - bit);
  return kept.is_zero() ? -1 : static_cast<int>(bit) - static_cast<int>(256 - kept.bit_length());
}

// The lowest set bit at or above `bit`, or -1.
int lowest_at_or_above(const U256& word, unsigned bit) {
  const U256 kept = word >> bit;
  for (unsigned i = 0; i < 4; ++i) {
    if (kept.limbs()[i] != 0) {
      return static_cast<int>(bit + 64 * i) + std::countr_zero(kept.limbs()[i]);
    }
  }
  return -1;
}

}  // namespace

Result<u128> liquidity_after(u128 liquidity, i128 change) {
  if (change < 0) {
    const u128 less = -static_cast<u128>(change);
    if (less > liquidity) return fail(Reason::refused, "LS");
    return liquidity - less;
  }
  const u128 sum = liquidity + static_cast<u128>(change);
  if (sum < liquidity) return fail(Reason::refused, "LA");
  return sum;
}

u128 liquidity_per_tick_max(TickSpacing spacing) {
  const std::int32_t step = spacing.value();
  LEVEE_EXPECT(step > 0);
  const auto usable = static_cast<std::uint32_t>(tick_max.value() / step) * 2 + 1;
  return ~static_cast<u128>(0) / usable;
}

TickTable::TickTable(TickSpacing spacing) : spacing_(spacing.value()) {
  LEVEE_EXPECT(spacing_ > 0);
}

const TickState& TickTable::at(std::int32_t tick) const {
  static const TickState untouched;
  const auto found = states_.find(tick);
  return found == states_.end() ? untouched : found->second.state;
}

TickState& TickTable::put(std::int32_t tick) {
  const auto [place, made] = states_.try_emplace(tick);
  Priced& priced = place.value();
  if (made) priced.price = sqrt_price_at_valid(Tick{tick});
  return priced.state;
}
void TickTable::clear(std::int32_t tick) { states_.erase(tick); }

std::int32_t TickTable::word_of(std::int32_t tick) const {
  return place_of(floor_div(tick, spacing_)).word;
}

U256 TickTable::word(std::int32_t index) const {
  const std::int64_t place = static_cast<std::int64_t>(index) - first_word_;
  if (place < 0 || place >= static_cast<std::int64_t>(words_.size())) return {};
  return words_[static_cast<std::size_t>(place)];
}

void TickTable::flip(std::int32_t tick) {
  LEVEE_EXPECT(tick % spacing_ == 0);
  const Place place = place_of(tick / spacing_);
  if (words_.empty()) first_word_ = place.word;
  if (place.word < first_word_) {
    words_.insert(words_.begin(), static_cast<std::size_t>(first_word_ - place.word), U256{});
    first_word_ = place.word;
  }
  const auto index = static_cast<std::size_t>(place.word - first_word_);
  if (index >= words_.size()) words_.resize(index + 1);
  words_[index] = words_[index] ^ U256::power_of_two(place.bit);
}

NextTick TickTable::next(std::int32_t tick, Direction direction) const {
  const std::int32_t compressed = floor_div(tick, spacing_);
  if (direction == Direction::zero_for_one) {
    const Place place = place_of(compressed);
    const int found = highest_at_or_below(word(place.word), place.bit);
    const int back = static_cast<int>(place.bit) - std::max(found, 0);
    return {(compressed - back) * spacing_, found >= 0};
  }
  const Place place = place_of(compressed + 1);
  const int found = lowest_at_or_above(word(place.word), place.bit);
  const int ahead = (found >= 0 ? found : 255) - static_cast<int>(place.bit);
  return {(compressed + 1 + ahead) * spacing_, found >= 0};
}

Edge TickTable::edge(std::int32_t tick, Direction direction) const {
  const NextTick found = next(tick, direction);
  const std::int32_t usable = std::clamp(found.tick, tick_min.value(), tick_max.value());
  if (found.initialised) {
    const auto kept = states_.find(found.tick);
    if (kept != states_.end()) return {usable, true, kept->second.price};
  }
  return {usable, found.initialised, sqrt_price_at_valid(Tick{usable})};
}

std::vector<std::int32_t> TickTable::ticks() const {
  std::vector<std::int32_t> list;
  list.reserve(states_.size());
  for (const auto& [tick, priced] : states_) list.push_back(tick);
  std::ranges::sort(list);
  return list;
}

std::vector<std::int32_t> TickTable::words() const {
  std::vector<std::int32_t> list;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    if (!words_[i].is_zero()) list.push_back(first_word_ + static_cast<std::int32_t>(i));
  }
  return list;
}

FeeGrowth fees_inside(const RangeAsk& ask) {
  const auto part = [&ask](U256 FeeGrowth::* token) {
    const U256& global = ask.global.*token;
    const U256& lower = ask.lower.state->fees_outside.*token;
    const U256& upper = ask.upper.state->fees_outside.*token;
    const U256 below = ask.current >= ask.lower.tick ? lower : wrapping_sub(global, lower);
    const U256 above = ask.current < ask.upper.tick ? upper : wrapping_sub(global, upper);
    return wrapping_sub(wrapping_sub(global, below), above);
  };
  return {part(&FeeGrowth::token0), part(&FeeGrowth::token1)};
}

}  // namespace levee::amm

#include "tests/fuzz/choices.h"

#include <algorithm>
#include <iterator>

namespace levee::fuzz {
namespace {

using naive::Int;
using naive::power_of_two;

Int clamped(const Int& n, unsigned bits) {
  return std::max(Int(0), std::min(n, Int(power_of_two(bits) - 1)));
}

}  // namespace

naive::Terms terms_from(Bytes& from) {
  naive::Terms terms;
  switch (from.below(8)) {
    case 0:
      terms.fee = 100, terms.spacing = 1;
      break;
    case 1:
      terms.fee = 500, terms.spacing = 10;
      break;
    case 2:
      terms.fee = 3000, terms.spacing = 60;
      break;
    case 3:
      terms.fee = 10000, terms.spacing = 200;
      break;
    case 4:
      terms.fee = 0, terms.spacing = 16383;
      break;
    case 5:
      terms.fee = 999999, terms.spacing = 2000;
      break;
    default:
      terms.fee = static_cast<int>(from.bytes(3) % 1'000'000);
      terms.spacing = 1 + static_cast<int>(from.bytes(2) % 16383);
  }
  if (from.one_in(4)) terms.share = naive::Share::per_ten_thousand;
  return terms;
}

Int Choices::part_of(const Int& whole) {
  switch (from_.below(4)) {
    case 0:
      return clamped(whole + from_.offset(), 256);
    case 1:
      return whole * from_.byte() / 255;
    case 2:
      return whole / power_of_two(static_cast<unsigned>(from_.below(64)));
    default:
      return whole;
  }
}

Int Choices::amount() {
  const naive::State& now = pool_.state();
  switch (from_.below(13)) {
    case 0:
      return part_of(now.balances.token0);
    case 1:
      return part_of(now.balances.token1);
    case 2:
      return part_of(now.liquidity);
    case 3:
      return part_of(now.protocol_fees.token0);
    case 4:
      return part_of(now.protocol_fees.token1);
    case 5:
      return from_.bytes(8);
    case 6:
      return from_.bytes(2);
    case 7: {
      // What drives fee growth or fees owed around its edge.
      const unsigned growth = 120 + static_cast<unsigned>(from_.below(16));
      return clamped(now.liquidity * power_of_two(growth), 240);
    }
    case 8: {
      // What times the price takes more than 256 bits.
      return clamped(power_of_two(256) / (now.price + 1) * (1 + from_.byte()), 256);
    }
    default:
      return test::number_below_256_bits<Int>(from_);
  }
}

Int Choices::liquidity() {
  switch (from_.below(8)) {
    case 0:
      return clamped(test::number_below_256_bits<Int>(from_), 128);
    case 1:
      return clamped(part_of(pool_.liquidity_per_tick_max()), 128);
    case 2: {
      const Int room = pool_.liquidity_per_tick_max() - pool_.tick(tick()).gross;
      return clamped(room + from_.offset(), 128);
    }
    case 3:
      return from_.byte();
    case 4:
      return clamped(power_of_two(127) + from_.offset(), 128);
    default:
      return Int(from_.bytes(8)) << static_cast<unsigned>(from_.below(40));
  }
}

Int Choices::price() {
  switch (from_.below(8)) {
    case 0:
      return test::number_below_256_bits<Int>(from_);
    case 1:
      return naive::price_floor() + from_.offset();
    case 2:
      return naive::price_ceiling() + from_.offset();
    default:
      break;
  }
  const int at = std::clamp(tick(), -naive::tick_limit, naive::tick_limit);
  return naive::price_at(at) + from_.offset() / 32;
}

// Multiples of the spacing near an index, given or taken 128 spacings.
int Choices::near_tick(int index) {
  const int spacing = pool_.terms().spacing;
  return index / spacing * spacing + from_.offset() * spacing;
}

int Choices::tick() {
  const naive::State& now = pool_.state();
  const int spacing = pool_.terms().spacing;
  const int kind = from_.below(10);
  switch (kind) {
    case 0:
      return naive::tick_limit / spacing * spacing * (from_.one_in(2) ? 1 : -1);
    case 1:
      return static_cast<int>(from_.bytes(2)) * spacing - 32768 * spacing;
    case 2:
      return (256 * (from_.offset() / 16) + (from_.one_in(2) ? 255 : 0)) * spacing;
    case 3:
      if (!from_.one_in(3)) return near_tick(now.tick);
      return from_.one_in(2) ? now.tick + from_.offset()
                             : static_cast<int>(static_cast<std::uint32_t>(from_.bytes(4)));
    case 4:
    case 5:
      if (now.ticks.empty()) return 0;
      return std::next(now.ticks.begin(), from_.byte() % std::ssize(now.ticks))->first;
    default:
      return near_tick(now.tick);
  }
}

naive::Key Choices::fresh_position() {
  const int owner = from_.below(3);
  int lower = tick(), upper = tick();
  if (lower > upper && !from_.one_in(16)) std::swap(lower, upper);
  return {owner, lower, upper};
}

naive::Key Choices::position() {
  const auto& positions = pool_.state().positions;
  if (positions.empty() || from_.one_in(6)) return fresh_position();
  return std::next(positions.begin(), from_.byte() % std::ssize(positions))->first;
}

// What it takes to move the price to a tick, or what comes out on the way.
Int Choices::to_reach(const naive::SwapAsk& ask, int tick) {
  naive::Pool trial = pool_;
  naive::SwapAsk whole = ask;
  try {
    whole.limit = naive::price_at(std::clamp(tick, -naive::tick_limit, naive::tick_limit));
    whole.amount = ask.amount < 0 ? Int(-power_of_two(255)) : Int(power_of_two(255) - 1);
    const naive::Two flows = trial.swap(whole, 0, {});
    return (ask.sells == naive::Sells::token0) == (ask.amount > 0) ? flows.token0 : flows.token1;
  } catch (const naive::Revert&) {
    return 1;
  }
}

// Far enough for most; from one end of the range to the other takes the model thousands of steps.
Int Choices::some_words_away(int way) const {
  const int away = pool_.state().tick + way * 256 * 40 * pool_.terms().spacing;
  return naive::price_at(std::clamp(away, 1 - naive::tick_limit, naive::tick_limit - 1));
}

naive::SwapAsk Choices::swap() {
  using naive::Sells;
  const int kind = from_.byte();
  const int sign = (kind & 2) != 0 ? -1 : 1;
  naive::SwapAsk ask;
  ask.sells = (kind & 1) != 0 ? Sells::token0 : Sells::token1;
  if ((kind & 4) != 0) ask.fee = (kind & 8) != 0 ? 0 : static_cast<int>(from_.bytes(3) % 1'000'000);
  const Int limit = (kind & 64) != 0 ? price() : Int(0);
  if ((kind & 64) != 0 && !from_.one_in(8)) {
    ask.sells = limit < pool_.state().price ? Sells::token0 : Sells::token1;
  }
  if ((kind & 48) == 48) {
    ask.amount = sign;
    ask.amount = to_reach(ask, tick()) + from_.offset() / 32;
  } else {
    Int size = std::min(amount(), power_of_two(255));
    if (size == 0 && !from_.one_in(8)) size = from_.bytes(8);
    ask.amount = sign < 0 ? Int(-size) : clamped(size, 255);
  }
  const bool sells0 = ask.sells == Sells::token0;
  ask.limit = sells0 ? Int(naive::price_floor() + 1) : Int(naive::price_ceiling() - 1);
  if (!from_.one_in(4)) ask.limit = some_words_away(sells0 ? -1 : 1);
  if ((kind & 64) != 0) ask.limit = limit;
  return ask;
}

naive::Payment Choices::payment() {
  const int kind = from_.byte();
  naive::Payment payment;
  if (kind < 160) return payment;
  payment.reenters = kind >= 248;
  const auto over = [&] {
    const Int size = clamped(amount(), 240);
    return from_.one_in(2) ? size : Int(-size);
  };
  if ((kind & 1) != 0) payment.over.token0 = over();
  if ((kind & 2) != 0) payment.over.token1 = over();
  return payment;
}

}  // namespace levee::fuzz

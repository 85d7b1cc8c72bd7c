#include "levee/replay/verify_swaps.h"

#include "levee/replay/verify_swaps_lanes.h"

#include <algorithm>

namespace levee::replay {
namespace {

constexpr std::uint32_t million = 1'000'000;

// Where a row lies.
struct Place {
  std::size_t block, lane;
};
// The row before the first is the last of the first block.
Place place_of(std::size_t row) { return {row / 8 + 1, row % 8}; }
Place place_before(std::size_t row) { return {(row + 7) / 8, (row + 7) % 8}; }

// Bits of Block::aside; above them, the place of a wide row's flows.
constexpr std::uint64_t may_cross = 1, is_wide = 2;
constexpr unsigned wide_place = 2;

bool fits_128(const I256& flow) { return flow == I256{static_cast<i128>(flow.bits().low128())}; }

u128 words(const lanes::Eight (&low_high)[2], std::size_t lane) {  // NOLINT: as lanes::Block
  return static_cast<u128>(low_high[1].row[lane]) << 64 | low_high[0].row[lane];
}
void put(lanes::Eight (&low_high)[2], std::size_t lane, u128 value) {  // NOLINT: as above
  low_high[0].row[lane] = static_cast<std::uint64_t>(value);
  low_high[1].row[lane] = static_cast<std::uint64_t>(value >> 64);
}

void put(lanes::Block& block, std::size_t lane, const SwapHistory::Start& state) {
  LEVEE_EXPECT(state.price.value().fits(160));
  for (std::size_t i = 0; i < 3; ++i) block.price[i].row[lane] = state.price.value().limbs()[i];
  block.tick.row[lane] = static_cast<std::uint64_t>(std::int64_t{state.tick});
}
SwapHistory::Start state_at(const lanes::Block& block, std::size_t lane) {
  const auto& p = block.price;
  return {amm::SqrtPriceX96{U256::of_limbs({p[0].row[lane], p[1].row[lane], p[2].row[lane], 0})},
          static_cast<std::int32_t>(block.tick.row[lane])};
}

// One row with what it started from, read as somebody who swaps would see it.
struct Trade {
  SwapHistory::Start from;
  SwapRow row;
  amm::Direction direction;
  U256 in, out;

  bool falls() const { return direction == amm::Direction::zero_for_one; }
};

// Where the price does not move the flows tell the direction.
bool falls(const SwapHistory::Start& from, const SwapRow& row) {
  if (row.price != from.price) return row.price < from.price;
  return !row.flows.token0.is_negative() && !row.flows.token0.is_zero();
}

// Empty where the flows cannot be those of any swap in the price's direction.
std::optional<Trade> trade_of(const SwapHistory::Start& from, const SwapRow& row) {
  const bool down = falls(from, row);
  const I256& in = down ? row.flows.token0 : row.flows.token1;
  const I256& out = down ? row.flows.token1 : row.flows.token0;
  if (in.is_negative() || (!out.is_negative() && !out.is_zero())) return std::nullopt;
  return Trade{from, row, down ? amm::Direction::zero_for_one : amm::Direction::one_for_zero,
               in.magnitude(), out.magnitude()};
}

// What a reading says was asked for.
struct Wish {
  Verdict verdict;
  I256 amount;
  amm::SqrtPriceX96 limit;
};

std::array<std::optional<Wish>, 3> wishes(const Trade& trade) {
  const amm::SqrtPriceX96 far = trade.falls()
                                    ? amm::SqrtPriceX96{amm::sqrt_price_min.value() + U256{1}}
                                    : amm::SqrtPriceX96{amm::sqrt_price_max.value() - U256{1}};
  std::array<std::optional<Wish>, 3> made;
  if (!trade.in.is_zero()) made[0] = Wish{Verdict::exact_in, I256::positive(trade.in), far};
  if (!trade.out.is_zero()) made[1] = Wish{Verdict::exact_out, I256::negative(trade.out), far};
  if (trade.row.price != trade.from.price) {
    made[2] = Wish{Verdict::to_limit, I256::positive(U256::max() >> 1), trade.row.price};
  }
  return made;
}

// A swap on its way.
struct Going {
  amm::SqrtPriceX96 price;
  std::int32_t tick = 0;
  u128 liquidity = 0;
  I256 remaining;
  U256 in, out, fees;  // fees: per liquidity, Q128.128

  // False is the contract's revert.
  bool step(const Trade& trade, const amm::SqrtPriceX96& target) {
    const auto made = amm::swap_step({price, target, liquidity, remaining, trade.row.fee});
    if (!made) return false;
    price = made->price;
    in = wrapping_add(in, wrapping_add(made->amount_in, made->fee));
    out = wrapping_add(out, made->amount_out);
    remaining =
        remaining.is_negative()
            ? wrapping_add(remaining, I256::positive(made->amount_out))
            : wrapping_sub(remaining, I256::from_bits(wrapping_add(made->amount_in, made->fee)));
    if (liquidity == 0) return true;
    const auto grown = mul_div(made->fee, U256::power_of_two(128), U256{liquidity}, Round::down);
    fees = wrapping_add(fees, grown.value_or(U256{}));
    return grown.has_value();
  }
  bool ends_as(const Trade& trade) const {
    return price == trade.row.price && liquidity == trade.row.liquidity && in == trade.in &&
           out == trade.out;
  }
};

Going start_of(const Trade& trade, const Wish& wish) {
  return {trade.from.price, trade.from.tick, trade.row.liquidity_before, wish.amount, {}, {}, {}};
}

// A price on a tick belongs to the tick below for who came down to it and stopped there.
bool tick_fits(const Trade& trade) {
  const auto& [price, tick] = SwapHistory::Start{trade.row.price, trade.row.tick};
  if (price == trade.from.price) return tick == trade.from.tick;
  const auto plain = amm::tick_at(price);
  if (!plain) return false;
  if (plain->value() == tick) return true;
  return trade.falls() && plain->value() == tick + 1 && amm::sqrt_price_at_valid(*plain) == price;
}

std::optional<Going> in_one_step(const Trade& trade, const Wish& wish) {
  Going going = start_of(trade, wish);
  if (!going.step(trade, wish.limit) || !going.ends_as(trade)) return std::nullopt;
  return going;
}

std::optional<Going> over_ticks(const Trade& trade, const Wish& wish, const amm::TickTable& ticks) {
  Going going = start_of(trade, wish);
  const auto past = [&] {
    return trade.falls() ? going.price < trade.row.price : going.price > trade.row.price;
  };
  while (!going.remaining.is_zero() && going.price != wish.limit && !past()) {
    const amm::NextTick next = ticks.next(going.tick, trade.direction);
    const Tick reached = std::clamp(Tick{next.tick}, amm::tick_min, amm::tick_max);
    const amm::SqrtPriceX96 edge = amm::sqrt_price_at_valid(reached);
    const amm::SqrtPriceX96 target =
        trade.falls() ? std::max(edge, wish.limit) : std::min(edge, wish.limit);
    const amm::SqrtPriceX96 before = going.price;
    if (!going.step(trade, target)) return std::nullopt;
    if (going.price == edge) {
      if (next.initialised) {
        const i128 net = ticks.at(next.tick).liquidity_net;
        const auto after = amm::liquidity_after(going.liquidity, trade.falls() ? -net : net);
        if (!after) return std::nullopt;
        going.liquidity = *after;
      }
      going.tick = trade.falls() ? reached.value() - 1 : reached.value();
    } else if (going.price != before) {
      going.tick = amm::tick_at_valid(going.price).value();
    }
  }
  if (!going.ends_as(trade) || going.tick != trade.row.tick) return std::nullopt;
  return going;
}

struct Judged {
  Verdict verdict = Verdict::differs;
  amm::FeeGrowth fees;
};

// in: ticks where the row may cross
Judged judged(const SwapHistory::Start& from, const SwapRow& row, const amm::TickTable* ticks) {
  const bool crosses = row.split == TickSplit::possible;
  const auto trade = trade_of(from, row);
  if (!trade || row.price < amm::sqrt_price_min || row.price >= amm::sqrt_price_max) return {};
  if (!crosses && !tick_fits(*trade)) return {};
  for (const std::optional<Wish>& wish : wishes(*trade)) {
    if (!wish) continue;
    const auto going = crosses ? over_ticks(*trade, *wish, *ticks) : in_one_step(*trade, *wish);
    if (!going) continue;
    return {wish->verdict, trade->falls() ? amm::FeeGrowth{going->fees, U256{}}
                                          : amm::FeeGrowth{U256{}, going->fees}};
  }
  return {};
}

void add(amm::FeeGrowth& to, const amm::FeeGrowth& more) {
  to.token0 = wrapping_add(to.token0, more.token0);
  to.token1 = wrapping_add(to.token1, more.token1);
}

U256 total(const lanes::Sums& sums, std::size_t token) {
  U256 sum;
  for (std::size_t i = 0; i < 8; ++i) {
    sum = wrapping_add(sum, U256{sums.high[token].row[i]} << 88);
    sum = wrapping_add(sum, U256{sums.middle[token].row[i]} << 44);
    sum = wrapping_add(sum, U256{sums.low[token].row[i]});
  }
  return sum;
}

// Verdicts of whole blocks from `block` on, undecided ones among them; gives the fees of the rest.
amm::FeeGrowth fast_verdicts(const SwapHistory& history, std::size_t block,
                             std::span<Verdict> verdicts) {
  amm::FeeGrowth fees;
  for (std::size_t done = 0; done < verdicts.size();) {
    const std::size_t count = std::min((verdicts.size() - done) / 8, lanes::blocks_max);
    lanes::Sums sums{};
    lanes::verify(&history.blocks()[block + done / 8], count, &verdicts[done], sums);
    add(fees, {total(sums, 0), total(sums, 1)});
    done += 8 * count;
  }
  return fees;
}

// Those rows among first ... first + count that fill blocks, as places in 0 ... count.
struct Whole {
  std::size_t begin = 0, end = 0;
};
Whole whole_blocks(std::size_t first, std::size_t count) {
  const std::size_t begin = std::min((8 - first % 8) % 8, count);
  return {begin, begin + (count - begin) / 8 * 8};
}

}  // namespace

SwapHistory::SwapHistory(const Start& start) : blocks_(1) { put(blocks_[0], 7, start); }

void SwapHistory::push(const SwapRow& row) {
  LEVEE_EXPECT(row.fee.value() < million);
  const auto [index, lane] = place_of(size_);
  if (index == blocks_.size()) blocks_.emplace_back();
  lanes::Block& block = blocks_[index];
  put(block, lane, {row.price, row.tick});
  put(block.liquidity, lane, row.liquidity);
  put(block.liquidity_before, lane, row.liquidity_before);
  put(block.flow0, lane, row.flows.token0.bits().low128());
  put(block.flow1, lane, row.flows.token1.bits().low128());
  block.fee.row[lane] = row.fee.value();
  block.aside.row[lane] = row.split == TickSplit::possible ? may_cross : 0;
  if (!fits_128(row.flows.token0) || !fits_128(row.flows.token1)) {
    block.aside.row[lane] |= is_wide | wide_.size() << wide_place;
    wide_.push_back(row.flows);
  }
  ++size_;
}

TickSplit SwapHistory::split_at(std::size_t row) const {
  const auto [index, lane] = place_of(row);
  return (blocks_[index].aside.row[lane] & may_cross) != 0 ? TickSplit::possible : TickSplit::none;
}

SwapRow SwapHistory::at(std::size_t row) const {
  const auto [index, lane] = place_of(row);
  const lanes::Block& block = blocks_[index];
  const auto [price, tick] = state_at(block, lane);
  const std::uint64_t aside = block.aside.row[lane];
  const amm::Flows narrow{I256{static_cast<i128>(words(block.flow0, lane))},
                          I256{static_cast<i128>(words(block.flow1, lane))}};
  return {
      .price = price,
      .tick = tick,
      .liquidity = words(block.liquidity, lane),
      .flows = (aside & is_wide) != 0 ? wide_[aside >> wide_place] : narrow,
      .liquidity_before = words(block.liquidity_before, lane),
      .fee = FeePips{static_cast<std::uint32_t>(block.fee.row[lane])},
      .split = split_at(row),
  };
}

SwapHistory::Start SwapHistory::before(std::size_t row) const {
  const auto [index, lane] = place_before(row);
  return state_at(blocks_[index], lane);
}

bool has_fast_engine() { return lanes::available(); }

Verified verify_swaps(const SwapHistory& history, const VerifyAsk& ask,
                      std::span<Verdict> verdicts) {
  LEVEE_EXPECT(ask.first <= history.size());
  const std::size_t count = std::min(ask.count, history.size() - ask.first);
  LEVEE_EXPECT(verdicts.size() >= count);
  const auto asked = verdicts.first(count);
  const bool fast = ask.engine == Engine::fastest && has_fast_engine();
  const auto [begin, end] = fast ? whole_blocks(ask.first, count) : Whole{};
  Verified verified;
  verified.fees =
      fast_verdicts(history, place_of(ask.first + begin).block, asked.subspan(begin, end - begin));
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t row = ask.first + i;
    const bool in_lanes = i >= begin && i < end;
    if (!in_lanes || static_cast<std::uint8_t>(asked[i]) == lanes::undecided) {
      if (ask.ticks == nullptr && history.split_at(row) == TickSplit::possible) {
        asked[i] = Verdict::open;
      } else {
        const Judged answer = judged(history.before(row), history.at(row), ask.ticks);
        asked[i] = answer.verdict;
        add(verified.fees, answer.fees);
        ++verified.stepped;
      }
    }
    ++verified.rows[static_cast<std::size_t>(asked[i])];
  }
  return verified;
}

TickSplit split_of(const amm::TickTable& ticks, const TickMove& move) {
  const bool down = move.to < move.from;
  const amm::NextTick next =
      ticks.next(move.from, down ? amm::Direction::zero_for_one : amm::Direction::one_for_zero);
  const bool reached = down ? move.to < next.tick : move.to >= next.tick;
  return reached ? TickSplit::possible : TickSplit::none;
}

}  // namespace levee::replay

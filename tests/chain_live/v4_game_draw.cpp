// What a game of version 4 draws, and how often.
#include "levee/amm/tick_math.h"
#include "tests/chain_live/v4_game.h"

#include <algorithm>
#include <cmath>

namespace levee::test {
namespace {

using amm::Direction;

constexpr i128 largest = static_cast<i128>(~u128{0} >> 1);

U256 amount_below(Gen& gen, int bits) {
  return U256{static_cast<u128>(gen.scale(1, std::ldexp(1.0, bits)))} + U256{gen.bits() % 3};
}

amm::SqrtPriceX96 price_near(std::int32_t tick) {
  return *amm::sqrt_price_at(Tick{std::clamp(tick, amm::tick_min.value(), amm::tick_max.value())});
}

}  // namespace

u128 V4Game::drawn_liquidity(Gen& gen) const { return amount_below(gen, start_.bits).low128(); }

amm::TickRange V4Game::drawn_range(Gen& gen) const {
  const std::int32_t last = edge() / start_.spacing;
  if (gen.integer(0, 9) == 0) return {-edge(), edge()};
  const std::int32_t middle = twin_.numbers().tick / start_.spacing;
  const std::int32_t lower = std::clamp(middle + gen.integer(-30, 30), -last, last - 1);
  const std::int32_t upper = std::min(last, lower + gen.integer(1, 40));
  return {lower * start_.spacing, upper * start_.spacing};
}

amm::PositionKey V4Game::drawn_key(Gen& gen) const {
  // A range two times, under two names, at times.
  const auto old = drawn_old(gen);
  const amm::TickRange range = old && gen.coin() ? old->range : drawn_range(gen);
  const Bytes32 salt = bytes_of(gen.pick({U256{}, U256{1}, U256::power_of_two(255)}));
  return {owners_[owner_].address(), range, salt};
}

std::optional<amm::PositionKey> V4Game::drawn_old(Gen& gen) const {
  std::vector<amm::PositionKey> mine;
  for (const amm::PositionKey& key : twin_.positions()) {
    if (key.owner == owners_[owner_].address()) mine.push_back(key);
  }
  if (mine.empty()) return std::nullopt;
  return mine[static_cast<std::size_t>(gen.integer(0, static_cast<int>(mine.size()) - 1))];
}

void V4Game::draw_change(Gen& gen) {
  modify(drawn_key(gen), static_cast<i128>(drawn_liquidity(gen)));
}

// Takes out some or all, or collects.
void V4Game::draw_old(Gen& gen) {
  const auto key = drawn_old(gen);
  if (!key) return draw_change(gen);
  const auto all = static_cast<i128>(twin_.position(*key).liquidity);
  switch (gen.integer(0, 4)) {
    case 0:
      return modify(*key, -all);
    case 1:
      return modify(*key, -(all / gen.integer(2, 9)));
    case 2:
      return modify(*key, -all - 1);
    default:
      return modify(*key, 0);
  }
}

void V4Game::draw_wrong(Gen& gen) {
  amm::PositionKey key = drawn_key(gen);
  const i128 by = gen.coin() ? 0 : static_cast<i128>(drawn_liquidity(gen));
  switch (gen.integer(0, 6)) {
    case 0:
      std::swap(key.range.lower, key.range.upper);
      break;
    case 1:
      key.range.lower = amm::tick_min.value() - gen.integer(1, 9);
      break;
    case 2:
      key.range.upper = amm::tick_max.value() + gen.integer(1, 9);
      break;
    case 3:
      key.range.upper += gen.integer(1, start_.spacing);
      break;
    case 4:
      return modify(key, gen.coin() ? largest : -largest - 1);
    case 5:
      return modify(key, largest >> gen.integer(0, 30));
    default:
      key.range = {key.range.lower, key.range.lower};
      break;
  }
  modify(key, by);
}

// All that two ticks may carry, after one unit more; and away with it.
void V4Game::draw_fill(Gen& gen) {
  const amm::PositionKey key = drawn_key(gen);
  const u128 most = twin_.liquidity_per_tick_max();
  const u128 held = std::max(twin_.ticks().at(key.range.lower).liquidity_gross,
                             twin_.ticks().at(key.range.upper).liquidity_gross);
  const auto room = static_cast<i128>(most - held);
  modify(key, room + 1);
  modify(key, room);
  const bool was_room = !drawn_.back().refusal.has_value() && room != 0;
  if (was_room) modify(key, -room);
}

void V4Game::draw_swap(Gen& gen) {
  const std::int32_t tick = twin_.numbers().tick;
  const bool astray = std::abs(tick - start_.tick) > 3000;
  const Direction back = tick > start_.tick ? Direction::zero_for_one : Direction::one_for_zero;
  const Direction way =
      astray && gen.coin() ? back : gen.pick({Direction::zero_for_one, Direction::one_for_zero});
  const U256 amount = amount_below(gen, start_.bits);
  amm::SwapAsk ask{.direction = way,
                   .amount = gen.coin() ? I256::positive(amount) : I256::negative(amount),
                   .limit = amm::no_limit(way),
                   .fee = {}};
  // A walk through all words of fine spacings costs more gas than a block has.
  if (start_.spacing < 60 || gen.coin()) {
    const int far = gen.integer(1, 4) * gen.integer(0, 10 * start_.spacing);
    ask.limit = price_near(way == Direction::zero_for_one ? tick - far : tick + far);
    if (gen.coin()) ask.limit = amm::SqrtPriceX96{ask.limit.value() + U256{gen.bits() % 1000}};
  }
  swap(ask);
}

void V4Game::draw_wrong_swap(Gen& gen) {
  const Direction way = gen.pick({Direction::zero_for_one, Direction::one_for_zero});
  const bool down = way == Direction::zero_for_one;
  const I256 amount = gen.coin() ? I256{1000} : I256{-1000};
  const amm::SqrtPriceX96 near = price_near(twin_.numbers().tick + (down ? -50 : 50));
  switch (gen.integer(0, 4)) {
    case 0:
      return swap({way, I256{}, near, {}});
    case 1:
      return swap({way, amount, twin_.numbers().price, {}});
    case 2:
      return swap({way, amount, down ? amm::sqrt_price_min : amm::sqrt_price_max, {}});
    case 3: {
      const U256 huge = U256::power_of_two(gen.pick({126U, 127U, 128U, 254U}));
      return swap({way, gen.coin() ? I256::positive(huge) : I256::negative(huge), near, {}});
    }
    default:
      return swap({way, amount, price_near(down ? 800'000 : -800'000), {}});
  }
}

void V4Game::draw_donation(Gen& gen) {
  const auto some = [&] { return gen.coin() ? U256{} : amount_below(gen, start_.bits); };
  const U256 much = U256::power_of_two(static_cast<unsigned>(gen.integer(127, 255)));
  const amm::Amounts amounts{some(), gen.integer(0, 9) == 0 ? much : some()};
  donate(amounts);
}

void V4Game::draw(Gen& gen) {
  const int dice = gen.integer(0, 99);
  if (is_dynamic() && owner_ == 0 && gen.integer(0, 9) == 0) {
    return reprice(gen.pick({0U, 1U, 100U, 3000U, 999'999U, 1'000'000U}));
  }
  if (dice < 40) return draw_swap(gen);
  if (dice < 56) return draw_change(gen);
  if (dice < 72) return draw_old(gen);
  if (dice < 78) return draw_wrong(gen);
  if (dice < 80) return draw_fill(gen);
  if (dice < 87) return draw_wrong_swap(gen);
  if (dice < 93 || owner_ != 0) return draw_donation(gen);
  if (dice < 95) return collect_share(gen);
  const auto part = [&] {
    return static_cast<std::uint16_t>(gen.pick({0, 1, 500, 999, 1000, 1001, 4095}));
  };
  share(part(), gen.coin() ? part() : std::uint16_t{0});
}

void V4Game::open(Gen& gen) {
  const amm::TickRange range{-edge(), edge()};
  modify({owners_[0].address(), range, {}}, 1);
  swap({Direction::zero_for_one, I256{5}, amm::no_limit(Direction::zero_for_one), {}});
  donate({U256{1}, U256{}});
  share(1, 1);
  share(1001, 0);
  initialise(amm::sqrt_price_min.value() - U256{1});
  initialise(amm::sqrt_price_max.value());
  initialise(price_near(start_.tick).value() + U256{gen.bits() % 1000});
  initialise(U256::power_of_two(96));
  // No liquidity anywhere: the price moves for nothing.
  donate({U256{1}, U256{}});
  donate({});
  swap({Direction::zero_for_one, I256{5}, price_near(start_.tick - 7), {}});
  swap({Direction::one_for_zero, I256{-5}, price_near(start_.tick + 9), {}});
  modify({owners_[0].address(), range, {}}, i128{1} << (start_.bits - 4));
  run();
}

void V4Game::play(Gen& gen, int moves) {
  owner_ = gen.coin() ? 0 : 1;
  for (int i = 0; i < moves; ++i) draw(gen);
  run();
}

void V4Game::drown() {
  owner_ = 0;
  const amm::PositionKey most{owners_[0].address(), {-edge(), edge()}, bytes_of(U256{9})};
  const u128 active = twin_.numbers().liquidity;
  modify(most, static_cast<i128>(std::max(8 * active, u128{1} << 20)));
  for (int i = 0; i < 6; ++i) donate({U256::power_of_two(126), U256{}});
  modify(most, 0);
  modify(most, 1);
  modify(most, -1);
  run();
}

}  // namespace levee::test

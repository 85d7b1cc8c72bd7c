// Bytes are the arguments of the formulas below a pool, also such as no pool would give them.
#include "levee/amm/swap_step.h"
#include "tests/fuzz/pool_agreement.h"
#include "tests/fuzz/target.h"
#include "tests/support/big_numbers.h"
#include "tests/support/bytes.h"

#include <optional>

namespace levee::fuzz {
namespace {

using amm::Direction;
using naive::Int;
using naive::Sells;
using test::i256_of;
using test::u128_of;
using test::u256_of;

amm::SqrtPriceX96 price_of(const Int& price) { return amm::SqrtPriceX96{u256_of(price)}; }
Int plain(const amm::SqrtPriceX96& price) { return fuzz::plain(price.value()); }
Int plain(const U256& n) { return fuzz::plain(n); }
Int plain(const I256& n) { return fuzz::plain(n); }

/// ours is there exactly where the model does not revert, and equal to it.
template <class Ours, class Theirs>
void agree(const char* what, const std::optional<Ours>& ours, const Theirs& theirs) {
  std::optional<Int> want;
  try {
    want = theirs();
  } catch (const naive::Revert&) {
    if (ours) disagree(what, plain(*ours).str(), "a revert");
    return;
  }
  if (!ours) disagree(what, "a revert", want->str());
  same(what, plain(*ours), *want);
}

struct Arguments {
  Int from, to, liquidity, amount, change;
  int fee = 0;
};

Arguments arguments_of(test::Bytes& bytes) {
  const auto below = [&](unsigned bits) {
    const Int n = test::number_below_256_bits<Int>(bytes);
    return bytes.one_in(2) ? Int(n % naive::power_of_two(bits)) : Int(n >> (256 - bits));
  };
  Arguments on{.from = below(160),
               .to = below(160),
               .liquidity = below(128),
               .amount = test::number_below_256_bits<Int>(bytes),
               .change = below(128) - naive::power_of_two(127),
               .fee = static_cast<int>(bytes.bytes(3) % 1'000'000)};
  // What times the price is just about 2^256, where the formula changes.
  if (bytes.one_in(4)) on.amount = naive::power_of_two(256) / (on.from + 2) + bytes.byte();
  return on;
}

void compare_amounts(const Arguments& on) {
  const amm::SqrtPrices prices{price_of(on.from), price_of(on.to)};
  const naive::Stretch stretch{on.from, on.to};
  const u128 liquidity = u128_of(on.liquidity);
  for (const Round round : {Round::down, Round::up}) {
    const auto rounding = round == Round::up ? naive::Rounding::up : naive::Rounding::down;
    agree("amount0", amount0_between(prices, liquidity, round),
          [&] { return amount0_of(stretch, on.liquidity, rounding); });
    agree("amount1", amount1_between(prices, liquidity, round),
          [&] { return amount1_of(stretch, on.liquidity, rounding); });
  }
  const I256 wide = i256_of(on.change);
  const auto change = static_cast<i128>(wide.bits().low128());
  agree("amount0 of change", amount0_of_change(prices, change),
        [&] { return amount0_of_change(stretch, on.change); });
  agree("amount1 of change", amount1_of_change(prices, change),
        [&] { return amount1_of_change(stretch, on.change); });
}

void compare_prices(const Arguments& on) {
  const naive::Push push{on.from, on.liquidity, on.amount};
  for (const Sells sells : {Sells::token0, Sells::token1}) {
    const Direction direction =
        sells == Sells::token0 ? Direction::zero_for_one : Direction::one_for_zero;
    agree(
        "price after input",
        price_after_input(price_of(on.from), u128_of(on.liquidity), u256_of(on.amount), direction),
        [&] { return price_after_input(push, sells); });
    agree(
        "price after output",
        price_after_output(price_of(on.from), u128_of(on.liquidity), u256_of(on.amount), direction),
        [&] { return price_after_output(push, sells); });
  }
}

void compare_steps(const Arguments& on) {
  for (const Int& remaining : {on.amount / 2, Int(-on.amount / 2)}) {
    const std::optional<amm::Step> ours =
        amm::swap_step({.price = price_of(on.from),
                        .target = price_of(on.to),
                        .liquidity = u128_of(on.liquidity),
                        .remaining = i256_of(remaining),
                        .fee = FeePips{static_cast<unsigned>(on.fee)}});
    const auto theirs = [&] {
      return naive::step_of({{on.from, on.to}, on.liquidity, remaining, on.fee});
    };
    const auto part = [&](auto member) {
      return ours ? std::optional((*ours).*member) : std::nullopt;
    };
    agree("step's price", part(&amm::Step::price), [&] { return theirs().price; });
    agree("step's in", part(&amm::Step::amount_in), [&] { return theirs().in; });
    agree("step's out", part(&amm::Step::amount_out), [&] { return theirs().out; });
    agree("step's fee", part(&amm::Step::fee), [&] { return theirs().fee; });
  }
}

void compare_ticks(const Arguments& on) {
  const Result<Tick> tick = amm::tick_at(price_of(on.from));
  agree("tick of a price", tick ? std::optional(I256{tick->value()}) : std::nullopt,
        [&] { return Int(naive::tick_at(on.from)); });
  const int index = static_cast<int>(on.to % 1'800'000) - 900'000;
  const Result<amm::SqrtPriceX96> price = amm::sqrt_price_at(Tick{index});
  agree("price at a tick", price ? std::optional(*price) : std::nullopt,
        [&] { return naive::price_at(index); });
}

}  // namespace

void play(std::span<const std::uint8_t> bytes) {
  test::Bytes from(bytes);
  const Arguments on = arguments_of(from);
  compare_amounts(on);
  compare_prices(on);
  compare_steps(on);
  compare_ticks(on);
}

}  // namespace levee::fuzz

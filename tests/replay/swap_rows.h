// tests/replay/swap_rows.h — swaps made up for verify_swaps: true ones of every kind, and false
// ones.
#pragma once
#include "levee/replay/verify_swaps.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <optional>

namespace levee::test {

/// Random bits, as many as asked for, the top one set.
inline U256 of_bits(Gen& gen, unsigned bits) {
  if (bits == 0) return {};
  const U256 raw = U256::of_limbs({gen.bits(), gen.bits(), gen.bits(), gen.bits()});
  return (raw >> (256 - bits)) | U256::power_of_two(bits - 1);
}

inline unsigned bits_between(Gen& gen, int least, int most) {
  return static_cast<unsigned>(gen.integer(least, most));
}

/// How wild the numbers are: those of pools that live, or anything that fits.
enum class Wild { no, yes };

/// A price, liquidity and a wish, stepped by amm::swap_step; empty where that refuses or is void.
inline std::optional<replay::SwapRow> true_row(Gen& gen, const replay::SwapHistory::Start& from,
                                               Wild wild) {
  const bool tame = wild == Wild::no;
  replay::SwapRow row;
  const int depth = gen.integer(tame ? 50 : 1, tame ? 100 : 128);
  row.liquidity = of_bits(gen, static_cast<unsigned>(depth)).low128();
  row.liquidity_before = row.liquidity;
  row.fee = FeePips{gen.pick<std::uint32_t>({0, 100, 500, 2500, 3000, 10000, 999'999})};
  const bool falls = gen.coin();
  const int kind = gen.integer(0, 2);
  const unsigned size = bits_between(gen, tame ? 20 : 0, tame ? depth - 20 : 130);
  amm::SqrtPriceX96 target = falls ? amm::SqrtPriceX96{amm::sqrt_price_min.value() + U256{1}}
                                   : amm::SqrtPriceX96{amm::sqrt_price_max.value() - U256{1}};
  I256 wish = kind == 1 ? I256::negative(of_bits(gen, size)) : I256::positive(of_bits(gen, size));
  if (kind == 2) {
    const unsigned bits = from.price.value().bit_length();
    const U256 way = of_bits(gen, bits_between(gen, 1, static_cast<int>(bits) - (tame ? 6 : 1)));
    const U256 moved = falls ? wrapping_sub(from.price.value(), way) : from.price.value() + way;
    target = std::clamp(amm::SqrtPriceX96{moved},
                        amm::SqrtPriceX96{amm::sqrt_price_min.value() + U256{1}},
                        amm::SqrtPriceX96{amm::sqrt_price_max.value() - U256{1}});
    wish = I256::positive(U256::max() >> 1);
  }
  const auto step = amm::swap_step({from.price, target, row.liquidity, wish, row.fee});
  if (!step) return std::nullopt;
  const U256 paid = wrapping_add(step->amount_in, step->fee);
  if (paid.bit(255) || step->amount_out.bit(255)) return std::nullopt;
  const I256 in = I256::positive(paid), out = I256::negative(step->amount_out);
  row.flows = falls ? amm::Flows{in, out} : amm::Flows{out, in};
  row.price = step->price;
  row.tick = row.price == from.price ? from.tick : amm::tick_at_valid(row.price).value();
  return row;
}

/// The row with one field off by a little.
inline replay::SwapRow spoiled(Gen& gen, replay::SwapRow row) {
  const I256 little = gen.coin() ? I256{1} : I256{-1};
  switch (gen.integer(0, 5)) {
    case 0:
      row.flows.token0 = wrapping_add(row.flows.token0, little);
      break;
    case 1:
      row.flows.token1 = wrapping_add(row.flows.token1, little);
      break;
    case 2:
      row.price = std::clamp(
          amm::SqrtPriceX96{wrapping_add(I256::from_bits(row.price.value()), little).bits()},
          amm::sqrt_price_min, amm::SqrtPriceX96{amm::sqrt_price_max.value() - U256{1}});
      break;
    case 3:
      row.liquidity_before = row.liquidity = row.liquidity + 1;
      break;
    case 4:
      row.tick += gen.coin() ? 1 : -1;
      break;
    default:
      row.liquidity_before += 1;
      break;
  }
  return row;
}

/// A history of true rows, false ones, and jumps that no swap could make.
inline replay::SwapHistory history_of(Gen& gen, std::size_t rows, Wild wild) {
  const auto anywhere = [&] {
    const int tick =
        wild == Wild::yes ? gen.integer(-887'272, 887'271) : gen.integer(-200'000, 200'000);
    const amm::SqrtPriceX96 price = amm::sqrt_price_at_valid(Tick{tick});
    return replay::SwapHistory::Start{price, tick};
  };
  replay::SwapHistory history(anywhere());
  while (history.size() < rows) {
    const auto from = history.before(history.size());
    const auto row = true_row(gen, from, wild);
    const bool jumps = !row || row->price <= amm::sqrt_price_min ||
                       row->price >= amm::sqrt_price_max || gen.integer(0, 9) == 0;
    if (jumps) {
      const auto to = anywhere();
      history.push({.price = to.price, .tick = to.tick, .liquidity = 1, .liquidity_before = 1});
    } else {
      history.push(gen.integer(0, 3) == 0 ? spoiled(gen, *row) : *row);
    }
  }
  return history;
}

}  // namespace levee::test

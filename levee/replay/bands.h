// levee/replay/bands.h — liquidity band by band, and the gaps between bands that events tell.
//
// Internal to reconstruct. A band is one tick spacing, [k s, (k + 1) s).
// src: Uniswap v3 whitepaper (2021) 6.2
#pragma once
#include "levee/replay/reconstruct.h"

#include <map>
#include <optional>
#include <span>
#include <vector>

namespace levee::replay {

/// Liquidity by band number.
using Bands = std::map<std::int32_t, i128>;
/// Ticks by number.
using TickMap = std::map<std::int32_t, amm::TickState>;

/// A change of liquidity during the recording.
struct Move {
  std::size_t event = 0;
  amm::TickRange range;
  i128 change = 0;
};

/// The band that a tick lies in.
std::int32_t band_of(std::int32_t tick, TickSpacing spacing);

/// What moves before an event add to a band.
i128 moved(std::span<const Move> moves, std::size_t before, std::int32_t lower_tick);

/// Where liquidity outside the bands ends: at the ends of the price axis, or with the bands.
enum class Ends { of_the_axis, at_bands };
struct TicksAsk {
  TickSpacing spacing;
  Ends ends = Ends::of_the_axis;
};
/// Ticks that make these bands, the outermost liquidity carried to the ends. Edges of `open` moves
/// are initialised even where they cancel out.
TickMap ticks_of(const Bands& bands, std::span<const Move> open, const TicksAsk& ask);

/// A swap that passes a gap, and the pool just before it.
struct Passage {
  SwapSeen seen;
  amm::SqrtPriceX96 price;
  std::int32_t tick = 0;
  Bands bands;              ///< At that moment; of the gap's bands, changes since the start only.
  std::vector<Move> moves;  ///< Before that moment.
};

/// Bands first ... last with unknown liquidity, and the swaps that pass them.
struct GapAsk {
  std::int32_t first = 0, last = 0;
  amm::PoolTerms terms;
  std::vector<Passage> passages;
};

/// Liquidity of the gap's lower and upper half.
struct GapFill {
  i128 lower = 0, upper = 0;
  U256 undetermined;
};

/// The liquidity that makes all passages come out; nothing if none was found.
std::optional<GapFill> fill_of(const GapAsk& ask);

/// Which half of the gap a band lies in; a gap of one band is all upper half.
bool is_lower_half(const GapAsk& ask, std::int32_t band);

}  // namespace levee::replay

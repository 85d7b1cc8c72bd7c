// levee/replay/verify_swaps_lanes.h — the eight-lane engine of verify_swaps and what it is handed.
//
// Its body is compiled for AVX-512, so nothing inline may stand here or be included there: the
// linker could keep that copy for everyone. Bare arrays, on purpose.
// src: Gueron & Krasnov (2016), Accelerating big integer arithmetic using Intel IFMA extensions
#pragma once
#include <cstddef>
#include <cstdint>

namespace levee::replay::lanes {

/// A number of 64 bits for each of eight rows.
struct alignas(64) Eight {
  std::uint64_t row[8];  // NOLINT(*-avoid-c-arrays): see above
};

// NOLINTBEGIN(*-avoid-c-arrays): see above

/// Eight rows side by side, the least significant word first: one stream of memory, whole vectors.
struct Block {
  Eight price[3];
  Eight liquidity[2], liquidity_before[2];
  Eight flow0[2], flow1[2];  ///< Two's complement of 128 bits; see `aside`.
  Eight fee, tick;           ///< tick: two's complement of 64 bits.
  Eight aside;               ///< Not 0: a row that is not for this engine.
};

/// Sums over confirmed rows of floor(fee 2^128 / liquidity), by lane and for each token: the sum
/// of high 2^88 + middle 2^44 + low.
struct Sums {
  Eight high[2], middle[2], low[2];
};

// NOLINTEND(*-avoid-c-arrays)

/// What verify() writes where it confirms nothing: the row is for swap_step.
inline constexpr std::uint8_t undecided = 0xff;
/// Blocks that keep Sums from overflowing.
inline constexpr std::size_t blocks_max = 4096;

/// Whether this processor, and this build, can.
bool available();

/// Verdicts (exact_in 0, exact_out 1, to_limit 2 or undecided), a byte for each row of the blocks.
/// in: available(); blocks[-1] holds the rows before; count <= blocks_max
void verify(const Block* blocks, std::size_t count, void* verdicts, Sums& sums);

}  // namespace levee::replay::lanes

// levee/scenario/jump_wide.h — what jump_lanes.h asks of a file compiled for one instruction set.
//
// Nothing inline may stand here: the linker could keep a copy made for AVX-512 for everyone.
#pragma once
#include <cstddef>
#include <cstdint>

namespace levee::scenario {

/// Paths that are walked together, on every engine.
inline constexpr std::size_t walk_group = 32;
/// Normals that a counter gives: steps of one asset.
inline constexpr std::size_t walk_turn = 4;

/// A group of paths from beginning to end.
template <class Real>
struct WalkRun {
  const std::uint64_t* keys = nullptr;     ///< [10][2] of the rounds.
  const std::uint64_t* turns = nullptr;    ///< [turns][3] what two rounds make of turn and key.
  const std::uint64_t* streams = nullptr;  ///< [assets] stream ^ first key.
  std::uint64_t path = 0;                  ///< Lower word of the first path's number.
  std::size_t assets = 0, steps = 0;
  const Real* law = nullptr;    ///< [steps] drift [assets], then rows of a lower triangle.
  const Real* jumps = nullptr;  ///< [steps][assets][walk_group]
  Real* const* out = nullptr;   ///< [steps][assets] where the group goes, or null.
};

/// Words and normals of single counters, a multiple of sixteen of them.
struct ShockRun {
  const std::uint64_t* keys = nullptr;
  std::uint32_t stream = 0;
  std::uint32_t path_high = 0;
  const std::uint32_t* path = nullptr;   ///< Lower words.
  const std::uint32_t* block = nullptr;  ///< Null: 0.
  std::size_t count = 0;
  std::uint32_t* word = nullptr;  ///< The first word.
  double* normal = nullptr;       ///< Of the third and fourth; null: not wanted.
};

namespace avx2 {
void walk(const WalkRun<float>& run);
void walk(const WalkRun<double>& run);
void shocks(const ShockRun& run);
}  // namespace avx2

namespace avx512 {
void walk(const WalkRun<float>& run);
void walk(const WalkRun<double>& run);
void shocks(const ShockRun& run);
}  // namespace avx512

}  // namespace levee::scenario

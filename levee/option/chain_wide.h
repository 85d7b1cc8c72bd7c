// levee/option/chain_wide.h — what chain.h asks of a file compiled for one instruction set.
//
// Nothing inline may stand here: the linker could keep a copy made for AVX-512 for everyone.
// src: levee/option/chain_lanes.h
#pragma once
#include <cstddef>
#include <cstdint>

namespace levee::option {

/// Where a quantity stands in ChainRun.
namespace input {
enum Column : unsigned { strike, forward, years, vol, discount };
inline constexpr unsigned price = vol, columns = 5;
}  // namespace input
namespace output {
enum Column : unsigned { value, delta, gamma, vega, theta, vanna, volga };
inline constexpr unsigned vol = value, columns = 7;
}  // namespace output

/// Columns of a multiple of sixteen options. Types are four-byte words, 0 for a call.
struct ChainRun {
  const void* type = nullptr;
  // NOLINTNEXTLINE(*-avoid-c-arrays): std::array would be an inline function for everyone
  const double* in[input::columns] = {};
  double* out[output::columns] = {};  // NOLINT(*-avoid-c-arrays): as above
  std::uint16_t* sound = nullptr;  ///< A bit for every option; nothing is said where it is not set.
  std::size_t count = 0;
};

namespace avx2 {
void black(const ChainRun& run);
void vols(const ChainRun& run);
}  // namespace avx2

namespace avx512 {
void black(const ChainRun& run);
void vols(const ChainRun& run);
}  // namespace avx512

}  // namespace levee::option

// levee/option/chain_wide.h — what chain.h and moved_smile.h ask of one instruction set's file.
//
// Nothing inline may stand here: the linker could keep a copy made for AVX-512 for everyone.
// src: levee/option/chain_lanes.h, levee/option/moved_smile_lanes.h
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

/// One strike on a multiple of sixteen paths: moved_smile.h in raw numbers.
struct WorthRun {
  double level = 0;  ///< Of total variance: what both smiles and time add at every strike.
  struct Wings {
    double b = 0, rho = 0, m = 0, s2 = 0;  ///< The weight is in b; s squared.
  };
  Wings near, far;       ///< The far ones count where its b is not 0.
  double over_root = 0;  ///< 1 / sqrt(tenor)
  double strike = 0, log_strike = 0;
  double unit = 1, nothing = 0;
  const double* forward = nullptr;
  const double* log_forward = nullptr;
  const double* vol_factor = nullptr;
  const double* skew = nullptr;  ///< Null: 0.
  double* call = nullptr;        ///< Null: not wanted.
  double* put = nullptr;
  std::uint16_t* sound = nullptr;  ///< As ChainRun's.
  std::size_t count = 0;
};

namespace avx2 {
void black(const ChainRun& run);
void vols(const ChainRun& run);
void worths(const WorthRun& run);
}  // namespace avx2

namespace avx512 {
void black(const ChainRun& run);
void vols(const ChainRun& run);
void worths(const WorthRun& run);
}  // namespace avx512

}  // namespace levee::option

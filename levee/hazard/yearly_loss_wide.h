// levee/hazard/yearly_loss_wide.h — what yearly_loss.h asks of a file for one instruction set.
//
// Nothing inline may stand here: the linker could keep a copy made for AVX-512 for everyone.
// src: as levee/hazard/yearly_loss.h
#pragma once
#include <cstddef>
#include <cstdint>

namespace levee::hazard {

/// What random words of 32 bits become.
struct YearWords {
  const double* more = nullptr;  ///< [counts] a word not below more[k] means more than k events.
  std::size_t counts = 0;
  double tail_words = 0;  ///< Words below it are of the tail.
  double from = 0;        ///< A tail's word w is the number from + per_word w in (0, 1).
  double per_word = 0;
  double shape = 0, scale = 1, threshold = 0, most = 0;
  const double* body = nullptr;  ///< Null: all are of the tail.
  double bodies = 0, body_per_word = 0;
};

/// One counter of many years, a multiple of sixteen of them.
struct YearRun {
  const YearWords* words = nullptr;
  const std::uint64_t* keys = nullptr;  ///< [10][2] of Philox's rounds.
  std::uint32_t stream = 0, year_high = 0, block = 0;
  const std::uint32_t* year = nullptr;  ///< Lower words of their numbers.
  std::size_t count = 0;
  double* events = nullptr;  ///< Written by block 0, read by those that follow.
  double* usd = nullptr;     ///< Written by block 0, added to by those that follow.
};

/// A shape below it in size is an exponential law's with two terms of correction.
inline constexpr double least_power = 1e-6;

namespace avx2 {
void years(const YearRun& run);
}  // namespace avx2

namespace avx512 {
void years(const YearRun& run);
}  // namespace avx512

}  // namespace levee::hazard

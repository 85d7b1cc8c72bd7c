// levee/num/philox.h — counter-based randomness: (seed, stream, index) to bits, in any order.
#pragma once
#include <array>
#include <cstdint>

namespace levee::num {

/// Philox4x32-10: four 32-bit words that are a pure function of key and counter.
/// src: Salmon, Moraes, Dror & Shaw (2011), SC'11, "Parallel random numbers: as easy as 1, 2, 3"
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                    std::array<std::uint32_t, 2> key);

/// The random numbers of one path: draw i is always the same, whoever asks first.
class Draws {
 public:
  /// in: seed; stream names what the numbers are for; path is the path's index
  Draws(std::uint64_t seed, std::uint32_t stream, std::uint64_t path);

  /// Uniform in (0, 1), 52 bits, never 0 or 1.
  double uniform();
  /// Standard normal, by inverting the distribution function.
  double normal();
  /// Poisson count, by inversion; mean >= 0, meant for means below about 50.
  int poisson(double mean);

 private:
  std::uint64_t bits();

  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  int used_ = 4;
};

}  // namespace levee::num

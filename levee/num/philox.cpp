// levee/num/philox.cpp — Philox and the draws of a path.
#include "levee/num/philox.h"

#include "levee/base/check.h"
#include "levee/num/normal.h"

#include <cmath>

namespace levee::num {
namespace {

// The multipliers and key increments (golden ratio, sqrt 3 - 1) of Salmon et al., section 3.3.
constexpr std::uint64_t multiplier_0 = 0xD2511F53, multiplier_1 = 0xCD9E8D57;
constexpr std::uint32_t weyl_0 = 0x9E3779B9, weyl_1 = 0xBB67AE85;
constexpr int rounds = 10;

constexpr std::uint32_t low(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
constexpr std::uint32_t high(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }

}  // namespace

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                    std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < rounds; ++round) {
    const std::uint64_t a = multiplier_0 * counter[0], b = multiplier_1 * counter[2];
    counter = {high(b) ^ counter[1] ^ key[0], low(b), high(a) ^ counter[3] ^ key[1], low(a)};
    key[0] += weyl_0;
    key[1] += weyl_1;
  }
  return counter;
}

// The counter is (block of draws, stream, path): no two of them ever share a block.
Draws::Draws(std::uint64_t seed, std::uint32_t stream, std::uint64_t path)
    : key_{low(seed), high(seed)}, counter_{0, stream, low(path), high(path)} {}

std::uint64_t Draws::bits() {
  if (used_ == 4) {
    block_ = philox(counter_, key_);
    ++counter_[0];
    used_ = 0;
  }
  const auto i = static_cast<std::size_t>(used_);
  used_ += 2;
  return std::uint64_t{block_[i]} << 32 | block_[i + 1];
}

double Draws::uniform() {
  // Half a step off the grid: the ends 0 and 1 cannot come, and the sum is exact in 53 bits.
  return (static_cast<double>(bits() >> 12) + 0.5) * 0x1p-52;
}

double Draws::normal() { return normal_quantile(uniform()); }

int Draws::poisson(double mean) {
  LEVEE_EXPECT(mean >= 0);
  const double u = uniform();
  double term = std::exp(-mean), below = term;
  int count = 0;
  // The terms stop counting once they are lost in rounding; without that a u next to 1 that the
  // rounded sum never reaches would loop for ever.
  while (u > below && (count < mean || term > 1e-18)) {
    ++count;
    term *= mean / count;
    below += term;
  }
  return count;
}

}  // namespace levee::num

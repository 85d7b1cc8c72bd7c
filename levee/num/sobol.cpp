#include "levee/num/sobol.h"

#include "levee/base/check.h"
#include "levee/num/philox.h"

#include <array>
#include <bit>

#include <boost/random/sobol.hpp>

namespace levee::num {
namespace {

constexpr std::uint32_t purpose = 0x50b01;  // of the scrambling's own random numbers

// A square matrix of bits, a row a word; row i gives digit i, the highest first.
using BitMatrix = std::array<std::uint32_t, 32>;

// Ones on the diagonal, chance below it: digit i of a number is mixed with those before it.
BitMatrix lower_triangle(const std::array<std::uint32_t, 32>& chance) {
  BitMatrix rows{};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::uint32_t own = 1U << (31 - i);
    const std::uint32_t before = ~(own | (own - 1));
    rows.at(i) = own | (chance.at(i) & before);
  }
  return rows;
}

std::uint32_t times(const BitMatrix& rows, std::uint32_t number) {
  std::uint32_t product = 0;
  for (const std::uint32_t row : rows) {
    product = product << 1 | (static_cast<std::uint32_t>(std::popcount(row & number)) & 1U);
  }
  return product;
}

// 32 words of chance and one more, of one dimension.
std::array<std::uint32_t, 36> chance_of(std::uint64_t seed, std::size_t dimension) {
  std::array<std::uint32_t, 36> words{};
  for (std::size_t block = 0; block < 9; ++block) {
    const auto four = philox(
        {static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(dimension), purpose, 0},
        {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
    for (std::size_t i = 0; i < 4; ++i) words.at(4 * block + i) = four.at(i);
  }
  return words;
}

std::uint32_t gray(std::uint32_t index) { return index ^ index >> 1; }

}  // namespace

Sobol::Sobol(std::size_t dimensions, std::uint64_t seed, Scramble scramble)
    : direction_(digits * dimensions), shift_(dimensions) {
  LEVEE_EXPECT(dimensions >= 1 && dimensions <= dimensions_max);
  // The point of index 2^(k+1) - 1 has the Gray code 2^k: it is direction k itself. Boost leaves
  // out the point at the origin, so that its count is one behind.
  using Engine = boost::random::sobol_engine<std::uint32_t, 32>;
  Engine engine(dimensions);
  for (std::size_t digit = 0; digit < digits; ++digit) {
    engine.seed(static_cast<std::uint32_t>((2ULL << digit) - 2));
    for (std::size_t d = 0; d < dimensions; ++d) {
      direction_[digits * d + digit] = static_cast<std::uint32_t>(engine());
    }
  }
  if (scramble == Scramble::none) return;
  for (std::size_t d = 0; d < dimensions; ++d) {
    const auto chance = chance_of(seed, d);
    std::array<std::uint32_t, 32> rows{};
    for (std::size_t i = 0; i < rows.size(); ++i) rows.at(i) = chance.at(i);
    const BitMatrix matrix = lower_triangle(rows);
    for (std::size_t digit = 0; digit < digits; ++digit) {
      std::uint32_t& direction = direction_[digits * d + digit];
      direction = times(matrix, direction);
    }
    shift_[d] = chance.at(32);
  }
}

std::uint32_t Sobol::bits(std::uint32_t index, std::size_t dimension) const {
  LEVEE_EXPECT(dimension < dimensions());
  const std::uint32_t* direction = directions(dimension);
  std::uint32_t point = shift_[dimension];
  for (std::uint32_t code = gray(index); code != 0; code &= code - 1) {
    point ^= direction[std::countr_zero(code)];
  }
  return point;
}

void Sobol::fill(std::uint32_t first, std::size_t dimension, std::span<double> out) const {
  if (out.empty()) return;
  LEVEE_EXPECT(out.size() - 1 <= ~first);
  const std::uint32_t* direction = directions(dimension);
  std::uint32_t point = bits(first, dimension), index = first;
  for (double& u : out) {
    u = (static_cast<double>(point) + 0.5) * 0x1p-32;
    ++index;
    if (index != 0) point ^= direction[std::countr_zero(index)];
  }
}

}  // namespace levee::num

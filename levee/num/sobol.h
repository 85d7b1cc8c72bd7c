// levee/num/sobol.h — the Sobol' sequence, scrambled: points more even than chance.
//
// src: Joe & Kuo (2008), SIAM J. Sci. Comput. 30, 2635-2654 (direction numbers, as Boost carries
// them); Matousek (1998), J. Complexity 14, 527-556 (random linear scrambling and digital shift)
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace levee::num {

/// Random or not: an average over scrambled points has no bias, and its error over a few seeds is
/// measured as that of independent draws.
enum class Scramble { none, linear };

/// A sequence in [0, 1)^dimensions; every coordinate of every point is a function of its place.
class Sobol {
 public:
  static constexpr std::size_t dimensions_max = 3667;

  /// in:   1 <= dimensions <= dimensions_max
  /// cost: 32 words a dimension
  Sobol(std::size_t dimensions, std::uint64_t seed, Scramble scramble = Scramble::linear);

  std::size_t dimensions() const { return shift_.size(); }
  /// Coordinate of a point, 32 bits. in: dimension < dimensions()
  std::uint32_t bits(std::uint32_t index, std::size_t dimension) const;
  /// Points first, first + 1, ... in (0, 1): the middle of the 2^-32 that the bits name.
  ///
  /// in:   first + out.size() <= 2^32
  /// cost: one exclusive-or a point
  void fill(std::uint32_t first, std::size_t dimension, std::span<double> out) const;

 private:
  static constexpr std::size_t digits = 32;
  const std::uint32_t* directions(std::size_t dimension) const {
    return direction_.data() + digits * dimension;
  }

  std::vector<std::uint32_t> direction_;  // [dimensions x digits]
  std::vector<std::uint32_t> shift_;      // [dimensions]
};

}  // namespace levee::num

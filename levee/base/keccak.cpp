#include "levee/base/keccak.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <utility>
#include <vector>

namespace levee {
namespace {

using State = std::array<std::uint64_t, 25>;  // Lane (x, y) stands at x + 5 y.

constexpr std::size_t rate = 136;  // Bytes taken in between two permutations.

// Round constants: bit 2^j - 1 of constant i is output 7 i + j of the reference's shift register.
constexpr std::array<std::uint64_t, 24> round_constants() {
  std::array<std::uint64_t, 24> constants{};
  std::uint8_t lfsr = 1;
  for (std::uint64_t& constant : constants) {
    for (unsigned j = 0; j < 7; ++j) {
      if ((lfsr & 1) != 0) constant |= 1ULL << ((1U << j) - 1);
      lfsr = static_cast<std::uint8_t>((lfsr << 1) ^ ((lfsr & 0x80) != 0 ? 0x71 : 0));
    }
  }
  return constants;
}

void theta(State& lane) {
  std::array<std::uint64_t, 5> column{};
  for (unsigned i = 0; i < 25; ++i) column[i % 5] ^= lane[i];
  for (unsigned i = 0; i < 25; ++i) {
    lane[i] ^= column[(i + 4) % 5] ^ std::rotl(column[(i + 1) % 5], 1);
  }
}

// Rotates each lane by the triangular numbers and moves it along the cycle (x, y) -> (y, 2x + 3y).
void rho_and_pi(State& lane) {
  unsigned x = 1, y = 0;
  std::uint64_t carried = lane[1];
  for (unsigned t = 0; t < 24; ++t) {
    const unsigned next_y = (2 * x + 3 * y) % 5;
    x = y;
    y = next_y;
    std::swap(carried, lane[x + 5 * y]);
    lane[x + 5 * y] = std::rotl(lane[x + 5 * y], static_cast<int>((t + 1) * (t + 2) / 2 % 64));
  }
}

void chi(State& lane) {
  for (unsigned row = 0; row < 25; row += 5) {
    const std::array<std::uint64_t, 5> old{lane[row], lane[row + 1], lane[row + 2], lane[row + 3],
                                           lane[row + 4]};
    for (unsigned x = 0; x < 5; ++x)
      lane[row + x] = old[x] ^ (~old[(x + 1) % 5] & old[(x + 2) % 5]);
  }
}

void permute(State& lane) {
  static constexpr auto constants = round_constants();
  for (const std::uint64_t constant : constants) {
    theta(lane);
    rho_and_pi(lane);
    chi(lane);
    lane[0] ^= constant;
  }
}

void absorb(State& lane, std::span<const std::uint8_t> block) {
  for (std::size_t i = 0; i < block.size(); ++i) {
    lane[i / 8] ^= static_cast<std::uint64_t>(block[i]) << (8 * (i % 8));
  }
  permute(lane);
}

}  // namespace

Bytes32 keccak256(std::span<const std::uint8_t> message) {
  State lane{};
  while (message.size() >= rate) {
    absorb(lane, message.first(rate));
    message = message.subspan(rate);
  }
  std::array<std::uint8_t, rate> last{};
  std::ranges::copy(message, last.begin());
  last[message.size()] = 0x01;
  last[rate - 1] |= 0x80;
  absorb(lane, last);
  Bytes32 hash;
  for (std::size_t i = 0; i < 32; ++i) {
    hash.bytes[i] = static_cast<std::uint8_t>(lane[i / 8] >> (8 * (i % 8)));
  }
  return hash;
}

Bytes32 keccak256(std::string_view message) {
  const std::vector<std::uint8_t> bytes(message.begin(), message.end());
  return keccak256(std::span<const std::uint8_t>(bytes));
}

}  // namespace levee

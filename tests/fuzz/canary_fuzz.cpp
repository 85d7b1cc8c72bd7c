// The same game against a model with a planted fault: a fuzzer that does not find it is blind.
#include "tests/fuzz/pool_game.h"
#include "tests/fuzz/target.h"

void levee::fuzz::play(std::span<const std::uint8_t> bytes) {
  play_pool(bytes, naive::Flaw::crossing_keeps_outside);
}

// Bytes are a pool's terms and a sequence of calls; levee and the naive model play both.
#include "tests/fuzz/pool_game.h"
#include "tests/fuzz/target.h"

void levee::fuzz::play(std::span<const std::uint8_t> bytes) { play_pool(bytes); }

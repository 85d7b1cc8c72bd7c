// tests/fuzz/pool_game.h — one game: levee's pool and the naive one play the same calls.
#pragma once
#include "tests/fuzz/naive_pool.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>

namespace levee::fuzz {

/// What was played: calls by name and answer ("swap ok", "mint LO").
using Tally = std::map<std::string, int>;

/// Reads a pool's terms and a sequence of calls from the bytes and plays them on both, comparing
/// every answer, every refusal and the whole state after each call.
///
/// err: throws Disagreement where the two differ
Tally play_pool(std::span<const std::uint8_t> bytes, naive::Flaw flaw = naive::Flaw::none);

}  // namespace levee::fuzz

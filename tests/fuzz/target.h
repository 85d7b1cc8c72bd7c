// tests/fuzz/target.h — what a fuzzer's target has to say: it plays bytes, or throws.
#pragma once
#include <cstdint>
#include <span>

namespace levee::fuzz {

/// Plays one input. err: throws what was found
void play(std::span<const std::uint8_t> bytes);

}  // namespace levee::fuzz

// levee/chain/refusal.h — what a node means when it says no.
//
// JSON-RPC fixes the shape of a refusal, not its meaning: nodes and the services in front of them
// say the same thing with different codes and words. This is where they are known.
#pragma once
#include "levee/chain/hex.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace levee::chain {

/// A JSON-RPC error as a node gave it.
struct Refusal {
  std::int64_t code = 0;
  std::string words;
  std::string attached;  ///< The first text in its `data` that may be what a revert returned.
};

enum class Meaning {
  revert,       ///< The contract itself said no.
  busy,         ///< Too many requests, or a time limit of the node's: later it may answer.
  too_much,     ///< More blocks or logs than it gives at once.
  large_batch,  ///< More calls than it takes at once.
  no_block,     ///< It does not know the block.
  no_state,     ///< It knew the block's state once and has thrown it away.
  other,
};

/// in:  method that was refused: some words mean one thing here and another there
Meaning meaning_of(const Refusal& refusal, std::string_view method);

/// What a reverted call returned. err: corrupt where it is no hexadecimal
Result<Bytes> output_of(const Refusal& revert);

/// The node's own words, fit to be shown: one line, of bounded length, without control characters
/// and without anything that looks like a key.
std::string shown_words(const Refusal& refusal);

}  // namespace levee::chain

// levee/feed/log_words.h — a pool contract's log, from its topics and 32-byte words.
//
// src: Solidity ABI specification, events; Uniswap v3-core 1.0.1, IUniswapV3PoolEvents
#pragma once
#include "levee/base/address.h"
#include "levee/base/result.h"
#include "levee/replay/replay.h"

#include <string_view>
#include <variant>
#include <vector>

namespace levee::feed {

/// A log as a node gives it.
struct Log {
  std::vector<Bytes32> topics;  ///< The first names the event.
  std::vector<Bytes32> words;
};

/// in:  topics as a JSON list of strings, words as 0x and hexadecimal digits
/// err: bad_input for anything else
Result<Log> log_from(std::string_view topics, std::string_view words);

/// What a log says. Every word must be one that the contract could write: sign and zero extension
/// are checked.
///
/// err: not_supported for another event; bad_input for a wrong number of topics or words, or a
///      word that does not fit its type
Result<std::variant<replay::SwapSeen, replay::ChangeSeen, replay::CollectSeen>> told_by(
    const Log& log);

}  // namespace levee::feed

// levee/chain/shapes.h — blocks, logs and answers of calls as JSON-RPC writes them.
//
// src: Ethereum execution-apis, JSON-RPC specification
#pragma once
#include "levee/base/result.h"
#include "levee/chain/envelope.h"
#include "levee/chain/node.h"

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace levee::chain {

/// err (all): corrupt where a member is missing or is not what it should be
Result<Block> block_in(const nlohmann::json& json);
Result<Bytes> bytes_in(const nlohmann::json& json, std::string_view method);

/// The request for logs, and the logs in its answer: all as asked, in the chain's order, each once,
/// none of them removed. err: stale_data where logs of one height name two blocks
Request request_of(const LogAsk& ask);
Result<std::vector<Log>> logs_in(const nlohmann::json& json, const LogAsk& ask);

/// Blocks and logs written the way a node would; block_in and logs_in read them back.
std::string json_of(const Block& block);
std::string json_of(const Log& log);

/// What a call returned or reverted with. err: as error_of for any other refusal
Result<Returned> returned_in(const Reply& reply);

/// What a refusal means for who asked: missing_data (the block or its state), out_of_range (too
/// much at once), otherwise refused with the node's own words.
Error error_of(const Refusal& refusal, std::string_view method);

}  // namespace levee::chain

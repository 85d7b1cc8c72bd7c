// levee/chain/envelope.h — JSON-RPC 2.0 taken apart: which answer belongs to which call.
//
// src: JSON-RPC 2.0 Specification (jsonrpc.org)
#pragma once
#include "levee/base/result.h"
#include "levee/chain/refusal.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace levee::chain {

/// A call: its method and its parameters as JSON.
struct Request {
  std::string method;
  std::string params;
};

/// What a node says to a call: a result, or none and why.
struct Reply {
  std::shared_ptr<const nlohmann::json> result;
  Refusal refusal;
};

/// Calls of one document have consecutive ids. in: the ids are below 2^63
struct Ids {
  std::uint64_t first = 0;
  std::size_t count = 0;
};

/// The document that asks: a call on its own, a batch for several. in: as many requests as ids
std::string document_of(std::span<const Request> requests, const Ids& ids);

/// What came back for it.
struct Answers {
  std::vector<Reply> replies;     ///< One a call, in the calls' order; empty where there is
  std::optional<Refusal> of_all;  ///< one refusal of the whole document.
};

/// err: corrupt unless every call is answered once, by its id, with either a result or an error,
///      and nothing else is in the document
Result<Answers> answers_in(std::string_view body, const Ids& ids);

}  // namespace levee::chain

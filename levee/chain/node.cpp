#include "levee/chain/node.h"

#include "levee/base/check.h"
#include "levee/chain/envelope.h"
#include "levee/chain/shapes.h"
#include "levee/chain/talk.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace levee::chain {
namespace {

using Json = nlohmann::json;

Error corrupt(std::string message) { return fail(Reason::corrupt, std::move(message)); }

// The result of one call. err: as the node refused it
Result<std::shared_ptr<const Json>> result_of(Talk& talk, const Request& request) {
  const auto replies = talk.ask({&request, 1});
  if (!replies) return replies.error();
  const Reply& reply = replies->front();
  if (!reply.result) return error_of(reply.refusal, request.method);
  return reply.result;
}

Request block_request(std::string_view name) {
  return {.method = "eth_getBlockByNumber", .params = fmt::format(R"(["{}",false])", name)};
}

Error unknown_block(std::uint64_t number) {
  return fail(
      Reason::missing_data,
      fmt::format("the node does not know block {} (it is behind, or the block is none yet) "
                  "ask for an older block, or another node",
                  number));
}

Result<Block> block_numbered(const Reply& reply, std::uint64_t number) {
  if (!reply.result) return error_of(reply.refusal, "eth_getBlockByNumber");
  if (reply.result->is_null()) return unknown_block(number);
  auto block = block_in(*reply.result);
  if (block && block->number != number) {
    return corrupt(fmt::format("the node gives block {} for block {}", block->number, number));
  }
  return block;
}

// A read of a contract: its method, and its parameters up to the block.
struct Read {
  std::string_view method;
  std::string params;
};

std::vector<Request> named(std::span<const Read> reads, const std::string& block) {
  std::vector<Request> requests;
  for (const Read& read : reads) {
    requests.push_back(
        {.method = std::string(read.method), .params = fmt::format("[{},{}]", read.params, block)});
  }
  return requests;
}

// EIP-1898: the block itself, not whatever stands at its height by now.
std::string by_hash(const Block& at) {
  return fmt::format(R"({{"blockHash":"{}","requireCanonical":true}})", text_of(at.hash));
}
std::string by_number(const Block& at) { return fmt::format(R"("{}")", hex_number(at.number)); }

bool was_understood(const Reply& reply) {
  return reply.result != nullptr || meaning_of(reply.refusal, "eth_call") == Meaning::revert;
}
bool means(const Reply& reply, Meaning meaning, std::string_view method) {
  return reply.result == nullptr && meaning_of(reply.refusal, method) == meaning;
}

Result<Done> require_standing(Talk& talk, const Block& at) {
  const Request request = block_request(hex_number(at.number));
  const auto replies = talk.ask({&request, 1});
  if (!replies) return replies.error();
  const auto now = block_numbered(replies->front(), at.number);
  if (now && now->hash == at.hash) return Done{};
  if (!now && now.error().reason != Reason::missing_data) return now.error();
  return fail(Reason::stale_data,
              fmt::format("block {} is not the chain's any more (a reorg, or nodes behind one "
                          "address that disagree) read again",
                          at.number));
}

// What a node says that was asked by hash. Nothing where it does not seem to take hashes.
Result<std::optional<std::vector<Reply>>> read_by_hash(Talk& talk, std::span<const Read> reads,
                                                       const Block& at) {
  using Maybe = std::optional<std::vector<Reply>>;
  const bool sure = talk.takes_hashes().has_value();
  auto replies = talk.ask(named(reads, by_hash(at)));
  if (!replies && !sure && replies.error().reason == Reason::refused) return Maybe{};
  if (!replies) return replies.error();
  if (std::ranges::any_of(*replies, was_understood)) {
    talk.remember_hashes(true);
  } else if (!sure && std::ranges::any_of(*replies, [&](const Reply& reply) {
               return means(reply, Meaning::other, reads.front().method);
             })) {
    return Maybe{};
  }
  return Maybe(*std::move(replies));
}

// Replies of one block, whichever way the node lets it be named. in: reads of one method
Result<std::vector<Reply>> read_at(Talk& talk, std::span<const Read> reads, const Block& at) {
  if (talk.takes_hashes() != std::optional(false)) {
    auto replies = read_by_hash(talk, reads, at);
    if (!replies) return replies.error();
    if (*replies) {
      const bool lost = std::ranges::any_of(**replies, [&](const Reply& reply) {
        return means(reply, Meaning::no_block, reads.front().method);
      });
      if (lost) {
        if (auto there = require_standing(talk, at); !there) return there.error();
      }
      return **std::move(replies);
    }
  }
  auto replies = talk.ask(named(reads, by_number(at)));
  if (!replies) return replies.error();
  if (std::ranges::any_of(*replies, was_understood)) talk.remember_hashes(false);
  if (auto there = require_standing(talk, at); !there) return there.error();
  return replies;
}

}  // namespace

Node::Node(Transport& transport, Pause& pause, const Patience& patience)
    : talk_(std::make_shared<Talk>(transport, pause, patience)) {}

Result<std::uint64_t> Node::chain_id() {
  const auto result = result_of(*talk_, {.method = "eth_chainId", .params = "[]"});
  if (!result) return result.error();
  if (!(*result)->is_string()) return corrupt("the node's chain id is no text");
  auto id = number_in_hex((*result)->get_ref<const std::string&>());
  if (!id) return corrupt("the node's chain id is " + id.error().message);
  return id;
}

Result<Done> Node::require_chain(std::uint64_t id) {
  const auto spoken = chain_id();
  if (!spoken) return spoken.error();
  if (*spoken == id) return Done{};
  return fail(Reason::bad_input,
              fmt::format("the node is one of chain {} (asked for chain {}) give "
                          "the address of a node of that chain",
                          *spoken, id));
}

Result<Block> Node::latest() {
  const auto result = result_of(*talk_, block_request("latest"));
  if (!result) return result.error();
  if ((*result)->is_null()) return corrupt("the node has no latest block");
  return block_in(**result);
}

Result<Block> Node::block(std::uint64_t number) {
  auto one = blocks(std::array{number});
  if (!one) return one.error();
  return one->front();
}

Result<std::vector<Block>> Node::blocks(std::span<const std::uint64_t> numbers) {
  std::vector<Request> requests;
  for (const std::uint64_t number : numbers) requests.push_back(block_request(hex_number(number)));
  const auto replies = talk_->ask(requests);
  if (!replies) return replies.error();
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    auto block = block_numbered((*replies)[i], numbers[i]);
    if (!block) return block.error();
    blocks.push_back(*block);
  }
  return blocks;
}

Result<std::vector<Returned>> Node::calls(std::span<const Call> calls, const Block& at) {
  std::vector<Returned> returned;
  if (calls.empty()) return returned;
  std::vector<Read> reads;
  for (const Call& call : calls) {
    const std::string from =
        call.from ? fmt::format(R"("from":"{}",)", text_of(*call.from)) : std::string();
    reads.push_back({.method = "eth_call",
                     .params = fmt::format(R"({{{}"to":"{}","data":"{}"}})", from, text_of(call.to),
                                           hex_bytes(call.input))});
  }
  const auto replies = read_at(*talk_, reads, at);
  if (!replies) return replies.error();
  for (const Reply& reply : *replies) {
    auto one = returned_in(reply);
    if (!one) return one.error();
    returned.push_back(*std::move(one));
  }
  return returned;
}

Result<std::vector<Bytes>> Node::code(std::span<const Address> addresses, const Block& at) {
  std::vector<Bytes> codes;
  if (addresses.empty()) return codes;
  std::vector<Read> reads;
  for (const Address& address : addresses) {
    reads.push_back({.method = "eth_getCode", .params = fmt::format(R"("{}")", text_of(address))});
  }
  const auto replies = read_at(*talk_, reads, at);
  if (!replies) return replies.error();
  for (const Reply& reply : *replies) {
    if (!reply.result) return error_of(reply.refusal, "eth_getCode");
    auto code = bytes_in(*reply.result, "eth_getCode");
    if (!code) return code.error();
    codes.push_back(*std::move(code));
  }
  return codes;
}

Result<std::vector<Log>> Node::logs(const LogAsk& ask) {
  LEVEE_EXPECT(ask.from <= ask.to);
  const auto result = result_of(*talk_, request_of(ask));
  if (!result) return result.error();
  return logs_in(**result, ask);
}

}  // namespace levee::chain

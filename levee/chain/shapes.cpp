#include "levee/chain/shapes.h"

#include "levee/chain/abi.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace levee::chain {
namespace {

using Json = nlohmann::json;

Error corrupt(std::string message) { return fail(Reason::corrupt, std::move(message)); }

// Reads the members of an object; the first fault sticks, as in AbiReader.
class Members {
 public:
  Members(const Json& object, std::string what) : object_(object), what_(std::move(what)) {
    if (!object.is_object()) fault("it is no object");
  }

  std::string_view text(const char* name) {
    if (fault_) return {};
    const auto member = object_.find(name);
    if (member != object_.end() && member->is_string()) {
      return member->get_ref<const std::string&>();
    }
    fault(fmt::format("its {} is {}", name, member == object_.end() ? "missing" : "no text"));
    return {};
  }
  std::uint64_t number(const char* name) { return read<std::uint64_t>(name, number_in_hex); }
  Bytes bytes(const char* name) { return read<Bytes>(name, bytes_in_hex); }
  Bytes32 hash(const char* name) { return read<Bytes32>(name, bytes32_from); }
  Address address(const char* name) { return read<Address>(name, address_from); }

  const std::optional<Error>& fault() const { return fault_; }

 private:
  template <class T>
  T read(const char* name, Result<T> (*reader)(std::string_view)) {
    const std::string_view written = text(name);
    if (fault_) return {};
    auto value = reader(written);
    if (value) return *std::move(value);
    fault(fmt::format("its {} is {}", name, value.error().message));
    return {};
  }
  void fault(std::string_view why) {
    if (!fault_) fault_ = corrupt(fmt::format("the node's {}: {}", what_, why));
  }

  const Json& object_;
  std::string what_;
  std::optional<Error> fault_;
};

Result<Log> log_in(const Json& json) {
  Members members(json, "log");
  const std::uint64_t index = members.number("logIndex");
  Log log{.address = members.address("address"),
          .topics = {},
          .payload = members.bytes("data"),
          .block = members.number("blockNumber"),
          .block_hash = members.hash("blockHash"),
          .transaction = members.hash("transactionHash"),
          .index = static_cast<std::uint32_t>(index)};
  if (members.fault()) return *members.fault();
  if (index != log.index) return corrupt("the node's log: its logIndex is above 2^32 - 1");
  const auto topics = json.find("topics");
  if (topics == json.end() || !topics->is_array() || topics->size() > 4) {
    return corrupt("the node's log: its topics are no list of at most 4");
  }
  for (const Json& topic : *topics) {
    auto word = topic.is_string() ? bytes32_from(topic.get_ref<const std::string&>())
                                  : Result<Bytes32>(corrupt("no text"));
    if (!word) return corrupt("the node's log: a topic is " + word.error().message);
    log.topics.push_back(*word);
  }
  const auto removed = json.find("removed");
  if (removed != json.end() && *removed != false) {
    return corrupt("the node's log was removed by a reorg (removed: true) ask again");
  }
  return log;
}

bool admits(const LogAsk& ask, const Log& log) {
  if (log.block < ask.from || log.block > ask.to) return false;
  if (!ask.addresses.empty() &&
      std::ranges::find(ask.addresses, log.address) == ask.addresses.end()) {
    return false;
  }
  for (std::size_t place = 0; place < ask.topics.size(); ++place) {
    const auto& any_of = ask.topics[place];
    if (any_of.empty()) continue;
    if (place >= log.topics.size()) return false;
    if (std::ranges::find(any_of, log.topics[place]) == any_of.end()) return false;
  }
  return true;
}

// Logs come in the chain's order, each once, and the logs of a block agree on its hash.
std::optional<Error> misplaced(const Log& before, const Log& log) {
  if (log.block < before.block || (log.block == before.block && log.index < before.index)) {
    return corrupt(
        fmt::format("the node's logs are out of order (block {}, log {})", log.block, log.index));
  }
  if (log.block != before.block) return std::nullopt;
  if (log.index == before.index) {
    return corrupt(fmt::format("the node gives log {} of block {} twice", log.index, log.block));
  }
  if (log.block_hash != before.block_hash) {
    return fail(Reason::stale_data, fmt::format("the node gives logs of two blocks {} (a reorg "
                                                "while it answered) ask again",
                                                log.block));
  }
  return std::nullopt;
}

template <class Words>
std::string list_of(const Words& words) {
  std::string list;
  for (const auto& word : words) {
    list += fmt::format("{}\"{}\"", list.empty() ? "" : ",", text_of(word));
  }
  return "[" + list + "]";
}

}  // namespace

Result<Block> block_in(const Json& json) {
  Members members(json, "block");
  const Block block{.number = members.number("number"),
                    .hash = members.hash("hash"),
                    .parent = members.hash("parentHash"),
                    .time = members.number("timestamp")};
  if (members.fault()) return *members.fault();
  return block;
}

Request request_of(const LogAsk& ask) {
  std::string filter =
      fmt::format(R"("fromBlock":"{}","toBlock":"{}")", hex_number(ask.from), hex_number(ask.to));
  if (!ask.addresses.empty()) filter += R"(,"address":)" + list_of(ask.addresses);
  std::string topics;
  for (const auto& any_of : ask.topics) {
    topics += (topics.empty() ? "" : ",") + (any_of.empty() ? "null" : list_of(any_of));
  }
  if (!topics.empty()) filter += R"(,"topics":[)" + topics + "]";
  return {.method = "eth_getLogs", .params = "[{" + filter + "}]"};
}

Result<std::vector<Log>> logs_in(const Json& json, const LogAsk& ask) {
  if (!json.is_array()) return corrupt("the node's logs are no list");
  std::vector<Log> logs;
  for (const Json& one : json) {
    auto log = log_in(one);
    if (!log) return log.error();
    if (!admits(ask, *log)) {
      return corrupt(fmt::format("the node gives a log that was not asked for (block {}, log {})",
                                 log->block, log->index));
    }
    if (!logs.empty()) {
      if (auto error = misplaced(logs.back(), *log)) return *std::move(error);
    }
    logs.push_back(*std::move(log));
  }
  return logs;
}

// A refusal as this library says it, for a read at a block.
Error error_of(const Refusal& refusal, std::string_view method) {
  const std::string words = shown_words(refusal);
  switch (meaning_of(refusal, method)) {
    case Meaning::no_state:
      return fail(
          Reason::missing_data,
          fmt::format("the node has thrown this block's state away: {} ask an archive node, "
                      "or for a newer block",
                      words));
    case Meaning::no_block:
      return fail(
          Reason::missing_data,
          fmt::format("the node does not know the block: {} ask again, or another node", words));
    case Meaning::too_much:
    case Meaning::large_batch:
      return fail(Reason::out_of_range,
                  fmt::format("the node finds it too much: {} ask for less at once", words));
    case Meaning::revert:
    case Meaning::busy:
    case Meaning::other:
      break;
  }
  return fail(Reason::refused, fmt::format("the node refuses {}: {}", method, words));
}

Result<Bytes> bytes_in(const Json& json, std::string_view method) {
  if (!json.is_string()) return corrupt(fmt::format("the node answers {} without bytes", method));
  auto bytes = bytes_in_hex(json.get_ref<const std::string&>());
  if (!bytes)
    return corrupt(fmt::format("the node answers {} with {}", method, bytes.error().message));
  return bytes;
}

std::string json_of(const Block& block) {
  return fmt::format(R"({{"number":"{}","hash":"{}","parentHash":"{}","timestamp":"{}"}})",
                     hex_number(block.number), text_of(block.hash), text_of(block.parent),
                     hex_number(block.time));
}

std::string json_of(const Log& log) {
  return fmt::format(
      R"({{"address":"{}","topics":{},"data":"{}","blockNumber":"{}","blockHash":"{}",)"
      R"("transactionHash":"{}","logIndex":"{}"}})",
      text_of(log.address), list_of(log.topics), hex_bytes(log.payload), hex_number(log.block),
      text_of(log.block_hash), text_of(log.transaction), hex_number(log.index));
}

Result<Returned> returned_in(const Reply& reply) {
  Returned returned{.reverted = reply.result == nullptr, .output = {}, .reason = {}};
  if (!returned.reverted) {
    auto bytes = bytes_in(*reply.result, "eth_call");
    if (!bytes) return bytes.error();
    returned.output = *std::move(bytes);
    return returned;
  }
  if (meaning_of(reply.refusal, "eth_call") != Meaning::revert) {
    return error_of(reply.refusal, "eth_call");
  }
  auto output = output_of(reply.refusal);
  if (!output) return corrupt("the node's revert carries " + output.error().message);
  returned.reason = revert_text(*output).value_or("");
  returned.output = *std::move(output);
  return returned;
}

}  // namespace levee::chain

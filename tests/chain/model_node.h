// tests/chain/model_node.h — a chain small enough to know by heart, and a node that tells of it.
#pragma once
#include "levee/base/keccak.h"
#include "levee/chain/hex.h"
#include "levee/chain/node.h"
#include "levee/chain/shapes.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace levee::test {

using Json = nlohmann::json;

/// Blocks whose hashes name their height and the branch that made them.
class ModelChain {
 public:
  explicit ModelChain(std::uint64_t height) { grow(height + 1); }

  std::uint64_t height() const { return hashes_.size() - 1; }
  /// All blocks from a height on are replaced by others, and `longer` more are added.
  void reorganise(std::uint64_t from, std::uint64_t longer = 0) {
    const std::size_t size = hashes_.size() + longer;
    hashes_.resize(from);
    ++branch_;
    grow(size);
  }

  Bytes32 hash(std::uint64_t number) const { return hashes_.at(number); }
  chain::Block block(std::uint64_t number) const {
    return {.number = number,
            .hash = hash(number),
            .parent = number == 0 ? Bytes32{} : hash(number - 1),
            .time = 1'700'000'000 + 12 * number};
  }
  std::optional<std::uint64_t> height_of(const Bytes32& hash_of_block) const {
    const auto found = std::ranges::find(hashes_, hash_of_block);
    if (found == hashes_.end()) return std::nullopt;
    return static_cast<std::uint64_t>(found - hashes_.begin());
  }

  /// Every block whose number divides by `every` holds logs, more of them the busier it is.
  std::vector<chain::Log> logs(std::uint64_t number) const {
    std::vector<chain::Log> made;
    if (number % every != 0) return made;
    for (std::uint32_t i = 0; i < 1 + number % 3; ++i) {
      made.push_back({.address = emitter(i % 2 == 0 ? 1 : 2),
                      .topics = {keccak256(i % 3 == 0 ? "Swap" : "Mint"), hash(number)},
                      .payload = {static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(number)},
                      .block = number,
                      .block_hash = hash(number),
                      .transaction = keccak256(fmt::format("transaction {}", number)),
                      .index = 2 * i + 1});
    }
    return made;
  }
  static Address emitter(std::uint8_t which) {
    Address address;
    address.bytes[19] = which;
    return address;
  }

  std::uint64_t every = 7;

 private:
  void grow(std::size_t size) {
    while (hashes_.size() < size) {
      hashes_.push_back(keccak256(fmt::format("block {} of branch {}", hashes_.size(), branch_)));
    }
  }

  std::vector<Bytes32> hashes_;
  int branch_ = 0;
};

/// What a call gives: a number that only the right contract, input and block lead to.
inline Bytes32 answer_of(const Address& to, const chain::Bytes& input, const Bytes32& block) {
  return keccak256(text_of(to) + chain::hex_bytes(input) + text_of(block));
}

/// Counts instead of sleeping.
class Clock final : public chain::Pause {
 public:
  void wait(int milliseconds) override { waits.push_back(milliseconds); }
  std::vector<int> waits;
};

/// A node over a ModelChain: no wire, and as many faults as a test wants.
class ModelNode final : public chain::Transport {
 public:
  explicit ModelNode(ModelChain& chain) : chain_(chain) {}

  /// Told every request before it is answered; may give another answer in its place.
  std::function<std::optional<Result<chain::HttpAnswer>>(const Json&)> before;
  /// Told every call before it is answered; may give another member `result` or `error`.
  std::function<std::optional<Json>(const Json&)> before_call;

  bool takes_hashes = true;
  std::size_t batch_max = 1000;
  std::uint64_t range_max = ~std::uint64_t{0};
  std::size_t logs_max = ~std::size_t{0};
  std::uint64_t pruned_below = 0;
  std::vector<Json> requests;
  std::size_t calls_seen = 0;

  Result<chain::HttpAnswer> post(std::string_view body) override {
    const Json request = Json::parse(body);
    requests.push_back(request);
    if (before) {
      if (auto instead = before(request)) return *instead;
    }
    return chain::HttpAnswer{
        .status = 200, .body = answer(request).dump(), .retry_after_seconds = std::nullopt};
  }

  /// The honest answer.
  Json answer(const Json& request) {
    if (!request.is_array()) return answer_one(request);
    if (request.size() > batch_max) {
      return {{"jsonrpc", "2.0"}, {"id", nullptr}, {"error", error(-32600, "batch too large")}};
    }
    Json answers = Json::array();
    for (const Json& one : request) answers.push_back(answer_one(one));
    return answers;
  }

  static Json error(int code, const std::string& message) {
    return {{"code", code}, {"message", message}};
  }

 private:
  Json answer_one(const Json& call) {
    ++calls_seen;
    Json answered{{"jsonrpc", "2.0"}, {"id", call["id"]}};
    Json outcome = before_call ? before_call(call).value_or(Json()) : Json();
    if (outcome.is_null()) outcome = outcome_of(call["method"], call["params"]);
    answered.update(outcome);
    return answered;
  }

  Json outcome_of(const std::string& method, const Json& params) {
    if (method == "eth_chainId") return {{"result", "0x1"}};
    if (method == "eth_getBlockByNumber") return {{"result", block(params[0])}};
    if (method == "eth_getLogs") return logs(params[0]);
    const Json& at = params[1];
    if (at.is_object() && !takes_hashes) {
      return {{"error", error(-32602, "invalid argument 1: hex string expected")}};
    }
    const auto height = at.is_object() ? chain_.height_of(*bytes32_from(text(at["blockHash"])))
                                       : std::optional(*chain::number_in_hex(text(at)));
    if (!height || *height > chain_.height()) return {{"error", error(-32000, "header not found")}};
    if (*height < pruned_below) return {{"error", error(-32000, "missing trie node 1f (path )")}};
    const Bytes32 hash = chain_.hash(*height);
    if (method == "eth_getCode") return {{"result", text_of(keccak256(text(params[0])))}};
    const auto input = *chain::bytes_in_hex(text(params[0]["data"]));
    return {{"result", text_of(answer_of(*address_from(text(params[0]["to"])), input, hash))}};
  }

  Json block(const Json& name) const {
    const std::uint64_t number =
        name == "latest" ? chain_.height() : *chain::number_in_hex(text(name));
    if (number > chain_.height()) return nullptr;
    return Json::parse(chain::json_of(chain_.block(number)));
  }

  Json logs(const Json& filter) const {
    const auto from = *chain::number_in_hex(text(filter["fromBlock"]));
    const auto to = *chain::number_in_hex(text(filter["toBlock"]));
    if (to - from + 1 > range_max) return {{"error", error(-32000, "block range is too wide")}};
    Json found = Json::array();
    for (std::uint64_t i = from; i <= std::min(to, chain_.height()); ++i) {
      for (const chain::Log& log : chain_.logs(i)) {
        if (filter.contains("address") && !among(filter["address"], text_of(log.address))) continue;
        if (filter.contains("topics") && !topics_fit(filter["topics"], log)) continue;
        found.push_back(Json::parse(chain::json_of(log)));
      }
    }
    if (found.size() > logs_max) {
      return {{"error", error(-32005, "query returned more than 10000 results")}};
    }
    return {{"result", found}};
  }

  static bool topics_fit(const Json& wanted, const chain::Log& log) {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (wanted[i].is_null()) continue;
      if (i >= log.topics.size() || !among(wanted[i], text_of(log.topics[i]))) return false;
    }
    return true;
  }
  static bool among(const Json& list, const std::string& one) {
    return std::ranges::find(list, Json(one)) != list.end();
  }
  static std::string text(const Json& json) { return json.get<std::string>(); }

  ModelChain& chain_;
};

}  // namespace levee::test

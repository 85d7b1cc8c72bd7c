#include "tests/chain_live/world.h"

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace levee::test {
namespace {

constexpr std::uint64_t gas = 16'000'000;

// Two nodes, two shapes: the revert's data is a text, or stands as `data` in an object.
std::string data_text(const Json& error) {
  const auto found = error.find("data");
  if (found == error.end()) return {};
  if (found->is_string()) return *found;
  if (found->is_object() && found->contains("data")) return (*found)["data"];
  return {};
}

Json deed_json(const Deed& deed) {
  Json json{{"from", text_of(deed.from)},
            {"data", chain::hex_bytes(deed.input)},
            {"gas", chain::hex_number(gas)},
            {"value", hex_text(deed.value)}};
  if (!deed.to.is_zero()) json["to"] = text_of(deed.to);
  return json;
}

Json artifact_json(std::string_view path) {
  std::ifstream file(package_file(path));
  if (!file) throw std::runtime_error("no artifact " + std::string(path));
  return Json::parse(file);
}

}  // namespace

chain::Bytes bytes_in(const Json& hex) {
  const auto bytes = chain::bytes_in_hex(hex.get<std::string>());
  if (!bytes) throw std::runtime_error(bytes.error().message);
  return *bytes;
}

std::uint64_t number_in(const Json& hex) {
  const auto number = chain::number_in_hex(hex.get<std::string>());
  if (!number) throw std::runtime_error(number.error().message);
  return *number;
}

chain::Bytes encoded(std::string_view types, const std::vector<chain::Argument>& arguments) {
  const chain::Bytes call = chain::call_of("x(" + std::string(types) + ")", arguments);
  return {call.begin() + 4, call.end()};
}

World::World(const LocalNode& node) : node_(&node) {
  for (const Json& text : ask("eth_accounts", Json::array())) {
    accounts_.push_back(*address_from(text.get<std::string>()));
  }
}

Json World::ask(std::string_view method, const Json& parameters) const {
  const Json request{{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", parameters}};
  Json answer = Json::parse(node_->post(request.dump()));
  if (answer.contains("error")) {
    throw std::runtime_error(std::string(method) + ": " + answer["error"].dump());
  }
  return answer["result"];
}

// A transaction may be answered before it is mined.
Json World::receipt_of(const Json& hash) const {
  constexpr int tries = 5000;
  for (int i = 0; i < tries; ++i) {
    Json receipt = ask("eth_getTransactionReceipt", Json::array({hash}));
    if (!receipt.is_null()) return receipt;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  throw std::runtime_error("never mined: " + hash.dump());
}

Address World::deploy(std::string_view artifact, const chain::Bytes& arguments) {
  const Json json = artifact_json(artifact);
  const Json& code = json["bytecode"];
  std::string text = code.is_object() ? code["object"] : code;
  Deed deed{.from = account(0), .to = {}, .input = bytes_in(text), .value = {}};
  deed.input.insert(deed.input.end(), arguments.begin(), arguments.end());
  const Json hash = ask("eth_sendTransaction", Json::array({deed_json(deed)}));
  const Json receipt = receipt_of(hash);
  if (receipt["status"] != "0x1")
    throw std::runtime_error("cannot deploy " + std::string(artifact));
  return *address_from(receipt["contractAddress"].get<std::string>());
}

Outcome World::call(const Deed& deed) const {
  const Json request{{"jsonrpc", "2.0"},
                     {"id", 1},
                     {"method", "eth_call"},
                     {"params", Json::array({deed_json(deed), "latest"})}};
  const Json answer = Json::parse(node_->post(request.dump()));
  Outcome outcome;
  if (!answer.contains("error")) {
    outcome.output = bytes_in(answer["result"]);
    return outcome;
  }
  const std::string bytes = data_text(answer["error"]);
  if (bytes.empty()) throw std::runtime_error("eth_call: " + answer["error"].dump());
  outcome.reverted = true;
  outcome.output = bytes_in(bytes);
  outcome.reason = chain::revert_text(outcome.output).value_or("");
  return outcome;
}

Outcome World::send(const Deed& deed, std::uint64_t seconds_later) {
  if (seconds_later > 0) {
    ask("evm_setNextBlockTimestamp", Json::array({time() + seconds_later}));
  }
  const Json request{{"jsonrpc", "2.0"},
                     {"id", 1},
                     {"method", "eth_sendTransaction"},
                     {"params", Json::array({deed_json(deed)})}};
  const Json answer = Json::parse(node_->post(request.dump()));
  // Hardhat answers a revert as an error that names the transaction it mined all the same.
  Json hash = answer.value("result", Json());
  if (answer.contains("error")) {
    const Json& error = answer["error"];
    if (!error.contains("data") || !error["data"].is_object() ||
        !error["data"].contains("txHash")) {
      throw std::runtime_error("eth_sendTransaction: " + error.dump());
    }
    hash = error["data"]["txHash"];
  }
  const Json receipt = receipt_of(hash);
  Outcome outcome;
  outcome.reverted = receipt["status"] != "0x1";
  outcome.block = number_in(receipt["blockNumber"]);
  outcome.time = time();
  outcome.logs = receipt["logs"].get<std::vector<Json>>();
  return outcome;
}

Outcome World::must(const Deed& deed, std::uint64_t seconds_later) {
  Outcome outcome = send(deed, seconds_later);
  if (outcome.reverted) {
    const Outcome again = call(deed);
    throw std::runtime_error("reverted: " + again.reason + " " + chain::hex_bytes(again.output));
  }
  return outcome;
}

std::uint64_t World::number() const { return number_in(ask("eth_blockNumber", Json::array())); }

std::uint64_t World::time() const {
  return number_in(ask("eth_getBlockByNumber", Json::array({"latest", false}))["timestamp"]);
}

void World::mine(std::uint64_t blocks) {
  const bool anvil = node_->engine() == Engine::anvil;
  ask(anvil ? "anvil_mine" : "hardhat_mine", Json::array({chain::hex_number(blocks)}));
}

std::string World::snapshot() { return ask("evm_snapshot", Json::array()); }

void World::revert(const std::string& snapshot) {
  if (ask("evm_revert", Json::array({snapshot})) != true) throw std::runtime_error("not reverted");
}

}  // namespace levee::test

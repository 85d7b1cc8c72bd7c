// levee/vectors/kind/rpc_transcript.cpp — raw exchanges of a node, and what levee reads out of
// them.
#include "levee/amm/pool.h"
#include "levee/chain/abi.h"
#include "levee/chain/recording.h"
#include "levee/chain/uniswap_v3_positions.h"
#include "levee/chain/uniswap_v3_reader.h"
#include "levee/vectors/kind.h"
#include "levee/vectors/rpc_manifest.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace levee::vectors {
namespace {

using Json = nlohmann::json;
using chain::AbiReader;
using chain::Bytes;

// An exchange of the recording, taken apart.
struct Exchange {
  std::string note, request, response;
  Json asked, answered;  // Discarded where the text is no JSON.
};

// A read of a contract as it was recorded.
struct Seen {
  chain::Call call;
  std::uint64_t block = 0;
};

std::optional<Seen> seen_in(const Json& asked) {
  const Json& params = asked["params"];
  const Json& ask = params.at(0);
  const auto to = address_from(ask.value("to", ""));
  const auto input = chain::bytes_in_hex(ask.value("data", "0x"));
  const auto block = chain::number_in_hex(params.at(1).get<std::string>());
  if (!to || !input || !block) return std::nullopt;
  Seen seen{.call = {*to, *input}, .block = *block};
  if (ask.contains("from")) {
    const auto from = address_from(ask["from"].get<std::string>());
    if (!from) return std::nullopt;
    seen.call.from = *from;
  }
  return seen;
}

// One field of an answer as text, by its type.
std::string field_text(AbiReader& reader, std::string_view type) {
  const auto bits = [&] { return static_cast<unsigned>(std::stoul(std::string(type.substr(1)))); };
  if (type == "address") return text_of(reader.address());
  if (type == "bool") return reader.flag() ? "true" : "false";
  if (type.front() == 'i') return decimal_text(reader.integer(bits()));
  return decimal_text(reader.number(bits()));
}

// An answer's fields, comma-separated in type order; "?" of the truth is passed over.
void expect_fields(const CallTruth& truth, const chain::Returned& returned, Trial& trial) {
  if (returned.reverted) return trial.expect(truth.name, "reverts: " + returned.reason, "answers");
  if (truth.types == "text") {
    const auto text = chain::token_text(returned.output);
    return trial.expect(truth.name, text ? *text : text.error().message, truth.fields.at(0));
  }
  AbiReader reader(returned.output, truth.name);
  std::string_view types = truth.types;
  for (const std::string& field : truth.fields) {
    const auto end = std::min(types.find(','), types.size());
    const std::string got = field_text(reader, types.substr(0, end));
    types.remove_prefix(std::min(end + 1, types.size()));
    if (field != "?") trial.expect(truth.name, got, field);
  }
  const auto done = reader.finish();
  trial.expect("shape of the answer", done ? "sound" : done.error().message, "sound");
}

// TickLens: tick, net and gross liquidity of every tick of a word.
void expect_lens(const Manifest& manifest, const chain::Call& call, const chain::Returned& returned,
                 Trial& trial) {
  AbiReader asked(std::span(call.input).subspan(4), "arguments");
  const Address pool = asked.address();
  const std::int32_t word = asked.small(16);
  AbiReader reader(returned.output, "getPopulatedTicksInWord");
  auto [size, items] = reader.list(3);
  std::vector<std::string> got;
  for (std::size_t i = 0; i < size; ++i) {
    const std::int32_t tick = items.small(24);
    const std::string net = decimal_text(items.integer(128));
    got.push_back(fmt::format("{} {} {}", tick, net, decimal_text(items.number(128))));
  }
  const auto done = reader.finish();
  trial.expect("shape of the answer", done ? "sound" : done.error().message, "sound");
  std::vector<std::string> truth = manifest.lens(pool, word);
  std::sort(got.begin(), got.end());
  std::sort(truth.begin(), truth.end());
  trial.expect("ticks of the word", fmt::format("{}", fmt::join(got, ", ")),
               fmt::format("{}", fmt::join(truth, ", ")));
}

// What levee works out for itself from the pools of the manifest.
void expect_reckoned(const Manifest& manifest, const chain::Call& call, Trial& trial) {
  for (const Reckoned& one : manifest.reckoned(call.input)) {
    trial.expect(one.name, one.got, one.recorded);
  }
}

chain::Patience once() {
  chain::Patience patience;
  patience.tries = 1;
  return patience;
}

void judge_call(const Manifest& manifest, const Exchange& exchange, Trial& trial) {
  const auto seen = seen_in(exchange.asked);
  const bool refused = exchange.answered.contains("error");
  if (!seen) return trial.expect("a senseless request is refused", refused, true);
  chain::Recording recording(manifest.where().block);
  recording.answer_all("eth_call", exchange.response);
  chain::Block at = manifest.where().block;
  if (seen->block != at.number) at = {.number = seen->block, .hash = {}, .parent = {}, .time = 0};
  chain::NoPause pause;
  chain::Node node(recording, pause, once());
  const auto returned = node.calls({&seen->call, 1}, at);
  if (seen->block != manifest.where().block.number) {
    return trial.expect("an unknown block is refused", !returned, true);
  }
  if (!returned) return trial.expect("call", returned.error().message, "an answer");
  const chain::Returned& one = returned->front();
  trial.expect("reverts", one.reverted, refused);
  if (exchange.note == "revert with a reason") {
    const std::string text = exchange.answered["error"].value("message", "");
    trial.expect("reason", !one.reason.empty() && text.find(one.reason) != std::string::npos, true);
  }
  if (exchange.note == "revert without a reason") trial.expect("reason", one.reason, "");
  if (exchange.note != "answers") return;
  if (manifest.is_lens(seen->call)) return expect_lens(manifest, seen->call, one, trial);
  const auto truth = manifest.truth_of(seen->call);
  if (!truth) return trial.expect("call", "one nobody judges", chain::hex_bytes(seen->call.input));
  expect_fields(*truth, one, trial);
  expect_reckoned(manifest, seen->call, trial);
}

void judge_block(const Manifest& manifest, const Exchange& exchange, Trial& trial) {
  chain::Recording recording(manifest.where().block);
  recording.answer_all("eth_getBlockByNumber", exchange.response);
  chain::NoPause pause;
  chain::Node node(recording, pause, once());
  const auto number = chain::number_in_hex(exchange.asked["params"][0].get<std::string>());
  const auto block = number ? node.block(*number) : node.latest();
  if (exchange.answered["result"].is_null()) {
    const bool missing = !block && block.error().reason == Reason::missing_data;
    return trial.expect("a block that is none is missing", missing, true);
  }
  if (!block) return trial.expect("block", block.error().message, "an answer");
  if (block->number != manifest.where().block.number) return;
  trial.expect("hash", text_of(block->hash), text_of(manifest.where().block.hash));
  trial.expect("time", std::to_string(block->time), std::to_string(manifest.where().block.time));
}

void judge_logs(const Manifest& manifest, const Exchange& exchange, Trial& trial) {
  const Json& ask = exchange.asked["params"][0];
  chain::LogAsk logs;
  logs.from = *chain::number_in_hex(ask["fromBlock"].get<std::string>());
  logs.to = *chain::number_in_hex(ask["toBlock"].get<std::string>());
  logs.addresses = {*address_from(ask["address"].get<std::string>())};
  for (const Json& topic : ask.value("topics", Json::array())) {
    logs.topics.emplace_back();
    if (topic.is_string()) logs.topics.back() = {*bytes32_from(topic.get<std::string>())};
  }
  chain::Recording recording(manifest.where().block);
  recording.answer_all("eth_getLogs", exchange.response);
  chain::NoPause pause;
  chain::Node node(recording, pause, once());
  const auto read = node.logs(logs);
  if (!read) return trial.expect("logs", read.error().message, "an answer");
  trial.expect("logs", std::to_string(read->size()),
               std::to_string(exchange.answered["result"].size()));
}

// An answer of JSON-RPC 2.0: one of result and error, and a list where a list was asked.
bool is_sound(const Json& answer) {
  return answer.is_object() && answer.value("jsonrpc", "") == "2.0" && answer.contains("id") &&
         answer.contains("result") != answer.contains("error");
}

void judge_shape(const Exchange& exchange, Trial& trial) {
  const Json& answer = exchange.answered;
  const bool sound =
      answer.is_array() ? std::all_of(answer.begin(), answer.end(), is_sound) : is_sound(answer);
  trial.expect("is JSON-RPC", sound, true);
  if (answer.is_array() && exchange.asked.is_array()) {
    trial.expect("answers of the batch", std::to_string(answer.size()),
                 std::to_string(exchange.asked.size()));
  }
  if (exchange.asked.is_discarded()) {
    trial.expect("what is no JSON is refused", answer.contains("error"), true);
  }
}

void judge_exchange(const Manifest& manifest, const Exchange& exchange, Trial& trial) {
  judge_shape(exchange, trial);
  if (!exchange.asked.is_object()) return;
  const std::string method = exchange.asked.value("method", "");
  if (method == "eth_call") return judge_call(manifest, exchange, trial);
  if (method == "eth_getBlockByNumber") return judge_block(manifest, exchange, trial);
  if (method == "eth_getLogs") return judge_logs(manifest, exchange, trial);
  if (method == "eth_chainId") {
    const auto id = chain::number_in_hex(exchange.answered["result"].get<std::string>());
    trial.expect("chain id", id ? std::to_string(*id) : "none",
                 std::to_string(manifest.where().id));
  }
}

// Reads every pool and position with levee's own readers, the recording being the node.
void judge_readers(const Manifest& manifest, chain::Recording& recording, std::size_t line,
                   Trial& trial) {
  manifest.complete(recording);
  chain::NoPause pause;
  for (const Address& pool : manifest.pools()) {
    trial.begin(line, "levee reads pool " + text_of(pool));
    chain::Node node(recording, pause, once());
    const auto read = chain::read_v3_pools(node,
                                           {manifest.where().id,
                                            chain::Family::uniswap_v3,
                                            manifest.where().factory,
                                            {pool},
                                            chain::Depth::ticks},
                                           manifest.where().block);
    if (!read) {
      trial.expect("pool", read.error().message, "an answer");
      continue;
    }
    for (const Reckoned& one : manifest.held_against(read->front())) {
      trial.expect(one.name, one.got, one.recorded);
    }
  }
  for (const U256& nft : manifest.nfts()) {
    trial.begin(line, "levee reads NFT " + decimal_text(nft));
    chain::Node node(recording, pause, once());
    chain::Reading reading;
    reading.chain = manifest.where().id;
    reading.block = manifest.where().block;
    const auto done =
        chain::read_v3_positions(node,
                                 {manifest.where().id, chain::Family::uniswap_v3,
                                  manifest.where().positions, manifest.where().factory},
                                 {{nft}, chain::Depth::numbers}, reading);
    if (!done) {
      trial.expect("position", done.error().message, "an answer");
      continue;
    }
    for (const Reckoned& one : manifest.held_against(reading.positions.front())) {
      trial.expect(one.name, one.got, one.recorded);
    }
  }
}

constexpr std::string_view schema = R"("schema":"levee-rpc-transcript/1")";

// The header may stand behind a first exchange.
bool knows(std::string_view first_line) {
  const auto holds = [&](std::string_view text) {
    return first_line.find(text) != std::string_view::npos;
  };
  return holds(schema) || (first_line.starts_with(R"({"note")") && holds(R"("httpStatus")"));
}

Error misread(const VectorFile& file, std::size_t line, std::string_view why) {
  return fail(Reason::corrupt, fmt::format("{}:{}: {}", file.path, line, why));
}

Result<Done> judge(const VectorFile& file, Trial& trial) {
  const auto header = std::find_if(file.lines.begin(), file.lines.end(), [](std::string_view line) {
    return line.find(schema) != std::string_view::npos;
  });
  if (header == file.lines.end()) return misread(file, 1, "no header with a manifest");
  const auto head = static_cast<std::size_t>(header - file.lines.begin());
  auto manifest = Manifest::from(*header);
  if (!manifest) return misread(file, head + 1, manifest.error().message);
  chain::Recording recording(manifest->where().block);
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    if (i == head) continue;
    const Json row = Json::parse(file.lines[i], nullptr, false);
    if (!row.is_object()) return misread(file, i + 1, "is no exchange");
    trial.begin(i + 1, file.lines[i]);
    try {
      const Exchange exchange{row.at("note"), row.at("request"), row.at("response"),
                              Json::parse(row.at("request").get<std::string>(), nullptr, false),
                              Json::parse(row.at("response").get<std::string>(), nullptr, false)};
      if (exchange.note == "answers") {
        const auto added = recording.add(exchange.request, exchange.response);
        if (!added) return misread(file, i + 1, added.error().message);
      }
      judge_exchange(*manifest, exchange, trial);
    } catch (const Json::exception& error) {
      return misread(file, i + 1, error.what());
    }
  }
  try {
    judge_readers(*manifest, recording, head + 1, trial);
  } catch (const Json::exception& error) {
    return misread(file, head + 1, error.what());
  }
  return Done{};
}

}  // namespace

namespace kind {
Entry rpc_transcript() {
  return {"rpc_transcript", "JSON-RPC exchanges of a node, and levee's readers on top of them",
          knows, judge};
}
}  // namespace kind

}  // namespace levee::vectors

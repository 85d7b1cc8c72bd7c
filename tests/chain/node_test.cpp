#include "levee/chain/node.h"

#include "tests/chain/model_node.h"
#include "tests/chain/transcript.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

using namespace levee;
using namespace levee::chain;
using levee::test::Clock;
using levee::test::Json;
using levee::test::ModelChain;
using levee::test::ModelNode;

namespace {

std::vector<Call> calls_of(std::size_t count) {
  std::vector<Call> calls;
  for (std::size_t i = 0; i < count; ++i) {
    calls.push_back({.to = ModelChain::emitter(static_cast<std::uint8_t>(i % 3)),
                     .input = {static_cast<std::uint8_t>(i), 1, 2, 3}});
  }
  return calls;
}

void expect_true_answers(const std::vector<Call>& calls, const Block& at,
                         const Result<std::vector<Returned>>& returned) {
  ASSERT_TRUE(returned) << returned.error().message;
  ASSERT_EQ(returned->size(), calls.size());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    EXPECT_FALSE((*returned)[i].reverted);
    EXPECT_EQ(hex_bytes((*returned)[i].output),
              text_of(test::answer_of(calls[i].to, calls[i].input, at.hash)));
  }
}

struct Bench {
  explicit Bench(Patience patience = {}) : node(wire, clock, patience) {}
  ModelChain chain{100};
  ModelNode wire{chain};
  Clock clock;
  Node node;
};

void expect_error(const Error& error, Reason reason, std::string_view part) {
  EXPECT_EQ(error.reason, reason) << error.message;
  EXPECT_NE(error.message.find(part), std::string::npos) << error.message;
}

}  // namespace

TEST(Node, TellsItsChainAndItsBlocks) {
  Bench bench;
  EXPECT_EQ(*bench.node.chain_id(), 1U);
  EXPECT_EQ(bench.node.latest()->number, 100U);
  EXPECT_EQ(bench.node.latest()->hash, bench.chain.hash(100));
  const auto blocks = bench.node.blocks(std::vector<std::uint64_t>{5, 3});
  EXPECT_EQ((*blocks)[0].number, 5U);
  EXPECT_EQ((*blocks)[1].hash, bench.chain.hash(3));
  EXPECT_EQ((*blocks)[1].parent, bench.chain.hash(2));
  EXPECT_EQ((*blocks)[1].time, 1'700'000'036U);
}

TEST(Node, RefusesToSpeakOfAnotherChain) {
  Bench bench;
  EXPECT_TRUE(bench.node.require_chain(1));
  expect_error(bench.node.require_chain(8453).error(), Reason::bad_input, "one of chain 1");
}

TEST(Node, GivesCallsInTheOrderAskedInOneRequest) {
  Bench bench;
  const Block at = *bench.node.block(90);
  bench.wire.requests.clear();
  const auto calls = calls_of(40);
  expect_true_answers(calls, at, bench.node.calls(calls, at));
  ASSERT_EQ(bench.wire.requests.size(), 1U);
  EXPECT_EQ(bench.wire.requests[0][0]["params"][1]["blockHash"], text_of(at.hash));
  EXPECT_EQ(bench.wire.requests[0][0]["params"][1]["requireCanonical"], true);
}

TEST(Node, AsksAsAnAccountOnlyWhereItIsTold) {
  Bench bench;
  const Block at = *bench.node.block(90);
  bench.wire.requests.clear();
  auto calls = calls_of(2);
  calls[1].from = ModelChain::emitter(9);
  expect_true_answers(calls, at, bench.node.calls(calls, at));
  EXPECT_FALSE(bench.wire.requests[0][0]["params"][0].contains("from"));
  EXPECT_EQ(bench.wire.requests[0][1]["params"][0]["from"], text_of(ModelChain::emitter(9)));
}

TEST(Node, AsksNothingForNoCalls) {
  Bench bench;
  EXPECT_TRUE(bench.node.calls({}, Block{})->empty());
  EXPECT_TRUE(bench.node.code({}, Block{})->empty());
  EXPECT_TRUE(bench.wire.requests.empty());
}

TEST(Node, PutsAnswersThatComeInAnotherOrderInTheirPlaces) {
  Bench bench;
  const Block at = *bench.node.block(90);
  bench.wire.before = [&](const Json& request) -> std::optional<Result<HttpAnswer>> {
    Json answers = bench.wire.answer(request);
    std::ranges::reverse(answers);
    return HttpAnswer{.status = 200, .body = answers.dump(), .retry_after_seconds = {}};
  };
  const auto calls = calls_of(10);
  expect_true_answers(calls, at, bench.node.calls(calls, at));
}

TEST(Node, FallsBackToNumbersAndChecksTheHashAfterwards) {
  Bench bench;
  bench.wire.takes_hashes = false;
  const Block at = *bench.node.block(90);
  const auto calls = calls_of(3);
  expect_true_answers(calls, at, bench.node.calls(calls, at));
  bench.wire.requests.clear();
  expect_true_answers(calls, at, bench.node.calls(calls, at));
  ASSERT_EQ(bench.wire.requests.size(), 2U) << "the fall-back is remembered";
  EXPECT_EQ(bench.wire.requests[0][0]["params"][1], "0x5a");
  EXPECT_EQ(bench.wire.requests[1]["method"], "eth_getBlockByNumber");
}

TEST(Node, AReorgBetweenTheReadsOfANumberIsNoticed) {
  Bench bench;
  bench.wire.takes_hashes = false;
  const Block at = *bench.node.block(90);
  bench.wire.before_call = [&](const Json& call) -> std::optional<Json> {
    if (call["method"] == "eth_call" && call["params"][1].is_string()) bench.chain.reorganise(88);
    return std::nullopt;
  };
  expect_error(bench.node.calls(calls_of(3), at).error(), Reason::stale_data, "a reorg");
}

TEST(Node, ABlockOfAnotherBranchIsStaleAndAPrunedOneIsMissing) {
  Bench bench;
  const Block at = *bench.node.block(90);
  bench.chain.reorganise(90);
  expect_error(bench.node.calls(calls_of(3), at).error(), Reason::stale_data, "block 90");
  const Block now = *bench.node.block(90);
  bench.wire.pruned_below = 95;
  expect_error(bench.node.calls(calls_of(3), now).error(), Reason::missing_data, "archive node");
  expect_error(bench.node.code(std::array{ModelChain::emitter(1)}, now).error(),
               Reason::missing_data, "archive node");
}

TEST(Node, ABlockTheNodeDoesNotHaveIsMissing) {
  Bench bench;
  expect_error(bench.node.block(101).error(), Reason::missing_data, "block 101");
}

TEST(Node, ReadsCodeAtABlock) {
  Bench bench;
  const Address address = ModelChain::emitter(1);
  const auto code = bench.node.code(std::array{address}, *bench.node.block(90));
  EXPECT_EQ(hex_bytes(code->front()), text_of(keccak256(text_of(address))));
}

TEST(Node, SplitsABatchThatTheNodeFindsTooLargeAndRemembers) {
  Bench bench;
  bench.wire.batch_max = 10;
  const Block at = *bench.node.block(90);
  bench.wire.requests.clear();
  const auto calls = calls_of(30);
  expect_true_answers(calls, at, bench.node.calls(calls, at));
  EXPECT_EQ(bench.wire.requests.size(), 2U + 5U) << "30 and 15 refused, then 7, 7, 7, 7, 2";
  bench.wire.requests.clear();
  expect_true_answers(calls, at, bench.node.calls(calls, at));
  EXPECT_EQ(bench.wire.requests.size(), 5U);
}

TEST(Node, AsksOneByOneWhereBatchesAreNotTaken) {
  Bench bench;
  const Block at = *bench.node.block(90);
  bench.wire.before = [](const Json& request) -> std::optional<Result<HttpAnswer>> {
    if (!request.is_array()) return std::nullopt;
    return HttpAnswer{.status = 200,
                      .body = R"({"jsonrpc":"2.0","id":null,)"
                              R"("error":{"code":-32600,"message":"Invalid request"}})",
                      .retry_after_seconds = {}};
  };
  bench.wire.requests.clear();
  const auto calls = calls_of(5);
  expect_true_answers(calls, at, bench.node.calls(calls, at));
  EXPECT_EQ(bench.wire.requests.size(), 6U);
}

TEST(Node, AsksAgainForTheCallsOfABatchThatWereRateLimited) {
  Bench bench;
  const Block at = *bench.node.block(90);
  bench.wire.calls_seen = 0;
  bench.wire.before_call = [&](const Json&) -> std::optional<Json> {
    if (bench.wire.calls_seen % 4 != 0) return std::nullopt;
    return Json{{"error", ModelNode::error(-32005, "project ID request rate exceeded")}};
  };
  const auto calls = calls_of(20);
  expect_true_answers(calls, at, bench.node.calls(calls, at));
  EXPECT_FALSE(bench.clock.waits.empty());
}

TEST(Node, TellsAReasonAndBytesOfAllKindsOfReverts) {
  const std::string bytes = "0x08c379a0" + std::string(62, '0') + "20" + std::string(63, '0') +
                            "3" + "4c4f4b" + std::string(58, '0');
  const std::vector<Json> shapes{
      {{"code", 3}, {"message", "execution reverted: LOK"}, {"data", bytes}},
      {{"code", -32603},
       {"message", "Error: VM Exception while processing transaction: reverted"},
       {"data", {{"message", "reverted"}, {"data", bytes}}}},
      {{"code", -32000}, {"message", "Execution reverted"}, {"data", bytes}},
      {{"code", -32015}, {"message", "VM execution error."}, {"data", "Reverted " + bytes}}};
  for (const Json& error : shapes) {
    Bench bench;
    const Block at = *bench.node.block(90);
    bench.wire.before_call = [&](const Json&) { return std::optional(Json{{"error", error}}); };
    const auto returned = bench.node.calls(calls_of(2), at);
    ASSERT_TRUE(returned) << error << returned.error().message;
    EXPECT_TRUE(returned->front().reverted);
    EXPECT_EQ(returned->front().reason, "LOK") << error;
    EXPECT_EQ(hex_bytes(returned->front().output), bytes);
  }
}

TEST(Node, ARevertWithoutBytesIsStillARevert) {
  for (const Json& error : {Json{{"code", 3}, {"message", "execution reverted"}, {"data", "0x"}},
                            Json{{"code", -32000}, {"message", "execution reverted"}},
                            Json{{"code", -32000}, {"message", "invalid opcode: INVALID"}}}) {
    Bench bench;
    bench.wire.before_call = [&](const Json& call) -> std::optional<Json> {
      if (call["method"] != "eth_call") return std::nullopt;
      return Json{{"error", error}};
    };
    const auto returned = bench.node.calls(calls_of(1), *bench.node.block(90));
    ASSERT_TRUE(returned) << error;
    EXPECT_TRUE(returned->front().reverted);
    EXPECT_TRUE(returned->front().output.empty());
  }
}

TEST(Node, ARefusalThatIsNoRevertIsAnError) {
  Bench bench;
  bench.wire.before_call = [&](const Json& call) -> std::optional<Json> {
    if (call["method"] != "eth_call") return std::nullopt;
    return Json{{"error", ModelNode::error(-32000, "out of gas")}};
  };
  expect_error(bench.node.calls(calls_of(1), *bench.node.block(90)).error(), Reason::refused,
               "\"out of gas\" (code -32000)");
}

TEST(Node, GivesLogsThatFitTheQuestionAlone) {
  Bench bench;
  const LogAsk all{.addresses = {}, .topics = {}, .from = 0, .to = 100};
  EXPECT_EQ(bench.node.logs(all)->size(), 30U);
  LogAsk some = all;
  some.addresses = {ModelChain::emitter(2)};
  const auto logs = bench.node.logs(some);
  ASSERT_FALSE(logs->empty());
  for (const Log& log : *logs) EXPECT_EQ(log.address, ModelChain::emitter(2));
  some = all;
  some.topics = {{}, {bench.chain.hash(14), bench.chain.hash(21)}};
  EXPECT_EQ(bench.node.logs(some)->size(), 4U);
}

TEST(Node, RefusesLogsThatWereNotAskedFor) {
  Bench bench;
  const Json good = Json::parse(chain::json_of(bench.chain.logs(14)[0]));
  const LogAsk ask{
      .addresses = {ModelChain::emitter(1)}, .topics = {{keccak256("Swap")}}, .from = 10, .to = 20};
  const auto with = [&](const char* member, const Json& value) {
    Json log = good;
    log[member] = value;
    bench.wire.before_call = [log](const Json&) {
      return std::optional(Json{{"result", Json::array({log})}});
    };
    const auto logs = bench.node.logs(ask);
    return logs ? Error{} : logs.error();
  };
  EXPECT_EQ(with("removed", false).message, "");
  expect_error(with("removed", true), Reason::corrupt, "removed by a reorg");
  expect_error(with("blockNumber", "0x9"), Reason::corrupt, "not asked for");
  expect_error(with("blockNumber", "0x15"), Reason::corrupt, "not asked for");
  expect_error(with("blockNumber", nullptr), Reason::corrupt, "blockNumber");
  expect_error(with("address", text_of(ModelChain::emitter(2))), Reason::corrupt, "not asked for");
  expect_error(with("topics", Json::array()), Reason::corrupt, "not asked for");
  expect_error(with("topics", {text_of(keccak256("Mint"))}), Reason::corrupt, "not asked for");
  expect_error(with("topics", {"0x12"}), Reason::corrupt, "topic");
  expect_error(with("topics", "none"), Reason::corrupt, "topics");
  expect_error(with("data", "0x123"), Reason::corrupt, "odd number");
  expect_error(with("logIndex", "0x100000000"), Reason::corrupt, "logIndex");
  expect_error(with("logIndex", 1), Reason::corrupt, "logIndex");
  expect_error(with("blockHash", "0x12"), Reason::corrupt, "blockHash");
}

TEST(Node, RefusesLogsOutOfOrderAndLogsGivenTwice) {
  Bench bench;
  std::vector<Json> logs;
  for (const std::uint64_t number : {14, 21}) {
    for (const Log& log : bench.chain.logs(number))
      logs.push_back(Json::parse(chain::json_of(log)));
  }
  ASSERT_EQ(logs.size(), 4U);
  const auto given = [&](const std::vector<Json>& list) {
    bench.wire.before_call = [&](const Json&) { return std::optional(Json{{"result", list}}); };
    const auto read = bench.node.logs({.addresses = {}, .topics = {}, .from = 10, .to = 30});
    return read ? Error{} : read.error();
  };
  EXPECT_EQ(given(logs).message, "");
  expect_error(given({logs[1], logs[0]}), Reason::corrupt, "out of order");
  expect_error(given({logs[3], logs[0]}), Reason::corrupt, "out of order");
  expect_error(given({logs[0], logs[0]}), Reason::corrupt, "twice");
  Json other = logs[1];
  other["blockHash"] = text_of(bench.chain.hash(13));
  expect_error(given({logs[0], other}), Reason::stale_data, "two blocks 14");
}

TEST(Node, ARangeTheNodeFindsTooWideIsOutOfRange) {
  Bench bench;
  bench.wire.range_max = 10;
  expect_error(bench.node.logs({.addresses = {}, .topics = {}, .from = 0, .to = 10}).error(),
               Reason::out_of_range, "too wide");
}

TEST(NodeLaw, AnyOrderAnyBatchAnyRateLimitGivesTheSameAnswers) {
  test::for_cases(200, [](test::Gen& gen) {
    Bench bench({.tries = 6,
                 .first_wait_ms = 1,
                 .longest_wait_ms = 8,
                 .retry_after_max_s = 1,
                 .jitter_seed = 1,
                 .batch_max = gen.size(1, 50)});
    bench.wire.takes_hashes = gen.coin();
    bench.wire.batch_max = gen.size(1, 50);
    const int busy_of_ten = gen.integer(0, 5);
    bench.wire.before_call = [&](const Json&) -> std::optional<Json> {
      if (gen.integer(1, 10) > busy_of_ten) return std::nullopt;
      return Json{{"error", ModelNode::error(429, "Too Many Requests")}};
    };
    bench.wire.before = [&](const Json& request) -> std::optional<Result<HttpAnswer>> {
      Json answers = bench.wire.answer(request);
      if (answers.is_array()) std::rotate(answers.begin(), answers.begin() + 1, answers.end());
      return HttpAnswer{.status = 200, .body = answers.dump(), .retry_after_seconds = {}};
    };
    const auto at = bench.node.block(gen.size(0, 100));
    const auto calls = calls_of(gen.size(1, 120));
    const auto returned =
        at ? bench.node.calls(calls, *at) : Result<std::vector<Returned>>(at.error());
    if (returned) {
      expect_true_answers(calls, *at, returned);
    } else {
      EXPECT_EQ(returned.error().reason, Reason::unreachable) << returned.error().message;
    }
  });
}

namespace {

// Plays recorded exchanges back: a question that nobody asked then has no answer now.
class Recording final : public Transport {
 public:
  explicit Recording(const std::string& engine) : transcript_(test::transcript_of(engine)) {
    for (const test::Exchange& exchange : transcript_.exchanges) {
      asked_.push_back(Json::parse(exchange.request, nullptr, false));
    }
  }

  Result<HttpAnswer> post(std::string_view body) override {
    const Json asked = Json::parse(body);
    for (std::size_t i = 0; i < asked_.size(); ++i) {
      if (!asked_[i].is_object() || asked_[i]["method"] != asked["method"]) continue;
      if (asked_[i]["params"] != by_number(asked["params"])) continue;
      Json answer = Json::parse(transcript_.exchanges[i].response);
      answer["id"] = asked["id"];
      return HttpAnswer{.status = 200, .body = answer.dump(), .retry_after_seconds = {}};
    }
    return fail(Reason::bad_input, "nobody asked this");
  }
  const Json& manifest() const { return transcript_.manifest; }

 private:
  // The recordings name the block by its number, and one address without a list.
  static Json by_number(Json params) {
    if (params.size() > 1 && params[1].is_object()) params[1] = "0xc8";
    if (params.size() == 1 && params[0].contains("address") && params[0]["address"].size() == 1) {
      params[0]["address"] = Json(params[0]["address"][0]);
    }
    return params;
  }
  test::Transcript transcript_;
  std::vector<Json> asked_;
};

}  // namespace

TEST(NodeRecorded, ReadsBlocksCallsRevertsAndLogsOfTwoRealNodes) {
  LEVEE_NEEDS_TRANSCRIPTS();
  for (const char* engine : {"anvil", "hardhat"}) {
    SCOPED_TRACE(engine);
    Recording wire(engine);
    Clock clock;
    Node node(wire, clock, {.batch_max = 1});
    const Json& known = wire.manifest()["expected"];
    const auto block = node.block(200);
    ASSERT_TRUE(block) << block.error().message;
    EXPECT_EQ(text_of(block->hash), known["block"]["hash"]);
    EXPECT_EQ(std::to_string(block->time), known["block"]["timestamp"]);
    EXPECT_EQ(*node.chain_id(), 31337U);

    const Address npm = *address_from(wire.manifest()["contracts"]["npm"].get<std::string>());
    const Address pool = *address_from(known["pools"][0]["address"].get<std::string>());
    const Bytes unknown_nft =
        *bytes_in_hex("0x99fbab8800000000000000000000000000000000000000000000000000000000000f423f");
    const auto reverts = node.calls(
        std::vector<Call>{{npm, unknown_nft}, {pool, *bytes_in_hex("0xdeadbeef")}}, *block);
    ASSERT_TRUE(reverts) << reverts.error().message;
    EXPECT_TRUE((*reverts)[0].reverted && (*reverts)[1].reverted);
    EXPECT_EQ((*reverts)[0].reason, "Invalid token ID");
    EXPECT_EQ((*reverts)[0].output.size(), 100U);
    EXPECT_TRUE((*reverts)[1].reason.empty() && (*reverts)[1].output.empty());

    const auto logs = node.logs({.addresses = {pool}, .topics = {}, .from = 0, .to = 200});
    ASSERT_TRUE(logs) << logs.error().message;
    EXPECT_EQ(logs->size(), 23U);
    EXPECT_EQ(logs->front().block, 0x4fU);
    expect_error(node.block(0xffffff).error(), Reason::missing_data, "does not know block");
  }
}

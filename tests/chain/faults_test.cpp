// A table of what a node can do wrong, played over a real connection. Each row ends in a stated
// error or in the right answer, after a stated number of requests: never in a wrong number.
#include "levee/chain/http.h"
#include "levee/chain/node.h"

#include "tests/chain/loopback.h"
#include "tests/chain/model_node.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

using namespace levee;
using namespace levee::chain;
using levee::test::Clock;
using levee::test::Connection;
using levee::test::Heard;
using levee::test::Json;
using levee::test::Loopback;
using levee::test::ModelChain;
using levee::test::ModelNode;

namespace {

// The node that a row spoils: an honest one, and where in the row we are.
struct Scene {
  ModelChain chain{100};
  ModelNode honest{chain};
  int seen = 0;  // Requests of the spoiled method so far, this one included.
};

using Spoil = std::function<void(Scene&, Connection&, const Json& request)>;

struct Fault {
  std::string name;
  std::string method;  // Whose requests are spoiled; all of them where it is empty.
  Spoil spoil;
  std::optional<Reason> reason;  // None: the answer is right all the same.
  std::string part;              // Of the message.
  int requests;                  // In all; a read without faults takes four.
  int waits;
  int patience_ms = 20'000;
};

std::string method_of(const Json& request) {
  return (request.is_array() ? request[0] : request)["method"];
}

// What is read in every row: the chain, a block, four calls in a batch, and logs.
Result<std::string> read(Node& node) {
  if (const auto chain = node.require_chain(1); !chain) return chain.error();
  const auto block = node.block(90);
  if (!block) return block.error();
  std::vector<Call> calls;
  for (std::uint8_t i = 0; i < 4; ++i) calls.push_back({ModelChain::emitter(i), {i, 2, 3}});
  const auto returned = node.calls(calls, *block);
  if (!returned) return returned.error();
  const auto logs = node.logs({.addresses = {}, .topics = {}, .from = 80, .to = 100});
  if (!logs) return logs.error();
  std::string all = text_of(block->hash);
  for (const Returned& one : *returned) {
    EXPECT_FALSE(one.reverted);
    all += hex_bytes(one.output);
  }
  for (const Log& log : *logs) all += text_of(log.block_hash) + hex_bytes(log.payload);
  return all;
}

// The same, from the model alone.
std::string truth(const ModelChain& chain) {
  std::string all = text_of(chain.hash(90));
  for (std::uint8_t i = 0; i < 4; ++i) {
    all += text_of(test::answer_of(ModelChain::emitter(i), {i, 2, 3}, chain.hash(90)));
  }
  for (std::uint64_t number = 80; number <= 100; ++number) {
    for (const Log& log : chain.logs(number))
      all += text_of(log.block_hash) + hex_bytes(log.payload);
  }
  return all;
}

void honest(Scene& scene, Connection& connection, const Json& request) {
  connection.answer(200, scene.honest.answer(request).dump());
}

// Spoils the first `times`, then answers honestly.
Spoil at_first(int times, const Spoil& spoil) {
  return [=](Scene& scene, Connection& connection, const Json& request) {
    (scene.seen <= times ? spoil : Spoil(honest))(scene, connection, request);
  };
}
Spoil raw(const std::string& bytes, bool then_close = true) {
  return [=](Scene&, Connection& connection, const Json&) {
    connection.send(bytes);
    if (then_close) connection.close();
  };
}
Spoil body(const std::string& text) {
  return [=](Scene&, Connection& connection, const Json&) { connection.answer(200, text); };
}
Spoil status(int code, const std::string& headers = "") {
  return [=](Scene&, Connection& connection, const Json&) {
    connection.answer(code, "<html>no</html>", headers);
  };
}
// Changes the honest answer.
Spoil edited(const std::function<void(Json&)>& edit) {
  return [=](Scene& scene, Connection& connection, const Json& request) {
    Json answer = scene.honest.answer(request);
    edit(answer);
    connection.answer(200, answer.dump());
  };
}
// The same for the text of the honest answer.
Spoil rewritten(const std::function<std::string(const std::string&)>& edit) {
  return [=](Scene& scene, Connection& connection, const Json& request) {
    connection.answer(200, edit(scene.honest.answer(request).dump()));
  };
}
Spoil refusing(int code, const std::string& words) {
  return edited([=](Json& answer) {
    for (Json& one : answer.is_array() ? answer : answer = Json::array({answer})) {
      one.erase("result");
      one["error"] = ModelNode::error(code, words);
    }
    if (answer.size() == 1) answer = Json(answer[0]);
  });
}
Spoil before_answering(const std::function<void(Scene&)>& change) {
  return [=](Scene& scene, Connection& connection, const Json& request) {
    change(scene);
    honest(scene, connection, request);
  };
}

Spoil hang(const std::string& said) {
  return [=](Scene&, Connection& connection, const Json&) {
    connection.send(said);
    connection.hang();
  };
}
Spoil drip(const std::string& said) {
  return [=](Scene&, Connection& connection, const Json&) {
    connection.send(said);
    connection.drip();
  };
}
void endless(Scene&, Connection& connection, const Json&) {
  connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  while (connection.send("10000\r\n" + std::string(0x10000, ' ') + "\r\n")) {
  }
}
void answer_and_close(Scene& scene, Connection& connection, const Json& request) {
  honest(scene, connection, request);
  connection.close();
}

const std::string half = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"jsonrpc\":";

// Three tries each: what is tried again costs two requests and two waits more.
std::vector<Fault> faults_of_the_wire() {
  constexpr auto lost = Reason::unreachable, corrupt = Reason::corrupt;
  return {
      {"hangs before it says anything", "", hang(""), lost, "in time", 3, 2, 200},
      {"hangs after its headers", "", hang(half), lost, "in time", 3, 2, 200},
      {"drips its headers", "", drip("HTTP/1.1 200 OK\r\nX: "), lost, "in time", 3, 2, 200},
      {"drips its body", "", drip("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"), lost,
       "in time", 3, 2, 200},
      {"closes without an answer", "", raw(""), lost, "closed", 3, 2},
      {"closes in the middle of its headers", "", raw("HTTP/1.1 200 OK\r\nCont"), lost, "closed", 3,
       2},
      {"closes in the middle of its body", "", raw(half), lost, "closed", 3, 2},
      {"closes after every answer", "", answer_and_close, {}, "", 4, 0},
      {"closes once in the middle", "eth_call", at_first(1, raw(half)), {}, "", 6, 1},
      {"speaks another protocol", "", raw("220 smtp.example.org ESMTP\r\n\r\n"), corrupt, "HTTP", 1,
       0},
      {"answers without end", "", endless, Reason::out_of_range, "above the limit", 1, 0},
      {"announces a huge body", "", raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"),
       Reason::out_of_range, "above the limit", 1, 0},
      {"compresses unasked", "",
       [](Scene&, Connection& c, const Json&) { c.answer(200, "x", "Content-Encoding: br\r\n"); },
       corrupt, "compressed", 1, 0},
  };
}

std::vector<Fault> faults_of_status() {
  constexpr auto lost = Reason::unreachable, refused = Reason::refused;
  return {
      {"429 forever", "", status(429), lost, "3 tries (the last: HTTP 429)", 3, 2},
      {"429 twice", "", at_first(2, status(429)), {}, "", 6, 2},
      {"500 forever", "", status(500), lost, "HTTP 500", 3, 2},
      {"500 once, in the batch", "eth_call", at_first(1, status(500)), {}, "", 5, 1},
      {"502 from its proxy, then fine", "eth_getLogs", at_first(2, status(502)), {}, "", 6, 2},
      {"503 and when to come back",
       "",
       at_first(1, status(503, "Retry-After: 2\r\n")),
       {},
       "",
       5,
       1},
      {"503 for an hour", "", status(503, "Retry-After: 3600\r\n"), lost, "pause of 3600 s", 1, 0},
      {"401", "", status(401), refused, "lack a key", 1, 0},
      {"404", "", status(404), refused, "path of its address", 1, 0},
      {"a redirect", "", status(302, "Location: /elsewhere\r\n"), refused, "not followed", 1, 0},
      {"413 for the batch", "eth_call", at_first(2, status(413)), {}, "", 9, 0},
      {"204", "", status(204), Reason::corrupt, "empty", 1, 0},
  };
}

std::vector<Fault> faults_of_documents() {
  constexpr auto corrupt = Reason::corrupt;
  const auto cut =
      rewritten([](const std::string& text) { return text.substr(0, text.size() / 2); });
  const auto twice =
      rewritten([](const std::string& text) { return R"({"result":"0x2",)" + text.substr(1); });
  return {
      {"an empty body", "", body(""), corrupt, "empty", 1, 0},
      {"a page for people", "", body("<html>Welcome</html>"), corrupt, "page", 1, 0},
      {"garbage", "", body("\x01\x02\xff"), corrupt, "not JSON", 1, 0},
      {"JSON cut short", "eth_call", cut, corrupt, "not JSON", 3, 0},
      {"JSON without end", "", body(std::string(100'000, '[')), corrupt, "not JSON", 1, 0},
      {"a list for a single answer", "", body("[]"), corrupt, "neither", 1, 0},
      {"another id", "", edited([](Json& a) { a["id"] = 999; }), corrupt, "another id", 1, 0},
      {"an id as text", "", edited([](Json& a) { a["id"] = std::to_string(a["id"].get<int>()); }),
       corrupt, "another id", 1, 0},
      {"no id", "", edited([](Json& a) { a.erase("id"); }), corrupt, "no id", 1, 0},
      {"another version", "", edited([](Json& a) { a["jsonrpc"] = "1.0"; }), corrupt, "2.0", 1, 0},
      {"a result and an error", "",
       edited([](Json& a) { a["error"] = ModelNode::error(-1, "no"); }), corrupt, "at once", 1, 0},
      {"two results", "eth_chainId", twice, corrupt, "twice", 1, 0},
      {"neither", "", edited([](Json& a) { a.erase("result"); }), corrupt, "neither", 1, 0},
      {"an error without a code", "", edited([](Json& a) {
         a.erase("result");
         a["error"] = {{"message", "no"}};
       }),
       corrupt, "no code", 1, 0},
  };
}

std::vector<Fault> faults_of_batches() {
  constexpr auto corrupt = Reason::corrupt;
  const auto not_batched = [](const std::string& words, int code) {
    return [=](Scene& scene, Connection& connection, const Json& request) {
      if (!request.is_array()) return honest(scene, connection, request);
      const Json error{
          {"jsonrpc", "2.0"}, {"id", nullptr}, {"error", ModelNode::error(code, words)}};
      connection.answer(200, error.dump());
    };
  };
  return {
      {"a call unanswered", "eth_call", edited([](Json& a) { a.erase(1); }), corrupt,
       "1 of 4 calls unanswered", 3, 0},
      {"a call answered twice", "eth_call", edited([](Json& a) { a[1] = a[0]; }), corrupt, "twice",
       3, 0},
      {"an answer too many", "eth_call", edited([](Json& a) {
         Json more = a[0];
         more["id"] = 999;
         a.push_back(more);
       }),
       corrupt, "another id", 3, 0},
      {"another order",
       "eth_call",
       edited([](Json& a) { std::reverse(a.begin(), a.end()); }),
       {},
       "",
       4,
       0},
      {"batches refused", "eth_call", not_batched("Invalid request", -32600), {}, "", 8, 0},
      {"large batches refused",
       "eth_call",
       before_answering([](Scene& s) { s.honest.batch_max = 2; }),
       {},
       "",
       6,
       0},
      {"a busy node, in JSON",
       "",
       at_first(2, refusing(-32005, "too many requests")),
       {},
       "",
       6,
       2},
      {"a busy node forever, in JSON", "", refusing(429, "slow down"), Reason::unreachable,
       "slow down", 3, 2},
      {"a part of the batch too busy",
       "eth_call",
       at_first(1, edited([](Json& a) {
                  a[2].erase("result");
                  a[2]["error"] = ModelNode::error(-32005, "rate limit exceeded");
                })),
       {},
       "",
       5,
       1},
  };
}

std::vector<Fault> faults_of_answers() {
  constexpr auto corrupt = Reason::corrupt;
  const auto call_gives = [](const Json& value) {
    return edited([=](Json& a) { a[1]["result"] = value; });
  };
  const auto block_says = [](const char* member, const Json& value) {
    return edited([=](Json& a) { a["result"][member] = value; });
  };
  const auto log_says = [](const char* member, const Json& value) {
    return edited([=](Json& a) { a["result"][1][member] = value; });
  };
  const std::string call = "eth_call", block = "eth_getBlockByNumber", logs = "eth_getLogs";
  return {
      {"text for bytes", call, call_gives("many"), corrupt, "begin with 0x", 3, 0},
      {"half a byte", call, call_gives("0x123"), corrupt, "odd number", 3, 0},
      {"a number for bytes", call, call_gives(7), corrupt, "without bytes", 3, 0},
      {"nothing for bytes", call, call_gives(nullptr), corrupt, "without bytes", 3, 0},
      {"no block", block, edited([](Json& a) { a["result"] = nullptr; }), Reason::missing_data,
       "does not know block 90", 2, 0},
      {"another block", block, block_says("number", "0x59"), corrupt, "block 89 for block 90", 2,
       0},
      {"a number that overflows", block, block_says("timestamp", "0x1ffffffffffffffff"), corrupt,
       "2^64", 2, 0},
      {"a number with leading zeros", block, block_says("number", "0x05a"), corrupt,
       "leading zeros", 2, 0},
      {"a decimal number", block, block_says("number", 90), corrupt, "number is no text", 2, 0},
      {"a hash too short", block, block_says("hash", "0x1234"), corrupt, "hash", 2, 0},
      {"a block without its parent", block,
       edited([](Json& a) { a["result"].erase("parentHash"); }), corrupt, "parentHash is missing",
       2, 0},
      {"a log of another block", logs, log_says("blockNumber", "0x1"), corrupt, "not asked for", 4,
       0},
      {"a log that was removed", logs, log_says("removed", true), corrupt, "removed", 4, 0},
      {"a log twice", logs, edited([](Json& a) { a["result"][1] = a["result"][0]; }), corrupt,
       "twice", 4, 0},
      {"logs out of order", logs,
       edited([](Json& a) { std::swap(a["result"][0], a["result"][2]); }), corrupt, "out of order",
       4, 0},
      {"a log without data", logs, edited([](Json& a) { a["result"][0].erase("data"); }), corrupt,
       "data is missing", 4, 0},
      {"an object for a list of logs", logs, edited([](Json& a) { a["result"] = Json::object(); }),
       corrupt, "no list", 4, 0},
      {"too wide a range", logs, refusing(-32602, "query exceeds max block range 10"),
       Reason::out_of_range, "max block range", 4, 0},
  };
}

std::vector<Fault> faults_of_chains() {
  const std::string call = "eth_call";
  const auto numbers_only = [](Scene& scene) { scene.honest.takes_hashes = false; };
  return {
      {"another chain", "eth_chainId", edited([](Json& a) { a["result"] = "0x38"; }),
       Reason::bad_input, "one of chain 56", 1, 0},
      {"a pruned block", call, refusing(-32000, "missing trie node 1f2e (path )"),
       Reason::missing_data, "archive node", 3, 0},
      {"pruned by the words of another node", call,
       refusing(-32000, "required historical state unavailable"), Reason::missing_data,
       "archive node", 3, 0},
      {"a state it does not have yet", call, refusing(-32000, "header not found"),
       Reason::missing_data, "does not know the block", 4, 0},
      {"a reorg before the calls", call, before_answering([](Scene& s) { s.chain.reorganise(85); }),
       Reason::stale_data, "a reorg", 4, 0},
      {"no hashes taken", call, before_answering(numbers_only), {}, "", 6, 0},
      {"a reorg where no hashes are taken", call, before_answering([=](Scene& scene) {
         numbers_only(scene);
         if (scene.seen == 2) scene.chain.reorganise(90);
       }),
       Reason::stale_data, "a reorg", 5, 0},
      {"a call it will not run", call, refusing(-32000, "out of gas"), Reason::refused,
       "\"out of gas\" (code -32000)", 5, 0},
      {"a method it does not have", "eth_getLogs", refusing(-32601, "Method not found"),
       Reason::refused, "Method not found", 4, 0},
  };
}

void play(const Fault& fault) {
  SCOPED_TRACE(fault.name);
  Scene scene;
  Loopback server([&](Connection& connection, const Heard& heard) {
    const Json request = Json::parse(heard.body);
    if (!fault.method.empty() && method_of(request) != fault.method) {
      return honest(scene, connection, request);
    }
    ++scene.seen;
    fault.spoil(scene, connection, request);
  });
  const auto wire = http_to(server.url(), {.connect_ms = 20'000,
                                           .answer_ms = fault.patience_ms,
                                           .body_bytes = 1'000'000,
                                           .certificates = {}});
  ASSERT_TRUE(wire);
  Clock clock;
  Node node(**wire, clock, {.tries = 3});
  const auto got = read(node);
  if (fault.reason) {
    ASSERT_FALSE(got) << "gave an answer";
    EXPECT_EQ(got.error().reason, *fault.reason) << got.error().message;
    EXPECT_NE(got.error().message.find(fault.part), std::string::npos) << got.error().message;
    EXPECT_EQ(got.error().message.find("s3cret"), std::string::npos) << got.error().message;
  } else {
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(*got, truth(scene.chain));
  }
  EXPECT_EQ(server.requests(), fault.requests);
  EXPECT_EQ(clock.waits.size(), static_cast<std::size_t>(fault.waits));
}

void play_all(const std::vector<Fault>& faults) {
  for (const Fault& fault : faults) play(fault);
}

}  // namespace

TEST(Faults, WithoutAnyTheReadTakesFourRequests) { play({"none", "", honest, {}, "", 4, 0}); }
TEST(Faults, OfTheWire) { play_all(faults_of_the_wire()); }
TEST(Faults, OfHttpStatus) { play_all(faults_of_status()); }
TEST(Faults, OfDocuments) { play_all(faults_of_documents()); }
TEST(Faults, OfBatches) { play_all(faults_of_batches()); }
TEST(Faults, OfAnswers) { play_all(faults_of_answers()); }
TEST(Faults, OfChains) { play_all(faults_of_chains()); }

// A table of what a node can do wrong, played over a real connection. Each row ends in a stated
// error or in the right answer, after a stated number of requests: never in a wrong number. Faults
// of TLS (unknown, ended and others' certificates) are in http_test, of scans in scan_faults_test.
#include "tests/chain/faults.h"

#include <algorithm>

using namespace levee;
using namespace levee::test;

namespace {

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
      {"a length and then another", "",
       raw("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"), corrupt,
       "not answer in HTTP", 1, 0},
      {"a chunk without a size", "",
       raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n"), corrupt,
       "not answer in HTTP", 1, 0},
      {"a chunk longer than it says", "",
       raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n"), corrupt,
       "not answer in HTTP", 1, 0},
      {"closes between its chunks", "",
       raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"), lost, "closed", 3,
       2},
      {"tells no length and closes early", "", raw("HTTP/1.1 200 OK\r\n\r\n{\"jsonrpc\":"), corrupt,
       "not JSON", 1, 0},
      {"headers without end", "", raw("HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x')),
       corrupt, "not answer in HTTP", 1, 0},
      {"gzip that is not announced", "", body("\x1f\x8b\x08"), corrupt, "not JSON", 1, 0},
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
      {"429 until a date",
       "",
       at_first(1, status(429, "Retry-After: Fri, 31 Dec 2100 23:59:59 GMT\r\n")),
       {},
       "",
       5,
       1},
      {"a gateway's time-out, once", "eth_getLogs", at_first(1, status(504)), {}, "", 5, 1},
      {"403 with a page", "", status(403), refused, "HTTP 403", 1, 0},
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
      {"null for an id", "", edited([](Json& a) { a["id"] = nullptr; }), corrupt, "id", 1, 0},
      {"the answer to the call before", "eth_getBlockByNumber",
       edited([](Json& a) { a["id"] = a["id"].get<int>() - 1; }), corrupt, "another id", 2, 0},
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
      {"no text for bytes", call, call_gives(""), corrupt, "begin with 0x", 3, 0},
      {"digits that are none", call, call_gives("0xzz"), corrupt, "eth_call", 3, 0},
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
      {"a log of another contract", logs, log_says("address", text_of(ModelChain::emitter(9))),
       corrupt, "not asked for", 4, 0},
      {"a log of another event", logs,
       log_says("topics", Json::array({text_of(keccak256("Burn"))})), corrupt, "not asked for", 4,
       0},
      {"a log without its event", logs, log_says("topics", Json::array()), corrupt, "not asked for",
       4, 0},
      {"five topics", logs, log_says("topics", Json(std::vector(5, text_of(Bytes32{})))), corrupt,
       "at most 4", 4, 0},
      {"logs of two blocks at one height", logs, log_says("blockHash", text_of(Bytes32{})),
       Reason::stale_data, "a reorg", 4, 0},
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

}  // namespace

TEST(Faults, WithoutAnyTheReadTakesFourRequests) { play({"none", "", honest, {}, "", 4, 0}); }
TEST(Faults, OfTheWire) { play_all(faults_of_the_wire()); }
TEST(Faults, OfHttpStatus) { play_all(faults_of_status()); }
TEST(Faults, OfDocuments) { play_all(faults_of_documents()); }
TEST(Faults, OfBatches) { play_all(faults_of_batches()); }
TEST(Faults, OfAnswers) { play_all(faults_of_answers()); }
TEST(Faults, OfChains) { play_all(faults_of_chains()); }

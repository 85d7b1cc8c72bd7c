// What can go wrong while logs are read range by range; rows as in faults_test.
#include "levee/chain/logs.h"

#include "tests/chain/faults.h"

using namespace levee;
using namespace levee::test;

namespace {

// A scan of all logs, in steps of at most 32 blocks.
Result<std::string> scan(chain::Node& node) {
  Silence progress;
  const auto scanned = chain::scan_logs(node, {.addresses = {}, .topics = {}, .from = 0, .to = 100},
                                        {.first_step = 32, .longest_step = 32}, progress);
  if (!scanned) return scanned.error();
  std::string all = text_of(scanned->last.hash);
  for (const chain::Log& log : scanned->logs)
    all += text_of(log.block_hash) + chain::hex_bytes(log.payload);
  return all;
}
std::string true_scan(const ModelChain& model) {
  std::string all = text_of(model.hash(100));
  for (std::uint64_t number = 0; number <= 100; ++number) {
    for (const chain::Log& log : model.logs(number))
      all += text_of(log.block_hash) + chain::hex_bytes(log.payload);
  }
  return all;
}

Fault scanned(Fault fault) {
  fault.ask = scan;
  fault.right = true_scan;
  return fault;
}

// A scan without faults takes nine requests: a block before, and logs and blocks of four steps.
std::vector<Fault> refusals() {
  const std::string logs = "eth_getLogs";
  return {
      scanned({"none", "", honest, {}, "", 9, 0}),
      scanned({"ranges above 10 blocks refused",
               logs,
               before_answering([](Scene& s) { s.honest.range_max = 10; }),
               {},
               "",
               31,
               0}),
      scanned({"above 8 logs refused",
               logs,
               before_answering([](Scene& s) { s.honest.logs_max = 8; }),
               {},
               "",
               13,
               0}),
      scanned({"not one log granted", logs,
               before_answering([](Scene& s) { s.honest.logs_max = 0; }), Reason::refused,
               "even one block (0) is too much", 12, 0}),
      scanned({"429 to every other request for logs",
               logs,
               [](Scene& scene, Connection& connection, const Json& request) {
                 (scene.seen % 2 == 1 ? status(429) : Spoil(honest))(scene, connection, request);
               },
               {},
               "",
               13,
               4}),
      scanned({"the step's logs cut short", logs, at_first(1, raw(half)), {}, "", 10, 1}),
  };
}

std::vector<Fault> reorgs() {
  const std::string logs = "eth_getLogs", block = "eth_getBlockByNumber";
  return {
      scanned({"a reorg in the middle of a step",
               logs,
               before_answering([](Scene& s) {
                 if (s.seen == 2) s.chain.reorganise(40);
               }),
               {},
               "",
               13,
               0}),
      scanned({"a reorg below the steps already read",
               logs,
               before_answering([](Scene& s) {
                 if (s.seen == 4) s.chain.reorganise(5);
               }),
               {},
               "",
               21,
               0}),
      scanned({"a reorg at every step", logs,
               before_answering([](Scene& s) { s.chain.reorganise(1); }), Reason::stale_data,
               "reorganised", 18, 0}),
      scanned({"the branch of before, near its end", logs, edited([](Json& a) {
                 for (Json& log : a["result"]) {
                   if (log["blockNumber"] == "0x5b") log["blockHash"] = text_of(Bytes32{});
                 }
               }),
               Reason::stale_data, "reorganised", 27, 0}),
      scanned({"a step that does not join the one before", block, edited([](Json& a) {
                 for (Json& one : a.is_array() ? a : a = Json::array({a})) {
                   if (one["result"]["number"] == "0x20")
                     one["result"]["parentHash"] = text_of(Bytes32{});
                 }
                 if (a.size() == 1) a = Json(a[0]);
               }),
               Reason::stale_data, "reorganised", 25, 0}),
  };
}

}  // namespace

TEST(ScanFaults, OfANodeThatGrantsLittle) { play_all(refusals()); }
TEST(ScanFaults, OfAChainThatIsReorganised) { play_all(reorgs()); }

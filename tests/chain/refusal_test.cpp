#include "levee/chain/refusal.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

using namespace levee;
using namespace levee::chain;

namespace {

struct Known {
  std::int64_t code;
  const char* words;
};

void expect_all(Meaning meaning, std::string_view method, const std::vector<Known>& known) {
  for (const auto& [code, words] : known) {
    EXPECT_EQ(meaning_of({.code = code, .words = words, .attached = {}}, method), meaning)
        << method << ": " << words << " is "
        << static_cast<int>(meaning_of({code, words, {}}, method));
  }
}

}  // namespace

TEST(Refusal, KnowsHowNodesSayThatACallReverted) {
  expect_all(Meaning::revert, "eth_call",
             {{3, "execution reverted: Invalid token ID"},
              {3, "execution reverted"},
              {-32000, "execution reverted"},
              {-32000, "Execution reverted"},
              {-32000, "invalid opcode: INVALID"},
              {-32000, "invalid jump destination"},
              {-32603, "Error: Transaction reverted without a reason string"},
              {-32603,
               "Error: VM Exception while processing transaction: reverted with reason "
               "string 'LOK'"},
              {-32000, "VM Exception while processing transaction: revert"}});
  EXPECT_EQ(meaning_of({-32015, "VM execution error.", "Reverted 0x"}, "eth_call"),
            Meaning::revert);
  EXPECT_EQ(meaning_of({-32015, "VM execution error.", "Bad instruction fe"}, "eth_call"),
            Meaning::revert);
}

TEST(Refusal, AContractThatRevertsWithANodesWordsStillReverts) {
  expect_all(Meaning::revert, "eth_call",
             {{3, "execution reverted: rate limit exceeded"},
              {3, "execution reverted: missing trie node"},
              {3, "execution reverted: batch too large"}});
}

TEST(Refusal, OnlyACallReverts) {
  EXPECT_NE(meaning_of({3, "execution reverted", {}}, "eth_getLogs"), Meaning::revert);
}

TEST(Refusal, RunningOutOfGasIsNoRevert) {
  expect_all(Meaning::other, "eth_call",
             {{-32000, "out of gas"}, {-32000, "gas required exceeds allowance (50000000)"}});
}

TEST(Refusal, KnowsHowNodesSayThatARangeIsTooWide) {
  expect_all(Meaning::too_much, "eth_getLogs",
             {{-32005, "query returned more than 10000 results"},
              {-32602, "range 1000000 exceeds limit of 10000"},
              {-32602, "query exceeds max block range 5000"},
              {-32602, "query exceeds max results 20000, retry with the range 24383075-24383096"},
              {-32602, "query block range exceeds server limit, narrow your filter: 5."},
              {-32000, "block range is larger than max block range, block range = 5120"},
              {-32000, "block range is bigger than maxBlockRange"},
              {-32001, "Block range too large: maximum allowed is 20000 blocks"},
              {-32600, "block range too high"},
              {-32005, "block range too large, max range: 1000"},
              {-32000, "block range is too wide (maximum 1024)"},
              {-32614, "eth_getLogs is limited to a 10,000 range"},
              {-32602,
               "Log response size exceeded. You can make eth_getLogs requests with up to a "
               "2K block range and no limit on the response size, or you can request any "
               "block range with a cap of 10K logs in the response. Based on your "
               "parameters, this block range should work: [0xc5dc00, 0xc614a7]"},
              {-32005, "limit exceeded"},
              {-32000, "query timeout exceeded"},
              {-32000, "Exceeded max range limit for eth_getLogs: 10000"},
              {-32000, "too many blocks requested"},
              {-32000, "response is too big"},
              {-32062, "Block range is too large"}});
}

TEST(Refusal, KnowsHowNodesSayThatTheyAreBusy) {
  expect_all(Meaning::busy, "eth_getLogs",
             {{429, "Too Many Requests"},
              {-32005, "daily request count exceeded, request rate limited"},
              {-32029, "Too many requests"},
              {429, "Your app has exceeded its compute units per second capacity"},
              {-32007, "50/second request limit reached - reduce calls per second"},
              {-32005, "rate limit exceeded"}});
  expect_all(Meaning::busy, "eth_call",
             {{-32005, "limit exceeded"},
              {-32000, "execution aborted (timeout = 5s)"},
              {-32000, "request timed out"},
              {-32603, "service temporarily unavailable"},
              {-32000, "server is overloaded"}});
}

TEST(Refusal, KnowsHowNodesSayThatABatchIsTooLarge) {
  expect_all(Meaning::large_batch, "eth_call",
             {{-32600, "batch too large"},
              {-32010, "The batch request was too large"},
              {-32003, "response too large"},
              {-32005, "Batch size limit exceeded"},
              {-32600, "batch requests are not supported"}});
}

TEST(Refusal, KnowsHowNodesSayThatTheyHaveThrownAStateAway) {
  expect_all(Meaning::no_state, "eth_call",
             {{-32000, "missing trie node 1f2e (path ) state 0x12 is not available, not found"},
              {-32000, "required historical state unavailable (reexec=128)"},
              {-32000, "historical state 0x1f is not available"},
              {-32000, "No state available for block 0x1f"},
              {-32000, "old data not available due to pruning"},
              {-32000, "state at block #17 is pruned"},
              {-32000, "distance to target block exceeds maximum proof window"},
              {-32000,
               "This request is not supported because your node is running with state "
               "pruning. Run with --pruning=archive."},
              {4444, "pruned history unavailable"}});
  expect_all(Meaning::no_state, "eth_getLogs", {{4444, "pruned history unavailable"}});
}

TEST(Refusal, KnowsHowNodesSayThatTheyDoNotKnowABlock) {
  expect_all(Meaning::no_block, "eth_call",
             {{-32000, "header not found"},
              {-32000, "header for hash not found"},
              {-32000, "hash is not currently canonical"},
              {-32603, "hash 0d30235c is not currently canonical"},
              {-32001, "Resource not found"},
              {-32602, "BlockOutOfRangeError: block height is 200 but requested was 16777215"},
              {-32000, "Received invalid block tag 16777215. Latest block number is 200"},
              {-32000, "unknown block"}});
  expect_all(Meaning::no_block, "eth_getLogs",
             {{-32602, "block range extends beyond current head block"},
              {-32602, "BlockOutOfRangeError: block height is 0 but requested was 5"}});
}

TEST(Refusal, WhatItDoesNotKnowHasNoMeaning) {
  expect_all(Meaning::other, "eth_call",
             {{-32601, "Method not found"}, {-32602, "odd number of digits"}, {-32000, ""}});
}

TEST(Refusal, ReadsTheBytesOfARevert) {
  const auto output = [](const std::string& attached) {
    return output_of({.code = 3, .words = "", .attached = attached});
  };
  EXPECT_EQ(*output("0x0a"), Bytes{10});
  EXPECT_EQ(*output("Reverted 0x0a"), Bytes{10});
  EXPECT_TRUE(output("")->empty());
  EXPECT_TRUE(output("Reverted")->empty());
  EXPECT_EQ(output("0x0").error().reason, Reason::corrupt);
  EXPECT_EQ(output("0xzz").error().reason, Reason::corrupt);
}

TEST(Refusal, ShowsWordsWithoutKeysAndWithoutControlCharacters) {
  const auto shown = [](const std::string& words) {
    return shown_words({.code = -1, .words = words, .attached = {}});
  };
  EXPECT_EQ(shown("header not found"), "\"header not found\" (code -1)");
  EXPECT_EQ(shown("key 3f9aKD02ksS81jd9 is bad"), "\"key (...) is bad\" (code -1)");
  EXPECT_EQ(shown("no /v2/a1-b2_c3d4e5f6g7h8!"), "\"no /v2/(...)!\" (code -1)");
  EXPECT_EQ(shown("\x1b[2Jx\ny"), "\" [2Jx y\" (code -1)");
  const std::string hash = "0x" + std::string(64, 'a');
  EXPECT_EQ(shown(hash), "\"" + hash + "\" (code -1)");
  EXPECT_LT(shown(std::string(5000, 'w')).size(), 250U);
}

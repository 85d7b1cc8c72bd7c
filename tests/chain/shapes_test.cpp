#include "levee/chain/shapes.h"

#include "tests/chain/model_node.h"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace levee;
using namespace levee::chain;
using levee::test::Json;
using levee::test::ModelChain;

namespace {

const ModelChain& model() {
  static const ModelChain chain(100);
  return chain;
}

}  // namespace

TEST(Shapes, ABlockIsReadBackAsItWasWritten) {
  const Block block = model().block(14);
  const auto read = block_in(Json::parse(json_of(block)));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->number, block.number);
  EXPECT_EQ(read->hash, block.hash);
  EXPECT_EQ(read->parent, block.parent);
  EXPECT_EQ(read->time, block.time);
}

TEST(Shapes, LogsAreReadBackAsTheyWereWritten) {
  Json list = Json::array();
  for (const Log& log : model().logs(14)) list.push_back(Json::parse(json_of(log)));
  const auto read = logs_in(list, {.addresses = {}, .topics = {}, .from = 14, .to = 14});
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(json_of((*read)[i]), json_of(model().logs(14)[i]));
}

TEST(Shapes, EveryMemberOfABlockIsNeeded) {
  const Json whole = Json::parse(json_of(model().block(14)));
  for (const auto& [member, value] : whole.items()) {
    Json block = whole;
    block.erase(member);
    EXPECT_EQ(block_in(block).error().message, "the node's block: its " + member + " is missing");
    block[member] = 5;
    EXPECT_EQ(block_in(block).error().message, "the node's block: its " + member + " is no text");
  }
  EXPECT_EQ(block_in(Json::array()).error().reason, Reason::corrupt);
  EXPECT_EQ(block_in(Json("block")).error().reason, Reason::corrupt);
}

TEST(Shapes, EveryMemberOfALogIsNeeded) {
  const Json whole = Json::parse(json_of(model().logs(14)[0]));
  for (const auto& [member, value] : whole.items()) {
    Json log = whole;
    log.erase(member);
    const auto read =
        logs_in(Json::array({log}), {.addresses = {}, .topics = {}, .from = 14, .to = 14});
    EXPECT_EQ(read.error().reason, Reason::corrupt) << member;
  }
}

TEST(Shapes, AsksForLogsByBlocksContractsAndTopics) {
  const Request all = request_of({.addresses = {}, .topics = {}, .from = 0, .to = 255});
  EXPECT_EQ(all.method, "eth_getLogs");
  EXPECT_EQ(all.params, R"([{"fromBlock":"0x0","toBlock":"0xff"}])");
  const Bytes32 topic = bytes_of(U256{5});
  const Json some = Json::parse(request_of({.addresses = {ModelChain::emitter(1)},
                                            .topics = {{}, {topic, topic}},
                                            .from = 1,
                                            .to = 2})
                                    .params);
  EXPECT_EQ(some[0]["address"], Json::array({text_of(ModelChain::emitter(1))}));
  EXPECT_EQ(some[0]["topics"], Json::array({nullptr, {text_of(topic), text_of(topic)}}));
}

TEST(Shapes, ARefusalBecomesTheReasonThatItMeans) {
  const auto reason = [](std::int64_t code, const char* words, std::string_view method) {
    return error_of({.code = code, .words = words, .attached = {}}, method).reason;
  };
  EXPECT_EQ(reason(-32000, "missing trie node", "eth_call"), Reason::missing_data);
  EXPECT_EQ(reason(-32000, "header not found", "eth_call"), Reason::missing_data);
  EXPECT_EQ(reason(-32005, "query returned more than 10000 results", "eth_getLogs"),
            Reason::out_of_range);
  EXPECT_EQ(reason(-32003, "response too large", "eth_getLogs"), Reason::out_of_range);
  EXPECT_EQ(reason(-32601, "no such method", "eth_call"), Reason::refused);
}

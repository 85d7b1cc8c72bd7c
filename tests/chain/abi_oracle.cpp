// What two real nodes answered, read as the manifest of their recordings says.
#include "levee/chain/abi.h"

#include "tests/chain/transcript.h"

#include <map>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <gtest/gtest.h>

using namespace levee;
using namespace levee::chain;

namespace {

Address address(const std::string& text) { return *address_from(text); }

using Json = nlohmann::json;

std::string text(const Json& json) { return json.get<std::string>(); }
U256 number(const Json& json) { return *u256_from(text(json)); }
int integer(const Json& json) { return std::stoi(text(json)); }

// The recorded answers by contract and input.
class Recorded {
 public:
  explicit Recorded(const test::Transcript& transcript) {
    for (const test::Exchange& exchange : transcript.exchanges) {
      const Json request = Json::parse(exchange.request, nullptr, false);
      const Json response = Json::parse(exchange.response, nullptr, false);
      if (!request.is_object() || request["method"] != "eth_call" || !response.contains("result")) {
        continue;
      }
      const Json& call = request["params"][0];
      if (call.contains("to") && call.contains("data")) {
        answers_[text(call["to"]) + text(call["data"])] = *bytes_in_hex(text(response["result"]));
      }
    }
  }

  const Bytes& answer(const std::string& to, const Bytes& input) {
    const auto found = answers_.find(to + hex_bytes(input));
    EXPECT_NE(found, answers_.end()) << "nobody asked " << to << " for " << hex_bytes(input);
    static const Bytes none;
    ++asked_;
    return found == answers_.end() ? none : found->second;
  }
  int asked() const { return asked_; }

 private:
  std::map<std::string, Bytes> answers_;
  int asked_ = 0;
};

void expect_pool(Recorded& recorded, const Json& pool) {
  const std::string at = text(pool["address"]);
  AbiReader slot0(recorded.answer(at, call_of("slot0()", {})), "slot0");
  EXPECT_EQ(slot0.number(160), number(pool["slot0"]["sqrtPriceX96"]));
  EXPECT_EQ(slot0.small(24), integer(pool["slot0"]["tick"]));
  EXPECT_EQ(slot0.count(16), number(pool["slot0"]["observationIndex"]).low64());
  EXPECT_EQ(slot0.count(16), number(pool["slot0"]["observationCardinality"]).low64());
  EXPECT_EQ(slot0.count(16), number(pool["slot0"]["observationCardinalityNext"]).low64());
  EXPECT_EQ(slot0.count(8), number(pool["slot0"]["feeProtocol"]).low64());
  EXPECT_EQ(slot0.flag(), pool["slot0"]["unlocked"].get<bool>());
  EXPECT_TRUE(slot0.finish());
  for (const Json& tick : pool["ticks"]) {
    AbiReader held(recorded.answer(at, call_of("ticks(int24)", {I256{integer(tick["tick"])}})),
                   "ticks");
    EXPECT_EQ(held.number(128), number(tick["liquidityGross"]));
    EXPECT_EQ(decimal_text(held.integer(128)), text(tick["liquidityNet"]));
    EXPECT_EQ(held.number(), number(tick["feeGrowthOutside0X128"]));
    EXPECT_EQ(held.number(), number(tick["feeGrowthOutside1X128"]));
    held.integer(56);
    held.number(160);
    held.count(32);
    EXPECT_TRUE(held.flag());
    EXPECT_TRUE(held.finish());
  }
}

void expect_position(Recorded& recorded, const std::string& npm, const Json& position) {
  const U256 id = number(position["tokenId"]);
  AbiReader held(recorded.answer(npm, call_of("positions(uint256)", {id})), "positions");
  EXPECT_EQ(held.number(96), number(position["operatorNonce"]));
  held.address();
  EXPECT_EQ(text_of(held.address()), text(position["token0"]));
  EXPECT_EQ(text_of(held.address()), text(position["token1"]));
  EXPECT_EQ(held.count(24), number(position["fee"]).low64());
  EXPECT_EQ(held.small(24), integer(position["tickLower"]));
  EXPECT_EQ(held.small(24), integer(position["tickUpper"]));
  EXPECT_EQ(held.number(128), number(position["liquidity"]));
  EXPECT_EQ(held.number(), number(position["feeGrowthInside0LastX128"]));
  EXPECT_EQ(held.number(), number(position["feeGrowthInside1LastX128"]));
  EXPECT_EQ(held.number(128), number(position["tokensOwed0"]));
  EXPECT_EQ(held.number(128), number(position["tokensOwed1"]));
  EXPECT_TRUE(held.finish());
  const U256 most = U256::power_of_two(128) - U256{1};
  const Bytes collect = call_of("collect((uint256,address,uint128,uint128))",
                                {id, address(text(position["owner"])), most, most});
  AbiReader paid(recorded.answer(npm, collect), "collect");
  EXPECT_EQ(paid.number(), number(position["collectable"]["amount0"]));
  EXPECT_EQ(paid.number(), number(position["collectable"]["amount1"]));
  EXPECT_TRUE(paid.finish());
}

void expect_quote(Recorded& recorded, const std::string& quoter, const Json& quote) {
  const bool in = quote["kind"] == "exactIn";
  const std::string signature = fmt::format(
      "quoteExact{}Single((address,address,uint256,uint24,uint160))", in ? "Input" : "Output");
  const Bytes call =
      call_of(signature, {address(text(quote["tokenIn"])), address(text(quote["tokenOut"])),
                          number(quote["amount"]), number(quote["fee"]), U256{0}});
  AbiReader quoted(recorded.answer(quoter, call), "quote");
  EXPECT_EQ(quoted.number(), number(quote["result"]));
  EXPECT_EQ(quoted.number(160), number(quote["sqrtPriceX96After"]));
  EXPECT_EQ(quoted.count(32), number(quote["initializedTicksCrossed"]).low64());
  quoted.number();
  EXPECT_TRUE(quoted.finish());
}

void expect_tokens(Recorded& recorded, const Json& tokens) {
  for (const auto& [symbol, token] : tokens.items()) {
    const std::string at = text(token["address"]);
    EXPECT_EQ(*token_text(recorded.answer(at, call_of("symbol()", {}))), symbol);
    AbiReader decimals(recorded.answer(at, call_of("decimals()", {})), "decimals");
    EXPECT_EQ(decimals.count(8), number(token["decimals"]).low64());
    EXPECT_TRUE(decimals.finish());
    for (const auto& [holder, balance] : token["balances"].items()) {
      const Bytes call = call_of("balanceOf(address)", {address(holder)});
      AbiReader held(recorded.answer(at, call), "balanceOf");
      EXPECT_EQ(held.number(), number(balance));
    }
  }
}

}  // namespace

TEST(AbiRecorded, EveryAnswerOfTwoNodesMeansWhatTheManifestSays) {
  LEVEE_NEEDS_TRANSCRIPTS();
  for (const char* engine : {"anvil", "hardhat"}) {
    SCOPED_TRACE(engine);
    const test::Transcript transcript = test::transcript_of(engine);
    Recorded recorded(transcript);
    const Json &known = transcript.manifest["expected"], &at = transcript.manifest["contracts"];
    expect_tokens(recorded, known["tokens"]);
    for (const Json& pool : known["pools"]) expect_pool(recorded, pool);
    for (const Json& position : known["positions"]) {
      expect_position(recorded, text(at["npm"]), position);
    }
    for (const Json& quote : known["quotes"]) expect_quote(recorded, text(at["quoter2"]), quote);
    EXPECT_EQ(recorded.asked(), 219);
  }
}

TEST(AbiRecorded, AMulticallsAnswersAreListsWithinRecords) {
  LEVEE_NEEDS_TRANSCRIPTS();
  for (const char* engine : {"anvil", "hardhat"}) {
    for (const test::Exchange& exchange : test::transcript_of(engine).exchanges) {
      if (exchange.note != "multicall contract") continue;
      const Bytes answer = *bytes_in_hex(text(Json::parse(exchange.response)["result"]));
      AbiReader reader(answer, "multicall");
      EXPECT_EQ(reader.count(64), 200U);
      auto [size, items] = reader.list(1);
      ASSERT_EQ(size, 11U);
      for (std::size_t i = 0; i < size; ++i) {
        AbiReader record = items.record();
        EXPECT_EQ(record.flag(), i < 10);
        record.number();
        const Bytes returned = record.bytes();
        EXPECT_EQ(revert_text(returned).value_or(""), i == 10 ? "Invalid token ID" : "");
      }
      EXPECT_TRUE(reader.finish());
    }
  }
}

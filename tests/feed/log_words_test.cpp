#include "levee/feed/log_words.h"

#include "levee/base/keccak.h"

#include <gtest/gtest.h>

namespace levee::feed {
namespace {

Bytes32 word(const I256& number) { return bytes_of(number.bits()); }

Log log_of(std::string_view signature, std::vector<Bytes32> topics, std::vector<Bytes32> words) {
  topics.insert(topics.begin(), keccak256(signature));
  return {std::move(topics), std::move(words)};
}

Log swap_log() {
  return log_of("Swap(address,address,int256,int256,uint160,uint128,int24)", {word(7), word(8)},
                {word(-100), word(200), word(1 << 20), word(5000), word(-3)});
}

Log mint_log() {
  return log_of("Mint(address,address,int24,int24,uint128,uint256,uint256)",
                {word(7), word(-20), word(30)}, {word(9), word(11), word(12), word(13)});
}

TEST(LogWords, TellASwap) {
  const auto what = told_by(swap_log());
  ASSERT_TRUE(what) << what.error().message;
  const auto& seen = std::get<replay::SwapSeen>(*what);
  EXPECT_EQ(seen.flows, (amm::Flows{I256{-100}, I256{200}}));
  EXPECT_EQ(seen.price.value(), U256{1 << 20});
  EXPECT_EQ(seen.liquidity, 5000U);
  EXPECT_EQ(seen.tick, -3);
}

TEST(LogWords, TellAMintsOwnerNotItsPayer) {
  const auto what = told_by(mint_log());
  ASSERT_TRUE(what);
  const auto& seen = std::get<replay::ChangeSeen>(*what);
  EXPECT_EQ(seen.change, replay::Change::mint);
  EXPECT_EQ(number_of(mint_log().topics[1]), U256{7});
  EXPECT_EQ(seen.owner.bytes[19], 7);
  EXPECT_EQ(seen.range, (amm::TickRange{-20, 30}));
  EXPECT_EQ(seen.liquidity, 11U);
  EXPECT_EQ(seen.amounts, (amm::Amounts{U256{12}, U256{13}}));
}

TEST(LogWords, TellABurnAndACollect) {
  const auto burn = told_by(log_of("Burn(address,int24,int24,uint128,uint256,uint256)",
                                   {word(7), word(-20), word(30)}, {word(11), word(12), word(13)}));
  ASSERT_TRUE(burn);
  EXPECT_EQ(std::get<replay::ChangeSeen>(*burn).change, replay::Change::burn);
  EXPECT_EQ(std::get<replay::ChangeSeen>(*burn).amounts.token0, U256{12});
  const auto collect =
      told_by(log_of("Collect(address,address,int24,int24,uint128,uint128)",
                     {word(7), word(-20), word(30)}, {word(9), word(12), word(13)}));
  ASSERT_TRUE(collect);
  EXPECT_EQ(std::get<replay::CollectSeen>(*collect).paid, (amm::Amounts{U256{12}, U256{13}}));
}

TEST(LogWords, RefuseWhatNoPoolWrites) {
  Log log = swap_log();
  log.topics[0] = keccak256("Flash(address,address,uint256,uint256,uint256,uint256)");
  EXPECT_EQ(told_by(log).error().reason, Reason::not_supported);
  log = swap_log();
  log.words.pop_back();
  EXPECT_EQ(told_by(log).error().message, "Swap with 3 topics and 4 words (has 3 and 5)");
  log = swap_log();
  log.words[4] = word(I256::positive(U256{1} << 24));
  EXPECT_EQ(told_by(log).error().reason, Reason::bad_input) << "a tick is sign-extended";
  log = swap_log();
  log.words[2] = word(-1);
  EXPECT_EQ(told_by(log).error().reason, Reason::bad_input) << "a price has 160 bits";
  log = mint_log();
  log.topics[1] = word(-1);
  EXPECT_EQ(told_by(log).error().reason, Reason::bad_input) << "an owner has 160 bits";
  EXPECT_EQ(told_by({}).error().reason, Reason::not_supported);
}

TEST(LogWords, AreReadFromText) {
  const std::string one = text_of(word(1));
  const auto log = log_from("[\"" + one + "\", \"" + one + "\"]", one + one.substr(2));
  ASSERT_TRUE(log) << log.error().message;
  EXPECT_EQ(log->topics.size(), 2U);
  EXPECT_EQ(log->words, (std::vector{word(1), word(1)}));
  EXPECT_TRUE(log_from("[\"" + one + "\"]", "0x")) << "a log may hold no words";
  for (const auto& [topics, words] : std::vector<std::pair<std::string, std::string>>{
           {"", one},
           {"[]", one},
           {"{}", one},
           {"[1]", one},
           {"[\"0x12\"]", one},
           {"[\"" + one + "\"]", one.substr(2)},
           {"[\"" + one + "\"]", one + "0"},
           {"[\"" + one + "\"]", "0x" + std::string(64, 'g')}}) {
    EXPECT_EQ(log_from(topics, words).error().reason, Reason::bad_input) << topics << words;
  }
}

}  // namespace
}  // namespace levee::feed

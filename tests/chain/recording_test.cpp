#include "levee/chain/recording.h"

#include "tests/chain/fake_chain.h"

#include <gtest/gtest.h>

namespace levee::chain {
namespace {

using test::address_numbered;
using test::FakeChain;

constexpr std::string_view request =
    R"({"id":1,"jsonrpc":"2.0","method":"eth_call",)"
    R"("params":[{"to":"0xAB00000000000000000000000000000000000001","input":"0x01"},"0x7"]})";

TEST(Recording, AnswersAQuestionHoweverItIsSpelled) {
  Recording recording(FakeChain::block());
  ASSERT_TRUE(recording.add(request, R"({"id":1,"jsonrpc":"2.0","result":"0x05"})"));
  NoPause pause;
  Node node(recording, pause, {});
  const Call call{address_numbered(1), {0x01}};
  const auto returned = node.calls({&call, 1}, FakeChain::block());
  ASSERT_TRUE(returned) << returned.error().message;
  EXPECT_EQ(returned->front().output, Bytes{5});
}

TEST(Recording, WhatWasNotRecordedIsAnError) {
  Recording recording(FakeChain::block());
  const auto answer = recording.post(request);
  ASSERT_TRUE(answer);
  EXPECT_NE(answer->body.find("not recorded"), std::string::npos);
}

TEST(Recording, ABatchIsAnsweredOneByOneInItsOrder) {
  Recording recording(FakeChain::block());
  recording.answer_all("eth_chainId", R"({"jsonrpc":"2.0","id":9,"result":"0x1"})");
  const auto answer = recording.post(
      R"([{"jsonrpc":"2.0","id":5,"method":"eth_chainId"},{"jsonrpc":"2.0","id":6,"method":"x"}])");
  ASSERT_TRUE(answer);
  EXPECT_NE(answer->body.find(R"("id":5,"jsonrpc":"2.0","result":"0x1")"), std::string::npos);
  EXPECT_LT(answer->body.find(R"("id":5)"), answer->body.find(R"("id":6)"));
}

TEST(Recording, RefusesWhatIsNoExchange) {
  Recording recording(FakeChain::block());
  EXPECT_FALSE(recording.add("{", "{}"));
  EXPECT_FALSE(recording.add(request, "[]"));
}

}  // namespace
}  // namespace levee::chain

#include "levee/chain/envelope.h"

#include "levee/base/check.h"

#include <string>
#include <vector>

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace levee;
using namespace levee::chain;

namespace {

constexpr Ids one{.first = 7, .count = 1};
constexpr Ids two{.first = 7, .count = 2};

std::string answered(int id, const std::string& result) {
  return fmt::format(R"({{"jsonrpc":"2.0","id":{},"result":{}}})", id, result);
}
std::string failed(const std::string& id, const std::string& error) {
  return fmt::format(R"({{"jsonrpc":"2.0","id":{},"error":{}}})", id, error);
}
const std::string no = R"({"code":-32000,"message":"no"})";

void expect_corrupt(const std::string& body, const Ids& ids, std::string_view part) {
  const auto answers = answers_in(body, ids);
  ASSERT_FALSE(answers) << body;
  EXPECT_EQ(answers.error().reason, Reason::corrupt);
  EXPECT_NE(answers.error().message.find(part), std::string::npos) << answers.error().message;
}

}  // namespace

TEST(Envelope, WritesOneCallAloneAndSeveralAsABatch) {
  const std::vector<Request> requests{{"eth_chainId", "[]"}, {"eth_blockNumber", "[1]"}};
  EXPECT_EQ(document_of(std::span(requests).first(1), one),
            R"({"jsonrpc":"2.0","id":7,"method":"eth_chainId","params":[]})");
  EXPECT_EQ(document_of(requests, two),
            R"([{"jsonrpc":"2.0","id":7,"method":"eth_chainId","params":[]},)"
            R"({"jsonrpc":"2.0","id":8,"method":"eth_blockNumber","params":[1]}])");
  EXPECT_THROW(document_of(requests, one), ContractBroken);
}

TEST(Envelope, FindsEachCallItsAnswer) {
  EXPECT_EQ(*answers_in(answered(7, "\"0x1\""), one)->replies[0].result, "0x1");
  const auto both = answers_in("[" + answered(8, "2") + "," + answered(7, "1") + "]", two);
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(*both->replies[0].result, 1);
  EXPECT_EQ(*both->replies[1].result, 2);
}

TEST(Envelope, ANullIsAResult) {
  const auto answers = answers_in(answered(7, "null"), one);
  ASSERT_TRUE(answers->replies[0].result);
  EXPECT_TRUE(answers->replies[0].result->is_null());
}

TEST(Envelope, KeepsARefusalWithItsBytes) {
  const auto attached = [](const std::string& beside) {
    const auto answers =
        answers_in(failed("7", R"({"code":3,"message":"m","data":)" + beside + "}"), one);
    EXPECT_FALSE(answers->replies[0].result);
    EXPECT_EQ(answers->replies[0].refusal.code, 3);
    EXPECT_EQ(answers->replies[0].refusal.words, "m");
    return answers->replies[0].refusal.attached;
  };
  EXPECT_EQ(attached("\"0x01\""), "0x01");
  EXPECT_EQ(attached(R"({"message":"x","data":"0x02"})"), "0x02");
  EXPECT_EQ(attached(R"({"originalError":{"data":"0x03"}})"), "0x03");
  EXPECT_EQ(attached("null"), "");
  EXPECT_EQ(attached("[1]"), "");
}

TEST(Envelope, AnErrorBesideANullIsTheOldProtocolsWay) {
  EXPECT_FALSE(answers_in(R"({"jsonrpc":"2.0","id":7,"result":null,"error":)" + no + "}", one)
                   ->replies[0]
                   .result);
  EXPECT_TRUE(
      answers_in(R"({"jsonrpc":"2.0","id":7,"result":1,"error":null})", one)->replies[0].result);
}

TEST(Envelope, TellsARefusalOfTheWholeDocument) {
  EXPECT_EQ(answers_in(failed("null", no), one)->of_all->words, "no");
  EXPECT_EQ(answers_in(failed("null", no), two)->of_all->words, "no");
  EXPECT_EQ(answers_in("[" + failed("null", no) + "]", two)->of_all->words, "no");
  EXPECT_EQ(answers_in(failed("7", no), two)->of_all->words, "no");
  const std::string large = R"({"code":-32600,"message":"batch too large"})";
  EXPECT_EQ(answers_in("[" + failed("7", large) + "]", two)->of_all->words, "batch too large");
}

TEST(Envelope, RefusesWhatIsNotJson) {
  expect_corrupt("", one, "empty");
  expect_corrupt("<html>busy</html>", one, "a page for people");
  expect_corrupt(R"({"jsonrpc":"2.0","id":7,"res)", one, "cut short");
  expect_corrupt("{} {}", one, "not JSON");
  expect_corrupt("\xff\xfe", one, "not JSON");
}

TEST(Envelope, RefusesWhatIsNoAnswer) {
  for (const char* body : {"1", "\"text\"", "null", "[]", "[1]"}) {
    EXPECT_EQ(answers_in(body, one).error().reason, Reason::corrupt) << body;
    EXPECT_EQ(answers_in(body, two).error().reason, Reason::corrupt) << body;
  }
  expect_corrupt("[" + answered(7, "1") + "]", one, "neither");
  expect_corrupt(answered(7, "1"), two, "single result");
  expect_corrupt(R"({"id":7,"result":1})", one, "2.0");
  expect_corrupt(R"({"jsonrpc":2.0,"id":7,"result":1})", one, "2.0");
  expect_corrupt(R"({"jsonrpc":"2.0","id":7})", one, "neither a result nor an error");
  expect_corrupt(R"({"jsonrpc":"2.0","id":7,"result":1,"error":)" + no + "}", one, "at once");
  expect_corrupt(R"({"jsonrpc":"2.0","result":1})", one, "no id");
}

TEST(Envelope, RefusesAnErrorWithoutItsParts) {
  expect_corrupt(failed("7", R"("text")"), one, "no object");
  expect_corrupt(failed("7", R"({"message":"m"})"), one, "no code");
  expect_corrupt(failed("7", R"({"code":"3","message":"m"})"), one, "no code");
  expect_corrupt(failed("7", R"({"code":3})"), one, "no message");
}

TEST(Envelope, RefusesAnswersToCallsThatWereNotAsked) {
  expect_corrupt(answered(6, "1"), one, "another id");
  expect_corrupt(answered(8, "1"), one, "another id");
  expect_corrupt(R"({"jsonrpc":"2.0","id":"7","result":1})", one, "another id");
  expect_corrupt(R"({"jsonrpc":"2.0","id":7.0,"result":1})", one, "another id");
  expect_corrupt(R"({"jsonrpc":"2.0","id":-7,"result":1})", one, "another id");
  expect_corrupt("[" + answered(7, "1") + "," + answered(9, "1") + "]", two, "another id");
}

TEST(Envelope, RefusesABatchWithAnswersMissingOrDoubled) {
  expect_corrupt("[" + answered(7, "1") + "]", two, "1 of 2 calls unanswered");
  expect_corrupt("[" + answered(7, "1") + "," + answered(7, "1") + "]", two, "twice");
  expect_corrupt("[" + answered(7, "1") + R"(,{"jsonrpc":"2.0","result":1}])", two, "no id");
}

TEST(Envelope, RefusesAMemberThatIsSaidTwice) {
  expect_corrupt(R"({"jsonrpc":"2.0","id":7,"result":1,"result":2})", one, "twice");
  expect_corrupt(R"({"jsonrpc":"2.0","id":7,"result":{"hash":"a","hash":"b"}})", one, "twice");
  EXPECT_TRUE(answers_in(R"({"jsonrpc":"2.0","id":7,"result":[{"a":1},{"a":2}]})", one));
}

TEST(Envelope, BearsNestingWithoutEnd) {
  expect_corrupt(std::string(100'000, '['), one, "not JSON");
  const std::string deep = std::string(10'000, '[') + std::string(10'000, ']');
  EXPECT_TRUE(answers_in(answered(7, deep), one));
}

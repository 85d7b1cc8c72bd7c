#include "levee/chain/talk.h"

#include "tests/chain/model_node.h"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

using namespace levee;
using namespace levee::chain;
using levee::test::Clock;
using levee::test::Json;

namespace {

constexpr Patience quick{.tries = 4,
                         .first_wait_ms = 100,
                         .longest_wait_ms = 1000,
                         .retry_after_max_s = 60,
                         .jitter_seed = 1,
                         .batch_max = 8};

// Answers the n-th request with the n-th step of a script, and after its end as told.
class Script final : public Transport {
 public:
  using Step = std::function<Result<HttpAnswer>(const Json&)>;
  explicit Script(std::vector<Step> steps) : steps_(std::move(steps)) {}

  Result<HttpAnswer> post(std::string_view body) override {
    const Json request = Json::parse(body);
    sizes.push_back(request.is_array() ? request.size() : 1);
    for (const Json& one : request.is_array() ? request : Json::array({request})) {
      ids.push_back(one["id"]);
    }
    const std::size_t step = std::min(sizes.size(), steps_.size()) - 1;
    return steps_[step](request);
  }
  std::vector<std::size_t> sizes;
  std::vector<std::uint64_t> ids;

 private:
  std::vector<Step> steps_;
};

HttpAnswer http(int status, std::string body = "", std::optional<int> retry_after = {}) {
  return {.status = status, .body = std::move(body), .retry_after_seconds = retry_after};
}

Script::Step status(int code, std::optional<int> retry_after = {}) {
  return [=](const Json&) { return http(code, "<html>", retry_after); };
}
Script::Step broken(Reason reason) {
  return [=](const Json&) -> Result<HttpAnswer> { return fail(reason, "the wire broke"); };
}

Json one_answer(const Json& call) {
  return {{"jsonrpc", "2.0"}, {"id", call["id"]}, {"result", call["method"]}};
}
// Each call is answered with its own method.
Result<HttpAnswer> fine(const Json& request) {
  if (!request.is_array()) return http(200, one_answer(request).dump());
  Json answers = Json::array();
  for (const Json& call : request) answers.push_back(one_answer(call));
  return http(200, answers.dump());
}
Script::Step refusing(int code, const std::string& message) {
  return [=](const Json& request) {
    const Json id = request.is_array() ? Json() : request["id"];
    return http(
        200, Json{{"jsonrpc", "2.0"}, {"id", id}, {"error", {{"code", code}, {"message", message}}}}
                 .dump());
  };
}

struct Asked {
  Result<std::vector<Reply>> replies;
  std::vector<std::size_t> sizes;
  std::vector<int> waits;
};

Asked ask(std::vector<Script::Step> steps, std::size_t calls = 1) {
  Script wire(std::move(steps));
  Clock clock;
  Talk talk(wire, clock, quick);
  std::vector<Request> requests;
  for (std::size_t i = 0; i < calls; ++i) requests.push_back({std::to_string(i), "[]"});
  auto replies = talk.ask(requests);
  std::ranges::sort(wire.ids);
  EXPECT_TRUE(std::ranges::adjacent_find(wire.ids) == wire.ids.end()) << "an id was used twice";
  return {std::move(replies), wire.sizes, clock.waits};
}

void expect_right(const Asked& asked, std::size_t calls) {
  ASSERT_TRUE(asked.replies) << asked.replies.error().message;
  ASSERT_EQ(asked.replies->size(), calls);
  for (std::size_t i = 0; i < calls; ++i) {
    ASSERT_TRUE((*asked.replies)[i].result);
    EXPECT_EQ(*(*asked.replies)[i].result, std::to_string(i));
  }
}

void expect_error(const Asked& asked, Reason reason, std::string_view part) {
  ASSERT_FALSE(asked.replies);
  EXPECT_EQ(asked.replies.error().reason, reason) << asked.replies.error().message;
  EXPECT_NE(asked.replies.error().message.find(part), std::string::npos)
      << asked.replies.error().message;
}

using Sizes = std::vector<std::size_t>;

}  // namespace

TEST(Talk, AsksManyCallsInBatches) {
  const Asked asked = ask({fine}, 20);
  expect_right(asked, 20);
  EXPECT_EQ(asked.sizes, (Sizes{8, 8, 4}));
  EXPECT_TRUE(asked.waits.empty());
}

TEST(Talk, TriesAgainWhatMayPass) {
  for (const auto& step : {status(429), status(500), status(502), status(503), status(408),
                           broken(Reason::unreachable), refusing(-32005, "rate limit")}) {
    const Asked asked = ask({step, step, fine});
    expect_right(asked, 1);
    EXPECT_EQ(asked.sizes.size(), 3U);
    ASSERT_EQ(asked.waits.size(), 2U);
    EXPECT_TRUE(asked.waits[0] >= 50 && asked.waits[0] <= 150) << asked.waits[0];
    EXPECT_TRUE(asked.waits[1] >= 100 && asked.waits[1] <= 300) << asked.waits[1];
  }
}

TEST(Talk, GivesUpAfterTheLastTryAndSaysWhatItWas) {
  expect_error(ask({status(429)}), Reason::unreachable, "4 tries (the last: HTTP 429)");
  expect_error(ask({broken(Reason::unreachable)}), Reason::unreachable, "the wire broke");
  const Asked asked = ask({refusing(429, "slow down")});
  expect_error(asked, Reason::unreachable, "\"slow down\" (code 429)");
  EXPECT_EQ(asked.sizes.size(), 4U);
  EXPECT_EQ(asked.waits.size(), 3U) << "after the last try nobody waits";
}

TEST(Talk, DoesNotTryAgainWhatWillNotPass) {
  for (const Reason reason : {Reason::corrupt, Reason::bad_input, Reason::out_of_range}) {
    const Asked asked = ask({broken(reason)});
    expect_error(asked, reason, "the wire broke");
    EXPECT_EQ(asked.sizes.size(), 1U);
  }
  expect_error(ask({status(404)}), Reason::refused, "HTTP 404");
  expect_error(ask({status(401)}), Reason::refused, "key");
  expect_error(ask({status(301)}), Reason::refused, "redirects are not followed");
  expect_error(ask({status(200)}), Reason::corrupt, "page");
  EXPECT_EQ(ask({status(404)}).sizes.size(), 1U);
}

TEST(Talk, TakesAnAnswerThatComesWithAnUnhappyStatus) {
  const Asked asked = ask({[](const Json& request) {
    auto answer = refusing(-32602, "odd number of digits")(request);
    answer->status = 400;
    return answer;
  }});
  ASSERT_TRUE(asked.replies);
  EXPECT_EQ(asked.replies->front().refusal.words, "odd number of digits");
}

TEST(Talk, WaitsAsLongAsTheServerAsksUpToABound) {
  const Asked asked = ask({status(503, 7), fine});
  expect_right(asked, 1);
  EXPECT_EQ(asked.waits, std::vector<int>{7000});
  const Asked long_pause = ask({status(503, 3600), fine});
  expect_error(long_pause, Reason::unreachable, "pause of 3600 s");
  EXPECT_EQ(long_pause.sizes.size(), 1U);
}

TEST(Talk, HalvesABatchThatIsTooLarge) {
  const auto large = refusing(-32600, "batch too large");
  const Asked asked = ask({large, large, fine}, 8);
  expect_right(asked, 8);
  EXPECT_EQ(asked.sizes, (Sizes{8, 4, 2, 2, 2, 2}));
  EXPECT_EQ(ask({status(413), fine}, 8).sizes, (Sizes{8, 4, 4}));
  EXPECT_EQ(ask({broken(Reason::out_of_range), fine}, 8).sizes, (Sizes{8, 4, 4}));
}

TEST(Talk, AsksOneByOneWhereBatchesSeemUnknown) {
  EXPECT_EQ(ask({refusing(-32600, "Invalid request"), fine}, 3).sizes, (Sizes{3, 1, 1, 1}));
}

TEST(Talk, OneCallThatIsTooLargeIsAnError) {
  expect_error(ask({status(413)}), Reason::out_of_range, "HTTP 413");
  EXPECT_EQ(ask({status(413)}).sizes.size(), 1U);
}

TEST(Talk, ABatchThatGotNoAnswerIsAskedInSmallerOnesForAWhile) {
  const Asked asked = ask({broken(Reason::unreachable), fine}, 24);
  expect_right(asked, 24);
  EXPECT_EQ(asked.sizes, (Sizes{8, 4, 8, 8, 4}));
}

TEST(Talk, KeepsTheAnswersThatCameBesideRateLimits) {
  const auto every_other = [](const Json& request) -> Result<HttpAnswer> {
    Json answers = Json::array();
    for (std::size_t i = 0; i < request.size(); ++i) {
      Json answer = one_answer(request[i]);
      if (i % 2 == 1) {
        answer.erase("result");
        answer["error"] = {{"code", 429}, {"message", "too many requests"}};
      }
      answers.push_back(answer);
    }
    return http(200, answers.dump());
  };
  const Asked asked = ask({every_other, every_other, fine}, 8);
  expect_right(asked, 8);
  EXPECT_EQ(asked.sizes, (Sizes{8, 4, 2}));
  EXPECT_EQ(asked.waits.size(), 2U);
}

TEST(Talk, KeepsTheAnswersThatFittedIntoALimitedResponse) {
  const auto half = [](const Json& request) -> Result<HttpAnswer> {
    Json answers = Json::array();
    for (std::size_t i = 0; i < request.size(); ++i) {
      Json answer = one_answer(request[i]);
      if (2 * i >= request.size()) {
        answer.erase("result");
        answer["error"] = {{"code", -32003}, {"message", "response too large"}};
      }
      answers.push_back(answer);
    }
    return http(200, answers.dump());
  };
  const Asked asked = ask({half, fine}, 8);
  expect_right(asked, 8);
  EXPECT_EQ(asked.sizes, (Sizes{8, 4}));
}

TEST(Talk, TheSameSeedWaitsTheSame) {
  EXPECT_EQ(ask({status(500)}).waits, ask({status(500)}).waits);
}

// tests/api/last_plan_ask_test.cpp — a plan read back, and what is refused.
#include "levee/api/last_plan_ask.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

namespace levee::api {
namespace {

using testing::HasSubstr;

Result<hedge::LastPlan> read(const std::string& text, const std::string& base = "ETH") {
  const auto path = std::filesystem::temp_directory_path() / "levee_last_plan_ask.json";
  std::ofstream(path) << text;
  auto last = last_plan_from(path.string(), base);
  std::filesystem::remove(path);
  return last;
}

std::string plan(const std::string& trades, const std::string& optimum = "[]",
                 const std::string& market = R"({"at": "2026-01-20T08:00:00Z", "base": "ETH"})") {
  return R"({"plan": {"trades": )" + trades + R"(, "optimum": )" + optimum + R"(}, "market": )" +
         market + "}";
}

std::string leg(const std::string& quantity, const std::string& side = "buy") {
  return R"({"instrument": "A", "side": ")" + side + R"(", "price": 7, "quantity": )" + quantity +
         "}";
}

}  // namespace

TEST(LastPlanFrom, ReadsWhatTheNextPlanBeginsFrom) {
  const auto last = read(plan("[" + leg("2") + "]", "[" + leg("2.25", "sell") + "]"));
  ASSERT_TRUE(last);
  EXPECT_EQ(last->at, "2026-01-20T08:00:00Z");
  ASSERT_EQ(last->trades.size(), 1u);
  EXPECT_EQ(last->trades[0].instrument, "A");
  EXPECT_EQ(last->trades[0].side, "buy");
  EXPECT_EQ(last->trades[0].quantity, 2);
  ASSERT_EQ(last->optimum.size(), 1u);
  EXPECT_EQ(last->optimum[0].side, "sell");
  EXPECT_EQ(last->optimum[0].quantity, 2.25);
}

TEST(LastPlanFrom, RefusesWhatIsNoPlan) {
  for (const std::string& text :
       {std::string("{}"), std::string("[]"), std::string("not json"), plan("[" + leg("0") + "]"),
        plan("[" + leg("-1") + "]"), plan("[" + leg("\"2\"") + "]"), plan("[" + leg("1e999") + "]"),
        plan("[" + leg("2", "hold") + "]"), plan("[7]"), plan("{}"), plan("[]", "null"),
        plan("[]", "[]", "null"), plan("[]", "[]", R"({"at": 1})"),
        plan("[]", "[]", R"({"at": "2026-01-20T08:00:00Z"})")}) {
    const auto last = read(text);
    ASSERT_FALSE(last) << text;
    EXPECT_EQ(last.error().reason, Reason::bad_input) << text;
    EXPECT_THAT(last.error().message, HasSubstr("levee_last_plan_ask.json: ")) << text;
  }
}

TEST(LastPlanFrom, RefusesAPlanOfAnotherAsset) {
  const auto last = read(plan("[]"), "BTC");
  ASSERT_FALSE(last);
  EXPECT_THAT(last.error().message, HasSubstr("a plan for ETH, where the book is in BTC"));
}

}  // namespace levee::api

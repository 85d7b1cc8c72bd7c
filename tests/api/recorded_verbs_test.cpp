// The verbs that hold recordings against levee's own models, asked as a face asks them.
#include "levee/api/verb.h"

#include <algorithm>
#include <filesystem>

#include <gmock/gmock.h>

namespace levee::api {
namespace {

using ::testing::HasSubstr;

const std::string folder = std::string(LEVEE_SHARED) + "/data/uniswap_v3/";
const std::string day = folder + "events/ethereum_USDC-WETH_500_0x88e6_2024-01-05_";

Result<Reply> asked(std::string_view verb, const std::vector<Given>& given) {
  const auto entry = std::ranges::find(shelf(), verb, &Entry::name);
  Silence silence;
  return entry->run(given, {}, silence);
}

bool recorded_here() { return std::filesystem::exists(folder); }

TEST(ReplayPool, TellsTheRealDay) {
  if (!recorded_here()) GTEST_SKIP() << "no recorded files beside this checkout";
  const auto reply =
      asked("replay-pool",
            {{"events", day + "rawlogs.csv.gz"}, {"also", day + "events.csv.gz"}, {"rounds", "1"}});
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_TRUE(reply->passed);
  EXPECT_THAT(reply->text, HasSubstr("6046 swaps, 54 mints, 69 burns, 65 collects"));
  EXPECT_THAT(reply->text, HasSubstr("differences       0\n"));
  EXPECT_THAT(reply->json, HasSubstr("\"told_differently\": 0"));
  EXPECT_THAT(reply->json, HasSubstr("\"differences\": []"));
  // Each of them by one sender, as the file's own column says.
  EXPECT_THAT(reply->json, HasSubstr("\"sandwiches\": 14"));
}

TEST(ReplayPool, FailsWhereTheFeeIsAnother) {
  if (!recorded_here()) GTEST_SKIP() << "no recorded files beside this checkout";
  const auto reply = asked(
      "replay-pool", {{"events", day + "rawlogs.csv.gz"}, {"fee_pips", "600"}, {"rounds", "0"}});
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_FALSE(reply->passed);
  EXPECT_THAT(reply->text, HasSubstr("sqrt price"));
}

TEST(ReplayPool, RefusesWhatItCannotBeAsked) {
  EXPECT_EQ(asked("replay-pool", {}).error().reason, Reason::bad_input);
  EXPECT_EQ(asked("replay-pool", {{"events", "nowhere.csv"}}).error().reason, Reason::unreachable);
}

TEST(AccountPositions, TellsTheErrorTable) {
  if (!recorded_here()) GTEST_SKIP() << "no recorded files beside this checkout";
  const auto reply =
      asked("account-positions",
            {{"file", folder + "positions/base_WETH-token_10000_closed_positions_pnl.csv"}});
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_TRUE(reply->passed);
  EXPECT_THAT(reply->text, HasSubstr("477 rows of 387 positions"));
  EXPECT_THAT(reply->text, HasSubstr("rows whose amounts are not reproduced: 0"));
}

TEST(AccountPositions, RefusesWhatItCannotBeAsked) {
  EXPECT_EQ(asked("account-positions", {}).error().reason, Reason::bad_input);
  EXPECT_EQ(asked("account-positions", {{"file", "x"}, {"fee_pips", "1000000"}}).error().reason,
            Reason::out_of_range);
}

}  // namespace
}  // namespace levee::api

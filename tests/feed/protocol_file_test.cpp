#include "levee/feed/protocol_file.h"

#include "tests/feed/markets.h"

#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using test::edited;
using test::good_protocol;
using test::written;
using ::testing::HasSubstr;

std::string refusal(std::string_view part, std::string_view by) {
  const auto path = written("protocol.toml", edited(good_protocol(), part, by));
  return read_failures(path, "USDC").error().message;
}

TEST(Protocols, AreReadFromTables) {
  const auto failures = read_failures(
      written("p.toml", good_protocol() + edited(good_protocol(), "uniswap", "other")), "USDC");
  const auto* models = &failures->protocols;
  ASSERT_EQ(models->size(), 2U);
  EXPECT_FALSE(failures->depeg);
  EXPECT_EQ((*models)[0].protocol, "uniswap-v3");
  EXPECT_EQ((*models)[0].intensity, Intensity{0.005});
  EXPECT_EQ((*models)[0].loss_low, Share{0.5});
  EXPECT_EQ((*models)[0].loss_high, Share{1});
  EXPECT_EQ((*models)[0].source, "assumed");
}

TEST(Protocols, OfOneMayStandAtTheTop) {
  const auto failures =
      read_failures(written("p.toml", edited(good_protocol(), "[[protocol]]", "")), "USDC");
  ASSERT_TRUE(failures) << failures.error().message;
  EXPECT_EQ(failures->protocols[0].protocol, "uniswap-v3");
}

TEST(Protocols, SayWhatIsWrong) {
  EXPECT_THAT(refusal("0.005", "-1"), HasSubstr(":3: intensity_per_year -1 is negative"));
  EXPECT_THAT(refusal("= 1.0", "= 50"), HasSubstr(":5: loss_share_high 50 is beyond 1"));
  EXPECT_THAT(refusal("= 1.0", "= 0.4"), HasSubstr("loss_share_high is below loss_share_low"));
  EXPECT_THAT(refusal("source", "sorce"), HasSubstr("the nearest is source"));
  EXPECT_THAT(refusal("source = \"assumed\"", good_protocol() + "#"),
              HasSubstr("source is missing (who says so)"));
  const auto twice = read_failures(written("p.toml", good_protocol() + good_protocol()), "USDC");
  EXPECT_THAT(twice.error().message, HasSubstr("name \"uniswap-v3\" stands twice"));
}

const std::string good_depeg =
    "[depeg]\ntoken = \"USDC\"\nintensity_per_year = 0.2\ndepth_share_low = 0.02\n"
    "depth_share_high = 0.12\nhalf_life_days = 1.5\nsource = \"assumed\"\n";

std::string depeg_refusal(std::string_view part, std::string_view by) {
  const auto path = written("depeg.toml", edited(good_depeg, part, by));
  return read_failures(path, "USDC").error().message;
}

TEST(Depeg, StandsInATableOfItsOwn) {
  const auto both = read_failures(written("p.toml", good_protocol() + good_depeg), "USDC");
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(both->protocols.size(), 1U);
  ASSERT_TRUE(both->depeg);
  EXPECT_EQ(both->depeg->token, "USDC");
  EXPECT_EQ(both->depeg->intensity, Intensity{0.2});
  EXPECT_EQ(both->depeg->depth_low, Share{0.02});
  EXPECT_EQ(both->depeg->depth_high, Share{0.12});
  EXPECT_EQ(both->depeg->half_life, Seconds{129'600});
  EXPECT_EQ(both->depeg->source, "assumed");
  const auto alone =
      read_failures(written("p.toml", edited(good_depeg, "half_life_days = 1.5\n", "")), "");
  ASSERT_TRUE(alone) << alone.error().message;
  EXPECT_TRUE(alone->protocols.empty());
  EXPECT_FALSE(alone->depeg->half_life);
}

TEST(Depeg, SaysWhatIsWrong) {
  EXPECT_THAT(depeg_refusal("0.2", "-0.2"), HasSubstr(":3: intensity_per_year -0.2 is negative"));
  EXPECT_THAT(depeg_refusal("= 0.12", "= 0.01"), HasSubstr(":5: depth_share_high is below"));
  EXPECT_THAT(depeg_refusal("= 0.12", "= 1.0"), HasSubstr(":5: depth_share_high leaves nothing"));
  EXPECT_THAT(depeg_refusal("= 0.12", "= 12"), HasSubstr(":5: depth_share_high 12 is beyond 1"));
  EXPECT_THAT(depeg_refusal("1.5", "0"), HasSubstr(":6: half_life_days 0 is zero"));
  EXPECT_THAT(depeg_refusal("\"USDC\"", "\"DAI\""),
              HasSubstr(":2: token \"DAI\" is not the quote token, \"USDC\""));
  EXPECT_THAT(depeg_refusal("token", "tokens"), HasSubstr("the nearest is token"));
}

}  // namespace
}  // namespace levee::feed

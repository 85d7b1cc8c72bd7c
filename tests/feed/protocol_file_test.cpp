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
  return read_protocols(path).error().message;
}

TEST(Protocols, AreReadFromTables) {
  const auto models = read_protocols(
      written("p.toml", good_protocol() + edited(good_protocol(), "uniswap", "other")));
  ASSERT_EQ(models->size(), 2U);
  EXPECT_EQ((*models)[0].protocol, "uniswap-v3");
  EXPECT_EQ((*models)[0].intensity, Intensity{0.005});
  EXPECT_EQ((*models)[0].loss_low, Share{0.5});
  EXPECT_EQ((*models)[0].loss_high, Share{1});
  EXPECT_EQ((*models)[0].source, "assumed");
}

TEST(Protocols, OfOneMayStandAtTheTop) {
  const auto models =
      read_protocols(written("p.toml", edited(good_protocol(), "[[protocol]]", "")));
  ASSERT_TRUE(models) << models.error().message;
  EXPECT_EQ((*models)[0].protocol, "uniswap-v3");
}

TEST(Protocols, SayWhatIsWrong) {
  EXPECT_THAT(refusal("0.005", "-1"), HasSubstr(":3: intensity_per_year -1 is negative"));
  EXPECT_THAT(refusal("= 1.0", "= 50"), HasSubstr(":5: loss_share_high 50 is beyond 1"));
  EXPECT_THAT(refusal("= 1.0", "= 0.4"), HasSubstr("loss_share_high is below loss_share_low"));
  EXPECT_THAT(refusal("source", "sorce"), HasSubstr("the nearest is source"));
  EXPECT_THAT(refusal("source = \"assumed\"", good_protocol() + "#"),
              HasSubstr("source is missing (who says so)"));
  const auto twice = read_protocols(written("p.toml", good_protocol() + good_protocol()));
  EXPECT_THAT(twice.error().message, HasSubstr("name \"uniswap-v3\" stands twice"));
}

}  // namespace
}  // namespace levee::feed

#include "levee/signal/vol_rank.h"

#include <cmath>

#include <gmock/gmock.h>

namespace levee::signal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> ranked(const std::vector<TokenVol>& tokens) {
  const auto found = by_volatility(tokens);
  EXPECT_TRUE(found) << (found ? "" : found.error().message);
  std::vector<std::string> names;
  for (const RankedVol& one : *found) names.push_back(one.token);
  return names;
}

}  // namespace

TEST(ByVolatility, TheMoreVolatileTokenComesFirst) {
  EXPECT_THAT(ranked({{"BTC", Vol{0.45}, {}}, {"ETH", Vol{0.62}, {}}}), ElementsAre("ETH", "BTC"));
  EXPECT_THAT(ranked({{"BTC", Vol{0.65}, {}}, {"ETH", Vol{0.62}, {}}}), ElementsAre("BTC", "ETH"));
  EXPECT_THAT(ranked({{"A", Vol{0.5}, {}}, {"B", Vol{0.5}, {}}}), ElementsAre("A", "B"));
}

TEST(ByVolatility, ImpliedGoesBeforeRealisedAndTheTwoAreNotMixed) {
  // What moved more lately is expected to move less.
  const std::vector<TokenVol> both{{"BTC", Vol{0.45}, Vol{0.9}}, {"ETH", Vol{0.62}, Vol{0.3}}};
  EXPECT_THAT(ranked(both), ElementsAre("ETH", "BTC"));
  EXPECT_EQ(by_volatility(both)->front().source, "implied");
  const std::vector<TokenVol> half{{"BTC", Vol{0.45}, Vol{0.4}}, {"CRV", {}, Vol{1.1}}};
  EXPECT_THAT(ranked(half), ElementsAre("CRV", "BTC"));
  EXPECT_EQ(by_volatility(half)->back().source, "realised");
  EXPECT_EQ(by_volatility(half)->back().vol.value(), 0.4);
}

TEST(ByVolatility, RefusesWhatCannotBeRanked) {
  const std::vector<TokenVol> apart{{"BTC", Vol{0.45}, {}}, {"CRV", {}, Vol{1.1}}};
  EXPECT_EQ(by_volatility(apart).error().reason, Reason::missing_data);
  EXPECT_THAT(by_volatility(apart).error().message, HasSubstr("BTC: its realised volatility"));
  const std::vector<TokenVol> broken{{"BTC", Vol{std::nan("")}, {}}};
  EXPECT_EQ(by_volatility(broken).error().reason, Reason::bad_input);
}

}  // namespace levee::signal

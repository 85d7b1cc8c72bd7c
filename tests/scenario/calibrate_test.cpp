// Several assets and their surroundings; one asset's law is tested in calibrate_asset_test.
#include "levee/scenario/calibrate.h"

#include "tests/scenario/world.h"

#include <gmock/gmock.h>

namespace levee::scenario {
namespace {

using testing::HasSubstr;

// ETH, and BTC that does 0.7 of what ETH does and something of its own.
struct Pair {
  market::Snapshot eth = test::known_snapshot(), btc = test::known_snapshot(9);

  Pair() {
    btc.base = "BTC";
    btc.spot = Price{60'000};
    for (std::size_t i = 0; i < btc.history->value.size(); ++i) {
      btc.history->value[i] =
          1e3 * std::pow(eth.history->value[i], 0.7) * std::pow(btc.history->value[i], 0.3);
    }
    btc.iv_index.reset();
  }

  Result<Calibration> calibrated() const {
    const auto surface = *market::surface_of(eth);
    const std::vector<View> views{{eth, &surface}, {btc}};
    return calibrate(views, test::ask_for(days(30)));
  }
};

std::string unknowns_of(const Calibration& made) {
  std::string all;
  for (const Error& error : made.unknown) all += error.message + "\n";
  return all;
}

}  // namespace

TEST(CalibrateJointly, FindsEveryAssetAndWhatTheyDoTogether) {
  const Pair pair;
  const auto made = pair.calibrated();
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_EQ(made->assets.size(), 2u);
  EXPECT_EQ(made->at, test::midnight);
  EXPECT_EQ(made->assets[1].name, "BTC");
  EXPECT_EQ(made->assets[1].spot, Price{60'000});
  EXPECT_EQ(made->assets[1].forecast, made->assets[1].realised->vol);
  EXPECT_GT(made->dependence.correlation.row(1)[0], 0.8);
  EXPECT_EQ(made->history.assets.size(), 2u);
  EXPECT_EQ(made->history.knows_vol, (std::vector<bool>{true, false}));
  EXPECT_THAT(unknowns_of(*made), HasSubstr("BTC: no options and no volatility index"));
}

TEST(CalibrateJointly, LeavesTheLeadAsItIsAlone) {
  const Pair pair;
  const auto alone = calibrate(pair.eth, *market::surface_of(pair.eth), test::ask_for(days(30)));
  const auto both = pair.calibrated();
  EXPECT_EQ(both->lead().forecast, alone->lead().forecast);
  EXPECT_EQ(both->lead().jumps.mean, alone->lead().jumps.mean);
  EXPECT_EQ(both->lead().moves.beta, alone->lead().moves.beta);
}

TEST(CalibrateJointly, NeedsPricesOfEveryAsset) {
  Pair pair;
  pair.btc.iv_index = pair.eth.iv_index;
  pair.btc.history.reset();
  const auto made = pair.calibrated();
  EXPECT_EQ(made.error().reason, Reason::missing_data);
  EXPECT_THAT(made.error().message, HasSubstr("an asset without price history"));
}

TEST(CalibrateJointly, LinksWhatIsAroundToTheLead) {
  Pair pair;
  pair.eth.funding = test::series_until(test::midnight, days(1), std::vector<double>(366, -2));
  const auto made = pair.calibrated();
  ASSERT_TRUE(made->around.funding);
  EXPECT_NEAR(made->around.funding->now, std::exp(-2), 1e-12);
  EXPECT_NEAR(made->around.funding->noise, 0, 1e-12);
  EXPECT_FALSE(made->around.volume);

  pair.eth.funding->at.resize(50), pair.eth.funding->value.resize(50);
  const auto brief = pair.calibrated();
  EXPECT_FALSE(brief->around.funding);
  EXPECT_THAT(unknowns_of(*brief), HasSubstr("funding: series.csv"));
}

TEST(CalibrateJointly, FitsAModelOnlyWhereOneIsAskedFor) {
  const Pair pair;
  const auto surface = *market::surface_of(pair.eth);
  auto ask = test::ask_for(days(30));
  EXPECT_FALSE(calibrate(pair.eth, surface, ask)->lead().priced);
  ask.model = "heston";
  const auto made = calibrate(pair.eth, surface, ask);
  ASSERT_TRUE(made->lead().priced);
  EXPECT_EQ(made->lead().priced->kind->name, "heston");
  EXPECT_LT(made->lead().priced->parameters[4], 0);  // the smile leans to the left
}

}  // namespace levee::scenario

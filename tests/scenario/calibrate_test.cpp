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

TEST(CalibrateJointly, SeesOtherAssetsAsOfTheLeadsMoment) {
  Pair pair;
  pair.btc.at = pair.btc.at - hours(3);
  const auto made = pair.calibrated();
  ASSERT_TRUE(made) << made.error().message;
  // An asset looked at three hours ago has a price of now in its history.
  EXPECT_EQ(
      made->assets[1].realised->vol,
      market::realised_vol(*pair.btc.history, pair.eth.at, days(30), market::Stale::refuse)->vol);
}

TEST(CalibrateJointly, NeedsPricesOfEveryAsset) {
  Pair pair;
  pair.btc.iv_index = pair.eth.iv_index;
  pair.btc.history.reset();
  const auto made = pair.calibrated();
  EXPECT_EQ(made.error().reason, Reason::missing_data);
  EXPECT_THAT(made.error().message, HasSubstr("BTC: no price history"));
}

TEST(CalibrateJointly, LinksWhatIsAroundToTheLead) {
  Pair pair;
  pair.eth.funding = test::series_until(test::midnight, days(1), std::vector<double>(366, -2));
  const auto made = pair.calibrated();
  ASSERT_TRUE(made->around.funding);
  EXPECT_NEAR(made->around.funding->now, std::exp(-2), 1e-12);
  EXPECT_NEAR(made->around.funding->noise, 0, 1e-12);
  EXPECT_FALSE(made->around.volume);

  const auto usual = [](double log, Seconds step) {
    return test::series_until(test::midnight, step, std::vector<double>(400, log));
  };
  pair.eth.volume = usual(14, days(1));
  pair.eth.depth = usual(16, days(1));
  pair.eth.gas = usual(3, days(1));
  // What is later than now, or older than a week, a day and three days, is not now's.
  for (auto* series : {&*pair.eth.volume, &*pair.eth.depth, &*pair.eth.gas}) {
    series->at.push_back(test::midnight + days(1)), series->value.push_back(1);
    *(series->value.end() - 2) *= std::exp(1);
  }
  const auto all = pair.calibrated();
  ASSERT_TRUE(all->around.volume && all->around.depth && all->around.gas);
  EXPECT_NEAR(all->around.volume->now, 14 + 1.0 / 7, 1e-12);
  EXPECT_NEAR(all->around.depth->now, 16 + 1, 1e-12);
  EXPECT_NEAR(all->around.gas->now, 3 + 1.0 / 3, 1e-12);
  EXPECT_FALSE(all->around.peg);
  pair.eth.depeg = hazard::Depeg{"USDC", Intensity{1}, Share{0.1}, Share{0.2}, {}, "hand"};
  EXPECT_TRUE(pair.calibrated()->around.peg);

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

  // Neither wings beyond two deviations nor days and years ahead have a say in it.
  auto wild = pair.eth;
  for (market::Quote& quote : wild.chain) {
    const double tenor = years(quote.contract.expiry - wild.at).value();
    const double x =
        std::log(quote.contract.strike.value() / quote.forward.value()) / std::sqrt(tenor);
    if (x > 1.9) quote.mark_vol = Vol{quote.mark_vol.value() + 0.02};
  }
  const auto next = test::chain_of(wild.at, wild.spot, 0.05, [](double) { return 0.5; });
  for (market::Quote quote : next) {
    quote.contract.expiry = quote.contract.expiry + days(7);
    if (quote.contract.expiry != wild.at + days(127)) continue;
    quote.contract.expiry = wild.at + days(240);
    wild.chain.push_back(quote);
  }
  const auto same = calibrate(wild, *market::surface_of(wild), ask);
  ASSERT_TRUE(same->lead().priced);
  EXPECT_EQ(same->lead().priced->parameters, made->lead().priced->parameters);
}

}  // namespace levee::scenario

// tests/signal/market_history_test.cpp — a plan's own files are enough for a regime.
#include "levee/signal/market_history.h"

#include "levee/signal/outlook.h"
#include "levee/signal/rolling.h"
#include "tests/signal/drawn_history.h"
#include "tests/support/small_market.h"

#include <algorithm>

#include <gmock/gmock.h>

namespace levee::signal {
namespace {

using testing::HasSubstr;

market::Series daily(UnixSeconds until, const std::vector<double>& values) {
  market::Series series{.at = {}, .value = values, .step = days(1), .source = "by hand"};
  for (std::size_t i = 0; i < values.size(); ++i) {
    series.at.push_back(until - days(static_cast<std::int64_t>(values.size() - 1 - i)));
  }
  return series;
}

std::vector<double> walk(std::size_t length) {
  std::vector<double> prices{2000};
  for (std::size_t i = 1; i < length; ++i) {
    prices.push_back(prices.back() * std::exp(.03 * std::sin(1.7 * static_cast<double>(i))));
  }
  return prices;
}

std::optional<VolRegime> regime_in(const History& history) {
  const auto found = outlook_of(history, rules_from({}));
  EXPECT_TRUE(found) << (found ? "" : found.error().message);
  return found ? regime_of(found->facts.vol) : std::nullopt;
}

}  // namespace

TEST(MarketHistory, PricesAloneMakeARegimeAndSayThatNoOptionDid) {
  market::Snapshot snapshot;
  snapshot.at = day(500);
  snapshot.base = "ETH", snapshot.quote = "USDC";
  snapshot.history = daily(snapshot.at, walk(500));
  const History history = history_from(snapshot);
  EXPECT_THAT(history.series.at("iv").source, HasSubstr("realised volatility of by hand"));
  EXPECT_FALSE(history.series.contains("iv_long"));
  EXPECT_TRUE(regime_in(history));
}

TEST(MarketHistory, AShortIndexGivesWayToLongPricesAndALongOneDoesNot) {
  market::Snapshot snapshot;
  snapshot.at = day(500);
  snapshot.history = daily(snapshot.at, walk(500));
  snapshot.iv_index = daily(snapshot.at, std::vector(365, .6));
  EXPECT_THAT(history_from(snapshot).series.at("iv").source, HasSubstr("realised"));
  snapshot.iv_index = daily(snapshot.at, std::vector(366, .6));
  EXPECT_EQ(history_from(snapshot).series.at("iv").value, snapshot.iv_index->value);
  snapshot.iv_index = daily(snapshot.at, std::vector(100, .6));
  snapshot.history.reset();
  EXPECT_EQ(history_from(snapshot).series.at("iv").source, "by hand") << "better than none";
}

// S1.49: index, then the chain at the money, then prices; the source says which, and how.
TEST(MarketHistory, NamesWhatVolatilityIsFromInTheOrderOfItsSources) {
  market::Snapshot snapshot = test::small_market();  // flat at 60 %
  snapshot.history = daily(snapshot.at, walk(500));
  for (int i = 400; i > 0; --i) {
    snapshot.earlier.push_back({.at = snapshot.at - days(i), .spot = Price{2000}, .vol = Vol{.5}});
  }
  snapshot.iv_index = daily(snapshot.at, std::vector(400, .7));
  snapshot.iv_index->source = "index.csv";
  const auto source = [&] { return history_from(snapshot).series.at("iv").source; };
  const auto newest = [&] { return history_from(snapshot).series.at("iv").value.back(); };
  EXPECT_EQ(source(), "index.csv");
  EXPECT_EQ(newest(), .7);
  snapshot.iv_index.reset();
  EXPECT_THAT(source(), HasSubstr("option chain, 30 days"));
  EXPECT_CLOSE(newest(), .6, 1e-3) << "the chain was made at 60 %";
  snapshot.earlier.clear(), snapshot.chain.clear();
  EXPECT_THAT(source(), HasSubstr("1.1 times realised volatility of by hand"));
  snapshot.history->value.assign(snapshot.history->value.size(), 2000);
  for (std::size_t i = 0; i < snapshot.history->value.size(); i += 2) {
    snapshot.history->value[i] = 2000 * std::exp(.02);
  }
  EXPECT_CLOSE(newest(), 1.1 * .02 * std::sqrt(365.0), 1e-9);
}

TEST(MarketHistory, TheChainTellsHowVolatilityRisesWithTheTenor) {
  market::Snapshot snapshot = test::small_market();  // flat at 60 %
  for (int i = 20; i > 0; --i) {
    snapshot.earlier.push_back(
        {.at = snapshot.at - days(i), .spot = Price{2000}, .vol = Vol{.5}, .slope = .1});
  }
  const History history = history_from(snapshot);
  const auto& iv = history.series.at("iv");
  const auto& far = history.series.at("iv_long");
  ASSERT_EQ(iv.at, far.at);
  EXPECT_CLOSE(far.value.front() / iv.value.front(), std::pow(3, .1), 1e-12);
  EXPECT_CLOSE(iv.value.back(), .6, 1e-3);
  EXPECT_CLOSE(far.value.back(), .6, 1e-3);
  EXPECT_EQ(far.at.back(), snapshot.at);
}

TEST(MarketHistory, SlopesOfTheChainScaleTheIndexAndAreForgottenAfterADay) {
  market::Snapshot snapshot;
  snapshot.at = day(500);
  snapshot.iv_index = daily(snapshot.at, std::vector(400, .8));
  snapshot.earlier = {{.at = day(490) - hours(8), .spot = Price{1}, .vol = Vol{.5}, .slope = .2},
                      {.at = day(491) - hours(8), .spot = Price{1}, .vol = Vol{.5}}};
  const auto far = history_from(snapshot).series.at("iv_long");
  EXPECT_THAT(far.at, testing::ElementsAre(day(490)));
  EXPECT_CLOSE(far.value[0], .8 * std::pow(3, .2), 1e-12);
}

TEST(MarketHistory, ValueLockedStandsForDepthAndSaysSo) {
  market::Snapshot snapshot;
  snapshot.at = day(50);
  snapshot.depth = daily(snapshot.at, std::vector(40, 1e8));
  snapshot.volume = snapshot.funding = snapshot.depth;
  const History history = history_from(snapshot);
  EXPECT_THAT(history.series.at("depth").source, HasSubstr("value locked"));
  EXPECT_FALSE(history.series.contains("pool_value"));
  EXPECT_TRUE(history.series.contains("volume") && history.series.contains("funding"));
}

TEST(FallbackVol, OfEqualMovesIsTheirs) {
  std::vector<double> prices{100};
  for (int i = 0; i < 60; ++i) prices.push_back(prices.back() * (i % 2 == 0 ? 1.02 : 1 / 1.02));
  const auto vols = fallback_vol(daily(day(60), prices));
  EXPECT_EQ(vols.at.front(), day(20));
  for (const double vol : vols.value) {
    EXPECT_CLOSE(vol, 1.1 * std::log(1.02) * std::sqrt(365.0), 1e-12);
  }
}

TEST(FallbackVol, WeighsTheNewestDaySixPerCent) {
  std::vector<double> prices(40, 100);
  for (std::size_t i = 0; i < prices.size(); i += 2) prices[i] = 101;
  prices.push_back(prices.back() * 1.2);
  const auto vols = fallback_vol(daily(day(40), prices));
  const double calm = std::pow(std::log(1.01), 2), jump = std::pow(std::log(1.2), 2);
  EXPECT_CLOSE(vols.value.back(), 1.1 * std::sqrt(365 * (.94 * calm + .06 * jump)), 1e-12);
}

TEST(FallbackVol, BeginsAnewAfterAHoleAndSaysNothingOfAPriceThatStands) {
  market::Series prices = daily(day(60), walk(61));
  prices.at.erase(prices.at.begin() + 30, prices.at.begin() + 36);
  prices.value.erase(prices.value.begin() + 30, prices.value.begin() + 36);
  const auto vols = fallback_vol(prices);
  EXPECT_EQ(std::ranges::count_if(vols.at, [](UnixSeconds at) { return at < day(36); }), 10);
  EXPECT_EQ(std::ranges::count_if(vols.at, [](UnixSeconds at) { return at > day(36); }), 5);
  EXPECT_TRUE(fallback_vol(daily(day(60), std::vector(60, 5.0))).empty());
}

TEST(MarketHistoryLaw, ASnapshotCutAtAMomentGivesWhatAHistoryCutThenKnows) {
  test::for_cases(50, [](test::Gen& gen) {
    market::Snapshot snapshot;
    snapshot.at = day(700);
    snapshot.history = daily(snapshot.at, walk(700));
    if (gen.coin()) snapshot.iv_index = daily(snapshot.at, std::vector(690, gen.real(.4, .9)));
    const UnixSeconds then = day(500) + hours(gen.integer(0, 2000));
    market::Snapshot cut = snapshot;
    cut.at = then;
    cut.history = market::known_at(*cut.history, then);
    if (cut.iv_index) cut.iv_index = market::known_at(*cut.iv_index, then);
    const History known = known_at(history_from(snapshot), then), made = history_from(cut);
    ASSERT_EQ(known.series.at("iv").value, made.series.at("iv").value);
    ASSERT_EQ(known.series.at("iv").at, made.series.at("iv").at);
  });
}

}  // namespace levee::signal

#include "levee/scenario/calibrate_asset.h"

#include "levee/base/json.h"
#include "levee/scenario/jump_diffusion.h"
#include "tests/scenario/world.h"

#include <cmath>

#include <gmock/gmock.h>

namespace levee::scenario {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Result<Calibration> calibrated(const market::Snapshot& snapshot,
                               const CalibrationAsk& ask = test::ask_for(days(30))) {
  return calibrate(snapshot, *market::surface_of(snapshot), ask);
}

const Explain* found_in(const Explain& tree, std::string_view name) {
  if (tree.name == name) return &tree;
  for (const Explain& input : tree.inputs) {
    if (const auto* found = found_in(input, name)) return found;
  }
  return nullptr;
}

std::string unknowns_of(const Calibration& made) {
  std::string all;
  for (const Error& error : made.unknown) all += error.message + "\n";
  return all;
}

}  // namespace

TEST(Calibrate, BlendsImpliedWithRealisedVariance) {
  const auto snapshot = test::known_snapshot();
  const auto made = calibrated(snapshot);
  ASSERT_TRUE(made);
  const auto realised =
      market::realised_vol(*snapshot.history, snapshot.at, days(30), market::Stale::refuse);
  const Vol implied = market::fair_vol(*market::surface_of(snapshot), years(days(30)));
  EXPECT_EQ(made->lead().spot, Price{2000});
  EXPECT_EQ(made->horizon, days(30));
  EXPECT_EQ(made->lead().implied, implied);
  EXPECT_EQ(made->lead().realised->vol, realised->vol);
  const double blend =
      0.6 * std::pow(implied.value(), 2) + 0.4 * std::pow(realised->vol.value(), 2);
  EXPECT_NEAR(made->lead().forecast.value(), std::sqrt(blend), 1e-14);

  auto ask = test::ask_for(days(30));
  ask.variance_weight_implied = 0;
  EXPECT_NEAR(calibrated(snapshot, ask)->lead().forecast.value(), realised->vol.value(), 1e-14);
}

TEST(Calibrate, TakesJumpsFromEnoughHistory) {
  const auto snapshot = test::known_snapshot();
  const auto made = calibrated(snapshot);
  const auto returns = market::returns_of(*snapshot.history, snapshot.at - days(365), snapshot.at);
  const auto fit = fit_to_returns(returns);
  EXPECT_EQ(made->lead().jumps.mean, fit->model.jumps.mean);
  EXPECT_EQ(made->lead().jumps.deviation, fit->model.jumps.deviation);
  EXPECT_THAT(made->lead().jumps_source,
              StartsWith("history: 365 daily returns, 2022-11-16 to 2023-11-15"));
  EXPECT_DOUBLE_EQ(
      made->lead().jumps_variance_share,
      variance_per_year(made->lead().jumps) / std::pow(made->lead().forecast.value(), 2));
  EXPECT_LE(made->lead().jumps_variance_share, 0.7 + 1e-12);
  ASSERT_EQ(made->unknown.size(), 1u);
  EXPECT_THAT(unknowns_of(*made), HasSubstr("the smile's shape stays"));
}

TEST(Calibrate, TakesJumpsFromTheSmileNearestTheHorizonOtherwise) {
  const auto snapshot = test::bare_snapshot();
  const auto surface = market::surface_of(snapshot);
  const auto made = calibrated(snapshot);
  const auto& nearest = surface->expiries()[2];  // 28 of 7, 14, 28, 60, 120 days
  option::Smile smile{nearest.tenor, nearest.forward, {}, {}};
  for (const auto& point : nearest.points) {
    smile.x.push_back(point.k / std::sqrt(nearest.tenor.value()));
    smile.vol.push_back(point.mid.value());
  }
  const auto fit = fit_to_smile(smile);
  EXPECT_EQ(made->lead().jumps.mean, fit->model.jumps.mean);
  EXPECT_EQ(made->lead().jumps.deviation, fit->model.jumps.deviation);
  EXPECT_THAT(made->lead().jumps_source, StartsWith("smile: "));
  EXPECT_THAT(made->lead().jumps_source, HasSubstr("28.0 days"));
  EXPECT_THAT(unknowns_of(*made), HasSubstr("jumps are the smile's"));
}

TEST(Calibrate, HasNoJumpsWhereNothingTellsThem) {
  auto snapshot = test::bare_snapshot();
  std::erase_if(snapshot.chain, [&](const market::Quote& quote) {
    return std::abs(std::log(quote.contract.strike.value() / quote.forward.value())) > 0.06;
  });
  const auto made = calibrated(snapshot);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->lead().jumps.intensity, Intensity{0});
  EXPECT_EQ(made->lead().jumps_variance_share, 0);
  EXPECT_THAT(made->lead().jumps_source, StartsWith("none: "));
}

TEST(Calibrate, CapsWhatJumpsMayBring) {
  auto snapshot = test::known_snapshot();
  // A year that was one calm line with a few violent days, and a calm month at the end.
  std::vector<double> logs{7.6};
  for (int i = 1; i <= 400; ++i) {
    const double jump = i % 20 == 0 && i < 360 ? (i % 40 == 0 ? 0.25 : -0.25) : 0;
    logs.push_back(logs.back() + (i % 2 == 0 ? 0.004 : -0.004) + jump);
  }
  snapshot.history = test::series_until(snapshot.at, days(1), logs);
  const auto made = calibrated(snapshot);
  EXPECT_NEAR(made->lead().jumps_variance_share, 0.7, 1e-12);
  const auto* fitted = found_in(made->explain, "jumps.intensity.fitted");
  ASSERT_NE(fitted, nullptr);
  EXPECT_GT(*fitted->value, made->lead().jumps.intensity.value());
}

TEST(Calibrate, MeasuresVolMovesOnTheIndex) {
  const auto made = calibrated(test::known_snapshot());
  EXPECT_FALSE(made->lead().moves.assumed);
  EXPECT_NEAR(made->lead().moves.beta, -0.7, 4 * made->lead().moves.beta_error);
  EXPECT_GT(made->lead().moves.beta_error, 0);
  EXPECT_NEAR(made->lead().moves.daily_residual, 0.03, 0.004);
  EXPECT_EQ(made->lead().moves.tenor_power, 0.4);
  EXPECT_THAT(made->lead().moves_source, HasSubstr("365 pairs"));
}

TEST(Calibrate, MeasuresVolMovesOnEarlierChainsOtherwise) {
  auto snapshot = test::bare_snapshot();
  const auto walk = test::walk(5, 40, 0.03, -0.9);
  for (std::size_t i = 0; i < walk.price.size(); ++i) {
    const auto back = static_cast<std::int64_t>(walk.price.size() - i);
    snapshot.earlier.push_back(
        {snapshot.at - days(back), Price{std::exp(walk.price[i])}, Vol{std::exp(walk.vol[i])}});
  }
  const auto made = calibrated(snapshot);
  EXPECT_FALSE(made->lead().moves.assumed);
  EXPECT_NEAR(made->lead().moves.beta, -0.9, 4 * made->lead().moves.beta_error);
  EXPECT_THAT(made->lead().moves_source, StartsWith("earlier chains: chain.csv, 40 pairs"));
}

TEST(Calibrate, AssumesVolMovesAndSaysSoOtherwise) {
  auto ask = test::ask_for(days(30));
  ask.iv_beta_assumed = -0.5;
  ask.iv_residual_assumed = 0.05;
  const auto made = calibrated(test::bare_snapshot(), ask);
  EXPECT_TRUE(made->lead().moves.assumed);
  EXPECT_EQ(made->lead().moves.beta, -0.5);
  EXPECT_EQ(made->lead().moves.beta_error, 0);
  EXPECT_EQ(made->lead().moves.daily_residual, 0.05);
  EXPECT_THAT(unknowns_of(*made), HasSubstr("moves of volatility are assumed"));
  EXPECT_EQ(made->lead().moves_source, "assumed");
}

TEST(Calibrate, ForecastsWhatIsImpliedWithoutHistory) {
  const auto made = calibrated(test::bare_snapshot());
  EXPECT_FALSE(made->lead().realised);
  EXPECT_EQ(made->lead().forecast, made->lead().implied);
  EXPECT_THAT(unknowns_of(*made), HasSubstr("no price history"));
  EXPECT_EQ(made->history.rows(), 0u);
}

TEST(Calibrate, RefusesOldHistoryUnlessAllowed) {
  auto snapshot = test::known_snapshot();
  for (auto& at : snapshot.history->at) at = at - days(10);
  EXPECT_EQ(calibrated(snapshot).error().reason, Reason::stale_data);
  snapshot.stale = market::Stale::allow;
  EXPECT_TRUE(calibrated(snapshot)->lead().realised);
}

TEST(Calibrate, RefusesAForecastOfNothing) {
  auto snapshot = test::known_snapshot();
  for (double& price : snapshot.history->value) price = 2000;
  auto ask = test::ask_for(days(30));
  EXPECT_TRUE(calibrated(snapshot, ask));
  ask.variance_weight_implied = 0;
  EXPECT_EQ(calibrated(snapshot, ask).error().reason, Reason::no_solution);
}

TEST(Calibrate, KeepsHistoryInRunsWithoutGaps) {
  auto snapshot = test::known_snapshot();
  snapshot.iv_index.reset();
  const auto remove = [&](std::ptrdiff_t i) {
    snapshot.history->at.erase(snapshot.history->at.begin() + i);
    snapshot.history->value.erase(snapshot.history->value.begin() + i);
  };
  remove(200);  // days 199 to 201: one gap in the 365 days that end with day 400
  const auto made = calibrated(snapshot);
  EXPECT_EQ(made->history.assets[0].size(), 363u);
  EXPECT_EQ(made->history.run_starts, (std::vector<std::size_t>{0, 200 - 36}));
  EXPECT_EQ(made->history.step, days(1));
  EXPECT_FALSE(made->history.knows_vol[0]);
}

TEST(Calibrate, JoinsStepsWithTheIndex) {
  const auto snapshot = test::known_snapshot();
  const auto made = calibrated(snapshot);
  ASSERT_EQ(made->history.assets[0].size(), 365u);
  EXPECT_TRUE(made->history.knows_vol[0]);
  const auto &price = snapshot.history->value, &vol = snapshot.iv_index->value;
  EXPECT_NEAR(made->history.assets[0][364].price.value(), std::log(price[400] / price[399]), 1e-15);
  EXPECT_NEAR(made->history.assets[0][364].vol.value(), std::log(vol[400] / vol[399]), 1e-15);
}

TEST(Calibrate, JoinsHourlyPricesWithADailyIndexByDays) {
  auto snapshot = test::known_snapshot();
  const auto hourly = test::walk(3, 24 * 100, 0.006, 0);
  snapshot.history = test::series_until(snapshot.at, hours(1), hourly.price);
  const auto made = calibrated(snapshot);
  EXPECT_EQ(made->history.step, days(1));
  EXPECT_EQ(made->history.assets[0].size(), 100u);
  EXPECT_TRUE(made->history.knows_vol[0]);

  snapshot.iv_index.reset();
  EXPECT_EQ(calibrated(snapshot)->history.step, hours(1));
  EXPECT_EQ(calibrated(snapshot)->history.assets[0].size(), 2400u);
}

TEST(Calibrate, LeavesAShortIndexOutOfTheSteps) {
  auto snapshot = test::known_snapshot();
  const auto from = snapshot.iv_index->at.end() - 60;  // 59 moves
  snapshot.iv_index->at.erase(snapshot.iv_index->at.begin(), from);
  snapshot.iv_index->value.erase(snapshot.iv_index->value.begin(),
                                 snapshot.iv_index->value.end() - 60);
  const auto made = calibrated(snapshot);
  EXPECT_FALSE(made->history.knows_vol[0]);
  EXPECT_EQ(made->history.assets[0].size(), 365u);
  EXPECT_FALSE(made->lead().moves.assumed);
}

TEST(CalibrateLaw, SeesNothingAfterItsSnapshot) {
  auto with_index = test::known_snapshot();
  auto with_glimpses = test::known_snapshot();
  with_glimpses.iv_index.reset();
  for (int i = 20; i > 0; --i) {
    with_glimpses.earlier.push_back(
        {test::midnight - days(i), Price{2000.0 + 7 * i * i % 100}, Vol{0.5 + 0.01 * (i % 7)}});
  }
  for (const market::Snapshot& snapshot : {with_index, with_glimpses}) {
    auto foresight = snapshot;
    for (int i = 0; i <= 50; ++i) {
      foresight.earlier.push_back({snapshot.at + days(i), Price{10.0 + i}, Vol{2}});
      if (i == 0) continue;
      foresight.history->at.push_back(snapshot.at + days(i));
      foresight.history->value.push_back(10 + i);
      if (!foresight.iv_index) continue;
      foresight.iv_index->at.push_back(snapshot.at + days(i));
      foresight.iv_index->value.push_back(3);
    }
    const auto blind = calibrated(snapshot), seeing = calibrated(foresight);
    EXPECT_FALSE(blind->lead().moves.assumed);
    EXPECT_EQ(json_of(seeing->explain), json_of(blind->explain));
    EXPECT_EQ(seeing->history.assets[0].size(), blind->history.assets[0].size());
    EXPECT_EQ(seeing->history.assets[0].back().price, blind->history.assets[0].back().price);
  }
}

TEST(Calibrate, TellsHowItWorkedEverythingOut) {
  const auto made = calibrated(test::known_snapshot());
  for (const char* name :
       {"implied_vol", "realised_vol", "realised_vol.returns", "forecast_vol", "jumps.intensity",
        "jumps.mean", "jumps.deviation", "jumps.variance_share", "vol_moves.beta",
        "vol_moves.beta.standard_error", "vol_moves.daily_residual", "vol_moves.daily_persistence",
        "vol_moves.tenor_power"}) {
    const Explain* told = found_in(made->explain, name);
    ASSERT_NE(told, nullptr) << name;
    EXPECT_TRUE(told->value) << name;
    EXPECT_FALSE(told->formula.empty()) << name;
    EXPECT_FALSE(told->source.empty()) << name;
  }
  EXPECT_EQ(found_in(made->explain, "forecast_vol")->value, made->lead().forecast.value());
  EXPECT_EQ(found_in(made->explain, "jumps.intensity")->value,
            made->lead().jumps.intensity.value());
}

TEST(Calibrate, NeedsASmile) {
  EXPECT_EQ(calibrate(test::bare_snapshot(), {}, test::ask_for(days(30))).error().reason,
            Reason::missing_data);
}

TEST(VarianceShare, FollowsTheClockAndIsEvenWithoutOne) {
  AssetLaw law;
  const auto share = [&](Seconds at) { return variance_share(law, days(30), at); };
  EXPECT_DOUBLE_EQ(share(days(6)), 0.2);
  law.clock = {{days(10), 0.5}, {days(30), 1}};  // the first ten days are three times as rough
  EXPECT_DOUBLE_EQ(share(days(5)), 0.25);
  EXPECT_DOUBLE_EQ(share(days(10)), 0.5);
  EXPECT_DOUBLE_EQ(share(days(20)), 0.75);
  EXPECT_DOUBLE_EQ(share(days(30)), 1);
}

TEST(CalibrateAsset, StandsOnTheIndexWhereThereAreNoOptions) {
  const auto snapshot = test::known_snapshot();
  const View view{snapshot};
  const auto made = calibrate({&view, 1}, test::ask_for(days(30)));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->lead().implied, Vol{snapshot.iv_index->value.back()});
  EXPECT_TRUE(made->lead().clock.empty());

  auto bare = snapshot;
  bare.iv_index.reset();
  const View without{bare};
  const auto realised = calibrate({&without, 1}, test::ask_for(days(30)));
  ASSERT_TRUE(realised) << realised.error().message;
  EXPECT_EQ(realised->lead().forecast, realised->lead().realised->vol);
  EXPECT_THAT(unknowns_of(*realised), HasSubstr("implied volatility is unknown"));

  bare.history.reset();
  EXPECT_EQ(calibrate({&without, 1}, test::ask_for(days(30))).error().reason, Reason::missing_data);
}

TEST(CalibrateAsset, TakesWhatAnotherMarketSaysOfItsOptionsBeforeAnIndex) {
  const auto snapshot = test::known_snapshot();
  const View view{snapshot, nullptr, Vol{0.9}};
  auto ask = test::ask_for(days(30));
  ask.variance_weight_implied = 0.25;
  const auto made = calibrate({&view, 1}, ask);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->lead().implied, Vol{0.9});
  const double realised = made->lead().realised->vol.value();
  EXPECT_NEAR(made->lead().forecast.value(), std::sqrt(0.25 * 0.81 + 0.75 * realised * realised),
              1e-12);
}

TEST(CalibrateAsset, TakesTheIndexAsItWasKnownAndNotAnOldOne) {
  auto snapshot = test::known_snapshot();
  const View view{snapshot};
  const Vol known{snapshot.iv_index->value.back()};
  snapshot.iv_index->at.push_back(snapshot.at + days(1)), snapshot.iv_index->value.push_back(3);
  EXPECT_EQ(calibrate({&view, 1}, test::ask_for(days(30)))->lead().implied, known);
  const auto aged = [&](Seconds by) {
    for (auto& at : snapshot.iv_index->at) at = at - by;
    return *calibrate({&view, 1}, test::ask_for(days(30)));
  };
  snapshot.iv_index->at.pop_back(), snapshot.iv_index->value.pop_back();
  EXPECT_EQ(aged(hours(36)).lead().implied, known);
  const auto old = aged(hours(1));
  EXPECT_EQ(old.lead().implied, old.lead().realised->vol);
  EXPECT_THAT(unknowns_of(old), HasSubstr("no volatility index of the last 36 hours"));
}

TEST(CalibrateAsset, ItsClockRunsAsTheSurfacePricesIt) {
  auto snapshot = test::bare_snapshot();
  for (market::Quote& quote : snapshot.chain) {
    const double tenor = in_days(quote.contract.expiry - snapshot.at);
    quote.mark_vol = Vol{tenor < 10 ? 1.0 : tenor < 20 ? 0.8 : 0.6};
  }
  const auto surface = *market::surface_of(snapshot);
  const auto law = calibrated(snapshot)->lead();
  ASSERT_EQ(law.clock.size(), 4u);
  const auto total = [&](int tenor) {
    return tenor * std::pow(market::fair_vol(surface, years(days(tenor))).value(), 2);
  };
  for (const auto& [knot, tenor] : {std::pair{0, 7}, {1, 14}, {2, 28}, {3, 30}}) {
    EXPECT_EQ(law.clock[static_cast<std::size_t>(knot)].at, days(tenor));
    EXPECT_NEAR(law.clock[static_cast<std::size_t>(knot)].share, total(tenor) / total(30), 1e-12);
  }
  EXPECT_GT(law.clock[0].share, 1.5 * 7 / 30);
}

TEST(CalibrateAsset, MeasuresHowTheShapeMovesOnEarlierChains) {
  auto snapshot = test::known_snapshot();
  double log_spot = std::log(2000.0);
  for (int i = 60; i > 0; --i) {
    const double move = 0.03 * std::sin(i * i);
    log_spot += move;
    market::Glimpse glimpse{test::midnight - days(i), Price{std::exp(log_spot)}, Vol{0.6}};
    const double before = snapshot.earlier.empty() ? 0 : *snapshot.earlier.back().skew;
    glimpse.skew = before + 0.5 * move;
    glimpse.slope = 0.1;
    snapshot.earlier.push_back(glimpse);
  }
  const auto moves = calibrated(snapshot)->lead().moves;
  EXPECT_NEAR(moves.skew.beta, 0.5, 1e-12);
  EXPECT_NEAR(moves.skew.daily_residual, 0, 1e-12);
  EXPECT_NEAR(moves.slope.beta, 0, 1e-12);
}

}  // namespace levee::scenario

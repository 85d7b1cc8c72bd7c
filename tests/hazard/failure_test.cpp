#include "levee/hazard/failure.h"

#include "tests/support/cases.h"

namespace levee::hazard {
namespace {

FailureModel model(double intensity, double low, double high) {
  return {"vault", Intensity{intensity}, Share{low}, Share{high}, "by hand"};
}

constexpr Years month{30.0 / 365};

TEST(Failure, IsAPoissonClock) {
  EXPECT_NEAR(failure_within(model(0.02, 0, 1), Years{1}).value(), 0.0198013266932447, 1e-16);
  EXPECT_NEAR(failure_within(model(1e-12, 0, 1), Years{1}).value(), 1e-12, 1e-24);
  EXPECT_EQ(failure_within(model(0, 0, 1), Years{1}).value(), 0);
  EXPECT_EQ(failure_within(model(0.5, 0, 1), Years{0}).value(), 0);
  EXPECT_EQ(failure_within(model(1e6, 0, 1), Years{1}).value(), 1);
}

TEST(Failure, TakesAShareOfItsInterval) {
  const auto some = model(1, 0.2, 0.8);
  EXPECT_DOUBLE_EQ(share_lost(some, {0.5, 0.1}).value(), 0.5);
  EXPECT_DOUBLE_EQ(share_lost(some, {1e-15, 0.9}).value(), 0.2 + 0.6e-15);
  EXPECT_NEAR(share_lost(some, {1 - 1e-12, 0.5}).value(), 0.8, 1e-9);
  EXPECT_DOUBLE_EQ(mean_share_lost(some).value(), 0.5);
}

// Half of the events take a tenth, half nine tenths; three of four give nothing back.
FailureModel fitted() {
  FailureModel one = model(0.25, 0, 0);
  one.drawn = {Intensity{0.1}, Intensity{0.2}, Intensity{0.3}, Intensity{0.4}};
  FittedLoss loss;
  loss.lost.events = {1e-9, 5, 1e-9, 1e-9, 5};
  loss.lost.at = {0, 0.1, 0.3, 0.7, 0.9};
  loss.recovered.events = {3, 1e-9, 1e-9, 1e-9, 1};
  loss.recovered.at = {0, 0.05, 0.3, 0.7, 1};
  one.fitted = loss;
  return one;
}

TEST(Failure, FittedOneIsOfOneWorldAtATime) {
  const FailureModel one = fitted();
  EXPECT_EQ(intensity_at(one, 0.1), Intensity{0.1});
  EXPECT_EQ(intensity_at(one, 0.9999), Intensity{0.4});
  double mean = 0;
  for (const double rate : {0.1, 0.2, 0.3, 0.4}) mean += -std::expm1(-2 * rate) / 4;
  EXPECT_NEAR(failure_within(one, Years{2}).value(), mean, 1e-15);
  // Less than at the mean rate: the chance bends.
  EXPECT_LT(failure_within(one, Years{2}), failure_within(Intensity{0.25}, Years{2}));
  const Known band = intensity_band(one);
  EXPECT_DOUBLE_EQ(band.mean, 0.25);
  EXPECT_LT(band.low, 0.2);
  EXPECT_GT(band.high, 0.3);
  const Known point = intensity_band(model(0.3, 0, 1));
  EXPECT_EQ(point.low, point.high);
}

TEST(Failure, FittedOneTakesWhatIncidentsTookLessWhatCameBack) {
  const FailureModel one = fitted();
  EXPECT_NEAR(mean_share_lost(one).value(), 0.5 * 0.75, 1e-9);
  EXPECT_DOUBLE_EQ(share_lost(one, {0.2, 0.2}).value(), 0.1);
  EXPECT_DOUBLE_EQ(share_lost(one, {0.8, 0.2}).value(), 0.9);
  EXPECT_DOUBLE_EQ(share_lost(one, {0.8, 0.9}).value(), 0);
  double sum = 0;
  const int count = 200;
  for (int i = 0; i < count; ++i) {
    for (int j = 0; j < count; ++j) {
      sum += share_lost(one, {(i + 0.5) / count, (j + 0.5) / count}).value();
    }
  }
  EXPECT_NEAR(sum / count / count, mean_share_lost(one).value(), 1e-6);
}

TEST(Failure, MeansWhatItsPartsMean) {
  EXPECT_DOUBLE_EQ(expected_loss(model(std::log(2.0), 0.2, 0.8), Years{1}).value(), 0.25);
  EXPECT_EQ(expected_loss(model(0, 0.2, 0.8), Years{1}).value(), 0);
}

TEST(FailureLaw, LossesOfEvenDrawsAverageToTheMean) {
  test::for_cases(200, [](test::Gen& gen) {
    const double low = gen.real(0, 1), high = gen.real(low, 1);
    const auto any = model(gen.scale(0.1, 20), low, high);
    const int count = 20'000;
    double mean = 0;
    for (int i = 0; i < count; ++i) mean += share_lost(any, {(i + 0.5) / count, 0.5}).value();
    const double fails = failure_within(any, month).value();
    EXPECT_NEAR(fails * mean / count, expected_loss(any, month).value(), 1.0 / count);
  });
}

TEST(Failure, ComesWithinItsSpanByTheCutOffExponential) {
  const Intensity often{2};
  const double within = -std::expm1(-2.0);
  for (const double chance : {0.01, 0.3, 0.5, 0.99}) {
    // Of failures within the year, `chance` come by then.
    const double moment = -std::log1p(-chance * within) / 2 * 365 * 86400;
    EXPECT_NEAR(static_cast<double>(failure_moment(often, days(365), chance).value()), moment, 1);
  }
  EXPECT_GT(failure_moment(often, days(365), 1e-12), Seconds{0});
  EXPECT_EQ(failure_moment(Intensity{0}, days(365), 0.5), days(365));
}

TEST(Depeg, FallsWhenItsClockRingsAndHalvesItsFallInAHalfLife) {
  const Depeg depeg{"USDC", Intensity{2}, Share{0.1}, Share{0.3}, days(5), ""};
  const DepegDraw draw{std::exp(-2 * 10 / 365.0), 0.25};  // on the tenth day, by 0.15
  EXPECT_EQ(peg_at(depeg, draw, days(10) - hours(1)), Price{1});
  EXPECT_NEAR(peg_at(depeg, draw, days(10) + Seconds{1}).value(), 0.85, 1e-6);
  EXPECT_NEAR(peg_at(depeg, draw, days(15)).value(), 1 - 0.075, 1e-12);
  EXPECT_NEAR(peg_at(depeg, draw, days(20)).value(), 1 - 0.0375, 1e-12);
  Depeg lasting = depeg;
  lasting.half_life = {};
  EXPECT_NEAR(peg_at(lasting, draw, days(300)).value(), 0.85, 1e-12);
  lasting.intensity = Intensity{0};
  EXPECT_EQ(peg_at(lasting, draw, days(30'000)), Price{1});
  lasting.depth_high = Share{1};
  EXPECT_THROW(peg_at(lasting, draw, days(1)), ContractBroken);
}

TEST(Failure, RefusesWhatIsNoModel) {
  EXPECT_THROW((void)failure_within(model(-1, 0, 1), month), ContractBroken);
  EXPECT_THROW((void)failure_within(model(1, 0, 1), Years{-1}), ContractBroken);
  EXPECT_THROW((void)expected_loss(model(1, 0.5, 0.4), month), ContractBroken);
  EXPECT_THROW((void)expected_loss(model(1, 0.5, 1.1), month), ContractBroken);
  EXPECT_THROW((void)share_lost(model(1, 0, 1), {-0.1, 0.5}), ContractBroken);
  EXPECT_THROW((void)share_lost(model(1, 0, 1), {1.1, 0.5}), ContractBroken);
  EXPECT_THROW((void)intensity_at(model(1, 0, 1), 1), ContractBroken);
}

}  // namespace
}  // namespace levee::hazard

#include "levee/hazard/failure.h"

#include "tests/support/cases.h"

namespace levee::hazard {
namespace {

FailureModel model(double intensity, double low, double high) {
  return {"vault", Intensity{intensity}, Share{low}, Share{high}, "by hand"};
}

constexpr Years month{30.0 / 365};

}  // namespace

TEST(Failure, IsAPoissonClock) {
  EXPECT_NEAR(failure_within(model(0.02, 0, 1), Years{1}).value(), 0.0198013266932447, 1e-16);
  EXPECT_NEAR(failure_within(model(1e-12, 0, 1), Years{1}).value(), 1e-12, 1e-24);
  EXPECT_EQ(failure_within(model(0, 0, 1), Years{1}).value(), 0);
  EXPECT_EQ(failure_within(model(0.5, 0, 1), Years{0}).value(), 0);
  EXPECT_EQ(failure_within(model(1e6, 0, 1), Years{1}).value(), 1);
}

TEST(Failure, OneDrawTellsWhetherAndHowMuch) {
  const auto half = model(std::log(2.0), 0.2, 0.8);  // fails within a year with probability 1/2
  EXPECT_DOUBLE_EQ(loss_share(half, Years{1}, 0.25).value(), 0.5);
  EXPECT_NEAR(loss_share(half, Years{1}, 1e-15).value(), 0.2, 1e-14);
  EXPECT_NEAR(loss_share(half, Years{1}, 0.4999999999).value(), 0.8, 1e-9);
  EXPECT_EQ(loss_share(half, Years{1}, 0.5000001).value(), 0);
  EXPECT_EQ(loss_share(model(0, 0.2, 0.8), Years{1}, 1e-300).value(), 0);
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
    for (int i = 0; i < count; ++i) mean += loss_share(any, month, (i + 0.5) / count).value();
    EXPECT_NEAR(mean / count, expected_loss(any, month).value(), 1.0 / count);
  });
}

TEST(Failure, ComesWithinItsSpanByTheCutOffExponential) {
  const FailureModel often{"vault", Intensity{2}, Share{0.2}, Share{0.8}, ""};
  const double within = -std::expm1(-2.0);
  for (const double chance : {0.01, 0.3, 0.5, 0.99}) {
    // Of failures within the year, `chance` come by then.
    const double moment = -std::log1p(-chance * within) / 2 * 365 * 86400;
    EXPECT_NEAR(static_cast<double>(failure_moment(often, days(365), chance).value()), moment, 1);
  }
  EXPECT_GT(failure_moment(often, days(365), 1e-12), Seconds{0});
  const FailureModel never{"vault", Intensity{0}, Share{0.2}, Share{0.8}, ""};
  EXPECT_EQ(failure_moment(never, days(365), 0.5), days(365));
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
  EXPECT_THROW((void)loss_share(model(1, 0, 1), month, 0), ContractBroken);
  EXPECT_THROW((void)loss_share(model(1, 0, 1), month, 1), ContractBroken);
}

}  // namespace levee::hazard

#include "levee/option/fair_variance.h"

#include "levee/option/black.h"
#include "levee/option/moved_smile.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <cmath>

namespace levee::option {
namespace {

Surface::Slice slice_of(const Svi& svi, double tenor) {
  return {.near = svi, .far = {}, .tenor = tenor, .root = std::sqrt(tenor)};
}

const Surface::Slice smiling =
    slice_of({.a = 0.01, .b = 0.08, .rho = -0.3, .m = 0.02, .s = 0.15}, 60.0 / 365);

constexpr WingEnd six{.deviations = 6};

// The same integral in the plainest way: trapezia in the log strike.
double brute(const Surface::Slice& slice, const SmileMove& move, const WingEnd& end) {
  const int steps = 400'000;
  const double reach = 12;
  const double flat = end.deviations * std::exp(move.log_factor) * std::sqrt(slice.variance(0));
  double sum = 0;
  for (int i = 0; i <= steps; ++i) {
    const double k = -reach + 2 * reach * i / steps;
    const double x = std::clamp(k / slice.root, -skew_reach, skew_reach);
    const double still = slice.vol(std::clamp(k, -flat, flat));
    const Vol vol{std::exp(move.log_factor + move.skew * x) * still};
    const auto type = k < 0 ? Type::put : Type::call;
    const double price =
        black_price(type, Price{std::exp(k)}, {Price{1}, Years{slice.tenor}, vol}).value();
    sum += price / std::exp(k) * (i == 0 || i == steps ? 0.5 : 1);
  }
  return 2 * sum * (2 * reach / steps);
}

}  // namespace

TEST(FairVariance, OfAFlatSmileIsItsVarianceHoweverFarItMoved) {
  test::for_cases(100, [](test::Gen& gen) {
    const double vol = gen.scale(0.05, 2), tenor = gen.scale(1 / 365.0, 1.0);
    const double moved = gen.real(-1, 1);
    const auto slice = slice_of({.a = vol * vol * tenor, .b = 0}, tenor);
    const double wanted = vol * vol * tenor * std::exp(2 * moved);
    EXPECT_NEAR(fair_variance(slice, {.log_factor = moved}), wanted, 1e-6 * wanted);
  });
}

TEST(FairVariance, OfAMovedSmileIsTheStripOfItsOptions) {
  for (const SmileMove move : {SmileMove{}, SmileMove{0.7, 0}, SmileMove{-0.4, 0},
                               SmileMove{0.2, 0.3}, SmileMove{-0.2, -0.4}}) {
    for (const WingEnd end : {six, WingEnd{3}}) {
      const double wanted = brute(smiling, move, end);
      EXPECT_NEAR(fair_variance(smiling, move, end), wanted, 1e-6 * wanted)
          << move.log_factor << " " << move.skew << " " << end.deviations;
    }
  }
  EXPECT_NEAR(fair_variance(smiling), brute(smiling, {}, {}), 1e-7);
}

TEST(FairVariance, OfAWingBeyondLeesBoundEndsWhereStrikesDo) {
  const SmileMove far{.log_factor = 1.8};  // a slope of 3.8 a log strike
  EXPECT_GT(fair_variance(smiling, far), 100);
  EXPECT_LT(fair_variance(smiling, far, six), 20);
}

TEST(FairVarianceLaw, BetweenItsPointsIsAsGoodAsWorkedOut) {
  const FairVariance table(smiling, {-0.7, 0.8}, {-0.4, 0.4}, six);
  const FairVariance level_alone(smiling, {-0.7, 0.8}, {}, six);
  test::for_cases(200, [&](test::Gen& gen) {
    const SmileMove move{gen.real(-0.7, 0.8), gen.real(-0.4, 0.4)};
    const double wanted = fair_variance(smiling, move, six);
    EXPECT_NEAR(table.at(move), wanted, 5e-5 * wanted);
    const double flat = fair_variance(smiling, {move.log_factor, 0}, six);
    EXPECT_NEAR(level_alone.at({move.log_factor, 0}), flat, 5e-5 * flat);
  });
}

TEST(FairVariance, AtItsPointsIsWhatWasWorkedOut) {
  const FairVariance table(smiling, {-0.5, 0.5}, {}, six);
  for (const double end : {-0.5, 0.0, 0.5}) {
    const double wanted = fair_variance(smiling, {end, 0}, six);
    EXPECT_NEAR(table.at({end, 0}), wanted, 1e-12);
  }
}

}  // namespace levee::option

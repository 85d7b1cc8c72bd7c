// tests/hazard/aggregate_test.cpp — a year's loss; figures of mathematics 5.1 and 5.2.
#include "levee/hazard/aggregate.h"

#include "levee/hazard/event_rate.h"
#include "levee/num/philox.h"
#include "tests/support/cases.h"

#include <array>
#include <cmath>
#include <numeric>

namespace levee::hazard {
namespace {

constexpr std::array<double, 6> toy{0, .5, .3, 0, 0, .2};

}  // namespace

TEST(AggregateLaw, IsThePublishedToy) {
  const auto law = aggregate_law({2}, toy, 200);
  constexpr std::array<double, 6> want{.1353352832366127, .1353352832366127,  .1488688115602739,
                                       .1037570504814031, .07059990608843295, .09315578662786839};
  for (std::size_t i = 0; i < want.size(); ++i) EXPECT_CLOSE(law[i], want[i], 1e-15);
  const StepTail tail = tail_of(law, 0.99);
  EXPECT_CLOSE(tail.mean, 4.2, 1e-13);
  EXPECT_EQ(tail.var, 15);
  EXPECT_CLOSE(tail.shortfall, 17.715254787577567, 1e-12);
}

TEST(AggregateLaw, OfThreeHazardsIsTheirSum) {
  const std::array<double, 2> one{0, 1};
  const auto law = aggregate_law({.02 + .03 + .05}, one, 30);
  EXPECT_CLOSE(1 - law[0], .09516258196404048, 1e-15);
}

TEST(AggregateLaw, OfScatteredCountsIsANegativeBinomialLaw) {
  const std::array<double, 2> one{0, 1};
  const auto law = aggregate_law({3, .5}, one, 60);
  const EventRate rate{2, 2.0 / 3};  // the same: a gamma rate of mean 3 and variance 4.5
  for (int n = 0; n < 40; ++n) {
    EXPECT_CLOSE(law[static_cast<std::size_t>(n)], rate.exactly(n, Years{1}).value(), 1e-12);
  }
}

TEST(AggregateLaw, IsWhatDrawnYearsShow) {
  constexpr int years = 200'000;
  const std::array<double, 4> severity{.1, .4, .3, .2};
  for (const double alpha : {0.0, 0.8}) {
    const auto law = aggregate_law({1.5, alpha}, severity, 120);
    std::vector<double> seen(law.size());
    for (int year = 0; year < years; ++year) {
      num::Draws draws(29, 8, static_cast<std::uint64_t>(year));
      const double rate =
          alpha > 0 ? EventRate{1 / alpha, 1 / alpha / 1.5}.quantile(draws.uniform()).value() : 1.5;
      std::size_t loss = 0;
      for (int n = draws.poisson(rate); n > 0; --n) {
        const double u = draws.uniform();
        loss += u < .1 ? 0 : u < .5 ? 1 : u < .8 ? 2 : 3;
      }
      ++seen[std::min(loss, law.size() - 1)];
    }
    for (std::size_t i = 0; i < 12; ++i) {
      EXPECT_NEAR(seen[i] / years, law[i], 4.5 * std::sqrt(law[i] / years)) << alpha << " " << i;
    }
  }
}

TEST(AggregateLaw, OfNothingIsNothing) {
  EXPECT_EQ(aggregate_law({0}, toy, 3), (std::vector<double>{1, 0, 0}));
  const std::array<double, 1> free{1};
  EXPECT_EQ(aggregate_law({5, 1}, free, 2), (std::vector<double>{1, 0}));
  EXPECT_THROW((void)aggregate_law({-1}, toy, 3), ContractBroken);
}

TEST(StepTail, CutsAnAtomToItsShare) {
  const std::vector<double> law{.9, .06, .04};
  const StepTail tail = tail_of(law, 0.95);
  EXPECT_EQ(tail.var, 1);
  EXPECT_CLOSE(tail.shortfall, (.01 * 1 + .04 * 2) / .05, 1e-13);
  EXPECT_THROW((void)tail_of(std::vector<double>{.5}, 0.95), ContractBroken);
}

}  // namespace levee::hazard

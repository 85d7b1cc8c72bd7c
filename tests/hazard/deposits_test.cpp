// tests/hazard/deposits_test.cpp — deposits in many hands and in few.
#include "levee/hazard/deposits.h"

#include "tests/support/cases.h"

#include <vector>

namespace levee::hazard {

TEST(DepositSpread, OfEqualSharesIsOneOverTheirNumber) {
  for (const std::size_t n : {1U, 2U, 7U, 20U, 50U}) {
    const auto found = spread_of(std::vector<double>(n, 300.0));
    const double each = 1 / static_cast<double>(n);
    EXPECT_CLOSE(found->herfindahl.value(), each, 1e-12);
    EXPECT_CLOSE(found->largest.value(), each, 1e-12);
    EXPECT_CLOSE(found->twenty.value(), std::min(1.0, 20 * each), 1e-12);
  }
}

TEST(DepositSpread, IsByHand) {
  const auto found = spread_of(std::vector{10.0, 60.0, 30.0, 0.0});
  EXPECT_CLOSE(found->herfindahl.value(), 0.36 + 0.09 + 0.01, 1e-12);
  EXPECT_EQ(found->largest, Share{0.6});
  EXPECT_FALSE(found->largest > concentrated) << "at the limit it is not above it";
  EXPECT_TRUE(spread_of(std::vector{60.1, 39.9})->largest > concentrated);
}

TEST(DepositSpread, RefusesWhatIsNoDeposit) {
  EXPECT_EQ(spread_of({}).error().reason, Reason::missing_data);
  EXPECT_EQ(spread_of(std::vector{1.0, -1.0}).error().reason, Reason::out_of_range);
  EXPECT_EQ(spread_of(std::vector{0.0}).error().reason, Reason::out_of_range);
}

TEST(DepositSpreadLaw, LiesBetweenEqualHandsAndOneAndGrowsWhereOneTakesFromAnother) {
  test::for_cases(500, [](test::Gen& gen) {
    auto deposits = gen.reals(gen.size(2, 60), 0.01, 100);
    const auto found = *spread_of(deposits);
    const double n = static_cast<double>(deposits.size());
    EXPECT_GE(found.herfindahl.value(), 1 / n - 1e-12);
    EXPECT_LE(found.herfindahl.value(), found.largest.value() + 1e-12);
    EXPECT_LE(found.largest.value(), found.twenty.value() + 1e-12);
    const auto [least, most] = std::ranges::minmax_element(deposits);
    *most += *least / 2, *least /= 2;
    EXPECT_GT(spread_of(deposits)->herfindahl, found.herfindahl);
  });
}

}  // namespace levee::hazard

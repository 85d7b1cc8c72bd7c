// tests/signal/oracle_test.cpp — a feed is frozen before it is traded on.
#include "levee/signal/oracle.h"

#include "tests/support/cases.h"

#include <vector>

namespace levee::signal {
namespace {

const OracleRule rule{.deviation = .005, .heartbeat = hours(1)};

OracleBand band(double price, const std::vector<double>& others, Seconds age = Seconds{60}) {
  return oracle_gap(rule, {.price = price, .age = age, .others = others}).band;
}

}  // namespace

TEST(Oracle, BandsBeginAtOneTwoAndFourTimesItsOwnDeviation) {
  EXPECT_EQ(band(1004.9, {1000}), OracleBand::fine);
  EXPECT_EQ(band(1005, {1000}), OracleBand::warn);
  EXPECT_EQ(band(1009.9, {1000}), OracleBand::warn);
  EXPECT_EQ(band(1010, {1000}), OracleBand::freeze);
  EXPECT_EQ(band(990, {1000}), OracleBand::freeze);
  EXPECT_EQ(band(1020, {1000}), OracleBand::exit_review);
}

TEST(Oracle, SlowFeedIsNotFrozenForWhatItPromises) {
  const OracleRule slow{.deviation = .02, .heartbeat = hours(24)};
  const std::vector<double> others{1000};
  EXPECT_EQ(oracle_gap(slow, {1015, hours(20), others}).band, OracleBand::fine);
  EXPECT_EQ(oracle_gap(rule, {1015, hours(20), others}).band, OracleBand::exit_review);
}

TEST(Oracle, IsStaleBeyondOneAndAHalfHeartbeats) {
  EXPECT_EQ(band(1000, {1000}, Seconds{5400}), OracleBand::fine);
  EXPECT_EQ(band(1000, {1000}, Seconds{5401}), OracleBand::exit_review);
}

TEST(Oracle, OneLiarAmongThreeOthersMovesNothing) {
  EXPECT_EQ(band(1000, {1000, 1001, 5000}), OracleBand::fine);
  EXPECT_CLOSE(*oracle_gap(rule, {1000, Seconds{0}, std::vector{1000., 1001., 5000.}}).gap,
               1.0 / 1001, 1e-12);
  EXPECT_CLOSE(*oracle_gap(rule, {1000, Seconds{0}, std::vector{990., 1030.}}).gap, 10.0 / 1010,
               1e-12);
}

TEST(Oracle, IsNeverFineWithNothingToHoldItAgainst) {
  EXPECT_EQ(band(1000, {}), OracleBand::warn);
  EXPECT_FALSE(oracle_gap(rule, {.price = 1000, .age = Seconds{0}, .others = {}}).gap);
}

TEST(Oracle, RefusesWhatIsNoPriceAndNoRule) {
  EXPECT_THROW(band(0, {1000}), ContractBroken);
  EXPECT_THROW(band(1000, {-1}), ContractBroken);
  EXPECT_TRUE(check(rule));
  EXPECT_FALSE(check(OracleRule{.deviation = 0}));
  EXPECT_FALSE(check(OracleRule{.heartbeat = Seconds{0}}));
  EXPECT_FALSE(check(OracleRule{.warn = 3, .freeze = 2}));
}

TEST(OracleLaw, BandDoesNotDependOnTheUnitOfPrice) {
  test::for_cases(1000, [](test::Gen& gen) {
    const auto others = gen.reals(gen.size(1, 5), 90, 110);
    const double price = gen.real(90, 110);
    std::vector<double> scaled = others;
    for (double& x : scaled) x *= 1024;
    ASSERT_EQ(band(price, others), band(price * 1024, scaled));
  });
}

}  // namespace levee::signal

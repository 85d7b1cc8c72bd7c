#include "levee/feed/fee_flow.h"

#include "tests/support/cases.h"

#include <cmath>
#include <vector>

namespace levee::feed {
namespace {

// `per_day[k]` dollars a day, the newest day first, in hourly steps.
std::vector<FeeStep> hourly(const std::vector<double>& per_day) {
  std::vector<FeeStep> steps;
  const UnixSeconds newest{1'700'000'000};
  for (auto hour = static_cast<std::int64_t>(per_day.size()) * 24 - 1; hour >= 0; --hour) {
    steps.push_back({.end = newest - hours(hour),
                     .span = hours(1),
                     .usd_per_liquidity = Usd{per_day[static_cast<std::size_t>(hour / 24)] / 24}});
  }
  return steps;
}

TEST(FeeFlow, IsTheMeanOfDaysWithItsError) {
  const auto flow = fee_flow(hourly({1, 2, 6}));
  EXPECT_NEAR(flow->usd_per_liquidity_day.value(), 3, 1e-12);
  EXPECT_NEAR(flow->standard_error.value(), std::sqrt((4 + 1 + 9) / 2.0 / 3), 1e-12);
  EXPECT_NEAR(flow->days, 3, 1e-12);
}

TEST(FeeFlow, NeedsThreeDays) {
  EXPECT_FALSE(fee_flow({}));
  EXPECT_FALSE(fee_flow(hourly({1, 2})));
}

TEST(FeeFlow, ForgetsWhatIsOlderThanThirtyDays) {
  std::vector<double> days(40, 100);
  std::fill(days.begin(), days.begin() + 30, 2);
  EXPECT_NEAR(fee_flow(hourly(days))->usd_per_liquidity_day.value(), 2, 1e-12);
}

TEST(FeeFlow, PassesOverADayRecordedForLessThanHalf) {
  auto steps = hourly({1, 50, 1, 1});
  steps.erase(steps.begin() + 48, steps.begin() + 48 + 13);
  const auto flow = fee_flow(steps);
  EXPECT_NEAR(flow->usd_per_liquidity_day.value(), 1, 1e-12);
  EXPECT_NEAR(flow->days, 3, 1e-12);
}

TEST(FeeFlowLaw, ScalesWithTheFees) {
  test::for_cases(200, [](test::Gen& gen) {
    auto days = gen.reals(gen.size(3, 35), 0, 10);
    const auto flow = fee_flow(hourly(days));
    for (double& day : days) day *= 3;
    const auto triple = fee_flow(hourly(days));
    EXPECT_CLOSE(triple->usd_per_liquidity_day.value(), 3 * flow->usd_per_liquidity_day.value(),
                 1e-12);
    EXPECT_CLOSE(triple->standard_error.value(), 3 * flow->standard_error.value(), 1e-10);
  });
}

}  // namespace
}  // namespace levee::feed

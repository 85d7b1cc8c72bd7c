// tests/signal/policy_test.cpp — the methodology's defaults, and the name of what is refused.
#include "levee/signal/policy.h"

#include "levee/base/fields.h"

#include <limits>
#include <string>

#include <gmock/gmock.h>

namespace levee::signal {
namespace {

template <class Change>
void expect_refused(const std::string& field, Change change) {
  SignalPolicy policy;
  change(policy);
  const auto done = check(policy);
  ASSERT_FALSE(done) << field;
  EXPECT_EQ(done.error().reason, Reason::out_of_range);
  EXPECT_THAT(done.error().message, testing::StartsWith(field));
}

}  // namespace

TEST(SignalPolicy, ItsDefaultsAreTheMethodologysAndPass) {
  const SignalPolicy policy;
  EXPECT_TRUE(check(policy));
  EXPECT_EQ(policy.macd_slow_bars, 26);  // methodology, section 8
  EXPECT_EQ(policy.rsi_high_rearm, 60);
  EXPECT_EQ(policy.breadth_near_ranges, 0.85);
  EXPECT_EQ(policy.veq_days, 3 * 365);  // amendment 11
  EXPECT_EQ(policy.carry_premium_min, 0.18);
  EXPECT_EQ(policy.edr_wide_ratio, 0.857);
}

TEST(SignalPolicy, RefusesWhatIsNotANumberInAnyField) {
  int fields = 0;
  SignalPolicy policy;
  for_fields(policy, [&](std::string_view name, double& field, std::string_view) {
    const double was = field;
    field = std::numeric_limits<double>::quiet_NaN();
    const auto done = check(policy);
    ASSERT_FALSE(done) << name;
    EXPECT_THAT(done.error().message, testing::StartsWith(std::string(name)));
    field = was;
    ++fields;
  });
  EXPECT_GE(fields, 45);
}

TEST(SignalPolicy, RefusesWindowsThatAreNoCountsAndOrdersThatDoNotHold) {
  expect_refused("macd_fast_bars", [](SignalPolicy& p) { p.macd_fast_bars = 26; });
  expect_refused("macd_confirm_bars", [](SignalPolicy& p) { p.macd_confirm_bars = 0; });
  expect_refused("rsi_bars", [](SignalPolicy& p) { p.rsi_bars = 13.5; });
  expect_refused("rsi_low", [](SignalPolicy& p) { p.rsi_low_rearm = 61; });
  expect_refused("rsi_low", [](SignalPolicy& p) { p.rsi_high = 60; });
  expect_refused("tvl_days", [](SignalPolicy& p) { p.tvl_days = 1; });
  expect_refused("veq_days_min", [](SignalPolicy& p) { p.veq_days_min = 2000; });
  expect_refused("veq_calm 15, veq_hold 25, veq_crisis 25",
                 [](SignalPolicy& p) { p.veq_hold = 25; });
  expect_refused("edr_weight_implied", [](SignalPolicy& p) { p.edr_weight_implied = 1.01; });
  expect_refused("carry_slope_min", [](SignalPolicy& p) { p.carry_slope_min = 0; });
}

}  // namespace levee::signal

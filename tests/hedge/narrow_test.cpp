// tests/hedge/narrow_test.cpp — what may be opened, what only closed, and what is left out.
#include "levee/hedge/narrow.h"

#include "tests/hedge/desk.h"

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using option::Type;
using testing::HasSubstr;

// Spot 2000 at 60 %: a sigma to 30 days is 17 %, so that 1150 lies three of them away.
market::Snapshot wide_market() {
  return test::small_market(
      {.tenors = {14, 30, 58, 110}, .strikes = {1000, 1400, 1700, 2000, 2350, 2800}});
}

const Candidate* named(const Candidates& all, const std::string& name) {
  const auto found = std::ranges::find(all.list, name, &Candidate::name);
  return found == all.list.end() ? nullptr : &*found;
}

Candidates narrowed(const test::Desk& desk) {
  Candidates all = desk.candidates();
  narrow(desk.setting(), desk.surface, all);
  return all;
}

double sigmas(const test::Desk& desk, double strike, int tenor_days) {
  const double years = tenor_days / 365.0;
  return std::log(strike / desk.snapshot.spot.value()) /
         (desk.surface.at_the_money(Years{years}).value() * std::sqrt(years));
}

}  // namespace

TEST(Narrow, OpensNothingThatALadderWouldRollAtOnce) {
  const Candidates all = narrowed(test::Desk(wide_market()));
  EXPECT_EQ(named(all, "ETH-14-2000-P"), nullptr);
  EXPECT_NE(named(all, "ETH-30-2000-P"), nullptr);
  EXPECT_EQ(named(all, "ETH-58-2000-P"), nullptr);  // of the 110-day layer, which rolls at 60
  EXPECT_NE(named(all, "ETH-110-2000-P"), nullptr);
  EXPECT_THAT(all.left_out, testing::Contains(HasSubstr("tenor_days_new_min")));
}

TEST(Narrow, OpensNoStrikeFarOutOrDeepInTheMoney) {
  const test::Desk desk(wide_market());
  const Candidates all = narrowed(desk);
  int out = 0, in = 0;
  for (const double strike : {1000.0, 1400.0, 1700.0, 2000.0, 2350.0, 2800.0}) {
    const double z = sigmas(desk, strike, 30);
    for (const auto type : {Type::put, Type::call}) {
      const double away = type == Type::call ? z : -z;
      const std::string name = fmt::format("ETH-30-{}-{}", strike, type == Type::call ? 'C' : 'P');
      EXPECT_EQ(named(all, name) != nullptr, away < 3 && away > -1) << name << " " << away;
      out += away >= 3, in += away <= -1;
    }
  }
  EXPECT_GT(out, 0);
  EXPECT_GT(in, 0);
  EXPECT_THAT(all.left_out, testing::Contains(HasSubstr("strike_z_out_max")));
  EXPECT_THAT(all.left_out, testing::Contains(HasSubstr("strike_z_in_max")));
}

TEST(Narrow, LeavesAWayOutOfWhatIsHeld) {
  test::Desk desk(wide_market());
  const auto lot = [](double strike, double units) {
    return book::Lot{
        .name = "held",
        .instrument = option::Contract{Type::put, Price{strike}, test::midnight + days(14)},
        .quantity = Tokens{units}};
  };
  desk.book.lots = {lot(1700, 3), lot(2000, -2)};
  const Candidates all = narrowed(desk);
  const Candidate* longs = named(all, "ETH-14-1700-P");
  const Candidate* shorts = named(all, "ETH-14-2000-P");
  ASSERT_TRUE(longs && shorts);
  EXPECT_FALSE(longs->ask);
  EXPECT_EQ(longs->depth_buy, Tokens{0});
  EXPECT_EQ(longs->depth_sell, Tokens{3});
  EXPECT_FALSE(shorts->bid);
  EXPECT_EQ(shorts->depth_buy, Tokens{2});
  EXPECT_EQ(named(all, "ETH-14-2350-P"), nullptr);
}

TEST(Narrow, FollowsThePolicy) {
  Policy policy;
  policy.tenor_days_new_min = 0, policy.strike_z_out_max = 100, policy.strike_z_in_max = 100;
  policy.tenors_days = {60}, policy.z_strikes = {1};
  const test::Desk desk(wide_market(), test::small_book(), policy);
  EXPECT_EQ(narrowed(desk).list.size(), desk.candidates().list.size());
}

}  // namespace levee::hedge

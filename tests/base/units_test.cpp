// tests/base/units_test.cpp — which units add up, which do not, and what a probability may be.
#include "levee/base/units.h"

#include <limits>

#include <gtest/gtest.h>

namespace levee {
namespace {

template <class Unit>
concept Adds = requires(Unit a) {
  a + a;
  a - a;
  -a;
};

}  // namespace

TEST(Units, AmountsAddAndStandingsDoNot) {
  static_assert(Adds<Usd> && Adds<Tokens> && Adds<Gamma> && Adds<Years> && Adds<LogReturn>);
  static_assert(Adds<TotalVariance> && Adds<Rate> && Adds<Intensity> && Adds<Share>);
  static_assert(!Adds<Price> && !Adds<Vol> && !Adds<Tick> && !Adds<TickSpacing> && !Adds<FeePips>);
  static_assert(!Adds<Probability>);
  EXPECT_EQ(Usd{40} + Usd{2}, Usd{42});
}

TEST(Units, LiteralsReadAloud) {
  using namespace literals;
  EXPECT_EQ(0.65_vol, Vol{0.65});
  EXPECT_EQ(2'000_usd, Usd{2000});
  EXPECT_EQ(0.5_usd, Usd{0.5});
  EXPECT_EQ(3'214_price, Price{3214});
  EXPECT_EQ(3'214.5_price, Price{3214.5});
  EXPECT_EQ(0.25_years, Years{0.25});
}

TEST(Probability, LiesBetweenZeroAndOneEndsIncluded) {
  static_assert(Probability{}.value() == 0 && Probability{1}.value() == 1);
  EXPECT_EQ(Probability{0}.value(), 0);
  EXPECT_LT(Probability{0.25}, Probability{0.75});
}

TEST(Probability, RefusesEverythingElse) {
  for (const double bad :
       {-1e-300, 1 + 1e-15, 95.0, std::numeric_limits<double>::infinity(),
        -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THROW(Probability{bad}, ContractBroken) << bad;
  }
}

}  // namespace levee

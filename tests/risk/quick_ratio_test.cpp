#include "levee/risk/quick_ratio.h"

#include "tests/support/cases.h"

#include <array>
#include <limits>

namespace levee::risk {
namespace {

double ratio_of(const Result<QuickRatio>& told) {
  EXPECT_TRUE(told) << (told ? "" : told.error().message);
  return told && told->ratio ? *told->ratio : -1;
}

LenderClaims lender(double cash, double supplied) {
  return {.cash = Usd{cash},
          .supplied = Usd{supplied},
          .bad_day = Share{0.3},
          .largest_five = Share{0.4}};
}

}  // namespace

TEST(QuickRatio, IsWhatIsAtHandAfterHaircutsOverWhatIsDue) {
  const std::array at_hand{AtHand{Usd{100}, Share{0}}, AtHand{Usd{50}, Share{0.2}}};
  const auto told = quick_ratio(at_hand, Usd{100});
  EXPECT_DOUBLE_EQ(ratio_of(told), 1.4);
  EXPECT_DOUBLE_EQ(told->at_hand.value(), 140);
  EXPECT_EQ(told->band, Band::watch);
}

TEST(QuickRatio, ItsBandsBeginWhereTheySay) {
  EXPECT_EQ(band_of(1.5), Band::sound);
  EXPECT_EQ(band_of(1.4999999), Band::watch);
  EXPECT_EQ(band_of(1.2), Band::watch);
  EXPECT_EQ(band_of(1.1999999), Band::reduce);
  EXPECT_EQ(band_of(1.0), Band::reduce);
  EXPECT_EQ(band_of(0.9999999), Band::leave);
  EXPECT_EQ(action_of(Band::reduce), "take 25 % off");
  EXPECT_EQ(action_of(Band::leave), "take 40 % off, or leave");
  EXPECT_EQ(name_of(Band::shut), "shut");
}

TEST(QuickRatio, WhereNothingIsDueThereIsNoRatioAndNoWorry) {
  const auto told =
      quick_ratio_of(PositionClaims{.obtainable = Usd{100}, .debt = Usd{0}, .margin_call = Usd{0}});
  ASSERT_TRUE(told);
  EXPECT_FALSE(told->ratio);
  EXPECT_EQ(told->band, Band::sound);
  EXPECT_TRUE(told->is_liquid());
}

TEST(QuickRatio, APositionStandsAgainstItsDebtAndItsMarginCall) {
  EXPECT_DOUBLE_EQ(ratio_of(quick_ratio_of(PositionClaims{
                       .obtainable = Usd{90}, .debt = Usd{50}, .margin_call = Usd{25}})),
                   1.2);
}

TEST(QuickRatio, WhatIsPausedIsNotLiquidWhateverItsMark) {
  for (const double debt : {0.0, 10.0}) {
    const auto told = quick_ratio_of(PositionClaims{
        .obtainable = Usd{1e9}, .debt = Usd{debt}, .margin_call = Usd{0}, .door = Door::shut});
    EXPECT_EQ(told->band, Band::shut);
    EXPECT_FALSE(told->is_liquid());
    EXPECT_EQ(told->at_hand, Usd{0});
  }
}

TEST(QuickRatio, ALenderStandsAgainstTheWorseOfABadDayAndItsLargestFive) {
  EXPECT_DOUBLE_EQ(ratio_of(quick_ratio_of(lender(200, 1000))), 0.5);
  LenderClaims other = lender(200, 1000);
  other.bad_day = Share{0.8};
  EXPECT_DOUBLE_EQ(ratio_of(quick_ratio_of(other)), 0.25);
}

TEST(QuickRatio, AtFullUtilisationALenderIsShut) {
  const auto told = quick_ratio_of(lender(0, 1000));
  EXPECT_EQ(told->band, Band::shut);
  EXPECT_EQ(told->ratio, 0);
  EXPECT_FALSE(told->is_liquid());
  EXPECT_TRUE(quick_ratio_of(lender(1e-6, 1000))->is_liquid());
}

// 173,600 of so many coins' backing gone: below 1 whatever was left.
TEST(QuickRatio, RoninsIsBelowOneInTheBlockOfTheExploitWhateverWasLeft) {
  for (const double left : {0.0, 5'000.0, 200'000.0, 1e9}) {
    const auto told = quick_ratio_of(
        BridgeClaims{.collateral = Usd{left * 3000}, .minted = Usd{(left + 173'600) * 3000}});
    EXPECT_LT(ratio_of(told), 1);
    EXPECT_EQ(told->band, Band::leave);
  }
  // And at most this, for a withdrawal of 5,000 failed.
  EXPECT_LT(
      ratio_of(quick_ratio_of(BridgeClaims{.collateral = Usd{5'000}, .minted = Usd{178'600}})),
      0.0281);
}

TEST(QuickRatio, AVaultCountsWhatComesBackInTime) {
  EXPECT_DOUBLE_EQ(
      ratio_of(quick_ratio_of(VaultClaims{
          .idle = Usd{20}, .coming_back = Usd{100}, .due = Usd{55}, .haircut = Share{0.1}})),
      2);
}

TEST(QuickRatio, RunsOfThePastAreDatedAndInOrder) {
  const auto runs = dated_runs();
  ASSERT_EQ(runs.size(), 3U);
  for (std::size_t i = 1; i < runs.size(); ++i) EXPECT_LT(runs[i - 1].from, runs[i].from);
  EXPECT_DOUBLE_EQ(ratio_of(quick_ratio_in(runs[0], lender(670, 1000))), 1);
  EXPECT_DOUBLE_EQ(ratio_of(quick_ratio_in(runs[1], lender(690, 1000))), 1.5);
  EXPECT_DOUBLE_EQ(ratio_of(quick_ratio_in(runs[2], lender(500, 1000))), 0.5);
}

TEST(QuickRatio, BadFactsAreRefused) {
  const double no_number = std::numeric_limits<double>::quiet_NaN();
  const double endless = std::numeric_limits<double>::infinity();
  for (const double bad : {-1.0, no_number, endless}) {
    EXPECT_FALSE(quick_ratio({}, Usd{bad}));
    EXPECT_FALSE(quick_ratio_of(lender(bad, 1000)));
    EXPECT_FALSE(quick_ratio_of(lender(1, bad)));
    EXPECT_FALSE(quick_ratio_in(dated_runs()[0], lender(1, bad)));
    EXPECT_FALSE(quick_ratio_of(BridgeClaims{.collateral = Usd{bad}, .minted = Usd{1}}));
    EXPECT_FALSE(quick_ratio_of(BridgeClaims{.collateral = Usd{1}, .minted = Usd{bad}}));
    EXPECT_FALSE(quick_ratio_of(
        PositionClaims{.obtainable = Usd{1}, .debt = Usd{bad}, .margin_call = Usd{2}}));
    EXPECT_FALSE(quick_ratio_of(
        PositionClaims{.obtainable = Usd{1}, .debt = Usd{5}, .margin_call = Usd{bad}}));
    EXPECT_FALSE(
        quick_ratio_of(VaultClaims{.idle = Usd{bad}, .coming_back = Usd{1}, .due = Usd{1}}));
  }
  for (const double bad : {-0.1, 1.1, no_number}) {
    const std::array at_hand{AtHand{Usd{1}, Share{bad}}};
    EXPECT_FALSE(quick_ratio(at_hand, Usd{1}));
    LenderClaims wrong = lender(1, 2);
    wrong.bad_day = Share{bad};
    EXPECT_FALSE(quick_ratio_of(wrong));
    wrong = lender(1, 2);
    wrong.largest_five = Share{bad};
    EXPECT_FALSE(quick_ratio_of(wrong));
  }
}

TEST(QuickRatioLaw, FallsWithWhatIsDueAndWithHaircutsAndRisesWithCash) {
  test::for_cases(1000, [](test::Gen& gen) {
    const Usd cash{gen.scale(1, 1e9)}, due{gen.scale(1, 1e9)};
    const Share cut{gen.real(0, 0.9)};
    const auto at = [&](Usd amount, Share haircut, Usd claims) {
      const std::array at_hand{AtHand{amount, haircut}};
      return ratio_of(quick_ratio(at_hand, claims));
    };
    const double ratio = at(cash, cut, due);
    EXPECT_GT(ratio, at(cash, cut, Usd{due.value() * 1.01}));
    EXPECT_GT(ratio, at(cash, Share{cut.value() + 0.05}, due));
    EXPECT_LT(ratio, at(Usd{cash.value() * 1.01}, cut, due));
  });
}

}  // namespace levee::risk

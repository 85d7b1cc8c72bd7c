// tests/option/surface_test.cpp — smiles read between their marks and their expiries.
#include "levee/option/mark_surface.h"

#include "tests/support/cases.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace levee::option {

using test::for_cases;
using test::Gen;

namespace {

const UnixSeconds at{1'768'923'590};  // 2026-01-20T15:39:50Z

// Three strikes on each of two expiries, a week and four weeks out, forwards 2000 and 2020.
std::vector<Mark> two_smiles() {
  std::vector<Mark> marks;
  const auto add = [&](int day, double forward, double strike, double vol) {
    marks.push_back({at + days(day), Price{forward}, Price{strike}, Vol{vol}});
  };
  add(7, 2000, 1800, .80);
  add(7, 2000, 2000, .60);
  add(7, 2000, 2200, .70);
  add(28, 2020, 1600, .75);
  add(28, 2020, 2020, .65);
  add(28, 2020, 2500, .72);
  return marks;
}

std::vector<Mark> any_marks(Gen& gen) {
  std::vector<Mark> marks;
  int day = 0;
  for (std::size_t i = gen.size(1, 6); i > 0; --i) {
    day += gen.integer(1, 60);
    const double forward = gen.real(1500, 2500);
    std::size_t strikes = gen.size(3, 30);
    for (double strike = gen.real(500, 1000); strikes > 0; --strikes, strike += gen.real(5, 200)) {
      marks.push_back({at + days(day), Price{forward}, Price{strike}, Vol{gen.real(.3, 1.5)}});
    }
  }
  return marks;
}

double moneyness(const Mark& mark) {
  return std::log(mark.strike.value() / mark.forward.value()) /
         std::sqrt(years(mark.expiry - at).value());
}

Years in_days(double days) { return Years{days / 365}; }

}  // namespace

TEST(MarkSurface, GivesItsMarksBackAtTheirStrikes) {
  const auto marks = two_smiles();
  const auto surface = MarkSurface::from(marks, at);
  ASSERT_TRUE(surface);
  EXPECT_EQ(surface->at(), at);
  EXPECT_EQ(surface->smiles().size(), 2u);
  for (const Mark& mark : marks) {
    EXPECT_EQ(surface->vol(moneyness(mark), years(mark.expiry - at)), mark.vol);
  }
  EXPECT_EQ(surface->at_the_money(in_days(7)), Vol{.6});
}

TEST(MarkSurface, IsLinearBetweenStrikesAndFlatBeyondThem) {
  const auto marks = two_smiles();
  const auto surface = MarkSurface::from(marks, at);
  const double low = moneyness(marks[0]), high = moneyness(marks[2]);
  EXPECT_DOUBLE_EQ(surface->vol(low / 2, in_days(7)).value(), .7);
  EXPECT_DOUBLE_EQ(surface->vol(high / 4, in_days(7)).value(), .625);
  EXPECT_EQ(surface->vol(low - 1, in_days(7)), Vol{.8});
  EXPECT_EQ(surface->vol(high + 1, in_days(7)), Vol{.7});
}

TEST(MarkSurface, HasTotalVarianceLinearBetweenExpiriesAndVolatilityFlatOutside) {
  const auto surface = MarkSurface::from(two_smiles(), at);
  // Day 14 is a third of the way in variance: (2/3 * .36 * 7 + 1/3 * .4225 * 28) / 14.
  EXPECT_DOUBLE_EQ(surface->at_the_money(in_days(14)).value(),
                   std::sqrt((2.0 / 3 * .36 * 7 + 1.0 / 3 * .4225 * 28) / 14));
  EXPECT_EQ(surface->at_the_money(in_days(0.01)), Vol{.6});
  EXPECT_EQ(surface->at_the_money(in_days(300)), Vol{.65});
}

TEST(MarkSurface, CarriesTheForwardThroughItsExpiries) {
  const auto surface = MarkSurface::from(two_smiles(), at);
  const Price spot{1990};
  EXPECT_EQ(surface->forward_ratio(spot, in_days(0)), 1);
  EXPECT_DOUBLE_EQ(surface->forward_ratio(spot, in_days(7)), 2000.0 / 1990);
  EXPECT_DOUBLE_EQ(surface->forward_ratio(spot, in_days(3.5)), std::sqrt(2000.0 / 1990));
  EXPECT_DOUBLE_EQ(surface->forward_ratio(spot, in_days(28)), 2020.0 / 1990);
  EXPECT_DOUBLE_EQ(surface->forward_ratio(spot, in_days(17.5)),
                   std::sqrt(2000.0 / 1990 * 2020.0 / 1990));
  EXPECT_DOUBLE_EQ(surface->forward_ratio(spot, in_days(56)), std::pow(2020.0 / 1990, 2));
}

TEST(MarkSurface, TakesTheMedianForwardAndTheMeanOfAStrikeMarkedTwice) {
  auto marks = two_smiles();
  marks[1].forward = Price{2600};  // one stale quote does not move the others
  marks.push_back({marks[0].expiry, Price{2000}, Price{2000}, Vol{.64}});
  const auto surface = MarkSurface::from(marks, at);
  EXPECT_EQ(surface->smiles()[0].forward, Price{2000});
  EXPECT_EQ(surface->smiles()[0].x.size(), 3u);
  EXPECT_DOUBLE_EQ(surface->at_the_money(in_days(7)).value(), .62);
}

TEST(MarkSurface, LeavesOutWhatHasExpiredAndWhatHasTwoStrikesOnly) {
  auto marks = two_smiles();
  for (const double strike : {1900, 2000, 2100}) {
    marks.push_back({at, Price{2000}, Price{strike}, Vol{3}});
    marks.push_back({at - days(1), Price{2000}, Price{strike}, Vol{3}});
  }
  marks.push_back({at + days(90), Price{2050}, Price{2000}, Vol{.5}});
  marks.push_back({at + days(90), Price{2050}, Price{2100}, Vol{.5}});
  marks.push_back({at + days(90), Price{2050}, Price{2100}, Vol{.6}});
  const auto surface = MarkSurface::from(marks, at);
  ASSERT_EQ(surface->smiles().size(), 2u);
  EXPECT_EQ(surface->at_the_money(in_days(7)), Vol{.6});
}

TEST(MarkSurface, NeedsAnExpiryWithThreeSoundMarks) {
  EXPECT_EQ(MarkSurface::from({}, at).error().reason, Reason::missing_data);
  auto marks = two_smiles();
  EXPECT_EQ(MarkSurface::from(marks, at + days(28)).error().reason, Reason::missing_data);
  marks.resize(2);
  EXPECT_EQ(MarkSurface::from(marks, at).error().reason, Reason::missing_data);
  for (const double wrong : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    auto broken = two_smiles();
    broken[3].vol = Vol{wrong};
    EXPECT_EQ(MarkSurface::from(broken, at).error().reason, Reason::bad_input);
    broken = two_smiles();
    broken[3].strike = Price{wrong};
    EXPECT_EQ(MarkSurface::from(broken, at).error().reason, Reason::bad_input);
    broken = two_smiles();
    broken[3].forward = Price{wrong};
    EXPECT_EQ(MarkSurface::from(broken, at).error().reason, Reason::bad_input);
  }
}

TEST(MarkSurface, RefusesATenorThatIsNotAhead) {
  const auto surface = MarkSurface::from(two_smiles(), at);
  EXPECT_THROW((void)surface->vol(0, Years{0}), ContractBroken);
  EXPECT_THROW((void)surface->slice(Years{-1}), ContractBroken);
  EXPECT_THROW((void)surface->forward_ratio(Price{2000}, Years{-1}), ContractBroken);
  EXPECT_THROW((void)MarkSurface().vol(0, Years{1}), ContractBroken);
}

TEST(Slice, IsFoundFromAnyHintAndLeavesItAtTheHit) {
  const auto surface = MarkSurface::from(two_smiles(), at);
  const auto slice = surface->slice(in_days(7));
  ASSERT_EQ(slice.x.size(), 3u);
  for (const std::size_t start : {0u, 1u, 2u, 99u}) {
    std::size_t hint = start;
    EXPECT_EQ(slice(slice.x[0] - 1, hint), .8);
    EXPECT_EQ(hint, 0u);
    hint = start;
    EXPECT_EQ(slice(slice.x[2] + 1, hint), .7);
    EXPECT_EQ(hint, 1u);
    hint = start;
    EXPECT_DOUBLE_EQ(slice(slice.x[0] / 2, hint), .7);
    EXPECT_EQ(hint, 0u);
    hint = start;
    EXPECT_EQ(slice(0, hint), .6);
  }
}

TEST(SurfaceLaw, GivesEveryMarkBackAndSlicesReadAlike) {
  for_cases(300, [](Gen& gen) {
    auto marks = any_marks(gen);
    const auto first = marks.front().expiry;
    const auto surface = MarkSurface::from(marks, at);
    ASSERT_TRUE(surface);
    for (const Mark& mark : marks) {
      EXPECT_EQ(surface->vol(moneyness(mark), years(mark.expiry - at)), mark.vol);
    }
    const Years tenor{years(first - at).value() * gen.scale(0.5, 20)};
    const auto slice = surface->slice(tenor);
    EXPECT_TRUE(std::is_sorted(slice.x.begin(), slice.x.end(), std::less_equal<>()));
    std::size_t hint = gen.size(0, 40);
    for (const double x : gen.reals(20, -6, 4)) {
      EXPECT_CLOSE(slice(x, hint), surface->vol(x, tenor).value(), 1e-14);
    }
  });
}

TEST(SurfaceLaw, VariesContinuouslyInTimeAndStaysBetweenItsMarks) {
  for_cases(300, [](Gen& gen) {
    const auto marks = any_marks(gen);
    const auto surface = MarkSurface::from(marks, at);
    const double x = gen.real(-6, 4);
    for (const Smile& smile : surface->smiles()) {
      const double t = smile.expiry.value();
      const double before = surface->vol(x, Years{t * (1 - 1e-9)}).value();
      const double after = surface->vol(x, Years{t * (1 + 1e-9)}).value();
      EXPECT_NEAR(before, surface->vol(x, smile.expiry).value(), 1e-6);
      EXPECT_NEAR(after, surface->vol(x, smile.expiry).value(), 1e-6);
    }
    const double vol = surface->vol(x, Years{gen.scale(1e-3, 2)}).value();
    EXPECT_GE(vol, .3 * (1 - 1e-15));
    EXPECT_LE(vol, 1.5 * (1 + 1e-15));
  });
}

}  // namespace levee::option

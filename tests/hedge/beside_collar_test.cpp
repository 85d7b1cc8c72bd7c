// tests/hedge/beside_collar_test.cpp — a collar beside a plan, and the whole book's upside.
#include "levee/hedge/beside_collar.h"

#include "tests/hedge/beside_day.h"

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using testing::HasSubstr;

CollarTold collar(test::BesideDay& day) {
  const Ground ground = day.ground();
  const Setting setting = day.desk.setting();
  return collar_told(day.ask(ground, setting));
}

std::optional<UpsideTold> upside(test::BesideDay& day) {
  const Ground ground = day.ground();
  const Setting setting = day.desk.setting();
  return upside_told(day.ask(ground, setting));
}

void diverge(test::BesideDay& day, double z) {
  day.outlook.gauges.push_back(
      {.name = "tvl_divergence", .reading = signal::Reading{test::midnight, z, "outflow"}});
}

book::Book harvested(double fees, double wallet = 0) {
  book::Book book = test::small_book();
  book.positions[0].fees_earned = Usd{fees};
  book.wallet = Tokens{wallet};
  return book;
}

// Loss of book and plan against today at one price, options at expiry, the plainest way.
double loss_at(const test::BesideDay& day, double price) {
  const auto worth = [&](double at) {
    double sum = day.desk.book.wallet.value() * at;
    for (const book::LpPosition& one : day.desk.book.positions) {
      sum += amm::exposure_at(one.range, Price{at}).value.value();
    }
    return sum;
  };
  double gain = worth(price) - worth(2000);
  for (std::size_t j = 0; j < day.lots.size(); ++j) {
    const solve::Column& column = day.program.columns[j];
    const Candidate& what = day.program.candidates[day.program.candidate_of[j]];
    const auto* contract = std::get_if<option::Contract>(&what.instrument);
    const double each =
        contract ? option::payoff_of(*contract, Price{price}).value() : price - 2000;
    gain += day.lots[j] * (column.sign * each - column.cost);
  }
  return -gain;
}

}  // namespace

TEST(BesideCollar, IsOffWithoutATriggerAndLeavesTheWalletToTheProgramme) {
  test::BesideDay day(harvested(20'000, 10));
  day.desk.orders.wallet_covers = false;
  EXPECT_THAT(collar(day).collar.why, HasSubstr("how value locked goes is not known"));
  EXPECT_FALSE(collar(day).collar.is_on);
  diverge(day, 0.3);
  EXPECT_THAT(collar(day).collar.why, HasSubstr("goes with its sector"));

  day.desk.orders.wallet_covers = true;
  day.outlook.facts.press.state = signal::PressState::harvest;
  EXPECT_THAT(collar(day).collar.why, HasSubstr("may sell calls on wallet tokens itself"));
  day.trade("ETH-30-2200-C", -4);
  EXPECT_THAT(collar(day).collar.why, HasSubstr("itself sells 4 calls on wallet tokens"));
  day.desk.policy.layers_off = {"collar"};
  EXPECT_THAT(collar(day).collar.why, HasSubstr("switches the layer off"));
}

// S1.28: fees and calls pay; the worst over all prices is what it says.
TEST(BesideCollar, IsPaidByFeesAndSpreadsAndItsWorstIsTheWorst) {
  test::BesideDay day(harvested(2'000));
  diverge(day, -2);
  const CollarTold told = collar(day);
  ASSERT_TRUE(told.collar.is_on) << told.collar.why;
  EXPECT_EQ(told.put, "ETH-30-1700-P");
  EXPECT_EQ(told.call, "ETH-30-2300-C");
  EXPECT_EQ(told.cap, "ETH-30-2800-C");
  EXPECT_GT(told.collar.put_units, 0);
  EXPECT_EQ(told.collar.call_units, told.collar.cap_units) << "no wallet: spreads alone";
  EXPECT_LE(told.collar.premium_paid_usd, told.collar.premium_received_usd + 2'000 + 1e-6);
  ASSERT_TRUE(told.collar.worst_loss_usd);
  EXPECT_LE(*told.collar.worst_loss_usd, 0.02 * day.program.scale);

  test::BesideDay strict(harvested(2'000));
  diverge(strict, -2);
  strict.desk.policy.collar_loss_share_max = 0;
  EXPECT_LE(collar(strict).collar.worst_loss_usd.value_or(0), 0);

  day.outlook.regime.restrictions = {{signal::NewRisk::sell_call, "press", "premium is not rich"}};
  const CollarTold fees_alone = collar(day);
  EXPECT_EQ(fees_alone.collar.call_units, 0);
  EXPECT_LE(fees_alone.collar.premium_paid_usd, 2'000);
  EXPECT_THAT(fees_alone.collar.why, HasSubstr("premium is not rich (press gate)"));
}

TEST(BesideCollar, BuysNoPutForTokensThatOneCoversAlreadyAndNeverTwiceSellsAToken) {
  test::BesideDay day(harvested(100, 10));
  day.desk.orders.wallet_covers = false;
  diverge(day, -2);
  day.trade("ETH-30-1800-P", 5'000);
  const CollarTold covered = collar(day);
  EXPECT_FALSE(covered.collar.is_on);
  EXPECT_THAT(covered.collar.why, HasSubstr("cover every token"));
  EXPECT_EQ(covered.collar.put_units, 0);

  std::ranges::fill(day.lots, 0);
  day.trade("ETH-110-2200-C", -9);  // stands on nine of the ten
  for (market::Quote& one : day.desk.snapshot.chain) {
    if (one.contract.strike > Price{2300}) one.ask.reset();  // no cap: wallet tokens alone
  }
  EXPECT_EQ(collar(day).collar.call_units, 1);
}

TEST(BesideUpside, IsToldWhereSomethingIsShortAlone) {
  test::BesideDay day;
  EXPECT_FALSE(upside(day));
  day.trade("ETH-30-2200-C", 5);
  EXPECT_FALSE(upside(day)) << "bought calls lose their premium, and nothing as the price rises";

  day.trade("ETH-PERP", -100);
  const auto naked = upside(day);
  ASSERT_TRUE(naked);
  EXPECT_TRUE(naked->is_naked);
  EXPECT_EQ(naked->from_usd, 2000);
  EXPECT_EQ(naked->at_price_usd, 4000);
  EXPECT_NEAR(naked->loss_usd, loss_at(day, 4000), 1e-6);
  EXPECT_THAT(naked->why, HasSubstr("lose without end"));

  day.trade("ETH-30-2200-C", 100);
  EXPECT_FALSE(upside(day)->is_naked);
}

TEST(BesideUpside, CountsShortTokensFromTodaysPriceWhereTheStrikeIsBelowIt) {
  test::BesideDay day;
  day.trade("ETH-30-1800-C", -5);
  day.trade("ETH-30-2100-C", 150);
  day.trade("ETH-PERP", -100);
  const auto told = upside(day);
  ASSERT_TRUE(told);
  EXPECT_FALSE(told->is_naked);
  EXPECT_EQ(told->from_usd, 1800);
  EXPECT_NEAR(told->loss_usd, loss_at(day, told->at_price_usd), 1e-6);
  for (double price = 1800; price < 10'000; price += 7) {
    EXPECT_LE(loss_at(day, price), told->loss_usd + 1e-6) << price;
  }
}

// Amendment 5: over all prices, against a plain grid.
TEST(BesideUpsideLaw, NoPriceIsWorse) {
  test::BesideDay day(harvested(0, 5));
  test::for_cases(150, [&](test::Gen& gen) {
    std::ranges::fill(day.lots, 0);
    for (const char* call : {"ETH-30-2100-C", "ETH-30-2300-C", "ETH-30-2800-C", "ETH-30-2200-C"}) {
      const double units = std::floor(gen.real(-30, 60));
      if (units != 0) day.trade(call, units);
    }
    day.trade("ETH-PERP", -gen.real(1, 40));
    const auto told = upside(day);
    if (!told) return;
    if (told->is_naked) {
      EXPECT_LT(loss_at(day, 4e5), loss_at(day, 4e6));
      EXPECT_NEAR(told->loss_usd, loss_at(day, 4000), 1e-6);
      return;
    }
    EXPECT_NEAR(told->loss_usd, loss_at(day, told->at_price_usd), 1e-6);
    for (double price = told->from_usd; price < 20'000; price *= 1.01) {
      EXPECT_LE(loss_at(day, price), told->loss_usd + 1e-6) << price;
    }
  });
}

}  // namespace levee::hedge

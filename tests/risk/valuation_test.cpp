// tests/risk/valuation_test.cpp — figures of mathematics 5.3 and 7.
#include "levee/risk/valuation.h"

#include "levee/amm/constant_product.h"

#include "tests/support/cases.h"

namespace levee::risk {

TEST(Capm, IsThePublishedOne) {
  EXPECT_CLOSE((Capm{.riskless = .045, .premium = .055, .beta = 1.7}.cost()), .1385, 1e-14);
  EXPECT_CLOSE((Capm{.045, .055, 1.7, .03 * .9}.cost()), .1655, 1e-14);
}

TEST(Wacc, IsThePublishedOne) {
  EXPECT_CLOSE((Wacc{.6, .1385, .06}.cost()), .1071, 1e-14);
  EXPECT_CLOSE((Wacc{.6, .1385, .06, .01}.cost()), .1171, 1e-14);
}

TEST(DiscountedPayments, AreThePublishedOnes) {
  EXPECT_CLOSE(gordon_value(Usd{.08}, .15, .03)->value(), .6666666667, 1e-9);
  EXPECT_CLOSE(fading_value(Usd{1}, .12, {.2, .03, 2})->value(), 15.2222222222, 1e-10);
  EXPECT_FALSE(gordon_value(Usd{1}, .05, .05));
  EXPECT_FALSE(fading_value(Usd{1}, .03, {.2, .03, 2}));
}

TEST(PriceToCash, IsThePublishedOne) {
  const CashFlow month{
      .fees = Usd{1100}, .gas = Usd{120}, .hedge = Usd{400}, .lvr = Usd{300}, .days = 30};
  const PriceToCash found = price_to_cash(Usd{100'000}, month);
  EXPECT_CLOSE(*found.hedged, 14.170996693434104, 1e-14);
  EXPECT_CLOSE(*found.gross, 100'000 / (980 * 365 / 30.0), 1e-14);
  EXPECT_CLOSE(*found.economic, 100'000 / (280 * 365 / 30.0), 1e-14);
  CashFlow poor = month;
  poor.lvr = Usd{600};
  EXPECT_FALSE(price_to_cash(Usd{100'000}, poor).economic);
}

// A share of a constant product's reserves: its price is what it would take out, its cash what its
// part of the swaps paid, and of that the reserves are richer.
TEST(PriceToCash, StartsAtAPoolsReserves) {
  const auto units = [](double tokens) { return U256{static_cast<u128>(tokens * 1e12)}; };
  const auto tokens = [](const U256& raw) { return static_cast<double>(raw.low128()) / 1e12; };
  amm::PairReserves pool{units(2'000), units(4'000'000)};  // ether, dollars
  const double share = 0.025, price = 2'000;
  const auto worth = [&] { return tokens(pool.in) * price + tokens(pool.out); };
  const double before = worth();
  double paid = 0;  // by traders, dollars
  for (int day = 0; day < 30; ++day) {
    const U256 in = units(20);
    const U256 out = *amm::amount_out_of(in, pool);
    pool = {pool.in + in, pool.out - out};
    // The same ether back, at the price the pool came from.
    const U256 back = *amm::amount_in_for(in, {pool.out, pool.in});
    pool = {pool.in - in, pool.out + back};
    paid += 0.003 * (20 * price + tokens(back));
  }
  EXPECT_NEAR(worth() - before, paid, 0.02 * paid);
  const CashFlow month{
      .fees = Usd{share * paid}, .gas = Usd{0}, .hedge = Usd{0}, .lvr = Usd{0}, .days = 30};
  const PriceToCash found = price_to_cash(Usd{share * before}, month);
  EXPECT_CLOSE(*found.gross, 8e6 / (paid * 365 / 30), 1e-12) << "whatever the share";
  EXPECT_NEAR(*found.gross, 8e6 / (2 * 0.003 * 40'000 * 365), 3);
}

TEST(ValuePerDollar, IsThePublishedOne) {
  EXPECT_CLOSE(value_per_dollar({.12, .10, Intensity{.03}, Share{.9}}), .9461538461538461, 1e-15);
  EXPECT_CLOSE(value_per_dollar({.12, .10, Intensity{0}, Share{.9}}), 1.2, 1e-15);
}

TEST(BreakEvenHazard, IsCarryOverWhatIsLost) {
  EXPECT_CLOSE(break_even_hazard(.026, Share{.8}).value(), .0325, 1e-14);
  EXPECT_EQ(break_even_hazard(-.01, Share{.8}).value(), 0);
  EXPECT_THROW((void)break_even_hazard(.01, Share{0}), ContractBroken);
}

}  // namespace levee::risk

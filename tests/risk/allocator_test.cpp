// tests/risk/allocator_test.cpp — figures of methodology 4.11, 4.25, 4.26 and mathematics 5.3
// and 7.
#include "levee/risk/allocator.h"

#include "tests/support/cases.h"

#include <algorithm>
#include <cmath>

namespace levee::risk {
namespace {

// 20 % a year in monthly payments, failure 4 % a year, a fifth then left.
AllocatorAsk fifth() {
  return {.at = *moment_from("2024-01-01"),
          .value = Usd{100},
          .cash = {.fees = Ranged{20, 20, 20},
                   .gas = Usd{0},
                   .slippage = Usd{0},
                   .lvr = Usd{0},
                   .hedge_carry = Usd{0},
                   .hedge_net = Usd{0}},
          .hazard = {.04, .04, .04},
          .lost = Share{.8},
          .capm = {.riskless = .045, .premium = .055, .beta = 1}};
}

const Ratio& ratio(const Allocator& told, std::string_view name) {
  const auto found = std::ranges::find(told.ratios, name, &Ratio::name);
  EXPECT_NE(found, told.ratios.end()) << name;
  return *found;
}

double figure(const AllocatorAsk& ask, std::string_view name) {
  return ratio(allocator_of(ask), name).value.value_or(NAN);
}

constexpr std::string_view survival = "IRR, weighted by survival", plain = "IRR, plain";

}  // namespace

TEST(SurvivalReturn, TurnsTwentyTwoPercentIntoEighteen) {
  EXPECT_NEAR(figure(fifth(), plain), .219, 5e-4);
  EXPECT_NEAR(figure(fifth(), survival), .181, 1e-3);
  // Yield less hazard times loss is good to a tenth of a point here, and no better.
  EXPECT_NEAR(figure(fifth(), survival), figure(fifth(), plain) - .04 * .8, 1.5e-2);
}

TEST(SurvivalReturn, WithoutHazardIsTheReturn) {
  AllocatorAsk safe = fifth();
  safe.hazard = {};
  const Flows flows = yearly_flows(safe, 20);
  const double rate = internal_rates(flows.flows)->rates.at(0);
  EXPECT_NEAR(figure(safe, survival), rate, 1e-10);
  EXPECT_EQ(figure(safe, survival), figure(safe, plain));
}

TEST(SurvivalReturn, GetsBackWhatArbitrageLeaves) {
  AllocatorAsk idle = fifth();
  idle.cash.fees = Ranged{0, 0, 0};
  idle.cash.lvr = Usd{10};
  idle.hazard = {};
  EXPECT_CLOSE(figure(idle, plain), std::expm1(-.1), 1e-9);
}

TEST(SurvivalReturn, MayNotExist) {
  // Dearer a month than what is left is worth: money is paid in to the end and never comes back.
  AllocatorAsk sunk = fifth();
  sunk.cash.fees = Ranged{0, 0, 0};
  sunk.cash.hedge_net = Usd{2000};
  const Ratio lost = ratio(allocator_of(sunk), plain);
  EXPECT_FALSE(lost.value);
  EXPECT_NE(lost.status.find("one direction"), std::string::npos) << lost.status;
  sunk.cash.hedge_net = Usd{20};
  EXPECT_LT(figure(sunk, plain), -.15) << "paid in, and most of it got back";
}

TEST(Friction, TwiceTheGasIsTwiceTheRate) {
  AllocatorAsk ask = fifth();
  ask.friction = Friction::as_rate;
  ask.cash.gas = Usd{.75};
  const double once = friction_rate(ask), base = figure(fifth(), "WACC, no hazard in it");
  EXPECT_EQ(once, .0075);
  EXPECT_CLOSE(figure(ask, "WACC, no hazard in it"), base + once, 1e-14);
  ask.cash.gas = Usd{1.5};
  EXPECT_EQ(friction_rate(ask), 2 * once);
  EXPECT_CLOSE(figure(ask, "WACC, no hazard in it"), base + 2 * once, 1e-14);
}

TEST(Friction, IsCountedOnce) {
  AllocatorAsk flow = fifth();
  flow.cash.gas = Usd{1}, flow.cash.slippage = Usd{2};
  AllocatorAsk rate = flow;
  rate.friction = Friction::as_rate;
  EXPECT_CLOSE(figure(rate, plain), figure(fifth(), plain), 1e-12) << "not in the flows";
  EXPECT_LT(figure(flow, plain), figure(fifth(), plain) - .02);
  EXPECT_CLOSE(figure(flow, "WACC, no hazard in it"), figure(fifth(), "WACC, no hazard in it"),
               1e-14);
}

TEST(CostOfCapital, HasNoHazardBesideASurvivalReturn) {
  const Allocator told = allocator_of(fifth());
  EXPECT_CLOSE(*ratio(told, "WACC, no hazard in it").value, .10, 1e-14);
  EXPECT_CLOSE(*ratio(told, "WACC, with hazard").value, .132, 1e-13);
  EXPECT_CLOSE(*ratio(told, "IRR by survival less WACC").value, *told.survival_irr - .10, 1e-12);
  EXPECT_NE(ratio(told, "IRR by survival less WACC").status.find("may be added to"),
            std::string::npos);
}

TEST(PriceToCash, IsThePublishedOneAndHasNoNumberForALoss) {
  AllocatorAsk ask = fifth();
  ask.value = Usd{100'000};
  const double year = 365 / 30.0;
  ask.cash = {.fees = Ranged{1100 * year, 900 * year, 1300 * year},
              .gas = Usd{120 * year},
              .slippage = Usd{0},
              .lvr = Usd{700 * year},
              .hedge_carry = Usd{400 * year},
              .hedge_net = Usd{100 * year}};
  EXPECT_CLOSE(figure(ask, "P/CF hedged"), 14.170996693434104, 1e-12);
  EXPECT_CLOSE(figure(ask, "P/CF gross"), 100'000 / (980 * year), 1e-12);
  // LVR whole, the hedge net of what it pays: 1100 - 120 - 100 - 700.
  EXPECT_CLOSE(figure(ask, "P/CF economic"), 100'000 / (180 * year), 1e-12);
  const Ratio economic = ratio(allocator_of(ask), "P/CF economic");
  EXPECT_FALSE(economic.high) << "with the least fees there is no cash";
  ask.cash.lvr = Usd{1000 * year};
  const Ratio none = ratio(allocator_of(ask), "P/CF economic");
  EXPECT_FALSE(none.value);
  EXPECT_EQ(none.status, "cash is not above 0");
}

TEST(DiscountedPayments, OfAFairYieldAreTheValue) {
  // Paid by the month: a yield that compounds to the cost of equity is worth what was paid.
  AllocatorAsk fair = fifth();
  fair.hazard = {}, fair.years = 5;
  double units = 0, last = 0;
  const Flows flows = yearly_flows(fair, 12);
  for (std::size_t i = 1; i < flows.flows.size(); ++i) {
    const auto elapsed = flows.flows[i].at - flows.flows[0].at;
    last = std::pow(1.1, -years(elapsed).value());
    units += last;
  }
  const double fees = 12 * (100 - 100 * last) / units;
  EXPECT_CLOSE(discounted_payments(fair, fees, 0).value(), 100, 1e-10);
  EXPECT_CLOSE(coverage_factor(1.0), 1, 1e-15);
}

TEST(DiscountedPayments, CountLvrAndHazardOnce) {
  AllocatorAsk ask = fifth();
  const double before = discounted_payments(ask, 20, .04).value();
  ask.cash.lvr = Usd{5};
  EXPECT_CLOSE(discounted_payments(ask, 20, .04).value(),
               discounted_payments(fifth(), 15, .04).value(), 1e-12)
      << "LVR is in the payments, not in the value that comes back too";
  EXPECT_LT(discounted_payments(ask, 20, .04).value(), before);
  EXPECT_CLOSE(figure(fifth(), "Gordon, over value"), .2 / (.10 + .04 * .8), 1e-12);
  EXPECT_CLOSE(figure(fifth(), "Perpetual yield, over value"), (.2 + .04 * .2) / .14, 1e-12);
}

// S2.44: as years go on the dated sum tends to Gordon's value, whatever growth is below the rate;
// the value that comes back at the end counts for less and less.
TEST(DiscountedPayments, TendToGordonsValueAsYearsGoOn) {
  for (const double growth : {0.0, 0.03, -0.05}) {
    AllocatorAsk ask = fifth();
    ask.hazard = {};
    ask.growth = {.first = growth, .last = growth, .half_life_years = 1};
    // Payments come by the month: their year of accumulation at the required rate.
    const double required = .10, each = 20.0 / 12;
    const double grown = std::pow(1 + growth, 1.0 / 12), kept = std::pow(1 + required, 1.0 / 12);
    const double limit = each * grown / (kept - grown);
    double last = 1e300;
    for (const int years : {10, 40, 160, 300}) {
      ask.years = years;
      const double off = std::abs(discounted_payments(ask, 20, 0).value() - limit);
      EXPECT_LT(off, last) << years;
      last = off;
    }
    EXPECT_LT(last / limit, 2e-3) << "months are not all of a length";
    // The same in whole years, as Gordon wrote it, is less by what a year's payments wait.
    const double yearly = gordon_value(Usd{20 * (1 + growth)}, required, growth)->value();
    EXPECT_GT(limit, yearly);
    EXPECT_LT(limit / yearly, 1 + required);
  }
}

TEST(DiscountedPayments, GrowThatFades) {
  AllocatorAsk ask = fifth();
  ask.years = 4;
  ask.growth = {.first = .2, .last = .2, .half_life_years = 1};
  AllocatorAsk fades = ask;
  fades.growth.last = 0;
  EXPECT_GT(discounted_payments(ask, 20, .04), discounted_payments(fades, 20, .04));
  EXPECT_GT(discounted_payments(fades, 20, .04).value(), [&] {
    AllocatorAsk flat = fifth();
    flat.years = 4;
    return discounted_payments(flat, 20, .04).value();
  }());
}

TEST(CoverageFactor, MakesATargetWithinItsBounds) {
  EXPECT_CLOSE(beta_factor(1.2, std::nullopt), 1.2, 1e-15);
  EXPECT_CLOSE(beta_factor(7, Usd{1e9}), 3 * std::pow(10, .1), 1e-14) << "smaller is hedged more";
  EXPECT_CLOSE(beta_factor(-1, Usd{1e10}), .5, 1e-15);
  EXPECT_CLOSE(coverage_target(.35, 1.2), .42, 1e-14);
  EXPECT_CLOSE(coverage_target(.35, 9), .525, 1e-14);
  EXPECT_EQ(coverage_target(.9, 1.4), 1);
}

TEST(CoverageFactor, OfASmallerTokenIsMoreOrLessAsItIsAsked) {
  double more = coverage_target(.35, 0.5), less = 1;
  for (double cap = 1e13; cap > 1e4; cap /= 10) {
    const double up = coverage_target(.8, beta_factor(1.1, Usd{cap}));
    const double down = coverage_target(.8, beta_factor(1.1, Usd{cap}, SmallCap::less));
    EXPECT_GE(up, more) << cap;
    EXPECT_LE(down, less) << cap;
    EXPECT_LE(up, 1) << cap;
    EXPECT_CLOSE(beta_factor(1.1, Usd{cap}) * beta_factor(1.1, Usd{cap}, SmallCap::less), 1.21,
                 1e-13);
    more = up, less = down;
  }
  EXPECT_EQ(more, 1) << "at most all of it, however small";
  EXPECT_CLOSE(less, .4, 1e-14) << "half the usual at least";
  EXPECT_GT(coverage_target(.35, beta_factor(1.1, Usd{1e9})),
            coverage_target(.35, beta_factor(1.1, Usd{1e11})));
}

TEST(CoverageFactor, IsClipped) {
  EXPECT_EQ(coverage_factor(3), .5);
  EXPECT_EQ(coverage_factor(-2), 1.5);
  EXPECT_DOUBLE_EQ(coverage_factor(.8), 1.2);
}

TEST(HazardBreakEven, IsCarryOverWhatIsLost) {
  EXPECT_CLOSE(figure(fifth(), "Hazard break-even"), .25, 1e-14);
  AllocatorAsk poor = fifth();
  poor.cash.lvr = Usd{30};
  EXPECT_EQ(figure(poor, "Hazard break-even"), 0);
}

TEST(Allocator, SaysWhatItCannotKnow) {
  AllocatorAsk ask = fifth();
  ask.cash.fees.reset();
  const Allocator told = allocator_of(ask);
  EXPECT_FALSE(told.survival_irr);
  EXPECT_FALSE(told.worth_over_value);
  for (const Ratio& one : told.ratios) {
    const bool costs = one.name.starts_with("WACC");
    EXPECT_EQ(one.value.has_value(), costs) << one.name;
    EXPECT_FALSE(one.status.empty()) << one.name;
  }
}

TEST(AllocatorLaw, MoreHazardIsWorthLess) {
  test::for_cases(60, [](test::Gen& gen) {
    AllocatorAsk ask = fifth();
    const double fees = gen.real(0, 60);
    ask.cash.fees = Ranged{fees, 0.8 * fees, 1.2 * fees};
    ask.cash.lvr = Usd{gen.real(0, 30)}, ask.cash.gas = Usd{gen.real(0, 2)};
    ask.lost = Share{gen.real(.05, 1)};
    ask.years = gen.integer(1, 4);
    double before = INFINITY, worth = INFINITY;
    for (const double hazard : {0.0, .01, .05, .2, .6}) {
      ask.hazard = {hazard, hazard / 2, 2 * hazard};
      const Allocator told = allocator_of(ask);
      const Ratio irr = ratio(told, survival);
      ASSERT_TRUE(irr.value);
      EXPECT_LE(*irr.value, before + 1e-12);
      EXPECT_LE(*irr.low, *irr.value);
      EXPECT_GE(*irr.high, *irr.value);
      before = *irr.value;
      // Where payments are below what is required, what a failure leaves at once may be worth more.
      const double cash = fees - ask.cash.lvr.value() - ask.cash.gas.value();
      if (cash < 100 * ask.capm.cost()) continue;
      EXPECT_LE(*told.worth_over_value, worth + 1e-12);
      worth = *told.worth_over_value;
    }
  });
}

}  // namespace levee::risk

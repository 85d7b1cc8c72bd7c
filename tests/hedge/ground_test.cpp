// tests/hedge/ground_test.cpp — what is offered before a layer is asked, and points to choose on.
#include "levee/hedge/ground.h"

#include "tests/hedge/desk.h"

namespace levee::hedge {

TEST(Tradable, IsTheWholeMarketUnlessAModeTiesTenors) {
  test::Desk desk;
  const Candidates all = tradable(desk.setting(), desk.surface, Rate{0.05});
  EXPECT_EQ(all.list.size(), desk.candidates().list.size());
  desk.policy.mode = "contracts_442";
  const Candidates tied = tradable(desk.setting(), desk.surface, Rate{0.05});
  EXPECT_EQ(tied.list.size(), 7u);  // a put and a call a tenor, and the perp
  for (const Candidate& one : tied.list) {
    if (const auto* contract = std::get_if<option::Contract>(&one.instrument)) {
      EXPECT_GE(contract->strike.value(), 1600);  // no further out than the range
      EXPECT_LE(contract->strike.value(), 2500);
    }
  }
}

TEST(Tradable, WalletTokensAreDeltaToHedge) {
  test::Desk desk;
  const auto most_sold = [&] {
    for (const Candidate& one : tradable(desk.setting(), desk.surface, Rate{0.05}).list) {
      if (std::holds_alternative<book::Perp>(*instrument_of(one.instrument))) {
        return one.depth_sell.value();
      }
    }
    return -1.0;
  };
  const double without = most_sold();
  desk.book.wallet = Tokens{100};
  EXPECT_NEAR(most_sold() - without, 100 * desk.policy.perp_share_of_delta_max, 0.01);
}

TEST(EvenPoints, AreAskedOfKindsThatCanAlone) {
  EXPECT_EQ(even_points("jump").points, scenario::Sampling::Points::sobol);
  EXPECT_EQ(even_points("diffusion").points, scenario::Sampling::Points::sobol);
  EXPECT_EQ(even_points("bootstrap").points, scenario::Sampling{}.points);
}

TEST(CalibrationAsk, IsThePolicys) {
  Policy policy;
  policy.horizon_days = 12.5, policy.history_days = 200, policy.realised_days = 20;
  const auto ask = calibration_ask(policy);
  EXPECT_EQ(ask.horizon, hours(300));
  EXPECT_EQ(ask.history, days(200));
  EXPECT_EQ(ask.realised, days(20));
}

}  // namespace levee::hedge

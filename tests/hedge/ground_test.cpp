// tests/hedge/ground_test.cpp — what is offered before a layer is asked, and points to choose on.
#include "levee/hedge/ground.h"

#include "tests/hedge/beside_day.h"

namespace levee::hedge {

TEST(Tradable, IsTheWholeMarketUnlessAModeTiesTenors) {
  Policy policy;
  policy.tenor_days_new_min = 0, policy.strike_z_in_max = policy.strike_z_out_max = 100;
  test::Desk desk(test::small_market(), test::small_book(), policy);
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

TEST(ProgramOn, CountsNoFundingAsPayoff) {
  test::BesideDay day;
  Ground ground = day.ground();
  ground.funding = Rate{0.9};
  Setting setting = day.desk.setting();
  Offer offer{.list = day.desk.candidates().list, .left_out = {}};
  const auto set =
      drawn(ground, {.kind = "jump", .paths = 300, .seed = 5}, instruments_of(offer.list));
  ASSERT_TRUE(set);
  const auto built =
      program_on(ground, setting, {day.desk.snapshot, day.desk.surface, *set, Rate{0.9}}, offer);
  ASSERT_TRUE(built);
  const Program& program = built->program;
  const std::size_t sold = test::column_of(program, "ETH-PERP", -1);
  const auto value = program.value->row(program.candidate_of[sold]);
  const auto then = set->lead().spot.row(set->dates.size() - 1);
  const double now = day.desk.snapshot.spot.value();
  double paid = 0;
  for (std::size_t s = 0; s < program.paths(); ++s) {
    EXPECT_NEAR(gain_at(program, sold, s), now - then[s], 1e-9 * now);
    paid += (then[s] - now - value[s]) / static_cast<double>(program.paths());
  }
  EXPECT_NEAR(paid, 0.9 * 30 / 365 * now, 0.1 * paid);
  const std::size_t put = test::column_of(program, "ETH-30-1800-P", 1);
  const Candidate& c = program.candidates[program.candidate_of[put]];
  EXPECT_NEAR(gain_at(program, put, 0),
              program.value->row(program.candidate_of[put])[0] - c.mid.value(), 1e-9);
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

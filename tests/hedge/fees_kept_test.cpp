// tests/hedge/fees_kept_test.cpp — the limit on what a hedge takes of the fees of calm times.
#include "levee/hedge/fees_kept.h"

#include "levee/hedge/choose.h"
#include "tests/hedge/desk.h"

#include <cmath>

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using testing::HasSubstr;

const risk::FeeForecast fees_a_day{700.0};

// A desk whose scenarios are drawn, and what its position takes in on them.
struct Calm {
  test::Desk desk{test::small_market(), test::small_book(), {}, 1000};
  Program program = desk.program();
  FeesSeen seen =
      *fees_seen(desk.book, fees_a_day, calm_reach(desk.policy, desk.from.lead().forecast),
                 desk.with(), test::alone);

  CalmAsk ask(std::optional<CalmVol> vol = {}) const {
    return {desk.policy, seen, desk.with(), desk.snapshot.vol_futures, vol, test::alone};
  }
  std::vector<std::size_t> calm_paths() const {
    std::vector<std::size_t> paths;
    for (std::size_t s = 0; s < seen.ending.size(); ++s) {
      if (seen.ending[s] == Ending::calm) paths.push_back(s);
    }
    return paths;
  }
  template <class At>
  double mean_when_calm(At at) const {
    double sum = 0;
    for (const std::size_t s : calm_paths()) sum += at(s);
    return sum / static_cast<double>(calm_paths().size());
  }
};

const solve::Row& calm_row(const Program& program) {
  EXPECT_EQ(program.rows.back().name, "calm");
  return program.rows.back();
}

double value_at(const solve::Row& row, const std::vector<double>& x) {
  double sum = 0;
  for (std::size_t j = 0; j < x.size(); ++j) sum += row.coefficient[j] * x[j];
  return sum;
}

}  // namespace

TEST(EndingsOf, AreByThePriceInSigmasAndWhereSomethingFailsByThat) {
  scenario::ScenarioSet set;
  set.dates = {days(1), days(30)};
  const std::vector<double> moved{0, 0.05, -0.05, 0.051, -0.199, 0.2001, -0.2001, 0.01};
  set.lead().spot = {2, moved.size()};
  for (std::size_t s = 0; s < moved.size(); ++s) {
    set.lead().spot.row(0)[s] = 1;  // the way there does not count
    set.lead().spot.row(1)[s] = 2000 * std::exp(moved[s] * (1 - 1e-12));
  }
  set.protocol_loss = {1, moved.size()};
  set.protocol_loss.row(0)[7] = 0.1;
  using enum Ending;
  EXPECT_EQ(endings_of(set, Price{2000}, {.sigma = 0.1, .calm_sigmas = 0.5}),
            (std::vector{calm, calm, calm, usual, usual, far_up, far_down, failure}));
}

TEST(CalmReach, IsOfTheForecastToTheHorizon) {
  Policy policy;
  policy.horizon_days = 365.0 / 4, policy.calm_sigma = 0.3;
  const CalmReach reach = calm_reach(policy, Vol{0.6});
  EXPECT_DOUBLE_EQ(reach.sigma, 0.3);
  EXPECT_DOUBLE_EQ(reach.calm_sigmas, 0.3);
}

TEST(FeesSeen, AreWhatPositionsTakeInAndLoseByThemselves) {
  const Calm calm;
  const auto then = calm.desk.set.lead().spot.row(calm.desk.set.dates.size() - 1);
  const amm::Range& range = calm.desk.book.positions[0].range;
  double most = 0;
  for (std::size_t s = 0; s < then.size(); ++s) {
    EXPECT_GE(calm.seen.fees_usd[s], -1e-6);
    most = std::max(most, calm.seen.fees_usd[s]);
    const double change = (amm::exposure_at(range, Price{then[s]}).value -
                           amm::exposure_at(range, calm.desk.snapshot.spot).value)
                              .value();
    EXPECT_NEAR(calm.seen.change_usd[s], change, 1e-6);
    EXPECT_NEAR(calm.seen.moved_usd[s], then[s] - calm.desk.snapshot.spot.value(), 1e-9);
  }
  EXPECT_NEAR(most, 30 * 700, 1e-6);
  EXPECT_FALSE(fees_are_known({700.0, std::nullopt}));
  EXPECT_TRUE(fees_are_known({700.0, 0.0}));
}

TEST(CalmRow, IsTheMeanProfitOfAUnitOnCalmPathsAgainstTheFeesThere) {
  Calm calm;
  ASSERT_GE(calm.calm_paths().size(), 200u);
  ASSERT_EQ(*add_calm_row(calm.ask(), calm.program), "");
  const solve::Row& row = calm_row(calm.program);
  EXPECT_NEAR(row.lower, -0.3 * calm.mean_when_calm([&](auto s) { return calm.seen.fees_usd[s]; }),
              1e-6);
  EXPECT_EQ(row.upper, std::numeric_limits<double>::infinity());
  for (std::size_t j = 0; j < calm.program.columns.size(); ++j) {
    const solve::Column& column = calm.program.columns[j];
    const auto value = calm.program.value->row(column.instrument);
    const double delta = calm.program.candidates[column.instrument].delta;
    EXPECT_NEAR(row.coefficient[j], calm.mean_when_calm([&](auto s) {
      return column.sign * (value[s] - delta * calm.seen.moved_usd[s]) - column.cost;
    }),
                1e-9);
  }
  // A perpetual is no more than its funding and its cost.
  const std::size_t sold = test::column_of(calm.program, "ETH-PERP", -1);
  EXPECT_NEAR(row.coefficient[sold], 0.05 * 30 / 365 * 2000 - calm.program.columns[sold].cost, 0.5);
  EXPECT_THAT(calm.program.notes.back().about, HasSubstr("within 0.5 sigma, USD, its delta"));
}

TEST(CalmRow, RepricesWithVolatilityAsTheRecordHadIt) {
  Calm drawn, fallen;
  const double as_drawn =
      drawn.mean_when_calm([&](auto s) { return drawn.desk.set.lead().level[s]; });
  Calm same;
  ASSERT_TRUE(add_calm_row(drawn.ask(), drawn.program));
  ASSERT_TRUE(add_calm_row(same.ask(CalmVol{as_drawn, 0.01, 100}), same.program));
  // What no market prices is worth what the programme says, wherever it stands among the others.
  fallen.program.candidates[3].instrument = CoverLayer{};
  ASSERT_TRUE(add_calm_row(fallen.ask(CalmVol{as_drawn - 0.1, 0.01, 100}), fallen.program));
  for (std::size_t j = 0; j < drawn.program.columns.size(); ++j) {
    const Candidate& c = drawn.program.candidates[drawn.program.candidate_of[j]];
    const double before = calm_row(drawn.program).coefficient[j];
    EXPECT_NEAR(calm_row(same.program).coefficient[j], before, 1e-9 * std::abs(before) + 1e-9);
    const double lost =
        drawn.program.columns[j].sign * (before - calm_row(fallen.program).coefficient[j]);
    if (drawn.program.candidate_of[j] == 3) {
      EXPECT_NEAR(lost, 0, 1e-9);
    } else if (c.tenor_days > 35) {
      // A tenth off volatility takes less than a tenth of today's vega: longer tenors move by less.
      EXPECT_GT(lost, 0) << c.name;
      EXPECT_LT(lost, 0.1 * c.vega) << c.name;
    } else {
      EXPECT_NEAR(lost, 0, 1e-9) << c.name;  // perpetuals, and what has expired by then
    }
  }
}

TEST(CalmRow, WhatLeavesIsNoLossAndLeavesLessToGive) {
  Calm calm;
  const std::size_t j = test::column_of(calm.program, "ETH-110-1800-P", 1);
  const std::size_t i = calm.program.candidate_of[j];
  calm.program.candidates[i].instrument = Withdrawal{0};
  ASSERT_EQ(*add_calm_row(calm.ask(), calm.program), "");
  const double delta = calm.program.candidates[i].delta, cost = calm.program.columns[j].cost;
  EXPECT_NEAR(calm_row(calm.program).coefficient[j], calm.mean_when_calm([&](auto s) {
    const double worth = calm.program.value->row(i)[s] - delta * calm.seen.moved_usd[s];
    const double fees = calm.seen.fees_usd[s];
    return worth + fees - 0.3 * fees - cost;
  }),
              1e-6);
}

TEST(CalmRow, IsNotThereWhereItCannotBeMeantAndSaysWhy) {
  Calm calm;
  const std::size_t rows = calm.program.rows.size();
  calm.desk.policy.fees_kept_calm_min = 0;
  EXPECT_THAT(*add_calm_row(calm.ask(), calm.program), HasSubstr("fees_kept_calm_min is 0"));
  calm.desk.policy.fees_kept_calm_min = 0.7;
  const FeesSeen seen = calm.seen;
  calm.seen.fees_usd.assign(seen.fees_usd.size(), 0.0);
  EXPECT_THAT(*add_calm_row(calm.ask(), calm.program), HasSubstr("no fees"));
  calm.seen = seen;
  int left = calm_paths_min - 1;
  for (Ending& one : calm.seen.ending) {
    if (one == Ending::calm && left-- <= 0) one = Ending::usual;
  }
  EXPECT_THAT(*add_calm_row(calm.ask(), calm.program), HasSubstr("29 of 1000"));
  EXPECT_EQ(calm.program.rows.size(), rows);
}

// The limit binds a hedge that would give up more, is kept to, and costs some of the objective.
TEST(CalmRow, BindsAndLeavesMoreOfTheFees) {
  Calm calm;
  calm.desk.policy.price_of_tail = 0.8;
  Program with = calm.program;
  ASSERT_EQ(*add_calm_row(calm.ask(), with), "");
  const Choice free = choose(calm.program, calm.desk.policy);
  const solve::Row row = calm_row(with);
  const std::size_t place = with.rows.size() - 1;
  const Choice held = choose(with, calm.desk.policy);
  ASSERT_EQ(free.status, solve::Status::optimal);
  ASSERT_EQ(held.status, solve::Status::optimal);
  EXPECT_LT(value_at(row, free.x), row.lower);  // else the case shows nothing
  EXPECT_NEAR(value_at(row, held.x), row.lower, 1e-6 * std::abs(row.lower));
  EXPECT_LT(held.row_price[place], 0);
  EXPECT_GT(held.objective, free.objective);
}

TEST(FeesKeptTold, IsFeesAndTheHedgesProfitOverFees) {
  const test::Desk desk;
  const FeesSeen seen{.reach = {.sigma = 0.2, .calm_sigmas = 0.5},
                      .ending = {Ending::calm, Ending::calm, Ending::usual, Ending::far_down,
                                 Ending::failure, Ending::calm},
                      .fees_usd = {100, 200, 50, 0, 77, 300},
                      .fees_each = {},
                      .change_usd = {-1, -2, -30, -400, -5, 3},
                      .moved_usd = {1, 2, -10, -90, 0, 6}};
  const Score score{.unhedged = {0, 0, 0, 500, 0, 0},
                    .hedged = {12, 64, -40, 200, 99, 62},
                    .unhedged_tail = {},
                    .hedged_tail = {}};
  const auto told =
      fees_kept_told({desk.policy, seen, desk.with(), {}, {}, test::alone}, score, {}, Tokens{-2});
  ASSERT_TRUE(told);
  EXPECT_DOUBLE_EQ(told->calm_within, 0.1);
  EXPECT_FALSE(told->vol_change);
  ASSERT_EQ(told->rows.size(), 4u);
  const FeesKeptRow& calm = told->rows[0];
  EXPECT_EQ(calm.where, "calm");
  EXPECT_DOUBLE_EQ(calm.share_of_paths, 0.5);
  EXPECT_DOUBLE_EQ(calm.fees_usd, 200);
  EXPECT_DOUBLE_EQ(calm.liquidity_usd, 0);
  EXPECT_DOUBLE_EQ(calm.hedge_usd, -46);
  EXPECT_DOUBLE_EQ(calm.beside_move_usd, -40);  // two tokens short lose six by a mean move of three
  EXPECT_DOUBLE_EQ(*calm.kept, 0.8);
  // Profit less -0.2 of fees: 10, -20, 10, a spread of sqrt(300) among three, over fees of 200.
  EXPECT_NEAR(*calm.kept_se, std::sqrt(300.0 / 3) / 200, 1e-12);
  EXPECT_DOUBLE_EQ(*told->rows[1].kept, 1.4);
  EXPECT_FALSE(told->rows[1].kept_se);  // of one path
  EXPECT_DOUBLE_EQ(told->rows[2].hedge_usd, 300);
  EXPECT_FALSE(told->rows[2].kept);  // no fees to keep
  EXPECT_EQ(told->rows[3].where, "far up");
  EXPECT_EQ(told->rows[3].share_of_paths, 0);
  EXPECT_FALSE(told->rows[3].kept);
}

TEST(FeesKeptTold, CountsTheFeesOfWhatStaysAlone) {
  const Calm calm;
  const std::vector<Held> held{{Withdrawal{0}, 0.25, 25}};
  const auto score = score_of({calm.desk.book, fees_a_day, held}, calm.desk.with(), test::alone);
  ASSERT_TRUE(score);
  const auto told = fees_kept_told(calm.ask(), *score, held, Tokens{0});
  ASSERT_TRUE(told);
  EXPECT_NEAR(told->rows[0].fees_usd,
              0.75 * calm.mean_when_calm([&](auto s) { return calm.seen.fees_usd[s]; }), 1e-6);
  // Of what has left, holding its tokens is better by their convexity, less the gas.
  const double tokens = calm.desk.position.total.base_tokens;
  EXPECT_NEAR(told->rows[0].hedge_usd, calm.mean_when_calm([&](auto s) {
    return 0.25 * (tokens * calm.seen.moved_usd[s] - calm.seen.change_usd[s]) - 25;
  }),
              1e-6);
}

// The limit's own view: the same paths, volatility as recorded. What the row says of a plan is what
// is told of it on the same set.
TEST(FeesKeptTold, HasCalmPathsWithVolatilityAsRecordedBeside) {
  Calm calm;
  const CalmAsk ask = calm.ask(CalmVol{-0.2, 0.03, 300});
  ASSERT_EQ(*add_calm_row(ask, calm.program), "");
  std::vector<double> x(calm.program.columns.size(), 0.0);
  std::vector<Held> held;
  double delta = 0;
  for (const auto& [name, sign, units] :
       {std::tuple{"ETH-110-1800-P", 1.0, 30.0}, {"ETH-PERP", -1.0, 20.0}}) {
    const std::size_t j = test::column_of(calm.program, name, sign);
    x[j] = units;
    delta += sign * units * calm.program.candidates[calm.program.candidate_of[j]].delta;
    held.push_back({calm.program.candidates[calm.program.candidate_of[j]].instrument, sign * units,
                    units * calm.program.columns[j].cost});
  }
  const auto score = score_of({calm.desk.book, fees_a_day, held}, calm.desk.with(), test::alone);
  ASSERT_TRUE(score);
  const auto told = fees_kept_told(ask, *score, held, Tokens{delta});
  ASSERT_TRUE(told);
  ASSERT_EQ(told->rows.size(), 5u);
  EXPECT_EQ(told->rows[1].where, "calm, vol as recorded");
  EXPECT_NEAR(told->rows[1].beside_move_usd, value_at(calm_row(calm.program), x), 1e-6);
  EXPECT_LT(told->rows[1].hedge_usd, told->rows[0].hedge_usd - 100);
  EXPECT_EQ(told->vol_change, -0.2);
  EXPECT_EQ(told->vol_change_se, 0.03);
  EXPECT_EQ(told->vol_spans, 300);
  EXPECT_NEAR(*told->vol_change_drawn,
              calm.mean_when_calm([&](auto s) { return calm.desk.set.lead().level[s]; }), 1e-12);
}

// A future on a volatility index loses where calm times lower volatility, as options do.
TEST(FeesKeptTold, MovesFuturesOnVolatilityAsRecordedToo) {
  Calm calm;
  market::VolFutureQuote quote;
  quote.name = "VOL-90", quote.asset = "ETH";
  quote.expiry = calm.desk.snapshot.at + days(90);
  quote.bid = quote.ask = Vol{0.6};
  quote.per_point = Usd{10}, quote.lot = quote.depth = Tokens{1};
  calm.desk.snapshot.vol_futures = {quote};
  const std::vector<Held> held{{VolFuture{0}, 20, 0}};
  const auto score = score_of({calm.desk.book, fees_a_day, held}, calm.desk.with(), test::alone);
  ASSERT_TRUE(score);
  const auto told = fees_kept_told(calm.ask(CalmVol{-0.2, 0.03, 300}), *score, held, Tokens{0});
  ASSERT_TRUE(told);
  // Twenty contracts of ten dollars a point: the index of sixty falls by a fifth, they by a part.
  const double fallen = told->rows[0].hedge_usd - told->rows[1].hedge_usd;
  EXPECT_GT(fallen, 0.1 * 20 * 10 * 0.18 * 60);
  EXPECT_LT(fallen, 20 * 10 * 0.2 * 65);
}

}  // namespace levee::hedge

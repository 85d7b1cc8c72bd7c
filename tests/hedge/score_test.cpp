// tests/hedge/score_test.cpp — trades scored path by path, by hand.
#include "levee/hedge/score.h"

#include "levee/hedge/tell.h"
#include "tests/hedge/desk.h"

namespace levee::hedge {
namespace {

using option::Type;

option::Contract put_for(int tenor_days) {
  return {Type::put, Price{1800}, test::midnight + days(tenor_days)};
}

// A desk whose scenarios know the dates of these puts.
test::Desk desk_with_paths() {
  test::Desk desk(test::small_market({.tenors = {14, 30, 110}, .strikes = {1600, 1800, 2000}}),
                  test::small_book(), {}, 400);
  EXPECT_TRUE(desk.program(desk.candidates().list));
  return desk;
}

}  // namespace

TEST(Score, OfNoTradesIsTheBookAsItStands) {
  const test::Desk desk = desk_with_paths();
  const auto score = score_of({desk.book, std::vector<std::optional<double>>{100.0}, {}},
                              desk.with(), test::alone);
  ASSERT_TRUE(score);
  EXPECT_EQ(score->hedged, score->unhedged);
  EXPECT_EQ(score->unhedged.size(), 400u);
  EXPECT_EQ(score->hedge_mean_usd, 0);
  EXPECT_EQ(score->hedged_tail.cvar95_usd, score->unhedged_tail.cvar95_usd);
}

TEST(Score, OfTradesIsTheirCostLessWhatTheyPayOnEveryPath) {
  const test::Desk desk = desk_with_paths();
  const std::vector<Held> held{{put_for(30), 10, 450}, {put_for(14), -4, -60}};
  const auto score = score_of({desk.book, std::vector<std::optional<double>>{std::nullopt}, held},
                              desk.with(), test::alone);
  ASSERT_TRUE(score);
  const auto row = std::find(desk.set.dates.begin(), desk.set.dates.end(), days(14));
  ASSERT_NE(row, desk.set.dates.end());
  const auto at_14 =
      desk.set.lead().spot.row(static_cast<std::size_t>(row - desk.set.dates.begin()));
  const auto at_30 = desk.set.lead().spot.row(desk.set.lead().spot.rows() - 1);
  double paid = 0;
  for (std::size_t s = 0; s < 400; ++s) {
    const double gain = 10 * std::max(0.0, 1800 - at_30[s]) - 4 * std::max(0.0, 1800 - at_14[s]);
    EXPECT_NEAR(score->hedged[s], score->unhedged[s] + 390 - gain, 1e-6);
    paid += gain / 400;
  }
  EXPECT_NEAR(score->hedge_mean_usd, paid - 390, 1e-6);
  EXPECT_NEAR(score->hedged_tail.mean_usd, test::plain_mean(score->hedged), 1e-6);
  EXPECT_NEAR(score->hedged_tail.cvar95_usd, test::plain_cvar(score->hedged, 0.95), 1e-6);
  EXPECT_NEAR(score->unhedged_tail.cvar99_usd, test::plain_cvar(score->unhedged, 0.99), 1e-6);
  EXPECT_EQ(score->hedged_tail.paths, 400);
}

TEST(Score, CountsThePositionsFeesOnlyWhereTheyAreKnown) {
  const test::Desk desk = desk_with_paths();
  const auto without = score_of({desk.book, std::vector<std::optional<double>>{std::nullopt}, {}},
                                desk.with(), test::alone);
  const auto with = score_of({desk.book, std::vector<std::optional<double>>{100.0}, {}},
                             desk.with(), test::alone);
  for (std::size_t s = 0; s < 400; ++s) {
    EXPECT_LE(with->unhedged[s], without->unhedged[s]);
    EXPECT_GE(with->unhedged[s], without->unhedged[s] - 100 * 30 - 1e-9);
  }
  EXPECT_LT(with->unhedged_tail.mean_usd, without->unhedged_tail.mean_usd - 100);
}

TEST(Score, OfABookWithAnExpiredLotIsRefused) {
  test::Desk desk = desk_with_paths();
  desk.book.lots = {
      {"gone", option::Contract{Type::put, Price{1800}, test::midnight - days(1)}, Tokens{1}}};
  const auto score = score_of({desk.book, std::vector<std::optional<double>>{std::nullopt}, {}},
                              desk.with(), test::alone);
  ASSERT_FALSE(score);
  EXPECT_EQ(score.error().reason, Reason::out_of_range);
}

TEST(AsymmetryToldOf, IsWhatIsLeftOfGainsAndOfLosses) {
  std::vector<double> before, after;  // losses
  for (int i = 0; i < 40; ++i) {
    before.push_back(i % 2 == 0 ? -10 : 20);
    after.push_back(i % 2 == 0 ? -7 : 5);
  }
  before[1] = 200, after[1] = 50;
  const AsymmetryTold told = asymmetry_told(before, after);
  EXPECT_NEAR(*told.up_capture, 0.7, 1e-12);
  EXPECT_NEAR(*told.down_capture, 0.25, 1e-12);
  EXPECT_LT(*told.skewness_before, -2);
  EXPECT_GT(*told.skewness_after, *told.skewness_before);
  const std::vector<double> gains_alone(30, -1.0);
  EXPECT_FALSE(asymmetry_told(gains_alone, gains_alone).down_capture);
}

}  // namespace levee::hedge

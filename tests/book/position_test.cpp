// tests/book/position_test.cpp — what a position is worth, earns and can stand, by printed tables.
#include "levee/book/position.h"

#include "tests/support/cases.h"
#include "tests/support/small_market.h"

#include <gmock/gmock.h>

namespace levee::book {
namespace {

using testing::HasSubstr;

constexpr PositionAsk month{days(30), days(30)};

market::Snapshot market_at(double vol, double spot = 2000) {
  market::Snapshot snapshot = test::small_market({.vol = vol});
  snapshot.spot = Price{spot};
  return snapshot;
}

PositionAnswer valued(const Book& book, const market::Snapshot& snapshot) {
  const auto surface = market::surface_of(snapshot);
  return *value_positions(book, snapshot, *surface, month);
}

LpPosition position_on(const amm::Bounds& bounds, double value = 1e6, double entry = 2000) {
  LpPosition position;
  position.name = "lp";
  position.range = {bounds, *amm::liquidity_of(Usd{value}, Price{entry}, bounds)};
  position.entry_price = Price{entry};
  return position;
}

Book book_of(std::vector<LpPosition> positions) {
  Book book;
  book.positions = std::move(positions);
  return book;
}

const amm::Bounds lipton{Price{1500}, Price{2500}};  // the range of mathematics 1.2

// Fees a day of a pool such that `position` earns `usd` a day.
market::PoolState pool_paying(double usd, const LpPosition& position, double error = 0) {
  const double liquidity = position.range.liquidity.value();
  market::PoolState pool;
  pool.fees = {Usd{usd / liquidity}, Usd{error / liquidity}, 28, "pool.csv"};
  return pool;
}

bool says(const PositionAnswer& answer, const std::string& field) {
  for (const Error& error : answer.unknown) {
    if (error.message.find(field) != std::string::npos) return true;
  }
  return false;
}

// Borrowed loss in dollars, straight from holdings: what was held at entry, at the price then.
double hold_less_lp(const LpPosition& position, double price) {
  const auto entry = amm::exposure_at(position.range, position.entry_price);
  const auto then = amm::exposure_at(position.range, Price{price});
  return entry.base.value() * price + entry.quote.value() - then.value.value();
}

}  // namespace

TEST(Position, IsWorthWhatThePrintedTableSays) {  // mathematics 1.2, Lipton et al.
  struct Row {
    double price, base, quote, value, funded, borrowed, relative, gamma;
  };
  for (const Row& row : {Row{1000, 543.260627568, 0, 543260.62756771, -0.456739372432,
                             -0.236380464965, -0.303191387972, 0},
                         Row{1600, 466.72765574, 118564.3701292, 865328.61931381, -0.134671380686,
                             -0.0465278176991, -0.0510253761563, -0.7292619621},
                         Row{2000, 220.358907468, 559282.1850646, 1e6, 0, 0, 0, -0.5218173826},
                         Row{2200, 123.222787975, 763036.6282664, 1034126.7618113, 0.0341267618113,
                             -0.00994501968223, -0.00952522600314, -0.4523030479},
                         Row{3000, 0, 1052019.68161, 1052019.68161, 0.05201968161, -0.168339225858,
                             -0.137942391232, 0}}) {
    const auto report = valued(book_of({position_on(lipton)}), market_at(0.7, row.price)).total;
    EXPECT_CLOSE(report.base_tokens, row.base, 1e-9);
    EXPECT_CLOSE(report.delta, row.base, 1e-9);
    EXPECT_NEAR(report.quote_usd, row.quote, 1e-4);
    EXPECT_CLOSE(report.value_usd, row.value, 1e-11);
    EXPECT_NEAR(report.il_funded, row.funded, 1e-11);
    EXPECT_NEAR(report.il_borrowed, row.borrowed, 1e-11);
    EXPECT_NEAR(report.il_relative, row.relative, 1e-11);
    EXPECT_NEAR(report.gamma, row.gamma, 1e-9);
  }
}

TEST(Position, BreaksEvenWhereThePrintedTableSays) {  // mathematics 1.2: v3 prices and z
  struct Row {
    double share, low, high, low_z, high_z;
  };
  for (const Row& row : {Row{0.001, 1938.569818579, 2062.388371041, -0.15545197, 0.15306437},
                         Row{0.005, 1863.962123962, 2140.828824143, -0.35101387, 0.33907015},
                         Row{0.01, 1809.016626922, 2200.565269287, -0.50010914, 0.47620737},
                         Row{0.02, 1732.715196028, 2286.448596389, -0.71484371, 0.66698272}}) {
    const LpPosition position = position_on(lipton);
    auto snapshot = market_at(0.7);
    snapshot.pool = pool_paying(row.share * 1e6 / 30, position);
    const auto report = valued(book_of({position}), snapshot).total;
    EXPECT_CLOSE(report.break_even_low.value(), row.low, 1e-10);
    EXPECT_CLOSE(report.break_even_high.value(), row.high, 1e-10);
    EXPECT_NEAR(report.break_even_low_z.value(), row.low_z, 1e-6);
    EXPECT_NEAR(report.break_even_high_z.value(), row.high_z, 1e-6);
  }
}

TEST(Position, OfTheFullRangeBreaksEvenInClosedForm) {  // r = (1 +- sqrt(2 phi))^2
  const LpPosition position = position_on(amm::full_range());
  auto snapshot = market_at(0.7);
  snapshot.pool = pool_paying(0.01 * 1e6 / 30, position);
  const auto report = valued(book_of({position}), snapshot).total;
  EXPECT_CLOSE(report.break_even_low.value(), 2000 * 0.7371572875254, 1e-10);
  EXPECT_CLOSE(report.break_even_high.value(), 2000 * 1.302842712475, 1e-10);
  EXPECT_NEAR(report.concentration, 1, 1e-12);
}

TEST(Position, FeesAlreadyEarnedCountTowardsBreakEven) {
  LpPosition position = position_on(lipton);
  position.fees_earned = Usd{6000};
  auto snapshot = market_at(0.7);
  snapshot.pool = pool_paying(4000.0 / 30, position);
  const auto report = valued(book_of({position}), snapshot).total;
  EXPECT_CLOSE(report.break_even_low.value(), 1809.016626922, 1e-10);
  EXPECT_CLOSE(report.break_even_high.value(), 2200.565269287, 1e-10);
}

TEST(Position, LosesToRebalancingByItsConcentration) {  // sigma^2 / 8 a year, times M
  const double concentration = 8.349078121716906;       // mathematics 1.2
  const LpPosition position = position_on(lipton);
  auto snapshot = market_at(0.7);
  snapshot.pool = pool_paying(800, position, 50);
  const auto report = valued(book_of({position}), snapshot).total;
  const double rate = 0.49 / 8 * concentration;
  EXPECT_CLOSE(report.concentration, concentration, 1e-12);
  EXPECT_CLOSE(report.market_implied_vol, 0.7, 1e-6);
  EXPECT_CLOSE(report.lvr_usd_per_day, 1e6 * rate / 365, 1e-6);
  EXPECT_CLOSE(report.break_even_fee_rate, rate, 1e-6);
  EXPECT_CLOSE(report.fees_usd_per_day.value(), 800, 1e-12);
  EXPECT_CLOSE(report.fees_usd_per_day_se.value(), 50, 1e-12);
  EXPECT_CLOSE(report.fee_implied_vol.value(), std::sqrt(8 * 800 * 365 / 1e6 / concentration),
               1e-6);
}

TEST(Position, StaysInRangeAsLongAsADriftlessPriceDoes) {  // mathematics 1.2, at 0.7
  const auto report = valued(book_of({position_on(lipton)}), market_at(0.7)).total;
  EXPECT_CLOSE(report.days_in_range.value(), 47.81827702685224, 2e-6);
}

TEST(Position, WithoutOptionsIsValuedAtTheVolatilityThatStandsForTheirs) {
  const auto snapshot = test::small_market();
  const Book book = book_of({position_on(lipton)});
  const PositionAnswer with = valued(book, snapshot);
  const auto same = value_positions(book, snapshot, Vol{with.total.market_implied_vol}, month);
  EXPECT_EQ(same->total.lvr_usd_per_day, with.total.lvr_usd_per_day);
  const auto twice = value_positions(book, snapshot, Vol{2 * with.total.market_implied_vol}, month);
  EXPECT_NEAR(twice->total.lvr_usd_per_day, 4 * with.total.lvr_usd_per_day, 1e-9);
}

TEST(Position, WithoutAPoolRecordEarnsWhatItEarnedBefore) {
  LpPosition position = position_on(lipton);
  position.entry_at = test::midnight - days(20);
  position.fees_earned = Usd{9000};
  const auto answer = valued(book_of({position}), market_at(0.7));
  EXPECT_CLOSE(answer.total.fees_usd_per_day.value(), 450, 1e-12);
  EXPECT_FALSE(answer.total.fees_usd_per_day_se);  // one number has no spread
  ASSERT_EQ(answer.fees_usd_per_day.size(), 1u);
  EXPECT_CLOSE(answer.fees_usd_per_day[0].value(), 450, 1e-12);
}

TEST(Position, WithNothingToForecastFeesFromSaysSo) {
  LpPosition young = position_on(lipton);
  young.entry_at = test::midnight - hours(23);
  young.fees_earned = Usd{300};
  for (const LpPosition& position : {position_on(lipton), young}) {
    const auto answer = valued(book_of({position}), market_at(0.7));
    EXPECT_FALSE(answer.total.fees_usd_per_day);
    EXPECT_FALSE(answer.total.fee_implied_vol);
    EXPECT_FALSE(answer.total.break_even_low);
    EXPECT_FALSE(answer.total.break_even_high_z);
    EXPECT_FALSE(answer.fees_usd_per_day.at(0));
    EXPECT_TRUE(says(answer, "fees_usd_per_day"));
    EXPECT_GT(answer.total.break_even_fee_rate, 0);  // shown instead
  }
}

TEST(Position, OutsideItsRangeEarnsNothingAndSaysWhatIsThereforeNotKnown) {
  const LpPosition position = position_on(lipton);
  auto snapshot = market_at(0.7, 1400);
  snapshot.pool = pool_paying(800, position, 50);
  const auto answer = valued(book_of({position}), snapshot);
  EXPECT_EQ(answer.total.fees_usd_per_day, 0);
  EXPECT_EQ(answer.total.fees_usd_per_day_se, 0);                   // none, for sure
  EXPECT_CLOSE(answer.fees_usd_per_day.at(0).value(), 800, 1e-12);  // once back in range
  EXPECT_EQ(answer.total.lvr_usd_per_day, 0);
  EXPECT_FALSE(answer.total.fee_implied_vol);
  EXPECT_FALSE(answer.total.days_in_range);
  EXPECT_FALSE(answer.total.break_even_low);
  EXPECT_FALSE(answer.total.break_even_high);
  for (const char* field :
       {"fee_implied_vol", "days_in_range", "break_even_low", "break_even_high"}) {
    EXPECT_TRUE(says(answer, field)) << field;
  }
}

TEST(Position, OfTheFullRangeNeverLeavesItAndSaysSo) {
  const auto answer = valued(book_of({position_on(amm::full_range())}), market_at(0.7));
  EXPECT_FALSE(answer.total.days_in_range);
  EXPECT_TRUE(says(answer, "days_in_range"));
}

// Two further routes to the same numbers: the formula of the full range, and what the pool would
// pay out by its own square roots, L (1/sqrt P - 1/sqrt Pb) P + L (sqrt P - sqrt Pa).
TEST(Position, OfAllTicksIsAFullRangeThatLeavesItAfterAges) {
  for (const int edge : {887'200, 887'220, 887'270, 887'272}) {
    SCOPED_TRACE(edge);
    const amm::Quoting quoting{.base_decimals = 18, .quote_decimals = 6, .base_is_token0 = false};
    const auto bounds = amm::bounds_at(Tick{-edge}, Tick{edge}, TickSpacing{1}, quoting);
    const LpPosition ticks = position_on(*bounds), full = position_on(amm::full_range());
    auto snapshot = market_at(0.7, 1800);
    snapshot.pool = pool_paying(300, full);
    const auto by_ticks = valued(book_of({ticks}), snapshot).total;
    const auto by_full = valued(book_of({full}), snapshot).total;
    EXPECT_CLOSE(by_ticks.value_usd, by_full.value_usd, 1e-12);
    EXPECT_CLOSE(by_ticks.value_usd, 1e6 * std::sqrt(1800.0 / 2000), 1e-12);  // V = V0 sqrt(P/P0)
    const double liquidity = ticks.range.liquidity.value();
    const double base = liquidity / std::sqrt(1800.0), quote = liquidity * std::sqrt(1800.0);
    EXPECT_CLOSE(by_ticks.value_usd, base * 1800 + quote, 1e-12);
    EXPECT_CLOSE(by_ticks.base_tokens, base, 1e-12);
    EXPECT_CLOSE(by_ticks.quote_usd, quote, 1e-12);
    EXPECT_CLOSE(by_ticks.gamma, by_full.gamma, 1e-12);
    EXPECT_CLOSE(by_ticks.il_borrowed, by_full.il_borrowed, 1e-12);
    EXPECT_CLOSE(by_ticks.concentration, 1, 1e-12);
    EXPECT_CLOSE(by_ticks.lvr_usd_per_day, by_full.lvr_usd_per_day, 1e-12);
    EXPECT_CLOSE(*by_ticks.break_even_low, *by_full.break_even_low, 1e-9);
    EXPECT_CLOSE(*by_ticks.break_even_high, *by_full.break_even_high, 1e-9);
    const double above = std::log(bounds->upper.value() / 1800);
    const double below = std::log(1800 / bounds->lower.value());
    EXPECT_CLOSE(*by_ticks.days_in_range,
                 365 * above * below / std::pow(by_ticks.market_implied_vol, 2), 1e-12);
  }
}

TEST(Position, ThatFeesPayForAtAnyPriceHasNoLowBreakEvenAndSaysSo) {
  LpPosition position = position_on(amm::full_range());  // loses at most half its value, at 0
  position.fees_earned = Usd{600'000};
  auto snapshot = market_at(0.7);
  snapshot.pool = pool_paying(1, position);
  const auto answer = valued(book_of({position}), snapshot);
  EXPECT_FALSE(answer.total.break_even_low);
  EXPECT_TRUE(answer.total.break_even_high);
  EXPECT_TRUE(says(answer, "break_even_low"));
}

TEST(Position, MeasuresRealisedVolOrSaysWhyNot) {
  auto snapshot = market_at(0.7);
  EXPECT_TRUE(says(valued(book_of({position_on(lipton)}), snapshot), "realised_vol"));

  std::vector<double> logs;  // up and down by 3 % a day: sqrt(365) * 0.03
  for (int i = 0; i < 60; ++i) logs.push_back(7.6 + (i % 2 ? 0.03 : 0));
  snapshot.history = test::series_until(test::midnight, days(1), logs);
  const auto known = valued(book_of({position_on(lipton)}), snapshot);
  EXPECT_CLOSE(known.total.realised_vol.value(), 0.03 * std::sqrt(365), 1e-12);
  EXPECT_FALSE(says(known, "realised_vol"));

  snapshot.history = test::series_until(test::midnight - days(3), days(1), logs);
  const auto surface = market::surface_of(snapshot);
  const auto old = value_positions(book_of({position_on(lipton)}), snapshot, *surface, month);
  ASSERT_FALSE(old);
  EXPECT_EQ(old.error().reason, Reason::stale_data);
  snapshot.stale = market::Stale::allow;
  EXPECT_TRUE(value_positions(book_of({position_on(lipton)}), snapshot, *surface, month));
}

TEST(Position, ABookWithoutOneIsMissingData) {
  const auto snapshot = market_at(0.7);
  const auto answer = value_positions({}, snapshot, *market::surface_of(snapshot), month);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, Reason::missing_data);
}

TEST(Position, SeveralTogetherAddUp) {
  const LpPosition narrow = position_on({Price{1800}, Price{2200}}, 400'000),
                   wide = position_on(lipton, 600'000, 1900);
  auto snapshot = market_at(0.7);
  snapshot.pool = pool_paying(300, narrow, 30);
  const auto answer = valued(book_of({narrow, wide}), snapshot);
  ASSERT_EQ(answer.each.size(), 2u);
  const auto &a = answer.each[0], &b = answer.each[1], &sum = answer.total;
  EXPECT_DOUBLE_EQ(sum.value_usd, a.value_usd + b.value_usd);
  EXPECT_DOUBLE_EQ(sum.delta, a.delta + b.delta);
  EXPECT_DOUBLE_EQ(sum.gamma, a.gamma + b.gamma);
  EXPECT_DOUBLE_EQ(sum.lvr_usd_per_day, a.lvr_usd_per_day + b.lvr_usd_per_day);
  EXPECT_CLOSE(sum.fees_usd_per_day.value(), *a.fees_usd_per_day + *b.fees_usd_per_day, 1e-12);
  EXPECT_CLOSE(sum.il_borrowed, (a.il_borrowed * 400'000 + b.il_borrowed * 600'000) / 1'000'000,
               1e-9);
  const double hold_b = b.value_usd / (1 + b.il_relative), hold_a = a.value_usd;
  EXPECT_CLOSE(sum.il_relative, sum.value_usd / (hold_a + hold_b) - 1, 1e-6);
  EXPECT_CLOSE(sum.concentration,
               (a.concentration * a.value_usd + b.concentration * b.value_usd) / sum.value_usd,
               1e-12);
}

TEST(Position, SeveralTogetherSayWhatOnlyEachOfThemHas) {
  const auto answer = valued(
      book_of({position_on(lipton), position_on({Price{1800}, Price{2200}})}), market_at(0.7));
  EXPECT_FALSE(answer.total.days_in_range);
  EXPECT_TRUE(answer.each[1].days_in_range);
  EXPECT_TRUE(says(answer, "days_in_range of all positions"));
}

TEST(Position, ErrorsOfOnePoolsFeesAreNotIndependentOfEachOther) {
  // Two halves of a position earn from the same record: together they are as sure as the whole.
  const LpPosition half = position_on(lipton, 500'000);
  auto snapshot = market_at(0.7);
  snapshot.pool = pool_paying(400, half, 50);
  const auto answer = valued(book_of({half, half}), snapshot);
  EXPECT_CLOSE(answer.total.fees_usd_per_day.value(), 800, 1e-12);
  EXPECT_CLOSE(answer.total.fees_usd_per_day_se.value(), 100, 1e-12);
}

TEST(Position, ATotalWithAnUnknownPartIsUnknown) {
  LpPosition known = position_on(lipton), unknown = position_on(lipton);
  known.entry_at = test::midnight - days(10);
  known.fees_earned = Usd{5000};
  const auto answer = valued(book_of({known, unknown}), market_at(0.7));
  EXPECT_TRUE(answer.each[0].fees_usd_per_day);
  EXPECT_FALSE(answer.each[1].fees_usd_per_day);
  EXPECT_FALSE(answer.total.fees_usd_per_day);
  EXPECT_FALSE(answer.total.break_even_low);
}

TEST(Position, EveryHeadlineNumberIsExplained) {
  const LpPosition position = position_on(lipton);
  auto snapshot = market_at(0.7);
  snapshot.pool = pool_paying(800, position);
  const auto answer = valued(book_of({position}), snapshot);
  const auto said = [&](std::string_view name) -> std::optional<double> {
    for (const Explain& one : answer.explain.inputs) {
      if (one.name == name) return one.value;
    }
    ADD_FAILURE() << name;
    return std::nullopt;
  };
  EXPECT_EQ(said("value_usd"), answer.total.value_usd);
  EXPECT_EQ(said("lvr_usd_per_day"), answer.total.lvr_usd_per_day);
  EXPECT_EQ(said("fee_implied_vol"), answer.total.fee_implied_vol);
  EXPECT_EQ(said("break_even_low"), answer.total.break_even_low);
  EXPECT_EQ(said("break_even_high"), answer.total.break_even_high);
}

TEST(PositionLaw, AtItsBreakEvensTheLossIsTheIncome) {
  const auto base = market_at(0.7);
  const auto surface = *market::surface_of(base);
  test::for_cases(300, [&](test::Gen& gen) {
    auto snapshot = base;
    std::vector<LpPosition> positions;
    double income = 0;
    const std::size_t count = gen.size(1, 3);
    for (std::size_t i = 0; i < count; ++i) {
      const double entry = 2000 * gen.scale(0.9, 1.1);
      positions.push_back(
          position_on({Price{entry * gen.real(0.4, 0.95)}, Price{entry * gen.real(1.05, 2.5)}},
                      gen.scale(1e3, 1e6), entry));
      positions.back().entry_at = test::midnight - days(10);
      positions.back().fees_earned = Usd{1000};
      const bool earns = positions.back().range.bounds.lower < snapshot.spot &&
                         snapshot.spot < positions.back().range.bounds.upper;
      income += 1000 + (earns ? 1000.0 / 10 * 30 : 0);
    }
    const auto report = value_positions(book_of(positions), snapshot, surface, month)->total;
    const auto left = [&](double price) {
      double sum = income;
      for (const LpPosition& one : positions) sum -= hold_less_lp(one, price);
      return sum;
    };
    for (const auto& root : {report.break_even_low, report.break_even_high}) {
      EXPECT_NEAR(root ? left(*root) : 0, 0, 1e-8 * report.value_usd);
    }
    ASSERT_EQ(left(2000) >= 0, report.break_even_high.has_value());
    if (left(2000) < 0) return;
    // Nothing between spot and a break-even is beyond it; the scan stops short of both.
    const double low = report.break_even_low.value_or(1), high = *report.break_even_high;
    for (int i = 1; i < 200; ++i) {
      EXPECT_GE(left(low + (high - low) * i / 200), -1e-8 * report.value_usd);
    }
  });
}

// S2.11: a full range of a million at 60 % and 30 days is short 0.054 straddles a dollar and price.
TEST(PositionReport, CountsTheStraddlesThatItHasInEffectSold) {
  const auto whole = valued(book_of({position_on({Price{1e-9}, Price{1e12}})}), market_at(0.6));
  EXPECT_NEAR(whole.total.straddles, 0.0541 * 1e6 / 2000, 0.2);
  // Narrower ranges of one worth sell more, by what they are concentrated; out of range none.
  const auto narrow = valued(book_of({position_on({Price{1800}, Price{2200}})}), market_at(0.6));
  EXPECT_CLOSE(narrow.total.straddles / whole.total.straddles,
               narrow.total.concentration / whole.total.concentration, 1e-9);
  const auto outside = valued(book_of({position_on({Price{2200}, Price{2600}})}), market_at(0.6));
  EXPECT_EQ(outside.total.straddles, 0);
  // Where volatility is high a straddle bends less, and more of them are needed.
  EXPECT_GT(
      valued(book_of({position_on({Price{1800}, Price{2200}})}), market_at(0.9)).total.straddles,
      narrow.total.straddles);
}

}  // namespace levee::book

#include "levee/feed/chain_quotes.h"

#include "levee/option/black.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using option::Type;
using ::testing::HasSubstr;

const UnixSeconds now = *moment_from("2026-01-20T08:00:00Z");

ChainRow row_of(Type type, double strike, int days_left, double mark) {
  ChainRow row;
  row.line = 7;
  row.at = now;
  row.instrument = "ETH-X";
  row.contract = {.type = type, .strike = Price{strike}, .expiry = now + days(days_left)};
  row.mark = mark;
  return row;
}

// Marks in coins at one vol, as a venue would compute them.
std::vector<ChainRow> expiry_of(double forward, double vol, int days_left,
                                std::initializer_list<double> strikes) {
  std::vector<ChainRow> rows;
  const Years left = years(days(days_left));
  for (const double strike : strikes) {
    for (const Type type : {Type::call, Type::put}) {
      const option::BlackInputs in{.forward = Price{forward}, .expiry = left, .vol = Vol{vol}};
      const double usd = option::black_price(type, Price{strike}, in).value();
      rows.push_back(row_of(type, strike, days_left, usd / forward));
    }
  }
  return rows;
}

TEST(ChainQuotes, TakesTheMedianFutureAsForwardOfAllItsExpiry) {
  auto rows = expiry_of(3000, 0.6, 10, {2900, 3000, 3100});
  rows[0].future = 3001;
  rows[3].future = 2999;
  rows[4].future = 3050;
  const auto chain = chain_quotes("c.csv", rows, now);
  for (const auto& quote : chain->quotes) EXPECT_EQ(quote.forward, Price{3001});
  EXPECT_EQ(chain->spot, Price{3001});
  EXPECT_THAT(chain->notes, HasSubstr("no index_usd recorded"));
}

TEST(ChainQuotes, WorksForwardAndVolsOutOfMarksWhereNoneAreRecorded) {
  auto rows = expiry_of(3123.25, 0.63, 40, {2000, 2800, 3100, 3400, 5000});
  for (auto& row : rows) row.index = 3100;
  const auto chain = chain_quotes("c.csv", rows, now);
  ASSERT_EQ(chain->quotes.size(), 10U);
  for (const auto& quote : chain->quotes) {
    EXPECT_NEAR(quote.forward.value(), 3123.25, 1e-9);
    EXPECT_NEAR(quote.mark_vol.value(), 0.63, 1e-9);
    EXPECT_EQ(quote.index, Price{3100});
  }
  EXPECT_THAT(chain->notes, HasSubstr("forward of 10 quotes from put-call parity"));
  EXPECT_THAT(chain->notes, HasSubstr("mark_iv of 10 quotes"));
}

TEST(ChainQuotes, TakesAnInTheMoneyVolFromItsOutOfTheMoneyTwin) {
  // Six decimals of a coin, as recorded: the deep call's own time value is gone.
  auto rows = expiry_of(3000, 0.6, 40, {1500});
  for (auto& row : rows) {
    row.mark = std::round(row.mark * 1e6) / 1e6;
    row.future = 3000;
  }
  const auto chain = chain_quotes("c.csv", rows, now);
  EXPECT_NEAR(chain->quotes[0].mark_vol.value(), 0.6, 0.005);
  EXPECT_EQ(chain->quotes[0].mark_vol, chain->quotes[1].mark_vol);
}

TEST(ChainQuotes, GivesNoVolWhereNoVolGivesTheMark) {
  std::vector rows{row_of(Type::call, 9000, 10, 0)};
  rows[0].future = 3000;
  EXPECT_EQ(chain_quotes("c.csv", rows, now)->quotes[0].mark_vol, Vol{0});
}

TEST(ChainQuotes, LeavesOutAnExpiryWithoutAnyForwardAndSaysSo) {
  auto rows = expiry_of(3000, 0.6, 10, {3000});
  rows.push_back(row_of(Type::call, 3000, 20, 0.05));
  const auto chain = chain_quotes("c.csv", rows, now);
  EXPECT_EQ(chain->quotes.size(), 2U);
  EXPECT_THAT(chain->notes, HasSubstr("1 quotes left out: no future_usd and no call-put pair"));
  EXPECT_EQ(chain_quotes("c.csv", std::vector{rows.back()}, now).error().reason,
            Reason::missing_data);
}

TEST(ChainQuotes, LeavesOutWhatExpiredWhileTheSnapshotWasTaken) {
  auto rows = expiry_of(3000, 0.6, 10, {3000});
  rows.insert(rows.begin(), row_of(Type::call, 3000, 0, 0.001));
  EXPECT_EQ(chain_quotes("c.csv", rows, now)->quotes.size(), 2U);
}

TEST(ChainQuotes, RefusesDollarsInCoinColumns) {
  auto rows = expiry_of(3000, 0.6, 10, {3000});
  const auto refused = [&] { return chain_quotes("c.csv", rows, now).error().message; };
  for (auto& row : rows) row.future = 3000;
  rows[0].mark = 75.5;
  EXPECT_THAT(refused(), HasSubstr("c.csv:7: mark_coin 75.5 is more than ETH-X can be worth"));
  rows[0].mark = 0.02;
  rows[1].bid = 2.6;  // a put at K = F is worth at most one coin
  EXPECT_THAT(refused(), HasSubstr("bid_coin 2.6"));
  rows[1].bid = 0.02;
  rows[1].ask = 11.8;  // seen in a crash: silly, but an ask
  EXPECT_TRUE(chain_quotes("c.csv", rows, now));
  rows[0].ask = 101;
  EXPECT_THAT(refused(), HasSubstr("ask_coin 101"));
}

TEST(Glimpse, InterpolatesTotalVarianceToThirtyDays) {
  auto rows = expiry_of(3000, 0.5, 20, {2900, 3000, 3100});
  for (auto& row : expiry_of(3000, 0.6, 50, {2900, 3000, 3100})) rows.push_back(row);
  const auto chain = chain_quotes("c.csv", rows, now);
  // w(20 d) = 0.25 * 20, w(50 d) = 0.36 * 50 per 365 days; a third of the way: 9 1/3 over 30.
  EXPECT_NEAR(glimpse_of(*chain, now)->vol.value(), std::sqrt((5 + (18 - 5) / 3.0) / 30), 1e-9);
}

TEST(Glimpse, ReadsTheSmileAtTheForward) {
  auto rows = expiry_of(3000, 0.5, 30, {2900, 3100});
  for (auto& row : rows) {
    row.future = 3000;
    row.mark_vol = row.contract.strike == Price{2900} ? 0.6 : 0.5;
  }
  const double weight = std::log(3000.0 / 2900) / std::log(3100.0 / 2900);
  const auto chain = chain_quotes("c.csv", rows, now);
  EXPECT_NEAR(glimpse_of(*chain, now)->vol.value(), 0.6 - 0.1 * weight, 1e-12);
}

TEST(Glimpse, IsNothingWithoutBothSidesOfThirtyDays) {
  const auto nearby = chain_quotes("c.csv", expiry_of(3000, 0.5, 20, {2900, 3000, 3100}), now);
  const auto distant = chain_quotes("c.csv", expiry_of(3000, 0.5, 50, {2900, 3000, 3100}), now);
  EXPECT_FALSE(glimpse_of(*nearby, now));
  EXPECT_FALSE(glimpse_of(*distant, now));
}

TEST(ChainQuotesLaw, ParityFindsTheForwardWhateverTheVol) {  // c - p = 1 - K/F
  test::for_cases(500, [](test::Gen& gen) {
    const double forward = gen.scale(10, 1e5);
    const auto rows = expiry_of(forward, gen.real(0.2, 2), gen.integer(1, 300),
                                {forward * gen.real(0.8, 0.99), forward * gen.real(1.0, 1.2)});
    const auto chain = chain_quotes("c.csv", rows, now);
    EXPECT_CLOSE(chain->quotes[0].forward.value(), forward, 1e-12);
  });
}

}  // namespace
}  // namespace levee::feed

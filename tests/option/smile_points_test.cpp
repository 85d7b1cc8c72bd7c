#include "levee/option/smile_points.h"

#include "levee/option/black.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <cmath>

namespace levee::option {
namespace {

using test::Gen;

constexpr UnixSeconds expiry{1'800'000'000};
constexpr PointAsk terms{.forward = Price{3000}, .tenor = Years{0.1}};

double coins(Type type, double strike, double vol) {
  return black_price(type, Price{strike}, {terms.forward, terms.tenor, Vol{vol}}).value() /
         terms.forward.value();
}

// Calls and puts of a flat smile at strikes around 3000, `half` coins to either side.
std::vector<ChainQuote> flat_chain(double half) {
  std::vector<ChainQuote> quotes;
  for (double strike = 2000; strike <= 4200; strike += 100) {
    for (const Type type : {Type::call, Type::put}) {
      const double price = coins(type, strike, 0.6);
      quotes.push_back({{type, Price{strike}, expiry}, price - half, price + half, Price{2990}});
    }
  }
  return quotes;
}

}  // namespace

// By hand: at 100 the call is 0.06 and the put 0.04, so F = 100 / (1 - 0.02).
TEST(ParityForward, IsTheStrikeOverOneLessTheGap) {
  std::vector<ChainQuote> quotes;
  for (const double strike : {100.0, 101.0, 102.0}) {
    const double gap = 1 - strike * 0.98 / 100;
    quotes.push_back({{Type::call, Price{strike}, expiry}, 0.04 + gap, 0.04 + gap, Price{}});
    quotes.push_back({{Type::put, Price{strike}, expiry}, 0.04, 0.04, Price{}});
  }
  const auto found = parity_forward(quotes);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->forward.value(), 100 / 0.98, 1e-9);
  EXPECT_EQ(found->pairs, 3U);
}

TEST(ParityForward, StandsBesideAStrikeThatIsQuotedWrongly) {
  std::vector<ChainQuote> quotes = flat_chain(0.0005);
  EXPECT_NEAR(parity_forward(quotes)->forward.value(), 3000, 1e-6);
  EXPECT_EQ(parity_forward(quotes)->agreeing, 1);
  for (ChainQuote& quote : quotes) {
    if (quote.contract.strike == Price{3100} && quote.contract.type == Type::call) {
      quote.bid += 0.02;
      quote.ask += 0.02;
    }
  }
  const auto found = parity_forward(quotes);
  EXPECT_NEAR(found->forward.value(), 3000, 0.01);
  EXPECT_LT(found->agreeing, 1);
  EXPECT_GT(found->half_width, 0);
  EXPECT_LT(found->half_width, 0.002);
}

TEST(ParityForward, NeedsThreePairsOfTwoSidedQuotes) {
  std::vector<ChainQuote> quotes = flat_chain(0.0005);
  for (ChainQuote& quote : quotes) {
    const bool kept = quote.contract.strike <= Price{2100} || quote.contract.type == Type::call;
    if (!kept) quote.bid = 0;
  }
  const auto found = parity_forward(quotes);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().reason, Reason::missing_data);
}

TEST(SmilePoints, HaveTheVolatilitiesOfBidMidAndAsk) {
  const SmilePoints found = smile_points(flat_chain(0.0002), terms);
  ASSERT_EQ(found.points.size(), 23U);
  EXPECT_TRUE(std::ranges::is_sorted(found.points, {}, &SmilePoint::strike));
  for (const SmilePoint& point : found.points) {
    EXPECT_NEAR(point.mid.value(), 0.6, 1e-9);
    EXPECT_LT(point.bid, point.mid);
    EXPECT_GT(point.ask, point.mid);
    EXPECT_EQ(point.type, point.strike < Price{3000} ? Type::put : Type::call);
    EXPECT_NEAR(point.k, std::log(point.strike.value() / 3000), 1e-15);
    EXPECT_NEAR(point.variance, 0.036, 1e-9);
    EXPECT_GT(point.half_width, 0);
  }
}

// A spread of nothing is worth half a step of 0.0001 coins, turned into variance by vega.
TEST(SmilePoints, TrustNoQuoteBeyondHalfAStep) {
  const SmilePoints found = smile_points(flat_chain(0), terms);
  for (const SmilePoint& point : found.points) {
    const double vega = (coins(point.type, point.strike.value(), 0.6005) -
                         coins(point.type, point.strike.value(), 0.5995)) /
                        0.001;
    EXPECT_NEAR(point.half_width, 5e-5 / vega * 2 * 0.6 * 0.1, 1e-4 * point.half_width);
  }
}

TEST(SmilePoints, CountEveryQuoteByWhyItIsLeftOut) {
  std::vector<ChainQuote> quotes = flat_chain(0.0002);
  const auto at = [&](Type type, double strike) -> ChainQuote& {
    return *std::ranges::find_if(quotes, [&](const ChainQuote& quote) {
      return quote.contract.type == type && quote.contract.strike == Price{strike};
    });
  };
  at(Type::put, 2000).bid = 0;
  at(Type::put, 2100).ask = 0;
  std::swap(at(Type::put, 2200).bid, at(Type::put, 2200).ask);
  at(Type::call, 4200).ask = 1.5;
  at(Type::call, 4100).ask = 0.5;
  at(Type::call, 2000).bid = 0;  // In the money first.
  const QuoteCount count = smile_points(quotes, terms).count;
  EXPECT_EQ(count.no_bid, 1U);
  EXPECT_EQ(count.no_ask, 1U);
  EXPECT_EQ(count.crossed, 1U);
  EXPECT_EQ(count.no_vol, 1U);
  EXPECT_EQ(count.too_wide, 1U);
  EXPECT_EQ(count.in_the_money, 23U);
  EXPECT_EQ(count.used, 18U);
  EXPECT_EQ(count.all(), quotes.size());
}

TEST(SmilePointsLaw, LoseNoQuote) {
  test::for_cases(300, [](Gen& gen) {
    std::vector<ChainQuote> quotes = flat_chain(0.0002);
    for (ChainQuote& quote : quotes) {
      if (gen.coin()) quote.bid = gen.pick({0.0, quote.bid, gen.real(0, 2)});
      if (gen.coin()) quote.ask = gen.pick({0.0, quote.ask, gen.real(0, 2)});
    }
    const SmilePoints found = smile_points(quotes, terms);
    EXPECT_EQ(found.count.all(), quotes.size());
    EXPECT_EQ(found.count.used, found.points.size());
    for (const SmilePoint& point : found.points) {
      EXPECT_LE(point.bid, point.mid);
      EXPECT_LE(point.mid, point.ask);
      EXPECT_TRUE(std::isfinite(point.half_width) && point.half_width > 0);
    }
  });
}

}  // namespace levee::option

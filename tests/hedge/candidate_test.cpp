// tests/hedge/candidate_test.cpp — prices, fees, margin, depth and carry of one unit, by hand.
#include "levee/hedge/candidate.h"

#include "levee/option/range_claim.h"
#include "levee/risk/carry_ledger.h"
#include "tests/support/cases.h"
#include "tests/support/small_market.h"

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using option::Type;
using testing::HasSubstr;

constexpr double spot = 2000;
constexpr Tokens lp_delta{200};

market::Snapshot market_of(std::vector<market::Quote> chain) {
  market::Snapshot snapshot = test::small_market();
  snapshot.chain = std::move(chain);
  return snapshot;
}

// The one candidate of a market of one quote, without a perp.
Candidate only(const market::Quote& quote, const Policy& policy = {}) {
  const auto found = candidates_of(market_of({quote}), policy, lp_delta, std::nullopt);
  EXPECT_EQ(found.list.size(), 1u) << quote.instrument;
  return found.list.empty() ? Candidate{} : found.list[0];
}

Candidate perp_of(Tokens delta, double funding, const Policy& policy = {}) {
  const auto found = candidates_of(market_of({}), policy, delta, Rate{funding});
  EXPECT_EQ(found.list.size(), 1u);
  return found.list.at(0);
}

std::string all_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

// Dollars of a coin-settled option when spot is `s`, `days_on` later, volatility moved: the forward
// keeps its ratio to spot per unit of time left.
double worth(const market::Quote& quote, double s, double days_on = 0, double vol_move = 0) {
  const double tenor = years(quote.contract.expiry - test::midnight).value();
  const double left = tenor - days_on / 365;
  const double ratio = std::pow(quote.forward.value() / spot, left / tenor);
  const double black =
      option::black_price(quote.contract.type, quote.contract.strike,
                          {Price{s * ratio}, Years{left}, Vol{quote.mark_vol.value() + vol_move}})
          .value();
  return black / (s * ratio) * s;
}

}  // namespace

TEST(Candidate, PricesAreCoinsTimesTheIndex) {
  market::Quote quote = test::small_quote({}, Type::put, 1800, 30);
  quote.bid = Tokens{0.02}, quote.ask = Tokens{0.025}, quote.mark = Tokens{0.0223};
  const Candidate c = only(quote);
  EXPECT_EQ(c.name, quote.instrument);
  EXPECT_EQ(std::get<option::Contract>(c.instrument), quote.contract);
  EXPECT_DOUBLE_EQ(c.ask->value(), 50);
  EXPECT_DOUBLE_EQ(c.bid->value(), 40);
  EXPECT_DOUBLE_EQ(c.mid.value(), 44.6);
  EXPECT_EQ(c.ask_coin, Tokens{0.025});
  EXPECT_EQ(c.bid_coin, Tokens{0.02});
  EXPECT_DOUBLE_EQ(c.tenor_days, 30);
}

TEST(Candidate, FeeIsAShareOfTheIndexCappedAtAnEighthOfThePremium) {  // mathematics 3.1
  market::Quote quote = test::small_quote({}, Type::call, 2500, 30);
  quote.bid = Tokens{0.0001}, quote.ask = Tokens{0.02};
  const Candidate c = only(quote);
  EXPECT_DOUBLE_EQ(c.fee_buy.value(), 0.0003 * spot);
  EXPECT_DOUBLE_EQ(c.fee_sell.value(), 0.0000125 * spot);  // 0.0001 costs 0.0000125
  quote.ask = Tokens{0.0024};                              // where the cap begins
  EXPECT_DOUBLE_EQ(only(quote).fee_buy.value(), 0.0003 * spot);
  quote.ask = Tokens{0.0023};
  EXPECT_DOUBLE_EQ(only(quote).fee_buy.value(), 0.125 * 0.0023 * spot);
  Policy dear;
  dear.option_fee_share_of_index = 0.001, dear.option_fee_share_of_premium_max = 0.5;
  EXPECT_DOUBLE_EQ(only(quote, dear).fee_buy.value(), 0.001 * spot);
}

TEST(Candidate, MarginOfAShortIsTheVenuesStandard) {  // mathematics 3.1, coins
  const auto margin = [](Type type, double strike, double mark) {
    market::Quote quote = test::small_quote({}, type, strike, 30);
    quote.mark = Tokens{mark};
    return only(quote).margin_sell.value() / spot;
  };
  EXPECT_NEAR(margin(Type::call, 2000, 0.05), 0.15 + 0.05, 1e-14);
  EXPECT_NEAR(margin(Type::call, 2060, 0.04), 0.15 - 0.03 + 0.04, 1e-14);
  EXPECT_NEAR(margin(Type::call, 2100, 0.03), 0.10 + 0.03, 1e-14);  // where the floor begins
  EXPECT_NEAR(margin(Type::call, 3200, 0.001), 0.10 + 0.001, 1e-14);
  EXPECT_NEAR(margin(Type::call, 1600, 0.21), 0.15 + 0.21, 1e-14);  // in the money: nothing off
  EXPECT_NEAR(margin(Type::put, 2000, 0.05), 0.15 + 0.05, 1e-14);
  EXPECT_NEAR(margin(Type::put, 1940, 0.04), 0.15 - 0.03 + 0.04, 1e-14);
  EXPECT_NEAR(margin(Type::put, 1200, 0.001), 0.10 + 0.001, 1e-14);
  EXPECT_NEAR(margin(Type::put, 3200, 4.0), 0.075 * 4 + 4, 1e-14);  // maintenance is more
  EXPECT_EQ(only(test::small_quote({}, Type::put, 1800, 30)).margin_buy, Usd{0});
}

TEST(Candidate, DepthIsAShareOfOpenInterestInWholeLots) {
  market::Quote quote = test::small_quote({}, Type::put, 1800, 30);
  quote.open_interest = Tokens{389};  // 2 % is 7.78
  EXPECT_EQ(only(quote).depth_buy, Tokens{7});
  EXPECT_EQ(only(quote).depth_sell, Tokens{7});
  Policy tenths;
  tenths.option_lot = 0.1;
  EXPECT_NEAR(only(quote, tenths).depth_buy.value(), 7.7, 1e-12);
  EXPECT_EQ(only(quote, tenths).lot, Tokens{0.1});
  quote.bid.reset();
  EXPECT_EQ(only(quote).depth_sell, Tokens{0});  // nobody bids
  EXPECT_EQ(only(quote).depth_buy, Tokens{7});
  EXPECT_FALSE(only(quote).bid);
}

TEST(Candidate, WhatCannotBeTradedIsLeftOutInWords) {
  auto good = test::small_quote({}, Type::put, 1800, 30);
  auto closed = good, untouched = good, thin = good, unquoted = good, unmarked = good;
  untouched.open_interest = Tokens{0};
  thin.open_interest = Tokens{49};
  unquoted.bid.reset(), unquoted.ask.reset();
  unmarked.mark_vol = Vol{0};
  closed.contract.expiry = test::midnight + hours(20);
  const auto found = candidates_of(market_of({untouched, good, unquoted, thin, unmarked, closed}),
                                   {}, lp_delta, Rate{0});
  ASSERT_EQ(found.list.size(), 2u);  // the good one and the perp
  const std::string told = all_of(found.left_out);
  EXPECT_THAT(told, HasSubstr("2 options: 2 % of open interest is less than one lot"));
  EXPECT_THAT(told, HasSubstr("1 options: neither bid nor ask"));
  EXPECT_THAT(told, HasSubstr("1 options: no implied volatility"));
  EXPECT_THAT(told, HasSubstr("days to expiry"));
}

TEST(Candidate, ThePerpIsThereBothWaysOnlyWhereFundingIsKnown) {
  const auto none = candidates_of(market_of({}), {}, lp_delta, std::nullopt);
  EXPECT_TRUE(none.list.empty());
  EXPECT_THAT(all_of(none.left_out), HasSubstr("funding is not known"));

  const Candidate c = perp_of(Tokens{220.3589}, 0.08);
  EXPECT_EQ(c.name, "ETH-PERP");
  EXPECT_TRUE(std::holds_alternative<book::Perp>(c.instrument));
  EXPECT_DOUBLE_EQ(c.ask->value(), 0.0002 * spot);
  EXPECT_DOUBLE_EQ(c.bid->value(), -0.0002 * spot);
  EXPECT_EQ(c.mid, Usd{0});
  EXPECT_DOUBLE_EQ(c.fee_buy.value(), 0.0005 * spot);
  EXPECT_DOUBLE_EQ(c.fee_sell.value(), 0.0005 * spot);
  EXPECT_DOUBLE_EQ(c.margin_buy.value(), 0.1 * spot);
  EXPECT_DOUBLE_EQ(c.margin_sell.value(), 0.1 * spot);
  EXPECT_DOUBLE_EQ(c.carry_per_year.value(), 0.08 * spot);  // a long pays
  EXPECT_EQ(c.delta, 1);
  EXPECT_EQ(c.gamma, 0);
  EXPECT_EQ(c.tenor_days, 0);
  EXPECT_NEAR(c.depth_sell.value(), 132.215, 1e-9);  // 0.6 of delta, in whole thousandths
  EXPECT_NEAR(perp_of(Tokens{-220.3589}, 0.08).depth_buy.value(), 132.215, 1e-9);
}

TEST(Candidate, GreeksAreSlopesOfItsDollarWorth) {
  test::Shape shape{.vol = 0.6, .carry = 0.08};
  for (const double tenor : {14.0, 110.0}) {
    for (const auto type : {Type::put, Type::call}) {
      const auto quote = test::small_quote(shape, type, 1900, tenor);
      const Candidate c = only(quote);
      const double h = 1;
      const double up = worth(quote, spot + h), mid = worth(quote, spot),
                   down = worth(quote, spot - h);
      EXPECT_CLOSE(c.mid.value(), mid, 1e-12);
      EXPECT_NEAR(c.delta, (up - down) / (2 * h), 1e-6);
      EXPECT_CLOSE(c.gamma, (up - 2 * mid + down) / (h * h), 1e-4);
      EXPECT_CLOSE(c.vega, (worth(quote, spot, 0, 1e-4) - worth(quote, spot, 0, -1e-4)) / 2e-4,
                   1e-6);
    }
  }
}

TEST(Candidate, ThetaIsWhatADayTakes) {
  const auto quote = test::small_quote({}, Type::put, 1900, 110);
  const double day = (worth(quote, spot, 0.01) - worth(quote, spot, -0.01)) / 0.02;
  EXPECT_CLOSE(only(quote).theta_per_day, day, 1e-6);
  EXPECT_LT(only(quote).theta_per_day, 0);
}

TEST(Carry, IsWhatAUnitLosesToTheHorizonAYear) {
  const auto quote = test::small_quote({.carry = 0.05}, Type::call, 2200, 110);
  const double lost = worth(quote, spot) - worth(quote, spot, 30);
  EXPECT_CLOSE(only(quote).carry_per_year.value(), lost * 365 / 30, 1e-10);
  Policy week;
  week.horizon_days = 7;
  const double lost_in_a_week = worth(quote, spot) - worth(quote, spot, 7);
  EXPECT_CLOSE(only(quote, week).carry_per_year.value(), lost_in_a_week * 365 / 7, 1e-10);
}

TEST(Carry, OfAnOptionThatExpiresOnTheWayIsItsPremiumOnceAHorizon) {
  for (const double tenor : {14.0, 30.0}) {
    const auto quote = test::small_quote({}, Type::put, 1800, tenor);
    const Candidate c = only(quote);
    EXPECT_CLOSE(c.carry_per_year.value(), c.mid.value() * 365 / 30, 1e-12) << tenor;
    // However steep its last days are: at the money's own theta it would be more.
    EXPECT_LT(c.carry_per_year.value(), -c.theta_per_day * 365 * 30);
  }
  const Candidate inside = only(test::small_quote({}, Type::put, 2200, 14));
  EXPECT_CLOSE(inside.carry_per_year.value(), (inside.mid.value() - 200) * 365 / 30, 1e-12);
}

TEST(Carry, OfAWholeStripIsAnEighthOfVarianceAYear) {  // methodology 3.7: IV^2/8 of a full range
  const double vol = 0.6, value = 1e6, liquidity = value / (2 * std::sqrt(spot));
  for (const double tenor : {30.0, 60.0, 220.0}) {
    double carry = 0;
    for (double strike = 100; strike < 40'000; strike *= 1.01) {
      const auto type = strike < spot ? Type::put : Type::call;
      const double width = strike * (1.01 - 1 / 1.01) / 2;
      const double quantity = liquidity / (2 * std::pow(strike, 1.5)) * width;
      market::Quote quote = test::small_quote({.vol = vol}, type, strike, tenor);
      quote.ask = Tokens{1};
      carry += quantity * only(quote).carry_per_year.value();
    }
    EXPECT_CLOSE(carry, value * vol * vol / 8, 0.03) << tenor;
  }
}

TEST(Candidate, FourFourTwoContractsAreThePrintedSharesOfPremiumAndGamma) {  // methodology 3.8
  double premium[3], gamma[3], vega[3], all_premium = 0, all_gamma = 0, all_vega = 0;
  const double contracts[]{4, 4, 2}, tenor[]{30, 110, 220};
  for (int i = 0; i < 3; ++i) {
    const Candidate c = only(test::small_quote({}, Type::put, 2000, tenor[i]));
    premium[i] = contracts[i] * c.mid.value(), all_premium += premium[i];
    gamma[i] = contracts[i] * c.gamma, all_gamma += gamma[i];
    vega[i] = contracts[i] * c.vega, all_vega += vega[i];
  }
  // Printed 23/45/32 and 59/31/11: at the money premium and vega go by sqrt T, gamma by its
  // inverse.
  const double premium_share[]{23.42, 44.86, 31.72}, gamma_share[]{58.59, 30.60, 10.82};
  for (int i = 0; i < 3; ++i) {
    EXPECT_NEAR(100 * premium[i] / all_premium, premium_share[i], 0.5) << tenor[i];
    EXPECT_NEAR(100 * vega[i] / all_vega, premium_share[i], 0.5) << tenor[i];
    EXPECT_NEAR(100 * gamma[i] / all_gamma, gamma_share[i], 0.5) << tenor[i];
  }
}

TEST(Bucket, IsTheTenorNearestInLogTime) {
  const std::vector<double> tenors{30, 110, 220};
  EXPECT_EQ(bucket_of(1, tenors), 0u);
  EXPECT_EQ(bucket_of(57, tenors), 0u);  // sqrt(30 * 110) = 57.4: 70 would be halfway in days
  EXPECT_EQ(bucket_of(58, tenors), 1u);
  EXPECT_EQ(bucket_of(155, tenors), 1u);  // sqrt(110 * 220) = 155.6
  EXPECT_EQ(bucket_of(156, tenors), 2u);
  EXPECT_EQ(bucket_of(1000, tenors), 2u);
  EXPECT_EQ(only(test::small_quote({}, Type::put, 1800, 110)).bucket, 1u);
}

TEST(Funding, IsTheMeanOfTheLastThirtyDays) {
  market::Snapshot snapshot = test::small_market();
  market::Series funding{.at = {}, .value = {}, .step = hours(8), .source = "funding.csv"};
  for (int day = 60; day > 0; --day) {
    funding.at.push_back(test::midnight - days(day));
    funding.value.push_back(day > 30 ? 5.0 : day % 2 ? 0.02 : 0.06);
  }
  snapshot.funding = funding;
  EXPECT_NEAR(expected_funding(snapshot)->value(), 0.04, 1e-12);
  for (auto& at : snapshot.funding->at) at = at - days(40);
  EXPECT_FALSE(expected_funding(snapshot));
  snapshot.funding.reset();
  EXPECT_FALSE(expected_funding(snapshot));
}

TEST(Ladder, IsOnePutAndOneCallATenorAtItsDistance) {
  // z sigma sqrt T at 0.6 and (1, 1.5, 2): moves of 18.8, 63.9 and 154 %.
  const auto snapshot = test::small_market(
      {.strikes = {800, 1000, 1220, 1500, 1684, 2000, 2375, 2700, 3279, 4000, 5081}});
  const auto surface = *market::surface_of(snapshot);
  const auto all = candidates_of(snapshot, {}, lp_delta, Rate{0.05});
  const auto ladder = ladder_of(all, snapshot, surface, {}, Price{0}, Price{1e300});
  std::vector<std::string> names;
  for (const Candidate& c : ladder.list) names.push_back(c.name);
  EXPECT_THAT(names, testing::UnorderedElementsAre("ETH-30-1684-P", "ETH-30-2375-C",
                                                   "ETH-110-1220-P", "ETH-110-3279-C",
                                                   "ETH-220-800-P", "ETH-220-5081-C", "ETH-PERP"));
  for (const Candidate& c : ladder.list) {
    EXPECT_EQ(c.bid.has_value(), c.name == "ETH-PERP") << "a ladder is bought";
  }
  EXPECT_TRUE(ladder.left_out.empty());
}

TEST(Ladder, DoesNotReachBeyondTheRange) {
  const auto snapshot = test::small_market();
  const auto surface = *market::surface_of(snapshot);
  const auto all = candidates_of(snapshot, {}, lp_delta, std::nullopt);
  const auto ladder = ladder_of(all, snapshot, surface, {}, Price{1600}, Price{2500});
  std::vector<std::string> names;
  for (const Candidate& c : ladder.list) names.push_back(c.name);
  EXPECT_THAT(names,
              testing::UnorderedElementsAre("ETH-30-1700-P", "ETH-30-2300-C", "ETH-110-1600-P",
                                            "ETH-110-2500-C", "ETH-220-1600-P", "ETH-220-2500-C"));
}

TEST(Ladder, NamesATenorThatIsNotListed) {
  const auto snapshot = test::small_market({.tenors = {30, 110}});
  const auto surface = *market::surface_of(snapshot);
  const auto all = candidates_of(snapshot, {}, lp_delta, Rate{0.05});
  const auto ladder = ladder_of(all, snapshot, surface, {}, Price{1600}, Price{2500});
  EXPECT_EQ(ladder.list.size(), 5u);
  EXPECT_THAT(all_of(ladder.left_out), HasSubstr("220"));
}

TEST(CandidateLaw, WhateverIsQuotedCostsMoreToBuyThanToSell) {
  test::for_cases(1000, [](test::Gen& gen) {
    const test::Shape shape{.vol = gen.real(0.2, 1.5),
                            .skew = gen.real(-0.1, 0.1),
                            .carry = gen.real(-0.2, 0.2),
                            .spread = gen.real(0, 0.2)};
    const auto type = gen.coin() ? Type::put : Type::call;
    const auto quote = test::small_quote(shape, type, 2000 * gen.scale(0.5, 2), gen.real(8, 400));
    const Candidate c = only(quote);
    EXPECT_GE(c.ask->value() + c.fee_buy.value(), c.mid.value());
    const double received = c.bid ? c.bid->value() - c.fee_sell.value() : 0;
    EXPECT_LE(received, c.mid.value());
    EXPECT_GE(received, 0);
    EXPECT_GE(c.margin_sell.value(), c.mid.value() + 0.1 * spot - 1e-9);
    EXPECT_GE(c.gamma, 0);
    EXPECT_GE(c.vega, 0);
    EXPECT_NEAR(c.delta, type == Type::call ? 0.5 : -0.5, 0.5 + 1e-12);
    EXPECT_EQ(std::fmod(c.depth_buy.value(), 1.0), 0);
  });
}

// What a ledger books of a unit from day to day, the price standing still, is the carry that is
// told a year: of options that outlive the horizon, of one that does not, and of a perp.
TEST(Carry, IsWhatALedgerBooksToTheHorizon) {
  const market::Snapshot snapshot = test::small_market();
  const option::Surface surface = *market::surface_of(snapshot);
  const scenario::ScenarioSet none;
  const Rate funding{0.08};
  const auto found = candidates_of(snapshot, {}, lp_delta, funding);
  const std::vector<double> still(31, spot);
  double sum = 0, booked = 0;
  book::Book book;
  for (const Candidate& one : found.list) {
    const bool asked = one.name == "ETH-14-2100-C" || one.name == "ETH-30-1800-P" ||
                       one.name == "ETH-110-2200-C" || one.name == "ETH-PERP";
    if (!asked) continue;
    const double held = one.name == "ETH-PERP" ? -20 : 10;
    book.lots = {
        {.name = one.name, .instrument = *instrument_of(one.instrument), .quantity = Tokens{held}}};
    const auto ledger = risk::carry_ledger({.book = book,
                                            .with = {snapshot, surface, none, funding},
                                            .price = still,
                                            .fees_usd_per_day = {}});
    ASSERT_TRUE(ledger);
    ASSERT_EQ(ledger->days.size(), 30u);
    const double told = held * one.carry_per_year.value();
    EXPECT_NEAR(-ledger->sum.carry() * 365 / 30, told, 1e-3 * std::abs(told)) << one.name;
    sum += told, booked -= ledger->sum.profit() * 365 / 30;
  }
  EXPECT_EQ(book.lots.size(), 1u);
  EXPECT_NEAR(booked, sum, 1e-3 * std::abs(sum));
}

}  // namespace levee::hedge

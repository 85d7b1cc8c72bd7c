// tests/hedge/cheapest_leg_test.cpp — the cheapest of equal legs, and what they lend at.
#include "levee/hedge/cheapest_leg.h"

#include "tests/support/cases.h"

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using option::Leg;
using option::ParityExpiry;
using option::Settlement;
using option::Type;
using option::UnderlyingLeg;
using option::VenueFees;
using ::testing::HasSubstr;

const VenueFees free_of_charge{.as_of = "never",
                               .coin_option = 0,
                               .linear_option = 0,
                               .premium_share_max = 0,
                               .option_delivery = 0,
                               .underlying = 0,
                               .future_delivery = 0,
                               .underlying_margin = 0};
const VenueFees charged{};

// A strike of 2,000 with the underlying at 2,000, 30 days; put 118 to 122, call 128 to 132.
ParityExpiry strike(double call = 130, double put = 120) {
  return {.settlement = Settlement::dollars,
          .spot = Price{2000},
          .tenor = Years{30. / 365},
          .discount = 1,
          .leg = {.kind = Leg::perpetual,
                  .bid = Price{1999},
                  .ask = Price{2001},
                  .carry = 0,
                  .carry_sd = 0.},
          .quotes = {{Price{2000}, call - 2, call + 2, put - 2, put + 2, {}}}};
}

UnderlyingLeg future(double price, double half = 1) {
  return {.kind = Leg::future,
          .bid = Price{price - half},
          .ask = Price{price + half},
          .carry = 0,
          .carry_sd = {}};
}
UnderlyingLeg perpetual(double carry, std::optional<double> sd) {
  return {.kind = Leg::perpetual,
          .bid = Price{1999},
          .ask = Price{2001},
          .carry = carry,
          .carry_sd = sd};
}

LegChoice chosen(Type wanted, const ParityExpiry& expiry, const std::vector<UnderlyingLeg>& legs,
                 const VenueFees& fees = free_of_charge, const LegRule& rule = {}) {
  const auto told = cheapest_leg({wanted, expiry, 0, legs, fees}, rule);
  EXPECT_TRUE(told) << told.error().message;
  return told ? *told : LegChoice{.ways = {LegCost{}}, .why = {}};
}

Financing financed(const ParityExpiry& expiry, double lending, const VenueFees& fees,
                   double gas = 0) {
  const auto told = financing_of({expiry, 0, Rate{lending}, Usd{gas}, fees}, LegRule{});
  EXPECT_TRUE(told) << told.error().message;
  return told ? *told : Financing{};
}

}  // namespace

TEST(CheapestLeg, IsTheOtherOptionWithAFutureWhereThatBringsMore) {
  // The call at 132, a future sold at 2,014: 118 for what the put costs 122.
  const LegChoice told = chosen(Type::put, strike(), {future(2015)});
  EXPECT_EQ(told.chosen, 1u);
  EXPECT_CLOSE(told.ways[0].all_in_usd(), 122, 1e-12);
  EXPECT_CLOSE(told.ways[1].all_in_usd(), 132 - 14, 1e-12);
  EXPECT_CLOSE(told.saved_usd, 4, 1e-12);
  EXPECT_THAT(told.why, HasSubstr("call bought, future sold for $118.00"));
  EXPECT_THAT(told.why, HasSubstr("margin has to be kept up"));
}

TEST(CheapestLeg, IsDirectlyWhereNothingIsCheaper) {
  const LegChoice told = chosen(Type::put, strike(), {future(2010), perpetual(0, 0.)});
  EXPECT_EQ(told.chosen, 0u);
  EXPECT_EQ(told.saved_usd, 0);
  EXPECT_THAT(told.why, HasSubstr("put bought for $122.00, all included"));
  EXPECT_EQ(chosen(Type::put, strike(), {future(2011)}).chosen, 0u)
      << "at the same price: directly";
  EXPECT_EQ(chosen(Type::put, strike(), {}).chosen, 0u);
}

TEST(CheapestLeg, OfACallIsTheMirror) {
  // The put at 122, a future bought at 2,003: 125 for what the call costs 132.
  const LegChoice told = chosen(Type::call, strike(), {future(2002)});
  EXPECT_EQ(told.chosen, 1u);
  EXPECT_CLOSE(told.ways[1].all_in_usd(), 125, 1e-12);
  EXPECT_THAT(told.why, HasSubstr("put bought, future bought"));
}

TEST(CheapestLeg, ChargesFundingAndWhatIsNotKnownOfIt) {
  // Longs are to pay 1 %: a short is to receive 20 dollars, give or take 8.
  const LegChoice told = chosen(Type::put, strike(), {perpetual(.01, .004)});
  EXPECT_CLOSE(told.ways[1].underlying_usd, -(1999 * 1.01 - 2000), 1e-12);
  EXPECT_CLOSE(told.ways[1].funding_sd_usd, 8, 1e-12);
  EXPECT_CLOSE(told.ways[1].all_in_usd(), 132 - 18.99 + 8, 1e-12);
  EXPECT_EQ(told.chosen, 1u);
  EXPECT_THAT(told.why, HasSubstr("its funding is a forecast"));
  LegRule careful;
  careful.carry_errors = 2;
  EXPECT_EQ(chosen(Type::put, strike(), {perpetual(.01, .004)}, free_of_charge, careful).chosen,
            0u);
  const LegChoice unknown = chosen(Type::put, strike(), {perpetual(.05, std::nullopt)});
  EXPECT_EQ(unknown.chosen, 0u) << "what is not known is not free";
  EXPECT_THAT(unknown.why, HasSubstr("1 left out: its funding is not known"));
}

TEST(CheapestLeg, ChargesVenueAndMargin) {
  const LegChoice told = chosen(Type::put, strike(), {future(2015)}, charged);
  // Directly: 0.05 % of 2,000 and delivery of 0.015 %.
  EXPECT_CLOSE(told.ways[0].fees_usd, 1 + .3, 1e-12);
  // And the future: 0.05 % now, 0.025 % at delivery; a tenth of it tied up at 5 % for 30 days.
  EXPECT_CLOSE(told.ways[1].fees_usd, 1 + .3 + 1 + .5, 1e-12);
  EXPECT_CLOSE(told.ways[1].margin_usd, 200 * (std::exp(.05 * 30 / 365) - 1), 1e-12);
  const LegChoice paid_twice = chosen(Type::put, strike(), {perpetual(0, 0.)}, charged);
  EXPECT_CLOSE(paid_twice.ways[1].fees_usd, 1.3 + 2, 1e-12) << "a perpetual is closed by a trade";
}

TEST(CheapestLeg, OfCoinOptionsTradesAsManyDollarsAsTheStrikeHas) {
  ParityExpiry coins = strike();
  coins.settlement = Settlement::coin;
  coins.quotes = {{Price{1600}, .21, .22, .01, .012, {}}};
  const LegCost way = chosen(Type::put, coins, {perpetual(.01, .002)}, charged).ways[1];
  EXPECT_CLOSE(way.premium_usd, 440, 1e-12);
  EXPECT_CLOSE(way.underlying_usd, -2000 * (1 - 1600 * .99 / 1999), 1e-12);
  EXPECT_CLOSE(way.funding_sd_usd, .002 * 1600, 1e-12);
  EXPECT_CLOSE(way.fees_usd, .0003 * 2000 + .00015 * 2000 + 2 * .0005 * 1600, 1e-12);
}

TEST(CheapestLeg, NeedsSoundQuotes) {
  ParityExpiry crossed = strike();
  crossed.quotes[0].put_ask = 100;
  EXPECT_EQ(cheapest_leg({Type::put, crossed, 0, {}, charged}, {}).error().reason,
            Reason::bad_input);
  const std::vector<UnderlyingLeg> bad{future(2000, -1)};
  const ParityExpiry fine = strike();
  EXPECT_EQ(cheapest_leg({Type::put, fine, 0, bad, charged}, {}).error().reason, Reason::bad_input);
  EXPECT_EQ(financing_of({crossed, 0, Rate{.05}, Usd{0}, charged}, {}).error().reason,
            Reason::bad_input);
  LegRule rule;
  rule.edge_times = -1;
  EXPECT_THAT(check(rule).error().message, HasSubstr("edge_times"));
}

namespace {

ParityExpiry drawn(test::Gen& gen, Settlement settlement) {
  const double spot = gen.scale(10, 1e5), unit = settlement == Settlement::coin ? 1 : spot;
  const double call = unit * gen.real(.01, .3), put = unit * gen.real(.01, .3);
  ParityExpiry expiry{.settlement = settlement,
                      .spot = Price{spot},
                      .tenor = Years{gen.real(.01, 1)},
                      .discount = settlement == Settlement::coin ? 1 : gen.real(.9, 1),
                      .leg = {.kind = Leg::future,
                              .bid = Price{spot},
                              .ask = Price{spot},
                              .carry = 0,
                              .carry_sd = {}},
                      .quotes = {{Price{spot * gen.real(.7, 1.4)},
                                  call * gen.real(.8, 1),
                                  call * gen.real(1, 1.2),
                                  put * gen.real(.8, 1),
                                  put * gen.real(1, 1.2),
                                  {}}}};
  return expiry;
}

std::vector<UnderlyingLeg> legs_of(test::Gen& gen, double spot) {
  std::vector<UnderlyingLeg> legs;
  for (std::size_t i = 0; i < gen.size(1, 4); ++i) {
    const double price = spot * gen.real(.9, 1.1);
    UnderlyingLeg leg{.kind = gen.coin() ? Leg::future : Leg::perpetual,
                      .bid = Price{price * .999},
                      .ask = Price{price * 1.001},
                      .carry = 0,
                      .carry_sd = {}};
    if (leg.kind == Leg::perpetual) leg.carry = gen.real(-.05, .05);
    if (gen.coin()) leg.carry_sd = gen.real(0, .02);
    legs.push_back(leg);
  }
  return legs;
}

}  // namespace

// S2.32: no way that is known costs less, all included, than the chosen one.
TEST(CheapestLegLaw, IsBelowEveryAlternative) {
  int other = 0;
  test::for_cases(2'000, [&](test::Gen& gen) {
    const ParityExpiry expiry = drawn(gen, gen.coin() ? Settlement::coin : Settlement::dollars);
    const auto legs = legs_of(gen, expiry.spot.value());
    const LegChoice told = chosen(gen.coin() ? Type::put : Type::call, expiry, legs, charged);
    EXPECT_EQ(told.ways.size(), legs.size() + 1);
    EXPECT_TRUE(told.ways[told.chosen].is_known);
    for (const LegCost& way : told.ways) {
      if (!way.is_known) continue;
      EXPECT_LE(told.ways[told.chosen].all_in_usd(), way.all_in_usd());
    }
    EXPECT_GE(told.saved_usd, 0);
    other += told.chosen > 0;
  });
  EXPECT_GT(other, 400);
  EXPECT_LT(other, 1'900);
}

// The same as options and underlying of a reversal or conversion, whose payoff is flat.
TEST(CheapestLegLaw, DiffersFromTheOptionByTheParityTrade) {
  test::for_cases(1'000, [](test::Gen& gen) {
    ParityExpiry expiry = drawn(gen, gen.coin() ? Settlement::coin : Settlement::dollars);
    const auto legs = legs_of(gen, expiry.spot.value());
    expiry.leg = legs[0];
    const double unit = expiry.settlement == Settlement::coin ? expiry.spot.value() : 1;
    for (const Type wanted : {Type::put, Type::call}) {
      const bool put = wanted == Type::put;
      option::ParityTrade of;
      of.combination = put ? option::Combination::reversal : option::Combination::conversion;
      const double locked = option::parity_trade(expiry, charged, of).at_quotes().value();
      const double bid = unit * (put ? expiry.quotes[0].put_bid : expiry.quotes[0].call_bid);
      const LegCost way = chosen(wanted, expiry, legs, charged).ways[1];
      EXPECT_NEAR(way.premium_usd + way.underlying_usd, bid - locked, 1e-9 * expiry.spot.value());
    }
  });
}

TEST(CheapestLegLaw, PaysWhatTheOptionPaysAtEveryPrice) {
  test::for_cases(300, [](test::Gen& gen) {
    ParityExpiry expiry = drawn(gen, Settlement::dollars);
    expiry.discount = 1;
    const double k = expiry.quotes[0].strike.value();
    const UnderlyingLeg leg = future(expiry.spot.value() * gen.real(.9, 1.1), .001);
    const LegCost put = chosen(Type::put, expiry, {leg}).ways[1];
    const LegCost call = chosen(Type::call, expiry, {leg}).ways[1];
    for (int i = 0; i < 20; ++i) {
      const double s = k * gen.real(0, 3);
      const double up = std::max(0., s - k), down = std::max(0., k - s);
      EXPECT_NEAR(up + leg.bid.value() - s - put.premium_usd,
                  down - put.premium_usd - put.underlying_usd, 1e-9 * k);
      EXPECT_NEAR(down + s - leg.ask.value() - call.premium_usd,
                  up - call.premium_usd - call.underlying_usd, 1e-9 * k);
    }
  });
}

TEST(FinancingRate, IsTheStrikeOverTokenAndPutLessCall) {
  // 2,000 + 120 - 130 grow to 2,000 in 30 days.
  const Financing told = financed(strike(), .05, free_of_charge);
  EXPECT_CLOSE(told.implied_rate, std::log(2000. / 1990) * 365 / 30, 1e-12);
  EXPECT_CLOSE(*told.lend_rate, std::log(2000. / (2001 + 122 - 128)) * 365 / 30, 1e-12);
  EXPECT_CLOSE(*told.borrow_rate, std::log(2000. / (1999 + 118 - 132)) * 365 / 30, 1e-12);
  EXPECT_CLOSE(told.edge_usd, 2000 * std::exp(-.05 * 30 / 365) - 1990, 1e-12);
  EXPECT_CLOSE(*told.costs_usd, 5, 1e-12) << "half of every spread: 2 and 2 and 1";
  EXPECT_EQ(name_of(told.act), "nothing") << "1.8 dollars are not twice five";
}

TEST(FinancingRate, IsUsedOnlyBeyondTwiceItsCosts) {
  const Financing lend = financed(strike(145, 120), .05, free_of_charge);
  EXPECT_EQ(name_of(lend.act), "lend") << lend.why;
  EXPECT_CLOSE(lend.edge_usd, 2000 * std::exp(-.05 * 30 / 365) - 1975, 1e-12);
  EXPECT_THAT(lend.why, HasSubstr("lend by a conversion"));
  EXPECT_EQ(name_of(financed(strike(138, 120), .05, free_of_charge).act), "nothing")
      << "9.8 dollars are once the costs of 5, not twice";
  // Spreads of 5; fees of 1 an option, 1 each way of the token, 0.3 at expiry: 9.3.
  EXPECT_CLOSE(*financed(strike(150, 120), .05, charged).costs_usd, 9.3, 1e-12);
  EXPECT_EQ(name_of(financed(strike(150, 120), .05, charged).act), "lend");
  EXPECT_EQ(name_of(financed(strike(150, 120), .05, charged, 10).act), "nothing") << "gas of 10";
  const Financing borrow = financed(strike(115, 120), .05, free_of_charge);
  EXPECT_EQ(name_of(borrow.act), "borrow") << borrow.why;
  ParityExpiry unknown = strike(145, 120);
  unknown.leg.carry_sd.reset();
  const Financing told = financed(unknown, .05, free_of_charge);
  EXPECT_EQ(name_of(told.act), "nothing");
  EXPECT_FALSE(told.costs_usd);
  EXPECT_THAT(told.why, HasSubstr("the funding is not known"));
}

TEST(FinancingRate, CountsFundingAsPartOfTheToken) {
  ParityExpiry expiry = strike();
  expiry.leg.carry = .01, expiry.leg.carry_sd = .002;
  const Financing told = financed(expiry, .05, free_of_charge);
  EXPECT_CLOSE(told.implied_rate, std::log(2000. / 2010) * 365 / 30, 1e-12);
  EXPECT_CLOSE(*told.costs_usd, 2 + 2 + 1.01 + 4, 1e-9);
}

TEST(FinancingRate, OfCoinOptionsIsThatOfTheirDollars) {
  ParityExpiry coins = strike();
  coins.settlement = Settlement::coin;
  for (double* one : {&coins.quotes[0].call_bid, &coins.quotes[0].call_ask,
                      &coins.quotes[0].put_bid, &coins.quotes[0].put_ask}) {
    *one /= 2000;
  }
  EXPECT_CLOSE(financed(coins, .05, free_of_charge).implied_rate,
               financed(strike(), .05, free_of_charge).implied_rate, 1e-12);
  EXPECT_CLOSE(*financed(coins, .05, charged).costs_usd, 5 + 2 * .6 + 2 + .3, 1e-9)
      << "0.03 % an option where they are of coins";
}

TEST(FinancingRate, IsRefusedWhereNothingIsPaid) {
  ParityExpiry odd = strike(3'000, 2);
  odd.quotes[0].put_bid = 1;
  EXPECT_EQ(financing_of({odd, 0, Rate{.05}, Usd{0}, charged}, {}).error().reason,
            Reason::no_solution);
}

// At fair prices the rate is the market's own, and nothing is ever done.
TEST(FinancingLaw, FairOptionsFinanceAtTheMarketsRate) {
  test::for_cases(500, [](test::Gen& gen) {
    const double spot = gen.scale(10, 1e5), rate = gen.real(-.05, .3), t = gen.real(.02, 1);
    const double k = spot * gen.real(.7, 1.4), put = spot * gen.real(.3, .5);
    const double call = put + spot - k * std::exp(-rate * t);
    const double half = 1e-3 * spot;
    const ParityExpiry expiry{
        .settlement = Settlement::dollars,
        .spot = Price{spot},
        .tenor = Years{t},
        .discount = std::exp(-rate * t),
        .leg = {.kind = Leg::perpetual,
                .bid = Price{spot - half},
                .ask = Price{spot + half},
                .carry = 0,
                .carry_sd = 0.},
        .quotes = {{Price{k}, call - half, call + half, put - half, put + half, {}}}};
    if (call <= half) return;
    const Financing told = financed(expiry, rate, charged);
    EXPECT_NEAR(told.implied_rate, rate, 1e-9);
    EXPECT_LT(*told.lend_rate, rate);
    EXPECT_GT(*told.borrow_rate, rate);
    EXPECT_EQ(name_of(told.act), "nothing");
  });
}

}  // namespace levee::hedge

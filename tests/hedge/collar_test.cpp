// tests/hedge/collar_test.cpp — calls that are never naked, puts paid by fees and by them.
#include "levee/hedge/collar.h"

#include "tests/support/cases.h"

#include <limits>

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using option::Type;
using signal::PressState;
using ::testing::HasSubstr;

constexpr UnixSeconds expiry{1'702'598'400};
constexpr double nowhere = std::numeric_limits<double>::infinity();

option::Contract call(double strike) { return {Type::call, Price{strike}, expiry}; }
option::Contract put(double strike) { return {Type::put, Price{strike}, expiry}; }

amm::Range range_of(double value, double spot, double lower, double upper) {
  const amm::Bounds bounds{Price{lower}, Price{upper}};
  return {bounds, *amm::liquidity_of(Usd{value}, Price{spot}, bounds)};
}

// A million over [1600, 2500] at 2,000 dollars; 50 ether aside; premium is rich.
struct Desk {
  std::vector<amm::Range> ranges{range_of(1e6, 2000, 1600, 2500)};
  Tokens wallet{50};
  double fees = 2'000;

  CollarAsk ask() const {
    return {.tvl_z = 0.,
            .press = PressState::harvest,
            .ranges = ranges,
            .wallet = wallet,
            .spot = Price{2000},
            .nav = Usd{1.1e6},
            .fees_accrued = Usd{fees},
            .put = {put(1700), Usd{40}, Usd{.6}},
            .put_units = 100,
            .call = {call(2200), Usd{50}, Usd{.6}},
            .call_units = 100,
            .cap = CollarQuote{call(2500), Usd{15}, Usd{.6}}};
  }
};

Collar told_of(const CollarAsk& ask, const CollarRule& rule = {}) {
  const auto told = collar_of(ask, rule);
  EXPECT_TRUE(told) << told.error().message;
  return told ? *told : Collar{};
}

// What a book gains when everything expires at a price, the plainest way.
double gain_at(const UpsideAsk& ask, double price) {
  double gain = ask.wallet.value() * (price - ask.spot.value()) - ask.paid.value();
  for (const amm::Range& range : ask.ranges) {
    gain += amm::exposure_at(range, Price{price}).value.value() -
            amm::exposure_at(range, ask.spot).value.value();
  }
  for (const CollarLeg& leg : ask.legs) {
    const double strike = leg.contract.strike.value();
    gain += leg.units *
            std::max(0.0, leg.contract.type == Type::call ? price - strike : strike - price);
  }
  return gain;
}

}  // namespace

// Amendment 5: a range of a quarter either way, calls sold on the tokens of the strike at 1.1 times
// the price, loses 19 % at twice the price; and it would lose without end.
TEST(UpsideWorst, OfCallsOnThePositionsOwnTokensIsNaked) {
  const std::vector<amm::Range> ranges{range_of(1, 1, .8, 1.25)};
  const double tokens = amm::exposure_at(ranges[0], Price{1.1}).base.value();
  const std::vector<CollarLeg> legs{{call(1.1), -tokens}};
  const UpsideAsk ask{ranges, Tokens{0}, legs, Usd{0}, Price{1}, Price{1.1}};
  EXPECT_TRUE(upside_worst(ask).is_naked);
  EXPECT_NEAR(gain_at(ask, 2), -.1926, 1e-4);
}

TEST(UpsideWorst, OfASpreadIsAtItsUpperStrike) {
  const std::vector<amm::Range> none;
  const std::vector<CollarLeg> legs{{call(2200), -10}, {call(2500), 10}};
  const UpsideWorst worst =
      upside_worst({none, Tokens{0}, legs, Usd{-350}, Price{2000}, Price{2200}});
  EXPECT_FALSE(worst.is_naked);
  EXPECT_EQ(worst.at_price, 2500);
  EXPECT_CLOSE(worst.loss_usd, 3'000 - 350, 1e-12);
}

TEST(UpsideWorst, OfACallOnATokenIsAtTheStrikeAndAGain) {
  const std::vector<amm::Range> none;
  const std::vector<CollarLeg> legs{{call(2200), -10}};
  const UpsideWorst worst =
      upside_worst({none, Tokens{10}, legs, Usd{-500}, Price{2000}, Price{2200}});
  EXPECT_FALSE(worst.is_naked);
  EXPECT_CLOSE(worst.loss_usd, -2'500, 1e-12);
  EXPECT_TRUE(upside_worst({none, Tokens{9.999}, legs, Usd{0}, Price{2000}, Price{2200}}).is_naked);
}

TEST(UpsideWorst, LongCallsOfAHigherStrikeEndALossWithoutEnd) {
  const std::vector<amm::Range> none;
  const std::vector<CollarLeg> legs{{call(2200), -10}, {call(2500), 4}, {call(3000), 6}};
  const UpsideWorst worst = upside_worst({none, Tokens{0}, legs, Usd{0}, Price{2000}, Price{2200}});
  EXPECT_FALSE(worst.is_naked);
  EXPECT_EQ(worst.at_price, 3000);
  EXPECT_CLOSE(worst.loss_usd, 10 * 800 - 4 * 500, 1e-12);
}

// S1.27: what is told is the worst at every price there is, and it is reached.
TEST(UpsideWorstLaw, NoPriceIsWorse) {
  int naked = 0;
  test::for_cases(1'000, [&](test::Gen& gen) {
    std::vector<amm::Range> ranges;
    for (std::size_t i = 0; i < gen.size(0, 3); ++i) {
      const double lower = gen.pick({0., 1400., 1900., 2300.});
      const double upper = lower == 0 ? nowhere : lower * gen.real(1.05, 2);
      ranges.push_back(range_of(gen.scale(1e3, 1e6), 2000, lower, upper));
    }
    std::vector<CollarLeg> legs;
    for (std::size_t i = 0; i < gen.size(1, 5); ++i) {
      legs.push_back({{gen.coin() ? Type::call : Type::put, Price{gen.real(1500, 4000)}, expiry},
                      gen.real(-50, 50)});
    }
    const UpsideAsk ask{ranges,      Tokens{gen.real(0, 60)},    legs, Usd{gen.real(-1e4, 1e4)},
                        Price{2000}, Price{gen.real(1500, 3000)}};
    const UpsideWorst worst = upside_worst(ask);
    if (worst.is_naked) {
      ++naked;
      EXPECT_LT(gain_at(ask, 1e12), -1e6) << "without end";
      return;
    }
    for (int i = 0; i <= 400; ++i) {
      const double price = ask.from.value() * std::exp(i / 400. * 8);
      EXPECT_GE(gain_at(ask, price), -worst.loss_usd - 1e-6) << "at " << price;
    }
    EXPECT_NEAR(gain_at(ask, worst.at_price), -worst.loss_usd, 1e-6);
    EXPECT_GE(worst.at_price, ask.from.value());
  });
  EXPECT_GT(naked, 100);
}

TEST(Collar, SellsOnWalletTokensFirstAndTheRestAsSpreads) {
  const Desk desk;
  const Collar told = told_of(desk.ask());
  EXPECT_TRUE(told.is_on);
  EXPECT_EQ(told.call_units, 100) << told.why;
  EXPECT_EQ(told.cap_units, 50);
  EXPECT_EQ(told.put_units, 100);
  EXPECT_CLOSE(told.premium_received_usd, 100 * 49.4, 1e-12);
  EXPECT_CLOSE(told.premium_paid_usd, 50 * 15.6 + 100 * 40.6, 1e-12);
  EXPECT_EQ(told.shortfall_usd, 0);
  EXPECT_EQ(told.fees_used_usd, 0);
  EXPECT_CLOSE(told.tokens_at_strike, amm::exposure_at(desk.ranges[0], Price{2200}).base.value(),
               1e-12);
  EXPECT_LT(*told.worst_loss_usd, 0) << "above the strike the book gains";
}

TEST(Collar, IsPutOnWhereValueLockedDivergesOrPremiumIsRich) {
  const Desk desk;
  const auto on = [&](std::optional<double> z, PressState press) {
    CollarAsk ask = desk.ask();
    ask.tvl_z = z, ask.press = press;
    return told_of(ask).is_on;
  };
  EXPECT_TRUE(on(-1.5, PressState::off));
  EXPECT_FALSE(on(-1.49, PressState::off));
  EXPECT_TRUE(on(2., PressState::off));
  EXPECT_FALSE(on(1.99, PressState::refresh));
  EXPECT_TRUE(on(std::nullopt, PressState::harvest));
  EXPECT_FALSE(on(std::nullopt, PressState::off));
  CollarAsk ask = desk.ask();
  ask.tvl_z.reset(), ask.press = PressState::off;
  EXPECT_THAT(told_of(ask).why, HasSubstr("not known"));
}

TEST(Collar, WithoutACapSellsOnWalletTokensAlone) {
  Desk desk;
  CollarAsk ask = desk.ask();
  ask.cap.reset();
  const Collar told = told_of(ask);
  EXPECT_EQ(told.call_units, 50);
  EXPECT_THAT(told.why, HasSubstr("100 calls wanted: a position sells its tokens on the way up"));
  desk.wallet = Tokens{0};
  CollarAsk bare = desk.ask();
  bare.cap.reset();
  EXPECT_EQ(told_of(bare).call_units, 0) << "the positions' own tokens are none";
}

TEST(Collar, SellsNoMoreSpreadsThanThePositionsHoldTokensAtTheStrike) {
  Desk desk;
  desk.wallet = Tokens{0};
  CollarAsk ask = desk.ask();
  ask.call_units = 1e4;
  CollarRule loose;
  loose.loss_share_max = 1;
  const Collar told = told_of(ask, loose);
  EXPECT_EQ(told.call_units, std::floor(told.tokens_at_strike)) << told.why;
}

TEST(Collar, SellsAsManySpreadsAsTheBookBears) {
  Desk desk;
  desk.wallet = Tokens{0};
  desk.ranges = {range_of(1e6, 2000, 1600, 2205)};         // almost sold out at the strike
  desk.ranges.push_back(range_of(1e6, 2000, 2200, 2600));  // below its range: ether alone
  CollarAsk ask = desk.ask();
  ask.call_units = 1e4;
  ask.cap = CollarQuote{call(3200), Usd{15}, Usd{.6}};
  CollarRule rule;
  rule.loss_share_max = .02;
  const Collar told = told_of(ask, rule);
  EXPECT_GT(told.call_units, 0);
  EXPECT_LE(*told.worst_loss_usd, .02 * 1.1e6);
  CollarRule looser = rule;
  looser.loss_share_max = .03;
  EXPECT_GT(told_of(ask, looser).call_units, told.call_units) << "the limit bound";
}

// S1.28: fees and premium pay; principal is unchanged, and what is missing is told.
TEST(Collar, BuysPutsForFeesAndPremiumAlone) {
  Desk desk;
  CollarAsk ask = desk.ask();
  ask.forbidden = "volatility is in crisis";
  const Collar told = told_of(ask);
  EXPECT_EQ(told.call_units, 0);
  EXPECT_EQ(told.put_units, 49) << "2,000 of fees at 40.60";
  EXPECT_CLOSE(told.fees_used_usd, 49 * 40.6, 1e-12);
  EXPECT_CLOSE(told.shortfall_usd, 100 * 40.6 - 2'000, 1e-12);
  EXPECT_FALSE(told.worst_loss_usd);
  EXPECT_THAT(told.why, HasSubstr("no calls: volatility is in crisis"));
  EXPECT_THAT(told.why, HasSubstr("$2,060 are missing for all puts wanted, and principal is not"));
  desk.fees = 0;
  desk.wallet = Tokens{0};
  CollarAsk spread = desk.ask();
  spread.call_units = 50;
  EXPECT_EQ(told_of(spread).call_units, 50);
  EXPECT_EQ(told_of(spread).put_units, 41) << "50 times 49.40 less 15.60 leave 1,690";
  CollarAsk poor = desk.ask();
  poor.forbidden = "volatility is in crisis";
  EXPECT_FALSE(told_of(poor).is_on);
}

TEST(Collar, NeedsOptionsThatFit) {
  const Desk desk;
  const auto why = [&](auto change) {
    CollarAsk ask = desk.ask();
    change(ask);
    const auto told = collar_of(ask, CollarRule{});
    return told ? std::string("fine") : told.error().message;
  };
  EXPECT_EQ(why([](CollarAsk&) {}), "fine");
  EXPECT_THAT(why([](CollarAsk& a) { a.cap->contract.expiry = expiry + days(1); }),
              HasSubstr("together"));
  EXPECT_THAT(why([](CollarAsk& a) { a.cap->contract.strike = Price{2200}; }), HasSubstr("ascend"));
  EXPECT_THAT(why([](CollarAsk& a) { a.put.contract.strike = Price{2200}; }), HasSubstr("ascend"));
  EXPECT_THAT(why([](CollarAsk& a) { a.call.contract.type = Type::put; }),
              HasSubstr("a put, a call"));
  EXPECT_THAT(why([](CollarAsk& a) { a.put.price = Usd{0}; }), HasSubstr("positive"));
  EXPECT_THAT(why([](CollarAsk& a) { a.cap->lot = .5; }), HasSubstr("same lots"));
  EXPECT_THAT(why([](CollarAsk& a) { a.fees_accrued = Usd{-1}; }), HasSubstr("negative"));
  CollarRule rule;
  rule.tvl_low = .1;
  EXPECT_THAT(check(rule).error().message, HasSubstr("tvl_low"));
}

// S1.27 and S1.28 together, on any book: never naked, never beyond its limit at any price above the
// strike, never paid by principal.
TEST(CollarLaw, IsNeverNakedAndNeverTouchesPrincipal) {
  int on = 0, spreads = 0;
  test::for_cases(1'000, [&](test::Gen& gen) {
    Desk desk;
    desk.wallet = Tokens{gen.coin() ? 0 : gen.real(0, 200)};
    desk.fees = gen.coin() ? 0 : gen.real(0, 1e4);
    const double lower = gen.real(1200, 2400);
    desk.ranges = {range_of(gen.scale(1e4, 1e7), 2000, lower, lower * gen.real(1.05, 2))};
    CollarAsk ask = desk.ask();
    ask.put_units = gen.integer(0, 300);
    ask.call_units = gen.integer(0, 2'000);
    const double strike = gen.real(2050, 2800);
    ask.call = {call(strike), Usd{gen.real(5, 120)}, Usd{.6}};
    ask.cap = CollarQuote{call(strike * gen.real(1.02, 1.6)), Usd{gen.real(1, 100)}, Usd{.6}};
    if (gen.coin()) ask.cap.reset();
    const Collar told = told_of(ask);
    EXPECT_LE(told.premium_paid_usd, told.premium_received_usd + desk.fees + 1e-6);
    EXPECT_NEAR(told.fees_used_usd,
                std::max(0.0, told.premium_paid_usd - told.premium_received_usd), 1e-9);
    EXPECT_LE(told.call_units - told.cap_units, desk.wallet.value() + 1e-9);
    EXPECT_LE(told.cap_units, told.tokens_at_strike + 1e-9);
    on += told.is_on, spreads += told.cap_units > 0;
    if (told.call_units == 0) return;
    std::vector<CollarLeg> legs{{ask.put.contract, told.put_units},
                                {ask.call.contract, -told.call_units}};
    if (ask.cap) legs.push_back({ask.cap->contract, told.cap_units});
    const UpsideAsk all{desk.ranges, desk.wallet,
                        legs,        Usd{told.premium_paid_usd - told.premium_received_usd},
                        Price{2000}, Price{strike}};
    for (int i = 0; i <= 200; ++i) {
      EXPECT_GE(gain_at(all, strike * std::exp(i / 200. * 6)), -.02 * 1.1e6 - 1e-6);
    }
  });
  EXPECT_GT(on, 300);
  EXPECT_GT(spreads, 100);
}

}  // namespace levee::hedge

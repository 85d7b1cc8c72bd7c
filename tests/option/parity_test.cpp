// tests/option/parity_test.cpp — conversions, reversals and boxes: mathematics 3.3.
#include "levee/option/parity.h"

#include "levee/option/black.h"
#include "tests/support/cases.h"

#include <cmath>

namespace levee::option {

using test::for_cases;
using test::Gen;

namespace {

const VenueFees free_of_charge{.as_of = "never",
                               .coin_option = 0,
                               .linear_option = 0,
                               .premium_share_max = 0,
                               .option_delivery = 0,
                               .underlying = 0,
                               .future_delivery = 0,
                               .underlying_margin = 0.1};

// Mathematics 3.3: a call of 130 and a put of 120 at 2000, the underlying at 2000, 30 days.
ParityExpiry textbook() {
  return {.settlement = Settlement::dollars,
          .spot = Price{2000},
          .tenor = Years{30.0 / 365},
          .discount = 1,
          .leg = {.kind = Leg::perpetual,
                  .bid = Price{2000},
                  .ask = Price{2000},
                  .carry = 0,
                  .carry_sd = {}},
          .quotes = {{Price{2000}, 130, 130, 120, 120, {}}}};
}

ParityTrade traded(const ParityExpiry& expiry, Combination combination, std::size_t lower = 0,
                   std::size_t upper = 0, const VenueFees& fees = free_of_charge) {
  ParityTrade of;
  of.combination = combination, of.lower = lower, of.upper = upper;
  return parity_trade(expiry, fees, of);
}

// Options at Black's prices about a forward, quoted `half` of their unit to either side.
ParityExpiry fair_chain(Gen& gen, Settlement settlement, double half) {
  const double spot = gen.scale(10, 1e5), forward = spot * gen.real(.98, 1.05);
  const double unit = settlement == Settlement::coin ? forward : 1;
  ParityExpiry expiry{.settlement = settlement,
                      .spot = Price{spot},
                      .tenor = Years{gen.scale(1 / 365.0, 1)},
                      .discount = 1,
                      .leg = {.kind = Leg::future,
                              .bid = Price{forward * .9999},
                              .ask = Price{forward * 1.0001},
                              .carry = 0,
                              .carry_sd = {}},
                      .quotes = {}};
  const Vol vol{gen.real(.3, 1.2)};
  for (int i = -3; i <= 3; ++i) {
    const Price strike{forward * (1 + .04 * i)};
    const BlackInputs in{Price{forward}, expiry.tenor, vol};
    const double call = black_price(Type::call, strike, in).value() / unit + 2 * half;
    const double put = black_price(Type::put, strike, in).value() / unit + 2 * half;
    expiry.quotes.push_back(
        {strike, call - half, call + half, put - half, put + half, Tokens{10.0 * (4 + i)}});
  }
  return expiry;
}

}  // namespace

TEST(Parity, OfMathematics3_3LocksInTenAndFundingTakesEighteen) {
  ParityExpiry expiry = textbook();
  EXPECT_DOUBLE_EQ(traded(expiry, Combination::conversion).at_mids.value(), 10);
  EXPECT_DOUBLE_EQ(traded(expiry, Combination::reversal).at_mids.value(), -10);
  const auto forward = implied_forward(expiry, 0);
  EXPECT_DOUBLE_EQ(forward->value(), 2010);
  EXPECT_NEAR(std::log(forward->value() / 2000) * 365 / 30, .060681755, 5e-10);
  // A hundredth of a per cent every eight hours for thirty days.
  const std::vector<double> settlements(300, 0.0001);
  const auto outlook = carry_outlook({.settlements = settlements, .window = 90, .ahead = 90});
  ASSERT_TRUE(outlook);
  EXPECT_NEAR(*outlook->sd, 0, 1e-15);
  expiry.leg.carry = outlook->expected;
  expiry.leg.carry_sd = outlook->sd;
  EXPECT_NEAR(traded(expiry, Combination::conversion).at_mids.value(), -8, 1e-10);
  EXPECT_NEAR(traded(expiry, Combination::conversion).net().value(), -8, 1e-10);
  EXPECT_NEAR(traded(expiry, Combination::reversal).at_mids.value(), 8, 1e-10);
}

TEST(Parity, OfCoinsIsOneLessStrikeOverForward) {  // mathematics 3.1: c - p = 1 - K/F
  ParityExpiry expiry = textbook();
  expiry.settlement = Settlement::coin;
  expiry.leg.kind = Leg::future;
  expiry.spot = Price{50000};
  expiry.leg.bid = expiry.leg.ask = Price{50000};
  const double call = .103837636766056, put = .00383763676605601;
  expiry.quotes = {{Price{45000}, call, call, put, put, {}}};
  EXPECT_NEAR(traded(expiry, Combination::conversion).at_mids.value(), 0, 1e-9);
  EXPECT_CLOSE(implied_forward(expiry, 0)->value(), 50000, 1e-13);
}

TEST(Parity, FeesAreTheVenuesAndCappedByThePremium) {
  // Mathematics 3.1: on a premium of 0.0001 coins the fee is 0.0000125.
  ParityExpiry expiry = textbook();
  expiry.settlement = Settlement::coin;
  expiry.leg.kind = Leg::future;
  expiry.quotes = {{Price{2000}, .05, .05, .0001, .0001, {}}};
  VenueFees fees;
  fees.underlying = fees.future_delivery = 0;
  const auto trade = traded(expiry, Combination::conversion, 0, 0, fees);
  EXPECT_CLOSE(trade.fees.value(), 2000 * (.0003 + .0000125 + .00015), 1e-14);
  fees = {};
  const auto whole = traded(expiry, Combination::conversion, 0, 0, fees);
  EXPECT_CLOSE(whole.fees.value() - trade.fees.value(), 2000 * .00075, 1e-12);
  // Paid for the put, margin of the call, margin of the future.
  EXPECT_CLOSE(whole.capital.value(), 2000 * (.0001 + .15 + .05 + .1), 1e-14);
  EXPECT_CLOSE(whole.net_per_year, whole.net().value() / whole.capital.value() * 365 / 30, 1e-14);
}

// Out of the money a short option is margined for less: .15 less how far out, .1 at least. At 2,400
// the call sold is a fifth out, at 1,900 it is in the money and the put is out by a twentieth.
TEST(Parity, CapitalIsTheVenuesMarginOfWhatIsSold) {
  ParityExpiry expiry = textbook();
  expiry.settlement = Settlement::coin;
  expiry.quotes = {{Price{1900}, .07, .07, .02, .02, {}}, {Price{2400}, .01, .01, .17, .17, {}}};
  const auto capital = [&](Combination combination, std::size_t low, std::size_t high) {
    return traded(expiry, combination, low, high).capital.value();
  };
  EXPECT_CLOSE(capital(Combination::conversion, 1, 1), 2000 * (.17 + .1 + .01) + 240, 1e-14);
  EXPECT_CLOSE(capital(Combination::conversion, 0, 0), 2000 * (.02 + .15 + .07) + 190, 1e-14);
  EXPECT_CLOSE(capital(Combination::reversal, 0, 0), 2000 * (.07 + .1 + .02) + 190, 1e-14);
  EXPECT_CLOSE(capital(Combination::long_box, 0, 1), 2000 * (.07 + .12 + .11 + .17) + 50, 1e-14);
}

TEST(Parity, ABoxOfDollarsTradesNoUnderlying) {
  ParityExpiry expiry = textbook();
  expiry.quotes = {{Price{1900}, 140, 140, 40, 40, {}}, {Price{2400}, 20, 20, 340, 340, {}}};
  const auto box = traded(expiry, Combination::long_box, 0, 1);
  VenueFees fees = free_of_charge;
  fees.underlying = fees.future_delivery = .01;
  const auto dear = traded(expiry, Combination::long_box, 0, 1, fees);
  EXPECT_EQ(dear.fees, Usd{0});
  EXPECT_EQ(dear.capital, box.capital);
  EXPECT_EQ(box.carry_sd, Usd{0});  // nobody's funding matters
  expiry.settlement = Settlement::coin;
  expiry.quotes = {{Price{1900}, .07, .07, .02, .02, {}}, {Price{2400}, .01, .01, .17, .17, {}}};
  EXPECT_CLOSE(traded(expiry, Combination::long_box, 0, 1, fees).fees.value(), 500 * .02, 1e-12);
}

TEST(Parity, AsksMoreThanTwiceItsCosts) {
  ParityExpiry expiry = textbook();
  expiry.quotes = {{Price{2000}, 129, 131, 119, 121, Tokens{5}}};
  const auto trade = traded(expiry, Combination::conversion);
  EXPECT_DOUBLE_EQ(trade.at_mids.value(), 10);
  EXPECT_DOUBLE_EQ(trade.spread.value(), 2);
  EXPECT_DOUBLE_EQ(trade.at_quotes().value(), 8);
  EXPECT_FALSE(trade.carry_sd);
  EXPECT_FALSE(trade.pays_twice_its_costs());  // nobody knows what funding may cost
  expiry.leg.carry_sd = 0;
  EXPECT_TRUE(traded(expiry, Combination::conversion).pays_twice_its_costs());
  expiry.leg.carry_sd = .002;  // four dollars
  EXPECT_FALSE(traded(expiry, Combination::conversion).pays_twice_its_costs());
  expiry.leg.carry_sd = .0014;
  EXPECT_TRUE(traded(expiry, Combination::conversion).pays_twice_its_costs());
  EXPECT_EQ(traded(expiry, Combination::conversion).depth, Tokens{5});
  const auto scan = scan_parity(expiry, free_of_charge);
  ASSERT_TRUE(scan);
  EXPECT_EQ(scan->counts.looked_at, 2u);
  EXPECT_EQ(scan->counts.at_quotes, 1u);
  ASSERT_EQ(scan->trades.size(), 1u);
  EXPECT_EQ(scan->trades[0].combination, Combination::conversion);
}

TEST(ScanParity, RefusesUnsoundQuotes) {
  const auto reason = [](auto spoil) {
    ParityExpiry expiry = textbook();
    spoil(expiry);
    const auto scan = scan_parity(expiry, {});
    return scan ? Reason::corrupt : scan.error().reason;
  };
  EXPECT_EQ(reason([](ParityExpiry& e) { e.spot = Price{0}; }), Reason::bad_input);
  EXPECT_EQ(reason([](ParityExpiry& e) { e.tenor = Years{0}; }), Reason::bad_input);
  EXPECT_EQ(reason([](ParityExpiry& e) { e.discount = std::nan(""); }), Reason::bad_input);
  EXPECT_EQ(reason([](ParityExpiry& e) { e.leg.bid = Price{2001}; }), Reason::bad_input);
  EXPECT_EQ(reason([](ParityExpiry& e) { e.leg.carry_sd = -1; }), Reason::bad_input);
  EXPECT_EQ(reason([](ParityExpiry& e) { e.quotes[0].call_bid = 131; }), Reason::bad_input);
  EXPECT_EQ(reason([](ParityExpiry& e) { e.quotes[0].put_bid = 0; }), Reason::bad_input);
  EXPECT_EQ(reason([](ParityExpiry& e) { e.quotes.push_back(e.quotes[0]); }), Reason::bad_input);
  ParityExpiry empty = textbook();
  empty.quotes.clear();
  EXPECT_EQ(scan_parity(empty, {})->counts.looked_at, 0u);
  ParityExpiry absurd = textbook();
  absurd.settlement = Settlement::coin;
  EXPECT_EQ(implied_forward(absurd, 0).error().reason, Reason::no_solution);
}

TEST(CarryOutlook, SaysHowFarItsOwnForecastsWereOff) {
  // Funding that turns its sign: the mean of the last two foretells the opposite of the next two.
  const std::vector<double> turning{1, 1, -1, -1, 1, 1, -1, -1};
  const auto outlook = carry_outlook({.settlements = turning, .window = 2, .ahead = 2});
  EXPECT_DOUBLE_EQ(outlook->expected, -2);
  // Off by 4, 0, 4, 0, 4 in turn.
  EXPECT_DOUBLE_EQ(*outlook->sd, std::sqrt(3 * 16 / 5.0));
  EXPECT_FALSE(carry_outlook({.settlements = turning, .window = 5, .ahead = 2})->sd);
  EXPECT_EQ(carry_outlook({.settlements = turning, .window = 9, .ahead = 2}).error().reason,
            Reason::missing_data);
  const std::vector<double> broken{1, std::nan("")};
  EXPECT_EQ(carry_outlook({.settlements = broken, .window = 1, .ahead = 1}).error().reason,
            Reason::bad_input);
}

TEST(ParityLaw, PaysTheSameWhateverThePriceIs) {
  for_cases(1000, [](Gen& gen) {
    const auto settlement = gen.pick({Settlement::coin, Settlement::dollars});
    const bool coin = settlement == Settlement::coin;
    ParityExpiry expiry = fair_chain(gen, settlement, gen.scale(1e-4, 1e-2));
    expiry.discount = coin ? 1 : gen.real(.9, 1);
    const double carry = gen.coin() ? 0 : gen.real(-.1, .1);
    expiry.leg.carry = carry;
    const auto& low = expiry.quotes[1];
    const auto& high = expiry.quotes[gen.size(2, 6)];
    const auto kind = gen.pick({Combination::conversion, Combination::reversal,
                                Combination::long_box, Combination::short_box});
    const bool box = kind == Combination::long_box || kind == Combination::short_box;
    const auto upper = static_cast<std::size_t>(&high - expiry.quotes.data());
    const ParityTrade trade = traded(expiry, kind, 1, box ? upper : 1);
    const double k = low.strike.value(), h = high.strike.value();

    // Every leg on its own, at the price it is bought or sold at: what is paid now, in the
    // settlement's unit, and what comes back if the price settles at s.
    const auto unit = [&](double s) { return coin ? s : 1.0; };
    const auto call = [&](double strike, double s) { return std::max(s - strike, 0.0) / unit(s); };
    const auto put = [&](double strike, double s) { return std::max(strike - s, 0.0) / unit(s); };
    const double bid = expiry.leg.bid.value(), ask = expiry.leg.ask.value();
    const auto future = [&](double dollars, double price, double s) {
      return coin ? dollars * ((1 - carry) / price - 1 / s) : s - price * (1 + carry);
    };
    const auto kept = [&](double s) {
      const double df = expiry.discount;
      const double sale = df * (put(k, s) - call(k, s)), purchase = -sale;
      switch (kind) {
        case Combination::conversion:
          return low.call_bid - low.put_ask + sale + df * future(k, ask, s);
        case Combination::reversal:
          return low.put_bid - low.call_ask + purchase - df * future(k, bid, s);
        case Combination::long_box:
          return low.put_bid - low.call_ask + high.call_bid - high.put_ask +
                 df * (call(k, s) - put(k, s) - call(h, s) + put(h, s)) +
                 (coin ? future(h - k, ask, s) : 0);
        default:
          return low.call_bid - low.put_ask + high.put_bid - high.call_ask -
                 df * (call(k, s) - put(k, s) - call(h, s) + put(h, s)) -
                 (coin ? future(h - k, bid, s) : 0);
      }
    };
    const double spot = expiry.spot.value();
    for (int i = 0; i < 10; ++i) {
      const double s = spot * gen.scale(.2, 5);
      EXPECT_NEAR((coin ? spot : 1) * kept(s), trade.at_quotes().value(), 1e-10 * spot);
    }
  });
}

TEST(ParityLaw, FairQuotesLeaveNothingAndAMispricedOneIsFound) {
  for_cases(300, [](Gen& gen) {
    const auto settlement = gen.pick({Settlement::coin, Settlement::dollars});
    const double half = settlement == Settlement::coin ? .0002 : .02;
    ParityExpiry expiry = fair_chain(gen, settlement, half);
    const auto fair = scan_parity(expiry, {});
    ASSERT_TRUE(fair) << fair.error().message;
    EXPECT_EQ(fair->counts.looked_at, 7u * 2 + 7 * 6);
    EXPECT_EQ(fair->counts.at_quotes, 0u);
    EXPECT_TRUE(fair->trades.empty());
    // One call at a tenth of the underlying too much: sold against everything else.
    const std::size_t wrong = gen.size(0, 6);
    const double extra = .1 * (settlement == Settlement::coin ? 1 : expiry.spot.value());
    expiry.quotes[wrong].call_bid += extra, expiry.quotes[wrong].call_ask += extra;
    const auto scan = scan_parity(expiry, {});
    EXPECT_EQ(scan->counts.beyond_twice, 7u);  // A conversion, and a box with each other strike.
    EXPECT_EQ(scan->trades.size(), 7u);
    for (const ParityTrade& trade : scan->trades) {
      EXPECT_TRUE(trade.lower == wrong || trade.upper == wrong);
      EXPECT_NE(trade.combination, Combination::reversal);
      EXPECT_GT(trade.net(), trade.costs());
      EXPECT_GE(scan->trades[0].net(), trade.net());
    }
  });
}

TEST(ParityLaw, ABoxIsAReversalBelowAndAConversionAboveAndItsMirrorCancels) {
  for_cases(1000, [](Gen& gen) {
    const auto settlement = gen.pick({Settlement::coin, Settlement::dollars});
    const ParityExpiry expiry = fair_chain(gen, settlement, gen.scale(1e-4, 1e-2));
    const std::size_t low = gen.size(0, 5), high = low + gen.size(1, 6 - low);
    const auto mids = [&](Combination kind, std::size_t i, std::size_t j) {
      return traded(expiry, kind, i, j).at_mids.value();
    };
    const double tiny = 1e-12 * expiry.spot.value();
    EXPECT_NEAR(mids(Combination::long_box, low, high),
                mids(Combination::reversal, low, low) + mids(Combination::conversion, high, high),
                tiny);
    EXPECT_NEAR(mids(Combination::long_box, low, high), -mids(Combination::short_box, low, high),
                tiny);
    const ParityTrade box = traded(expiry, Combination::long_box, high - 1, high);
    EXPECT_GE(box.spread.value(), 0);
    EXPECT_EQ(box.depth, expiry.quotes[high - 1].open_interest);  // which rises with the strike
  });
}

}  // namespace levee::option

// tests/option/black_test.cpp — Black's formula, held to its own laws.
#include "levee/option/black.h"

#include "tests/option/black_reference.h"
#include "tests/support/cases.h"

#include <cmath>
#include <limits>

namespace levee::option {

using levee::test::for_cases;
using levee::test::Gen;

namespace {

struct Case {
  Type type;
  Price strike;
  BlackInputs in;
};

Case any_case(Gen& gen) {
  const double forward = gen.scale(1, 1e5), vol = gen.scale(0.1, 2), time = gen.scale(0.003, 2);
  const double strike = forward * std::exp(gen.real(-4, 4) * vol * std::sqrt(time));
  return {gen.coin() ? Type::call : Type::put,
          Price{strike},
          {Price{forward}, Years{time}, Vol{vol}, gen.real(0.8, 1)}};
}

enum class Settled { in_dollars, in_coins };

// Central differences of the long-double price: 4e-3 of what it varies over, with the next term of
// the error taken out (Richardson).
struct Slopes {
  Slopes(Type of_type, Price of_strike, const BlackInputs& at,
         Settled settled = Settled::in_dollars)
      : type(of_type), strike(of_strike), in(at), unit(settled) {
    const long double s = in.vol.value() * std::sqrt(in.expiry.value());
    const long double shift = 4e-3L * std::min(s, 1.0L) / static_cast<long double>(wide());
    const long double df = shift * in.forward.value();
    const long double dv = 4e-3L * in.vol.value() / (1 + s) / static_cast<long double>(wide());
    const long double dt = 4e-3L * in.expiry.value() / (1 + s) / static_cast<long double>(wide());
    const auto by_f = [=, this](long double v, long double t) {
      return first([&](long double h) { return price(h, v, t); }, df);
    };
    delta = by_f(0, 0);
    gamma = second([&](long double h) { return price(h, 0, 0); }, df);
    vega = first([&](long double h) { return price(0, h, 0); }, dv);
    volga = second([&](long double h) { return price(0, h, 0); }, dv);
    theta = -first([&](long double h) { return price(0, 0, h); }, dt);
    vanna = first([&](long double h) { return by_f(h, 0); }, dv);
    charm = -first([&](long double h) { return by_f(0, h); }, dt);
  }

  template <class F>
  static long double first(F f, long double h) {
    const auto slope = [&](long double step) { return (f(step) - f(-step)) / (2 * step); };
    return (4 * slope(h / 2) - slope(h)) / 3;
  }
  template <class F>
  static long double second(F f, long double h) {
    const long double here = f(0);
    const auto bend = [&](long double step) {
      return (f(step) - 2 * here + f(-step)) / (step * step);
    };
    return (4 * bend(h / 2) - bend(h)) / 3;
  }
  long double price(long double df, long double dv, long double dt) const {
    const long double f = in.forward.value() + df;
    const long double dollars =
        in.discount *
        test::price_reference(type, strike.value(), f, in.expiry.value() + dt, in.vol.value() + dv);
    return unit == Settled::in_coins ? dollars / f : dollars;
  }
  double spread() const { return in.vol.value() * std::sqrt(in.expiry.value()); }
  double reach() const { return 1 + spread(); }
  // |d1| + |d2| + 1: each further derivative is about that much larger.
  double wide() const {
    const double x = std::log(in.forward.value() / strike.value()) / spread();
    return 1 + std::abs(x + spread() / 2) + std::abs(x - spread() / 2);
  }

  Type type;
  Price strike;
  BlackInputs in;
  Settled unit;
  long double delta = 0, gamma = 0, vega = 0, theta = 0, vanna = 0, volga = 0, charm = 0;
};

}  // namespace

TEST(BlackPrice, KeepsItsDigitsOutOfTheMoneyAndOverShortTimes) {
  // mpmath 1.3 at 60 digits, for the doubles as they stand here.
  struct Row {
    double forward, strike, vol, years, call;
  };
  for (const Row& row :
       {Row{100, 101, .01, .01, 1.2448695951642847288e-25},
        Row{100, 150, .3, .05, 9.6980800785551061942e-10},
        Row{3000, 5000, .65, 7.0 / 365, 4.028153903599307507e-7},
        Row{3000, 3000.5, .5, 1.0 / 8760, 6.1472923420620534361},
        Row{100, 100.0001, .001, 1, 0.039844266272095251264},
        Row{1, 3, .5, .25, 4.9770532937021049334e-7}, Row{1, 20, .6, 1, 1.4287827400717206822e-7},
        Row{100, 101, .7, 1.0 / 365, 1.0227691771076364469},
        Row{2000, 2400, .55, 14.0 / 365, 4.3893270334489493858}}) {
    const BlackInputs in{Price{row.forward}, Years{row.years}, Vol{row.vol}};
    EXPECT_CLOSE(black_price(Type::call, Price{row.strike}, in).value(), row.call, 3e-14)
        << "strike " << row.strike;
    // A put on the swapped pair is the same number: F and K change places.
    const BlackInputs swapped{Price{row.strike}, Years{row.years}, Vol{row.vol}};
    EXPECT_CLOSE(black_price(Type::put, Price{row.forward}, swapped).value(), row.call, 3e-14)
        << "strike " << row.strike;
  }
}

TEST(BlackGreeks, WithoutTimeOrVolatilityAreThoseOfIntrinsicValue) {
  for (const auto& [time, vol] : {std::pair{0.0, 0.6}, std::pair{0.1, 0.0}, std::pair{0.0, 0.0}}) {
    const BlackInputs in{Price{2000}, Years{time}, Vol{vol}, 0.9};
    const auto call = black_greeks(Type::call, Price{1800}, in);
    EXPECT_DOUBLE_EQ(call.price.value(), 180);
    EXPECT_EQ(call.delta.value(), 0.9);
    EXPECT_EQ(black_greeks(Type::put, Price{1800}, in).delta.value(), 0);
    EXPECT_EQ(black_greeks(Type::put, Price{2300}, in).delta.value(), -0.9);
    EXPECT_DOUBLE_EQ(black_price(Type::put, Price{2300}, in).value(), 270);
    EXPECT_DOUBLE_EQ(black_greeks(Type::call, Price{2000}, in).delta.value(), 0.45);
    EXPECT_EQ(black_price(Type::call, Price{2000}, in).value(), 0);
    for (const double still : {call.gamma.value(), call.vega.value(), call.theta.value(),
                               call.vanna, call.volga, call.charm}) {
      EXPECT_EQ(still, 0);
    }
    EXPECT_EQ(call.rho.value(), -time * call.price.value());
  }
}

TEST(BlackGreeks, AreFiniteAtTheEndsOfWhatADoubleHolds) {
  for (const double strike : {1e-300, 1e-3, 1.0, 1 + 1e-15, 1e3, 1e300}) {
    for (const double vol : {1e-300, 1e-289, 1e-60, 1e-9, 1.0, 1e3}) {
      for (const Type type : {Type::call, Type::put}) {
        const auto greeks = black_greeks(type, Price{strike}, {Price{1}, Years{0.02}, Vol{vol}});
        SCOPED_TRACE(strike);
        EXPECT_GE(greeks.price.value(), 0);
        EXPECT_LE(greeks.price.value(), type == Type::call ? 1 : strike);
        for (const double greek :
             {greeks.delta.value(), greeks.gamma.value(), greeks.vega.value(), greeks.theta.value(),
              greeks.vanna, greeks.volga, greeks.rho.value(), greeks.charm}) {
          EXPECT_TRUE(std::isfinite(greek)) << "vol " << vol;
        }
      }
    }
  }
}

TEST(BlackPrice, RefusesWhatIsNoPriceTimeOrVolatility) {
  const auto price = [](double strike, double forward, double time, double vol, double discount) {
    return black_price(Type::call, Price{strike},
                       {Price{forward}, Years{time}, Vol{vol}, discount});
  };
  const double nan = std::nan("");
  EXPECT_THROW(price(0, 1, 1, 1, 1), ContractBroken);
  EXPECT_THROW(price(1, -1, 1, 1, 1), ContractBroken);
  EXPECT_THROW(price(1, nan, 1, 1, 1), ContractBroken);
  EXPECT_THROW(price(1, 1, -1, 1, 1), ContractBroken);
  EXPECT_THROW(price(1, 1, 1, -1, 1), ContractBroken);
  EXPECT_THROW(price(1, 1, 1, nan, 1), ContractBroken);
  EXPECT_THROW(price(1, 1, 1, 1, 0), ContractBroken);
  EXPECT_THROW(price(1, 1, 1, 1, 1.1), ContractBroken);
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_THROW(price(infinity, 1, 1, 1, 1), ContractBroken);
  EXPECT_THROW(price(1, infinity, 1, 1, 1), ContractBroken);
  EXPECT_THROW(price(1, 0, 1, 1, 1), ContractBroken);
  EXPECT_THROW(price(1, 1, infinity, 1, 1), ContractBroken);
  EXPECT_THROW(price(1, 1, 1, infinity, 1), ContractBroken);
  EXPECT_THROW(price(1, 1, 1, 1, nan), ContractBroken);
}

TEST(CoinGreeks, RefuseAForwardThatIsNoPrice) {
  for (const double bad : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    EXPECT_THROW(coin_greeks(Greeks{}, Price{bad}), ContractBroken) << bad;
  }
}

TEST(CoinGreeks, WithoutTimeAreThoseOfTheCoinsPaid) {
  const Price forward{12500};
  const auto coins =
      coin_greeks(black_greeks(Type::call, Price{10000}, {forward, Years{0}, Vol{1}}), forward);
  EXPECT_EQ(coins.price.value(), 0.2);
  EXPECT_EQ(coins.net_delta.value(), 0.8);  // K / F
  EXPECT_DOUBLE_EQ(coins.gamma, -0.8 / 12500);
  EXPECT_EQ(coins.theta.value(), 0);
}

TEST(BlackLaw, PutsAndCallsKeepParity) {
  for_cases(1000, [](Gen& gen) {
    const auto [type, strike, in] = any_case(gen);
    const auto call = black_greeks(Type::call, strike, in);
    const auto put = black_greeks(Type::put, strike, in);
    const double f = in.forward.value(), k = strike.value();
    EXPECT_NEAR(call.price.value() - put.price.value(), in.discount * (f - k), 1e-15 * (f + k));
    EXPECT_NEAR(call.delta.value() - put.delta.value(), in.discount, 1e-15);
    EXPECT_EQ(call.gamma, put.gamma);
    EXPECT_EQ(call.vega, put.vega);
    EXPECT_EQ(call.theta, put.theta);
  });
}

TEST(BlackLaw, PriceLiesBetweenItsBoundsAndRisesWithVolatility) {
  for_cases(1000, [](Gen& gen) {
    const auto [type, strike, in] = any_case(gen);
    const double f = in.forward.value(), k = strike.value();
    const double intrinsic = std::max(type == Type::call ? f - k : k - f, 0.0);
    const double price = black_price(type, strike, in).value();
    EXPECT_GE(price, in.discount * intrinsic);
    EXPECT_LT(price, in.discount * (type == Type::call ? f : k));
    BlackInputs more = in;
    more.vol = Vol{in.vol.value() * 1.01};
    EXPECT_GT(black_price(type, strike, more).value(), price);
  });
}

TEST(BlackLaw, GreeksAreTheSlopesOfPriceAndOfEachOther) {
  for_cases(1000, [](Gen& gen) {
    const auto [type, strike, in] = any_case(gen);
    const Slopes slopes(type, strike, in);
    const Greeks here = black_greeks(type, strike, in);
    const double f = in.forward.value(), vol = in.vol.value(), time = in.expiry.value();
    // What each is measured against: its size without the cancellation in d1 and d2.
    const double vega = static_cast<double>(slopes.vega), wide = slopes.wide();
    const double told = 1e-8 * wide * wide;
    const double delta = vega / (f * std::sqrt(time)) * slopes.reach();
    const auto near = [&](double got, long double want, double size) {
      EXPECT_NEAR(got, static_cast<double>(want), told * size);
    };
    near(here.delta.value(), slopes.delta, delta);
    near(here.gamma.value(), slopes.gamma, here.gamma.value());
    near(here.vega.value(), slopes.vega, vega);
    near(here.theta.value(), slopes.theta, vega * vol / time);
    near(here.vanna, slopes.vanna, wide * vega / (f * vol * std::sqrt(time)));
    near(here.volga, slopes.volga, wide * wide * vega / vol);
    near(here.charm, slopes.charm, wide * vega / (f * time * std::sqrt(time)));
    near(here.rho.value(), -time * here.price.value(), time * here.price.value());
  });
}

TEST(BlackLaw, CoinGreeksAreTheSlopesOfThePriceInCoins) {
  for_cases(1000, [](Gen& gen) {
    const auto [type, strike, in] = any_case(gen);
    const Slopes slopes(type, strike, in, Settled::in_coins);
    const CoinGreeks here = coin_greeks(black_greeks(type, strike, in), in.forward);
    const double f = in.forward.value(), vol = in.vol.value(), time = in.expiry.value();
    const double vega = static_cast<double>(slopes.vega), wide = slopes.wide();
    const double told = 1e-8 * wide * wide, root = std::sqrt(time);
    const double delta = vega / root * slopes.reach() + here.price.value();
    const auto near = [&](double got, long double want, double size) {
      EXPECT_NEAR(got, static_cast<double>(want), told * size);
    };
    // F dc/dF, and F d(F dc/dF)/dF = F dc/dF + F^2 d2c/dF2
    near(here.net_delta.value(), f * slopes.delta, delta);
    near(here.gamma * f, f * (slopes.delta + f * slopes.gamma), delta + vega / (vol * time));
    near(here.vega.value(), slopes.vega, vega);
    near(here.theta.value(), slopes.theta, vega * vol / time);
    near(here.vanna, f * slopes.vanna, vega + wide * vega / (vol * root));
    near(here.volga, slopes.volga, wide * wide * vega / vol);
    near(here.charm, f * slopes.charm, vega * vol / time + wide * vega / (time * root));
    near(here.rho.value(), -time * here.price.value(), time * here.price.value());
  });
}

TEST(BlackLaw, ThetaIsHalfVarianceTimesGammaAndVegaItsMirror) {
  for_cases(1000, [](Gen& gen) {
    const auto [type, strike, in] = any_case(gen);
    const auto greeks = black_greeks(type, strike, in);
    const double f = in.forward.value(), sigma = in.vol.value();
    const double bend = sigma * sigma * f * f * greeks.gamma.value() / 2;
    EXPECT_CLOSE(greeks.theta.value(), -bend, 1e-14);
    EXPECT_CLOSE(greeks.vega.value() * sigma / (2 * in.expiry.value()), bend, 1e-14);
  });
}

TEST(BlackLaw, CoinAccountIsLongTheStrikesShareOfACall) {  // (K/F) Phi(d2), mathematics 3.1
  for_cases(1000, [](Gen& gen) {
    auto [type, strike, in] = any_case(gen);
    in.discount = 1;
    const double f = in.forward.value(), k = strike.value(), h = 1e-4 * k;
    const auto call = black_greeks(Type::call, strike, in);
    // -dC/dK = Phi(d2)
    const double chance = (black_price(Type::call, Price{k - h}, in).value() -
                           black_price(Type::call, Price{k + h}, in).value()) /
                          (2 * h);
    EXPECT_NEAR(coin_premium(call, in.forward).net_delta.value(), k / f * chance,
                1e-4 * (1 + k / f));
  });
}

}  // namespace levee::option

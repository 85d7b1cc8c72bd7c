// tests/option/black_test.cpp — Black's formula, held to mathematics 3.1 and to its own laws.
#include "levee/option/black.h"

#include "tests/support/cases.h"

#include <cmath>
#include <limits>

namespace levee::option {

using test::for_cases;
using test::Gen;

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

}  // namespace

TEST(BlackGreeks, AreTheTableOf3_1) {
  struct Row {
    double strike, call, put, call_coin, put_coin, delta, net_delta, gamma, vega, theta_day;
  };
  const BlackInputs in{Price{50000}, Years{7.0 / 365}, Vol{0.6}};
  for (const Row& row : {Row{35000, 15000.0065226818, .00652268180156379, .300000130453636,
                             1.30453636031276e-7, .999992683085869, .699992552632233,
                             8.00471477367e-9, .230272616776873, -.00986882643329},
                         Row{45000, 5191.8818383028, 191.881838302801, .103837636766056,
                             .00383763676605601, .904827549544037, .800989912777981,
                             4.07371291181248e-5, 1171.89001572688, -50.2238578168663},
                         Row{50000, 1656.94841775772, 1656.94841775772, .0331389683551544,
                             .0331389683551544, .516569484177577, .483430515822423,
                             9.59425862516713e-5, 2759.99220723986, -118.28538031028},
                         Row{55000, 272.056647530448, 5272.05664753045, .00544113295060896,
                             .105441132950609, .134468746012802, .129027613062193,
                             5.21192204458577e-5, 1499.3200402233, -64.2565731524273},
                         Row{70000, .028157704202203, 20000.0281577042, 5.63154084044e-7,
                             .400000563154084, 3.06307172727e-5, 3.00675631887e-5, 3.12101392318e-8,
                             .897825923107163, -.0384782538474499}}) {
    SCOPED_TRACE(row.strike);
    const auto call = black_greeks(Type::call, Price{row.strike}, in);
    const auto put = black_greeks(Type::put, Price{row.strike}, in);
    EXPECT_CLOSE(call.price.value(), row.call, 1e-12);
    EXPECT_CLOSE(put.price.value(), row.put, 1e-12);
    // In the wings the table prints delta and gamma to twelve digits only.
    EXPECT_CLOSE(call.delta.value(), row.delta, 2e-12);
    EXPECT_CLOSE(call.gamma.value(), row.gamma, 4e-12);
    EXPECT_CLOSE(call.vega.value(), row.vega, 1e-12);
    EXPECT_CLOSE(call.theta.value() / 365, row.theta_day, 1e-12);
    const auto call_coin = coin_premium(call, in.forward), put_coin = coin_premium(put, in.forward);
    EXPECT_CLOSE(call_coin.premium.value(), row.call_coin, 1e-12);
    EXPECT_CLOSE(put_coin.premium.value(), row.put_coin, 1e-12);
    EXPECT_CLOSE(call_coin.net_delta.value(), row.net_delta, 1e-12);
  }
}

TEST(PayoffOf, PaysThePublishedCoins) {  // mathematics 3.1: 0.2 BTC and 1.0 BTC
  const Contract call{Type::call, Price{10000}, UnixSeconds{0}};
  const Contract put{Type::put, Price{10000}, UnixSeconds{0}};
  EXPECT_EQ(payoff_of(call, Price{12500}).value() / 12500, 0.2);
  EXPECT_EQ(payoff_of(put, Price{5000}).value() / 5000, 1.0);
  EXPECT_EQ(payoff_of(call, Price{5000}).value(), 0);
  EXPECT_EQ(payoff_of(put, Price{12500}).value(), 0);
}

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
    for (const double still :
         {call.gamma.value(), call.vega.value(), call.theta.value(), call.vanna, call.volga}) {
      EXPECT_EQ(still, 0);
    }
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
        for (const double greek : {greeks.delta.value(), greeks.gamma.value(), greeks.vega.value(),
                                   greeks.theta.value(), greeks.vanna, greeks.volga}) {
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
    const auto here = black_greeks(type, strike, in);
    const double f = in.forward.value(), sigma = in.vol.value(), time = in.expiry.value();
    const double s = sigma * std::sqrt(time), h = 1e-4;
    const auto at = [&](double df, double dv, double dt) {
      return black_greeks(type, strike,
                          {Price{f + df}, Years{time + dt}, Vol{sigma + dv}, in.discount});
    };
    // The step in each direction is h of what the price varies over; its error is of order h^2
    // times the third derivative, and those are bounded by a few times the natural size of each
    // Greek.
    const auto slope = [](double up, double down, double step) { return (up - down) / (2 * step); };
    const double df = h * f * std::min(s, 1.0), dv = h * sigma * std::min(1.0, 1 / s),
                 dt = h * time;
    const auto fu = at(df, 0, 0), fd = at(-df, 0, 0), vu = at(0, dv, 0), vd = at(0, -dv, 0);
    const auto tu = at(0, 0, dt), td = at(0, 0, -dt);
    const double vega = f * std::sqrt(time);
    EXPECT_NEAR(slope(fu.price.value(), fd.price.value(), df), here.delta.value(), 1e-7);
    EXPECT_NEAR(slope(fu.delta.value(), fd.delta.value(), df), here.gamma.value(),
                1e-6 / (f * std::min(s, 1.0)));
    EXPECT_NEAR(slope(vu.price.value(), vd.price.value(), dv), here.vega.value(), 1e-6 * vega);
    EXPECT_NEAR(slope(tu.price.value(), td.price.value(), dt), -here.theta.value(),
                1e-6 * vega * sigma / time);
    EXPECT_NEAR(slope(vu.delta.value(), vd.delta.value(), dv), here.vanna, 1e-5 / sigma);
    EXPECT_NEAR(slope(vu.vega.value(), vd.vega.value(), dv), here.volga, 1e-5 * vega / sigma);
    EXPECT_NEAR(slope(fu.vega.value(), fd.vega.value(), df), here.vanna, 1e-5 / sigma);
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

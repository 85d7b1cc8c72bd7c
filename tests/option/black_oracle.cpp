// tests/option/black_oracle.cpp — every row printed in mathematics 3.1.
#include "tests/option/chain_cases.h"

namespace levee::option {

TEST(BlackOracle, IsTheTableOf3_1) {
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
    const auto account = coin_greeks(call, in.forward);
    EXPECT_EQ(account.price, call_coin.premium);
    EXPECT_EQ(account.net_delta, call_coin.net_delta);
    EXPECT_NEAR(call_coin.premium.value() - put_coin.premium.value(), 1 - row.strike / 50000,
                1e-16);
    for (const auto engine : {num::Engine::plain, num::Engine::avx2, num::Engine::avx512}) {
      if (!num::has_engine(engine)) continue;
      test::Chain chain;
      chain.push(Type::call, Price{row.strike}, in);
      chain.push(Type::put, Price{row.strike}, in);
      const auto got = test::answers(chain, engine);
      EXPECT_CLOSE(got.price[0].value(), row.call, 1e-12);
      EXPECT_CLOSE(got.price[1].value(), row.put, 1e-12);
      EXPECT_CLOSE(got.delta[0].value(), row.delta, 2e-12);
      EXPECT_CLOSE(got.gamma[0].value(), row.gamma, 4e-12);
      EXPECT_CLOSE(got.vega[0].value(), row.vega, 1e-12);
      EXPECT_CLOSE(got.theta[0].value() / 365, row.theta_day, 1e-12);
    }
  }
}

// Counted in coins the forward drifts at vol squared; under that measure c = E (1 - K/S)+.
TEST(BlackOracle, CoinMeasureGivesTheSameCoins) {
  const BlackInputs in{Price{50000}, Years{7.0 / 365}, Vol{0.6}};
  const double v = in.vol.value() * std::sqrt(in.expiry.value());
  for (const double strike : {35000.0, 45000.0, 50000.0, 55000.0, 70000.0}) {
    SCOPED_TRACE(strike);
    // Simpson's rule in the deviate, from where the payoff begins.
    const double from = std::max(-12.0, std::log(strike / 50000) / v - v / 2), to = 12;
    constexpr int panels = 16'000;
    const double step = (to - from) / panels;
    double sum = 0;
    for (int i = 0; i <= panels; ++i) {
      const double z = from + step * i, spot = 50000 * std::exp(v * z + v * v / 2);
      const double each = (1 - strike / spot) * std::exp(-z * z / 2);
      sum += each * (i == 0 || i == panels ? 1 : i % 2 == 1 ? 4 : 2);
    }
    const double coins = sum * step / 3 / std::sqrt(2 * std::acos(-1.0));
    const auto account = coin_greeks(black_greeks(Type::call, Price{strike}, in), in.forward);
    EXPECT_NEAR(account.price.value(), coins, 1e-14);
  }
}

TEST(BlackOracle, PaysThePublishedCoins) {  // mathematics 3.1: 0.2 BTC and 1.0 BTC
  const Contract call{Type::call, Price{10000}, UnixSeconds{0}};
  const Contract put{Type::put, Price{10000}, UnixSeconds{0}};
  EXPECT_EQ(payoff_of(call, Price{12500}).value() / 12500, 0.2);
  EXPECT_EQ(payoff_of(put, Price{5000}).value() / 5000, 1.0);
  EXPECT_EQ(payoff_of(call, Price{5000}).value(), 0);
  EXPECT_EQ(payoff_of(put, Price{12500}).value(), 0);
}

}  // namespace levee::option

#include "levee/amm/stableswap_value.h"

#include "tests/support/cases.h"

#include <vector>

namespace levee::amm {
namespace {

struct Row {
  double amplification, price, first, second, value, loss;
};

}  // namespace

TEST(StableCurve, HasTheInvariantPriceAndTradeOfThePublishedPools) {
  const std::vector<double> uneven{1'200'000, 800'000};
  const StableCurve soft{uneven, 100}, hard{uneven, 2000};
  EXPECT_CLOSE(curve_invariant(soft), 1999587.71255950381, 1e-15);
  EXPECT_CLOSE(curve_invariant(hard), 1999979.17772832913, 1e-15);
  EXPECT_CLOSE(marginal_price(soft, {0, 1}).value(), 0.995718124940816, 1e-14);
  EXPECT_CLOSE(marginal_price(hard, {0, 1}).value(), 0.999783134073468, 1e-14);
  EXPECT_CLOSE(bought_for(soft, {0, 1}, Tokens{10'000}).value(), 9955.93212531299, 1e-12);
  EXPECT_CLOSE(bought_for(hard, {0, 1}, Tokens{10'000}).value(), 9997.76761469082, 1e-12);
  EXPECT_CLOSE(bought_for(soft, {0, 1}, Tokens{10'000}).value() * .9996, 9951.94975246287, 1e-12);
}

TEST(StableCurve, HasTheShapeThatThreePoolHadOn11March2023) {
  const std::vector<double> three{.46 * 510, .47 * 510, .07 * 510};
  EXPECT_CLOSE(curve_invariant({three, 2000}), 509.8771616204104, 1e-15);
  EXPECT_CLOSE(marginal_price({three, 2000}, {0, 2}).value(), 0.99509317322071, 1e-13);
}

TEST(Depeg, LeavesThePublishedBalancesAndLosses) {
  const std::vector<Row> rows{
      {10, .99, 1.05513898153, .945136717161, 1.989724308877, -0.0001385382527},
      {10, .95, 1.25633760229, .749816899657, 1.943337621837, -0.003416604186},
      {10, .5, 1.95246428963, .201595534385, 1.177827679198, -0.2147815472},
      {100, .999, 1.0502877501, .949737337764, 1.998974800116, -0.00001260624522},
      {100, .99, 1.37736499548, .624265063781, 1.987856409303, -0.001077181255},
      {100, .95, 1.70846928571, .300977961209, 1.924023782633, -0.01332113711},
      {100, .9, 1.80821648241, .208329500135, 1.835724334307, -0.03382929773},
      {100, .5, 1.99502496828, .0683308724394, 1.065843356581, -0.2894377623},
      {100, .1, 2.18241468605, .0214274029248, .2396688715296, -0.7821192077},
      {1000, .99, 1.78101511014, .220530916324, 1.983735875365, -0.003147801324},
      {1000, .95, 1.90730242562, .0970973187673, 1.909034623102, -0.02100788559},
      {1000, .5, 1.99950024997, .0221147477236, 1.021864872708, -0.3187567515}};
  for (const Row& row : rows) {
    SCOPED_TRACE(::testing::Message() << "A " << row.amplification << " at " << row.price);
    const Depeg depeg = depegged(row.amplification, Price{row.price});
    EXPECT_CLOSE(depeg.first.value(), row.first, 5e-12);
    EXPECT_CLOSE(depeg.second.value(), row.second, 5e-12);
    EXPECT_CLOSE(depeg.value.value(), row.value, 1e-12);
    EXPECT_CLOSE(depeg.against_hold.value(), row.loss, 1e-9);
  }
}

TEST(Depeg, AtParIsBalanced) {
  const Depeg depeg = depegged(100, Price{1});
  EXPECT_CLOSE(depeg.first.value(), 1, 1e-9);
  EXPECT_CLOSE(depeg.value.value(), 2, 1e-15);
}

TEST(DepegLaw, StaysOnTheCurveAtThePriceAndNeverBeatsHolding) {
  test::for_cases(1000, [](test::Gen& gen) {
    const double amplification = gen.scale(1, 1e5), price = gen.scale(1e-3, 1e3);
    const Depeg depeg = depegged(amplification, Price{price});
    const std::vector<double> balances{depeg.first.value(), depeg.second.value()};
    const StableCurve curve{balances, amplification};
    EXPECT_CLOSE(curve_invariant(curve), 2, 1e-12);
    EXPECT_CLOSE(marginal_price(curve, {0, 1}).value(), price, 1e-9);
    EXPECT_LE(depeg.against_hold.value(), 1e-15);
  });
}

TEST(StableCurveLaw, SmallTradesPayTheMarginalPrice) {
  test::for_cases(1000, [](test::Gen& gen) {
    const std::vector<double> balances = gen.reals(gen.size(2, 5), 1e5, 1e7);
    const StableCurve curve{balances, gen.scale(1, 5000)};
    const Pair pair{0, balances.size() - 1};
    const double rate = bought_for(curve, pair, Tokens{1}).value();
    EXPECT_CLOSE(rate, marginal_price(curve, pair).value(), 1e-4);
    EXPECT_CLOSE(marginal_price(curve, pair).value() * marginal_price(curve, {pair.out, 0}).value(),
                 1, 1e-14);
  });
}

TEST(StableCurve, RefusesAnEmptyCoin) {
  const std::vector<double> balances{1, 0};
  EXPECT_THROW(curve_invariant({balances, 100}), ContractBroken);
  EXPECT_THROW(depegged(0, Price{1}), ContractBroken);
}

}  // namespace levee::amm

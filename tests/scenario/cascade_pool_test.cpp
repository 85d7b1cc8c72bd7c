#include "levee/scenario/cascade_pool.h"

#include "levee/amm/constant_product.h"
#include "levee/amm/exposure.h"
#include "levee/amm/stableswap_value.h"
#include "tests/support/cases.h"

#include <cmath>

namespace levee::scenario {
namespace {

PoolTerms product_pool() { return {.curve = Curve::product, .worth_usd = 2'000'000}; }

PoolTerms stable_pool(double amplification, double fee) {
  return {
      .curve = Curve::stable, .worth_usd = 2'000'000, .fee = fee, .amplification = amplification};
}

PoolTerms drawn_pool(test::Gen& gen) {
  PoolTerms terms{.curve = gen.pick({Curve::product, Curve::range, Curve::stable}),
                  .worth_usd = gen.scale(1e4, 1e10),
                  .fee = gen.pick({0.0, 0.0004, 0.003, 0.01}),
                  .coin_share = gen.real(0.2, 0.8),
                  .amplification = static_cast<double>(gen.integer(1, 2000)),
                  .lower = gen.real(0.3, 0.95),
                  .upper = gen.real(1.05, 3)};
  return terms;
}

void bring(CascadePool& pool, double outside) {
  const TowardTrade trade = pool.toward(outside);
  if (trade.in > 0) pool.sell(trade.sold, trade.in);
}

}  // namespace

TEST(CascadePool, ConstantProductPaysWhatTheContractPays) {
  CascadePool pool(product_pool(), 1000);
  EXPECT_EQ(pool.reserves(), (TwoUnits{units_of(1000), units_of(1'000'000)}));
  const auto paid = amm::amount_out_of(U256{30'000'000},
                                       {.in = U256{1'000'000'000}, .out = U256{1'000'000'000'000}});
  EXPECT_EQ(pool.sell(Side::coin, units_of(30)), static_cast<Units>(paid->low64()));
  EXPECT_EQ(pool.reserves().coin, units_of(1030));
}

TEST(CascadePool, WhoPutsItInGetsAShareAndAThiefLeavesTheSharesAlone) {
  CascadePool pool(product_pool(), 1000);
  EXPECT_EQ(pool.lose(Share{0.4}), (TwoUnits{units_of(400), units_of(400'000)}));
  EXPECT_EQ(pool.shares(), CascadePool::all_shares);
  EXPECT_EQ(pool.remove(CascadePool::all_shares / 20), (TwoUnits{units_of(30), units_of(30'000)}));
  EXPECT_DOUBLE_EQ(pool.price(), 1000);
}

TEST(CascadePool, ARangeHoldsWhatItsExposureSaysAndRunsDryAtItsEdge) {
  CascadePool pool(
      {.curve = Curve::range, .worth_usd = 1'000'000, .fee = 0, .lower = 0.75, .upper = 1.25},
      2000);
  // Worked elsewhere (Lipton, Lucic & Sepp, figures 2 and 6).
  EXPECT_NEAR(tokens_of(pool.reserves().coin), 220.358907468, 2e-6);
  EXPECT_NEAR(tokens_of(pool.reserves().quote), 559282.1850646, 2e-6);
  bring(pool, 1600);
  EXPECT_NEAR(tokens_of(pool.reserves().coin), 466.72765574, 1e-4);
  EXPECT_NEAR(tokens_of(pool.reserves().quote), 118564.3701292, 1e-1);
  bring(pool, 1000);
  EXPECT_NEAR(tokens_of(pool.reserves().coin), 543.260627568, 1e-4);
  EXPECT_NEAR(tokens_of(pool.reserves().quote), 0, 0.1);
}

// Mathematics of stableswap under a depeg: D = 2 at balance, here a million times that.
TEST(CascadePool, AStablePoolEndsWithTheBadCoin) {
  struct Row {
    double amplification, price, coin, quote;
  };
  for (const auto& [a, p, coin, quote] :
       {Row{100, .99, 1.37736499548, .624265063781}, Row{100, .9, 1.80821648241, .208329500135},
        Row{100, .1, 2.18241468605, .0214274029248},
        Row{1000, .5, 1.99950024997, .0221147477236}}) {
    CascadePool pool(stable_pool(a, 0), 1);
    bring(pool, p);
    EXPECT_NEAR(tokens_of(pool.reserves().coin), coin * 1e6, 1) << a << " " << p;
    EXPECT_NEAR(tokens_of(pool.reserves().quote), quote * 1e6, 1) << a << " " << p;
    EXPECT_NEAR(pool.price(), p, 1e-6);
  }
}

TEST(CascadePool, NothingIsSoldWithinTheBandOfTheFee) {
  const CascadePool pool(product_pool(), 1000);
  EXPECT_EQ(pool.toward(997.1).in, 0);
  EXPECT_EQ(pool.toward(1002.9).in, 0);
  EXPECT_GT(pool.toward(996.9).in, 0);
  EXPECT_EQ(pool.toward(996.9).sold, Side::coin);
  EXPECT_GT(pool.toward(1003.1).in, 0);
  EXPECT_EQ(pool.toward(1003.1).sold, Side::quote);
}

TEST(CascadePool, ArbitrageStopsWhereTheFeeEatsIt) {
  CascadePool pool(product_pool(), 1000);
  bring(pool, 900);
  EXPECT_NEAR(pool.price() * 0.997, 900, 0.3);
  bring(pool, 1000);
  EXPECT_NEAR(pool.price(), 1000 * 0.997, 0.3);
}

TEST(CascadePool, AnEmptyPoolTakesNothingAndPaysNothing) {
  for (const Curve curve : {Curve::product, Curve::stable}) {
    CascadePool pool({.curve = curve, .worth_usd = 1000, .amplification = 100}, 1);
    pool.remove(CascadePool::all_shares);
    EXPECT_EQ(pool.sell(Side::coin, 1000), 0);
    EXPECT_EQ(pool.toward(0.5).in, 0);
    EXPECT_EQ(pool.lose(Share{0.5}), TwoUnits{});
  }
}

TEST(CascadePool, TermsThatMakeNoPoolAreABug) {
  EXPECT_THROW(CascadePool({.worth_usd = 0}, 1), ContractBroken);
  EXPECT_THROW(CascadePool({.worth_usd = 1000, .fee = 0.5}, 1), ContractBroken);
  EXPECT_THROW(CascadePool({.curve = Curve::stable, .worth_usd = 1000}, 1), ContractBroken);
  EXPECT_THROW(CascadePool({.curve = Curve::range, .worth_usd = 1000, .lower = 1.1, .upper = 2}, 1),
               ContractBroken);
  CascadePool pool(product_pool(), 1);
  EXPECT_THROW(pool.remove(CascadePool::all_shares + 1), ContractBroken);
}

TEST(CascadePoolLaw, ArbitrageEndsAtTheEdgeOfTheFeesBand) {
  test::for_cases(1000, [](test::Gen& gen) {
    const PoolTerms terms = drawn_pool(gen);
    CascadePool pool(terms, 1);
    const double outside = gen.scale(0.05, 2);
    // A stableswap pool keeps its fee in what it pays out, which takes it back a little each time.
    for (int i = 0; i < 60; ++i) bring(pool, outside);
    const double keep = 1 - terms.fee;
    const bool dry = terms.curve == Curve::range &&
                     (outside < terms.lower * 1.02 || outside > terms.upper * 0.98);
    if (dry) return;
    EXPECT_LE(pool.price() * keep, outside * (1 + 1e-4));
    EXPECT_LE(outside * keep, pool.price() * (1 + 1e-4));
  });
}

TEST(CascadePoolLaw, ReservesAreWhatCameInLessWhatWentOut) {
  test::for_cases(1000, [](test::Gen& gen) {
    CascadePool pool(drawn_pool(gen), 1);
    TwoUnits own = pool.reserves();
    for (int i = 0; i < 12; ++i) {
      if (gen.coin()) {
        const Side sold = gen.coin() ? Side::coin : Side::quote;
        const Units in = static_cast<Units>(gen.scale(1, 1e12));
        const Units paid = pool.sell(sold, in);
        if (paid > 0) {
          (sold == Side::coin ? own.coin : own.quote) += in;
          (sold == Side::coin ? own.quote : own.coin) -= paid;
        }
      } else {
        const TwoUnits out = gen.coin() ? pool.remove(pool.shares() / 7) : pool.lose(Share{0.1});
        own.coin -= out.coin, own.quote -= out.quote;
      }
      EXPECT_EQ(pool.reserves(), own);
      EXPECT_GE(own.coin, 0);
      EXPECT_GE(own.quote, 0);
    }
  });
}

}  // namespace levee::scenario

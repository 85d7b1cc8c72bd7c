// tests/amm/ticks_test.cpp — ticks and raw prices as quote per base, held to mathematics 1.3.
#include "levee/amm/exposure.h"

#include "tests/support/cases.h"

#include <cmath>

namespace levee::amm {

using test::for_cases;
using test::Gen;

namespace {

const Quoting usdc_weth{.base_decimals = 18, .quote_decimals = 6, .base_is_token0 = false};
const Quoting wbtc_usdc{.base_decimals = 8, .quote_decimals = 6, .base_is_token0 = true};
const Quoting raw{.base_decimals = 18, .quote_decimals = 18, .base_is_token0 = true};

}  // namespace

TEST(PriceAt, OfUsdcWethFallsAsTheTickRises) {
  struct Row {
    int tick;
    double price;
  };
  for (const auto [tick, price] : {Row{193000, 4154.660734461759}, Row{196250, 3001.904803056222},
                                   Row{200000, 2063.215669444018}, Row{201240, 1822.6144292014},
                                   Row{276324, 1.000002643830951}}) {
    EXPECT_CLOSE(price_at(Tick{tick}, usdc_weth).value(), price, 3e-14) << "tick " << tick;
  }
}

TEST(PriceAt, OfWbtcUsdcIsThePublishedRange) {  // Khakhar & Chen (2022), arXiv 2208.03318
  EXPECT_CLOSE(price_at(Tick{51960}, wbtc_usdc).value(), 18050.17038460524, 1e-14);
  EXPECT_CLOSE(price_at(Tick{59940}, wbtc_usdc).value(), 40089.53096297511, 1e-14);
}

TEST(PriceAt, RefusesATickThatNoPoolHas) {
  EXPECT_GT(price_at(Tick{887272}, raw).value(), 3.4e38);
  EXPECT_THROW(price_at(Tick{887273}, raw), ContractBroken);
  EXPECT_THROW(price_at(Tick{-887273}, raw), ContractBroken);
}

TEST(PriceOfSqrtX96, OfThePoolsOwnNumbersIsThePriceAtTheirTick) {
  // The contract's answers, each rounded up to a whole number: mathematics 1.3, but for ticks -1
  // and -201240, which are misprinted there in one digit; these are by the contract's algorithm.
  struct Row {
    int tick;
    double sqrt_price_x96;
  };
  for (const auto [tick, x96] :
       {Row{-887272, 4295128739.0}, Row{-738203, 7409801140451.0},
        Row{-500000, 1101692437043807371.0}, Row{-100, 78833030112140176575862854579.0},
        Row{-50, 79030349367926598376800521322.0}, Row{0, 79228162514264337593543950336.0},
        Row{50, 79426470787362580746886972461.0}, Row{100, 79625275426524748796330556128.0},
        Row{250, 80224679980005306637834519095.0},
        Row{500000, 5697689776495288729098254600827762987878.0},
        Row{738203, 847134979253254120489401328389043031315994541.0},
        Row{887272, 1461446703485210103287273052203988822378723970342.0},
        Row{51960, 1064437672413142463547666322747.0},
        Row{59940, 1586335602508274878163184230332.0},
        Row{201240, 1855804321331433732577053345919683.0},
        Row{-201240, 3382415733832982109994867.0}, Row{1, 79232123823359799118286999568.0},
        Row{-1, 79224201403219477170569942574.0}}) {
    EXPECT_CLOSE(price_of_sqrt_x96(x96, raw).value(), price_at(Tick{tick}, raw).value(),
                 3e-14 + 2 / x96)
        << "tick " << tick;
  }
  EXPECT_CLOSE(price_of_sqrt_x96(1855804321331433732577053345919683.0, usdc_weth).value(),
               1822.6144292014, 3e-14);
  EXPECT_CLOSE(price_of_sqrt_x96(1064437672413142463547666322747.0, wbtc_usdc).value(),
               18050.17038460524, 3e-14);
  EXPECT_THROW(price_of_sqrt_x96(0, raw), ContractBroken);
}

TEST(BoundsAt, PutTheLowerTickAtTheUpperPriceWhenTheBaseIsToken1) {
  const auto weth = bounds_at(Tick{193000}, Tick{200000}, TickSpacing{10}, usdc_weth);
  EXPECT_CLOSE(weth->lower.value(), 2063.215669444018, 1e-13);
  EXPECT_CLOSE(weth->upper.value(), 4154.660734461759, 1e-13);
  const auto wbtc = bounds_at(Tick{51960}, Tick{59940}, TickSpacing{60}, wbtc_usdc);
  EXPECT_CLOSE(wbtc->lower.value(), 18050.17038460524, 1e-13);
  EXPECT_CLOSE(wbtc->upper.value(), 40089.53096297511, 1e-13);
}

TEST(BoundsAt, RefuseTicksThatNoPoolWouldTake) {
  const auto refused = [](int lower, int upper, int spacing) {
    const auto answer = bounds_at(Tick{lower}, Tick{upper}, TickSpacing{spacing}, usdc_weth);
    return !answer && answer.error().reason == Reason::bad_input;
  };
  EXPECT_TRUE(refused(60, 60, 60));
  EXPECT_TRUE(refused(120, 60, 60));
  EXPECT_TRUE(refused(61, 120, 60));
  EXPECT_TRUE(refused(-119, 120, 60));
  EXPECT_TRUE(refused(60, 121, 60));
  EXPECT_TRUE(refused(60, 120, 0));
  EXPECT_TRUE(refused(60, 120, -60));
  EXPECT_TRUE(refused(-887273, 0, 1));
  EXPECT_TRUE(refused(0, 887273, 1));
  EXPECT_FALSE(refused(-887272, 887272, 1));
  EXPECT_FALSE(refused(-120, -60, 60));
}

TEST(HumanLiquidity, IsTheRootOfWholeTokensTimesWholeTokens) {
  EXPECT_DOUBLE_EQ(human_liquidity(5e18, usdc_weth).value(), 5e6);   // 10^((18 + 6) / 2)
  EXPECT_DOUBLE_EQ(human_liquidity(1e9, wbtc_usdc).value(), 100.0);  // 10^((8 + 6) / 2)
  const Quoting odd{.base_decimals = 9, .quote_decimals = 6};
  EXPECT_CLOSE(human_liquidity(1e8, odd).value(), std::sqrt(10.0), 1e-15);
}

TEST(HumanLiquidity, OfThePublishedPositionFitsItsAmounts) {
  // mathematics 1.3: 19.94 WBTC and 265 132.51 USDC at the one price consistent with both.
  const auto bounds = bounds_at(Tick{51960}, Tick{59940}, TickSpacing{60}, wbtc_usdc);
  const Price price{23772.032489856};
  const double from_base = 19.94 / exposure_at({*bounds, HumanLiquidity{1}}, price).base.value();
  const double from_quote =
      265132.51 / exposure_at({*bounds, HumanLiquidity{1}}, price).quote.value();
  EXPECT_CLOSE(from_base, from_quote, 1e-11);
  const Price printed{23776};
  EXPECT_CLOSE(19.94 / exposure_at({*bounds, HumanLiquidity{1}}, printed).base.value(),
               13374.523174553, 1e-13);
  EXPECT_CLOSE(265132.51 / exposure_at({*bounds, HumanLiquidity{1}}, printed).quote.value(),
               13361.001907856, 1e-13);
}

TEST(BoundsAtLaw, OneRangeReadBothWaysIsItsReciprocalAndItsMirrorIsItself) {
  for_cases(1000, [](Gen& gen) {
    const int spacing = gen.pick({1, 10, 60, 200});
    const int most = 400000 / spacing;
    const int lower = gen.integer(-most, most - 1) * spacing;
    const int upper = lower + gen.integer(1, 100) * spacing;
    const Quoting quoting{gen.integer(0, 18), gen.integer(0, 18), gen.coin()};
    const auto bounds = bounds_at(Tick{lower}, Tick{upper}, TickSpacing{spacing}, quoting);
    ASSERT_TRUE(bounds);
    EXPECT_LT(bounds->lower, bounds->upper);

    const Quoting turned{quoting.quote_decimals, quoting.base_decimals, !quoting.base_is_token0};
    const auto other = bounds_at(Tick{lower}, Tick{upper}, TickSpacing{spacing}, turned);
    EXPECT_CLOSE(other->lower.value() * bounds->upper.value(), 1, 1e-14);
    EXPECT_CLOSE(other->upper.value() * bounds->lower.value(), 1, 1e-14);

    const Quoting mirror{quoting.base_decimals, quoting.quote_decimals, !quoting.base_is_token0};
    const auto same = bounds_at(Tick{-upper}, Tick{-lower}, TickSpacing{spacing}, mirror);
    EXPECT_EQ(*same, *bounds);
  });
}

TEST(PriceAtLaw, NeighbouringTicksAreABasisPointApart) {
  for_cases(1000, [](Gen& gen) {
    const int tick = gen.integer(-887272, 887271);
    const double step = price_at(Tick{tick + 1}, raw).value() / price_at(Tick{tick}, raw).value();
    EXPECT_CLOSE(step, 1.0001, 5e-14);
    EXPECT_CLOSE(price_at(Tick{tick}, raw).value(), std::pow(1.0001, tick), 1e-11);
  });
}

}  // namespace levee::amm

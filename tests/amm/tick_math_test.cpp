#include "levee/amm/tick_math.h"

#include "tests/support/cases.h"

namespace levee::amm {
namespace {

struct Row {
  std::int32_t tick;
  const char* price;
};

// Uniswap v3-core's own snapshot of TickMath; the last four by the same integer arithmetic.
constexpr Row rows[] = {{-887272, "4295128739"},
                        {-738203, "7409801140451"},
                        {-500000, "1101692437043807371"},
                        {-100, "78833030112140176575862854579"},
                        {-50, "79030349367926598376800521322"},
                        {0, "79228162514264337593543950336"},
                        {50, "79426470787362580746886972461"},
                        {100, "79625275426524748796330556128"},
                        {250, "80224679980005306637834519095"},
                        {500000, "5697689776495288729098254600827762987878"},
                        {738203, "847134979253254120489401328389043031315994541"},
                        {887272, "1461446703485210103287273052203988822378723970342"},
                        {201240, "1855804321331433732577053345919683"},
                        {-201240, "3382415733832982109994867"},
                        {1, "79232123823359799118286999568"},
                        {-1, "79224201403219477170569942574"}};

TEST(TickMath, SqrtPricesAreThePublishedOnes) {
  for (const Row& row : rows) {
    EXPECT_EQ(decimal_text(sqrt_price_at(Tick{row.tick})->value()), row.price) << row.tick;
  }
}

TEST(TickMath, TheOutermostPricesAreTheNamedConstants) {
  EXPECT_EQ(sqrt_price_at_valid(tick_min), sqrt_price_min);
  EXPECT_EQ(sqrt_price_at_valid(tick_max), sqrt_price_max);
}

TEST(TickMath, RefusesWhatTheContractRefuses) {
  EXPECT_EQ(sqrt_price_at(Tick{-887273}).error(), fail(Reason::refused, "T"));
  EXPECT_EQ(sqrt_price_at(Tick{887273}).error(), fail(Reason::refused, "T"));
  const SqrtPriceX96 below{sqrt_price_min.value() - U256{1}};
  EXPECT_EQ(tick_at(below).error(), fail(Reason::refused, "R"));
  EXPECT_EQ(tick_at(sqrt_price_max).error(), fail(Reason::refused, "R"));
  EXPECT_THROW(sqrt_price_at_valid(Tick{887273}), ContractBroken);
}

TEST(TickMath, TheLastPriceBelowTheTopBelongsToTheTickBelowIt) {
  const SqrtPriceX96 last{sqrt_price_max.value() - U256{1}};
  EXPECT_EQ(*tick_at(last), Tick{887271});
  EXPECT_EQ(*tick_at(sqrt_price_min), tick_min);
}

// One unit either side of a tick's price is where a logarithm alone would err.
TEST(TickMathLaw, TicksChangeExactlyAtTheirPrices) {
  test::for_cases(20'000, [](test::Gen& gen) {
    const Tick tick{gen.integer(-887271, 887271)};
    const U256 price = sqrt_price_at_valid(tick).value();
    EXPECT_EQ(*tick_at(SqrtPriceX96{price}), tick);
    EXPECT_EQ(tick_at(SqrtPriceX96{price - U256{1}})->value(), tick.value() - 1);
  });
}

TEST(TickMathLaw, PricesRiseWithTheTick) {
  test::for_cases(20'000, [](test::Gen& gen) {
    const Tick tick{gen.integer(-887272, 887271)};
    EXPECT_LT(sqrt_price_at_valid(tick), sqrt_price_at_valid(Tick{tick.value() + 1}));
  });
}

}  // namespace
}  // namespace levee::amm

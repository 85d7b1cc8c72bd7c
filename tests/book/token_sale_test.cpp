#include "levee/book/token_sale.h"

#include "tests/support/cases.h"

namespace levee::book {
namespace {

const amm::SqrtPriceX96 four{U256::power_of_two(97)};  // Two squared.

TEST(TokenSale, AtThePriceTakesTheFeeAlone) {
  EXPECT_EQ(sale_at_price({U256{1'000'000}, four, FeePips{10'000}}), U256{3'960'000});
  EXPECT_EQ(sale_at_price({U256{1'000'000}, four, FeePips{0}}), U256{4'000'000});
  EXPECT_EQ(sale_at_price({U256{}, four, FeePips{0}}), U256{});
}

TEST(TokenSale, IntoLiquidityGivesWay) {
  // A' = 990,000 on L = 10^9: A' p / (1 + A' sqrt(p) / L) = 3,960,000 / 1.00198.
  const TokenSale sale{U256{1'000'000}, four, FeePips{10'000}};
  EXPECT_EQ(sale_into(sale, 1'000'000'000), U256{3'952'174});
  EXPECT_EQ(sale_into(sale, 0), U256{});
}

TEST(TokenSale, TellsTheLiquidityBehindWhatItBrought) {
  const TokenSale sale{U256{1'000'000'000'000}, four, FeePips{10'000}};
  const u128 truth = 1'000'000'000'000'000;
  const auto told = liquidity_behind(sale, sale_into(sale, truth));
  ASSERT_TRUE(told);
  EXPECT_NEAR(static_cast<double>(*told), static_cast<double>(truth), 1e9);
  EXPECT_FALSE(liquidity_behind(sale, U256{4'000'000'000'000})) << "no pool pays this";
  EXPECT_FALSE(liquidity_behind({U256{}, four, FeePips{0}}, U256{5}));
}

TEST(TokenSaleLaw, MoreLiquidityNeverBringsLessAndNeverMoreThanThePrice) {
  test::for_cases(500, [](test::Gen& gen) {
    const TokenSale sale{U256{static_cast<std::uint64_t>(gen.scale(1e3, 1e18))},
                         amm::sqrt_price_at_valid(Tick{gen.integer(-100'000, 100'000)}),
                         FeePips{static_cast<std::uint32_t>(gen.integer(0, 10'000))}};
    const auto liquidity = static_cast<u128>(gen.scale(1e6, 1e24));
    EXPECT_LE(sale_into(sale, liquidity), sale_into(sale, 2 * liquidity));
    EXPECT_LE(sale_into(sale, liquidity), sale_at_price(sale));
    const U256 brings = sale_into(sale, liquidity);
    if (const auto told = liquidity_behind(sale, brings)) {
      EXPECT_EQ(sale_into(sale, *told), brings);
    }
  });
}

}  // namespace
}  // namespace levee::book

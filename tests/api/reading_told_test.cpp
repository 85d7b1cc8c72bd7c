#include "levee/api/reading_told.h"

#include "levee/base/json.h"
#include "tests/api/sample_reading.h"
#include "tests/support/cases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace levee::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ReadingTold, AmountsAreExactDecimals) {
  EXPECT_EQ(amount_text(U256{0}, 18), "0");
  EXPECT_EQ(amount_text(U256{1}, 18), "0.000000000000000001");
  EXPECT_EQ(amount_text(U256{1'500'000}, 6), "1.5");
  EXPECT_EQ(amount_text(U256{12'000'000}, 6), "12");
  EXPECT_EQ(amount_text(U256{77}, 0), "77");
  EXPECT_EQ(amount_text(U256::max(), 0), decimal_text(U256::max()));
}

TEST(ReadingTold, TellsAmountsTwiceAndTheirWorthInTheDollarToken) {
  const ReadingTold told = api::told(test::sample_reading());
  ASSERT_EQ(told.positions.size(), 2U);
  const PositionTold& position = told.positions.front();
  EXPECT_EQ(position.fees0_raw, "1500000");
  EXPECT_EQ(position.fees0, "1.5");
  EXPECT_EQ(position.worth_in, "USDC");
  EXPECT_CLOSE(*position.fees_worth, 1.5, 1e-12);
  const double weth = 1 / (std::pow(1.0001, 200'000) * 1e-12);
  EXPECT_CLOSE(*position.principal_worth, 2000 + weth, 1e-9);
  EXPECT_TRUE(position.in_range);
  EXPECT_EQ(told.unknown.size(), 1U);
}

// The contract's own root at a tick, squared: an independent route, 32 digits of it.
TEST(ReadingTold, PricesOfTicksAreTheContractsUpToTheLastTick) {
  for (const std::int32_t tick : {1, 60, 199'000, 887'270}) {
    chain::Reading reading = test::sample_reading();
    reading.positions.front().range = {-tick, tick};
    const PositionTold position = api::told(reading).positions.front();
    const double root = to_double(amm::sqrt_price_at(Tick{tick})->value()) * 0x1p-96;
    EXPECT_CLOSE(position.price_upper, root * root * 1e-12, 1e-12);
    EXPECT_CLOSE(position.price_lower, 1e-12 / (root * root), 1e-12);
  }
}

TEST(ReadingTold, JsonHoldsWhatIsNotKnownAsNull) {
  chain::Reading reading = test::sample_reading();
  reading.positions[0].fees.reset();
  reading.positions[0].principal.reset();
  reading.pools[0].not_valued = "its hooks";
  const std::string json = json_of(told(reading));
  EXPECT_THAT(json, HasSubstr("\"fees0_raw\": null"));
  EXPECT_THAT(json, HasSubstr("\"not_model_valued\": \"its hooks\""));
}

TEST(ReadingTold, ATableQuotesPricesInDollars) {
  const std::string text = reading_text(test::sample_reading(), "NFT 7", report::Colour::off);
  EXPECT_THAT(text, HasSubstr("USDC per WETH"));
  EXPECT_THAT(text, HasSubstr("Ethereum (chain id 1), block 19000000"));
  EXPECT_THAT(text, HasSubstr("empty"));
  EXPECT_THAT(text, Not(HasSubstr("inf")));
}

TEST(ReadingTold, AnEmptyAnswerSaysSo) {
  chain::Reading reading = test::sample_reading();
  reading.pools.clear();
  reading.positions.clear();
  EXPECT_THAT(reading_text(reading, "nobody", report::Colour::off), HasSubstr("No positions."));
}

}  // namespace
}  // namespace levee::api

#include "levee/feed/chain_row.h"

#include "tests/feed/markets.h"

#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using ::testing::HasSubstr;

Result<ChainRow> row_of(const std::string& header, const std::string& line) {
  auto csv = Csv::from({.path = "chain.csv", .text = header + line + "\n"});
  const auto columns = chain_columns(*csv);
  if (!columns) return columns.error();
  RowReader reader(*csv);
  reader.load(csv->rows()[0]);
  return chain_row(reader, *columns);
}

const std::string good =
    "2026-01-20T16:00:00Z,ETH,ETH-27MAR26-3000-C,2026-03-27T08:00:00Z,3000,C,0.1030,0.1045,"
    "0.1039,0.5743,3044.72,3028.47,5183";

TEST(ChainRow, HoldsWhatTheFileSays) {
  const auto row = row_of(test::chain_header, good);
  ASSERT_TRUE(row) << row.error().message;
  EXPECT_EQ(row->instrument, "ETH-27MAR26-3000-C");
  EXPECT_EQ(row->contract.strike, Price{3000});
  EXPECT_EQ(row->bid, 0.1030);
  EXPECT_EQ(row->ask, 0.1045);
  EXPECT_EQ(row->mark, 0.1039);
  EXPECT_EQ(row->mark_vol, 0.5743);
  EXPECT_EQ(row->future, 3044.72);
  EXPECT_EQ(row->index, 3028.47);
  EXPECT_EQ(row->open_interest, 5183);
}

TEST(ChainRow, ReadsTheOlderVariantWithExpiryCodes) {
  const auto row = row_of(
      "quote_utc,currency,instrument,expiry,strike_usd,type,bid_coin,ask_coin,mark_coin,"
      "open_interest_coin\n",
      "2021-02-11T18:45:08Z,ETH,ETH-12FEB21-1450-C,12FEB21,1450.0,C,,,0.192033,0.0");
  ASSERT_TRUE(row) << row.error().message;
  EXPECT_EQ(text_of(row->contract.expiry), "2021-02-12T08:00:00Z");
  EXPECT_EQ(row->mark_vol, std::nullopt);
  EXPECT_EQ(row->future, std::nullopt);
}

TEST(ChainRow, TakesAnEmptyOrZeroSideForNobody) {
  const auto row =
      row_of(test::chain_header, test::edited(test::edited(good, "0.1030", "0.0"), "0.1045", ""));
  EXPECT_EQ(row->bid, std::nullopt);
  EXPECT_EQ(row->ask, std::nullopt);
}

TEST(ChainRow, RefusesRowsThatContradictThemselves) {
  const auto refused = [](std::string_view part, std::string_view by) {
    return row_of(test::chain_header, test::edited(good, part, by)).error().message;
  };
  EXPECT_THAT(refused("0.1030", "0.1046"), HasSubstr("bid_coin 0.1046 is above ask_coin 0.1045"));
  EXPECT_THAT(refused(",3000,C", ",3001,C"), HasSubstr("disagrees with strike_usd \"3001\""));
  EXPECT_THAT(refused(",3000,C", ",3000,P"), HasSubstr("disagrees with type \"P\""));
  EXPECT_THAT(refused("2026-03-27", "2026-03-28"), HasSubstr("disagrees with expiry_utc"));
  EXPECT_THAT(refused("ETH-27", "BTC-27"), HasSubstr("disagrees with currency \"ETH\""));
  EXPECT_THAT(refused("2026-01-20T16", "2026-03-27T08"), HasSubstr("had expired at"));
  EXPECT_THAT(refused("0.5743", "57.43"), HasSubstr("0.65 is 65 %"));
}

TEST(ChainRow, NamesAMissingColumn) {
  EXPECT_THAT(row_of("a,b\n", "1,2").error().message,
              HasSubstr("chain.csv:1: no column snapshot_utc or quote_utc"));
}

}  // namespace
}  // namespace levee::feed

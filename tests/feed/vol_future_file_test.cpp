#include "levee/feed/vol_future_file.h"

#include "tests/feed/markets.h"

#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using test::edited;
using test::written;
using ::testing::HasSubstr;

const UnixSeconds at = *moment_from("2026-01-20T15:00:00Z");
const std::string good =
    "[[vol_future]]\nname = \"ETHVOL-MAR26\"\nasset = \"ETH\"\n"
    "expiry = \"2026-03-27T08:00:00Z\"\nbid_points = 63.5\nask_points = 64.5\npoint_usd = 100\n"
    "index_days = 14\nfee_usd = 5\nmargin_usd = 1500\nlot_contracts = 0.5\n"
    "depth_contracts = 40\n";

std::string refusal(std::string_view part, std::string_view by) {
  return read_vol_futures(written("futures.toml", edited(good, part, by)), at).error().message;
}

}  // namespace

TEST(VolFutures, AreReadFromTables) {
  const auto quotes = read_vol_futures(
      written("f.toml", good + edited(edited(good, "MAR26", "JUN26"), "index_days = 14\n", "")),
      at);
  ASSERT_TRUE(quotes) << quotes.error().message;
  ASSERT_EQ(quotes->size(), 2U);
  const market::VolFutureQuote& one = quotes->front();
  EXPECT_EQ(one.name, "ETHVOL-MAR26");
  EXPECT_EQ(one.asset, "ETH");
  EXPECT_EQ(one.expiry, *moment_from("2026-03-27T08:00:00Z"));
  EXPECT_DOUBLE_EQ(one.bid.value(), 0.635);
  EXPECT_DOUBLE_EQ(one.mid().value(), 0.64);
  EXPECT_EQ(one.per_point, Usd{100});
  EXPECT_EQ(one.span, days(14));
  EXPECT_EQ(one.fee, Usd{5});
  EXPECT_EQ(one.margin, Usd{1500});
  EXPECT_EQ(one.lot, Tokens{0.5});
  EXPECT_EQ(one.depth, Tokens{40});
  EXPECT_EQ(quotes->back().span, days(30)) << "where no span is said";
}

TEST(VolFutures, SayWhatIsWrong) {
  EXPECT_THAT(refusal("= 63.5", "= 65"), HasSubstr(":6: ask_points is below bid_points"));
  EXPECT_THAT(refusal("2026-03-27", "2026-01-20T15:00:00Z\" #"),
              HasSubstr("expiry 2026-01-20T15:00:00Z is not after the market's moment"));
  EXPECT_THAT(refusal("expiry = \"2026-03-27T08:00:00Z\"\n", ""), HasSubstr("expiry is missing"));
  EXPECT_THAT(refusal("expiry = \"2026-03-27T08:00:00Z\"", "expiry = \"soon\""),
              HasSubstr("\"soon\""));
  EXPECT_THAT(refusal("= 63.5", "= 0"), HasSubstr("bid_points 0 is zero"));
  EXPECT_THAT(refusal("= 63.5", "= nan"), HasSubstr("bid_points"));
  EXPECT_THAT(refusal("point_usd = 100", "point_usd = -1"), HasSubstr("point_usd -1 is"));
  EXPECT_THAT(refusal("fee_usd = 5", "fee_usd = -5"), HasSubstr("fee_usd -5 is negative"));
  EXPECT_THAT(refusal("margin_usd = 1500\n", ""), HasSubstr("margin_usd is missing (USD)"));
  EXPECT_THAT(refusal("= 0.5", "= 41"), HasSubstr("depth_contracts is less than lot_contracts"));
  EXPECT_THAT(refusal("index_days = 14", "index_days = 0.5"), HasSubstr("less than a day"));
  EXPECT_THAT(refusal("asset", "asett"), HasSubstr("the nearest is asset"));
  EXPECT_THAT(refusal("name = \"ETHVOL-MAR26\"\n", ""), HasSubstr("name is missing"));
  const auto twice = read_vol_futures(written("f.toml", good + good), at);
  EXPECT_THAT(twice.error().message, HasSubstr("name \"ETHVOL-MAR26\" stands twice"));
  const auto none = read_vol_futures(written("f.toml", "\n"), at);
  EXPECT_EQ(none.error().reason, Reason::missing_data);
  EXPECT_THAT(none.error().message, HasSubstr("no [[vol_future]] table"));
}

}  // namespace levee::feed

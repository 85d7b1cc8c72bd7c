// tests/api/beside_ask_test.cpp — other assets read beside a market, and what is refused of them.
#include "levee/api/beside_ask.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

namespace levee::api {
namespace {

using ::testing::HasSubstr;

const std::string examples = std::string(LEVEE_SOURCE) + "/examples/market";

market::Snapshot lead() {
  MarketFlags flags;
  flags.market = examples;
  return *market_from(flags, {"ETH", "USDC"});
}

// Hourly closes of another asset, the last `late` hours before the example's moment.
std::string prices_until(int late) {
  const auto path = std::filesystem::path(::testing::TempDir()) / "beside.csv";
  std::ofstream out(path);
  out << "open_time_utc,close\n";
  const UnixSeconds last = *moment_from("2026-08-26T15:00:00Z");
  for (int back = 30 + late; back >= late; --back) {
    out << text_of(last - hours(back)) << ',' << 60'000 + back << '\n';
  }
  return path.string();
}

Error refusal(const BesideFlags& flags) {
  const auto found = beside_from(flags, market::Stale::refuse, lead());
  EXPECT_FALSE(found);
  return found ? Error{} : found.error();
}

}  // namespace

TEST(Beside, AnAssetOfPricesAloneStandsAtItsLastClose) {
  const auto found = beside_from({{"BTC"}, {prices_until(0)}, {}}, market::Stale::refuse, lead());
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->snapshots[0].base, "BTC");
  EXPECT_EQ(found->snapshots[0].spot, Price{60'000});
  EXPECT_EQ(found->snapshots[0].at, lead().at);
  EXPECT_FALSE(found->surfaces[0]);
  EXPECT_EQ(priced_beside(*found).error().reason, Reason::missing_data);
}

TEST(Beside, AFolderIsReadAsAMarketOfItsName) {
  // The example's own asset under the eyes of a market of another.
  market::Snapshot other = lead();
  other.base = "BTC";
  const auto found = beside_from({{"ETH=" + examples}, {}, {}}, market::Stale::refuse, other);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->snapshots[0].spot, other.spot);
  ASSERT_TRUE(found->surfaces[0]);
  const auto priced = priced_beside(*found);
  ASSERT_TRUE(priced);
  EXPECT_EQ(&(*priced)[0].snapshot, &found->snapshots[0]);
  EXPECT_GT((*priced)[0].funding, Rate{0});
}

TEST(Beside, RefusesWhatIsNotOfTheMoment) {
  const Error late = refusal({{"BTC"}, {prices_until(5)}, {}});
  EXPECT_EQ(late.reason, Reason::stale_data);
  EXPECT_THAT(late.message, HasSubstr("BTC: newest of 2026-08-26T11:00:00Z"));
  EXPECT_TRUE(beside_from({{"BTC"}, {prices_until(5)}, {}}, market::Stale::allow, lead()));
}

TEST(Beside, RefusesNamesThatAreNone) {
  EXPECT_EQ(refusal({{"ETH"}, {prices_until(0)}, {}}).reason, Reason::bad_input);
  EXPECT_EQ(refusal({{"BTC=", "X"}, {}, {}}).reason, Reason::bad_input);
  EXPECT_EQ(refusal({{"=x"}, {}, {}}).reason, Reason::bad_input);
  EXPECT_EQ(refusal({{"BTC", "BTC"}, {}, {}}).reason, Reason::bad_input);
  EXPECT_EQ(refusal({{}, {prices_until(0)}, {}}).reason, Reason::bad_input);
  EXPECT_EQ(refusal({{"BTC"}, {}, {}}).reason, Reason::missing_data);
  EXPECT_EQ(refusal({{"BTC=nowhere.csv"}, {}, {}}).reason, Reason::unreachable);
}

}  // namespace levee::api

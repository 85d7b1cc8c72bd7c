#include "levee/feed/chain_file.h"

#include "tests/feed/markets.h"

#include <cmath>

#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using test::edited;
using test::good_chain;
using test::written;
using ::testing::HasSubstr;

ChainAsk at(const char* moment) {
  return {.base = "ETH", .at = *moment_from(moment, DayEdge::last_second)};
}

TEST(ChainFile, GivesTheNewestSnapshotNotAfterTheMoment) {
  const auto path = written("chain.csv", good_chain());
  EXPECT_EQ(text_of(read_chain(path, at("2026-01-20"))->at), "2026-01-20T16:00:00Z");
  EXPECT_EQ(text_of(read_chain(path, at("2026-01-20T16:00:00Z"))->at), "2026-01-20T16:00:00Z");
  EXPECT_EQ(text_of(read_chain(path, at("2026-01-20T15:59:59Z"))->at), "2026-01-19T16:00:00Z");
  EXPECT_EQ(text_of(read_chain(path, {.base = "ETH"})->at), "2026-01-21T16:00:00Z");
}

TEST(ChainFile, CompletesItsQuotes) {
  const auto chain = read_chain(written("chain.csv", good_chain()), at("2026-01-20"));
  ASSERT_EQ(chain->quotes.size(), 7U);
  const auto& quote = chain->quotes[2];
  EXPECT_EQ(quote.instrument, "ETH-30JAN26-3100-C");
  EXPECT_EQ(quote.bid, Tokens{0.012});
  EXPECT_EQ(quote.ask, std::nullopt);
  EXPECT_EQ(quote.mark, Tokens{0.013});
  EXPECT_EQ(quote.mark_vol, Vol{0.59});
  EXPECT_EQ(quote.forward, Price{3000});
  EXPECT_EQ(quote.open_interest, Tokens{300});
  EXPECT_EQ(chain->spot, Price{2998});
}

TEST(ChainFile, SortsByExpiryStrikeAndType) {
  const auto chain = read_chain(written("chain.csv", good_chain()), at("2026-01-20"));
  EXPECT_EQ(chain->quotes[4].instrument, "ETH-27MAR26-3000-C");
  EXPECT_EQ(chain->quotes[5].instrument, "ETH-27MAR26-3000-P");
}

TEST(ChainFile, GlimpsesEarlierSnapshotsOnly) {
  const auto chain = read_chain(written("chain.csv", good_chain()), at("2026-01-20"));
  ASSERT_EQ(chain->earlier.size(), 1U);
  EXPECT_EQ(text_of(chain->earlier[0].at), "2026-01-19T16:00:00Z");
  EXPECT_EQ(chain->earlier[0].spot, Price{2998});
  // At the money 0.58 on 30 January; on 27 March between 0.62 at 3000 and 0.63 at 3500.
  const double late = 0.62 + 0.01 * std::log(3030 / 3000.0) / std::log(3500 / 3000.0);
  const double t1 = 10 + 16 / 24.0, t2 = 66 + 16 / 24.0, weight = (30 - t1) / (t2 - t1);
  const double variance = (1 - weight) * 0.58 * 0.58 * t1 + weight * late * late * t2;
  EXPECT_NEAR(chain->earlier[0].vol.value(), std::sqrt(variance / 30), 1e-12);
}

TEST(ChainFile, PassesOverWhatIsNotWantedUnread) {
  // The later snapshot, the other currency and a row cut short behind its moment are all damaged.
  std::string text = edited(good_chain(), "2026-01-20T16:00:00Z,BTC,BTC-30JAN26-90000-C",
                            "no moment,BTC,\"not closed");
  const auto later = text.find("2026-01-21T16:00:00Z");
  text.replace(text.find("0.0100", later), 6, "-5");
  text += "2026-01-21T16:00:00Z,ETH\n";
  EXPECT_EQ(read_chain(written("chain.csv", text), at("2026-01-20"))->quotes.size(), 7U);
  EXPECT_FALSE(read_chain(written("chain.csv", text), {.base = "ETH"}));
}

TEST(ChainFile, TakesADamagedEarlierSnapshotForOneObservationLess) {
  const auto text = edited(good_chain(), "0.0100", "nan");  // of 19 January
  const auto chain = read_chain(written("chain.csv", text), at("2026-01-20"));
  ASSERT_TRUE(chain);
  EXPECT_TRUE(chain->earlier.empty());
}

TEST(ChainFile, RefusesASnapshotWithOneBadRow) {
  std::string text = good_chain();
  const auto wanted = text.find("2026-01-20T16:00:00Z");
  text.replace(text.find("0.0100", wanted), 6, "nan");
  const auto chain = read_chain(written("chain.csv", text), at("2026-01-20"));
  EXPECT_EQ(chain.error().reason, Reason::bad_input);
  EXPECT_THAT(chain.error().message, HasSubstr("chain.csv:9: bid_coin \"nan\""));
}

TEST(ChainFile, GathersQuotesOfFiveMinutesAndKeepsTheNewestOfEach) {
  const std::string head =
      "quote_utc,currency,instrument,expiry,strike_usd,type,bid_coin,ask_coin,mark_coin,mark_iv,"
      "future_usd,index_usd,open_interest_coin\n";
  const auto row = [](const std::string& clock, const std::string& strike, const char* mark) {
    return "2021-02-11T" + clock + "Z,ETH,ETH-26FEB21-" + strike + "-C,26FEB21," + strike +
           ",C,,," + mark + ",0.8,1800,1790,5\n";
  };
  const auto path = written(
      "chain.csv", head + row("18:46:00", "1800", "0.06") + row("18:44:30", "1900", "0.04") +
                       row("18:42:00", "1800", "0.05") + row("18:41:00", "2000", "0.02"));
  const auto chain = read_chain(path, at("2021-02-11"));
  EXPECT_EQ(text_of(chain->at), "2021-02-11T18:46:00Z");
  ASSERT_EQ(chain->quotes.size(), 2U);  // 18:41 is five minutes before the newest: too old
  EXPECT_EQ(chain->quotes[0].mark, Tokens{0.06});
  // Asked in between, the later quotes are not known yet.
  const auto before = read_chain(path, at("2021-02-11T18:42:10Z"));
  ASSERT_EQ(before->quotes.size(), 2U);
  EXPECT_EQ(before->quotes[0].mark, Tokens{0.05});
}

TEST(ChainFile, SaysWhatTheFileHoldsInstead) {
  const auto path = written("chain.csv", good_chain());
  const auto absent = read_chain(path, {.base = "SOL"});
  EXPECT_EQ(absent.error().reason, Reason::missing_data);
  EXPECT_THAT(absent.error().message, HasSubstr("no row of currency \"SOL\" (it holds \"BTC\", "));
  EXPECT_THAT(read_chain(path, at("2025-12-31")).error().message,
              HasSubstr("no ETH snapshot at or before 2025-12-31T23:59:59Z (the first is of "
                        "2026-01-19T16:00:00Z)"));
}

}  // namespace
}  // namespace levee::feed

#include "levee/feed/market_files.h"

#include "levee/feed/reaction_file.h"
#include "tests/feed/markets.h"

#include <filesystem>

#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using test::asking;
using test::edited;
using test::gzipped;
using test::written;
using ::testing::HasSubstr;

// A market folder of good parts.
std::string folder() {
  const auto name = test::scratch() + "/market";
  std::filesystem::create_directories(name);
  written("market/chain.csv.gz", gzipped(test::good_chain()));
  written("market/history.csv", test::good_history());
  written("market/funding.csv", test::good_funding());
  written("market/iv_index.csv", test::good_iv_index());
  written("market/pool.csv", test::good_pool());
  written("market/protocol.toml", test::good_protocol());
  written("market/gas.csv", "date_utc,avg_gas_price_gwei\n2026-01-18,2\n2026-01-19,3\n");
  written("market/pool_days.csv",
          "date_utc,tvl_usd,volume_usd\n2026-01-18,2000,50\n2026-01-19,2100,60\n");
  written("market/market.toml", "label = \"a test\"\nmodel_made = true\nbase = \"ETH\"\n");
  return name;
}

TEST(Market, ReadsEveryPartOfAFolderAtTheSnapshotsMoment) {
  const auto market = read_market(asking({.market = folder()}));
  ASSERT_TRUE(market) << market.error().message;
  EXPECT_EQ(text_of(market->at), "2026-01-20T16:00:00Z");
  EXPECT_EQ(market->base, "ETH");
  EXPECT_EQ(market->quote, "USDC");
  EXPECT_EQ(market->spot, Price{2998});
  EXPECT_EQ(market->chain.size(), 7U);
  EXPECT_EQ(market->earlier.size(), 1U);
  EXPECT_EQ(market->pool->price, Price{3001.5});
  for (const auto* series : {&market->history, &market->funding, &market->iv_index, &market->gas,
                             &market->volume, &market->depth}) {
    ASSERT_TRUE(*series);
    EXPECT_LE((*series)->at.back(), market->at);
  }
  EXPECT_EQ(market->protocols[0].protocol, "uniswap-v3");
  EXPECT_TRUE(market->model_made);
  EXPECT_THAT(market->source, HasSubstr("a test; "));
  EXPECT_THAT(market->source, HasSubstr("funding.csv"));
}

TEST(Market, LeavesOutWhatIsNotGiven) {
  const auto market = read_market(asking({.chain = written("c.csv", test::good_chain())}));
  ASSERT_TRUE(market) << market.error().message;
  EXPECT_FALSE(market->pool || market->history || market->funding || market->iv_index);
  EXPECT_TRUE(market->protocols.empty());
  EXPECT_FALSE(market->model_made);
}

TEST(Market, LetsAFlagReplaceAPartOfTheFolder) {
  const auto other = written("other.csv", edited(test::good_history(), ",2995,", ",4000,"));
  const auto market = read_market(asking({.market = folder(), .history = other}));
  EXPECT_EQ(market->history->source, other);
}

TEST(Market, IsStaleMoreThanThirtySixHoursAfterItsNewestSnapshot) {
  auto ask = asking({.chain = written("c.csv", test::good_chain())});
  ask.at = *moment_from("2026-01-23T04:00:00Z");
  EXPECT_TRUE(read_market(ask));
  ask.at = *ask.at + Seconds{1};
  EXPECT_EQ(read_market(ask).error().reason, Reason::stale_data);
  ask.stale = market::Stale::allow;
  const auto allowed = read_market(ask);
  ASSERT_TRUE(allowed);
  EXPECT_EQ(text_of(allowed->at), "2026-01-21T16:00:00Z");
  EXPECT_EQ(allowed->stale, market::Stale::allow);
}

TEST(Market, IsTheNewestWithoutAMoment) {
  auto ask = asking({.chain = written("c.csv", test::good_chain())});
  ask.at.reset();
  EXPECT_EQ(text_of(read_market(ask)->at), "2026-01-21T16:00:00Z");
}

TEST(Market, RefusesFoldersThatAreUnclear) {
  const auto refused = [](const MarketFiles& files) { return read_market(asking(files)).error(); };
  EXPECT_EQ(refused({.market = test::scratch() + "/absent"}).reason, Reason::unreachable);
  EXPECT_THAT(refused({.market = written("file", "x")}).message, HasSubstr("is a file"));
  EXPECT_THAT(refused({.market = test::scratch()}).message, HasSubstr("no chain.csv"));
  EXPECT_THAT(refused({}).message, HasSubstr("no option chain (give --market or --chain)"));
  const auto both = folder();
  written("market/chain.csv", test::good_chain());
  EXPECT_THAT(refused({.market = both}).message, HasSubstr("which one is meant?"));
}

TEST(Market, RefusesAFolderOfAnotherAsset) {
  const auto name = folder();
  written("market/market.toml", "base = \"BTC\"\n");
  EXPECT_THAT(read_market(asking({.market = name})).error().message,
              HasSubstr("market.toml:1: base \"BTC\" is not the book's \"ETH\""));
}

TEST(Market, RefusesAPoolOfAnotherPrice) {
  const auto name = folder();
  std::string upside_down = test::good_pool();
  for (std::size_t at; (at = upside_down.find("3001.5")) != std::string::npos;) {
    upside_down.replace(at, 6, "0.00033");
  }
  written("market/pool.csv", upside_down);
  EXPECT_THAT(read_market(asking({.market = name})).error().message,
              HasSubstr("pool price 0.00033 against an index of 2998 USD"));
}

TEST(Market, OfTheExampleReadsAndSaysThatItIsModelMade) {
  const auto name = std::string(LEVEE_SOURCE) + "/examples/market";
  const auto market = read_market({.files = {.market = name}, .base = "ETH", .quote = "USDC"});
  ASSERT_TRUE(market) << market.error().message;
  EXPECT_TRUE(market->model_made);
  EXPECT_TRUE(market->pool && market->pool->fees && market->pool->active_liquidity);
  EXPECT_TRUE(market->history && market->funding && market->iv_index);
  EXPECT_FALSE(market->earlier.empty());
  EXPECT_TRUE(market::surface_of(*market));
  EXPECT_THAT(market->source, testing::Not(HasSubstr("fitted to its marks")));
}

TEST(Market, SaysWhereMarksStandForQuotes) {
  // Five options out of the money are bid and asked; of these one loses its bid.
  const auto name = folder();
  std::string chain = test::good_chain();
  const auto quoted = read_market(asking({.market = name, .chain = written("five.csv", chain)}));
  ASSERT_TRUE(quoted) << quoted.error().message;
  EXPECT_TRUE(market::is_quoted(quoted->chain));
  for (std::size_t at; (at = chain.find("2900,P,0.0100")) != std::string::npos;) {
    chain.erase(at + 7, 6);
  }
  const auto market = read_market(asking({.market = name, .chain = written("four.csv", chain)}));
  ASSERT_TRUE(market) << market.error().message;
  EXPECT_FALSE(market::is_quoted(market->chain));
  EXPECT_THAT(market->source, HasSubstr("smiles are fitted to its marks"));
}

TEST(Market, CoverIsForWhatIsKnownToFail) {
  const auto name = folder();
  const std::string cover =
      "[[cover]]\nname = \"c\"\nprotocol = \"uniswap-v3\"\npremium_per_year = 0.026\n"
      "capacity_usd = 1000\n";
  const std::string path = name + "/../covers.toml";
  written("covers.toml", cover);
  const auto market = read_market(asking({.market = name, .covers = path}));
  ASSERT_TRUE(market) << market.error().message;
  EXPECT_EQ(market->covers.size(), 1u);
  written("covers.toml", cover + "provider = \"nobody\"\n");
  EXPECT_THAT(read_market(asking({.market = name, .covers = path})).error().message,
              HasSubstr("\"c\" names \"nobody\", of which there is no failure model"));
}

TEST(Market, AReactionThatKnowsTheFutureIsRefused) {
  const auto name = folder();
  hazard::Reaction reaction;
  reaction.until = *moment_from("2026-01-19");
  const auto asked = [&] {
    return read_market(
        asking({.market = name, .reaction = written("reaction.json", text_of(reaction))}));
  };
  ASSERT_TRUE(asked()) << asked().error().message;
  EXPECT_TRUE(asked()->reaction);
  reaction.until = *moment_from("2026-02-01");
  EXPECT_THAT(asked().error().message, HasSubstr("reaction.json: knows what happened until 2026-"));
}

TEST(Market, ADepegComesWithAProtocolThatHasAModel) {
  const auto name = folder();
  written("market/protocol.toml",
          test::good_protocol() +
              "[depeg]\ntoken = \"USDC\"\nwith = \"Circle\"\ndepth_share_low = 0.1\n"
              "depth_share_high = 0.2\nsource = \"assumed\"\n");
  EXPECT_THAT(read_market(asking({.market = name})).error().message,
              HasSubstr("protocol.toml: \"Circle\" is needed, but is no [[protocol]]"));
}

}  // namespace
}  // namespace levee::feed

// The parity scanner as a face asks it: a market without an edge, one with an edge put in.
#include "levee/api/verb.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

namespace levee::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string market = std::string(LEVEE_SOURCE) + "/examples/market";
const std::string recorded = std::string(LEVEE_SHARED) + "/data/options/";

Result<Reply> scanned(const std::vector<Given>& given) {
  const auto entry = std::ranges::find(shelf(), "scan-parity", &Entry::name);
  Silence silence;
  return entry->run(given, {}, silence);
}

Reason refusal(const std::vector<Given>& given) {
  const auto reply = scanned(given);
  EXPECT_FALSE(reply);
  return reply ? Reason::corrupt : reply.error().reason;
}

// The example's chain with one quote of its newest snapshot replaced.
std::string chain_with(const std::string& instrument, const std::string& bid_and_ask) {
  std::ifstream in(market + "/chain.csv");
  const auto path = std::filesystem::path(::testing::TempDir()) / ("parity_" + instrument + ".csv");
  std::ofstream out(path);
  int replaced = 0;
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
    if (cells[2] == instrument && cells[0].starts_with("2026-08-26")) {
      line.replace(line.find("," + cells[6] + "," + cells[7] + "," + cells[8]),
                   cells[6].size() + cells[7].size() + 2, "," + bid_and_ask);
      ++replaced;
    }
    out << line << '\n';
  }
  EXPECT_EQ(replaced, 1);
  return path.string();
}

}  // namespace

TEST(ScanParity, FindsNothingInTheExampleAndSaysSo) {
  const auto reply = scanned({{"market", market}});
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_TRUE(reply->passed);
  EXPECT_THAT(reply->text, HasSubstr("Nothing pays twice its costs"));
  EXPECT_THAT(reply->text, HasSubstr("113 strikes of 6 expiries"));
  EXPECT_THAT(reply->text, HasSubstr("Made by a model"));
  EXPECT_THAT(reply->text, HasSubstr("not recorded"));
  EXPECT_THAT(reply->json, HasSubstr("\"trades\": []"));
  EXPECT_THAT(reply->json, HasSubstr("\"looked_at\": 2416"));
  EXPECT_THAT(reply->json, HasSubstr("\"underlying\": \"perpetual\""));
  EXPECT_THAT(reply->json, Not(HasSubstr("\"funding_per_year\": null")));
}

TEST(ScanParity, ListsAnEdgeThatWasPutInWithItsLegs) {
  // The 2000 call of March 2027 bid 0.05 coins, a hundred dollars, above what it is worth.
  const auto chain = chain_with("ETH-26MAR27-2000-C", "0.2400,0.2450");
  const auto reply = scanned({{"chain", chain}, {"base", "ETH"}});
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_THAT(reply->text, HasSubstr("conversion 27-03-26 2000"));
  EXPECT_THAT(reply->text, HasSubstr("short box 27-03-26 2000/"));
  EXPECT_THAT(reply->text, Not(HasSubstr("reversal")));
  EXPECT_THAT(reply->text, HasSubstr("Distrust"));
  EXPECT_THAT(reply->json, HasSubstr("\"instrument\": \"ETH-26MAR27-2000-C\""));
  EXPECT_THAT(reply->json, HasSubstr("\"price_coin\": 0.24\n"));
  EXPECT_THAT(reply->json, HasSubstr("future of 2000 USD"));
  EXPECT_THAT(reply->json, Not(HasSubstr("\"underlying\": \"perpetual\"")));
  const auto few = scanned({{"chain", chain}, {"base", "ETH"}, {"shown", "1"}});
  EXPECT_THAT(few->text, HasSubstr("more: --shown"));
}

TEST(ScanParity, RefusesWhatItCannotBeAsked) {
  const std::string chain = market + "/chain.csv";
  EXPECT_EQ(refusal({}), Reason::missing_data);
  EXPECT_EQ(refusal({{"chain", chain}}), Reason::missing_data);
  EXPECT_EQ(refusal({{"chain", chain}, {"base", "DOGE"}}), Reason::missing_data);
  EXPECT_EQ(refusal({{"market", market}, {"half_spread", "-0.1"}}), Reason::out_of_range);
  EXPECT_EQ(refusal({{"market", market}, {"half_spread", "1"}}), Reason::out_of_range);
  EXPECT_EQ(refusal({{"market", market}, {"shown", "-1"}}), Reason::out_of_range);
  EXPECT_EQ(refusal({{"market", market}, {"at", "yesterday"}}), Reason::bad_input);
  EXPECT_EQ(refusal({{"market", market}, {"at", "2026-09-30"}}), Reason::stale_data);
  EXPECT_EQ(refusal({{"market", "nowhere"}}), Reason::unreachable);
}

TEST(ScanParity, FindsNothingInRealChains) {
  if (!std::filesystem::exists(recorded)) GTEST_SKIP() << "no recorded chains beside this checkout";
  for (const char* file :
       {"deribit_chain_daily_2026-03.csv.gz", "deribit_chain_BTC_2020-05-21.csv"}) {
    const auto reply = scanned({{"chain", recorded + file}, {"base", "BTC"}});
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_THAT(reply->json, HasSubstr("\"after_costs\": 0")) << file;
    EXPECT_THAT(reply->json, HasSubstr("\"trades\": []")) << file;
  }
  // A chain that nobody quotes is looked at and said to be empty.
  const auto reply =
      scanned({{"chain", recorded + "deribit_chain_ETH_2021-02-11.csv.gz"}, {"base", "ETH"}});
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_THAT(reply->text, HasSubstr("0 strikes of 0 expiries"));
}

}  // namespace levee::api

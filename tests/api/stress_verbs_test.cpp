// Stress and scenarios as a face asks for them: the bundled market, recorded crises, refusals.
#include "levee/api/verb.h"

#include "levee/api/scenario_rows.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace levee::api {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string examples = std::string(LEVEE_SOURCE) + "/examples/";
const std::string book = examples + "eth-usdc.toml", market = examples + "market";
const std::string recorded = std::string(LEVEE_SHARED) + "/data/";

Result<Reply> asked(std::string_view verb, std::vector<Given> given, int threads = 1) {
  const auto entry = std::ranges::find(shelf(), verb, &Entry::name);
  Silence silence;
  return entry->run(given, {.colour = false, .threads = threads}, silence);
}

Result<Reply> stressed(std::vector<Given> more) {
  more.insert(more.begin(), {{"book", book}, {"market", market}});
  return asked("stress", std::move(more));
}

Result<Reply> made(std::vector<Given> more, int threads = 1) {
  more.insert(more.begin(), {"market", market});
  if (std::ranges::find(more, "paths", &Given::name) == more.end())
    more.push_back({"paths", "500"});
  return asked("make-scenarios", std::move(more), threads);
}

std::string written(const Reply& reply) {
  std::string all = reply.files.at(0).content;
  for (std::string part; reply.files[0].parts->next(part);) all += part;
  return all;
}

std::vector<Given> real_market() {
  return {{"book", book},
          {"chain", recorded + "options/deribit_chain_daily_2026-03.csv.gz"},
          {"at", "2026-03-20"},
          {"history", recorded + "prices/binance_perp_ETHUSDT_1h.csv.gz"},
          {"iv_index", recorded + "options/deribit_dvol_ETH_1d.csv"},
          {"stale_ok", "true"}};
}

}  // namespace

TEST(Stress, TellsGridNearestMovesAndWhatIsMissing) {
  const auto reply = stressed({{"report", "stress.html"}});
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_THAT(reply->text, HasSubstr("The book is worth $1,150,000."));
  EXPECT_THAT(reply->text, HasSubstr("no move within 6 deviations does"));
  EXPECT_THAT(reply->text, HasSubstr("past crises: the market's prices were made by a model"));
  const auto told = json::parse(reply->json);
  EXPECT_NEAR(told["worth_usd"].get<double>(), 1'150'000, 1e-6);
  EXPECT_EQ(told["grid"].size(), 3U);  // at once, 7 days, the policy's 30
  EXPECT_EQ(told["grid"][0]["rows"].size(), 5U);
  EXPECT_EQ(told["grid"][0]["rows"][2]["change_usd"].size(), 9U);
  EXPECT_EQ(told["grid"][0]["rows"][2]["change_usd"][4], 0);
  // Liquidity alone: a fall to where 10 % of the worth is gone, whatever volatility does.
  const auto& down = told["reverse"]["down"];
  EXPECT_NEAR(down["change_usd"].get<double>(), -115'000, 1);
  EXPECT_LT(down["moves"][0]["spot_change"].get<double>(), -0.17);
  EXPECT_TRUE(told["reverse"]["up"].is_null());
  EXPECT_GT(told["reverse"]["drawn_share"].get<double>(), 0.05);
  EXPECT_TRUE(told["crises"].empty());
  EXPECT_EQ(reply->files[0].path, "stress.html");
  EXPECT_THAT(reply->files[0].content, HasSubstr("MODEL-MADE MARKET"));
  EXPECT_THAT(reply->files[0].content, Not(HasSubstr("<script")));
}

TEST(Stress, TakesAGridOfOnesOwn) {
  const auto reply = stressed({{"spot_percent", "10,-50,10"},
                               {"vol_factor", "1"},
                               {"days", "30"},
                               {"horizon_days", "14"},
                               {"cost_percent", "0.5"}});
  ASSERT_TRUE(reply) << reply.error().message;
  const auto told = json::parse(reply->json);
  EXPECT_EQ(told["spot_change"], (json{-0.5, 0.1}));
  EXPECT_EQ(told["grid"].size(), 2U);
  EXPECT_EQ(told["grid"][0]["days"], 14);
  EXPECT_NEAR(told["reverse"]["cost_usd"].get<double>(), 5'750, 1e-6);
}

TEST(Stress, RefusesWhatItCannotBeAsked) {
  const auto refusal = [](const std::vector<Given>& given) {
    const auto reply = stressed(given);
    EXPECT_FALSE(reply);
    return reply ? Reason::corrupt : reply.error().reason;
  };
  EXPECT_EQ(refusal({{"spot_percent", "-100"}}), Reason::out_of_range);
  EXPECT_EQ(refusal({{"spot_percent", "ten"}}), Reason::bad_input);
  EXPECT_EQ(refusal({{"spot_percent", "1,,2"}}), Reason::bad_input);
  EXPECT_EQ(refusal({{"vol_factor", "0"}}), Reason::out_of_range);
  EXPECT_EQ(refusal({{"days", "-1"}}), Reason::out_of_range);
  EXPECT_EQ(refusal({{"cost_percent", "0"}}), Reason::out_of_range);
  EXPECT_EQ(refusal({{"horizon_days", "0"}}), Reason::out_of_range);
  EXPECT_EQ(refusal({{"crisis", "tulips"}}), Reason::not_supported);
  EXPECT_EQ(refusal({{"crisis", "ftx-2022-11"}}), Reason::missing_data);
  EXPECT_EQ(refusal({{"crisis_from", "2026-01-01"}}), Reason::bad_input);
  EXPECT_EQ(refusal({{"crisis_from", "2026-01-01"}, {"crisis_to", "soon"}}), Reason::bad_input);
  EXPECT_EQ(refusal({{"crisis_history", "a"}, {"crisis_history", "b"}}), Reason::bad_input);
  EXPECT_EQ(refusal({{"beside", "BTC"}}), Reason::missing_data);
  EXPECT_EQ(refusal({{"beside", "ETH=x"}}), Reason::bad_input);
  EXPECT_EQ(refusal({{"beside", "=x"}}), Reason::bad_input);
  EXPECT_EQ(refusal({{"beside_history", "x"}}), Reason::bad_input);
}

TEST(Stress, LaysRecordedCrisesOntoARecordedDay) {
  if (!std::filesystem::exists(recorded)) GTEST_SKIP() << "no recorded data beside this checkout";
  const auto reply = asked("stress", real_market());
  ASSERT_TRUE(reply) << reply.error().message;
  const auto told = json::parse(reply->json);
  ASSERT_EQ(told["crises"].size(), 18U);
  const auto& covid = told["crises"][0];
  EXPECT_EQ(covid["name"], "covid-2020-03");
  // 86 dollars after 237 and more, so at least 60 % below the start of the worst path's month.
  EXPECT_LT(covid["lowest_spot"].get<double>(), 0.42);
  EXPECT_LT(covid["worst_usd"].get<double>(), -500'000);
  EXPECT_EQ(covid["vol_recorded"], false);
  for (const auto& one : told["crises"]) {
    EXPECT_LE(one["worst_usd"].get<double>(), one["median_usd"].get<double>());
    EXPECT_GT(one["paths"].get<double>(), 800);
  }
}

TEST(Stress, TakesCrisesFromAnotherHistory) {
  if (!std::filesystem::exists(recorded)) GTEST_SKIP() << "no recorded data beside this checkout";
  const auto reply =
      stressed({{"crisis_history", recorded + "prices/binance_spot_ETHUSDT_1h.csv.gz"},
                {"crisis", "ftx-2022-11"},
                {"crisis_from", "2022-06-08"},
                {"crisis_to", "2022-06-20"}});
  ASSERT_TRUE(reply) << reply.error().message;
  const auto told = json::parse(reply->json);
  ASSERT_EQ(told["crises"].size(), 4U);
  EXPECT_EQ(told["crises"][0]["name"], "ftx-2022-11");
  EXPECT_EQ(told["crises"][2]["name"], "your window");
  EXPECT_THAT(reply->text, HasSubstr("ftx-2022-11"));
}

TEST(MakeScenarios, DrawsTheBundledMarketAndTellsFromWhat) {
  const auto reply = made({{"horizon_days", "10"}});
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_TRUE(reply->files.empty());
  EXPECT_THAT(reply->text, HasSubstr("500 paths of jump scenarios, real_world measure, 10 days"));
  const auto told = json::parse(reply->json);
  EXPECT_EQ(told["dates"], 10);
  const auto& eth = told["assets"][0];
  EXPECT_EQ(eth["asset"], "ETH");
  EXPECT_NEAR(eth["spot"]["mean"].get<double>(), eth["spot_usd"].get<double>(),
              4 * eth["mean_se"].get<double>());
  EXPECT_LT(eth["spot"]["p1"].get<double>(), eth["spot"]["p5"].get<double>());
  EXPECT_LT(eth["correlation_with_vol"].get<double>(), -0.1);
  EXPECT_EQ(told["failures"][0]["name"], "uniswap-v3");
}

TEST(MakeScenarios, WritesWhatItTellsTheSameOnAnyThreads) {
  const auto one = made({{"out", "paths.csv"}, {"paths", "9000"}, {"horizon_days", "3"}});
  const auto two = made({{"out", "paths.csv"}, {"paths", "9000"}, {"horizon_days", "3"}}, 2);
  ASSERT_TRUE(one && two);
  const std::string text = written(*one);
  EXPECT_EQ(text, written(*two));
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line,
            "path,asset,date_utc,spot_usd,vol_move,slope_move,skew_move,funding_per_year,"
            "volume_ratio,depth_ratio,gas_ratio,peg_usd,lost_uniswap-v3");
  double sum = 0;
  std::size_t rows = 0;
  while (std::getline(lines, line)) {
    EXPECT_EQ(std::ranges::count(line, ','), 12) << line;
    if (++rows % 3 != 0) continue;
    std::istringstream cells(line);
    std::string cell;
    std::getline(cells, cell, ',');
    EXPECT_EQ(cell, std::to_string(rows / 3 - 1));
    std::getline(cells, cell, ',');
    std::getline(cells, cell, ',');
    EXPECT_EQ(cell, "2026-08-29T16:05:00Z");
    std::getline(cells, cell, ',');
    sum += std::stod(cell);
  }
  EXPECT_EQ(rows, 27'000U);
  const double mean = json::parse(one->json)["assets"][0]["spot"]["mean"];
  EXPECT_NEAR(sum / 9000, mean, 1e-6);
}

TEST(MakeScenarios, DrawsAnotherAssetBesideFromPricesAlone) {
  if (!std::filesystem::exists(recorded)) GTEST_SKIP() << "no recorded data beside this checkout";
  auto given = real_market();
  const std::vector<Given> more{
      {"beside", "BTC"},
      {"beside_history", recorded + "prices/binance_perp_BTCUSDT_1h.csv.gz"},
      {"paths", "4000"}};
  given.insert(given.end(), more.begin(), more.end());
  const auto reply = asked("make-scenarios", given);
  ASSERT_TRUE(reply) << reply.error().message;
  const auto told = json::parse(reply->json);
  ASSERT_EQ(told["assets"].size(), 2U);
  EXPECT_GT(told["assets"][1]["correlation_with_lead"].get<double>(), 0.6);
}

TEST(MakeScenarios, DrawsGasPoolAndPegWhereTheyAreGiven) {
  const std::filesystem::path folder = ::testing::TempDir();
  std::ofstream gas(folder / "gas.csv"), pool(folder / "pool_days.csv"),
      toml(folder / "fails.toml");
  gas << "date_utc,avg_gas_price_gwei\n";
  pool << "date_utc,tvl_usd,volume_usd\n";
  const UnixSeconds last = *moment_from("2026-08-25");
  for (int back = 395; back >= 0; --back) {
    const std::string day = text_of(last - days(back)).substr(0, 10);
    gas << day << ',' << 2 + std::sin(back) << '\n';
    pool << day << ',' << 1e8 + 1e6 * back << ',' << 3e7 + 1e7 * std::sin(back) << '\n';
  }
  toml << "[depeg]\ntoken = \"USDC\"\nintensity_per_year = 3\ndepth_share_low = 0.1\n"
          "depth_share_high = 0.2\nsource = \"a test\"\n";
  gas.close(), pool.close(), toml.close();
  const auto reply = made({{"gas", (folder / "gas.csv").string()},
                           {"pool_days", (folder / "pool_days.csv").string()},
                           {"protocol", (folder / "fails.toml").string()},
                           {"paths", "4000"},
                           {"out", "x.csv"}});
  ASSERT_TRUE(reply) << reply.error().message;
  const auto told = json::parse(reply->json);
  std::map<std::string, json> around;
  for (const auto& one : told["around"]) around[one["name"]] = one["spread"];
  for (const char* name : {"gas", "volume", "depth"}) {
    ASSERT_TRUE(around.contains(name)) << name;
    EXPECT_GT(around[name]["p50"].get<double>(), 0.3) << name;
    EXPECT_LT(around[name]["p50"].get<double>(), 3) << name;
  }
  // It breaks within 30 days with probability 1 - exp(-3 * 30 / 365), by 15 % in the mean, for
  // good.
  ASSERT_EQ(told["failures"].size(), 1U);
  const double chance = 1 - std::exp(-90.0 / 365);
  EXPECT_NEAR(told["failures"][0]["frequency"].get<double>(), chance,
              4 * told["failures"][0]["frequency_se"].get<double>());
  EXPECT_NEAR(told["failures"][0]["mean_loss"].get<double>(), 0.15, 0.005);
  EXPECT_THAT(reply->text, HasSubstr("USDC: fails or breaks on"));
  EXPECT_THAT(written(*reply), Not(HasSubstr("lost_")));
}

TEST(MakeScenarios, DrawsOptionsOfTwoAssetsFromOneChain) {
  if (!std::filesystem::exists(recorded)) GTEST_SKIP() << "no recorded data beside this checkout";
  auto given = real_market();
  const std::vector<Given> more{
      {"beside", "BTC=" + recorded + "options/deribit_chain_daily_2026-03.csv.gz"},
      {"beside_history", recorded + "prices/binance_perp_BTCUSDT_1h.csv.gz"},
      {"paths", "1000"}};
  given.insert(given.end(), more.begin(), more.end());
  const auto reply = asked("make-scenarios", given);
  ASSERT_TRUE(reply) << reply.error().message;
  const auto told = json::parse(reply->json);
  EXPECT_LT(told["assets"][1]["implied_vol"].get<double>(),
            told["assets"][0]["implied_vol"].get<double>());
}

TEST(MakeScenarios, RefusesWhatItCannotBeAsked) {
  const auto refusal = [](const std::vector<Given>& given) {
    const auto reply = asked("make-scenarios", given);
    EXPECT_FALSE(reply);
    return reply ? Reason::corrupt : reply.error().reason;
  };
  EXPECT_EQ(refusal({}), Reason::missing_data);
  EXPECT_EQ(refusal({{"chain", market + "/chain.csv"}}), Reason::missing_data);
  EXPECT_EQ(refusal({{"market", market}, {"base", "BTC"}}), Reason::bad_input);
  EXPECT_EQ(refusal({{"market", market}, {"paths", "99"}}), Reason::out_of_range);
  EXPECT_EQ(refusal({{"market", market}, {"seed", "-1"}}), Reason::out_of_range);
  EXPECT_EQ(refusal({{"market", market}, {"horizon_days", "0"}}), Reason::out_of_range);
  EXPECT_EQ(refusal({{"market", market}, {"measure", "wish"}}), Reason::bad_input);
  EXPECT_EQ(refusal({{"market", market}, {"scenarios", "dice"}}), Reason::not_supported);
  EXPECT_EQ(refusal({{"market", market}, {"beside", "BTC"}, {"beside_history", "nowhere.csv"}}),
            Reason::unreachable);
}

}  // namespace levee::api

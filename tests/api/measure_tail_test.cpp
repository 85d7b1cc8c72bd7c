// measure-tail over the bundled market and books made here, asked as a face asks it.
#include "levee/api/verb.h"
#include "levee/scenario/kind.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace levee::api {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

const std::string examples = std::string(LEVEE_SOURCE) + "/examples/";

using Words = std::vector<Given>;

Result<Reply> asked(const Words& more, const std::string& book = examples + "eth-usdc.toml") {
  Words given{{"book", book}, {"market", examples + "market"}, {"paths", "2000"}};
  given.insert(given.end(), more.begin(), more.end());
  for (const Given& one : more) {  // what is given here replaces
    const auto first = std::ranges::find(given, one.name, &Given::name);
    if (first->value != one.value) given.erase(first);
  }
  Silence silence;
  return std::ranges::find(shelf(), "measure-tail", &Entry::name)->run(given, {}, silence);
}

std::string written(const std::string& lines) {
  const auto path = std::filesystem::temp_directory_path() / "levee_measure_tail_book.toml";
  std::ofstream(path) << "[book]\nbase = \"ETH\"\nquote = \"USDC\"\nidle_cash_usd = 1000\n"
                         "[[position]]\nrange_below_pct = 25\nrange_above_pct = 25\n"
                         "deposit_usd = 100000\nentry = \"market\"\n"
                      << lines;
  return path.string();
}

double sum_of(const json& parts, const std::string& field) {
  double sum = 0;
  for (const json& part : parts) sum += part[field].get<double>();
  return sum;
}

}  // namespace

TEST(MeasureTail, TellsTheTailOfTheBundledBookTwoWays) {
  const auto reply = asked({{"report", "tail.html"}});
  ASSERT_TRUE(reply) << reply.error().message;
  const json told = json::parse(reply->json);
  const json& tail = told["tail"];
  EXPECT_EQ(tail["loss"]["paths"], 2000);
  EXPECT_EQ(tail["loss"]["scenarios"], "jump");
  EXPECT_EQ(tail["other_measure"]["measure"], "market_implied");
  EXPECT_EQ(tail["kinds"].size(), 2 * scenario::shelf().size());
  for (const char* field : {"cvar95_usd", "cvar99_usd", "mean_usd"}) {
    EXPECT_NEAR(sum_of(tail["holdings"], field), tail["loss"][field].get<double>(), 1e-5);
    EXPECT_NEAR(sum_of(tail["factors"], field), tail["loss"][field].get<double>(), 1e-5);
  }
  EXPECT_EQ(told["calibrated_at"], told["at"]);
  EXPECT_GT(told["assumptions"].size(), 4u);
  EXPECT_THAT(reply->text, HasSubstr("What it is made of"));
  ASSERT_EQ(reply->files.size(), 1u);
  EXPECT_EQ(reply->files[0].path, "tail.html");
  EXPECT_THAT(reply->files[0].content, HasSubstr("<svg"));
}

TEST(MeasureTail, TellsTheChanceOfLosingTheBookOrAShareOfIt) {
  const auto ruin = [](const Reply& reply) { return json::parse(reply.json)["tail"]["ruin"]; };
  const auto all = asked({}), tenth = asked({{"ruin_share", "0.1"}});
  ASSERT_TRUE(all && tenth);
  EXPECT_EQ(ruin(*all)["share"], 1);
  const double worth = ruin(*all)["worth_usd"].get<double>();
  EXPECT_GT(worth, 1e6) << "a million of liquidity and some cash";
  EXPECT_EQ(ruin(*tenth)["loss_usd"].get<double>(), 0.1 * worth);
  EXPECT_GT(ruin(*tenth)["chance"].get<double>(), ruin(*all)["chance"].get<double>());
  EXPECT_GT(ruin(*tenth)["chance_se"].get<double>(), 0);
  EXPECT_THAT(tenth->text, HasSubstr("10.0 % of what the book is worth today, is "));
}

TEST(MeasureTail, SpeaksOfEveryKindOnTheShelf) {
  const auto entry = std::ranges::find(shelf(), "measure-tail", &Entry::name);
  const auto fields = entry->fields();
  const auto about = std::ranges::find(fields, "scenarios", &Field::name)->about;
  for (const scenario::Entry& kind : scenario::shelf()) {
    EXPECT_THAT(about, HasSubstr(std::string(kind.name)));
  }
}

TEST(MeasureTail, IsTheSameForTheSameSeedAndAnotherForAnother) {
  const auto cvar = [](const std::string& seed) {
    return json::parse(asked({{"seed", seed}})->json)["tail"]["loss"]["cvar95_usd"].get<double>();
  };
  EXPECT_EQ(cvar("5"), cvar("5"));
  EXPECT_NE(cvar("5"), cvar("6"));
}

TEST(MeasureTail, PlacesPathsAsAskedAndSaysWhatThatWasWorth) {
  const auto plain = asked({});
  EXPECT_EQ(json::parse(plain->json)["tail"]["sampling"]["name"], "random");
  const auto reply = asked({{"sampling", "sobol_importance"}});
  ASSERT_TRUE(reply) << reply.error().message;
  const json tail = json::parse(reply->json)["tail"];
  EXPECT_EQ(tail["sampling"]["name"], "sobol_importance");
  EXPECT_EQ(tail["sampling"]["sets"], 16);
  EXPECT_EQ(tail["loss"]["paths"], 2048);
  EXPECT_GT(tail["sampling"]["random_paths"].get<double>(), 20'000);
  EXPECT_TRUE(tail["far"].is_null());
  EXPECT_GT(tail["far_drawn"]["cvar_usd_se"].get<double>(), 0);
  EXPECT_THAT(reply->text, HasSubstr("random paths"));
}

TEST(MeasureTail, ChangesKindMeasureAndHorizonAsAsked) {
  const json told = json::parse(
      asked({{"scenarios", "diffusion"}, {"measure", "market_implied"}, {"horizon_days", "7"}})
          ->json);
  EXPECT_EQ(told["tail"]["loss"]["scenarios"], "diffusion");
  EXPECT_EQ(told["tail"]["loss"]["measure"], "market_implied");
  EXPECT_EQ(told["tail"]["other_measure"]["measure"], "real_world");
  EXPECT_EQ(told["horizon_days"], 7);
}

TEST(MeasureTail, LiquidatesPerpsAndLoansOfTheBook) {
  const auto reply = asked({}, written("[[perp]]\nquantity_tokens = -20\ncollateral_usd = 4000\n"
                                       "[[loan]]\nowed_usd = 30000\nrate_per_year = 0.05\n"
                                       "collateral_tokens = 20\nliquidation_threshold = 0.83\n"));
  ASSERT_TRUE(reply) << reply.error().message;
  const json told = json::parse(reply->json)["tail"];
  EXPECT_EQ(told["holdings"].size(), 3u);
  EXPECT_EQ(told["holdings"][1]["name"], "ETH-PERP");
  EXPECT_NEAR(sum_of(told["holdings"], "cvar95_usd"), told["loss"]["cvar95_usd"].get<double>(),
              1e-6);
}

TEST(MeasureTail, RefusesWhatItCannotMeasureAndSaysWhatToDo) {
  const auto expect = [](const Words& words, Reason reason, const std::string& said) {
    const auto reply = asked(words);
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().reason, reason) << reply.error().message;
    EXPECT_THAT(reply.error().message, HasSubstr(said));
  };
  expect({{"measure", "my_own"}}, Reason::bad_input, "must be real_world or market_implied");
  expect({{"scenarios", "astrology"}}, Reason::not_supported, "choose one of: bates");
  expect({{"sampling", "even"}}, Reason::bad_input, "must be random, sobol, importance or");
  for (const char* kind : {"bates", "bootstrap", "filtered", "regime"}) {
    expect({{"scenarios", kind}, {"sampling", "sobol"}}, Reason::not_supported,
           "choose jump or diffusion");
  }
  expect({{"paths", "10"}}, Reason::out_of_range, "paths = 10");
  expect({{"ruin_share", "1.5"}}, Reason::out_of_range, "ruin_share = 1.5");
  expect({{"horizon_days", "0"}}, Reason::out_of_range, "horizon_days");
  expect({{"beside", "BTC"}}, Reason::missing_data, "neither chain nor prices");
  expect({{"beside", "BTC=nowhere.csv"}}, Reason::unreachable, "nowhere.csv");
  const auto other = asked({}, written("[[perp]]\nquantity_tokens = 1\nasset = \"BTC\"\n"));
  EXPECT_EQ(other.error().reason, Reason::missing_data);
  EXPECT_THAT(other.error().message, HasSubstr("BTC-PERP (is on BTC, of which no market"));
}

}  // namespace levee::api

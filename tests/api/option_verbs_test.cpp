// The verbs over one option and over a chain's surface, asked as a face asks them.
#include "levee/api/verb.h"

#include <algorithm>
#include <filesystem>
#include <limits>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace levee::api {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

const std::string source = LEVEE_SOURCE;
const std::string recorded =
    std::string(LEVEE_SHARED) + "/data/options/deribit_chain_daily_2026-01.csv.gz";

using Words = std::vector<Given>;

Result<Reply> asked(std::string_view verb, const Words& given) {
  const auto entry = std::ranges::find(shelf(), verb, &Entry::name);
  Silence silence;
  return entry->run(given, {}, silence);
}

json answer(std::string_view verb, const Words& given) {
  const auto reply = asked(verb, given);
  EXPECT_TRUE(reply) << reply.error().message;
  return reply ? json::parse(reply->json) : json();
}

Words with(Words words, const Words& more) {
  for (const Given& one : more) {
    const auto at = std::ranges::find(words, one.name, &Given::name);
    if (at == words.end()) {
      words.push_back(one);
    } else {
      at->value = one.value;
    }
  }
  return words;
}

const Words week{{"type", "call"}, {"strike", "55000"},    {"forward", "50000"},
                 {"expiry", "7"},  {"settlement", "coin"}, {"vol", "0.6"}};

double relative(const json& value, double wanted) { return value.get<double>() / wanted - 1; }

}  // namespace

// Reckoned apart: F = 50,000, vol 0.6, 7 days.
TEST(PriceOption, HasTheTabulatedPriceAndGreeks) {
  const json told = answer("price-option", week);
  EXPECT_NEAR(relative(told["dollars"]["price"], 272.056647530448), 0, 1e-12);
  EXPECT_NEAR(relative(told["coins"]["price"], 0.00544113295060896), 0, 1e-12);
  EXPECT_NEAR(relative(told["dollars"]["delta"], 0.134468746012802), 0, 1e-12);
  EXPECT_NEAR(relative(told["coins"]["delta"], 0.129027613062193), 0, 1e-12);
  EXPECT_NEAR(relative(told["dollars"]["gamma"], 5.21192204458577e-5), 0, 1e-12);
  EXPECT_NEAR(relative(told["dollars"]["vega"], 1499.3200402233), 0, 1e-12);
  EXPECT_NEAR(relative(told["dollars"]["theta"], -64.2565731524273 * 365), 0, 1e-12);
  const json linear = answer("price-option", with(week, {{"settlement", "linear"}}));
  EXPECT_TRUE(linear["coins"].is_null());
  EXPECT_EQ(linear["dollars"], told["dollars"]);
}

TEST(PriceOption, FindsTheVolatilityOfAPriceInItsSettlement) {
  Words priced = week;
  priced.back() = {"price", "0.00544113295060896"};
  EXPECT_NEAR(relative(answer("price-option", priced)["vol"], 0.6), 0, 1e-12);
  priced = with(priced, {{"settlement", "linear"}, {"price", "272.056647530448"}});
  EXPECT_NEAR(relative(answer("price-option", priced)["vol"], 0.6), 0, 1e-12);
}

TEST(PriceOption, CountsADateFromTheMomentGivenAndSpotFromTheRate) {
  const Words spot{{"strike", "2000"},       {"spot", "2000"},
                   {"expiry", "2026-02-19"}, {"at", "2026-01-20T08:00:00Z"},
                   {"rate", "0.05"},         {"vol", "0.5"}};
  const json told = answer("price-option", spot);
  EXPECT_NEAR(told["tenor_days"].get<double>(), 30, 1e-12);
  EXPECT_NEAR(told["forward_usd"].get<double>(), 2000 * std::exp(0.05 * 30 / 365), 1e-9);
  EXPECT_NEAR(told["discount"].get<double>(), std::exp(-0.05 * 30 / 365), 1e-15);
  EXPECT_EQ(answer("price-option", with(spot, {{"expiry", "19FEB26"}}))["vol"], told["vol"]);
}

// A model that is Black's own has Black's Greeks; Bates at a printed price (F = 2000, 30 days).
TEST(PriceOption, PricesByAModelOfTheShelf) {
  Words words{{"strike", "2300"}, {"forward", "2000"}, {"expiry", "30"}, {"model", "bates"}};
  for (const char* one :
       {"variance=0.36", "reversion=3", "average_variance=0.49", "vol_of_vol=1.2",
        "correlation=-0.3", "jumps_per_year=4", "jump_mean=-0.05", "jump_deviation=0.1"}) {
    words.push_back({"parameter", one});
  }
  const json bates = answer("price-option", words);
  EXPECT_NEAR(relative(bates["dollars"]["price"], 47.1386712353668), 0, 1e-9);
  EXPECT_EQ(bates["vol_from"], "model");
  const json black =
      answer("price-option",
             {{"strike", "2300"}, {"forward", "2000"}, {"expiry", "30"}, {"model", "black"}});
  EXPECT_NEAR(relative(black["model"]["delta"], black["dollars"]["delta"]), 0, 1e-5);
  EXPECT_NEAR(relative(black["model"]["gamma"], black["dollars"]["gamma"]), 0, 1e-4);
}

TEST(PriceOption, RefusesInOneClearLineWhatIsNoQuestion) {
  const auto refused = [](const Words& more, Reason reason, const std::string& word) {
    const auto reply = asked("price-option", with(week, more));
    ASSERT_FALSE(reply) << more.front().name << " " << more.front().value;
    EXPECT_EQ(reply.error().reason, reason) << reply.error().message;
    EXPECT_THAT(reply.error().message, HasSubstr(word));
    EXPECT_EQ(reply.error().message.find('\n'), std::string::npos);
  };
  for (const char* name : {"vol", "strike", "forward", "expiry"}) {
    for (const char* value : {"nan", "inf", "-inf"}) {
      refused({{name, value}}, Reason::bad_input, name);
    }
    refused({{name, "0"}}, Reason::out_of_range, name);
    refused({{name, "-3"}}, Reason::out_of_range, name);
    refused({{name, "1e300"}}, Reason::out_of_range, name);
  }
  refused({{"vol", "60"}}, Reason::out_of_range, "decimals");
  refused({{"rate", "7"}}, Reason::out_of_range, "rate");
  refused({{"type", "straddle"}}, Reason::bad_input, "call or put");
  refused({{"settlement", "cash"}}, Reason::bad_input, "linear or coin");
  refused({{"expiry", "soon"}}, Reason::bad_input, "days left");
  refused({{"expiry", "2026-03-27"}}, Reason::missing_data, "--at");
  refused({{"expiry", "2026-03-27"}, {"at", "2026-03-28"}}, Reason::out_of_range, "after");
  refused({{"spot", "50000"}}, Reason::bad_input, "one of them");
  refused({{"price", "0.005"}}, Reason::bad_input, "several");
  refused({{"parameter", "v=2"}}, Reason::bad_input, "--model");
  const Words bare{{"strike", "55000"}, {"forward", "50000"}, {"expiry", "7"}};
  EXPECT_THAT(asked("price-option", bare).error().message, HasSubstr("--vol"));
  EXPECT_THAT(asked("price-option", {{"vol", "1"}}).error().message, HasSubstr("--strike"));
  for (const auto& [price, reason] :
       std::vector<std::pair<std::string, Reason>>{{"0", Reason::no_solution},
                                                   {"-1", Reason::no_solution},
                                                   {"60000", Reason::no_solution},
                                                   {"nan", Reason::bad_input}}) {
    EXPECT_EQ(asked("price-option", with(bare, {{"price", price}})).error().reason, reason)
        << price;
  }
  const auto model = [&](const std::string& name) {
    return asked("price-option", with(bare, {{"model", name}, {"parameter", "speed=1"}}));
  };
  EXPECT_EQ(model("sabr").error().reason, Reason::not_supported);
  EXPECT_THAT(model("heston").error().message, HasSubstr("vol_of_vol"));
}

TEST(FitSurface, TellsTheSmilesOfTheBundledMarket) {
  const Words words{{"market", source + "/examples/market"}, {"report", "page.html"}};
  const json told = answer("fit-surface", words);
  EXPECT_EQ(told["base"], "ETH");
  EXPECT_TRUE(told["model_made"].get<bool>());
  EXPECT_GT(told["index_vol"].get<double>(), 0.3);
  ASSERT_GE(told["expiries"].size(), 4U);
  for (const json& one : told["expiries"]) {
    EXPECT_GT(one["svi"]["b"].get<double>(), 0);
    EXPECT_GE(one["least_butterfly"].get<double>(), -1e-9);
    const json& out = one["left_out"];
    std::size_t all = one["used"];
    for (const auto& [reason, count] : out.items()) all += count.get<std::size_t>();
    EXPECT_EQ(all, one["quotes"].get<std::size_t>());
  }
  const auto reply = asked("fit-surface", words);
  ASSERT_EQ(reply->files.size(), 1U);
  EXPECT_THAT(reply->files[0].content, HasSubstr("<!doctype html>"));
  EXPECT_THAT(reply->text, HasSubstr("made by a model"));
}

TEST(FitSurface, RefusesInOneClearLine) {
  const auto refused = [](const Words& words, Reason reason, const std::string& word) {
    const auto reply = asked("fit-surface", words);
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().reason, reason) << reply.error().message;
    EXPECT_THAT(reply.error().message, HasSubstr(word));
  };
  const Given chain{"chain", source + "/examples/market/chain.csv"};
  refused({}, Reason::missing_data, "--chain");
  refused({{"chain", "nowhere.csv"}}, Reason::unreachable, "nowhere.csv");
  refused({chain, {"base", "DOGE"}}, Reason::missing_data, "DOGE");
  refused({chain, {"at", "yesterday"}}, Reason::bad_input, "--at");
  refused({chain, {"tick_coin", "0"}}, Reason::out_of_range, "tick_coin");
  refused({chain, {"index_days", "-1"}}, Reason::out_of_range, "index_days");
}

TEST(FitSurface, AndPriceOptionReadARecordedChain) {
  if (!std::filesystem::exists(recorded)) GTEST_SKIP() << "no recorded files beside this checkout";
  const json told = answer("fit-surface", {{"chain", recorded}, {"at", "2026-01-20"}});
  ASSERT_EQ(told["expiries"].size(), 11U);
  const json& march = told["expiries"][7];
  EXPECT_EQ(march["expiry"], "2026-03-27T08:00:00Z");
  EXPECT_EQ(march["forward_from"], "parity");
  EXPECT_NEAR(relative(march["forward_usd"], march["venue_forward_usd"]), 0, 1e-3);
  // The venue's own mark of the 3000 call was 0.103957 coins, bid 0.103, asked 0.1045.
  const json call = answer("price-option", {{"chain", recorded},
                                            {"at", "2026-01-20"},
                                            {"strike", "3000"},
                                            {"expiry", "2026-03-27"},
                                            {"settlement", "coin"}});
  EXPECT_GT(call["coins"]["price"].get<double>(), 0.1025);
  EXPECT_LT(call["coins"]["price"].get<double>(), 0.1050);
  EXPECT_NEAR(call["vol"].get<double>(), 0.5743, 0.01);
}

}  // namespace levee::api

#include "levee/feed/protocol_file.h"

#include "tests/feed/markets.h"

#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using test::edited;
using test::good_protocol;
using test::written;
using ::testing::HasSubstr;

std::string refusal(std::string_view part, std::string_view by) {
  const auto path = written("protocol.toml", edited(good_protocol(), part, by));
  return read_failures(path, {"USDC"}).error().message;
}

TEST(Protocols, AreReadFromTables) {
  const auto failures = read_failures(
      written("p.toml", good_protocol() + edited(good_protocol(), "uniswap", "other")), {"USDC"});
  const auto* models = &failures->protocols;
  ASSERT_EQ(models->size(), 2U);
  EXPECT_FALSE(failures->depeg);
  EXPECT_EQ((*models)[0].protocol, "uniswap-v3");
  EXPECT_EQ((*models)[0].intensity, Intensity{0.005});
  EXPECT_EQ((*models)[0].loss_low, Share{0.5});
  EXPECT_EQ((*models)[0].loss_high, Share{1});
  EXPECT_EQ((*models)[0].source, "assumed");
}

TEST(Protocols, OfOneMayStandAtTheTop) {
  const auto failures =
      read_failures(written("p.toml", edited(good_protocol(), "[[protocol]]", "")), {"USDC"});
  ASSERT_TRUE(failures) << failures.error().message;
  EXPECT_EQ(failures->protocols[0].protocol, "uniswap-v3");
}

TEST(Protocols, SayWhatIsWrong) {
  EXPECT_THAT(refusal("0.005", "-1"), HasSubstr(":3: intensity_per_year -1 is negative"));
  EXPECT_THAT(refusal("= 1.0", "= 50"), HasSubstr(":5: loss_share_high 50 is beyond 1"));
  EXPECT_THAT(refusal("= 1.0", "= 0.4"), HasSubstr("loss_share_high is below loss_share_low"));
  EXPECT_THAT(refusal("source", "sorce"), HasSubstr("the nearest is source"));
  EXPECT_THAT(refusal("source = \"assumed\"", good_protocol() + "#"),
              HasSubstr("source is missing (who says so)"));
  const auto twice = read_failures(written("p.toml", good_protocol() + good_protocol()), {"USDC"});
  EXPECT_THAT(twice.error().message, HasSubstr("name \"uniswap-v3\" stands twice"));
}

const std::string good_depeg =
    "[depeg]\ntoken = \"USDC\"\nintensity_per_year = 0.2\ndepth_share_low = 0.02\n"
    "depth_share_high = 0.12\nhalf_life_days = 1.5\nsource = \"assumed\"\n";

std::string depeg_refusal(std::string_view part, std::string_view by) {
  const auto path = written("depeg.toml", edited(good_depeg, part, by));
  return read_failures(path, {"USDC"}).error().message;
}

TEST(Depeg, StandsInATableOfItsOwn) {
  const auto both = read_failures(written("p.toml", good_protocol() + good_depeg), {"USDC"});
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(both->protocols.size(), 1U);
  ASSERT_TRUE(both->depeg);
  EXPECT_EQ(both->depeg->token, "USDC");
  EXPECT_EQ(both->depeg->intensity, Intensity{0.2});
  EXPECT_EQ(both->depeg->depth_low, Share{0.02});
  EXPECT_EQ(both->depeg->depth_high, Share{0.12});
  EXPECT_EQ(both->depeg->half_life, Seconds{129'600});
  EXPECT_EQ(both->depeg->source, "assumed");
  const auto alone =
      read_failures(written("p.toml", edited(good_depeg, "half_life_days = 1.5\n", "")), {""});
  ASSERT_TRUE(alone) << alone.error().message;
  EXPECT_TRUE(alone->protocols.empty());
  EXPECT_FALSE(alone->depeg->half_life);
}

TEST(Depeg, MayComeWithAFailure) {
  const std::string with = edited(good_depeg, "intensity_per_year = 0.2", "with = \"uniswap-v3\"");
  const auto both = read_failures(written("p.toml", good_protocol() + with), {"USDC"});
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(both->depeg->with, "uniswap-v3");
  EXPECT_THAT(depeg_refusal("source", "with = \"x\"\nsource"),
              HasSubstr("stands beside intensity_per_year"));
}

TEST(Depeg, SaysWhatIsWrong) {
  EXPECT_THAT(depeg_refusal("0.2", "-0.2"), HasSubstr(":3: intensity_per_year -0.2 is negative"));
  EXPECT_THAT(depeg_refusal("= 0.12", "= 0.01"), HasSubstr(":5: depth_share_high is below"));
  EXPECT_THAT(depeg_refusal("= 0.12", "= 1.0"), HasSubstr(":5: depth_share_high leaves nothing"));
  EXPECT_THAT(depeg_refusal("= 0.12", "= 12"), HasSubstr(":5: depth_share_high 12 is beyond 1"));
  EXPECT_THAT(depeg_refusal("1.5", "0"), HasSubstr(":6: half_life_days 0 is zero"));
  EXPECT_THAT(depeg_refusal("\"USDC\"", "\"DAI\""),
              HasSubstr(":2: token \"DAI\" is not the quote token, \"USDC\""));
  EXPECT_THAT(depeg_refusal("token", "tokens"), HasSubstr("the nearest is token"));
}

// A fit of one protocol, listed once.
hazard::KeptFit small_fit() {
  hazard::KeptFit fit;
  fit.window = {*moment_from("2021-01-01"), *moment_from("2023-12-31")};
  hazard::Protocol one{.id = "7", .name = "Curve DEX", .sector = hazard::Sector::dex};
  one.listed = *moment_from("2021-06-01");
  fit.universe.protocols = {one};
  fit.frequency.beta = {hazard::covariates.size(), 4};
  fit.frequency.sector = {hazard::sectors, 4};
  for (std::size_t s = 0; s < hazard::sectors; ++s) {
    for (std::size_t i = 0; i < 4; ++i) {
      fit.frequency.sector.row(s)[i] = 0.01 * static_cast<double>(i + 1);
    }
  }
  fit.sector.assign(hazard::sectors, {3, 100});
  fit.lost = hazard::pooled_prior(std::vector<double>{0.5}, 5);
  fit.recovered.assign(hazard::sectors, fit.lost);
  return fit;
}

Result<Failures> with_fit(const std::string& text) {
  static const hazard::KeptFit fit = small_fit();
  return read_failures(written("fitted.toml", text), {"", &fit, *moment_from("2024-02-01")});
}

TEST(Protocols, WithoutARateAreFitted) {
  const auto failures = with_fit(
      "[[protocol]]\nname = \"curve_dex\"\nneeds = [\"a bank\", \"mine\"]\n"
      "[[protocol]]\nname = \"mine\"\nlisted_as = \"7\"\n"
      "[[protocol]]\nname = \"a bank\"\nsector = \"exchange\"\n" +
      good_protocol());
  ASSERT_TRUE(failures) << failures.error().message;
  const auto& models = failures->protocols;
  ASSERT_EQ(models.size(), 4u);
  EXPECT_NEAR(models[0].intensity.value(), 0.025, 1e-15);
  EXPECT_EQ(models[0].needs, (std::vector<std::string>{"a bank", "mine"}));
  EXPECT_EQ(models[1].intensity, models[0].intensity);
  EXPECT_NEAR(models[2].intensity.value(), 0.03, 2e-3);
  EXPECT_TRUE(models[3].drawn.empty());
}

TEST(Protocols, SayWhatIsWrongWithAFittedOne) {
  const auto refused = [](const std::string& keys) {
    return with_fit("[[protocol]]\nname = \"x\"\n" + keys).error().message;
  };
  EXPECT_THAT(refused(""), HasSubstr("no such protocol"));
  EXPECT_THAT(refused("sector = \"bakery\"\n"), HasSubstr(":3: sector \"bakery\" is none"));
  EXPECT_THAT(refused("sector = \"dex\"\nlisted_as = \"7\"\n"),
              HasSubstr("stands beside listed_as"));
  EXPECT_THAT(refused("sector = \"dex\"\nloss_share_low = 0.5\n"),
              HasSubstr("belongs to a rate that is given"));
  EXPECT_THAT(refused("sector = \"dex\"\nneeds = [3]\n"), HasSubstr("names are wanted"));
  EXPECT_THAT(refused("sector = \"dex\"\nneeds = \"y\"\n"), HasSubstr("a list of names"));
  EXPECT_THAT(refusal("source", "sector = \"dex\"\nsource"), HasSubstr("belongs to a fitted rate"));
}

TEST(Protocols, WhatIsNeededAndHasNoModelIsFittedOrRefused) {
  const hazard::KeptFit fit = small_fit();
  const FailureAsk ask{.quote = "", .fit = &fit, .at = *moment_from("2024-02-01")};
  auto models = read_failures(written("p.toml", good_protocol()), {"USDC"})->protocols;
  models[0].needs = {"Curve Dex"};
  const std::vector<std::string> names{"curve-dex", "uniswap-v3"};
  auto alone = models;
  EXPECT_THAT(add_missing({}, {"USDC"}, alone).error().message,
              HasSubstr("\"Curve Dex\" is needed"));
  ASSERT_TRUE(add_missing(names, ask, models));
  ASSERT_EQ(models.size(), 3u);
  EXPECT_EQ(models[1].protocol, "curve-dex");
  EXPECT_EQ(models[2].protocol, "Curve Dex");
}

const std::string good_cover =
    "[[cover]]\nname = \"c\"\nprotocol = \"uniswap-v3\"\npremium_per_year = 0.026\n"
    "capacity_usd = 1000\nclaim_chance = 0.9\n";

TEST(Covers, AreReadFromTables) {
  const auto offers = read_covers(written("c.toml", good_cover));
  ASSERT_TRUE(offers) << offers.error().message;
  ASSERT_EQ(offers->size(), 1u);
  EXPECT_EQ((*offers)[0].premium, Rate{0.026});
  EXPECT_EQ((*offers)[0].claim, Probability{0.9});
  EXPECT_EQ((*offers)[0].fails_with, Probability{0});
  EXPECT_EQ((*offers)[0].deductible, Usd{0});
}

TEST(Covers, SayWhatIsWrong) {
  const auto refused = [](std::string_view part, std::string_view by) {
    return read_covers(written("c.toml", edited(good_cover, part, by))).error().message;
  };
  EXPECT_THAT(refused("0.026", "2.6"), HasSubstr(":4: premium_per_year 2.6 is beyond 1"));
  EXPECT_THAT(refused("= 1000", "= 0"), HasSubstr(":5: capacity_usd 0 is zero"));
  EXPECT_THAT(refused("0.9", "-0.9"), HasSubstr("claim_chance -0.9 is negative"));
  EXPECT_THAT(refused("claim_chance", "claim_chanse"), HasSubstr("the nearest is claim_chance"));
  EXPECT_THAT(read_covers(written("c.toml", good_cover + good_cover)).error().message,
              HasSubstr("\"c\" stands twice"));
}

}  // namespace
}  // namespace levee::feed

// tests/hedge/sizing_test.cpp — two per cent warn, three block, an overlay passes.
#include "levee/hedge/sizing.h"

#include "tests/support/cases.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using ::testing::HasSubstr;

const SizePolicy usual;
const Error not_given = fail(Reason::missing_data, "not given");

risk::TailBound tail(double cvar, double upper, double events = 1000) {
  return {.cvar = Usd{cvar}, .error = Usd{1}, .upper = Usd{upper}, .events = events};
}

// A position of a share of a million, on one contract that takes half of it.
SizeAsk position_of(double share) {
  const double value = 1e6 * share;
  return {.capital = Usd{1e6},
          .value = Usd{value},
          .nodes = {{.node = "pool", .lost = Usd{value / 2}, .covers = {}}},
          .overlay = {false, "no options or perps are held"},
          .residual = tail(.1 * value, .12 * value),
          .growth = not_given,
          .exit = not_given,
          .beta_down = not_given};
}

const SizeRule& rule(const Sizing& told, std::string_view name) {
  const auto found = std::ranges::find(told.rules, name, &SizeRule::name);
  EXPECT_NE(found, told.rules.end()) << name;
  return *found;
}

std::string verdict(const SizeAsk& ask) { return size_of(ask, usual).verdict; }

}  // namespace

TEST(Sizing, WithoutAnOverlayWarnsAtTwoAndBlocksAtThree) {
  EXPECT_EQ(verdict(position_of(.019)), "ok");
  EXPECT_EQ(verdict(position_of(.02)), "ok") << "at the limit it is kept";
  EXPECT_EQ(verdict(position_of(.021)), "warn");
  EXPECT_EQ(verdict(position_of(.03)), "warn");
  EXPECT_EQ(verdict(position_of(.031)), "block");
  const Sizing told = size_of(position_of(.031), usual);
  EXPECT_EQ(told.binding, "market part");
  EXPECT_DOUBLE_EQ(told.largest_usd, 30'000);
  EXPECT_THAT(told.sentence, HasSubstr("Too large"));
}

TEST(Sizing, WithAValidOverlayPassesUpToTenPercent) {
  SizeAsk ask = position_of(.055);
  ask.overlay = {true, "it takes 60 % away"};
  ask.residual = tail(4'000, 5'000);
  ask.nodes.front().lost = Usd{10'000};
  EXPECT_EQ(verdict(ask), "ok");
  ask.value = Usd{101'000};
  EXPECT_EQ(verdict(ask), "block");
  EXPECT_EQ(rule(size_of(ask, usual), "market part").verdict, "block");
}

TEST(Sizing, OptionsDoNotPayForExploits) {
  // Half of 5 % is lost where the contract fails: warn, whatever is held against the market.
  SizeAsk ask = position_of(.05);
  ask.overlay = {true, "it takes 60 % away"};
  EXPECT_EQ(verdict(ask), "warn");
  ask = position_of(.061);
  ask.overlay = {true, "it takes 60 % away"};
  const Sizing told = size_of(ask, usual);
  EXPECT_EQ(told.verdict, "block");
  EXPECT_EQ(told.binding, "contract: pool");
  EXPECT_NEAR(told.largest_usd, 60'000, 1e-6);
}

TEST(Sizing, CoverOpensRoomOnItsContractAlone) {
  SizeAsk ask = position_of(.08);
  ask.overlay = {true, "it takes 60 % away"};
  ask.residual = tail(4'000, 5'000);
  EXPECT_EQ(verdict(ask), "block");
  ask.nodes.front().covers = {{.limit = Usd{25'000}, .deductible = Usd{1'000}}};
  EXPECT_EQ(verdict(ask), "ok") << "15,000 of 40,000 are left";
  ask.nodes.push_back({.node = "bridge", .lost = Usd{31'000}, .covers = {}});
  EXPECT_EQ(verdict(ask), "block");
}

TEST(Sizing, TakesTheUpperEndOfTheTail) {
  SizeAsk ask = position_of(.02);
  ask.residual = tail(19'000, 20'500);
  const Sizing told = size_of(ask, usual);
  EXPECT_EQ(told.verdict, "block");
  EXPECT_EQ(told.binding, "residual CVaR 95 %");
  EXPECT_DOUBLE_EQ(told.largest_usd, 20'000 * 20'000 / 20'500.0);
  EXPECT_EQ(rule(told, told.binding).sentence.find("do not trust"), std::string::npos);
  ask.residual = tail(100, 200, 12);
  EXPECT_THAT(rule(size_of(ask, usual), "residual CVaR 95 %").sentence, HasSubstr("12.0 losses"));
}

TEST(Sizing, OfATailThatGainsIsNotLimitedByIt) {
  SizeAsk ask = position_of(.02);
  ask.residual = tail(-200, -100);
  const SizeRule found = rule(size_of(ask, usual), "residual CVaR 95 %");
  EXPECT_FALSE(found.largest_usd);
  EXPECT_EQ(found.verdict, "ok");
}

TEST(Sizing, TakesAQuarterOfWhatGrowsFastest) {
  SizeAsk ask = position_of(.02);
  ask.growth = risk::Growth{.share = .06, .log_growth = .001};
  const Sizing told = size_of(ask, usual);
  EXPECT_EQ(told.binding, "growth");
  EXPECT_NEAR(told.largest_usd, 15'000, 1e-9);
  ask.growth = risk::Growth{};
  EXPECT_EQ(size_of(ask, usual).largest_usd, 0);
  EXPECT_THAT(rule(size_of(ask, usual), "growth").sentence, HasSubstr("no size"));
}

TEST(Sizing, HoldsExitAndBetaToTheirLimits) {
  SizeAsk ask = position_of(.02);
  ask.exit = Usd{12'000};
  EXPECT_EQ(size_of(ask, usual).binding, "exit");
  EXPECT_EQ(size_of(ask, usual).largest_usd, 12'000);
  ask.exit = Usd{1e9};
  ask.beta_down = risk::Slope{8, .5};
  const Sizing told = size_of(ask, usual);
  EXPECT_EQ(told.binding, "beta");
  EXPECT_DOUBLE_EQ(told.largest_usd, 12'500);
  ask.beta_down = risk::Slope{-1, .5};
  EXPECT_FALSE(rule(size_of(ask, usual), "beta").largest_usd) << "it falls where the market rises";
}

// S1.44: the gate. What stands may stay, and nothing is added to it.
TEST(Sizing, WhoIsNoStewardOrChasesYieldsAddsNothing) {
  SizeAsk ask = position_of(.015);
  const auto judged_at = [&](double score, bool promoter) {
    ask.steward = StewardSeen{.score = score, .promoter = promoter, .standing = Usd{10'000}};
    return size_of(ask, usual);
  };
  EXPECT_EQ(judged_at(60, false).verdict, "ok");
  EXPECT_FALSE(rule(judged_at(60, false), "steward").largest_usd) << "it sets no size";
  for (const Sizing& told : {judged_at(59.9, false), judged_at(90, true)}) {
    EXPECT_EQ(told.verdict, "block");
    EXPECT_EQ(told.binding, "steward");
    EXPECT_DOUBLE_EQ(told.largest_usd, 10'000) << "what stands";
    EXPECT_DOUBLE_EQ(*rule(told, "steward").value, .005);
  }
  ask.value = Usd{10'000};
  EXPECT_EQ(judged_at(30, true).verdict, "ok") << "nothing is new";
}

TEST(Sizing, SaysWhatItCannotJudge) {
  const Sizing told = size_of(position_of(.01), usual);
  EXPECT_EQ(rule(told, "growth").verdict, "unknown");
  EXPECT_EQ(rule(told, "growth").sentence, "not given");
  EXPECT_THAT(told.sentence, HasSubstr("3 of 6 rules are unknown"));
}

TEST(NetOfCover, PaysInOrderAndNeverMoreThanWasLost) {
  const NodeExposure node{.node = "pool",
                          .lost = Usd{0},
                          .covers = {{.limit = Usd{50}, .deductible = Usd{10}},
                                     {.limit = Usd{100}, .deductible = Usd{0}, .paid = .5}}};
  EXPECT_EQ(net_of_cover(node, Usd{0}), Usd{0});
  EXPECT_EQ(net_of_cover(node, Usd{8}), Usd{4});
  EXPECT_EQ(net_of_cover(node, Usd{60}), Usd{5});
  EXPECT_EQ(net_of_cover(node, Usd{300}), Usd{200});
}

TEST(NetOfCoverLaw, TheLargestLossLeavesWhatIsAllowed) {
  test::for_cases(1000, [](test::Gen& gen) {
    NodeExposure node{.node = "pool", .lost = Usd{0}, .covers = {}};
    for (std::size_t i = gen.size(0, 4); i > 0; --i) {
      node.covers.push_back({.limit = Usd{gen.real(0, 50)},
                             .deductible = Usd{gen.coin() ? 0 : gen.real(0, 50)},
                             .paid = gen.coin() ? 1 : gen.real(0, 1)});
    }
    const Usd net{gen.real(0, 60)};
    const Usd most = largest_loss(node, net);
    EXPECT_NEAR(net_of_cover(node, most).value(), net.value(), 1e-9);
    EXPECT_GT(net_of_cover(node, most + Usd{1e-3}).value(), net.value()) << "and no larger one";
  });
}

TEST(Overlay, IsValidWhereItTakesTheTailAway) {
  const auto bare = tail(100, 110);
  EXPECT_FALSE(overlay_of({.lots = 0, .bare = bare, .covered = bare}, usual).is_valid);
  EXPECT_FALSE(overlay_of({.lots = 3, .bare = bare, .covered = tail(70, 76)}, usual).is_valid);
  EXPECT_TRUE(overlay_of({.lots = 3, .bare = bare, .covered = tail(70, 75)}, usual).is_valid);
  const Overlay few = overlay_of({.lots = 3, .bare = bare, .covered = tail(10, 12, 20)}, usual);
  EXPECT_FALSE(few.is_valid);
  EXPECT_THAT(few.why, HasSubstr("20.0 losses"));
  EXPECT_FALSE(
      overlay_of({.lots = 1, .bare = tail(-5, -4), .covered = tail(-9, -8)}, usual).is_valid)
      << "a tail that gains needs none";
}

TEST(SizePolicy, NamesTheFirstFieldThatIsWrong) {
  SizePolicy wrong;
  EXPECT_TRUE(check(wrong));
  wrong.tail_share = 0;
  EXPECT_THAT(check(wrong).error().message, HasSubstr("tail_share = 0"));
  wrong = {};
  wrong.node_warn = .05;
  EXPECT_THAT(check(wrong).error().message, HasSubstr("node_warn"));
  wrong = {};
  wrong.slippage = NAN;
  EXPECT_THAT(check(wrong).error().message, HasSubstr("slippage"));
  wrong.slippage = 1;
  EXPECT_FALSE(check(wrong));
}

TEST(SizingLaw, TheLargestSizeKeepsEveryRuleAndNoLargerOneDoes) {
  test::for_cases(500, [](test::Gen& gen) {
    SizeAsk ask = position_of(gen.scale(.001, .5));
    const double value = ask.value.value();
    ask.overlay.is_valid = gen.coin();
    ask.nodes.front().lost = Usd{value * gen.real(0, 1)};
    if (gen.coin()) {
      ask.nodes.front().covers = {
          {.limit = Usd{gen.real(0, 4e4)}, .deductible = Usd{gen.real(0, 1e3)}}};
    }
    ask.residual = tail(.1 * value, gen.real(-.1, 1) * value);
    if (gen.coin()) ask.exit = Usd{gen.scale(1e3, 1e6)};
    if (gen.coin()) ask.beta_down = risk::Slope{gen.real(-1, 3), .1};
    if (gen.coin()) ask.growth = risk::Growth{.share = gen.real(0, 1), .log_growth = 0};
    const double most = size_of(ask, usual).largest_usd;
    const auto at = [&](double size) {
      SizeAsk scaled = ask;
      const double by = size / value;
      scaled.value = Usd{size};
      scaled.nodes.front().lost = Usd{by * ask.nodes.front().lost.value()};
      scaled.residual.upper = Usd{by * ask.residual.upper.value()};
      return size_of(scaled, usual).verdict;
    };
    if (most > 1) {
      EXPECT_NE(at(most * (1 - 1e-9)), "block");
    }
    EXPECT_EQ(at(most * (1 + 1e-6) + 1e-3), "block");
  });
}

}  // namespace levee::hedge

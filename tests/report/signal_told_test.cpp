// tests/report/signal_told_test.cpp — signals in the words that people and programs read.
#include "levee/report/signal_told.h"

#include "levee/base/json.h"
#include "tests/report/signal_sample.h"

#include <algorithm>

#include <gmock/gmock.h>

namespace levee::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const GateTold& gate(const SignalsTold& told, std::string_view name) {
  return *std::ranges::find(told.gates, name, &GateTold::gate);
}

}  // namespace

TEST(SignalsTold, SayHowEachGateStandsAndWhatWouldSwitchIt) {
  const SignalsTold told = test::crash().told;
  EXPECT_EQ(told.volatility, "crisis");
  const GateTold& volatility = gate(told, "volatility");
  EXPECT_EQ(volatility.stands, "crisis");
  EXPECT_EQ(volatility.switches, "lower: off after 3 closes in a row below 24");
  EXPECT_EQ(gate(told, "stress").switches, "on after 2 closes in a row above 1");
  EXPECT_EQ(gate(told, "broken").stands, "on");
  EXPECT_THAT(gate(told, "broken").switches, HasSubstr("off after 5 closes in a row below 0.01"));
  EXPECT_EQ(gate(told, "heat").stands, "unknown");
}

TEST(SignalsTold, HeadlineSaysWhatFollows) {
  const SignalsTold told = test::crash().told;
  EXPECT_THAT(told.headline, HasSubstr("Volatility crisis; nothing may be added; the hedge at its "
                                       "full target"));
  EXPECT_THAT(told.headline, HasSubstr("look at everything again"));
  EXPECT_EQ(title_of(told), "ETH/USDC at the close of 2023-05-15");
}

TEST(SignalsTold, NameWhatIsLackingAndWhatChanged) {
  const SignalsTold told = test::crash().told;
  const auto breadth = std::ranges::find(told.gauges, "breadth", &GaugeTold::name);
  EXPECT_EQ(breadth->why, "not given: close, token_volume");
  ASSERT_FALSE(told.changes.empty());
  EXPECT_EQ(told.changes.back().gate, "broken");
  EXPECT_EQ(told.changes.back().what, "off → on");
}

TEST(SignalsTold, TheHeadlineSaysWhatOfTheHedgeIsAskedFor) {
  test::Sample sample = test::nothing();
  const auto headline = [&](std::vector<signal::Prompt> asks) {
    sample.now.regime.asks = std::move(asks);
    return told_of(sample.view()).headline;
  };
  using enum signal::HedgeAsk;
  EXPECT_THAT(headline({}), HasSubstr("the hedge as planned"));
  EXPECT_THAT(headline({{.gate = "a", .why = "", .ask = refresh_long}}),
              HasSubstr("the hedge with its far layers extended"));
  EXPECT_THAT(
      headline({{.gate = "a", .why = "", .ask = full_target}}),
      testing::AllOf(HasSubstr("the hedge at its full target"), Not(HasSubstr("far layers"))));
  EXPECT_THAT(headline({{.gate = "a", .why = "", .ask = refresh_long},
                        {.gate = "b", .why = "", .ask = full_target}}),
              HasSubstr("the hedge at its full target and its far layers extended"));
}

TEST(SignalsTold, TellOnlyEventsThatAreKnownAndNear) {
  const SignalsTold told = test::crash().told;
  ASSERT_EQ(told.ahead.size(), 1U);
  EXPECT_EQ(told.ahead[0].name, "near");
  EXPECT_EQ(told.ahead[0].hedge_full_by, "2023-05-17T12:00:00Z");
}

TEST(SignalsTold, TextFitsATerminalAndJsonHoldsNoHole) {
  const SignalsTold told = test::crash().told;
  const std::string text = signals_text(told, Colour::off);
  EXPECT_THAT(text, HasSubstr("What may not be added"));
  EXPECT_THAT(text, HasSubstr("the peg is broken"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  const std::string json = json_of(told);
  EXPECT_THAT(json, Not(HasSubstr(": nan")));
  EXPECT_THAT(json, HasSubstr("\"size_share\""));
}

TEST(SignalsTold, OfNothingSayThatNothingIsKnown) {
  const test::Sample empty = test::nothing();
  EXPECT_EQ(empty.told.volatility, "unknown");
  EXPECT_THAT(empty.told.headline, HasSubstr("Volatility unknown"));
  EXPECT_THAT(signals_text(empty.told, Colour::off), HasSubstr("Not known"));
}

TEST(Worry, GrowsWithTheState) {
  EXPECT_EQ(worry_of("calm"), Worry::good);
  EXPECT_EQ(worry_of("normal"), Worry::none);
  EXPECT_LT(worry_of("strained"), worry_of("spike"));
  EXPECT_LT(worry_of("hold"), worry_of("crisis"));
}

}  // namespace levee::report

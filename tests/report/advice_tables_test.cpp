#include "levee/report/advice_tables.h"

#include "tests/support/sample_plan.h"

#include <gmock/gmock.h>

namespace levee::report {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(AdviceTables, TheDayIsASentenceWithWhatItCosts) {
  const std::string text = day_sentence(test::sample_day());
  EXPECT_THAT(text, HasSubstr("Full target: fomc: options buy back at least 35 %"));
  EXPECT_THAT(text, HasSubstr("costs $812.40 of the objective"));
  EXPECT_THAT(text, HasSubstr("1 of 2 gauges are known: vol equivalent normal."));
  EXPECT_THAT(text, testing::Not(HasSubstr("usual size")));  // none may be opened
  hedge::DayTold open = test::sample_day();
  open.restrictions.clear();
  EXPECT_THAT(day_sentence(open), HasSubstr("80.0 % of its usual size"));
  EXPECT_THAT(text, HasSubstr("Look at everything again: the feed strays (oracle gate)."));
  hedge::DayTold quiet;
  quiet.hedge = "as_planned";
  EXPECT_THAT(day_sentence(quiet), HasSubstr("No signal is heeded"));
  quiet.gauges = {{"rsi", 50.0, "", "quiet", {}, ""}};
  EXPECT_EQ(day_sentence(quiet),
            "1 of 1 gauges are known: all quiet. The day asks nothing more of the hedge.");
  quiet.rules = {{"coverage target", "42 % instead of 35 %", "CAPM"}};
  EXPECT_THAT(day_sentence(quiet), testing::EndsWith("Coverage target: 42 % instead of 35 %."));
}

TEST(AdviceTables, GaugesThatAreNotKnownAreNamedBelow) {
  const Table table = gauge_table(test::sample_day());
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_THAT(table.rows[0].cells,
              ElementsAre("Vol equivalent", "16.4", "normal", "2026-01-12T00:00:00Z"));
  EXPECT_THAT(table.note, HasSubstr("Not known here: peg"));
}

TEST(AdviceTables, ActsForbiddenForOneReasonShareALine) {
  const Table table = restriction_table(test::sample_day());
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_THAT(table.rows[0].cells, ElementsAre("open liquidity, tight range", "calendar",
                                               "fomc at 2026-01-22T19:00:00Z"));
  EXPECT_EQ(table.rows[1].cells[0], "draw loan");
  EXPECT_EQ(restriction_table({}).note, "Nothing is restricted.");
}

TEST(AdviceTables, LayersThatTradeComeFirst) {
  const Table table = layer_table(test::sample_layers());
  ASSERT_EQ(table.rows.size(), 3u);
  EXPECT_THAT(table.rows[0].cells,
              ElementsAre("Put shield", "trades", "4", "$9,812", "$14,020", "$1,204", "$48,300",
                          "never paused; each dollar of CVaR that it takes "
                          "off costs $0.025 of expected profit"));
  EXPECT_THAT(table.rows[1].cells.at(3), "–");
  EXPECT_EQ(table.rows[2].cells[1], "closed");
  EXPECT_THAT(layer_reasons(test::sample_layers()),
              testing::Contains("Collar: the wallet holds no tokens to sell calls on"));
}

TEST(AdviceTables, WhatIsBesideTheProgrammeIsALineEachAndNothingWhereThereIsNothing) {
  EXPECT_TRUE(beside_lines({}).empty());
  hedge::Beside beside;
  beside.bundle.why = "none: nothing is owed";
  beside.legs.why = "none saves more";
  beside.financing.emplace();
  beside.financing->act = "nothing";
  beside.financing->lender = 0.04;
  beside.financing->best.implied_rate = 0.0356;
  beside.collar.collar.why = "none: premium is not rich";
  beside.upside.emplace();
  beside.upside->why = "above $2,300";
  beside.rate_swap.why = "not judged";
  beside.engines.why = "none";
  EXPECT_THAT(
      beside_lines(beside),
      ElementsAre(
          "Restructuring: none: nothing is owed", "Cheaper legs: none saves more",
          "Financing by options: 3.56 % a year at the best strike, 4.00 % the lender's: not "
          "worth its costs",
          "Collar: none: premium is not rich", "Upside: above $2,300",
          "Lending rate position: not judged", "Second engine: none"));
  beside.financing->act = "lend";
  beside.financing->call = "A-C", beside.financing->put = "A-P", beside.financing->contracts = 12;
  beside.financing->best.why = "lend by a conversion";
  EXPECT_THAT(beside_lines(beside),
              testing::Contains(
                  "Financing by options: lend by a conversion (A-C and A-P, up to 12 contracts)"));
}

TEST(AdviceTables, RollsSayHowFarTheyLeanAndWhy) {
  hedge::RollTold rolls;
  rolls.lines = {{.name = "ETH-27FEB26-2500-P",
                  .trigger = "tenor",
                  .done = true,
                  .benefit_usd = {},
                  .error_usd = {},
                  .cost_usd = {},
                  .why = "due"}};
  rolls.tilt_why = "no signal asks for it";
  EXPECT_THAT(roll_tables(rolls).at(0).note,
              HasSubstr("Rolls are not tilted: no signal asks for it."));
  rolls.tilt_share = -0.125, rolls.tilt_why = "a base 2.5 deviations dear beside the quote";
  EXPECT_THAT(roll_tables(rolls).at(0).note,
              HasSubstr("leans 12.5 % to puts: a base 2.5 deviations dear"));
  rolls.tilt_share = 0.1;
  EXPECT_THAT(roll_tables(rolls).at(0).note, HasSubstr("10.0 % to calls"));
}

TEST(AdviceTables, ALayerSaysWhatItBuysForWhat) {
  const auto said = [](double cost, double off) {
    std::vector<hedge::LayerTold> layers = {test::sample_layers().back()};
    layers[0].mean_cost_usd = cost, layers[0].cvar_removed_usd = off;
    return layer_reasons(layers).front();
  };
  EXPECT_THAT(said(-300, 2'000), HasSubstr("takes $2,000 off the CVaR and lowers the expected "
                                           "loss by $300.00"));
  EXPECT_THAT(said(-300, -2'000), HasSubstr("adds $2,000 to the CVaR and pays for it with "
                                            "$300.00 of expected profit"));
  EXPECT_THAT(said(300, -2'000), HasSubstr("makes both worse"));
}

TEST(AdviceTables, WhatIsNotPossibleHasNoFigures) {
  const Table table = what_if_table(test::sample_plan().what_if);
  EXPECT_EQ(table.rows.at(0).cells.at(2), "$21,300");
  EXPECT_EQ(table.rows.at(1).cells.at(2), "–");
}

}  // namespace levee::report

// tests/report/stress_page_test.cpp — what is told of a book under stress.
#include "levee/report/stress_page.h"

#include "tests/report/tags.h"

#include <limits>
#include <sstream>

#include <gmock/gmock.h>

namespace levee::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

StressTold sample() {
  StressTold told;
  told.at = "2026-03-20T08:00:00Z";
  told.base = "ETH";
  told.quote = "USDC";
  told.source = "chain.csv";
  told.spot_usd = 2000;
  told.worth_usd = 1000;
  told.horizon_days = 30;
  told.spot_change = {-0.5, 0, 0.5};
  told.grid = {{0, {{1, {-400, 0, 50}}, {2, {-450, -20, 10}}}},
               {7, {{1, {-390, 5, 55}}, {2, {-390, 5, 55}}}}};
  told.worst = {0, 2, -0.5, -450, {{"lp", -500}, {"put", 50}}};
  told.reverse = ReverseTold{.cost_usd = 100,
                             .reach = 6,
                             .down = NearestTold{1.5, -100, 0.0668, 0.32, {{"ETH", -0.2, 1.1}}},
                             .up = {},
                             .worst_usd = -700,
                             .worst_moves = {{"ETH", -0.8, 2.5}},
                             .drawn_kind = "jump",
                             .drawn_share = 0.08,
                             .drawn_share_se = 0.002,
                             .drawn_paths = 20'000};
  told.crises = {{.name = "a crisis",
                  .about = "It fell.",
                  .from = "a",
                  .to = "b",
                  .scale = "as_it_was",
                  .factor = 1,
                  .paths = 700,
                  .worst_usd = -300,
                  .median_usd = -10,
                  .worst_start = "c",
                  .spot_change = -0.4,
                  .lowest_spot = 0.55,
                  .vol_factor = 1.2,
                  .vol_recorded = false}};
  told.unknown = {{"other crises", "missing_data", "the history is too short"}};
  told.assumptions = {"Nothing is traded."};
  return told;
}

}  // namespace

TEST(StressText, TellsEveryPart) {
  const std::string text = stress_text(sample(), Colour::off);
  EXPECT_THAT(text, HasSubstr("Worst of the grid: −$450.00 (−45.0 %) with ETH −50.0 %"));
  EXPECT_THAT(text, HasSubstr("Change of worth at once"));
  EXPECT_THAT(text, HasSubstr("−40 %"));
  EXPECT_THAT(text, HasSubstr("Change of worth after 7 days"));
  EXPECT_THAT(text, HasSubstr("any"));  // the second day's rows are alike
  EXPECT_THAT(text, HasSubstr("ETH −20.0 %, volatility x 1.1"));
  EXPECT_THAT(text, HasSubstr("no move within 6 deviations does"));
  EXPECT_THAT(text, HasSubstr("8.0 ± 0.2 % lose as much by the horizon"));
  EXPECT_THAT(text, HasSubstr("x 1.2 b"));
  EXPECT_THAT(text, HasSubstr("other crises: the history is too short"));
  EXPECT_THAT(text, Not(HasSubstr("made by a model")));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 140U) << line;
}

TEST(StressText, OfABookWorthNothingIsInDollars) {
  StressTold told = sample();
  told.worth_usd = 0;
  told.reverse.reset();
  const std::string text = stress_text(told, Colour::off);
  EXPECT_THAT(text, HasSubstr("−$400"));
  EXPECT_THAT(text, Not(HasSubstr("smallest move")));
}

TEST(StressPage, IsOneDocumentWithoutScriptOrStrangersMarkup) {
  StressTold told = sample();
  told.model_made = true;
  told.worst.holdings[0].name = "<script>alert(1)</script>";
  told.crises[0].about = "\"quoted\" & <b>bold</b>";
  told.grid[0].rows[0].change_usd[0] = std::numeric_limits<double>::infinity();
  const std::string page = stress_page(told);
  EXPECT_THAT(page, HasSubstr("<!doctype html>"));
  EXPECT_THAT(page, HasSubstr("MODEL-MADE MARKET"));
  EXPECT_THAT(page, HasSubstr("background:rgba(208,72,24,"));
  EXPECT_THAT(page, HasSubstr("unknown"));
  EXPECT_THAT(page, Not(HasSubstr("<script>")));
  EXPECT_THAT(page, Not(HasSubstr("<b>bold")));
  EXPECT_THAT(page, Not(HasSubstr("://")));
  EXPECT_THAT(page, Not(HasSubstr("nan")));
}

}  // namespace levee::report

#include "levee/report/terminal.h"

#include "levee/report/text.h"
#include "tests/report/tags.h"
#include "tests/support/sample_plan.h"

#include <gmock/gmock.h>

#include <sstream>

namespace levee::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::vector<hedge::Plan> every_plan() {
  return {test::sample_plan(), test::no_hedge_plan(),       test::infeasible_plan(),
          test::empty_plan(),  test::broken_numbers_plan(), test::hostile_plan(),
          test::huge_plan()};
}

}  // namespace

TEST(Terminal, StartsWithTheAnswer) {
  EXPECT_THAT(terminal_text(test::sample_plan(), Colour::off), StartsWith("Hedge with 8 trades: "));
  EXPECT_THAT(terminal_text(test::no_hedge_plan(), Colour::off), StartsWith("No hedge is better"));
  EXPECT_THAT(terminal_text(test::infeasible_plan(), Colour::off), StartsWith("Infeasible: "));
}

TEST(Terminal, ShowsEveryHeadlineNumber) {
  const std::string text = test::plain_spaces(terminal_text(test::sample_plan(), Colour::off));
  for (const auto* part : {"MODEL-MADE MARKET",
                           "ETH at $3,214.50",
                           "$1,000,012",
                           "157.83 ETH",
                           "−0.23697",
                           "−1.21 %",
                           "2.87 %",
                           "−1.17 %",
                           "$1,015 a day",
                           "$773 ± 61",
                           "You sell volatility at 48.0 %",
                           "costs 55.0 %",
                           "51.2 ± 3.1 %",
                           "$141,230 ± 1,161",
                           "$76,112 ± 626",
                           "$203,371 ± 2,680",
                           "$139,112 ± 2,558",
                           "$73,829 ± 1,357",
                           "market implied",
                           "bootstrap",
                           "ETH-PERP",
                           "41.25",
                           "$61.22",
                           "limit",
                           "$23,399",
                           "$25,000",
                           "$15,857",
                           "$21,296",
                           "99.4 %",
                           "−1.82 σ√T",
                           "$412.50",
                           "binds",
                           "$0.50",
                           "tail.failure_loss_usd",
                           "--protocol",
                           "2 % of open interest",
                           "not investment",
                           "sends no"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(Terminal, SaysModelMadeOnlyWhereItIs) {
  EXPECT_THAT(terminal_text(test::no_hedge_plan(), Colour::off), Not(HasSubstr("MODEL-MADE")));
}

TEST(Terminal, FitsIntoAHundredColumnsWithoutColour) {
  for (const hedge::Plan& plan : every_plan()) {
    const std::string text = terminal_text(plan, Colour::off);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(columns_of(line), 100u) << line;
  }
}

TEST(Terminal, ColourChangesNothingButInk) {
  for (const hedge::Plan& plan : every_plan()) {
    std::string text = terminal_text(plan, Colour::on);
    EXPECT_NE(text.find('\x1b'), std::string::npos);
    for (auto at = text.find('\x1b'); at != std::string::npos; at = text.find('\x1b')) {
      text.erase(at, text.find('m', at) - at + 1);
    }
    EXPECT_EQ(text, terminal_text(plan, Colour::off));
  }
}

TEST(Terminal, NeverSaysNanOrInf) {
  for (const hedge::Plan& plan : every_plan()) {
    EXPECT_FALSE(test::says_nan_or_inf(terminal_text(plan, Colour::off)));
  }
}

TEST(Terminal, ShowsPositionsAlone) {
  book::PositionAnswer answer;
  answer.total = test::sample_position("all positions");
  answer.each = {test::sample_position("one"), test::sample_position("two")};
  answer.unknown = {fail(Reason::missing_data, "position.realised_vol: no price history")};
  const std::string text = terminal_text(answer, test::sample_market(), Colour::off);
  for (const auto* part : {"You sell volatility at 48.0 %", "MODEL-MADE", "Position: all positions",
                           "one ", "two ", "no price history (missing_data)", "not investment"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

}  // namespace levee::report

#include "levee/report/html.h"

#include "levee/report/markup.h"
#include "levee/report/words.h"
#include "tests/report/tags.h"
#include "tests/support/sample_plan.h"

#include <gmock/gmock.h>

namespace levee::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::vector<hedge::Plan> every_plan() {
  return {test::sample_plan(), test::no_hedge_plan(),       test::infeasible_plan(),
          test::empty_plan(),  test::broken_numbers_plan(), test::hostile_plan(),
          test::huge_plan()};
}

std::string page_of(const hedge::Plan& plan) { return test::plain_spaces(html_page(plan)); }

void expect_node(const std::string& page, const Explain& node) {
  EXPECT_THAT(page, HasSubstr("class=\"node-name\">" + node.name + "</span>"));
  if (node.value) {
    EXPECT_THAT(page, HasSubstr(">" + number(*node.value, 8) + "</span>"));
  }
  for (const std::string& text : {node.unit, node.source}) {
    EXPECT_THAT(page, HasSubstr(test::plain_spaces(Markup(text).html())));
  }
  EXPECT_THAT(page, HasSubstr(test::plain_spaces(Markup(node.formula).html())));
  for (const Explain& input : node.inputs) expect_node(page, input);
}

std::size_t nodes_of(const Explain& node) {
  std::size_t count = 1;
  for (const Explain& input : node.inputs) count += nodes_of(input);
  return count;
}

}  // namespace

TEST(Html, ShowsEveryHeadlineNumber) {
  const std::string page = page_of(test::sample_plan());
  for (const auto* part : {"Hedge with 8 trades: ",
                           "MODEL-MADE MARKET",
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
                           "market implied",
                           "bootstrap",
                           "ETH-PERP",
                           "0.009812",
                           "$61.22",
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
                           "118 options: neither bid nor ask",
                           "not investment",
                           "sends no"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
}

TEST(Html, ItsSectionsComeInOrder) {
  const std::string page = html_page(test::sample_plan());
  std::size_t last = page.find("<h1>");
  ASSERT_NE(last, std::string::npos);
  for (const auto* id : {"position", "payoff", "losses", "ladder", "greeks", "cost", "tail",
                         "constraints", "explain", "unknown", "assumptions"}) {
    const auto at = page.find("<section id=\"" + std::string(id) + "\"");
    ASSERT_NE(at, std::string::npos) << id;
    EXPECT_GT(at, last) << id;
    last = at;
  }
  EXPECT_GT(page.find("<footer>"), last);
}

TEST(Html, IsWellFormedWhateverThePlan) {
  for (const hedge::Plan& plan : every_plan()) EXPECT_EQ(test::tag_fault(html_page(plan)), "");
}

TEST(Html, NeverSaysNanOrInf) {
  for (const hedge::Plan& plan : every_plan()) {
    EXPECT_FALSE(test::says_nan_or_inf(html_page(plan)));
  }
}

TEST(Html, EscapesWhatStrangersCallTheirThings) {
  const std::string page = html_page(test::hostile_plan());
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;`"));
  EXPECT_EQ(test::count_of(page, "<script>"), 1u);
  EXPECT_EQ(page.find('\x1b'), std::string::npos);
  EXPECT_THAT(page, Not(HasSubstr("\u202E")));
}

TEST(Html, FetchesNothing) {
  for (const hedge::Plan& plan : every_plan()) {
    const std::string page = html_page(plan);
    for (const auto* part : {"http://", "https://", "src=", "@import", "url(", "//cdn"}) {
      EXPECT_THAT(page, Not(HasSubstr(part)));
    }
    EXPECT_EQ(test::count_of(page, "href="), 1u);  // the empty icon, so that none is asked for
    EXPECT_THAT(page, HasSubstr("default-src &#39;none&#39;"));
  }
}

TEST(Html, HasEveryNodeOfTheWorking) {
  const hedge::Plan plan = test::sample_plan();
  const std::string page = page_of(plan);
  expect_node(page, plan.explain);
  EXPECT_EQ(test::count_of(page, "class=\"node-name\""), nodes_of(plan.explain));
}

TEST(Html, CanBeReadByThoseWhoDoNotSeeIt) {
  const std::string page = html_page(test::sample_plan());
  EXPECT_THAT(page, HasSubstr("<html lang=\"en\">"));
  EXPECT_THAT(page, HasSubstr("<title>levee hedge plan: eth-usdc-30bps</title>"));
  EXPECT_EQ(test::count_of(page, "<h1>"), 1u);
  EXPECT_EQ(test::count_of(page, "role=\"img\""),
            test::count_of(page, "role=\"img\" aria-label=\""));
  EXPECT_EQ(test::count_of(page, "<table"), test::count_of(page, "<caption>"));
  EXPECT_GT(test::count_of(page, "scope=\"row\""), 40u);
}

}  // namespace levee::report

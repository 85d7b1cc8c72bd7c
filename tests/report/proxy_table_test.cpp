// tests/report/proxy_table_test.cpp — the proxy's figures, and where they stand on the two faces.
#include "levee/report/proxy_table.h"

#include "levee/base/json.h"
#include "levee/report/html.h"
#include "levee/report/terminal.h"
#include "levee/report/words.h"
#include "tests/support/sample_plan.h"

#include <gmock/gmock.h>

namespace levee::report {
namespace {

using testing::HasSubstr;
using testing::Not;

hedge::ProxyTold sample() {
  hedge::ProxyTold told;
  told.asset = "ETH", told.token = "LINK";
  told.beta = 1.214, told.beta_se = 0.047, told.beta_down = 1.3, told.beta_down_se = 0.09;
  told.correlation = 0.803, told.correlation_se = 0.019, told.r_squared = 0.645;
  told.basis_vol = 0.448, told.drawn_beta = 1.25, told.drawn_correlation = 0.79;
  told.cvar_price_usd = 250'000, told.cvar_along_usd = 190'000, told.cvar_basis_usd = 120'000;
  told.mean_basis_usd = 9'000;
  told.source = "365 common days", told.sentence = "LINK has no options here.";
  return told;
}

}  // namespace

TEST(ProxyTable, HoldsEveryFigureWithItsError) {
  const Table table = proxy_table(sample());
  EXPECT_EQ(table.title, "The proxy: ETH for LINK");
  EXPECT_EQ(table.rows.at(0).cells.at(1), "1.21 ± 0.05");
  EXPECT_EQ(table.rows.at(0).cells.at(2), "1.25");
  EXPECT_EQ(table.rows.at(2).cells.at(1), "0.80 ± 0.02");
  EXPECT_EQ(table.rows.at(3).cells.at(1), "64.5 %");
  EXPECT_EQ(table.rows.at(4).cells.at(1), "44.8 %");
  EXPECT_EQ(table.rows.at(7).cells.at(2), "$120,000");
  for (const Row& row : table.rows) EXPECT_EQ(row.cells.size(), table.columns.size());
  EXPECT_EQ(table.note, "365 common days");
  hedge::ProxyTold still = sample();
  still.drawn_beta.reset();
  EXPECT_EQ(proxy_table(still).rows.at(0).cells.at(2), unknown);
}

TEST(ProxyTable, IsOnBothFacesAndInTheDocumentWhereThereIsAProxy) {
  hedge::Plan plan = test::sample_plan();
  EXPECT_THAT(terminal_text(plan, Colour::off), Not(HasSubstr("The proxy")));
  EXPECT_THAT(html_page(plan), Not(HasSubstr("The proxy")));
  EXPECT_THAT(json_of(plan), HasSubstr("\"proxy\": null"));
  plan.proxy = sample();
  const std::string text = terminal_text(plan, Colour::off), page = html_page(plan);
  for (const std::string* face : {&text, &page}) {
    EXPECT_THAT(*face, HasSubstr("The proxy: ETH for LINK"));
    EXPECT_THAT(*face, HasSubstr("LINK has no options here."));
    EXPECT_THAT(*face, HasSubstr("$120,000"));
  }
  EXPECT_THAT(json_of(plan), HasSubstr("\"cvar_basis_usd\": 120000"));
}

}  // namespace levee::report

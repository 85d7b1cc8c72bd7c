// tests/report/fees_table_test.cpp — fees kept, line by line, and where they stand on the faces.
#include "levee/report/fees_table.h"

#include "levee/base/json.h"
#include "levee/report/html.h"
#include "levee/report/terminal.h"
#include "levee/report/words.h"
#include "tests/support/sample_plan.h"

#include <gmock/gmock.h>

namespace levee::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

hedge::FeesKeptTold sample() {
  hedge::FeesKeptTold told;
  told.calm_within = 0.0758;
  told.least_calm = 0.7;
  told.vol_change = -0.077, told.vol_change_se = 0.012, told.vol_change_drawn = -0.024;
  told.vol_spans = 686;
  told.rows = {{"calm", 0.412, 20'550, -4'120, -5'300, -6'100, 0.703, 0.004},
               {"far up", 0.02, 0, -90'000, 30'000, 1'000, {}, {}}};
  return told;
}

}  // namespace

TEST(FeesTable, HasALineAnEndingWithItsError) {
  const Table table = fees_kept_table(sample());
  EXPECT_THAT(table.rows.at(0).cells, ElementsAre("calm", "41.2 %", "$20,550", "−$4,120", "−$5,300",
                                                  "−$6,100", "70.3 ± 0.4 %"));
  EXPECT_EQ(table.rows.at(1).cells.back(), nothing);
  for (const Row& row : table.rows) EXPECT_EQ(row.cells.size(), table.columns.size());
  EXPECT_THAT(table.note, HasSubstr("within 7.58 % of where it stands"));
  EXPECT_THAT(table.note, HasSubstr("In 686 calm times of the record"));
  EXPECT_THAT(table.note, HasSubstr("moved by −0.077 ± 0.012"));
  EXPECT_THAT(table.note, HasSubstr("drawn to move by −0.024"));
  EXPECT_THAT(table.note, HasSubstr("had to leave 70.0 % of them"));
}

TEST(FeesTable, SaysWhatIsNotKnownAndWhyThereIsNoLimit) {
  hedge::FeesKeptTold told = sample();
  told.least_calm.reset();
  told.why_no_limit = "policy fees_kept_calm_min is 0";
  told.vol_change.reset();
  const std::string note = fees_kept_table(told).note;
  EXPECT_THAT(note, HasSubstr("under no limit: policy fees_kept_calm_min is 0."));
  EXPECT_THAT(note, HasSubstr("not known (--iv-index)"));
}

TEST(FeesTable, IsOnBothFacesAndInTheDocumentWhereFeesAreKnown) {
  hedge::Plan plan = test::sample_plan();
  EXPECT_THAT(terminal_text(plan, Colour::off), Not(HasSubstr("Fees kept, by")));
  EXPECT_THAT(html_page(plan), Not(HasSubstr("Fees kept, by")));
  EXPECT_THAT(json_of(plan), HasSubstr("\"fees_kept\": null"));
  plan.fees_kept = sample();
  const std::string text = terminal_text(plan, Colour::off), page = html_page(plan);
  for (const std::string* face : {&text, &page}) {
    EXPECT_THAT(*face, HasSubstr("Fees kept, by where the price ends"));
    EXPECT_THAT(*face, HasSubstr("$20,550"));
    EXPECT_THAT(*face, HasSubstr("In 686 calm times"));
  }
  EXPECT_THAT(json_of(plan), HasSubstr("\"kept\": 0.703"));
}

}  // namespace levee::report

#include "levee/report/tail_table.h"

#include "tests/support/sample_plan.h"

#include <gmock/gmock.h>

namespace levee::report {

using ::testing::ElementsAre;

TEST(TailTable, ShowsFreshScenariosFirstThenThoseChosenOnThenOthers) {
  const Table table = tail_table(test::sample_plan().tail, "jump");
  std::vector<std::string> groups;
  for (const Row& row : table.rows) {
    if (row.kind == RowKind::group) groups.push_back(row.cells.front());
  }
  EXPECT_THAT(groups, ElementsAre("Fresh scenarios: jump (100,000 paths)",
                                  "Scenarios the plan was chosen on: jump (20,000 paths)",
                                  "Fresh scenarios: jump, market implied (100,000 paths)",
                                  "Fresh scenarios: bootstrap, real world (100,000 paths)"));
  EXPECT_THAT(table.rows.at(3).cells,
              ElementsAre("CVaR 95 %", "$141,230 ± 1,161", "$76,112 ± 626", "−$65,118 (−46 %)"));
}

TEST(TailTable, EverySampledNumberHasItsError) {
  for (const Row& row : tail_table(test::sample_plan().tail, "jump").rows) {
    if (row.kind == RowKind::group || row.cells[0] == "Worst drawn") continue;
    EXPECT_NE(row.cells.at(1).find("±"), std::string::npos) << row.cells[0];
    EXPECT_NE(row.cells.at(2).find("±"), std::string::npos) << row.cells[0];
  }
}

TEST(TailTable, LeavesOutWhatNoPathStandsBehind) {
  EXPECT_FALSE(is_known({}));
  for (const Row& row : tail_table(test::infeasible_plan().tail, "").rows) {
    if (row.kind == RowKind::group) continue;
    EXPECT_NE(row.cells.at(1), "–");
    EXPECT_EQ(row.cells.at(2), "–");
    EXPECT_EQ(row.cells.at(3), "–");
  }
}

}  // namespace levee::report

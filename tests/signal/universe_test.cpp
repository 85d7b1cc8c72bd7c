// tests/signal/universe_test.cpp — panels of tokens, those that are gone included.
#include "levee/signal/universe.h"

#include <gmock/gmock.h>

namespace levee::signal {
namespace {

constexpr UnixSeconds start{1'700'006'400};

Panel panel() {
  return {.token = {"A", "B"},
          .at = {start, start + days(1), start + days(2)},
          .cell = {1, 10, 2, Panel::none, 3, 30},
          .source = "by hand"};
}

}  // namespace

TEST(Universe, FindsTokensByNameAndSaysWhoIsNotThere) {
  const auto columns = columns_of(panel(), {"B", "C"});
  EXPECT_EQ(columns[0], 1u);
  EXPECT_EQ(columns[1], std::nullopt);
  EXPECT_EQ(cell_of(panel(), 0, columns[0]), 10);
  EXPECT_EQ(cell_of(panel(), 1, columns[0]), std::nullopt);
  EXPECT_EQ(cell_of(panel(), 1, columns[1]), std::nullopt);
  EXPECT_EQ(row_at(panel(), start + days(1)), 1u);
  EXPECT_EQ(row_at(panel(), start + hours(1)), std::nullopt);
}

TEST(Universe, VolumesOfADayAreMadeWithoutIt) {
  const Panel volume = panel();
  const auto columns = columns_of(volume, {"A", "B", "C"});
  EXPECT_THAT(mean_volumes({volume, columns, start + days(2), days(30)}),
              testing::ElementsAre(1.5, 5, 0));
  EXPECT_THAT(mean_volumes({volume, columns, start + days(2), days(1)}),
              testing::ElementsAre(2, 0, 0));
  EXPECT_THAT(mean_volumes({volume, columns, start, days(30)}), testing::ElementsAre(0, 0, 0));
}

}  // namespace levee::signal

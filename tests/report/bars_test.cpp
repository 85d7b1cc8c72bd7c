#include "levee/report/bars.h"

#include "tests/report/tags.h"

#include <gmock/gmock.h>

#include <limits>

namespace levee::report {

using ::testing::HasSubstr;

TEST(Bars, GrowFromASharedZero) {
  const std::string html =
      bars_figure("Cost", {{"a", 100, "$100", "cost"}, {"b", -50, "−$50", "income"}}).html();
  EXPECT_EQ(test::tag_fault(html), "");
  EXPECT_THAT(html, HasSubstr("aria-label=\"Cost: a $100; b −$50;\""));
  EXPECT_THAT(html, HasSubstr("<rect x=\"287.0\" y=\"20.0\" width=\"572.0\""));
  EXPECT_THAT(html, HasSubstr("<rect x=\"1.0\" y=\"62.0\" width=\"286.0\""));
}

TEST(Bars, KeepTheNameOfWhatCannotBeDrawn) {
  const double inf = std::numeric_limits<double>::infinity();
  const std::string html = bars_figure("Cost", {{"a", inf, "unknown", "cost"}}).html();
  EXPECT_EQ(test::tag_fault(html), "");
  EXPECT_EQ(test::count_of(html, "<rect"), 0u);
  EXPECT_THAT(html, HasSubstr("unknown"));
}

TEST(Bars, OfNothingAreNothing) { EXPECT_TRUE(bars_figure("Cost", {}).empty()); }

}  // namespace levee::report

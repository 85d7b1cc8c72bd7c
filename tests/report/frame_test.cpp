#include "levee/report/frame.h"

#include "tests/report/tags.h"

#include <gmock/gmock.h>

namespace levee::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Plot plot() {
  return {.about = "a picture of <things>",
          .x_title = "Price, USD",
          .y_title = "Profit, USD",
          .x = {1000, 5000},
          .y = {-100'000, 200'000},
          .marks = {{3000, "spot", "spot"}, {3010, "near", "edge"}, {9000, "outside", "edge"}}};
}

}  // namespace

TEST(Frame, PlacesNumbersBetweenItsAxes) {
  const Frame frame(plot(), wide);
  EXPECT_LT(frame.x(1000), frame.x(5000));
  EXPECT_NEAR(frame.x(3000), (frame.x(1000) + frame.x(5000)) / 2, 1e-9);
  EXPECT_GT(frame.y(-100'000), frame.y(200'000));
  EXPECT_LE(frame.x(5000), wide.width);
}

TEST(Frame, DrawsAxesTitlesAndMarksThatAreInside) {
  const std::string svg = Frame(plot(), wide).picture({}).html();
  EXPECT_EQ(test::tag_fault(svg), "");
  for (const auto* text : {"$200k", "Price, USD", "Profit, USD", ">spot<", ">near<",
                           "aria-label=\"a picture of &lt;things&gt;\"", "role=\"img\""}) {
    EXPECT_THAT(svg, HasSubstr(text));
  }
  EXPECT_THAT(svg, Not(HasSubstr("outside")));
}

TEST(Frame, PutsLabelsThatWouldTouchInRows) {
  Plot one = plot();
  one.marks.resize(1);
  const Frame lower(one, narrow), higher(plot(), narrow);
  EXPECT_NEAR(higher.y(0) - lower.y(0), 18, 1e-9);  // one row more above the plot
}

}  // namespace levee::report

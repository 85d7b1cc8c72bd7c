#include "levee/report/curves.h"

#include "levee/base/check.h"
#include "tests/report/tags.h"

#include <gmock/gmock.h>

namespace levee::report {
namespace {

using ::testing::HasSubstr;

Curves lines() {
  Curves curves;
  curves.title = "Lines";
  curves.x = {0, 1, 2};
  curves.curves = {{"A & B", "lp", "", {0, 5, -5}}, {"C", "sum", "expiry", {1, 1, 1}}};
  curves.plot.x = {0, 2};
  curves.plot.y = {-5, 5};
  curves.x_word = "Price";
  return curves;
}

}  // namespace

TEST(Curves, DrawEveryLineForBothWidthsAndName) {
  const std::string html = figure_of(lines()).html();
  EXPECT_EQ(test::tag_fault(html), "");
  EXPECT_EQ(test::count_of(html, "<path class=\"curve lp\""), 3u);  // two pictures, one legend
  EXPECT_THAT(html, HasSubstr("class=\"curve sum only-expiry\""));
  EXPECT_THAT(html, HasSubstr("<li class=\"only-expiry\">"));
  EXPECT_THAT(html, HasSubstr("A &amp; B"));
}

TEST(Curves, CarryTheirNumbersForTheReadOut) {
  EXPECT_THAT(figure_of(lines()).html(),
              HasSubstr("{&quot;word&quot;:&quot;Price&quot;,&quot;measure&quot;:&quot;usd&quot;,"
                        "&quot;x&quot;:[0,1,2],&quot;curves&quot;:[{&quot;name&quot;:&quot;A &amp; "
                        "B&quot;,&quot;view&quot;:&quot;&quot;,&quot;y&quot;:[0,5,-5]}"));
}

TEST(Curves, AreStepsWhereXIsEdges) {
  Curves bins = lines();
  bins.curves = {{"Share", "after", "", {0.25, 0.75}}};
  bins.plot.y = {0, 0.75};
  bins.plot.y_measure = Measure::percent;
  const std::string html = figure_of(bins).html();
  EXPECT_EQ(test::tag_fault(html), "");
  EXPECT_EQ(test::count_of(html, "<path class=\"curve after bins\""), 2u);
  EXPECT_THAT(html, HasSubstr("percent"));
}

TEST(Curves, RefuseNumbersThatDoNotMatch) {
  Curves curves = lines();
  curves.curves[0].y.pop_back();
  curves.curves[0].y.pop_back();
  EXPECT_THROW(figure_of(curves), ContractBroken);
}

}  // namespace levee::report

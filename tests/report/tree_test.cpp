#include "levee/report/tree.h"

#include "tests/report/tags.h"
#include "tests/support/sample_plan.h"

#include <gmock/gmock.h>

#include <limits>

namespace levee::report {

using ::testing::HasSubstr;

TEST(Tree, ShowsValueUnitFormulaAndSourceOfANode) {
  const std::string html =
      tree_of({"lvr", 1014.7234567891, "USD per day", "s^2 < 1", "Milionis & al.", {}}).html();
  EXPECT_EQ(test::tag_fault(html), "");
  for (const auto* text : {">lvr<", "title=\"1014.7234567891\"", ">1,014.7235<", ">USD per day<",
                           "s^2 &lt; 1", "Milionis &amp; al."}) {
    EXPECT_THAT(html, HasSubstr(text));
  }
}

TEST(Tree, NestsInputsAndOpensTheFirstLevels) {
  const Explain leaf{"c", 1.0, "", "", "", {}};
  const Explain deep{"a", 1.0, "",
                     "",  "",  {{"b", 1.0, "", "", "", {{"d", 1.0, "", "", "", {leaf}}}}}};
  const std::string html = tree_of(deep).html();
  EXPECT_EQ(test::tag_fault(html), "");
  EXPECT_EQ(test::count_of(html, "<details"), 3u);
  EXPECT_EQ(test::count_of(html, "open=\"open\""), 2u);
  EXPECT_EQ(test::count_of(html, "node leaf"), 1u);
}

TEST(Tree, TellsAHeadingFromWhatIsUnknown) {
  const Explain unknown_leaf{"x", std::nullopt, "USD", "", "not given", {}};
  const std::string html = tree_of({"heading", std::nullopt, "", "", "", {unknown_leaf}}).html();
  EXPECT_EQ(test::count_of(html, ">unknown<"), 1u);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(tree_of({"x", nan, "", "", "", {}}).html(), HasSubstr(">unknown<"));
}

TEST(Tree, OfNothingSaysSo) { EXPECT_THAT(tree_of({}).html(), HasSubstr("No working was told")); }

}  // namespace levee::report

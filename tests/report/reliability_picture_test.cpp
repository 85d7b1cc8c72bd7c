// tests/report/reliability_picture_test.cpp — a picture that stands alone.
#include "levee/report/reliability_picture.h"

#include "levee/base/check.h"

#include <gtest/gtest.h>

namespace levee::report {
namespace {

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

TEST(ReliabilityPicture, CrossesWhatLeavesItsBand) {
  const std::string svg = reliability_picture(
      {{"fit", "two of three", {{0.01, 0.01, 0, 0.02}, {0.02, 0.05, 0.01, 0.03}}},
       {"one rate", "none", {{0.04, 0.01, 0.03, 0.05}, {0.04, 0, 0, 0}}}});
  // One dot and one cross of two lines in the legend.
  EXPECT_EQ(count_of(svg, "class=\"dot\""), 2U + 1U);
  EXPECT_EQ(count_of(svg, "class=\"out\""), 2U * 2U + 2U);
  EXPECT_EQ(count_of(svg, "class=\"band\""), 4U + 1U);
  EXPECT_EQ(count_of(svg, "class=\"even\""), 2U + 1U);
  EXPECT_TRUE(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
  EXPECT_NE(svg.find("prefers-color-scheme:dark"), std::string::npos);
  EXPECT_EQ(svg.find("href"), std::string::npos);
}

// Axes go by roots: a quarter of the share stands half as far.
TEST(ReliabilityPicture, PlacesSharesByTheirRoots) {
  const std::string svg = reliability_picture({{"", "", {{0.25, 0.25, 0, 1}}}});
  EXPECT_NE(svg.find("cx=\"183.0\" cy=\"171.0\""), std::string::npos) << svg;
}

TEST(ReliabilityPicture, LetsNoTitleBreakIt) {
  const std::string svg = reliability_picture({{"<script>", "&", {{0.1, 0.1, 0, 1}}}});
  EXPECT_EQ(svg.find("<script>"), std::string::npos);
}

TEST(ReliabilityPicture, RefusesNothingToShow) {
  EXPECT_THROW((void)reliability_picture({}), ContractBroken);
  EXPECT_THROW((void)reliability_picture({{"", "", {{0.1, -1, 0, 1}}}}), ContractBroken);
}

}  // namespace levee::report

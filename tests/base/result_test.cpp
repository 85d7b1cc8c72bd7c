// tests/base/result_test.cpp — a value or the reason why there is none, never both.
#include "levee/base/result.h"

#include <memory>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace levee {
namespace {

Result<int> half_of(int whole) {
  if (whole % 2 != 0) return fail(Reason::no_solution, "odd (halves are whole)");
  return whole / 2;
}

Result<Done> quarter_into(int& quarter, int whole) {
  const auto half = half_of(whole);
  if (!half) return half.error();
  const auto found = half_of(*half);
  if (!found) return found.error();
  quarter = *found;
  return Done{};
}

}  // namespace

TEST(Result, HoldsItsValue) {
  const auto half = half_of(6);
  ASSERT_TRUE(half);
  EXPECT_EQ(*half, 3);
}

TEST(Result, HoldsItsErrorWordForWord) {
  const auto half = half_of(7);
  ASSERT_FALSE(half);
  EXPECT_EQ(half.error(), (Error{Reason::no_solution, "odd (halves are whole)"}));
  EXPECT_NE(half.error(), (Error{Reason::no_solution, "odd"}));
  EXPECT_NE(half.error(), (Error{Reason::bad_input, "odd (halves are whole)"}));
}

TEST(Result, AnErrorTravelsThroughResultsOfOtherTypes) {
  int quarter = 0;
  EXPECT_TRUE(quarter_into(quarter, 12));
  EXPECT_EQ(quarter, 3);
  const auto failed = quarter_into(quarter, 6);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "odd (halves are whole)");
  EXPECT_EQ(quarter, 3);
}

TEST(Result, ReadingTheWrongOneIsABug) {
  const auto good = half_of(2);
  EXPECT_THROW((void)good.error(), ContractBroken);
  auto bad = half_of(3);
  EXPECT_THROW((void)*bad, ContractBroken);
  EXPECT_THROW((void)*half_of(3), ContractBroken);
  const Result<std::string> text = fail(Reason::corrupt, "torn");
  EXPECT_THROW((void)text->size(), ContractBroken);
}

TEST(Result, AValueMayBeChangedInPlaceAndMovedOut) {
  Result<std::string> text = std::string("lev");
  text->append("ee");
  *text += "!";
  EXPECT_EQ(*text, "levee!");

  Result<std::unique_ptr<int>> owned = std::make_unique<int>(7);
  const std::unique_ptr<int> taken = *std::move(owned);
  EXPECT_EQ(*taken, 7);
}

TEST(Result, OfAnErrorLikeTypeStillKnowsWhichItHolds) {
  const Result<std::string> text = std::string("torn");
  EXPECT_TRUE(text);
  const Result<bool> no = false;
  EXPECT_TRUE(static_cast<bool>(no));
  EXPECT_FALSE(*no);
}

TEST(Reason, HasTenNamesAndNoOtherReason) {
  std::set<std::string_view> names;
  for (int i = 0; i < 10; ++i) names.insert(name_of(static_cast<Reason>(i)));
  EXPECT_EQ(names, (std::set<std::string_view>{
                       "bad_input", "out_of_range", "missing_data", "stale_data", "no_solution",
                       "not_converged", "not_supported", "refused", "unreachable", "corrupt"}));
  EXPECT_EQ(name_of(Reason::stale_data), "stale_data");
  EXPECT_EQ(name_of(Reason::not_supported), "not_supported");
  EXPECT_THROW((void)name_of(static_cast<Reason>(10)), ContractBroken);
}

}  // namespace levee

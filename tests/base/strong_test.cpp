// tests/base/strong_test.cpp — a number keeps its kind and does only what its kind may.
#include "levee/base/strong.h"

#include <cmath>
#include <compare>
#include <limits>
#include <type_traits>

#include <gtest/gtest.h>

namespace levee {
namespace {

struct AppleTag {
  static constexpr bool adds = true;
};
struct PearTag {
  static constexpr bool adds = true;
};
struct PlaceTag {
  static constexpr bool adds = false;
};
using Apples = Strong<AppleTag, double>;
using Pears = Strong<PearTag, double>;
using Place = Strong<PlaceTag, int>;

template <class A, class B>
concept Added = requires(A a, B b) { a + b; };
template <class A, class B>
concept Subtracted = requires(A a, B b) { a - b; };
template <class A>
concept Negated = requires(A a) { -a; };
template <class A, class B>
concept Compared = requires(A a, B b) { a < b; };

}  // namespace

TEST(Strong, CostsNothingAndStartsAtZero) {
  static_assert(sizeof(Apples) == sizeof(double) && sizeof(Place) == sizeof(int));
  static_assert(std::is_trivially_copyable_v<Apples>);
  static_assert(Apples{}.value() == 0 && Place{}.value() == 0);
}

TEST(Strong, ConvertsToNothingAndFromNothing) {
  static_assert(!std::is_convertible_v<double, Apples> && !std::is_convertible_v<Apples, double>);
  static_assert(!std::is_convertible_v<Apples, Pears> && !std::is_constructible_v<Apples, Pears>);
  static_assert(std::is_constructible_v<Apples, double>);
}

TEST(Strong, AddsOnlyToItsOwnKindAndOnlyIfTheKindAdds) {
  static_assert(Added<Apples, Apples> && Subtracted<Apples, Apples> && Negated<Apples>);
  static_assert(!Added<Apples, Pears> && !Added<Apples, double> && !Subtracted<Pears, Apples>);
  static_assert(!Added<Place, Place> && !Subtracted<Place, Place> && !Negated<Place>);
  EXPECT_EQ(Apples{2.5} + Apples{4}, Apples{6.5});
  EXPECT_EQ(Apples{2.5} - Apples{4}, Apples{-1.5});
  EXPECT_EQ(-Apples{2.5}, Apples{-2.5});
}

TEST(Strong, ComparesWithItsOwnKindOnly) {
  static_assert(Compared<Place, Place> && !Compared<Apples, Pears> && !Compared<Apples, double>);
  EXPECT_LT(Place{-3}, Place{2});
  EXPECT_GE(Apples{2}, Apples{2});
  EXPECT_NE(Apples{2}, Apples{3});
}

TEST(Strong, NotANumberComparesWithNothing) {
  const Apples none{std::numeric_limits<double>::quiet_NaN()};
  EXPECT_FALSE(none < Apples{1});
  EXPECT_FALSE(none >= Apples{1});
  EXPECT_FALSE(none == none);
  EXPECT_TRUE((none <=> Apples{1}) == std::partial_ordering::unordered);
}

}  // namespace levee

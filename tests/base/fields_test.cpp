// tests/base/fields_test.cpp — a struct names its fields once, in order, to be read or changed.
#include "levee/base/fields.h"

#include "levee/base/explain.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace levee {
namespace {

using testing::ElementsAre;

struct Boat {
  double length = 7;
  std::string name = "Ada";
  int unlisted = 1;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("length", self.length, "bow to stern, metres");
    visit("name", self.name, "painted on it");
  }
};

struct Rock {
  double weight = 1;
};

std::vector<std::string> names_in(const auto& described) {
  std::vector<std::string> names;
  for_fields(described, [&](std::string_view name, const auto&, std::string_view) {
    names.emplace_back(name);
  });
  return names;
}

}  // namespace

TEST(Fields, AreVisitedOnceEachInTheOrderWritten) {
  EXPECT_THAT(names_in(Boat{}), ElementsAre("length", "name"));
  EXPECT_THAT(names_in(Explain{}),
              ElementsAre("name", "value", "unit", "formula", "source", "inputs"));
}

TEST(Fields, ComeWithWhatTheyAreAbout) {
  std::vector<std::string> about;
  const Boat boat;
  for_fields(boat, [&](std::string_view, const auto&, std::string_view words) {
    about.emplace_back(words);
  });
  EXPECT_THAT(about, ElementsAre("bow to stern, metres", "painted on it"));
}

TEST(Fields, OfAChangeableStructCanBeChanged) {
  Boat boat;
  for_fields(boat, [](std::string_view, auto& field, std::string_view) {
    if constexpr (std::is_same_v<std::remove_reference_t<decltype(field)>, double>) field = 12;
  });
  EXPECT_EQ(boat.length, 12);
  EXPECT_EQ(boat.name, "Ada");
}

TEST(Fields, OfAConstantStructAreConstant) {
  const Boat boat;
  for_fields(boat, [](std::string_view, auto& field, std::string_view) {
    static_assert(std::is_const_v<std::remove_reference_t<decltype(field)>>);
  });
}

TEST(Described, IsWhatListsItsFieldsAndNothingElse) {
  static_assert(Described<Boat> && Described<const Boat> && Described<const Explain>);
  static_assert(!Described<Rock> && !Described<double> && !Described<std::string>);
}

}  // namespace levee

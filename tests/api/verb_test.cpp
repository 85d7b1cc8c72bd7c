// tests/api/verb_test.cpp — what was given becomes an ask, or the reason why it cannot.
#include "levee/api/verb.h"

#include <algorithm>

#include <gmock/gmock.h>

namespace levee::api {
namespace {

using testing::HasSubstr;
using testing::Not;

struct TeaAsk {
  std::string leaf = "assam";
  double minutes = 3.5;
  int cups = 2;
  std::optional<double> sugar_grams;
  std::optional<std::string> guest;
  bool milk = false;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("leaf", self.leaf, "what is brewed");
    visit("minutes", self.minutes, "how long it draws");
    visit("cups", self.cups, "how many");
    visit("sugar_grams", self.sugar_grams, "per cup");
    visit("guest", self.guest, "who it is for");
    visit("milk", self.milk, "whether milk goes in");
  }
};

struct GuestsAsk {
  std::vector<std::string> guests;
  int cups = 2;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("guests", self.guests, "who comes");
    visit("cups", self.cups, "how many");
  }
};

Result<TeaAsk> asked(const std::vector<Given>& given) { return ask_from<TeaAsk>(given); }

std::string refusal(const std::vector<Given>& given) {
  const auto ask = asked(given);
  EXPECT_FALSE(ask);
  if (ask) return {};
  EXPECT_EQ(ask.error().reason, Reason::bad_input);
  return ask.error().message;
}

}  // namespace

TEST(FieldsOf, ListsEveryFieldWithItsPresetInOrder) {
  const auto fields = fields_of<TeaAsk>();
  std::vector<std::string> told;
  for (const Field& field : fields) {
    told.push_back(field.name + "|" + field.about + "|" + field.preset +
                   (field.is_switch ? "|switch" : ""));
  }
  EXPECT_THAT(
      told, testing::ElementsAre("leaf|what is brewed|assam", "minutes|how long it draws|3.5",
                                 "cups|how many|2", "sugar_grams|per cup|", "guest|who it is for|",
                                 "milk|whether milk goes in||switch"));
}

TEST(AskFrom, NothingGivenIsThePresets) {
  const auto ask = asked({});
  ASSERT_TRUE(ask);
  EXPECT_EQ(ask->leaf, "assam");
  EXPECT_EQ(ask->minutes, 3.5);
  EXPECT_EQ(ask->cups, 2);
  EXPECT_FALSE(ask->sugar_grams);
  EXPECT_FALSE(ask->guest);
  EXPECT_FALSE(ask->milk);
}

TEST(AskFrom, ReadsEveryKindOfField) {
  const auto ask = asked({{"leaf", "green tea"},
                          {"minutes", "-2.5e-1"},
                          {"cups", "4"},
                          {"sugar_grams", "0"},
                          {"guest", ""},
                          {"milk", "true"}});
  ASSERT_TRUE(ask);
  EXPECT_EQ(ask->leaf, "green tea");
  EXPECT_EQ(ask->minutes, -0.25);
  EXPECT_EQ(ask->cups, 4);
  EXPECT_EQ(ask->sugar_grams, 0);
  EXPECT_EQ(ask->guest, "");
  EXPECT_TRUE(ask->milk);
}

TEST(AskFrom, AnUnknownFieldIsRefusedWithTheNearestOne) {
  EXPECT_THAT(refusal({{"mintes", "3"}}), HasSubstr("did you mean minutes?"));
  EXPECT_THAT(refusal({{"cup", "3"}}), HasSubstr("did you mean cups?"));
  EXPECT_THAT(refusal({{"suger_gram", "3"}}), HasSubstr("did you mean sugar_grams?"));
  EXPECT_THAT(refusal({{"mintes", "3"}}), HasSubstr("mintes"));
  EXPECT_THAT(refusal({{"biscuits_and_jam", "3"}}), Not(HasSubstr("did you mean")));
}

TEST(AskFrom, AFieldGivenTwiceIsRefusedEvenWithTheSameValue) {
  EXPECT_THAT(refusal({{"cups", "3"}, {"milk", "true"}, {"cups", "3"}}), HasSubstr("cups"));
  EXPECT_THAT(refusal({{"cups", "3"}, {"cups", "4"}}), HasSubstr("twice"));
}

TEST(AskFrom, WhatIsNotANumberIsRefusedByFieldAndValue) {
  for (const std::string value :
       {"", "three", "3 ", " 3", "3,5", "3.5.1", "0x10", "nan", "inf", "-inf", "1e999", "3%"}) {
    const std::string told = refusal({{"minutes", value}});
    EXPECT_THAT(told, HasSubstr("minutes")) << value;
    EXPECT_THAT(told, HasSubstr(value));
    EXPECT_THAT(refusal({{"sugar_grams", value}}), HasSubstr("sugar_grams")) << value;
  }
  for (const std::string value : {"", "2.5", "1e2", "99999999999", "two"}) {
    EXPECT_THAT(refusal({{"cups", value}}), HasSubstr("cups")) << value;
  }
}

TEST(AskFrom, ASwitchIsTrueOrFalseAndNothingBetween) {
  EXPECT_TRUE(asked({{"milk", "true"}})->milk);
  EXPECT_FALSE(asked({{"milk", "false"}})->milk);
  for (const std::string value : {"", "yes", "1", "TRUE"}) {
    EXPECT_THAT(refusal({{"milk", value}}), HasSubstr("milk")) << value;
  }
}

TEST(AskFrom, AListTakesEveryWordItIsGivenInOrder) {
  const auto list = fields_of<GuestsAsk>();
  EXPECT_TRUE(list[0].is_list);
  EXPECT_FALSE(list[0].is_switch);
  EXPECT_FALSE(list[1].is_list);
  const std::vector<Given> given{
      {"guests", "ann"}, {"cups", "3"}, {"guests", "bob"}, {"guests", "ann"}};
  const auto ask = ask_from<GuestsAsk>(given);
  ASSERT_TRUE(ask);
  EXPECT_THAT(ask->guests, testing::ElementsAre("ann", "bob", "ann"));
  EXPECT_EQ(ask->cups, 3);
  EXPECT_TRUE(ask_from<GuestsAsk>(std::vector<Given>{})->guests.empty());
  EXPECT_FALSE(ask_from<GuestsAsk>(std::vector<Given>{{"cups", "3"}, {"cups", "3"}}));
}

TEST(Verbs, StandOnTheShelfInNameOrderAndSayWhatTheyDo) {
  std::vector<std::string_view> names;
  for (const Entry& entry : shelf()) {
    names.push_back(entry.name);
    EXPECT_FALSE(entry.about.empty()) << entry.name;
    EXPECT_FALSE(entry.fields().empty() && entry.name != "signature") << entry.name;
    std::vector<std::string> fields;
    for (const Field& field : entry.fields()) fields.push_back(field.name);
    std::sort(fields.begin(), fields.end());
    EXPECT_EQ(std::adjacent_find(fields.begin(), fields.end()), fields.end()) << entry.name;
  }
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_THAT(names, testing::IsSupersetOf({"plan-hedge", "value-position"}));
}

TEST(Verbs, RefuseAFieldTheyDoNotHave) {
  Silence silence;
  for (const Entry& entry : shelf()) {
    const std::vector<Given> given{{"moon_phase", "full"}};
    const auto reply = entry.run(given, {}, silence);
    ASSERT_FALSE(reply) << entry.name;
    EXPECT_EQ(reply.error().reason, Reason::bad_input) << entry.name;
    EXPECT_THAT(reply.error().message, HasSubstr("moon_phase")) << entry.name;
  }
}

}  // namespace levee::api

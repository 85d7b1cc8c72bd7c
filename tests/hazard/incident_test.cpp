#include "levee/hazard/incident.h"

#include "tests/support/cases.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>

namespace levee::hazard {
namespace {

using test::for_cases;
using test::Gen;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr UnixSeconds june{1'654'041'600};  // 2022-06-01T00:00:00Z

Incident event(const std::string& id, const std::string& protocol, Seconds after = {}) {
  return {.id = id, .protocol = protocol, .exploited = june + after, .disclosed = june + after};
}

Incidents file(std::vector<Incident> used) {
  Incidents one{.source = "a file", .rows = used.size()};
  one.used = std::move(used);
  return one;
}

Merged merged_from(Incident earlier, Incident later) {
  return merged(std::vector{file({std::move(earlier)}), file({std::move(later)})});
}

std::vector<std::string> ids(const std::vector<Incident>& used) {
  std::vector<std::string> all;
  for (const Incident& one : used) all.push_back(one.id);
  return all;
}

std::vector<std::string> said(const std::vector<Conflict>& conflicts) {
  std::vector<std::string> all;
  for (const Conflict& one : conflicts) all.push_back(one.what);
  return all;
}

// Every value has a name of its own that gives it back.
template <class Word>
std::set<std::string_view> names_that_return(std::size_t count,
                                             std::optional<Word> (*named)(std::string_view)) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < count; ++i) {
    const auto word = static_cast<Word>(i);
    EXPECT_EQ(named(name_of(word)), word) << name_of(word);
    names.insert(name_of(word));
  }
  return names;
}

TEST(IncidentWords, GiveBackWhatTheyName) {
  EXPECT_THAT(names_that_return<Sector>(sectors, sector_named), SizeIs(9));
  EXPECT_THAT(names_that_return<Mode>(modes, mode_named), SizeIs(10));
  EXPECT_THAT(names_that_return<Target>(4, target_named), SizeIs(4));
  EXPECT_THAT(names_that_return<Audit>(4, audit_named), SizeIs(4));
}

TEST(IncidentWords, AreThoseOfTheDocument) {
  EXPECT_EQ(name_of(Sector::lending), "lending");
  EXPECT_EQ(name_of(Sector::stablecoin), "stablecoin");
  EXPECT_EQ(name_of(Sector::other), "other");
  EXPECT_EQ(name_of(Mode::code), "code");
  EXPECT_EQ(name_of(Mode::insolvency), "insolvency");
  EXPECT_EQ(name_of(Mode::rug), "rug");
  EXPECT_EQ(name_of(Target::issuer), "issuer");
  EXPECT_EQ(name_of(Audit::stale), "stale");
}

TEST(IncidentWords, OfNoneAreRefused) {
  EXPECT_FALSE(sector_named("Lending"));
  EXPECT_FALSE(sector_named(""));
  EXPECT_FALSE(mode_named("codes"));
  EXPECT_FALSE(target_named("proto"));
  EXPECT_FALSE(audit_named("fresh "));
}

TEST(NameKey, LeavesWhatTellsOneProtocolFromAnother) {
  EXPECT_EQ(name_key("Harvest Finance"), "harvest");
  EXPECT_EQ(name_key("harvest.finance"), "harvest");
  EXPECT_EQ(name_key("AAVE V2"), "aave");
  EXPECT_EQ(name_key("The Poly Network"), "poly");
  EXPECT_EQ(name_key("bZx Protocol"), "bzx");
  EXPECT_EQ(name_key("Saddle-Finance"), "saddle");
}

TEST(NameKey, IsTheWholeNameWhereNothingElseTells) {
  EXPECT_EQ(name_key("The DAO"), "thedao");
  EXPECT_EQ(name_key("Defi Protocol"), "defiprotocol");
  EXPECT_EQ(name_key(""), "");
  EXPECT_EQ(name_key(" . "), "");
}

TEST(NameKey, DropsWordsAndNotPartsOfThem) {
  EXPECT_EQ(name_key("Daosquare"), "daosquare");
  EXPECT_EQ(name_key("Thefty"), "thefty");
  EXPECT_EQ(name_key("PancakeSwap"), "pancakeswap");
}

TEST(SameName, IsOneKeyOrItsBeginning) {
  EXPECT_TRUE(is_same_name("Harvest Finance", "harvest"));
  EXPECT_TRUE(is_same_name("Cream", "Cream Lending"));
  EXPECT_TRUE(is_same_name("Cream Lending", "Cream"));
  EXPECT_FALSE(is_same_name("Compound", "Component"));
  EXPECT_FALSE(is_same_name("Pickle", "Big Pickle"));
}

TEST(SameName, OfThreeLettersIsNoBeginning) {
  EXPECT_TRUE(is_same_name("bZx", "BZX"));
  EXPECT_FALSE(is_same_name("bZx", "bzxdao"));
  EXPECT_FALSE(is_same_name("Ape", "Apecoin"));
  EXPECT_TRUE(is_same_name("Apes", "Apescoin"));
}

TEST(SameName, IsNoneWithoutLetters) {
  EXPECT_FALSE(is_same_name("", ""));
  EXPECT_FALSE(is_same_name("", "Harvest"));
  EXPECT_FALSE(is_same_name("...", "---"));
}

TEST(Merged, TakesAnEventOfTwoFilesOnce) {
  const auto all = merged_from(event("a", "Harvest Finance"), event("b", "harvest", days(2)));
  EXPECT_THAT(ids(all.used), ElementsAre("a"));
  ASSERT_THAT(all.duplicates, SizeIs(1));
  EXPECT_EQ(all.duplicates[0].place, "b");
  EXPECT_EQ(all.duplicates[0].protocol, "harvest");
  EXPECT_EQ(all.duplicates[0].why, "is a");
}

TEST(Merged, HoldsOtherNamesApart) {
  EXPECT_THAT(merged_from(event("a", "Harvest"), event("b", "Pickle")).used, SizeIs(2));
}

TEST(Merged, LooksNoFurtherThanFiveDays) {
  const auto count = [](Seconds apart) {
    return merged_from(event("a", "Harvest", days(9)), event("b", "Harvest", days(9) + apart))
        .used.size();
  };
  EXPECT_EQ(count(days(5)), 1U);
  EXPECT_EQ(count(days(5) + Seconds{1}), 2U);
  EXPECT_EQ(count(-days(5)), 1U);
  EXPECT_EQ(count(-days(5) - Seconds{1}), 2U);
}

TEST(Merged, KnowsAnEventByTheDayItWasDisclosed) {
  Incident unseen = event("a", "Ronin"), dated_by_that = event("b", "Ronin", days(30));
  unseen.disclosed = june + days(30);
  EXPECT_THAT(merged_from(unseen, dated_by_that).used, SizeIs(1));
  dated_by_that.disclosed = june + days(60);  // In full, by then.
  EXPECT_THAT(merged_from(unseen, dated_by_that).used, SizeIs(1));
  EXPECT_THAT(merged_from(dated_by_that, unseen).used, SizeIs(1));
  EXPECT_THAT(merged_from(unseen, event("b", "Ronin", days(15))).used, SizeIs(2));
}

TEST(Merged, NeverTakesTwoRowsOfOneFileForOneEvent) {
  EXPECT_THAT(merged(std::vector{file({event("a", "Thor"), event("b", "Thor")})}).used, SizeIs(2));
  const auto all = merged(std::vector{file({event("a", "Thor")}),
                                      file({event("b", "Thor"), event("c", "Thor", days(1))})});
  EXPECT_THAT(ids(all.used), ElementsAre("a", "c"));
  EXPECT_THAT(all.duplicates, SizeIs(1));
}

TEST(Merged, TakesTheNearestOfTwoEvents) {
  const auto first = file({event("a", "Thor"), event("b", "Thor", days(4))});
  const auto near_b = merged(std::vector{first, file({event("c", "Thor", days(3))})});
  EXPECT_EQ(near_b.duplicates.at(0).why, "is b");
  const auto near_a = merged(std::vector{first, file({event("c", "Thor", days(1))})});
  EXPECT_EQ(near_a.duplicates.at(0).why, "is a");
}

TEST(Merged, TellsTwoEventsOfOneDayByTheirLosses) {
  Incident small = event("small", "Thor"), large = event("large", "Thor"),
           row = event("row", "Thor");
  small.loss = Usd{1e6};
  large.loss = Usd{1e8};
  row.loss = Usd{9e7};
  const auto all = merged(std::vector{file({small, large}), file({row})});
  EXPECT_EQ(all.duplicates.at(0).why, "is large");
}

TEST(Merged, BelievesTheEarlierFile) {
  Incident earlier = event("a", "Harvest"), later = event("b", "Harvest Finance");
  earlier.sector = Sector::yield, later.sector = Sector::dex;
  earlier.mode = Mode::oracle, later.mode = Mode::code;
  earlier.audit = Audit::fresh, later.audit = Audit::none;
  earlier.loss = Usd{30}, later.loss = Usd{31};
  earlier.recovered = Usd{3}, later.recovered = Usd{4};
  earlier.refilled = Usd{5}, later.refilled = Usd{6};
  earlier.value_before = Usd{90}, later.value_before = Usd{80};
  earlier.token = "FARM", later.token = "HARV";
  earlier.universe_id = "1", later.universe_id = "2";
  const Incident one = merged_from(earlier, later).used.at(0);
  EXPECT_EQ(one.protocol, "Harvest");
  EXPECT_EQ(one.sector, Sector::yield);
  EXPECT_EQ(one.mode, Mode::oracle);
  EXPECT_EQ(one.audit, Audit::fresh);
  EXPECT_EQ(one.loss, Usd{30});
  EXPECT_EQ(one.recovered, Usd{3});
  EXPECT_EQ(one.refilled, Usd{5});
  EXPECT_EQ(one.value_before, Usd{90});
  EXPECT_EQ(one.token, "FARM");
  EXPECT_EQ(one.universe_id, "1");
}

TEST(Merged, FillsWhatTheEarlierFileDoesNotSay) {
  Incident later = event("b", "Harvest", days(1));
  later.sector = Sector::yield;
  later.mode = Mode::oracle;
  later.audit = Audit::fresh;
  later.loss = Usd{30};
  later.recovered = Usd{3};
  later.refilled = Usd{5};
  later.value_before = Usd{90};
  later.token = "FARM";
  later.universe_id = "2";
  const auto all = merged_from(event("a", "Harvest"), later);
  const Incident one = all.used.at(0);
  EXPECT_EQ(one.exploited, june);
  EXPECT_EQ(one.sector, Sector::yield);
  EXPECT_EQ(one.mode, Mode::oracle);
  EXPECT_EQ(one.audit, Audit::fresh);
  EXPECT_EQ(one.loss, Usd{30});
  EXPECT_EQ(one.recovered, Usd{3});
  EXPECT_EQ(one.refilled, Usd{5});
  EXPECT_EQ(one.value_before, Usd{90});
  EXPECT_EQ(one.token, "FARM");
  EXPECT_EQ(one.universe_id, "2");
  EXPECT_THAT(all.conflicts, IsEmpty()) << "silence contradicts nothing";
}

TEST(Merged, NeverHasMoreBackThanWasLost) {
  Incident loses = event("a", "Harvest"), returns = event("b", "Harvest");
  loses.loss = Usd{30};
  returns.recovered = Usd{31};
  EXPECT_FALSE(merged_from(loses, returns).used.at(0).recovered);
  EXPECT_FALSE(merged_from(returns, loses).used.at(0).loss);
  returns.recovered = Usd{30};
  EXPECT_EQ(merged_from(loses, returns).used.at(0).recovered, Usd{30});
  EXPECT_EQ(merged_from(returns, loses).used.at(0).loss, Usd{30});
}

TEST(Merged, ListsDaysMoreThanOneApart) {
  const auto conflicts = [](Seconds apart) {
    return merged_from(event("a", "Harvest", days(7)), event("b", "harvest", days(7) + apart))
        .conflicts;
  };
  EXPECT_THAT(conflicts(days(1)), IsEmpty());
  EXPECT_THAT(conflicts(-days(1)), IsEmpty());
  EXPECT_THAT(conflicts(-days(1) - Seconds{1}), SizeIs(1));
  const auto two = conflicts(days(2));
  ASSERT_THAT(two, SizeIs(1));
  EXPECT_EQ(two[0].protocol, "Harvest");
  EXPECT_EQ(two[0].one, "a");
  EXPECT_EQ(two[0].other, "b");
  EXPECT_EQ(two[0].what, "exploited 2022-06-08T00:00:00Z against 2022-06-10T00:00:00Z");
}

std::vector<std::string> said_of_losses(double one, double other) {
  Incident earlier = event("a", "Harvest"), later = event("b", "Harvest");
  earlier.loss = Usd{one}, later.loss = Usd{other};
  return said(merged_from(earlier, later).conflicts);
}

TEST(Merged, ListsLossesMoreThanAQuarterApart) {
  EXPECT_THAT(said_of_losses(4e6, 5e6), IsEmpty());
  EXPECT_THAT(said_of_losses(5e6, 4e6), IsEmpty());
  EXPECT_THAT(said_of_losses(4e6, 5'000'001), ElementsAre("loss 4000000 against 5000001 USD"));
  EXPECT_THAT(said_of_losses(5'000'001, 4e6), ElementsAre("loss 5000001 against 4000000 USD"));
  EXPECT_THAT(said_of_losses(0, 0), IsEmpty());
}

TEST(Merged, ListsSectorsThatDiffer) {
  const auto conflicts = [](Sector one, Sector other) {
    Incident earlier = event("a", "Harvest"), later = event("b", "Harvest");
    earlier.sector = one, later.sector = other;
    return said(merged_from(earlier, later).conflicts);
  };
  EXPECT_THAT(conflicts(Sector::dex, Sector::lending), ElementsAre("sector dex against lending"));
  EXPECT_THAT(conflicts(Sector::dex, Sector::dex), IsEmpty());
  EXPECT_THAT(conflicts(Sector::other, Sector::dex), IsEmpty());
  EXPECT_THAT(conflicts(Sector::dex, Sector::other), IsEmpty());
}

TEST(Merged, StandsByDisclosure) {
  Incident late = event("late", "Ronin");
  late.disclosed = june + days(40);
  const auto all = merged(std::vector{file({late, event("mid", "Aave", days(20))}),
                                      file({event("first", "Pickle", days(10))})});
  EXPECT_THAT(ids(all.used), ElementsAre("first", "mid", "late"));
}

TEST(Merged, TakesThreeFilesInTheirOrder) {
  Incident second = event("b", "Harvest"), third = event("c", "Harvest");
  second.loss = Usd{20}, third.loss = Usd{21};
  third.refilled = Usd{2};
  const auto all =
      merged(std::vector{file({event("a", "Harvest")}), file({second, event("x", "Pickle")}),
                         file({third, event("y", "pickle")})});
  EXPECT_THAT(ids(all.used), ElementsAre("a", "x"));
  EXPECT_EQ(all.used[0].loss, Usd{20});
  EXPECT_EQ(all.used[0].refilled, Usd{2});
  EXPECT_THAT(all.duplicates, SizeIs(3));
}

TEST(Merged, OfNothingIsNothing) {
  EXPECT_THAT(merged({}).used, IsEmpty());
  EXPECT_THAT(merged(std::vector{file({}), file({})}).used, IsEmpty());
}

std::vector<Incidents> files_of(Gen& gen) {
  std::vector<Incidents> files(gen.size(1, 4));
  for (std::size_t f = 0; f < files.size(); ++f) {
    for (std::size_t i = gen.size(0, 6); i > 0; --i) {
      Incident one = event(std::to_string(f) + "." + std::to_string(i),
                           gen.pick<const char*>({"Harvest", "harvest finance", "Pickle", "BZX"}),
                           days(gen.integer(0, 20)));
      one.disclosed = one.exploited + days(gen.integer(0, 8));
      if (gen.coin()) one.loss = Usd{gen.scale(1, 100)};
      if (gen.coin()) one.recovered = Usd{gen.real(0, one.loss.value_or(Usd{100}).value())};
      files[f].used.push_back(one);
    }
    files[f].rows = files[f].used.size();
  }
  return files;
}

TEST(MergedLaw, LosesNoRowAndTakesNoneTwice) {
  for_cases(1000, [](Gen& gen) {
    const auto files = files_of(gen);
    const auto all = merged(files);
    std::multiset<std::string> given, kept;
    for (const auto& one : files) {
      for (const auto& row : one.used) given.insert(row.id);
    }
    for (const auto& row : all.used) kept.insert(row.id);
    for (const auto& row : all.duplicates) kept.insert(row.place);
    EXPECT_EQ(given, kept);
    EXPECT_TRUE(std::ranges::is_sorted(all.used, {}, &Incident::disclosed));
    for (const auto& row : all.used) {
      if (row.loss && row.recovered) {
        EXPECT_LE(*row.recovered, *row.loss);
      }
    }
  });
}

TEST(MergedLaw, KeepsEveryEventOfTheFirstFile) {
  for_cases(500, [](Gen& gen) {
    const auto files = files_of(gen);
    const auto kept = ids(merged(files).used);
    for (const auto& row : files[0].used) EXPECT_THAT(kept, ::testing::Contains(row.id));
  });
}

TEST(MergedLaw, OfAFileWithItselfIsThatFile) {
  for_cases(300, [](Gen& gen) {
    auto one = files_of(gen)[0];
    // Apart in time: which of two equal rows is which does not matter then.
    for (std::size_t i = 0; i < one.used.size(); ++i) {
      one.used[i].exploited = one.used[i].disclosed = june + days(static_cast<int>(i) * 11);
    }
    const auto all = merged(std::vector{one, one});
    EXPECT_EQ(ids(all.used), ids(one.used));
    EXPECT_EQ(all.duplicates.size(), one.used.size());
    EXPECT_THAT(all.conflicts, IsEmpty());
  });
}

}  // namespace
}  // namespace levee::hazard

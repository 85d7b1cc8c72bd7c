#include "levee/hazard/universe.h"

#include "tests/support/cases.h"

#include <cmath>
#include <numeric>

#include <gmock/gmock.h>

namespace levee::hazard {
namespace {

using test::for_cases;
using test::Gen;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr UnixSeconds start{1'577'836'800};  // 2020-01-01T00:00:00Z
constexpr Seconds year = days(365);

UnixSeconds at(double years_later) {
  return start + Seconds{static_cast<std::int64_t>(
                     std::llround(years_later * static_cast<double>(year.value())))};
}

Protocol protocol(const std::string& id, const std::string& name, UnixSeconds listed = start,
                  Sector sector = Sector::lending) {
  return {.id = id, .name = name, .sector = sector, .listed = listed, .listing_known = true};
}

Incident event(const std::string& of, UnixSeconds when) {
  return {.id = of + " fails",
          .protocol = of,
          .exploited = when,
          .disclosed = when,
          .mode = Mode::code};
}

Universe of_protocols(std::vector<Protocol> protocols) {
  Universe all{.source = "universe.csv"};
  all.protocols = std::move(protocols);
  return all;
}

std::vector<double> years_of(const Exposure& exposure) {
  std::vector<double> all;
  for (const Exposed& one : exposure.exposed) all.push_back(one.years);
  return all;
}

std::vector<double> events_of(const Exposure& exposure) {
  std::vector<double> all;
  for (const Exposed& one : exposure.exposed) all.push_back(one.events);
  return all;
}

std::string why_left_out(const Incident& incident, const Window& window) {
  const Universe universe = of_protocols({protocol("7", "Aave", at(1))});
  const auto exposure = exposure_of(universe, std::span(&incident, 1), window);
  EXPECT_EQ(exposure->left_out.size() + exposure->counted.size(), 1U);
  return exposure->left_out.empty() ? "counted" : exposure->left_out[0].why;
}

std::size_t lending() { return static_cast<std::size_t>(Sector::lending); }

std::vector<double> stretches(double listed, double from, double until) {
  const Universe one = of_protocols({protocol("7", "Aave", at(listed))});
  return years_of(*exposure_of(one, {}, {at(from), at(until)}));
}

TEST(Exposure, IsCutAtOneTwoAndFourYearsOfAge) {
  EXPECT_THAT(stretches(0, 0.5, 1.25), ElementsAre(0.5, 0.25));
  EXPECT_THAT(stretches(0, 1.25, 2.25), ElementsAre(0.75, 0.25));
  EXPECT_THAT(stretches(0, 2.5, 3.5), ElementsAre(1)) << "and not at three";
  EXPECT_THAT(stretches(0, 3.5, 4.5), ElementsAre(0.5, 0.5));
  EXPECT_THAT(stretches(0, 4.5, 5.5), ElementsAre(1)) << "older than every cut";
}

TEST(Exposure, IsCutAtWholeYearsBeforeTheWindowEnds) {
  EXPECT_THAT(stretches(-9, 0, 2.5), ElementsAre(0.5, 1, 1));
  EXPECT_THAT(stretches(-9, 0, 2), ElementsAre(1, 1)) << "no empty stretch at the window's start";
  EXPECT_THAT(stretches(0, 0, 1.5), ElementsAre(0.5, 0.5, 0.5)) << "and at an age";
}

TEST(Exposure, LiesWithinTheWindow) {
  EXPECT_THAT(stretches(0, 1, 2), ElementsAre(1)) << "no empty stretch at a cut";
  EXPECT_THAT(stretches(0.75, 0, 2), ElementsAre(0.25, 0.75, 0.25)) << "listed inside";
  EXPECT_THAT(stretches(1.5, 0, 2), ElementsAre(0.5)) << "listed late";
}

TEST(Exposure, IsOneColumnOfCovariatesAStretch) {
  const Universe two = of_protocols({protocol("7", "Aave"), protocol("8", "Curve", at(2))});
  const auto exposure = exposure_of(two, {}, {at(0), at(3)});
  EXPECT_THAT(exposure->of, ElementsAre(0, 0, 0, 1));
  EXPECT_EQ(exposure->exposed.size(), 4U);
  EXPECT_EQ(exposure->x.rows(), covariates.size());
  EXPECT_EQ(exposure->x.columns(), 4U);
}

TEST(Exposure, LeavesOutProtocolsListedAfterTheWindow) {
  const Universe two = of_protocols({protocol("1", "Late", at(3)), protocol("2", "Early", at(0))});
  const auto exposure = exposure_of(two, {}, {at(0), at(1)});
  EXPECT_THAT(exposure->of, ElementsAre(1));
  const Universe edge = of_protocols({protocol("1", "Late", at(1)), protocol("2", "Early")});
  EXPECT_THAT(exposure_of(edge, {}, {at(0), at(1)})->of, ElementsAre(1)) << "at its very end";
}

TEST(Exposure, OfAnUnknownListingIsTheWholeWindow) {
  Protocol one = protocol("7", "Aave", at(1));
  one.listing_known = false;
  const auto exposure = exposure_of(of_protocols({one}), {}, {at(1), at(3)});
  EXPECT_THAT(years_of(*exposure), ElementsAre(1, 1));
}

TEST(Exposure, SumsYearsAndEventsBySector) {
  const Universe three =
      of_protocols({protocol("1", "Aave"), protocol("2", "Curve", at(1), Sector::dex),
                    protocol("3", "Spark", at(1.5))});
  const std::vector incidents{event("Curve", at(1.5)), event("Curve", at(1.75)),
                              event("Spark", at(1.75))};
  const auto exposure = exposure_of(three, incidents, {at(0), at(2)});
  EXPECT_DOUBLE_EQ(exposure->years.at(lending()), 2.5);
  EXPECT_DOUBLE_EQ(exposure->years.at(static_cast<std::size_t>(Sector::dex)), 1);
  EXPECT_EQ(exposure->events.at(lending()), 1);
  EXPECT_EQ(exposure->events.at(static_cast<std::size_t>(Sector::dex)), 2);
  EXPECT_THAT(exposure->of, ElementsAre(0, 0, 1, 2));
  EXPECT_THAT(events_of(*exposure), ElementsAre(0, 0, 2, 1));
  EXPECT_EQ(exposure->exposed.at(2).sector, static_cast<std::size_t>(Sector::dex));
}

TEST(Exposure, CountsAnEventInTheStretchThatItFellIn) {
  const Universe one = of_protocols({protocol("7", "Aave")});
  const auto counts = [&](UnixSeconds when) {
    const Incident incident = event("Aave", when);
    return events_of(*exposure_of(one, std::span(&incident, 1), {at(0), at(6)}));
  };
  EXPECT_THAT(counts(at(0)), ElementsAre(1, 0, 0, 0, 0, 0)) << "the first second";
  EXPECT_THAT(counts(at(1) - Seconds{1}), ElementsAre(1, 0, 0, 0, 0, 0));
  EXPECT_THAT(counts(at(1)), ElementsAre(0, 1, 0, 0, 0, 0)) << "a cut begins the next";
  EXPECT_THAT(counts(at(2) - Seconds{1}), ElementsAre(0, 1, 0, 0, 0, 0));
  EXPECT_THAT(counts(at(2)), ElementsAre(0, 0, 1, 0, 0, 0));
  EXPECT_THAT(counts(at(4)), ElementsAre(0, 0, 0, 0, 1, 0));
  EXPECT_THAT(counts(at(6) - Seconds{1}), ElementsAre(0, 0, 0, 0, 0, 1)) << "the last second";
}

TEST(Exposure, SaysWhyAnIncidentIsLeftOut) {
  const Window window{at(0.5), at(3)};
  EXPECT_EQ(why_left_out(event("Aave", at(2)), window), "counted");
  EXPECT_EQ(why_left_out(event("Aave", at(0.5) - Seconds{1}), window), "before the window");
  EXPECT_EQ(why_left_out(event("Aave", at(3)), window), "after the window");
  EXPECT_EQ(why_left_out(event("Aave", at(3) - Seconds{1}), window), "counted");
  EXPECT_EQ(why_left_out(event("Curve", at(2)), window), "no protocol of the universe");
  EXPECT_EQ(why_left_out(event("Aave", at(0.5)), window), "before the protocol was listed");
  EXPECT_EQ(why_left_out(event("Aave", at(1) - Seconds{1}), window),
            "before the protocol was listed");
  EXPECT_EQ(why_left_out(event("Aave", at(1)), window), "counted");
  Incident rug = event("Aave", at(2));
  rug.mode = Mode::rug;
  EXPECT_EQ(why_left_out(rug, window), "a rug pull");
}

TEST(Exposure, NamesWhatItLeavesOut) {
  const std::vector incidents{event("Curve", at(1)), event("Aave", at(1))};
  const Universe one = of_protocols({protocol("7", "Aave")});
  const auto exposure = exposure_of(one, incidents, {at(0), at(2)});
  ASSERT_THAT(exposure->left_out, SizeIs(1));
  EXPECT_EQ(exposure->left_out[0].place, "Curve fails");
  EXPECT_EQ(exposure->left_out[0].protocol, "Curve");
  EXPECT_THAT(exposure->counted, ElementsAre(&incidents[1]));
}

TEST(Exposure, DoesNotCountWhatBefellAProtocolListedAfterTheWindow) {
  const Universe two = of_protocols({protocol("1", "Late", at(5)), protocol("2", "Early")});
  const std::vector incidents{event("Late", at(0.5))};
  const auto exposure = exposure_of(two, incidents, {at(0), at(1)});
  EXPECT_THAT(exposure->counted, IsEmpty());
  EXPECT_EQ(exposure->left_out.at(0).why, "before the protocol was listed");
  EXPECT_THAT(events_of(*exposure), ElementsAre(0));
}

TEST(Exposure, NeedsAProtocolInItsWindow) {
  const auto failure = [](const Universe& universe, const Window& window) {
    const auto exposure = exposure_of(universe, {}, window);
    EXPECT_FALSE(exposure);
    return exposure ? Error{} : exposure.error();
  };
  const Universe one = of_protocols({protocol("7", "Aave", at(2))});
  const Error early = failure(one, {at(0), at(1)});
  EXPECT_EQ(early.reason, Reason::missing_data);
  EXPECT_THAT(early.message, HasSubstr("universe.csv: no protocol is exposed from "
                                       "2020-01-01T00:00:00Z to 2020-12-31T00:00:00Z"));
  EXPECT_EQ(failure(of_protocols({}), {at(0), at(1)}).reason, Reason::missing_data);
  EXPECT_EQ(failure(one, {at(3), at(3)}).reason, Reason::missing_data) << "an empty window";
  EXPECT_EQ(failure(one, {at(4), at(3)}).reason, Reason::missing_data) << "a turned one";
}

TEST(ProtocolIndex, FindsByIdBeforeName) {
  const Universe two = of_protocols({protocol("1", "Aave"), protocol("2", "Curve")});
  const ProtocolIndex index(two);
  Incident incident = event("Aave", start);
  EXPECT_EQ(index.find(incident), 0U);
  incident.universe_id = "2";
  EXPECT_EQ(index.find(incident), 1U);
  incident.universe_id = "3";
  EXPECT_EQ(index.find(incident), 0U) << "an id of nobody leaves the name";
  EXPECT_EQ(index.find(event("Sushi", start)), std::nullopt);
}

TEST(ProtocolIndex, FindsTheFirstOfOneName) {
  const Universe two = of_protocols({protocol("1", "AAVE V2"), protocol("2", "AAVE V3")});
  EXPECT_EQ(ProtocolIndex(two).find(event("Aave", start)), 0U);
}

TEST(ProtocolIndex, TakesSilenceForNoName) {
  const Universe two = of_protocols({protocol("", "Aave"), protocol("2", "---")});
  const ProtocolIndex index(two);
  EXPECT_EQ(index.find(event("Curve", start)), std::nullopt) << "no id is not an empty id";
  EXPECT_EQ(index.find(event("...", start)), std::nullopt) << "two names without a letter";
}

TEST(Covariates, StandInTheirOrder) {
  const auto but_the_year = [](const Protocol& one, UnixSeconds when) {
    const auto all = covariates_at(one, when);
    EXPECT_EQ(all.size(), 11U);
    EXPECT_THAT(std::vector(all.begin() + 7, all.end()), ElementsAre(0, 0, 0, 0));
    return std::vector(all.begin(), all.begin() + 6);
  };
  Protocol one = protocol("7", "Aave");
  EXPECT_THAT(but_the_year(one, at(1)), ElementsAre(0, 0, 0, 0, 0, 0));
  one.chains = 5;
  one.has_token = true;
  one.audited = 0.5;
  EXPECT_THAT(but_the_year(one, at(1)), ElementsAre(std::log(5), 1, 0.5, 0, 0, 0));
  one = protocol("7", "Aave");
  one.is_fork = true;
  EXPECT_THAT(but_the_year(one, at(1)), ElementsAre(0, 0, 0, 1, 0, 0));
  one.is_fork = false;
  one.has_oracle = true;
  EXPECT_THAT(but_the_year(one, at(3)), ElementsAre(0, 0, 0, 0, 1, std::log(3)));
}

TEST(Covariates, OfWhatALongerListTells) {
  Protocol one = protocol("7", "Aave");
  one.value_usd = Usd{1e9};
  one.is_upgradeable = true;
  one.largest_depositors = Share{0.3};
  const auto x = covariates_at(one, at(1));
  EXPECT_THAT(std::vector(x.begin() + 7, x.end()), ElementsAre(2, 0, 1, 0.3));
}

TEST(Covariates, AnAuditComesAndGoesStale) {
  Protocol one = protocol("7", "Aave");
  one.audited = 1;
  one.audited_at = at(1);
  const auto told = [&](UnixSeconds when) {
    const auto x = covariates_at(one, when);
    return std::vector<double>{x[2], x[8]};
  };
  EXPECT_THAT(told(at(1) - Seconds{1}), ElementsAre(0, 0));
  EXPECT_THAT(told(at(1)), ElementsAre(1, 0));
  EXPECT_THAT(told(at(1) + audit_stale_after - Seconds{1}), ElementsAre(1, 0));
  EXPECT_THAT(told(at(1) + audit_stale_after), ElementsAre(1, 1));
  // Stretches are cut where it does, so that each is one or the other.
  const auto exposure = exposure_of(of_protocols({one}), {}, {at(0.5), at(2.5)});
  double fresh = 0;
  for (std::size_t i = 0; i < exposure->x.columns(); ++i) {
    if (exposure->x.row(2)[i] == 1 && exposure->x.row(8)[i] == 0) {
      fresh += exposure->exposed[i].years;
    }
  }
  EXPECT_NEAR(fresh, years(audit_stale_after).value(), 1e-9);
}

TEST(Covariates, CountYearsOfTheCalendar) {
  const auto year_at = [](const char* when) {
    return covariates_at(protocol("7", "Aave"), *moment_from(when))[6];
  };
  EXPECT_DOUBLE_EQ(year_at("2023-01-01") - year_at("2022-01-01"), 1);
  EXPECT_DOUBLE_EQ(year_at("2022-01-01") - year_at("2021-01-01"), 1);
  EXPECT_LT(std::abs(year_at("2022-06-01")), 3) << "of order one about zero";
}

TEST(Covariates, OfTheVeryYoungAreFinite) {
  const Protocol one = protocol("7", "Aave", at(1));
  EXPECT_DOUBLE_EQ(covariates_at(one, at(1))[5], std::log(1.0 / 12));
  EXPECT_DOUBLE_EQ(covariates_at(one, at(0))[5], std::log(1.0 / 12));
}

TEST(Covariates, OfAStretchAreThoseOfItsMiddle) {
  const Protocol one = protocol("7", "Aave");
  const auto exposure = exposure_of(of_protocols({one}), {}, {at(0), at(6)});
  ASSERT_EQ(exposure->x.columns(), 6U);
  for (std::size_t i = 0; i < 6; ++i) {
    const auto want = covariates_at(one, at(0.5 + static_cast<double>(i)));
    for (std::size_t c = 0; c < want.size(); ++c) {
      EXPECT_DOUBLE_EQ(exposure->x.row(c)[i], want.at(c)) << covariates.at(c);
    }
  }
}

Universe universe_of(Gen& gen) {
  Universe all{.source = "drawn"};
  for (std::size_t i = gen.size(1, 12); i > 0; --i) {
    Protocol one =
        protocol(std::to_string(i), std::string(4, static_cast<char>('a' + i)), at(gen.real(-6, 5)),
                 static_cast<Sector>(gen.integer(0, int{sectors} - 1)));
    one.chains = gen.integer(1, 9);
    one.audited = gen.pick({0.0, 0.5, 1.0});
    all.protocols.push_back(one);
  }
  all.protocols.push_back(protocol("0", "always", at(-6)));
  return all;
}

std::vector<Incident> incidents_of(const Universe& universe, Gen& gen) {
  std::vector<Incident> all;
  for (std::size_t i = gen.size(0, 20); i > 0; --i) {
    const auto most = static_cast<int>(universe.protocols.size());  // one past the last: nobody
    const auto whom = static_cast<std::size_t>(gen.integer(0, most));
    const auto name = whom < universe.protocols.size() ? universe.protocols[whom].name : "nobody";
    all.push_back(event(name, at(gen.real(-2, 6))));
    if (gen.integer(0, 5) == 0) all.back().mode = Mode::rug;
  }
  return all;
}

TEST(ExposureLaw, LosesNeitherTimeNorIncidents) {
  for_cases(1000, [](Gen& gen) {
    const Universe universe = universe_of(gen);
    const auto incidents = incidents_of(universe, gen);
    const Window window{at(gen.real(-1, 1)), at(gen.real(2, 5))};
    const auto exposure = exposure_of(universe, incidents, window);
    ASSERT_TRUE(exposure) << exposure.error().message;
    EXPECT_EQ(exposure->counted.size() + exposure->left_out.size(), incidents.size());
    std::array<double, sectors> want{};
    for (const Protocol& one : universe.protocols) {
      const UnixSeconds from = std::max(one.listed, window.from);
      const double life = years(window.until - from).value();
      want.at(static_cast<std::size_t>(one.sector)) += std::max(life, 0.0);
    }
    for (std::size_t s = 0; s < sectors; ++s) {
      EXPECT_NEAR(exposure->years.at(s), want.at(s), 1e-9);
    }
    const auto events = events_of(*exposure);
    EXPECT_EQ(std::accumulate(events.begin(), events.end(), 0.0),
              static_cast<double>(exposure->counted.size()));
    EXPECT_EQ(std::accumulate(exposure->events.begin(), exposure->events.end(), 0.0),
              static_cast<double>(exposure->counted.size()));
  });
}

TEST(ExposureLaw, OfTwoWindowsIsThatOfBoth) {
  for_cases(300, [](Gen& gen) {
    const Universe universe = universe_of(gen);
    const auto incidents = incidents_of(universe, gen);
    const UnixSeconds from = at(0), between = at(gen.real(0.1, 2.9)), until = at(3);
    const auto both = exposure_of(universe, incidents, {from, until});
    const auto one = exposure_of(universe, incidents, {from, between});
    const auto other = exposure_of(universe, incidents, {between, until});
    EXPECT_EQ(one->counted.size() + other->counted.size(), both->counted.size());
    for (std::size_t s = 0; s < sectors; ++s) {
      EXPECT_NEAR(one->years.at(s) + other->years.at(s), both->years.at(s), 1e-9);
      EXPECT_EQ(one->events.at(s) + other->events.at(s), both->events.at(s));
    }
  });
}

}  // namespace
}  // namespace levee::hazard

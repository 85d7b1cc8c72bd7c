// tests/feed/hazard_file_test.cpp — a fit written, read back, and broken on purpose.
#include "levee/feed/hazard_file.h"

#include "tests/feed/scratch.h"
#include "tests/support/cases.h"

#include <algorithm>

namespace levee::feed {
namespace {

hazard::Universe universe() {
  hazard::Universe made{.source = "made up"};
  for (int i = 0; i < 60; ++i) {
    hazard::Protocol one{.id = std::to_string(i), .name = "protocol \"" + std::to_string(i) + "\""};
    one.sector = i % 2 == 0 ? hazard::Sector::dex : hazard::Sector::lending;
    one.listed = *moment_from("2021-03-01");
    one.chains = 1 + i % 4;
    one.audited = i % 3 == 0 ? 0.5 : 1;
    one.has_token = i % 5 == 0, one.is_fork = i % 7 == 0, one.listing_known = i % 2 == 0;
    if (i % 3 == 0) {
      one.value_usd = Usd{1e6 * i + 1}, one.is_upgradeable = i % 2 == 0;
      one.audited_at = *moment_from("2022-01-01"), one.largest_depositors = Share{0.01 * i};
    }
    made.protocols.push_back(one);
  }
  return made;
}

hazard::KeptFit kept() {
  const hazard::Universe all = universe();
  std::vector<hazard::Incident> incidents;
  for (int i = 0; i < 6; ++i) {
    hazard::Incident one{.id = "e" + std::to_string(i), .protocol = all.protocols[7U * i].name};
    one.universe_id = all.protocols[7U * i].id;
    one.exploited = *moment_from("2022-05-01"), one.disclosed = one.exploited + days(1);
    incidents.push_back(one);
  }
  const auto fit =
      hazard::fit_hazard({.universe = all,
                          .incidents = incidents,
                          .window = {*moment_from("2021-01-01"), *moment_from("2023-12-31")}});
  return hazard::kept_from(*fit, all);
}

std::string written(const std::string& text) { return test::written("hazard.json", text); }

}  // namespace

TEST(HazardFile, ComesBackAsItWas) {
  const hazard::KeptFit before = kept();
  const auto after = read_hazard(written(text_of(before)));
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_EQ(text_of(*after), text_of(before));
  ASSERT_EQ(after->universe.protocols.size(), 60);
  const std::vector<double> x(hazard::covariates.size(), 0.3);
  EXPECT_EQ(after->frequency.rates(1, x), before.frequency.rates(1, x));
  EXPECT_EQ(after->universe.protocols[33].name, "protocol \"33\"");
  EXPECT_EQ(after->universe.protocols[33].value_usd, Usd{33e6 + 1});
  EXPECT_EQ(after->universe.protocols[33].is_upgradeable, false);
  EXPECT_EQ(after->universe.protocols[33].largest_depositors, Share{0.33});
  EXPECT_EQ(after->universe.protocols[34].audited_at, std::nullopt);
  EXPECT_EQ(after->universe.protocols[33].listed, *moment_from("2021-03-01"));
  EXPECT_EQ(after->window.until, before.window.until);
  // A sector without protocols keeps what was believed before.
  const auto wallet = static_cast<std::size_t>(hazard::Sector::wallet);
  EXPECT_EQ(after->sector[wallet].events, hazard::FrequencyPrior{}.sector.events);
}

TEST(HazardFile, SaysWhatIsNoFit) {
  const std::string fine = text_of(kept());
  const auto broken = [&](std::string_view from, std::string_view to) {
    std::string text = fine;
    text.replace(text.find(from), from.size(), to);
    const auto read = read_hazard(written(text));
    EXPECT_FALSE(read) << from;
    EXPECT_EQ(read.error().reason, Reason::bad_input);
    EXPECT_NE(read.error().message.find("fit-hazard writes one"), std::string::npos);
  };
  broken("\"levee_hazard\": 2", "\"levee_hazard\": 1");
  broken("\"is a fork\"", "\"is a spoon\"");
  broken("\"sector\": \"dex\"", "\"sector\": \"bakery\"");
  broken("\"beta\": [", "\"beta\": [[1], ");
  broken("\"until\": ", "\"until\": -9");
  broken("\"chains\": 1", "\"chains\": \"one\"");
  broken("\"chains\": 1", "\"chains\": 0");
  broken("\"value_usd\": 1", "\"value_usd\": -1");
  broken("\"concentration\": 0", "\"concentration\": 7");
  broken("\"sector_rate\": [\n    [", "\"sector_rate\": [\n    [-");
  broken("{", "");
  EXPECT_EQ(read_hazard(written("[]")).error().reason, Reason::bad_input);
  EXPECT_EQ(read_hazard("/nowhere/hazard.json").error().reason, Reason::unreachable);
}

}  // namespace levee::feed

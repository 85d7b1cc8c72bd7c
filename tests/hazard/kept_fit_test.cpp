// tests/hazard/kept_fit_test.cpp — failure models made from a fit, and the ones it cannot make.
#include "levee/hazard/kept_fit.h"

#include "tests/support/cases.h"

#include <gmock/gmock.h>

namespace levee::hazard {
namespace {

using ::testing::HasSubstr;

const UnixSeconds fitted_until = *moment_from("2023-12-31");
const UnixSeconds later = *moment_from("2024-03-01");

// Forty exchanges and twenty lenders, of which the lenders fail more.
Universe universe() {
  Universe made{.source = "made up"};
  for (int i = 0; i < 60; ++i) {
    Protocol one{.id = "id-" + std::to_string(i), .name = "Swap " + std::to_string(i)};
    one.sector = i < 40 ? Sector::dex : Sector::lending;
    one.listed = *moment_from("2021-03-01");
    one.listing_known = true;
    one.chains = 1 + i % 4;
    made.protocols.push_back(one);
  }
  made.protocols[7].name = "Uniswap V3";
  made.protocols[8].name = "Twins", made.protocols[9].name = "Twins";
  return made;
}

const KeptFit& kept() {
  static const KeptFit whole = [] {
    const Universe all = universe();
    std::vector<Incident> incidents;
    for (std::size_t i = 0; i < 16; ++i) {
      Incident one{.id = "e" + std::to_string(i), .protocol = all.protocols[30 + i].name};
      one.universe_id = all.protocols[30 + i].id;
      one.sector = all.protocols[30 + i].sector;
      one.exploited = *moment_from("2022-05-01"), one.disclosed = one.exploited + days(1);
      one.mode = Mode::code;
      one.loss = Usd{5e6}, one.value_before = Usd{1e7}, one.recovered = Usd{i % 2 == 0 ? 0 : 5e6};
      incidents.push_back(one);
    }
    const auto fit = fit_hazard({.universe = all,
                                 .incidents = incidents,
                                 .window = {*moment_from("2021-01-01"), fitted_until}});
    return kept_from(*fit, all);
  }();
  return whole;
}

FailureModel model(const NodeAsk& ask) {
  const auto made = fitted_model(kept(), ask);
  EXPECT_TRUE(made) << made.error().message;
  return *made;
}

std::string refusal(const NodeAsk& ask) { return fitted_model(kept(), ask).error().message; }

TEST(KeptFit, GivesAProtocolItsOwnRateByDraw) {
  const FailureModel pool = model({.name = "uniswap_v3", .at = later});
  EXPECT_EQ(pool.protocol, "uniswap_v3");
  EXPECT_EQ(pool.drawn.size(), kept().frequency.sector.columns());
  const auto x = covariates_at(kept().universe.protocols[7], later);
  const auto rates = kept().frequency.rates(static_cast<std::size_t>(Sector::dex), x);
  double mean = 0;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    EXPECT_EQ(pool.drawn[i].value(), rates[i]);
    mean += rates[i] / static_cast<double>(rates.size());
  }
  EXPECT_NEAR(pool.intensity.value(), mean, 1e-15);
  EXPECT_THAT(pool.source, HasSubstr("Uniswap V3 of sector dex"));
  ASSERT_TRUE(pool.fitted);
  EXPECT_EQ(pool.fitted->lost.events, kept().lost.events);
}

TEST(KeptFit, FindsByIdAndByNameWithoutCaseAndMarks) {
  const double by_name = model({.name = "Uniswap-V3", .at = later}).intensity.value();
  EXPECT_EQ(model({.name = "mine", .listed_as = "id-7", .at = later}).intensity.value(), by_name);
  EXPECT_EQ(model({.name = "mine", .listed_as = "UNISWAP v3", .at = later}).protocol, "mine");
}

TEST(KeptFit, GivesASectorItsRateAsUncertainAsItIs) {
  const FailureModel lender = model({.name = "x", .sector = Sector::lending, .at = later});
  const EventRate& rate = kept().sector[static_cast<std::size_t>(Sector::lending)];
  EXPECT_NEAR(lender.intensity.value() / rate.mean().value(), 1, 0.01);
  const Known band = intensity_band(lender);
  EXPECT_NEAR(band.low / rate.quantile(0.05).value(), 1, 0.02);
  EXPECT_NEAR(band.high / rate.quantile(0.95).value(), 1, 0.02);
  // No exchange is in the universe: what is left is the prior, two events in a hundred years.
  const FailureModel venue = model({.name = "v", .sector = Sector::exchange, .at = later});
  EXPECT_NEAR(venue.intensity.value(), 0.02, 2e-4);
}

TEST(KeptFit, SectorsUncertaintiesAreTheirOwn) {
  const auto a = model({.name = "a", .sector = Sector::lending, .at = later}).drawn;
  const auto b = model({.name = "b", .sector = Sector::exchange, .at = later}).drawn;
  double ab = 0, aa = 0, bb = 0, ma = 0, mb = 0;
  const double size = static_cast<double>(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) ma += a[i].value() / size, mb += b[i].value() / size;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = a[i].value() - ma, y = b[i].value() - mb;
    ab += x * y, aa += x * x, bb += y * y;
  }
  EXPECT_LT(std::abs(ab / std::sqrt(aa * bb)), 0.15);
}

TEST(KeptFit, CarriesTheTrendOnForAYearAndNoFurther) {
  const double next = model({.name = "Swap 0", .at = fitted_until + days(365)}).intensity.value();
  const double far = model({.name = "Swap 0", .at = fitted_until + days(2000)}).intensity.value();
  EXPECT_EQ(next, far);
  EXPECT_NE(model({.name = "Swap 0", .at = fitted_until}).intensity.value(), next);
}

TEST(KeptFit, SaysWhatItCannotKnow) {
  EXPECT_THAT(refusal({.name = "Swap 0", .at = *moment_from("2023-06-01")}),
              HasSubstr("fit it until an earlier day"));
  EXPECT_THAT(refusal({.name = "unis", .at = later}), HasSubstr("there are Uniswap V3"));
  EXPECT_THAT(refusal({.name = "Nobody", .at = later}), HasSubstr("no such protocol) give"));
  EXPECT_THAT(refusal({.name = "twins", .at = later}), HasSubstr("stands 2 times"));
}

}  // namespace
}  // namespace levee::hazard

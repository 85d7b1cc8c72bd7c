// tests/hazard/hazard_fit_test.cpp — a whole made-up world of protocols, and what a fit sees of it.
#include "levee/hazard/hazard_fit.h"

#include "levee/num/philox.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::hazard {
namespace {

const UnixSeconds begin = *moment_from("2021-01-01"), end = *moment_from("2024-01-01");

// Larger protocols fail more often, and are audited more often; audits do nothing. Lending fails
// three times as often as trading.
struct World {
  Universe universe{.source = "made up"};
  std::vector<Incident> incidents;

  explicit World(std::uint64_t number, std::size_t protocols = 1500) {
    num::Draws draws(41, 11, number);
    for (std::size_t i = 0; i < protocols; ++i) {
      Protocol one{.id = fmt::format("{}", i), .name = fmt::format("protocol number {}x", i)};
      one.sector = i % 2 == 0 ? Sector::lending : Sector::dex;
      one.listed = begin - Seconds{static_cast<std::int64_t>(6e7 * draws.uniform())};
      one.chains = std::floor(1 + 9 * draws.uniform() * draws.uniform());
      one.audited = draws.uniform() < 0.2 + 0.07 * one.chains ? 1 : 0;
      const double rate = (i % 2 == 0 ? 0.09 : 0.03) * one.chains / 2;
      for (int n = draws.poisson(3 * rate); n > 0; --n) add(one, draws);
      universe.protocols.push_back(one);
    }
  }

  void add(const Protocol& of, num::Draws& draws) {
    const Seconds after{
        static_cast<std::int64_t>(in_days(end - begin) * 86400 * 0.99 * draws.uniform())};
    const double before = 2e6 * std::pow(draws.uniform(), -1 / 0.7);
    const Severity law{Usd{1e5}, 1.1, Usd{1e6}};
    const double loss = law.quantile_within(draws.uniform(), Usd{before}).value();
    Incident one{.id = fmt::format("{}-{}", of.id, incidents.size()), .protocol = of.name};
    one.exploited = begin + after, one.disclosed = one.exploited + days(1);
    one.sector = of.sector, one.mode = Mode::code, one.universe_id = of.id;
    one.loss = Usd{loss}, one.value_before = Usd{before};
    one.recovered = Usd{draws.uniform() < 0.8 ? 0 : loss * draws.uniform()};
    incidents.push_back(one);
  }

  HazardAsk ask() const {
    return {.universe = universe, .incidents = incidents, .window = {begin, end}};
  }
};

const Effect& effect(const HazardFit& fit, std::string_view name) {
  return *std::ranges::find(fit.effects, name, &Effect::name);
}

}  // namespace

TEST(HazardFit, SeesTheWorldThatWasMade) {
  const World world(1);
  const auto fit = fit_hazard(world.ask());
  ASSERT_TRUE(fit);
  ASSERT_EQ(fit->sectors.size(), 2);
  EXPECT_EQ(fit->sectors[0].sector, Sector::lending);
  EXPECT_GT(fit->sectors[0].rate.quantile(0.05), fit->sectors[1].rate.quantile(0.95));
  const Known& size = effect(*fit, "chains (log, size)").beta;
  EXPECT_LT(size.low, 1);
  EXPECT_GT(size.high, 1);
  // Conditioned on size, an audit that does nothing is seen to do nothing.
  const Known& audited = effect(*fit, "audited").beta;
  EXPECT_LT(audited.low, 0);
  EXPECT_GT(audited.high, 0);
  EXPECT_GT(fit->log_evidence_gain, 10);
  EXPECT_EQ(fit->exposure.counted.size() + fit->exposure.left_out.size(), world.incidents.size());
  ASSERT_TRUE(fit->severity);
  EXPECT_EQ(fit->severity->cut, fit->severity->beyond);
  EXPECT_LT(*fit->severity->shape_lower, 1.1);
  EXPECT_GT(*fit->severity->shape_upper, 1.1);
  EXPECT_NEAR(fit->recovered.mean().value(), 0.1, 0.03);
  EXPECT_EQ(fit->lost_events, world.incidents.size());
  EXPECT_EQ(fit->all.events, world.incidents.size());
  EXPECT_LT(fit->material.events, fit->all.events);
  EXPECT_GT(fit->all.monthly.p_value, 0.001);
  ASSERT_TRUE(fit->all.fit);
  EXPECT_LT(fit->all.fit->gain(), 12);
}

TEST(HazardFit, CountsNoRugsVenuesOrDepegsAsContracts) {
  World world(2, 400);
  const auto before = fit_hazard(world.ask());
  for (const Mode mode : {Mode::rug, Mode::depeg, Mode::insolvency}) {
    Incident one = world.incidents[0];
    one.mode = mode, one.loss = Usd{5e9};
    world.incidents.push_back(one);
  }
  Incident venue = world.incidents[0];
  venue.target = Target::exchange;
  world.incidents.push_back(venue);
  const auto after = fit_hazard(world.ask());
  EXPECT_EQ(after->all.events, before->all.events);
  EXPECT_EQ(after->severity->beyond, before->severity->beyond);
  EXPECT_EQ(after->recoveries, before->recoveries);
}

TEST(HazardFit, DoesNotKnowWhatCameBackOfTheLastMonths) {
  World world(3, 400);
  for (Incident& one : world.incidents) {
    one.exploited = end - days(60), one.disclosed = end - days(59);
  }
  const auto fit = fit_hazard(world.ask());
  EXPECT_EQ(fit->recoveries, 0);
  EXPECT_GT(fit->lost_events, 0);
}

TEST(HazardFit, TakesNothingFromTheFuture) {
  World world(4, 300);
  world.incidents[0].disclosed = end + Seconds{1};
  EXPECT_THROW((void)fit_hazard(world.ask()), ContractBroken);
}

TEST(HazardFit, SaysWhereNothingIsExposed) {
  World world(5, 10);
  for (Protocol& one : world.universe.protocols) one.listed = end + days(1);
  EXPECT_EQ(fit_hazard(world.ask()).error().reason, Reason::missing_data);
}

// A world whose list tells more: those whose code may be replaced fail four times as often.
TEST(HazardFit, UsesWhatALongerListTells) {
  World world(3);
  num::Draws draws(17, 1, 0);
  world.incidents.clear();
  for (Protocol& one : world.universe.protocols) {
    one.is_upgradeable = draws.uniform() < 0.5;
    one.value_usd = Usd{std::pow(10, 5 + 4 * draws.uniform())};
    const double rate = 0.03 * (*one.is_upgradeable ? 4 : 1);
    for (int n = draws.poisson(3 * rate); n > 0; --n) world.add(one, draws);
  }
  const auto fit = fit_hazard(world.ask());
  ASSERT_TRUE(fit);
  const Effect& code = effect(*fit, "is upgradeable");
  EXPECT_LT(code.ratio.low, 4);
  EXPECT_GT(code.ratio.high, 4);
  EXPECT_GT(code.beta.low, 0.5);
  const Known& size = effect(*fit, "value (log 10, size)").beta;
  EXPECT_LT(size.low, 0);
  EXPECT_GT(size.high, 0);
}

// A world in which an audit keeps three failures of four away, as long as it is fresh.
TEST(HazardFit, SeesAnAuditThatHelpsAndThatItGoesStale) {
  World world(6, 3000);
  num::Draws draws(18, 1, 0);
  world.incidents.clear();
  for (Protocol& one : world.universe.protocols) {
    one.value_usd = Usd{std::pow(10, 5 + 4 * draws.uniform())};
    one.audited = draws.uniform() < 0.7 ? 1 : 0;
    if (one.audited > 0) {
      one.audited_at =
          begin +
          Seconds{static_cast<std::int64_t>(in_days(end - begin) * 86400 * draws.uniform())};
    }
    for (int n = draws.poisson(3 * 0.15); n > 0; --n) {
      world.add(one, draws);
      const auto x = covariates_at(one, world.incidents.back().exploited);
      const bool fresh = x[2] > 0 && x[8] == 0;
      if (fresh && draws.uniform() < 0.75) world.incidents.pop_back();
    }
  }
  const auto fit = fit_hazard(world.ask());
  ASSERT_TRUE(fit);
  const Effect &audited = effect(*fit, "audited"), &stale = effect(*fit, "audit is stale");
  EXPECT_LT(audited.beta.high, 0);
  EXPECT_GT(stale.beta.low, 0);
  EXPECT_LT(audited.ratio.low, 0.25);
  EXPECT_GT(audited.ratio.high, 0.25);
  // One protocol before its audit, after it, and half a year later.
  Protocol one = world.universe.protocols[0];
  one.audited = 1, one.audited_at = *moment_from("2022-06-01");
  const auto rate_at = [&](const char* when) {
    return known_from(fit->frequency.rates(0, covariates_at(one, *moment_from(when)))).mean;
  };
  EXPECT_LT(rate_at("2022-06-02"), 0.5 * rate_at("2022-05-31"));
  EXPECT_GT(rate_at("2022-12-01"), 1.5 * rate_at("2022-11-01"));
}

TEST(HazardFit, LeavesOutWhatIsTheSameForAll) {
  const World world(1);
  const auto fit = fit_hazard(world.ask());
  for (const Effect& one : fit->effects) EXPECT_NE(one.name, "is upgradeable");
  ASSERT_EQ(fit->frequency.beta.rows(), covariates.size());
  for (const double beta : fit->frequency.beta.row(9)) EXPECT_EQ(beta, 0);
}

}  // namespace levee::hazard

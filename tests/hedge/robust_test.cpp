// tests/hedge/robust_test.cpp — a plan for the worst of several worlds.
#include "levee/hedge/robust.h"

#include "levee/hedge/decide.h"
#include "levee/hedge/tell.h"
#include "tests/hedge/beside_day.h"

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using testing::HasSubstr;

Policy wary() {
  Policy policy;
  policy.paths_choose = 1024;
  policy.paths_score = 500;
  policy.price_of_tail = 0.5;
  policy.robust_vol_band = 0.3;
  return policy;
}

struct Day {
  test::BesideDay day;
  Setting setting;
  Offer offer;

  explicit Day(const Policy& policy) : setting{day.desk.setting()} {
    day.desk.policy = policy;
    offer.list = day.desk.candidates().list;
  }
  Result<Mixture> mixture() {
    const Ground ground = day.ground();
    return worst_mixture(ground, setting, offer, {});
  }
  // E[loss] + rho CVaR of what is held, in the worst world, on paths of a seed of their own.
  double worst(const Mixture& of, const std::vector<Held>& held) {
    const Ground ground = day.ground();
    const auto told = robust_told(ground, of, held, 99);
    double most = -1e300;
    for (const WorldTold& one : told->worlds) most = std::max(most, one.objective_usd);
    return most;
  }
  std::vector<Held> best_on(const scenario::ScenarioSet& set) {
    const Ground ground = day.ground();
    Setting own = setting;
    Offer offered = offer;
    auto built = program_on(ground, own,
                            {day.desk.snapshot, day.desk.surface, set, *ground.funding}, offered);
    const Choice choice = choose(built->program, day.desk.policy);
    return held_of(built->program, choice.x);
  }
};

}  // namespace

TEST(Worlds, AreTheKindsThatAreNamedAndTheBandOfVolatility) {
  Policy policy;
  EXPECT_EQ(worlds_of(policy).size(), 1u);
  policy.robust_worlds = {"diffusion", "jump"};
  policy.robust_vol_band = 0.2;
  const auto worlds = worlds_of(policy);
  ASSERT_EQ(worlds.size(), 4u);
  EXPECT_EQ(worlds[0].kind, "jump");
  EXPECT_EQ(worlds[1].kind, "diffusion");
  EXPECT_EQ(worlds[2].vol_factor, 0.8);
  EXPECT_EQ(worlds[3].vol_factor, 1.2);
}

TEST(WorstMixture, HoldsMoreOfTheWildWorldAndIsProved) {
  Day day(wary());
  const auto mixture = day.mixture();
  ASSERT_TRUE(mixture) << mixture.error().message;
  ASSERT_EQ(mixture->worlds.size(), 3u);
  double sum = 0;
  for (const double one : mixture->share) sum += one;
  EXPECT_NEAR(sum, 1, 1e-12);
  EXPECT_GT(mixture->share[2], mixture->share[1]);  // short gamma loses more where it is wilder
  EXPECT_EQ(mixture->pool.paths(), 1024u);
  // No plan is better than the bound in that mixture; the plan's own worst world is not far off.
  EXPECT_GT(mixture->worst_usd, mixture->bound_usd - 0.02 * std::abs(mixture->bound_usd));
  EXPECT_LT(mixture->worst_usd, 1.25 * mixture->bound_usd);
}

TEST(WorstMixture, ItsPlanLosesLessInItsWorstWorldThanTheUsualOne) {
  Day day(wary());
  const auto mixture = day.mixture();
  ASSERT_TRUE(mixture);
  Policy usual = wary();
  usual.robust_vol_band = 0;
  Day plain(usual);
  const Ground ground = plain.day.ground();
  const auto set =
      drawn(ground, {.kind = "jump", .paths = 1024, .seed = 1, .sampling = even_points("jump")},
            instruments_of(plain.offer.list));
  ASSERT_TRUE(set);
  const double robust = day.worst(*mixture, day.best_on(mixture->pool));
  EXPECT_LT(robust, day.worst(*mixture, plain.best_on(*set)));
}

TEST(WorstMixture, NamesTheWorldThatCannotBeDrawn) {
  Policy policy = wary();
  policy.robust_worlds = {"weather"};
  const auto mixture = Day(policy).mixture();
  ASSERT_FALSE(mixture);
  EXPECT_THAT(mixture.error().message, HasSubstr("world weather (policy robust_worlds)"));
}

TEST(Decide, TellsEveryWorldOfARobustPlanAndNoneOfAnother) {
  const parallel::Team team(2);
  Silence silence;
  const auto market = test::small_market({.tenors = {30, 110, 220}});
  const auto book = test::small_book();
  const auto robust = decide({market, book, wary()}, team, silence);
  ASSERT_TRUE(robust) << robust.error().message;
  ASSERT_TRUE(robust->robust);
  EXPECT_EQ(robust->robust->worlds.size(), 3u);
  for (const WorldTold& one : robust->robust->worlds) {
    EXPECT_LT(one.objective_usd, one.objective_before_usd) << one.world;
  }
  Policy usual = wary();
  usual.robust_vol_band = 0;
  const auto plain = decide({market, book, usual}, team, silence);
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->robust);
  Policy both = wary();
  both.tail_limit_usd = 1e5;
  const auto refused = decide({market, book, both}, team, silence);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("robust_worlds and tail_limit_usd"));
}

}  // namespace levee::hedge

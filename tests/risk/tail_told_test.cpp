#include "levee/risk/tail_told.h"

#include "tests/risk/mixed_book.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace levee::risk {
namespace {

const parallel::Team team(2);

struct Telling {
  test::MixedBook world{1};

  TailTold told(const std::string& kind, std::size_t paths = 3000) {
    Silence silence;
    const auto found =
        tail_told({.book = world.book,
                   .fees = world.fees,
                   .pricing = {world.snapshot, world.surface, Rate{0.1}, world.beside},
                   .recipe = world.asked(paths),
                   .kind = kind,
                   .kinds_paths = 1000,
                   .fall_paths = 500},
                  team, silence);
    return found ? *found : TailTold{};
  }
};

double sum_of(const std::vector<PartTold>& parts, double PartTold::* which) {
  double sum = 0;
  for (const PartTold& part : parts) sum += part.*which;
  return sum;
}

}  // namespace

TEST(TailTold, PartsAddUpAndBothMeasuresAndEveryKindAreThere) {
  Telling telling;
  const auto told = telling.told("jump");
  EXPECT_EQ(told.loss.paths, 3000);
  EXPECT_EQ(told.loss.measure, "real_world");
  EXPECT_EQ(told.other_measure.measure, "market_implied");
  EXPECT_GT(told.other_measure.cvar95_usd, told.loss.cvar95_usd);  // 70 against 60 of volatility
  for (const auto* parts : {&told.holdings, &told.factors}) {
    EXPECT_NEAR(sum_of(*parts, &PartTold::mean_usd), told.loss.mean_usd, 1e-6);
    EXPECT_NEAR(sum_of(*parts, &PartTold::cvar95_usd), told.loss.cvar95_usd, 1e-6);
    EXPECT_NEAR(sum_of(*parts, &PartTold::cvar99_usd), told.loss.cvar99_usd, 1e-6);
  }
  EXPECT_EQ(told.kinds.size(), 2 * scenario::shelf().size());
  EXPECT_LE(told.loss.var95_usd, told.loss.cvar95_usd);
  EXPECT_LE(told.loss.var99_usd, told.loss.cvar99_usd);
  EXPECT_EQ(told.fall.paths, 500);
  EXPECT_GE(told.fall.cvar95_usd, told.fall.var95_usd);
  double shares = 0;
  for (const double share : told.bins.share) shares += share;
  EXPECT_NEAR(shares, 1, 1e-12);
  EXPECT_EQ(told.factors.front().cvar95_usd_se, 0);  // time is the same on every path
}

TEST(TailTold, SaysWhyAKindCannotBeDrawn) {
  Telling telling;
  telling.world.calibration.history = {};
  const auto told = telling.told("jump", 1000);
  const auto line = [&](std::string_view kind) {
    return *std::ranges::find(told.kinds, kind, &KindTold::scenarios);
  };
  EXPECT_FALSE(line("bootstrap").loss);
  EXPECT_FALSE(line("bootstrap").why.empty());
  EXPECT_TRUE(line("diffusion").loss);
  EXPECT_TRUE(line("diffusion").why.empty());
}

TEST(TailTold, RefusesAKindThatIsNone) {
  Telling telling;
  Silence silence;
  const TailAsk ask{
      .book = telling.world.book,
      .fees = telling.world.fees,
      .pricing = {telling.world.snapshot, telling.world.surface, Rate{0.1}, telling.world.beside},
      .recipe = telling.world.asked(1000),
      .kind = "astrology"};
  EXPECT_EQ(tail_told(ask, team, silence).error().reason, Reason::not_supported);
}

// U^-1/4 and U^-5/4: beyond any threshold a generalised Pareto law of that shape.
TEST(FarTold, FindsAPowerTailAndNoMeanWhereThereIsNone) {
  std::mt19937_64 source(3);
  std::uniform_real_distribution<double> uniform(1e-12, 1);
  std::vector<double> losses, wild;
  for (int i = 0; i < 20'000; ++i) {
    losses.push_back(std::pow(uniform(source), -0.25));
    wild.push_back(std::pow(uniform(source), -1.25));
  }
  const auto far = far_told(losses, {}, 0.999);
  ASSERT_TRUE(far);
  EXPECT_LT(*far->shape_low, 0.25);
  EXPECT_GT(*far->shape_high, 0.25);
  EXPECT_LT(*far->var_low_usd, 5.623);  // 0.001^-1/4
  EXPECT_GT(*far->var_high_usd, 5.623);
  EXPECT_GT(*far->cvar_usd, far->var_usd);
  const auto none = far_told(wild, {}, 0.999);
  ASSERT_TRUE(none);
  EXPECT_GT(none->shape, 1);
  EXPECT_FALSE(none->cvar_usd);
}

// One path in four hundred is a failure: no one law holds both kinds of loss.
TEST(FarTold, WarnsWhereTheLawIsNotOfWhatWasDrawn) {
  std::mt19937_64 source(5);
  std::normal_distribution<double> normal;
  std::vector<double> losses;
  for (int i = 0; i < 40'000; ++i) losses.push_back(i % 400 == 0 ? 60 : normal(source));
  const auto far = far_told(losses, {}, 0.999);
  ASSERT_TRUE(far);
  EXPECT_NE(far->warning.find("trust what was drawn"), std::string::npos);
}

TEST(FarTold, RefusesWeightsAndTooFewLosses) {
  const std::vector<double> few{1, 2, 3};
  EXPECT_EQ(far_told(few, {}, 0.999).error().reason, Reason::missing_data);
  EXPECT_EQ(far_told(few, few, 0.999).error().reason, Reason::no_solution);
}

}  // namespace levee::risk

#include "levee/risk/tail_told.h"

#include "levee/scenario/sampling.h"
#include "tests/risk/mixed_book.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace levee::risk {
namespace {

const parallel::Team team(2);

struct Telling {
  test::MixedBook world{1};

  struct Way {
    const char* sampling = "random";
    std::uint64_t seed = 1;
    std::size_t kinds_paths = 1000;
  };

  TailTold told(const std::string& kind, std::size_t paths = 3000) {
    return told(kind, paths, Way{});
  }
  TailTold told(const std::string& kind, std::size_t paths, const Way& way) {
    Silence silence;
    scenario::Recipe recipe = world.asked(paths);
    recipe.seed = way.seed;
    recipe.sampling = *scenario::sampling_named(way.sampling);
    const auto found =
        tail_told({.book = world.book,
                   .fees = world.fees,
                   .pricing = {world.snapshot, world.surface, Rate{0.1}, world.beside},
                   .recipe = recipe,
                   .kind = kind,
                   .kinds_paths = way.kinds_paths,
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

// However paths are placed it is one law: figures differ by their errors, parts add up, and what
// holds of independent, equally likely paths alone is not told of others.
TEST(TailTold, IsTheSameHoweverPathsArePlaced) {
  Telling telling;
  const auto random = telling.told("jump", 20'000);
  for (const char* sampling : {"sobol", "importance", "sobol_importance"}) {
    SCOPED_TRACE(sampling);
    const bool even = std::string_view(sampling).starts_with("sobol");
    const auto told = telling.told("jump", 3000, {.sampling = sampling});
    EXPECT_EQ(told.sampling.name, sampling);
    EXPECT_EQ(told.sampling.sets, even ? 16 : 0);
    EXPECT_EQ(told.loss.paths, even ? 4096 : 3000);  // 16 sets of 256
    EXPECT_EQ(told.fall.paths, even ? 256 : 500);
    const auto near = [](double a, double a_error, double b, double b_error) {
      EXPECT_NEAR(a, b, 4.5 * std::hypot(a_error, b_error));
    };
    const auto same = [&](const LossTold& a, const LossTold& b) {
      near(a.mean_usd, a.mean_usd_se, b.mean_usd, b.mean_usd_se);
      near(a.var95_usd, a.var95_usd_se, b.var95_usd, b.var95_usd_se);
      near(a.cvar95_usd, a.cvar95_usd_se, b.cvar95_usd, b.cvar95_usd_se);
      near(a.cvar99_usd, a.cvar99_usd_se, b.cvar99_usd, b.cvar99_usd_se);
    };
    same(told.loss, random.loss);
    same(told.other_measure, random.other_measure);
    near(told.fall.mean_usd, told.fall.mean_usd_se, random.fall.mean_usd, random.fall.mean_usd_se);
    near(told.fall.cvar95_usd, told.fall.cvar95_usd_se, random.fall.cvar95_usd,
         random.fall.cvar95_usd_se);
    near(told.far_drawn.cvar_usd, told.far_drawn.cvar_usd_se, random.far_drawn.cvar_usd,
         random.far_drawn.cvar_usd_se);
    for (std::size_t i = 0; i < told.factors.size(); ++i) {
      const PartTold &a = told.factors[i], &b = random.factors[i];
      near(a.cvar95_usd, a.cvar95_usd_se + 1, b.cvar95_usd, b.cvar95_usd_se);
    }
    for (const auto* parts : {&told.holdings, &told.factors}) {
      EXPECT_NEAR(sum_of(*parts, &PartTold::mean_usd), told.loss.mean_usd, 1e-6);
      EXPECT_NEAR(sum_of(*parts, &PartTold::cvar99_usd), told.loss.cvar99_usd, 1e-6);
    }
    double centre = 0;
    for (std::size_t i = 0; i < told.bins.share.size(); ++i) {
      centre += told.bins.share[i] * (told.bins.edge_usd[i] + told.bins.edge_usd[i + 1]) / 2;
    }
    EXPECT_NEAR(centre, told.loss.mean_usd, 0.03 * told.loss.cvar95_usd);
    EXPECT_FALSE(told.far);
    EXPECT_NE(told.far_unknown.find("draw random paths"), std::string::npos);
    EXPECT_EQ(told.kinds.front().loss->paths, 1000);
    EXPECT_EQ(told.kinds.front().loss->cvar95_usd,
              telling.told("jump", 3000).kinds.front().loss->cvar95_usd);
    EXPECT_EQ(told.factors.front().mean_usd_se, 0);  // time
    EXPECT_EQ(told.factors.front().cvar95_usd_se, 0);
    // The book is hedged: pushed towards a crash it loses less, and that is said.
    const bool paid = told.sampling.random_paths > told.loss.paths;
    EXPECT_EQ(paid, std::string_view(sampling) == "sobol");
  }
  EXPECT_EQ(random.sampling.random_paths, 20'000);
}

// A book that loses with the price is where weights matter: without them crashes are everywhere.
TEST(TailTold, WeighsEveryFigureOfABookThatLosesInACrash) {
  Telling telling;
  telling.world.book = {};
  telling.world.book.wallet = Tokens{10};
  telling.world.fees = {};
  const auto random = telling.told("jump", 20'000);
  const auto told = telling.told("jump", 4000, {.sampling = "importance"});
  const auto near = [](double a, double a_error, double b, double b_error) {
    EXPECT_NEAR(a, b, 4.5 * std::hypot(a_error, b_error));
  };
  const FarDrawn &far = told.far_drawn, &far_random = random.far_drawn;
  near(far.var_usd, far.var_usd_se, far_random.var_usd, far_random.var_usd_se);
  near(far.cvar_usd, far.cvar_usd_se, far_random.cvar_usd, far_random.cvar_usd_se);
  EXPECT_LT(far.cvar_usd_se, far_random.cvar_usd_se);
  const FallTold &fall = told.fall, &fall_random = random.fall;
  near(fall.mean_usd, fall.mean_usd_se, fall_random.mean_usd, fall_random.mean_usd_se);
  near(fall.cvar95_usd, fall.cvar95_usd_se, fall_random.cvar95_usd, fall_random.cvar95_usd_se);
  const auto beyond = [](const TailTold& from, double loss) {
    double share = 0;
    for (std::size_t i = 0; i < from.bins.share.size(); ++i) {
      if (from.bins.edge_usd[i] >= loss) share += from.bins.share[i];
    }
    return share;
  };
  EXPECT_NEAR(beyond(told, random.loss.var95_usd), 0.05, 0.015);
  EXPECT_GT(told.sampling.random_paths, 4 * told.loss.paths);
}

// Forty seeds each way: errors are what estimates scatter by, within what forty can show.
TEST(TailToldLaw, ErrsAsMuchAsItSaysHoweverPathsArePlaced) {
  Telling telling;
  constexpr int repeats = 40;
  for (const char* sampling : {"sobol", "importance", "sobol_importance"}) {
    SCOPED_TRACE(sampling);
    double mean[3] = {}, square[3] = {}, told[3] = {};
    for (int i = 0; i < repeats; ++i) {
      const auto one = telling.told(
          "jump", 2048,
          {.sampling = sampling, .seed = 100 + static_cast<std::uint64_t>(i), .kinds_paths = 16});
      const double found[3] = {one.loss.mean_usd, one.loss.cvar95_usd,
                               one.holdings.front().cvar95_usd};
      const double error[3] = {one.loss.mean_usd_se, one.loss.cvar95_usd_se,
                               one.holdings.front().cvar95_usd_se};
      for (int k = 0; k < 3; ++k) {
        mean[k] += found[k] / repeats, square[k] += found[k] * found[k] / repeats;
        told[k] += error[k] * error[k] / repeats;
      }
    }
    for (int k = 0; k < 3; ++k) {
      const double scatter = std::sqrt((square[k] - mean[k] * mean[k]) * repeats / (repeats - 1));
      EXPECT_NEAR(std::sqrt(told[k]) / scatter, 1, 0.4) << k;
    }
  }
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
  EXPECT_EQ(far_told(few, {few}, 0.999).error().reason, Reason::no_solution);
  EXPECT_NE(far_told(few, {few}, 0.999).error().message.find("weighted"), std::string::npos);
  const auto even = far_told(few, {{}, 3}, 0.999);
  EXPECT_NE(even.error().message.find("evenly spread"), std::string::npos);
}

}  // namespace levee::risk

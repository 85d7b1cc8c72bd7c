// tests/scenario/sampling_test.cpp — chosen points have the law of random ones, and less scatter.
#include "levee/scenario/sampling.h"

#include "levee/base/check.h"
#include "levee/num/estimate.h"
#include "levee/scenario/draw.h"
#include "tests/scenario/world.h"

#include <algorithm>

#include <gmock/gmock.h>

namespace levee::scenario {
namespace {

const parallel::Team team(2);

ScenarioSet drawn(const Calibration& from, const Sampling& how, std::size_t paths,
                  std::uint64_t seed = 1) {
  Recipe asked = test::recipe(from, paths, seed);
  asked.sampling = how;
  return *generate("jump", asked, team);
}

constexpr Sampling even{.points = Sampling::Points::sobol};
constexpr Sampling pushed{.nominal_share = 0.25, .drift = -1, .intensity = 2, .jump_shift = -0.5};

// Weighted mean of a function of the log returns to the horizon.
template <class Of>
num::Estimate mean(const ScenarioSet& set, Of of) {
  std::vector<double> values;
  for (std::size_t i = 0; i < set.paths(); ++i) {
    const double x = std::log(set.assets[0].spot.row(3)[i] / 2000);
    const double y = std::log(set.assets[1].spot.row(3)[i] / 60'000);
    values.push_back(of(x, y) * (set.weight.empty() ? 1 : set.weight[i]));
  }
  return num::mean_of(values);
}

template <class Of>
void expect_same(const ScenarioSet& a, const ScenarioSet& b, Of of) {
  const auto x = mean(a, of), y = mean(b, of);
  EXPECT_NEAR(x.value, y.value, 4 * std::hypot(x.standard_error, y.standard_error));
}

}  // namespace

TEST(Sampling, HasTheLawOfRandomPaths) {
  Calibration from = test::joint_calibration();
  from.dependence.joins = {1, 0.6};
  const auto random = drawn(from, {}, 200'000);
  EXPECT_TRUE(random.weight.empty());
  for (const Sampling& how : {even, pushed, towards_a_crash}) {
    SCOPED_TRACE(how.drift);
    const auto chosen = drawn(from, how, 65'536);
    EXPECT_EQ(chosen.weight.empty(), how.nominal_share == 1);
    expect_same(chosen, random, [](double x, double) { return x; });
    expect_same(chosen, random, [](double, double y) { return y; });
    expect_same(chosen, random, [](double x, double) { return x * x; });
    expect_same(chosen, random, [](double x, double y) { return x * y; });
    expect_same(chosen, random, [](double, double y) { return y * y; });
    expect_same(chosen, random, [](double x, double) { return x * x * x; });
    expect_same(chosen, random, [](double x, double) { return x < -0.4 ? 1 : 0; });
    expect_same(chosen, random, [](double, double y) { return y < -0.3 ? 1 : 0; });
  }
}

TEST(Sampling, HasItsLawOnTheWayTooEachAssetByItsClock) {
  Calibration from = test::joint_calibration();
  from.lead().jumps = {Intensity{30}, LogReturn{-0.04}, 0.06};
  from.assets[0].clock = {{days(7), 0.6}, {days(30), 1}};
  from.assets[1].clock = {{days(7), 0.1}, {days(30), 1}};
  const auto random = drawn(from, {}, 200'000), chosen = drawn(from, pushed, 100'000);
  const auto moment = [&](const ScenarioSet& set, std::size_t date, auto of) {
    std::vector<double> values;
    const auto step = [&](std::size_t asset, std::size_t i) {
      const auto& spot = set.assets[asset].spot;
      return std::log(spot.row(date + 1)[i] / spot.row(date)[i]);
    };
    for (std::size_t i = 0; i < set.paths(); ++i) {
      values.push_back(of(step(0, i), step(1, i)) * (set.weight.empty() ? 1 : set.weight[i]));
    }
    return num::mean_of(values);
  };
  const auto expect = [&](std::size_t date, auto of) {
    const auto a = moment(random, date, of), b = moment(chosen, date, of);
    EXPECT_NEAR(a.value, b.value, 4 * std::hypot(a.standard_error, b.standard_error));
  };
  for (std::size_t date = 0; date < 3; ++date) {
    SCOPED_TRACE(date);
    expect(date, [](double x, double) { return x; });
    expect(date, [](double, double y) { return y; });
    expect(date, [](double x, double) { return x * x; });
    expect(date, [](double x, double y) { return x * y; });
    expect(date, [](double, double y) { return y * y; });
    expect(date, [](double x, double) { return x * x * x; });
  }
}

TEST(Sampling, WeightsAreLikelihoodRatiosOfMeanOneAndBounded) {
  const auto set = drawn(test::calibration(), towards_a_crash, 65'536);
  const auto mean = num::mean_of(set.weight);
  EXPECT_NEAR(mean.value, 1, 4 * mean.standard_error);
  EXPECT_GT(mean.standard_error, 0);
  // Prices give no more than 5; that none of two protocols failed, of 8 % and 4 %, is drawn at 90
  // %.
  EXPECT_LE(*std::max_element(set.weight.begin(), set.weight.end()), 5 * 1.1 * 1.1);
  EXPECT_GT(*std::min_element(set.weight.begin(), set.weight.end()), 0);
}

TEST(Sampling, GivesAPathWhateverIsDrawnWithIt) {
  const auto from = test::joint_calibration();
  for (const Sampling& how : {even, pushed, towards_a_crash}) {
    Recipe asked = test::recipe(from, 2'000);
    asked.sampling = how;
    const auto generator = *Generator::of("jump", asked);
    const auto all = generator.draw(0, 2'000, team);
    const auto part = generator.draw(1'100, 700, parallel::Team(1));
    for (std::size_t a = 0; a < 2; ++a) {
      for (std::size_t date = 0; date < 4; ++date) {
        EXPECT_TRUE(std::ranges::equal(part.assets[a].spot.row(date),
                                       all.assets[a].spot.row(date).subspan(1'100, 700)));
      }
    }
    if (how.nominal_share == 1) continue;
    EXPECT_TRUE(std::ranges::equal(part.weight, std::span(all.weight).subspan(1'100, 700)));
  }
}

// Failures and a peg that would hardly ever come: as often as they should, weighted, and seen
// often.
TEST(Sampling, DrawsFailuresOftenAndWeighsThemBack) {
  Calibration from = test::joint_calibration();
  from.around.peg = hazard::Depeg{"USDC", Intensity{0.02}, Share{0.5}, Share{0.9}, {}, "by hand"};
  Recipe asked = test::recipe(from, 65'536);
  asked.sampling = towards_a_crash;
  asked.protocols = {{"vault", Intensity{0.01}, Share{0.2}, Share{0.8}, "by hand"}};
  const auto set = *generate("jump", asked, team);
  const auto last = set.peg.row(set.dates.size() - 1);
  std::vector<double> lost(set.paths()), off(set.paths());
  double failures = 0, breaks = 0;
  for (std::size_t i = 0; i < set.paths(); ++i) {
    const double share = set.protocol_loss.row(0)[i];
    failures += share > 0 ? 1 : 0, breaks += last[i] < 1 ? 1 : 0;
    lost[i] = share * set.weight[i], off[i] = (1 - last[i]) * set.weight[i];
    EXPECT_EQ(share > 0, set.protocol_at.row(0)[i] > 0);
    EXPECT_TRUE(share == 0 || (0.2 <= share && share <= 0.8));
  }
  EXPECT_NEAR(failures / 65'536, 0.1, 0.006);
  EXPECT_NEAR(breaks / 65'536, 0.1, 0.006);
  const auto loss = num::mean_of(lost), gap = num::mean_of(off);
  EXPECT_NEAR(loss.value, -std::expm1(-0.01 * 30 / 365) * 0.5, 4 * loss.standard_error);
  EXPECT_NEAR(gap.value, -std::expm1(-0.02 * 30 / 365) * 0.7, 4 * gap.standard_error);
  EXPECT_LT(loss.standard_error, 0.1 * loss.value);
}

TEST(Likelier, KeepsTheLawAndLeavesAloneWhatIsOftenEnough) {
  EXPECT_EQ(likelier(0.3, {0.2, 0.1}).number, 0.3);
  EXPECT_EQ(likelier(0.3, {0, 0.1}).ratio, 1);
  const auto comes = likelier(0.05, {0.02, 0.1}), stays = likelier(0.55, {0.02, 0.1});
  EXPECT_NEAR(comes.number, 0.01, 1e-15);
  EXPECT_NEAR(comes.ratio, 0.2, 1e-15);
  EXPECT_NEAR(stays.number, 0.51, 1e-15);
  EXPECT_NEAR(stays.ratio, 0.98 / 0.9, 1e-15);
  EXPECT_LT(likelier(1 - 0x1p-53, {1e-9, 0.1}).number, 1);
  EXPECT_GT(likelier(0x1p-53, {1e-9, 0.1}).number, 0);
}

TEST(Sampling, HasNamesThatAreToldBack) {
  for (const char* name : {"random", "sobol", "importance", "sobol_importance"}) {
    EXPECT_EQ(name_of(*sampling_named(name)), name);
  }
  EXPECT_EQ(*sampling_named("random"), Sampling{});
  EXPECT_EQ(*sampling_named("sobol_importance"), towards_a_crash);
  EXPECT_EQ(sampling_named("importance")->points, Sampling::Points::random);
  const auto none = sampling_named("even");
  EXPECT_EQ(none.error().reason, Reason::bad_input);
  EXPECT_THAT(none.error().message, testing::HasSubstr("must be random, sobol, importance or"));
}

TEST(Sampling, GivesEverySetASeedOfItsOwn) {
  std::vector<std::uint64_t> seeds;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    for (std::size_t set = 0; set < 16; ++set) seeds.push_back(seed_of_set(seed, set));
  }
  std::ranges::sort(seeds);
  EXPECT_EQ(std::ranges::adjacent_find(seeds), seeds.end());
}

// A put far out of the money, thirty-two times each way: what the table in docs says, in small.
TEST(Sampling, ScattersLessWhereItIsMeantTo) {
  const auto from = test::calibration();
  const auto variance = [&](const Sampling& how) {
    std::vector<double> found;
    for (std::uint64_t seed = 1; seed <= 32; ++seed) {
      const auto set = drawn(from, how, 2'048, seed);
      double sum = 0;
      for (std::size_t i = 0; i < set.paths(); ++i) {
        const double gain = std::max(0.0, 1300 - set.lead().spot.row(3)[i]);
        sum += gain * (set.weight.empty() ? 1 : set.weight[i]);
      }
      found.push_back(sum / 2'048);
    }
    const double error = num::mean_of(found).standard_error;
    return error * error;
  };
  const double random = variance({});
  EXPECT_GT(random / variance(even), 1.5);
  EXPECT_GT(random / variance(pushed), 4);
  EXPECT_GT(random / variance(towards_a_crash), 40);
}

TEST(Sampling, IsOfTheDiffusionAndTheJumpKindAlone) {
  const auto from = test::calibration();
  Recipe asked = test::recipe(from, 100);
  asked.sampling = even;
  EXPECT_TRUE(generate("diffusion", asked, team));
  const auto set = generate("bootstrap", asked, team);
  EXPECT_EQ(set.error().reason, Reason::not_supported);
  EXPECT_THAT(set.error().message, testing::HasSubstr("sampling of \"bootstrap\""));
}

TEST(Sampling, ExpectsShareAndIntensityThatMakeSense) {
  const auto from = test::calibration();
  EXPECT_THROW((void)drawn(from, {.nominal_share = 0}, 10), ContractBroken);
  EXPECT_THROW((void)drawn(from, {.nominal_share = 0.5, .intensity = 0}, 10), ContractBroken);
  EXPECT_THROW((void)drawn(from, {.failure_chance = 0.1}, 10), ContractBroken);
}

}  // namespace levee::scenario

#include "levee/risk/measure.h"

#include "levee/risk/drawdown.h"
#include "levee/risk/tail.h"
#include "tests/risk/mixed_book.h"

#include <algorithm>

namespace levee::risk {
namespace {

const parallel::Team team(2);

// Hears every stage.
struct Told final : Progress {
  std::vector<std::string> stages;
  void enter(std::string_view stage) override { stages.emplace_back(stage); }
};

struct Measuring {
  test::MixedBook world{1};
  scenario::Recipe recipe = world.asked(1000);
  scenario::Generator generator = *scenario::Generator::of("jump", recipe);

  MeasureAsk ask() const {
    return {.book = world.book,
            .fees = world.fees,
            .sets = {&generator, 1},
            .pricing = {world.snapshot, world.surface, Rate{0.1}, world.beside},
            .paths = 1000,
            .split = Split::factors_too,
            .fall_paths = 300};
  }
};

}  // namespace

TEST(Measured, IsTheLossTableOfTheWholeSetInAnyPartsOnAnyTeam) {
  const Measuring here;
  Told told;
  auto ask = here.ask();
  const auto whole = *measured(ask, team, told);
  const auto set = here.generator.draw(0, 1000, team);
  const auto& w = here.world;
  const Repricing with{w.snapshot, w.surface, set, Rate{0.1}, 0, w.beside};
  EXPECT_EQ(whole.holdings.total, loss_table(w.book, w.fees, with, team)->total);
  EXPECT_EQ(whole.fall.size(), 300u);
  for (const std::size_t part : {64u, 333u}) {
    ask.part = part;
    const auto parts = *measured(ask, parallel::Team(1), told);
    EXPECT_EQ(parts.holdings.names, whole.holdings.names);
    EXPECT_EQ(parts.holdings.total, whole.holdings.total);
    EXPECT_EQ(parts.fall, whole.fall);
    for (std::size_t row = 0; row < whole.holdings.names.size(); ++row) {
      EXPECT_TRUE(std::ranges::equal(parts.holdings.loss.row(row), whole.holdings.loss.row(row)));
    }
    for (std::size_t row = 0; row < whole.factors.names.size(); ++row) {
      EXPECT_TRUE(std::ranges::equal(parts.factors.loss.row(row), whole.factors.loss.row(row)));
    }
  }
  EXPECT_EQ(std::ranges::count(told.stages, "losses, 50 % of 1000 paths"), 1);  // of the 64s
}

TEST(Measured, OfSeveralSetsIsOneAfterAnotherWithWeightsAndTheFirstFallsOfEach) {
  const Measuring here;
  Silence silence;
  std::vector<scenario::Generator> sets;
  std::vector<Measured> alone;
  auto ask = here.ask();
  for (const std::uint64_t seed : {5, 6, 7}) {
    scenario::Recipe recipe = here.recipe;
    recipe.seed = seed, recipe.sampling = scenario::towards_a_crash;
    sets.push_back(*scenario::Generator::of("jump", recipe));
    ask.sets = {&sets.back(), 1}, ask.paths = 200, ask.fall_paths = 40;
    alone.push_back(*measured(ask, team, silence));
  }
  ask.sets = sets, ask.paths = 600, ask.fall_paths = 120, ask.part = 77;
  const auto together = *measured(ask, team, silence);
  const auto expect = [](std::span<const double> all, std::span<const double> one, std::size_t k) {
    ASSERT_EQ(all.size(), 3 * one.size());
    EXPECT_TRUE(std::ranges::equal(all.subspan(k * one.size(), one.size()), one));
  };
  for (std::size_t k = 0; k < 3; ++k) {
    expect(together.holdings.total, alone[k].holdings.total, k);
    expect(together.holdings.loss.row(0), alone[k].holdings.loss.row(0), k);
    expect(together.factors.loss.row(1), alone[k].factors.loss.row(1), k);
    expect(together.weight, alone[k].weight, k);
    expect(together.fall, alone[k].fall, k);
    expect(together.fall_weight, alone[k].fall_weight, k);
    EXPECT_TRUE(std::ranges::equal(alone[k].fall_weight, std::span(alone[k].weight).first(40)));
  }
  ask.paths = 601;
  EXPECT_THROW((void)measured(ask, team, silence), ContractBroken);
}

TEST(Measured, SplitsAndFollowsOnlyWhenAsked) {
  const Measuring here;
  Told told;
  auto ask = here.ask();
  ask.split = Split::holdings, ask.fall_paths = 0;
  const auto plain = *measured(ask, team, told);
  EXPECT_TRUE(plain.factors.names.empty());
  EXPECT_TRUE(plain.fall.empty());
  EXPECT_TRUE(plain.weight.empty());
  EXPECT_TRUE(plain.fall_weight.empty());
}

TEST(Measured, RefusesAsALossTableDoes) {
  const Measuring here;
  Silence silence;
  auto ask = here.ask();
  ask.pricing.beside = {};
  EXPECT_EQ(measured(ask, team, silence).error().reason, Reason::missing_data);
  ask.paths = 0;
  EXPECT_THROW((void)measured(ask, team, silence), ContractBroken);
}

TEST(GainsAlong, StartAtNothingAndEndAtTheLoss) {
  const test::MixedBook world(200);
  const auto gains = *gains_along(world.book, world.fees, world.repricing(), team);
  const auto table = *loss_table(world.book, world.fees, world.repricing(), team);
  ASSERT_EQ(gains.rows(), 1 + world.set.dates.size());
  for (std::size_t path = 0; path < 200; ++path) {
    EXPECT_EQ(gains.row(0)[path], 0);
    EXPECT_EQ(gains.row(gains.rows() - 1)[path], -table.total[path]);
  }
  const auto falls = worst_falls(gains, team);
  for (std::size_t path = 0; path < 200; ++path) {
    EXPECT_GE(falls[path], std::max(0.0, table.total[path]));
  }
}

// The wallet alone: its gain on a date is that of the price.
TEST(GainsAlong, FollowThePriceFromDateToDate) {
  test::MixedBook world(50);
  world.book = {};
  world.book.wallet = Tokens{2};
  const auto gains = *gains_along(world.book, {}, world.repricing(), team);
  for (std::size_t date = 0; date < world.set.dates.size(); ++date) {
    for (std::size_t path = 0; path < 50; ++path) {
      EXPECT_NEAR(gains.row(1 + date)[path], 2 * (world.set.lead().spot.row(date)[path] - 2000),
                  1e-9);
    }
  }
}

TEST(GainsAlong, CountAFailureFromItsMoment) {
  test::MixedBook world(400);
  auto& set = world.set;
  world.book.lots.clear(), world.book.loans.clear(), world.book.covers.clear();
  set.peg = {}, set.volume.clear(), set.depth.clear();
  for (auto& asset : set.assets) {
    for (std::size_t date = 0; date < set.dates.size(); ++date) {
      std::ranges::fill(asset.spot.row(date), &asset == &set.lead() ? 2000.0 : 60'000.0);
    }
  }
  const auto gains = *gains_along(world.book, {0.0}, world.repricing(), team);
  int failed = 0;
  for (std::size_t path = 0; path < 400; ++path) {
    const double lost = set.protocol_loss.row(0)[path], when = set.protocol_at.row(0)[path];
    failed += lost > 0 ? 1 : 0;
    for (std::size_t date = 0; date < set.dates.size(); ++date) {
      const bool known = lost > 0 && when <= static_cast<double>(set.dates[date].value());
      EXPECT_EQ(gains.row(1 + date)[path] < -1000, known);
    }
  }
  EXPECT_GT(failed, 10);
}

}  // namespace levee::risk

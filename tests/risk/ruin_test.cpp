// tests/risk/ruin_test.cpp — all that a book is worth, the chance of losing it, and the moments of
// losses that markets and failures bring together.
#include "levee/risk/ruin.h"

#include "tests/risk/mixed_book.h"

#include <cmath>

#include <gmock/gmock.h>

namespace levee::risk {
namespace {

using testing::HasSubstr;

const parallel::Team team(2);

// A position over all prices: worth 2 L sqrt(P), whose moments are known where ln P is normal.
book::Book full_range() {
  book::Book book;
  book.positions = {{.name = "lp",
                     .protocol = "vault",
                     .range = {{Price{1e-9}, Price{1e15}}, amm::HumanLiquidity{10'000}},
                     .entry_price = Price{2000},
                     .entry_at = {},
                     .fees_earned = {}}};
  return book;
}

struct Moments {
  double mean, variance;
};

// worth = 2 L sqrt(P) (1 - S F): F with chance p, S even on [low, high], all independent.
Moments mixed(double worth, double variance, double chance, Share low, Share high) {
  const double a = low.value(), b = high.value();
  const double share = (a + b) / 2, square = (a * a + a * b + b * b) / 3;
  const double mean = worth * std::exp(-variance / 8) * (1 - share * chance);
  const double second = worth * worth * (1 - 2 * share * chance + square * chance);
  return {worth - mean, second - mean * mean};
}

}  // namespace

TEST(MixedLosses, HaveTheMomentsOfTheirMixture) {
  for (const double rate : {0.0, 1.0, 6.0}) {
    const scenario::Calibration from = test::calibration();
    scenario::Recipe recipe = test::recipe(from, 200'000);
    recipe.protocols = {{"vault", Intensity{rate}, Share{0.2}, Share{0.8}, "by hand"}};
    market::Snapshot snapshot = test::bare_snapshot();
    snapshot.protocols = recipe.protocols;
    const option::Surface surface = *market::surface_of(snapshot);
    const auto set = scenario::generate("diffusion", recipe, team);
    ASSERT_TRUE(set);
    const auto table =
        loss_table(full_range(), {std::nullopt}, {snapshot, surface, *set, Rate{0}}, team);
    ASSERT_TRUE(table);
    const double span = years(from.horizon).value(), spot = snapshot.spot.value();
    const double variance = std::pow(from.lead().forecast.value(), 2) * span;
    const Moments exact = mixed(2 * 10'000 * std::sqrt(spot), variance, 1 - std::exp(-rate * span),
                                Share{0.2}, Share{0.8});
    const num::Estimate mean = num::mean_of(table->total);
    EXPECT_NEAR(mean.value, exact.mean, 4 * mean.standard_error) << rate;
    std::vector<double> squares;
    for (const double loss : table->total) squares.push_back(std::pow(loss - exact.mean, 2));
    const num::Estimate spread = num::mean_of(squares);
    EXPECT_NEAR(spread.value, exact.variance, 4 * spread.standard_error) << rate;
    if (rate == 0) continue;
    // The failure alone: of a book that no market move ruins, half is lost where the share is more.
    const auto half = ruin_told(table->total, {}, Usd{2 * 10'000 * std::sqrt(spot)}, Share{0.55});
    const double chance = 1 - std::exp(-rate * span);
    EXPECT_NEAR(half->chance, chance * 0.25 / 0.6, 0.1 * chance) << rate;
  }
}

TEST(ChanceOfLoss, IsTheMassAtAndBeyondTheLimit) {
  const std::vector<double> losses{-5, 0, 10, 10, 25};
  EXPECT_DOUBLE_EQ(chance_of_loss(losses, {}, Usd{10}).value, 0.6);
  EXPECT_DOUBLE_EQ(chance_of_loss(losses, {}, Usd{10.01}).value, 0.2);
  EXPECT_EQ(chance_of_loss(losses, {}, Usd{26}).value, 0);
  const std::vector<double> weight{1, 1, 1, 1, 4};
  EXPECT_DOUBLE_EQ(chance_of_loss(losses, {weight, 0}, Usd{20}).value, 0.5);
}

TEST(ChanceOfLoss, ErrsAsACountDoes) {
  std::vector<double> losses(1000, 0.0);
  for (std::size_t i = 0; i < 100; ++i) losses[i] = 1;
  const auto chance = chance_of_loss(losses, {}, Usd{1});
  EXPECT_NEAR(chance.standard_error, std::sqrt(0.1 * 0.9 / 999), 1e-12);
}

// Nothing drawn is no proof: of a hundred paths a chance of 3 % leaves 5 % for none.
TEST(RuinTold, WhereNoPathIsRuinedSaysHowLikelyItCanBe) {
  const std::vector<double> losses(100, 1.0);
  const auto told = ruin_told(losses, {}, Usd{50}, Share{1});
  ASSERT_TRUE(told && told->chance_most);
  EXPECT_EQ(told->chance, 0);
  EXPECT_NEAR(std::pow(1 - *told->chance_most, 100), 0.05, 1e-12);
  EXPECT_NEAR(*told->chance_most, 3.0 / 100, 5e-4);
  EXPECT_FALSE(ruin_told(losses, {}, Usd{1}, Share{1})->chance_most) << "some are";
  const std::vector<double> weight(100, 2.0);
  EXPECT_FALSE(ruin_told(losses, {weight, 0}, Usd{50}, Share{1})->chance_most);
}

TEST(RuinTold, OfABookThatOwesMoreThanItHasIsRefused) {
  const auto told = ruin_told(std::vector{1.0}, {}, Usd{-3}, Share{1});
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().reason, Reason::no_solution);
  EXPECT_THAT(told.error().message, HasSubstr("worth -3.00 USD"));
}

TEST(WorthOf, IsEveryHoldingAsItStandsToday) {
  test::MixedBook world(1);
  const Pricing pricing{world.snapshot, world.surface, Rate{0.1}, world.beside};
  const auto whole = worth_of(world.book, pricing);
  ASSERT_TRUE(whole) << whole.error().message;
  const double spot = world.snapshot.spot.value();
  const auto without = [&](auto change) {
    book::Book book = world.book;
    change(book);
    return worth_of(book, pricing)->value();
  };
  const auto off = [&](auto change) { return whole->value() - without(change); };
  EXPECT_NEAR(off([](book::Book& b) { b.idle_cash = {}; }), 150'000, 1e-6);
  EXPECT_NEAR(off([](book::Book& b) { b.wallet = {}; }), 10 * spot, 1e-6);
  EXPECT_NEAR(off([](book::Book& b) { b.loans.clear(); }), 65 * spot - 100'000, 1e-6);
  EXPECT_NEAR(off([](book::Book& b) { b.lots.erase(b.lots.begin() + 3); }), 40'000, 1e-6);
  EXPECT_NEAR(off([](book::Book& b) { b.positions.clear(); }),
              amm::exposure_at(world.book.positions[0].range, Price{spot}).value.value(), 1e-6);
  EXPECT_GT(off([](book::Book& b) { b.lots.erase(b.lots.begin()); }), 0) << "a put held";
  EXPECT_LT(off([](book::Book& b) { b.lots.erase(b.lots.begin() + 1); }), 0) << "a call owed";
  EXPECT_GT(off([](book::Book& b) { b.lots.erase(b.lots.begin() + 2); }), 0) << "of another asset";
  const auto alone = worth_of(world.book, {world.snapshot, world.surface, Rate{0.1}});
  EXPECT_THAT(alone.error().message, HasSubstr("no market was given"));
}

}  // namespace levee::risk

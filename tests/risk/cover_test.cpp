// tests/risk/cover_test.cpp — what cover pays: claims, providers, and its fair price.
#include "levee/risk/cover.h"

#include "tests/scenario/world.h"
#include "tests/support/cases.h"

#include <cmath>

namespace levee::risk {
namespace {

struct World {
  market::Snapshot snapshot = test::bare_snapshot();
  option::Surface surface = *market::surface_of(snapshot);
  scenario::ScenarioSet set;

  explicit World(std::size_t paths) {
    for (const char* name : {"vault", "payer"}) {
      snapshot.protocols.push_back({name, Intensity{1}, Share{0.2}, Share{0.8}, "by hand"});
    }
    set.dates = {days(30)};
    set.lead().spot = {1, paths};
    set.lead().level.assign(paths, 0);
    set.protocol_loss = {2, paths};
    set.seed = 5;
  }
  Repricing with() const { return {snapshot, surface, set, Rate{0}}; }
};

book::Cover cover(double claim = 1, double fails_with = 0, std::string provider = {}) {
  return {.name = "c",
          .protocol = "vault",
          .limit = Usd{100},
          .premium = Rate{0.1},
          .claim = Probability{claim},
          .fails_with = Probability{fails_with},
          .provider = std::move(provider)};
}

double mean_paid(const World& world, const book::Cover& one) {
  const Payer payer(one, world.with());
  double sum = 0;
  for (std::size_t path = 0; path < world.set.paths(); ++path) sum += payer.share_paid(path);
  return sum / static_cast<double>(world.set.paths());
}

TEST(Cover, PaysAsOftenAsClaimsArePaidAndProvidersAreLeft) {
  const World world(40'000);
  EXPECT_EQ(mean_paid(world, cover()), 1);
  EXPECT_EQ(mean_paid(world, cover(0)), 0);
  EXPECT_NEAR(mean_paid(world, cover(0.7)), 0.7, 0.01);
  EXPECT_NEAR(mean_paid(world, cover(0.7, 0.5)), 0.35, 0.01);
}

TEST(Cover, IsPaidOnTheSamePathsWhoeverAsks) {
  const World world(500);
  const book::Cover one = cover(0.5), same = cover(0.5);
  const Payer payer(one, world.with()), again(same, world.with());
  book::Cover other = cover(0.5);
  other.name = "another";
  const Payer apart(other, world.with());
  int differ = 0;
  for (std::size_t path = 0; path < 500; ++path) {
    EXPECT_EQ(payer.share_paid(path), again.share_paid(path));
    differ += payer.share_paid(path) != apart.share_paid(path) ? 1 : 0;
  }
  EXPECT_NEAR(differ, 250, 60);
}

TEST(Cover, IsWorthWhatItsProviderIsLeftWith) {
  World world(3);
  world.set.protocol_loss.row(1)[1] = 0.4;
  world.set.protocol_loss.row(1)[2] = 1;
  const book::Cover one = cover(1, 0, "payer");
  const Payer payer(one, world.with());
  EXPECT_EQ(payer.share_paid(0), 1);
  EXPECT_DOUBLE_EQ(payer.share_paid(1), 0.6);
  EXPECT_EQ(payer.share_paid(2), 0);
}

// Of 200 exposed a failure takes 40 to 160; a limit of 100 beyond 20 pays 20 to 100.
TEST(Cover, FairPremiumIsRateTimesMeanPaymentOverLimit) {
  const hazard::FailureModel model{"vault", Intensity{0.03}, Share{0.2}, Share{0.8}, ""};
  book::Cover one = cover(0.9, 0.1);
  one.deductible = Usd{20};
  // Evenly from 40 to 160: up to 120 the payment is the loss less 20, beyond that 100.
  const double payment = (80.0 / 120) * 60 + (40.0 / 120) * 100;
  const FairCover fair = fair_cover(one, model, Usd{200});
  EXPECT_NEAR(fair.fair_rate, 0.03 * payment / 100 * 0.9 * 0.9, 1e-5);
  EXPECT_EQ(fair.low, fair.high);
  EXPECT_EQ(fair_cover(one, model, Usd{0}).fair_rate, 0);
  one.limit = Usd{0};
  EXPECT_THROW((void)fair_cover(one, model, Usd{1}), ContractBroken);
}

}  // namespace
}  // namespace levee::risk

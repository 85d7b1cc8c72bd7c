#include "levee/num/estimate.h"
#include "levee/scenario/kind.h"
#include "tests/scenario/world.h"

#include <algorithm>

#include <gmock/gmock.h>

namespace levee::scenario {
namespace {

const parallel::Team team(2);

Result<ScenarioSet> generated(const Recipe& recipe) { return generate("jump", recipe, team); }

}  // namespace

TEST(Shelf, HoldsItsKindsInNameOrder) {
  std::vector<std::string_view> names;
  for (const Entry& entry : shelf()) names.push_back(entry.name);
  EXPECT_THAT(names, testing::IsSupersetOf({"bootstrap", "jump"}));
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
}

TEST(Generate, RefusesAKindThatIsNotOnTheShelf) {
  const auto from = test::calibration();
  const auto set = generate("dreams", test::recipe(from, 10), team);
  EXPECT_EQ(set.error().reason, Reason::not_supported);
  EXPECT_THAT(set.error().message, testing::HasSubstr("bootstrap, jump"));
}

TEST(Generate, DrawsProtocolFailuresByTheirOwnModels) {
  const auto from = test::calibration(days(365));
  const auto set = generated(test::recipe(from, 100'000));
  ASSERT_EQ(set->protocol_loss.rows(), 2u);
  const auto vault = set->protocol_loss.row(0), pool = set->protocol_loss.row(1);
  const auto mean = num::mean_of(vault);
  EXPECT_NEAR(mean.value, -std::expm1(-1.0) * 0.5, 4 * mean.standard_error);
  std::size_t both = 0, one = 0, other = 0;
  for (std::size_t i = 0; i < vault.size(); ++i) {
    EXPECT_TRUE(vault[i] == 0 || (0.2 <= vault[i] && vault[i] <= 0.8));
    EXPECT_TRUE(pool[i] == 0 || pool[i] == 1);
    both += vault[i] > 0 && pool[i] > 0;
    one += vault[i] > 0;
    other += pool[i] > 0;
  }
  const double p = static_cast<double>(one) / 1e5, q = static_cast<double>(other) / 1e5;
  EXPECT_NEAR(q, -std::expm1(-0.5), 0.006);
  EXPECT_NEAR(static_cast<double>(both) / 1e5, p * q, 0.006);  // each protocol has its own stream
}

TEST(Generate, DrawsTheSameFailuresForEveryKind) {
  const auto from = test::calibration();
  const auto asked = test::recipe(from, 1'000);
  const auto jump = generate("jump", asked, team), bootstrap = generate("bootstrap", asked, team);
  EXPECT_TRUE(std::ranges::equal(jump->protocol_loss.row(0), bootstrap->protocol_loss.row(0)));
}

TEST(Generate, ExpectsARecipeThatMakesSense) {
  const auto from = test::calibration();
  const auto broken = [&](auto change) {
    Recipe asked = test::recipe(from, 10);
    change(asked);
    EXPECT_THROW((void)generated(asked), ContractBroken);
  };
  broken([](Recipe& r) { r.paths = 0; });
  broken([](Recipe& r) { r.dates.clear(); });
  broken([](Recipe& r) { r.dates = {days(0), days(30)}; });
  broken([](Recipe& r) { r.dates = {days(7), days(7), days(30)}; });
  broken([](Recipe& r) { r.dates = {days(7), days(29)}; });
}

}  // namespace levee::scenario

#include "levee/num/estimate.h"
#include "levee/scenario/kind.h"
#include "tests/scenario/world.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>

namespace levee::scenario {
namespace {

const parallel::Team team(2);

Result<ScenarioSet> generated(const Recipe& recipe) { return generate("jump", recipe, team); }

}  // namespace

TEST(Shelf, HoldsItsKindsInNameOrder) {
  std::vector<std::string_view> names;
  for (const Entry& entry : shelf()) names.push_back(entry.name);
  EXPECT_THAT(names, testing::IsSupersetOf(
                         {"bates", "bootstrap", "diffusion", "filtered", "jump", "regime"}));
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
}

TEST(Generate, RefusesAKindThatIsNotOnTheShelf) {
  const auto from = test::calibration();
  const auto set = generate("dreams", test::recipe(from, 10), team);
  EXPECT_EQ(set.error().reason, Reason::not_supported);
  EXPECT_THAT(set.error().message,
              testing::HasSubstr("bates, bootstrap, diffusion, filtered, jump, regime"));
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

TEST(Generate, TellsWhenAProtocolFails) {
  const auto from = test::calibration(days(365));
  const auto set = generated(test::recipe(from, 20'000));
  const auto lost = set->protocol_loss.row(0), when = set->protocol_at.row(0);
  std::vector<double> moments;
  for (std::size_t i = 0; i < lost.size(); ++i) {
    EXPECT_EQ(lost[i] > 0, when[i] > 0);
    EXPECT_LE(when[i], 365 * 86400.0);
    if (lost[i] > 0) moments.push_back(when[i] / 86400 / 365);
  }
  // Of an exponential clock of one a year, cut off at a year: 1 - 1 / (e - 1).
  const auto mean = num::mean_of(moments);
  EXPECT_NEAR(mean.value, 1 - 1 / std::expm1(1.0), 4 * mean.standard_error);
}

TEST(Generator, DrawsAnyPartOfTheSamePaths) {
  const auto from = test::joint_calibration();
  for (const Entry& kind : shelf()) {
    SCOPED_TRACE(kind.name);
    const auto asked = test::recipe(from, 3'000);
    const auto generator = Generator::of(kind.name, asked);
    ASSERT_TRUE(generator) << generator.error().message;
    const auto whole = generator->draw(0, 3'000, team);
    ScenarioSet part;
    for (const std::size_t first : {0U, 1'000U, 2'000U}) {
      generator->draw(first, 1'000, team, part);
      const auto same = [&](std::span<const double> a, std::span<const double> b) {
        EXPECT_TRUE(std::ranges::equal(a, b.subspan(first, 1'000)));
      };
      for (std::size_t a = 0; a < 2; ++a) {
        for (std::size_t date = 0; date < 4; ++date) {
          same(part.assets[a].spot.row(date), whole.assets[a].spot.row(date));
        }
        same(part.assets[a].level, whole.assets[a].level);
        same(part.assets[a].slope, whole.assets[a].slope);
        same(part.assets[a].skew, whole.assets[a].skew);
      }
      same(part.funding, whole.funding);
      same(part.gas, whole.gas);
      same(part.peg.row(3), whole.peg.row(3));
      same(part.protocol_loss.row(1), whole.protocol_loss.row(1));
      same(part.protocol_at.row(1), whole.protocol_at.row(1));
    }
  }
}

TEST(Generator, FillsASetThatHeldOtherDates) {
  const auto from = test::joint_calibration();
  auto brief = test::recipe(from, 100);
  brief.dates = {days(10), from.horizon};
  const auto whole = test::recipe(from, 100);
  const auto first = Generator::of("jump", brief), second = Generator::of("jump", whole);
  auto set = first->draw(0, 100, team);
  set.source = "a crisis";
  second->draw(0, 100, team, set);
  const auto fresh = second->draw(0, 100, team);
  EXPECT_EQ(set.source, "");
  ASSERT_EQ(set.peg.rows(), 4u);
  for (std::size_t date = 0; date < 4; ++date) {
    EXPECT_TRUE(std::ranges::equal(set.peg.row(date), fresh.peg.row(date)));
    EXPECT_TRUE(std::ranges::equal(set.lead().spot.row(date), fresh.lead().spot.row(date)));
  }
}

TEST(Generate, MovesWhatIsAroundWithThePrice) {
  const auto from = test::joint_calibration();
  const auto set = generated(test::recipe(from, 100'000));
  const auto spot = set->lead().spot.row(3);
  double xy = 0, xx = 0;
  std::vector<double> left, volume, broken;
  for (std::size_t i = 0; i < set->paths(); ++i) {
    const double r = std::log(spot[i] / 2000);
    xy += r * (set->funding[i] - 0.1), xx += r * r;
    volume.push_back(std::log(set->volume[i]) - 2 * std::abs(r));
    left.push_back(std::log(set->depth[i]) - 0.5 * r);
    broken.push_back(set->peg.row(3)[i] < 1 ? 1 : 0);
  }
  EXPECT_NEAR(xy / xx, 0.3, 4 * 0.05 / std::sqrt(xx));
  const auto v = num::mean_of(volume), d = num::mean_of(left), b = num::mean_of(broken);
  EXPECT_NEAR(v.value, 0, 4 * v.standard_error);
  EXPECT_NEAR(v.standard_error, 0.3 / std::sqrt(1e5), 1e-5);
  EXPECT_NEAR(d.value, 0, 4 * d.standard_error);
  EXPECT_NEAR(b.value, -std::expm1(-2.0 * 30 / 365), 4 * b.standard_error);
  // What each adds of its own has nothing to do with what another adds.
  double together = 0;
  for (std::size_t i = 0; i < set->paths(); ++i) {
    const double own = std::log(set->gas[i]) - std::abs(std::log(spot[i] / 2000));
    together += own / 0.5 * (left[i] / 0.1) / 1e5;
  }
  EXPECT_NEAR(together, 0, 4 / std::sqrt(1e5));
}

TEST(Generate, BreaksThePegOnItsDay) {
  const auto from = test::joint_calibration();
  const auto set = generated(test::recipe(from, 50'000));
  for (std::size_t date = 0; date < 4; ++date) {
    double broken = 0;
    for (const double peg : set->peg.row(date)) broken += peg < 1 ? 1 / 5e4 : 0;
    const double chance = -std::expm1(-2 * years(set->dates[date]).value());
    EXPECT_NEAR(broken, chance, 4 * std::sqrt(chance / 5e4)) << date;
  }
}

TEST(Generate, MovesTheShapeByItsOwnBetaAndNoise) {
  auto from = test::joint_calibration();
  from.assets[1].moves.tenor_power = 0.2;
  from.assets[1].moves.slope = {.beta = -0.3, .daily_residual = 0.01, .daily_persistence = 0.5};
  const auto set = generated(test::recipe(from, 50'000));
  EXPECT_EQ(set->assets[0].tenor_power, 0.4);
  EXPECT_EQ(set->assets[1].tenor_power, 0.2);
  for (std::size_t a = 0; a < 2; ++a) {
    const AssetLaw& law = from.assets[a];
    const auto spot = set->assets[a].spot.row(3);
    const auto holds = [&](const std::vector<double>& moved, const SurfaceMoves::Shape& by) {
      std::vector<double> left;
      double xy = 0, xx = 0;
      for (std::size_t i = 0; i < moved.size(); ++i) {
        const double r = std::log(spot[i] / law.spot.value());
        left.push_back(moved[i] - by.beta * r);
        xy += r * left[i], xx += r * r;
      }
      const double phi = by.daily_persistence;
      const double noise = by.daily_residual * std::sqrt((1 - std::pow(phi, 60)) / (1 - phi * phi));
      const auto mean = num::mean_of(left);
      EXPECT_NEAR(mean.value, 0, 4 * mean.standard_error);
      EXPECT_NEAR(mean.standard_error * std::sqrt(5e4), noise, 0.02 * noise);
      EXPECT_NEAR(xy / xx, 0, 4 * noise / std::sqrt(xx));
    };
    holds(set->assets[a].slope, law.moves.slope);
    holds(set->assets[a].skew, law.moves.skew);
  }
}

// Two worlds, one quiet and one not; half of events take a fifth, half all of it.
hazard::FailureModel fitted(const std::string& name) {
  hazard::FailureModel model{name, Intensity{1}, Share{0}, Share{0}, "by hand"};
  model.drawn = {Intensity{0.1}, Intensity{1.9}};
  hazard::FittedLoss loss;
  loss.lost.events = {1e-9, 1e-9, 1, 1e-9, 1}, loss.lost.at = {0, 0.05, 0.2, 0.7, 1};
  loss.recovered.events = {1, 1e-9, 1e-9, 1e-9, 1}, loss.recovered.at = {0, 0.05, 0.3, 0.7, 0.5};
  model.fitted = loss;
  return model;
}

TEST(Generate, DrawsFittedFailuresOfOneWorldAPath) {
  const auto from = test::calibration(days(365));
  auto asked = test::recipe(from, 100'000);
  asked.protocols = {fitted("a"), fitted("b")};
  const auto set = generated(asked);
  const auto a = set->protocol_loss.row(0), b = set->protocol_loss.row(1);
  double fails = 0, both = 0, lost = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    fails += a[i] > 0 ? 1e-5 : 0;
    both += a[i] > 0 && b[i] > 0 ? 1e-5 : 0;
    lost += a[i] * 1e-5;
  }
  const double low = -std::expm1(-0.1), high = -std::expm1(-1.9);
  EXPECT_NEAR(fails, (low + high) / 2, 0.007);
  EXPECT_NEAR(both, (low * low + high * high) / 2, 0.007);  // of independent ones .21, not .36
  EXPECT_NEAR(lost, (low + high) / 2 * 0.6 * 0.75, 0.005);
}

TEST(Generate, EvenPointsLeaveFailuresAlmostNoError) {
  const auto from = test::calibration();
  auto asked = test::recipe(from, 20'000);
  asked.sampling = {.points = Sampling::Points::sobol};
  asked.protocols = {{"a", Intensity{0.02}, Share{1}, Share{1}, ""},
                     {"b", Intensity{0.3}, Share{1}, Share{1}, ""}};
  for (const std::uint64_t seed : {1u, 2u, 3u, 4u}) {
    asked.seed = seed;
    const auto set = generated(asked);
    for (const std::size_t p : {0u, 1u}) {
      const double chance = hazard::failure_within(asked.protocols[p], years(days(30))).value();
      const auto failed = std::ranges::count(set->protocol_loss.row(p), 1);
      EXPECT_NEAR(static_cast<double>(failed), 20'000 * chance, 4);
    }
  }
}

// The market falls by a tenth with one failure in two, and not with the other.
hazard::Reaction reaction() {
  hazard::Reaction made;
  const auto strength = [](double mean, double usual) {
    hazard::Strength one{.mean = mean, .deviation = 0.3, .events = 10, .clusters = 10};
    one.usual = usual;
    return one;
  };
  made.market_wide.assets = {
      {test::calibration().lead().name, strength(-0.1, 0.01), strength(0.4, 0.0)}};
  made.idiosyncratic.assets = {{test::calibration().lead().name, strength(0, 0), strength(0, 0)}};
  return made;
}

TEST(Generate, MarketsReactFromTheMomentOfAFailureOn) {
  auto from = test::calibration();
  const auto calm = generated(test::recipe(from, 4'000));
  from.around.reaction = reaction();
  const auto moved = generated(test::recipe(from, 4'000));
  int wide = 0, own = 0;
  for (std::size_t i = 0; i < calm->paths(); ++i) {
    // What reacts is drawn apart from everything else.
    const auto& fails = moved->protocol_at;
    EXPECT_EQ(calm->protocol_loss.row(0)[i], moved->protocol_loss.row(0)[i]);
    const int failed = (fails.row(0)[i] > 0 ? 1 : 0) + (fails.row(1)[i] > 0 ? 1 : 0);
    const double vol = moved->lead().level[i] - calm->lead().level[i];
    if (failed == 0) {
      EXPECT_EQ(vol, 0);
    }
    if (failed != 1) continue;
    const double at = std::max(fails.row(0)[i], fails.row(1)[i]);
    const bool reacts = vol > 0.2;
    (reacts ? wide : own) += 1;
    EXPECT_NEAR(vol, reacts ? 0.4 : 0, 1e-12);
    for (std::size_t date = 0; date < calm->dates.size(); ++date) {
      const double ratio = moved->lead().spot.row(date)[i] / calm->lead().spot.row(date)[i];
      const bool after = static_cast<double>(calm->dates[date].value()) >= at;
      EXPECT_NEAR(std::log(ratio), reacts && after ? -0.11 : 0, 1e-12);
    }
  }
  EXPECT_GT(wide, 50);
  EXPECT_NEAR(wide, own, 5 * std::sqrt(wide + own));
}

TEST(Generate, AProtocolsOwnTokenFallsBesideTheMarket) {
  auto from = test::calibration();
  auto asked = test::recipe(from, 4'000);
  const auto calm = generated(asked);
  hazard::Reaction own;
  own.idiosyncratic.token = {.mean = -0.2, .deviation = 0.1, .events = 20, .clusters = 20};
  own.idiosyncratic.assets = {{"elsewhere", own.idiosyncratic.token, own.idiosyncratic.token}};
  from.around.reaction = own;
  asked.protocols[1].token = from.lead().name;
  const auto moved = generated(asked);
  int fell = 0, stayed = 0;
  const std::size_t last = calm->dates.size() - 1;
  for (std::size_t i = 0; i < calm->paths(); ++i) {
    const double move = std::log(moved->lead().spot.row(last)[i] / calm->lead().spot.row(last)[i]);
    const bool its = moved->protocol_at.row(1)[i] > 0;
    const bool none = std::abs(move) < 1e-12;
    EXPECT_TRUE(none || (its && std::abs(move + 0.2) < 1e-12)) << move;
    EXPECT_EQ(moved->lead().level[i], calm->lead().level[i]);
    fell += its && !none ? 1 : 0, stayed += its && none ? 1 : 0;
  }
  EXPECT_GT(fell, 10 * stayed);  // of 21 events and a half one was market-wide
}

TEST(Generate, APegBreaksWithItsIssuer) {
  auto from = test::calibration();
  from.around.peg = hazard::Depeg{"USDC", Intensity{0}, Share{0.1}, Share{0.1}, {}, "", "pool"};
  const auto asked = test::recipe(from, 2'000);
  ASSERT_EQ(asked.protocols[1].protocol, "pool");
  const auto set = generated(asked);
  int broken = 0;
  for (std::size_t i = 0; i < set->paths(); ++i) {
    const double at = set->protocol_at.row(1)[i];
    broken += at > 0 ? 1 : 0;
    for (std::size_t date = 0; date < set->dates.size(); ++date) {
      const bool is_after = at > 0 && static_cast<double>(set->dates[date].value()) >= at;
      EXPECT_DOUBLE_EQ(set->peg.row(date)[i], is_after ? 0.9 : 1);
    }
  }
  EXPECT_GT(broken, 20);
}

}  // namespace levee::scenario

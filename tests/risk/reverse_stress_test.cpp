// tests/risk/reverse_stress_test.cpp — nearest dear moves, against distances known in closed form.
#include "levee/risk/reverse_stress.h"

#include "levee/num/normal.h"
#include "levee/num/philox.h"
#include "tests/scenario/world.h"
#include "tests/support/cases.h"

#include <cmath>

namespace levee::risk {
namespace {

const parallel::Team team(2);

// Losses that are a function of one point.
template <class Loss>
Result<ReverseStress> searched(const Loss& loss, const ReverseAsk& ask) {
  const auto losses = [&](const num::Matrix<double>& points) -> Result<std::vector<double>> {
    std::vector<double> found;
    for (std::size_t i = 0; i < points.rows(); ++i) found.push_back(loss(points.row(i)));
    return found;
  };
  return nearest_moves(losses, ask);
}

using Point = std::span<const double>;

// The bare market with a calibration of known volatility, noise and correlation.
struct Known {
  scenario::Calibration calibration = test::calibration(days(30));
  market::Snapshot snapshot = test::bare_snapshot();
  option::Surface surface = *market::surface_of(snapshot);
  book::Book book;
  FeeForecast fees;

  double deviation() const { return 0.6 * std::sqrt(30.0 / 365); }
  BookInMarket in_market() const { return {book, fees, snapshot, surface, Rate{0}}; }
  ReverseStress found(double loss, double reach = 6) const {
    const MoveLaw law = move_law(calibration);
    return *reverse_stressed(in_market(), law,
                             {.factors = law.factors, .loss = Usd{loss}, .reach = reach}, team);
  }
};

}  // namespace

TEST(NearestMoves, OfALinearLossAreAtItsLevelOverItsSlope) {
  // loss = 3 a + 4 b: the edge of 10 is a line 2 away from the centre, in direction (0.6, 0.8).
  const auto found =
      searched([](Point z) { return 3 * z[0] + 4 * z[1]; }, {.factors = 2, .loss = Usd{10}});
  ASSERT_TRUE(found && found->up && found->down);
  EXPECT_NEAR(found->up->distance, 2, 1e-6);
  EXPECT_NEAR(found->up->deviations[0], 1.2, 1e-3);
  EXPECT_NEAR(found->up->deviations[1], 1.6, 1e-3);
  EXPECT_GE(found->up->loss, Usd{10});
  EXPECT_NEAR(found->up->loss.value(), 10, 1e-5);
  EXPECT_NEAR(found->up->beyond.value(), num::normal_cdf(-2), 1e-7);
  EXPECT_NEAR(found->up->as_far.value(), std::exp(-2.0), 1e-6);
  // With the first factor falling, the edge is nearest where it does not move at all.
  EXPECT_NEAR(found->down->distance, 2.5, 1e-6);
  EXPECT_NEAR(found->down->deviations[0], 0, 1e-6);
}

TEST(NearestMoves, OfALossOfBothSidesAreFoundOnBoth) {
  const auto found =
      searched([](Point z) { return z[0] * z[0] - 0.5 * z[0]; }, {.factors = 2, .loss = Usd{3}});
  ASSERT_TRUE(found && found->down && found->up);
  EXPECT_NEAR(found->down->distance, 1.5, 1e-6);
  EXPECT_NEAR(found->up->distance, 2, 1e-6);
  const auto even =
      searched([](Point z) { return std::abs(z[0]); }, {.factors = 1, .loss = Usd{3}});
  EXPECT_NEAR(even->down->distance, 3, 1e-9);
  EXPECT_NEAR(even->up->distance, 3, 1e-9);
  EXPECT_DOUBLE_EQ(even->down->deviations[0], -even->up->deviations[0]);
}

TEST(NearestMoves, WhereNoneIsWithinReachNoneIsTold) {
  const auto found = searched([](Point z) { return z[0]; }, {.factors = 2, .loss = Usd{6.01}});
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->up || found->down);
  EXPECT_NEAR(found->worst.value(), 6, 1e-9);
  EXPECT_NEAR(found->worst_at[0], 6, 1e-9);
  EXPECT_TRUE(searched([](Point z) { return z[0]; }, {.factors = 2, .loss = Usd{5.99}})->up);
  // A loss that stands from the beginning is no distance away.
  EXPECT_EQ(searched([](Point) { return 1.0; }, {.factors = 1, .loss = Usd{1}})->up->distance, 0);
}

TEST(NearestMoves, AreTheNearestOfSeveral) {
  // Two dents: one straight ahead at 4, a narrower one off to the side at 2.5.
  const auto loss = [](Point z) {
    const double off = std::hypot(z[0] - 2.0, z[1] + 1.5);
    return z[0] >= 4 || off < 0.2 ? 1.0 : 0.0;
  };
  const auto found = searched(loss, {.factors = 2, .loss = Usd{1}});
  ASSERT_TRUE(found && found->up);
  EXPECT_NEAR(found->up->distance, 2.3, 1e-4);
  EXPECT_FALSE(found->down);
}

TEST(NearestMoves, PassOnWhatTheLossesRefuse) {
  const auto refuse = [](const num::Matrix<double>&) -> Result<std::vector<double>> {
    return fail(Reason::missing_data, "nothing");
  };
  EXPECT_EQ(nearest_moves(refuse, {.factors = 1, .loss = Usd{1}}).error().reason,
            Reason::missing_data);
}

TEST(NearestMovesLaw, OfAnyPlaneAreAtItsDistance) {
  test::for_cases(40, [](test::Gen& gen) {
    const auto factors = static_cast<std::size_t>(gen.integer(1, 3));
    std::vector<double> slope = gen.reals(factors, -1, 1);
    slope[0] = gen.real(0.2, 1);
    double length = 0;
    for (const double s : slope) length += s * s;
    length = std::sqrt(length);
    const double away = gen.real(0.5, 5.5);
    const auto loss = [&](Point z) {
      double sum = 0;
      for (std::size_t i = 0; i < factors; ++i) sum += slope[i] * z[i];
      return sum / length;
    };
    const auto found = searched(loss, {.factors = factors, .loss = Usd{away}});
    ASSERT_TRUE(found && found->up);
    EXPECT_NEAR(found->up->distance, away, 2e-6);
    EXPECT_NEAR(found->up->deviations[0], away * slope[0] / length, 5e-3);
  });
}

TEST(AsFarAs, IsTheShareOfDrawsThatFar) {
  for (const std::size_t factors : {1U, 2U, 3U}) {
    num::Draws draws(7, 1, factors);
    constexpr int count = 200'000;
    int far = 0;
    for (int i = 0; i < count; ++i) {
      double square = 0;
      for (std::size_t f = 0; f < factors; ++f) square += std::pow(draws.normal(), 2);
      far += square >= 4 ? 1 : 0;
    }
    const double share = as_far_as(2, factors).value();
    EXPECT_NEAR(far / double{count}, share, 4 * std::sqrt(share / count)) << factors;
    EXPECT_DOUBLE_EQ(as_far_as(0, factors).value(), 1);
  }
}

TEST(MoveLaw, ReproducesTheCalibrationsDeviationsAndCorrelations) {
  scenario::Calibration joint = test::joint_calibration();
  joint.assets[1].moves.beta = -0.4;
  const MoveLaw law = move_law(joint);
  ASSERT_EQ(law.factors, 3U);
  const double root = std::sqrt(30.0 / 365);
  const auto product = [](const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
  };
  const auto &lead = law.assets[0], &other = law.assets[1];
  EXPECT_NEAR(std::sqrt(product(lead.spot, lead.spot)), 0.6 * root, 1e-15);
  EXPECT_NEAR(std::sqrt(product(other.spot, other.spot)), 0.45 * root, 1e-15);
  EXPECT_NEAR(product(lead.spot, other.spot),
              0.6 * 0.45 * root * root * joint.dependence.correlation.row(0)[1], 1e-15);
  EXPECT_NEAR(product(lead.vol, lead.spot), -0.7 * 0.36 * root * root, 1e-15);
  EXPECT_NEAR(product(other.vol, other.spot), -0.4 * 0.45 * 0.45 * root * root, 1e-15);
  const double shocks = (1 - std::pow(0.96, 60)) / (1 - 0.96 * 0.96);
  EXPECT_NEAR(product(lead.vol, lead.vol), 0.49 * 0.36 * root * root + 9e-4 * shocks, 1e-14);
  const Shock shock = law.at(std::vector{1.0, 0.0, 0.0});
  EXPECT_NEAR(shock.lead.spot, std::exp(0.6 * root), 1e-15);
  EXPECT_NEAR(shock.lead.vol, std::exp(-0.7 * 0.6 * root), 1e-15);
  EXPECT_EQ(shock.others.size(), 1U);
  EXPECT_EQ(move_law(test::calibration()).factors, 2U);
}

TEST(ReverseStress, OfAWalletIsTheLogOfWhatIsLeftOverItsDeviation) {
  Known known;
  known.book.wallet = Tokens{10};
  const auto found = known.found(0.1 * 20'000);
  ASSERT_TRUE(found.down);
  EXPECT_NEAR(found.down->distance, -std::log(0.9) / known.deviation(), 1e-6);
  EXPECT_NEAR(found.down->deviations[1], 0, 1e-3);  // volatility costs it nothing
  EXPECT_FALSE(found.up);
  known.book.wallet = Tokens{-10};
  const auto against = known.found(0.1 * 20'000);
  EXPECT_FALSE(against.down);
  EXPECT_NEAR(against.up->distance, std::log(1.1) / known.deviation(), 1e-6);
}

TEST(ReverseStress, OfCashThereIsNone) {
  Known known;
  known.book.idle_cash = Usd{1000};
  const auto found = known.found(100);
  EXPECT_FALSE(found.down || found.up);
  EXPECT_EQ(found.worst, Usd{0});
}

TEST(ReverseStress, OfASoldStraddleIsDearerVolatilityTooAndNoNearerPointIsAsDear) {
  Known known;
  for (const auto type : {option::Type::call, option::Type::put}) {
    known.book.lots.push_back({type == option::Type::call ? "call" : "put",
                               option::Contract{type, Price{2000}, known.snapshot.at + days(60)},
                               Tokens{-10}});
  }
  const double cost = 3000;
  const auto found = known.found(cost);
  ASSERT_TRUE(found.down && found.up);
  EXPECT_GT(found.down->deviations[1], 0.02);
  EXPECT_GT(found.up->deviations[1], 0.02);
  const MoveLaw law = move_law(known.calibration);
  // Nothing nearer costs as much: points drawn inside both distances, and between them on a side.
  num::Draws draws(3, 1, 1);
  std::vector<Shock> inside;
  std::vector<double> side;
  while (inside.size() < 20'000) {
    const std::vector<double> z{3 * draws.normal(), 3 * draws.normal()};
    const double edge = (z[0] < 0 ? *found.down : *found.up).distance;
    if (std::hypot(z[0], z[1]) < edge * (1 - 1e-6)) inside.push_back(law.at(z));
  }
  const auto table =
      shocked(known.in_market(), {.shocks = inside, .tenor_power = law.tenor_power}, team);
  for (const double loss : table->total) EXPECT_LT(loss, cost);
  EXPECT_NEAR(found.down->loss.value(), cost, 1e-2);
}

}  // namespace levee::risk

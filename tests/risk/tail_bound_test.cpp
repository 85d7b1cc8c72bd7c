// tests/risk/tail_bound_test.cpp — an upper end that holds the truth as often as it says.
#include "levee/risk/tail_bound.h"

#include "levee/num/normal.h"
#include "levee/num/philox.h"
#include "levee/risk/tail.h"
#include "tests/support/cases.h"

#include <cmath>

namespace levee::risk {
namespace {

constexpr int samples = 2000;

template <class Draw>
std::vector<double> losses(int sample, std::size_t count, Draw draw) {
  num::Draws draws(11, 0, static_cast<std::uint64_t>(sample));
  std::vector<double> made(count);
  for (double& one : made) one = draw(draws);
  return made;
}

// Share of samples whose upper end lies above the true CVaR; and of the plain end, for comparison.
struct Held {
  double corrected = 0, plain = 0;
};

template <class Draw>
Held held(double truth, std::size_t count, Draw draw) {
  Held found;
  for (int sample = 0; sample < samples; ++sample) {
    const auto bound = tail_bound(losses(sample, count, draw));
    if (!bound) continue;
    const double plain = bound->cvar.value() + 1.959963984540054 * bound->error.value();
    found.corrected += truth < bound->upper.value() ? 1.0 / samples : 0;
    found.plain += truth < plain ? 1.0 / samples : 0;
  }
  return found;
}

const double three_errors = 3 * std::sqrt(0.975 * 0.025 / samples);

}  // namespace

TEST(TailBound, IsTheTailAndCountsItsEvents) {
  const auto drawn = losses(0, 1000, [](num::Draws& d) { return d.normal(); });
  const auto bound = tail_bound(drawn);
  const auto tail = tail_of(drawn, 0.95);
  ASSERT_TRUE(bound && tail);
  EXPECT_EQ(bound->cvar, tail->cvar);
  EXPECT_EQ(bound->error, tail->cvar_error);
  EXPECT_NEAR(bound->events, 50, 1e-9);
  EXPECT_GT(bound->upper.value(), tail->cvar.value() + 1.96 * tail->cvar_error.value())
      << "few events are skewed upwards";
}

TEST(TailBound, IsWhereHallsCubicIsTheNormals) {
  const auto drawn = losses(3, 400, [](num::Draws& d) { return -std::log(d.uniform()); });
  const auto bound = tail_bound(drawn);
  const double var = tail_of(drawn, 0.95)->var.value();
  double mean = 0, second = 0, third = 0;
  for (const double one : drawn) mean += std::max(0.0, one - var) / 400;
  for (const double one : drawn) {
    const double away = std::max(0.0, one - var) - mean;
    second += away * away / 400, third += away * away * away / 400;
  }
  const double skew = third / std::pow(second, 1.5) / 20;
  const double t = (bound->cvar - bound->upper).value() / bound->error.value();
  EXPECT_CLOSE(t + skew * t * t / 3 + skew * skew * t * t * t / 27 + skew / 6, -1.959963984540054,
               1e-9);
}

TEST(TailBound, OfNoScatterIsTheTail) {
  const std::vector<double> same(100, 5.0);
  EXPECT_EQ(tail_bound(same)->upper, Usd{5});
}

TEST(TailBound, MovesWithTheLosses) {
  const auto drawn = losses(0, 500, [](num::Draws& d) { return d.normal(); });
  std::vector<double> moved = drawn;
  for (double& one : moved) one = 3 * one + 7;
  EXPECT_CLOSE(tail_bound(moved)->upper.value(), 3 * tail_bound(drawn)->upper.value() + 7, 1e-12);
}

TEST(TailBound, RefusesWhatIsNoConfidence) {
  const std::vector<double> some(10, 1.0);
  EXPECT_EQ(tail_bound(some, {.level = 0.95, .confidence = 1}).error().reason,
            Reason::out_of_range);
  EXPECT_EQ(tail_bound(some, {.level = 0.95, .confidence = NAN}).error().reason,
            Reason::out_of_range);
  EXPECT_EQ(tail_bound({}).error().reason, Reason::missing_data);
}

// Amendment 22 on S1.36: one-sided 97.5 % within three standard errors over 2,000 simulations.
TEST(TailBoundLaw, HoldsANormalTail) {
  const double truth = num::normal_pdf(num::normal_quantile(0.95)) / 0.05;
  const Held found = held(truth, 2000, [](num::Draws& d) { return d.normal(); });
  EXPECT_NEAR(found.corrected, 0.975, three_errors);
  EXPECT_LT(found.plain, 0.975 - three_errors) << "so many errors above it are too few";
}

TEST(TailBoundLaw, HoldsAnExponentialTailThatThePlainEndMisses) {
  const double truth = 1 - std::log(0.05);
  const Held found = held(truth, 2000, [](num::Draws& d) { return -std::log(d.uniform()); });
  EXPECT_NEAR(found.corrected, 0.975, three_errors);
  EXPECT_LT(found.plain, 0.975 - three_errors);
}

// Shape 0.2: a tail with five moments.
TEST(TailBoundLaw, HoldsAPowerTailWithEnoughOfIt) {
  constexpr double shape = 0.2;
  const double var = std::pow(0.05, -shape), truth = var / (1 - shape);
  const auto draw = [](num::Draws& d) { return std::pow(d.uniform(), -shape); };
  const Held found = held(truth, 10'000, draw);
  EXPECT_NEAR(found.corrected, 0.975, three_errors);
}

}  // namespace levee::risk

#include "levee/signal/asynchronous.h"

#include "levee/num/estimate.h"
#include "levee/num/philox.h"

#include <cmath>
#include <vector>

#include <gmock/gmock.h>

namespace levee::signal {
namespace {

using ::testing::HasSubstr;

market::Series prices(std::vector<std::int64_t> at, std::vector<double> value) {
  market::Series series{.at = {}, .value = std::move(value), .step = {}, .source = "by hand"};
  for (const std::int64_t one : at) series.at.push_back(UnixSeconds{one});
  return series;
}

// Two prices that move together every second, each seen when a clock of its own says so.
struct Tape {
  market::Series a, b;
};

Tape drawn(double correlation, double seen_a, double seen_b, std::uint64_t path) {
  num::Draws draws(71, 3, path);
  Tape tape{.a = prices({}, {}), .b = prices({}, {})};
  double x = 0, y = 0;
  for (std::int64_t t = 0; t < 20'000; ++t) {
    const double shared = draws.normal(), own = draws.normal();
    x += 1e-4 * shared;
    y += 2e-4 * (correlation * shared + std::sqrt(1 - correlation * correlation) * own);

    if (t == 0 || draws.uniform() < seen_a) {
      tape.a.at.push_back(UnixSeconds{t}), tape.a.value.push_back(2000 * std::exp(x));
    }
    if (t == 0 || draws.uniform() < seen_b) {
      tape.b.at.push_back(UnixSeconds{t}), tape.b.value.push_back(50 * std::exp(y));
    }
  }
  return tape;
}

// The last price seen at every so many seconds: what one would do without knowing better.
double on_a_grid(const Tape& tape, std::int64_t step) {
  const auto sampled = [&](const market::Series& series) {
    std::vector<double> logs;
    std::size_t i = 0;
    for (std::int64_t t = 0; t < 20'000; t += step) {
      while (i + 1 < series.at.size() && series.at[i + 1].value() <= t) ++i;
      logs.push_back(std::log(series.value[i]));
    }
    return logs;
  };
  const auto a = sampled(tape.a), b = sampled(tape.b);
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 1; i < a.size(); ++i) {
    const double x = a[i] - a[i - 1], y = b[i] - b[i - 1];
    ab += x * y, aa += x * x, bb += y * y;
  }
  return ab / std::sqrt(aa * bb);
}

num::Estimate mean_over(std::uint64_t paths, auto&& of) {
  std::vector<double> found;
  for (std::uint64_t path = 0; path < paths; ++path) found.push_back(of(path));
  return num::mean_of(found);
}

}  // namespace

TEST(Comovement, SumsProductsOfReturnsThatShareTime) {
  // a: +1 over [0, 10], -1 over [10, 20]; b: +2 over [5, 12], +3 over [12, 30].
  const double e = std::exp(1);
  const auto a = prices({0, 10, 20}, {1, e, 1});
  const auto b = prices({5, 12, 30}, {1, e * e, std::exp(5)});
  const auto found = comovement(a, b);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->overlaps, 3u);
  EXPECT_NEAR(found->covariance, 1 * 2 - 1 * 2 - 1 * 3, 1e-12);
  EXPECT_NEAR(found->correlation, -3 / std::sqrt(2.0 * 13), 1e-12);
  EXPECT_EQ(comovement(b, a)->overlaps, 3u);
  EXPECT_NEAR(comovement(b, a)->covariance, -3, 1e-12);
}

TEST(Comovement, OfSpansThatOnlyTouchIsNone) {
  const auto found = comovement(prices({0, 10}, {1, 2}), prices({10, 20}, {1, 2}));
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("no time together"));
}

TEST(Comovement, OfAPriceWithItselfIsOne) {
  const Tape tape = drawn(0.3, 0.1, 0.1, 1);
  EXPECT_NEAR(comovement(tape.a, tape.a)->correlation, 1, 1e-12);
}

TEST(Comovement, RefusesWhatIsNoPriceAndWhatDoesNotMove) {
  const auto good = prices({0, 10, 20}, {1, 2, 1});
  const auto why = [&](const market::Series& other) {
    return comovement(good, other).error().message;
  };
  EXPECT_THAT(why(prices({0}, {1})), HasSubstr("1 prices"));
  EXPECT_THAT(why(prices({0, 5}, {1, -1})), HasSubstr("must be positive"));
  EXPECT_THAT(why(prices({5, 5}, {1, 2})), HasSubstr("not after"));
  EXPECT_THAT(why(prices({0, 5}, {1, 1})), HasSubstr("does not move"));
}

// Seen a fourteenth and a tenth of the time: nothing is lost of the correlation that was drawn,
// where a fine grid of last prices sees next to none of it.
TEST(ComovementLaw, FindsTheCorrelationThatWasDrawn) {
  for (const double correlation : {-0.6, 0.0, 0.7}) {
    const auto found = mean_over(60, [&](std::uint64_t path) {
      const Tape tape = drawn(correlation, 0.07, 0.1, path);
      return comovement(tape.a, tape.b)->correlation;
    });
    EXPECT_NEAR(found.value, correlation, 3.5 * found.standard_error + 0.002) << correlation;
    EXPECT_LT(found.standard_error, 0.01);
  }
  const double on_grid = on_a_grid(drawn(0.7, 0.07, 0.1, 1), 2);
  EXPECT_LT(on_grid, 0.2) << "stale prices hide it: the Epps effect";
}

}  // namespace levee::signal

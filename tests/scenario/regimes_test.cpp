#include "levee/scenario/regimes.h"

#include "levee/num/normal.h"

#include <cmath>
#include <random>

#include <gmock/gmock.h>

namespace levee::scenario {
namespace {

struct Made {
  std::vector<double> returns;
  std::vector<bool> storm;
};

Made made(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 source(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  Made history;
  bool storm = false;
  for (std::size_t i = 0; i < count; ++i) {
    storm = uniform(source) < (storm ? 0.9 : 0.03);
    history.returns.push_back(0.001 + (storm ? 0.06 : 0.02) * normal(source));
    history.storm.push_back(storm);
  }
  return history;
}

// The likelihood by adding up every sequence of states, for a handful of days.
double likelihood_by_hand(const Regimes& model, std::span<const double> returns) {
  const double usual = (1 - model.stay[0]) / (2 - model.stay[0] - model.stay[1]);
  double whole = 0;
  for (std::size_t way = 0; way < (1U << returns.size()); ++way) {
    double chance = 1;
    for (std::size_t i = 0; i < returns.size(); ++i) {
      const std::size_t state = (way >> i) & 1U;
      const double come = i == 0                             ? (state == 1 ? usual : 1 - usual)
                          : ((way >> (i - 1)) & 1U) == state ? model.stay[state]
                                                             : 1 - model.stay[1 - state];
      const double deviation = model.deviation[state];
      chance *= come * num::normal_pdf((returns[i] - model.mean) / deviation) / deviation;
    }
    whole += chance;
  }
  return std::log(whole);
}

}  // namespace

TEST(Regimes, AreFoundWhereTheyWere) {
  const Made history = made(4000, 7);
  const auto fit = fit_regimes(history.returns);
  ASSERT_TRUE(fit) << fit.error().message;
  EXPECT_NEAR(fit->model.deviation[0], 0.02, 0.001);
  EXPECT_NEAR(fit->model.deviation[1], 0.06, 0.004);
  EXPECT_NEAR(fit->model.stay[0], 0.97, 0.01);
  EXPECT_NEAR(fit->model.stay[1], 0.9, 0.03);
  EXPECT_NEAR(fit->model.mean, 0.001, 0.0015);
  int right = 0;
  for (std::size_t i = 0; i < 4000; ++i) right += (fit->storm[i] > 0.5) == history.storm[i] ? 1 : 0;
  EXPECT_GT(right, 3600);
}

TEST(Regimes, HaveTheLikelihoodOfAllSequencesTogether) {
  const Made history = made(10, 3);
  const Regimes model{.mean = 0.002, .deviation = {0.015, 0.07}, .stay = {0.9, 0.7}};
  EXPECT_NEAR(log_likelihood(model, history.returns), likelihood_by_hand(model, history.returns),
              1e-12);
}

TEST(Regimes, NoNeighbourIsLikelier) {
  const Made history = made(800, 11);
  const auto fit = fit_regimes(history.returns);
  ASSERT_TRUE(fit);
  const double best = log_likelihood(fit->model, history.returns);
  EXPECT_NEAR(best, fit->log_likelihood, 1e-6);
  const auto worse = [&](auto change) {
    for (const double by : {-0.02, 0.02}) {
      Regimes other = fit->model;
      change(other, by);
      EXPECT_LT(log_likelihood(other, history.returns), best);
    }
  };
  worse([](Regimes& m, double by) { m.deviation[0] *= 1 + 5 * by; });
  worse([](Regimes& m, double by) { m.deviation[1] *= 1 + 5 * by; });
  worse([](Regimes& m, double by) { m.mean += 0.1 * by; });
  worse([](Regimes& m, double by) { m.stay[1] += 2 * by; });
  // Level ground at the top, against how it falls off a little further on.
  const auto level = [&](auto change, double step) {
    const auto at = [&](double by) {
      Regimes other = fit->model;
      change(other, by);
      return log_likelihood(other, history.returns);
    };
    EXPECT_LT(std::abs(at(step) - at(-step)), 0.02 * (2 * best - at(step) - at(-step)));
  };
  level([](Regimes& m, double by) { m.mean += by; }, 1e-3);
  EXPECT_DOUBLE_EQ(fit->storm_now, fit->storm.back());
}

TEST(StormAhead, ReturnsToWhatIsUsual) {
  const Made history = made(800, 5);
  const auto fit = fit_regimes(history.returns);
  const double usual = (1 - fit->model.stay[0]) / (2 - fit->model.stay[0] - fit->model.stay[1]);
  EXPECT_DOUBLE_EQ(storm_ahead(*fit, 0), fit->storm_now);
  const double one =
      fit->storm_now * fit->model.stay[1] + (1 - fit->storm_now) * (1 - fit->model.stay[0]);
  EXPECT_NEAR(storm_ahead(*fit, 1), one, 1e-15);
  EXPECT_NEAR(storm_ahead(*fit, 2000), usual, 1e-12);
}

TEST(Regimes, RefuseWhatTellsNone) {
  std::vector<double> returns(99, 0.01);
  EXPECT_EQ(fit_regimes(returns).error().reason, Reason::missing_data);
  returns.assign(200, 0.01);
  EXPECT_EQ(fit_regimes(returns).error().reason, Reason::no_solution);
  returns[3] = std::nan("");
  EXPECT_EQ(fit_regimes(returns).error().reason, Reason::bad_input);
}

}  // namespace levee::scenario

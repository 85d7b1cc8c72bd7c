// tests/hazard/yearly_loss_test.cpp — drawn years against exact moments and the exact law.
#include "levee/hazard/yearly_loss.h"

#include "levee/base/check.h"
#include "levee/num/estimate.h"
#include "levee/num/philox.h"
#include "tests/hazard/yearly_cases.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace levee::hazard {
namespace {

using test::drawn_by;
using test::thirty_a_year;
using test::three_a_year;

// Mean and mean square of one capped loss of a tail from 0: integrals of the survival function.
double capped_mean(double shape, double scale, double most) {
  return scale / (1 - shape) * (1 - std::pow(1 + shape * most / scale, 1 - 1 / shape));
}
double capped_square(double shape, double scale, double most) {
  double sum = 0;
  constexpr int steps = 200'000;
  const double top = std::log1p(most / scale);
  for (int i = 0; i < steps; ++i) {
    const double at = (i + 0.5) / steps * top, x = scale * std::expm1(at);
    sum += 2 * x * std::pow(1 + shape * x / scale, -1 / shape) * scale * std::exp(at);
  }
  return sum * top / steps;
}

// Chances of one loss in steps of `width`, rounded to the nearest.
std::vector<double> in_steps(const YearlyLaw& law, double width, std::size_t steps) {
  std::vector<double> chances(steps);
  const auto below = [&](double x) {
    if (law.most && !(Usd{x} < *law.most)) return 1.0;
    return x <= 0 ? 0.0 : 1 - law.tail.beyond(Usd{x}).value();
  };
  for (std::size_t i = 0; i < steps; ++i) {
    const auto at = static_cast<double>(i);
    chances[i] = below((at + 0.5) * width) - below((at - 0.5) * width);
  }
  return chances;
}

}  // namespace

TEST(YearlyLosses, AreSumsOfEventsByHand) {
  const YearlyLaw law = three_a_year();
  const auto usd = drawn_by(law, num::Engine::plain, 41, 1);
  // The same words, by the generator itself.
  std::vector<double> words;
  for (std::uint32_t block = 0; block < 4; ++block) {
    for (const std::uint32_t w : num::philox({block, 0x79656172, 41, 0}, {77, 0}))
      words.push_back(w);
  }
  std::size_t events = 0;
  for (double term = std::exp(-3.0), below = term; words[0] >= below * 0x1p32; below += term) {
    term *= 3.0 / static_cast<double>(++events);
  }
  double sum = 0;
  for (std::size_t i = 1; i <= events; ++i) {
    const double u = (words[i] + 0.5) / 0x1p32;
    sum += std::min(5e6 / 0.62 * (std::pow(u, -0.62) - 1), 1e9);
  }
  ASSERT_GT(events, 0U);
  EXPECT_CLOSE(usd[0], sum, 1e-12);
}

TEST(YearlyLosses, HaveTheirExactMoments) {
  const YearlyLaw law = three_a_year();
  const auto usd = drawn_by(law, num::Engine::fastest, 0, 2'000'000);
  const double mean = 3 * capped_mean(0.62, 5e6, 1e9);
  const double variance = 3 * capped_square(0.62, 5e6, 1e9);
  const auto got = num::mean_of(usd);
  EXPECT_NEAR(got.value, mean, 4 * std::sqrt(variance / 2e6));
  EXPECT_NEAR(got.standard_error, std::sqrt(variance / 2e6), 0.02 * std::sqrt(variance / 2e6));
  const auto none = static_cast<double>(std::ranges::count(usd, 0.0));
  EXPECT_NEAR(none / 2e6, std::exp(-3.0), 4 * std::sqrt(std::exp(-3.0) / 2e6));
}

// Panjer's recursion knows the whole law of the year: chi-square over fifty bins of it.
TEST(YearlyLosses, HaveTheLawOfPanjersRecursion) {
  for (const double alpha : {0.0, 0.7}) {
    YearlyLaw law = three_a_year();
    law.count.alpha = alpha, law.most = Usd{4e7};
    constexpr double width = 2e4;
    constexpr std::size_t steps = 12'000;
    const auto one = in_steps(law, width, 2001);
    const auto year = aggregate_law(law.count, one, steps);
    const auto usd = drawn_by(law, num::Engine::fastest, 0, 1'000'000);
    constexpr std::size_t bins = 50;
    std::vector<double> want(bins + 1), came(bins + 1);
    for (std::size_t i = 0; i < steps; ++i) want[std::min(i / 240, bins)] += 1e6 * year[i];
    want[bins] += 1e6 - std::accumulate(want.begin(), want.end(), 0.0);
    for (const double loss : usd) {
      const auto step = static_cast<std::size_t>(loss / width + 0.5);
      came[std::min(step / 240, bins)] += 1;
    }
    double chi = 0, used = 0;
    for (std::size_t b = 0; b <= bins; ++b) {
      if (want[b] < 20) continue;
      chi += (came[b] - want[b]) * (came[b] - want[b]) / want[b], ++used;
    }
    EXPECT_GT(used, 30);
    EXPECT_LT(chi, used + 4 * std::sqrt(2 * used)) << alpha;
  }
}

TEST(YearlyLosses, MixBodyAndTail) {
  YearlyLaw law = thirty_a_year();
  law.most = Usd{1e8}, law.beyond = Beyond::is_cut;
  const double body = std::accumulate(law.body.begin(), law.body.end(), 0.0) / 153;
  const double tail = law.tail.mean_within(Usd{1e8}).value();
  const double chance = 39.0 / 192, mean = 30.4 * (chance * tail + (1 - chance) * body);
  const auto got = num::mean_of(drawn_by(law, num::Engine::fastest, 0, 400'000));
  EXPECT_NEAR(got.value, mean, 4 * got.standard_error);
  EXPECT_LT(got.standard_error / mean, 1e-3);
  // Without a cut a billion is the most of many; with it none is beyond a hundred million.
  law.count.mean = 1e-3;
  const auto rare = drawn_by(law, num::Engine::fastest, 0, 400'000);
  EXPECT_LT(std::ranges::max(rare), 2e8);
}

TEST(YearlyLosses, AreTheSameInWhateverStretchTheyAreDrawn) {
  for (const YearlyLaw& law : test::yearly_laws()) {
    const auto whole = drawn_by(law, num::Engine::fastest, 10, 2500);
    for (const std::size_t at : {0U, 1U, 1023U, 1500U, 2499U}) {
      EXPECT_EQ(drawn_by(law, num::Engine::fastest, 10 + at, 1)[0], whole[at]);
    }
  }
}

TEST(YearlyLosses, AreTheSameBitsOnBothWideEngines) {
  if (!num::has_engine(num::Engine::avx512))
    GTEST_SKIP() << "this processor or build has no avx512";
  for (const YearlyLaw& law : test::yearly_laws()) {
    EXPECT_EQ(drawn_by(law, num::Engine::avx2, 3, 5000),
              drawn_by(law, num::Engine::avx512, 3, 5000));
  }
}

TEST(YearlyLosses, RefuseWhatIsNoLaw) {
  const auto refused = [](auto change) {
    YearlyLaw law = three_a_year();
    change(law);
    EXPECT_THROW(YearlyLosses(law, 1), ContractBroken);
  };
  refused([](YearlyLaw& law) { law.count.mean = -1; });
  refused([](YearlyLaw& law) { law.count.mean = 20'000; });
  refused([](YearlyLaw& law) { law.tail_chance = 0.5; });
  refused([](YearlyLaw& law) { law.tail.scale = Usd{0}; });
  refused([](YearlyLaw& law) { law.most = Usd{-1}; });
  refused([](YearlyLaw& law) { law.body = {std::nan("")}; });
}

}  // namespace levee::hazard

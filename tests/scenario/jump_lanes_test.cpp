// tests/scenario/jump_lanes_test.cpp — what a walk is made of, and that it has the law it says.
#include "levee/scenario/jump_lanes.h"

#include "levee/base/check.h"
#include "levee/num/estimate.h"
#include "levee/num/philox.h"
#include "levee/scenario/draw.h"
#include "tests/scenario/jump_cases.h"

#include <numbers>

namespace levee::scenario {

using levee::test::for_cases;
using levee::test::Gen;
using levee::test::walked;

namespace {

// The walk of benchmark B3: two assets, thirty days, jumps that always come together.
WalkParts two_assets() {
  WalkParts parts{{Vol{0.65}, Vol{0.5}}, {}, {2, 2}, 7};
  parts.jumps.assets = {{Intensity{6}, LogReturn{-0.1}, 0.14},
                        {Intensity{6}, LogReturn{-0.07}, 0.098}};
  parts.jumps.spans.assign(2, std::vector<double>(30, 1.0 / 365));
  parts.jumps.joins = {1, 1};
  parts.jumps.correlation = {2, 2};
  for (std::size_t i = 0; i < 4; ++i) parts.jumps.correlation.row(i / 2)[i % 2] = 1;
  parts.root.row(0)[0] = 1;
  parts.root.row(1)[0] = 0.8;
  parts.root.row(1)[1] = 0.6;
  return parts;
}

}  // namespace

// By hand, from Philox itself: words 0 and 1 are the normals of steps 0 and 1, 2 and 3 the next.
TEST(JumpLanes, ADiffusionIsBoxAndMullersOfThePathsOwnCounters) {
  WalkParts parts = two_assets();
  parts.jumps.assets[0] = parts.jumps.assets[1] = {};
  const JumpLanes lanes(parts);
  const auto rows = walked<double>(lanes, {.first = 40, .paths = 3});
  for (std::uint32_t i = 0; i < 3; ++i) {
    long double x = 0;
    for (std::uint32_t step = 0; step < 30; ++step) {
      const auto w = num::philox({step / 4, stream::jump, 40 + i, 0}, {7, 0});
      const std::size_t at = step % 4 / 2 * 2;
      const long double radius = std::sqrt(-2 * std::log(((w.at(at) | 1U) + 0.0L) / 4294967296));
      const std::uint32_t angle = w.at(at + 1);
      const auto whole = static_cast<std::int32_t>(angle & ~3U) + 2.0L;
      const long double turn = whole / 2147483648 * std::numbers::pi_v<long double> / 4;
      const bool cosine = (step % 2 == 0) == ((angle & 1U) == 0);
      const long double z = radius * (cosine ? std::cos(turn) : std::sin(turn));
      x += 0.65L / std::sqrt(365.0L) * ((angle & 2U) != 0 ? -z : z) - 0.65L * 0.65L / 730;
      EXPECT_NEAR(rows[step * 2][i], static_cast<double>(x), 1e-13);
    }
  }
}

TEST(JumpLanes, HasTheDriftVarianceAndCovarianceOfItsModel) {
  const std::size_t paths = 400'000;
  const auto rows = walked<double>(JumpLanes(two_assets()), {.paths = paths});
  std::vector<double> s, t, xx, xy, yy;
  const double years = 30.0 / 365, jumps = 6 * years;
  const auto drift = [&](double vol, double mean, double deviation) {
    const double relative = std::expm1(mean + deviation * deviation / 2);
    return years * (-vol * vol / 2 - 6 * relative + 6 * mean);
  };
  const double mx = drift(0.65, -0.1, 0.14), my = drift(0.5, -0.07, 0.098);
  for (std::size_t i = 0; i < paths; ++i) {
    const double x = rows[58][i], y = rows[59][i];
    s.push_back(std::exp(x)), t.push_back(std::exp(y));
    xx.push_back((x - mx) * (x - mx)), xy.push_back((x - mx) * (y - my));
    yy.push_back((y - my) * (y - my));
  }
  const auto expect = [](const std::vector<double>& found, double want) {
    const auto mean = num::mean_of(found);
    EXPECT_NEAR(mean.value, want, 4 * mean.standard_error);
  };
  expect(s, 1);
  expect(t, 1);
  const double square = 0.1 * 0.1 + 0.14 * 0.14;  // the second asset's jump is 0.7 of the first's
  expect(xx, 0.65 * 0.65 * years + jumps * square);
  expect(xy, 0.65 * 0.5 * 0.8 * years + jumps * 0.7 * square);
  expect(yy, 0.5 * 0.5 * years + jumps * 0.49 * square);
}

// Without a diffusion to speak of, a step that moved is a step with a jump.
TEST(JumpLanes, JumpsComeAtTheirStepsAloneAndTogether) {
  WalkParts parts = two_assets();
  parts.diffusive = {Vol{1e-9}, Vol{1e-9}};
  parts.jumps.assets = {{Intensity{30}, LogReturn{1}, 0.1}, {Intensity{20}, LogReturn{-2}, 0}};
  // A first step shorter than what a word's upper bits tell.
  parts.jumps.spans = {{0.0002, 0.04, 0.002}, {0.0002, 0.03, 0.002}};
  parts.jumps.joins = {1, 0.25};
  const std::size_t paths = 200'000;
  const auto rows = walked<double>(JumpLanes(parts), {.paths = paths});
  const auto drift = [&](double intensity, double mean, double deviation) {
    return -intensity * std::expm1(mean + deviation * deviation / 2);
  };
  const double sizes[] = {drift(30, 1, 0.1), drift(20, -2, 0)};
  for (std::size_t step = 0; step < 3; ++step) {
    SCOPED_TRACE(step);
    std::vector<double> first, second, product, alone;
    for (std::size_t i = 0; i < paths; ++i) {
      double jumped[2];
      for (std::size_t a = 0; a < 2; ++a) {
        const double before = step == 0 ? 0 : rows[(step - 1) * 2 + a][i];
        jumped[a] = rows[step * 2 + a][i] - before - sizes[a] * parts.jumps.spans[a][step];
      }
      jumped[1] /= -2;
      first.push_back(jumped[0]), second.push_back(jumped[1]);
      alone.push_back(std::abs(jumped[0]) < 1e-6 ? 1 : 0);
      product.push_back((jumped[0] - 30 * parts.jumps.spans[0][step]) *
                        (jumped[1] - 20 * parts.jumps.spans[1][step]));
    }
    const auto expect = [](const std::vector<double>& found, double want) {
      const auto mean = num::mean_of(found);
      EXPECT_NEAR(mean.value, want, 4 * mean.standard_error);
    };
    const double lead = 30 * parts.jumps.spans[0][step];
    expect(first, lead);
    expect(second, 20 * parts.jumps.spans[1][step]);
    expect(product, 0.25 * lead);  // Poisson counts share those that come together
    expect(alone, std::exp(-lead));
  }
}

TEST(JumpLanes, WriteOnlyTheRowsThatAreAsked) {
  const JumpLanes lanes(two_assets());
  const auto all = walked<float>(lanes, {.paths = 70});
  std::vector<float> last(70);
  WalkRows<float> rows{0, 70, std::vector<std::span<float>>(60)};
  rows.log_return[59] = last;
  lanes.walk(rows);
  EXPECT_EQ(last, all[59]);
}

TEST(JumpLanes, RefuseRowsThatDoNotFit) {
  const JumpLanes lanes(two_assets());
  std::vector<double> row(9);
  WalkRows<double> rows{0, 10, std::vector<std::span<double>>(59)};
  EXPECT_THROW(lanes.walk(rows), ContractBroken);
  rows.log_return.emplace_back(row);
  EXPECT_THROW(lanes.walk(rows), ContractBroken);
}

TEST(JumpLanesLaw, APathIsTheSameWhoeverDrawsIt) {
  for_cases(50, [](Gen& gen) {
    const std::size_t assets = gen.size(1, 4);
    const WalkParts parts = test::parts_of(gen, assets, gen.size(1, 12));
    const JumpLanes lanes(parts);
    const std::size_t paths = gen.size(2, 400), skip = gen.size(0, paths - 1);
    const auto all = walked<double>(lanes, {.paths = paths});
    const auto some = walked<double>(lanes, {.first = skip, .paths = paths - skip});
    WalkParts lead = parts;
    lead.diffusive.resize(1), lead.jumps.assets.resize(1), lead.jumps.spans.resize(1);
    lead.root = num::Matrix<double>(1, 1);
    lead.root.row(0)[0] = 1;
    const auto alone = walked<double>(JumpLanes(lead), {.paths = paths});
    for (std::size_t c = 0; c < all.size(); ++c) {
      EXPECT_TRUE(std::equal(some[c].begin(), some[c].end(),
                             all[c].begin() + static_cast<std::ptrdiff_t>(skip)));
      if (c % assets == 0) {
        EXPECT_EQ(alone[c / assets], all[c]);
      }
    }
  });
}

TEST(JumpLanes, PathsOnBothSidesOfALowerWordsEndAreTheirOwn) {
  const JumpLanes lanes(two_assets());
  const std::size_t first = (1ULL << 32) - 3;
  const auto all = walked<double>(lanes, {.first = first, .paths = 6});
  for (std::size_t i = 0; i < 6; ++i) {
    const auto alone = walked<double>(lanes, {.first = first + i, .paths = 1});
    for (std::size_t c = 0; c < all.size(); ++c) EXPECT_EQ(alone[c][0], all[c][i]);
  }
}

TEST(JumpLanesLaw, EnginesOfLanesAgreeToTheLastBit) {
  using num::Engine;
  if (!num::has_engine(Engine::avx512)) GTEST_SKIP() << "this processor or build has no avx512";
  for_cases(50, [](Gen& gen) {
    const JumpLanes lanes(test::parts_of(gen, gen.size(1, 4), gen.size(1, 12)));
    const std::size_t paths = gen.size(1, 200);
    EXPECT_EQ(walked<double>(lanes, {0, paths, Engine::avx2}),
              walked<double>(lanes, {0, paths, Engine::avx512}));
    EXPECT_EQ(walked<float>(lanes, {0, paths, Engine::avx2}),
              walked<float>(lanes, {0, paths, Engine::avx512}));
  });
}

}  // namespace levee::scenario

// tests/signal/stress_parts_test.cpp — deviations with stress above, whatever the gauge's unit.
#include "levee/signal/stress_parts.h"

#include "levee/num/normal.h"
#include "levee/signal/kind.h"
#include "tests/signal/drawn_history.h"

#include <algorithm>

namespace levee::signal {
namespace {

std::vector<Reading> readings(const std::vector<double>& values) {
  std::vector<Reading> found;
  for (std::size_t i = 0; i < values.size(); ++i) {
    found.push_back({.at = day(i), .value = values[i], .state = {}});
  }
  return found;
}

}  // namespace

TEST(StressPart, ReadsDeviationsAsTheyAre) {
  for (const char* kind : {"rate_gap", "governance_heat"}) {
    const auto parts = stress_part(kind, readings({1.5, -2}), {});
    EXPECT_EQ(parts, (std::vector<std::optional<double>>{1.5, -2}));
  }
}

TEST(StressPart, OfVolatilityIsTheShareOfTheVixBelow) {
  const auto parts = stress_part("vol_equivalent", readings({17.42, 25}), {});
  EXPECT_NEAR(*parts[0], 0, 1e-12);
  EXPECT_NEAR(*parts[1], num::normal_quantile(.82), 1e-12);
}

TEST(StressPart, TurnsDepthAndBreadthRoundAndHoldsThemAgainstTheirPast) {
  std::vector<double> values;
  for (int i = 0; i < 120; ++i) values.push_back(i % 2 == 0 ? .9 : 1.1);
  values.push_back(.5);
  const auto depth = stress_part("liquidity_depth", readings(values), {});
  EXPECT_FALSE(depth[88]) << "eighty-nine days are not ninety";
  EXPECT_TRUE(depth[89]);
  EXPECT_GT(*depth.back(), 3) << "half the depth is stress";
  EXPECT_LT(*stress_part("mev_share", readings(values), {}).back(), -3);
  EXPECT_GT(*stress_part("breadth", readings(values), {}).back(), 3);
}

TEST(StressPart, HalfAndDoubleAreAsFarFromTheMedian) {
  std::vector<double> half, twice;
  for (int i = 0; i < 120; ++i) {
    half.push_back(std::exp(.1 * std::sin(i)));
    twice.push_back(1 / half.back());
  }
  half.push_back(.5), twice.push_back(2);
  const auto down = stress_part("liquidity_depth", readings(half), {});
  const auto up = stress_part("mev_share", readings(twice), {});
  EXPECT_CLOSE(*down.back(), *up.back(), 1e-12);
}

TEST(StressPart, OfAHistoryThatIsMostlyHolesIsNotKnown) {
  std::vector<Reading> sparse;
  for (std::size_t i = 0; i < 59; ++i) sparse.push_back({day(2 * i), i % 3 == 0 ? 1.01 : 1.0, {}});
  const auto parts = stress_part("mev_share", sparse, {});
  EXPECT_TRUE(std::ranges::none_of(parts, [](const auto& part) { return part.has_value(); }));
}

TEST(StressPartLaw, LaterReadingsChangeNothing) {
  test::for_cases(200, [](test::Gen& gen) {
    std::vector<double> values;
    for (int i = 0; i < 300; ++i) values.push_back(gen.scale(.1, 10));
    const auto all = readings(values);
    const std::size_t kept = gen.size(1, 299);
    for (const StressSource& source : stress_sources()) {
      const auto whole = stress_part(source.kind, all, {});
      const auto part = stress_part(source.kind, std::span(all).first(kept), {});
      ASSERT_TRUE(std::ranges::equal(part, std::span(whole).first(kept))) << source.kind;
    }
  });
}

}  // namespace levee::signal

// tests/option/moved_smile_test.cpp — one expiry on many paths, by every engine.
#include "levee/option/moved_smile.h"

#include "tests/option/black_reference.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <limits>

namespace levee::option {

using levee::test::for_cases;
using levee::test::Gen;
using num::Engine;

namespace {

constexpr Price strike{2100};

std::vector<Engine> engines() {
  std::vector<Engine> there{Engine::plain, Engine::avx2, Engine::avx512};
  std::erase_if(there, [](Engine engine) { return !num::has_engine(engine); });
  return there;
}

// Paths that own their columns, and what a strike is worth on them.
struct Paths {
  Surface::Slice slice;
  std::vector<double> forward, vol_factor, skew;
  double unit = 1, nothing = 0;

  std::vector<double> call{}, put{};
  Batch batch{};

  void price(Price at, Engine engine) {
    std::vector<double> log_forward(forward.size());
    std::ranges::transform(forward, log_forward.begin(), [](double f) { return std::log(f); });
    call.assign(forward.size(), -1), put.assign(forward.size(), -1);
    batch = worths({slice, forward, log_forward, vol_factor, skew, unit, nothing}, at, {call, put},
                   engine);
  }
};

// Between a smile of a month and one of three.
Surface::Slice slice() {
  const double tenor = 0.15;
  return {.near = {0.005, 0.08, -0.4, -0.02, 0.1},
          .far = {0.02, 0.11, -0.3, -0.03, 0.2},
          .near_weight = 0.6,
          .far_weight = 0.4,
          .more = 0.001,
          .tenor = tenor,
          .root = std::sqrt(tenor)};
}

Paths one_path(double forward, double vol_factor = 1) {
  return {.slice = slice(), .forward = {forward}, .vol_factor = {vol_factor}, .skew = {}};
}

Paths drawn(Gen& gen, std::size_t count) {
  Paths paths{.slice = slice(), .forward = {}, .vol_factor = {}, .skew = {}};
  if (gen.coin()) paths.slice.far_weight = 0, paths.slice.near_weight = 1;
  for (std::size_t i = 0; i < count; ++i) {
    paths.forward.push_back(gen.scale(700, 6000));
    paths.vol_factor.push_back(gen.scale(0.4, 2.5));
    paths.skew.push_back(gen.real(-0.4, 0.4));
  }
  if (gen.coin()) paths.skew.clear();
  return paths;
}

// From the definition, in long double: how much lies beyond intrinsic value.
long double time_value(const Paths& paths, Price at, std::size_t i) {
  const double f = paths.forward[i], k = std::log(at.value()) - std::log(f);
  long double vol = std::sqrt(paths.slice.variance(k) / paths.slice.tenor) * paths.vol_factor[i];
  if (!paths.skew.empty()) {
    const double x = k / paths.slice.root;
    vol *= std::exp(paths.skew[i] * (x < -1 ? -1 : x > 1 ? 1 : x));
  }
  const Type outside = f > at.value() ? Type::put : Type::call;
  return test::price_reference(outside, at.value(), f, paths.slice.tenor, vol);
}

void expect_right(const Paths& paths, Price at) {
  for (std::size_t i = 0; i < paths.forward.size(); ++i) {
    const double f = paths.forward[i], gap = f - at.value();
    const auto time = static_cast<double>(time_value(paths, at, i));
    const double near = 1e-13 * (f + at.value());
    const double outside = gap > 0 ? paths.put[i] : paths.call[i];
    EXPECT_NEAR(outside, time, std::min(near, 1e-11 * time + 1e-15 * f)) << f << " " << at.value();
    EXPECT_NEAR(paths.call[i], std::max(gap, 0.0) + time, near) << f;
    EXPECT_NEAR(paths.put[i], std::max(-gap, 0.0) + time, near) << f;
  }
}

}  // namespace

TEST(MovedSmile, IsBlacksFormulaAtTheMovedVolatility) {
  for (const Engine engine : engines()) {
    Paths still = one_path(2000);
    still.price(strike, engine);
    const Vol vol{still.slice.vol(std::log(2100.0 / 2000))};
    const auto black = [&](Type type, double factor) {
      return black_price(type, strike, {Price{2000}, Years{0.15}, Vol{vol.value() * factor}});
    };
    EXPECT_CLOSE(still.call[0], black(Type::call, 1).value(), 1e-12);
    EXPECT_CLOSE(still.put[0], black(Type::put, 1).value(), 1e-12);
    Paths moved = one_path(2000, 1.3);
    moved.price(strike, engine);
    EXPECT_CLOSE(moved.call[0], black(Type::call, 1.3).value(), 1e-12);
    // A strike to the right loses volatility where the skew turns down.
    moved.skew = {-0.2};
    moved.price(strike, engine);
    const double x = std::log(2100.0 / 2000) / std::sqrt(0.15);
    EXPECT_CLOSE(moved.call[0], black(Type::call, 1.3 * std::exp(-0.2 * x)).value(), 1e-12);
  }
}

TEST(MovedSmile, BendsAWingNoFurtherThanItsReach) {
  for (const Engine engine : engines()) {
    Paths bent = one_path(2000), lifted = one_path(2000, std::exp(0.3 * skew_reach));
    bent.skew = {0.3};
    for (const double far : {3200.0, 4500.0}) {
      bent.price(Price{far}, engine), lifted.price(Price{far}, engine);
      EXPECT_CLOSE(bent.call[0], lifted.call[0], 1e-11);
    }
    bent.skew = {-0.3};
    bent.price(Price{1000}, engine), lifted.price(Price{1000}, engine);
    EXPECT_CLOSE(bent.put[0], lifted.put[0], 1e-11);
  }
}

TEST(MovedSmile, CountsInItsUnitAndDropsWhatIsNothing) {
  for (const Engine engine : engines()) {
    Paths plain = one_path(2000), scaled = one_path(2000);
    scaled.unit = 0.97, scaled.nothing = 100;
    plain.price(strike, engine), scaled.price(strike, engine);
    EXPECT_CLOSE(scaled.put[0], 0.97 * plain.put[0], 1e-15);
    EXPECT_GT(plain.put[0], 100 / 0.97);
    EXPECT_GT(plain.call[0], 0);
    EXPECT_LT(plain.call[0], 100);
    EXPECT_EQ(scaled.call[0], 0);
  }
}

TEST(MovedSmile, IsIntrinsicValueFarFromTheStrike) {
  for (const Engine engine : engines()) {
    Paths far = one_path(2000, 0.5);
    far.price(Price{100}, engine);
    EXPECT_EQ(far.call[0], 1900);
    EXPECT_EQ(far.put[0], 0);
    far.price(Price{1e7}, engine);
    EXPECT_EQ(far.call[0], 0);
    EXPECT_EQ(far.put[0], 1e7 - 2000);
  }
}

TEST(MovedSmile, WritesOnlyWhatIsWanted) {
  const std::vector<double> forward(20, 2000), log_forward(20, std::log(2000)), still(20, 1);
  for (const Engine engine : engines()) {
    std::vector<double> call(20, -1), put(20, -1);
    const MovedSmile to{slice(), forward, log_forward, still};
    worths(to, strike, {.call = call}, engine);
    worths(to, strike, {.put = put}, engine);
    for (std::size_t i = 0; i < 20; ++i) EXPECT_NEAR(call[i] - put[i], -100, 1e-10);
    EXPECT_EQ(worths(to, strike, {}, engine).one_by_one, engine == Engine::plain ? 20 : 0);
  }
}

TEST(MovedSmile, LeavesToBlackWhatLanesCannotResolve) {
  for (const Engine engine : engines()) {
    for (const double factor : {1e-4, 1e-3, 0.1, 20.0, 40.0}) {
      Paths odd = one_path(strike.value() * 1.0001, factor);
      odd.price(strike, engine);
      EXPECT_EQ(odd.batch.one_by_one, engine == Engine::plain || factor != 0.1 ? 1 : 0) << factor;
      expect_right(odd, strike);
    }
  }
}

TEST(MovedSmile, TakesNothingBroken) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Engine engine : engines()) {
    for (const double factor : {nan, -1.0}) {
      EXPECT_THROW(one_path(2000, factor).price(strike, engine), ContractBroken);
    }
    EXPECT_THROW(one_path(nan).price(strike, engine), ContractBroken);
    EXPECT_THROW(one_path(2000).price(Price{-1}, engine), ContractBroken);
    Paths uneven = one_path(2000);
    uneven.vol_factor.push_back(1);
    EXPECT_THROW(uneven.price(strike, engine), ContractBroken);
  }
}

TEST(MovedSmileLaw, EveryEngineIsRightWhereverAPathStands) {
  for_cases(60, [](Gen& gen) {
    Paths paths = drawn(gen, gen.size(1, 1500));
    const Price at{gen.scale(500, 9000)};
    for (const Engine engine : engines()) {
      paths.price(at, engine);
      expect_right(paths, at);
      if (engine == Engine::plain) continue;
      EXPECT_LT(paths.batch.one_by_one, 1 + paths.forward.size() / 20);
    }
  });
}

TEST(MovedSmileLaw, TheEnginesOfLanesAgreeToTheLastBit) {
  if (!num::has_engine(Engine::avx512)) GTEST_SKIP() << "this processor or build has no avx512";
  for_cases(60, [](Gen& gen) {
    Paths paths = drawn(gen, gen.size(2, 700));
    const Price at{gen.scale(500, 9000)};
    paths.price(at, Engine::avx2);
    const auto call = paths.call, put = paths.put;
    paths.price(at, Engine::avx512);
    EXPECT_EQ(paths.call, call);
    EXPECT_EQ(paths.put, put);
    // A path alone is the same path.
    Paths last{paths.slice, {paths.forward.back()}, {paths.vol_factor.back()}, {}};
    if (!paths.skew.empty()) last.skew = {paths.skew.back()};
    last.price(at, Engine::avx512);
    EXPECT_EQ(last.call[0], call.back());
    EXPECT_EQ(last.put[0], put.back());
  });
}

}  // namespace levee::option

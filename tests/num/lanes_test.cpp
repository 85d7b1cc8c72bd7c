// tests/num/lanes_test.cpp — which engine answers, that all agree, and what is refused.
#include "levee/num/lanes.h"

#include "levee/base/check.h"
#include "tests/num/lane_accuracy.h"

#include <array>

namespace levee::num {

using levee::test::for_cases;
using levee::test::Gen;

namespace {

using Each = void (*)(std::span<const double>, std::span<double>, Engine);

std::vector<double> answers(Each each, const std::vector<double>& x, Engine engine) {
  std::vector<double> out(x.size());
  each(x, out, engine);
  return out;
}

}  // namespace

TEST(Lanes, OfThePlainEngineKeepTheirAccuracy) { test::expect_accurate(Engine::plain); }

TEST(Lanes, RunOnTheWidestEngineThereIs) {
  EXPECT_TRUE(has_engine(Engine::plain));
  EXPECT_TRUE(has_engine(Engine::fastest));
  EXPECT_EQ(resolved(Engine::plain), Engine::plain);
  EXPECT_NE(resolved(Engine::fastest), Engine::fastest);
  if (has_engine(Engine::avx512)) {
    EXPECT_EQ(resolved(Engine::fastest), Engine::avx512);
  } else if (has_engine(Engine::avx2)) {
    EXPECT_EQ(resolved(Engine::fastest), Engine::avx2);
  }
}

TEST(Lanes, GiveExactAnswersWhereThereAreAny) {
  for (const Engine engine : {Engine::plain, Engine::avx2, Engine::avx512}) {
    if (!has_engine(engine)) continue;
    EXPECT_EQ(answers(exp_each, {0.0, -0.0}, engine), (std::vector{1.0, 1.0}));
    EXPECT_EQ(answers(log_each, {1.0}, engine), std::vector{0.0});
  }
}

TEST(Lanes, RefuseColumnsOfDifferentLengths) {
  const std::array<double, 3> x = {1, 2, 3};
  std::array<double, 2> out{};
  EXPECT_THROW(exp_each(x, out), ContractBroken);
  EXPECT_THROW(log_each(x, out), ContractBroken);
  EXPECT_THROW(mills_each(x, out), ContractBroken);
}

TEST(LanesLaw, AnAnswerDoesNotDependOnWhereItsNumberStands) {
  for_cases(200, [](Gen& gen) {
    const std::vector<double> x = gen.reals(gen.size(0, 50), 0.1, 9);
    for (const Each each : {exp_each, log_each, mills_each}) {
      const auto all = answers(each, x, Engine::fastest);
      for (std::size_t i = 0; i < x.size(); ++i) {
        EXPECT_EQ(answers(each, {x[i]}, Engine::fastest).front(), all[i]);
      }
    }
  });
}

TEST(LanesLaw, FourAndEightSideBySideGiveTheSameBits) {
  if (!has_engine(Engine::avx512)) GTEST_SKIP() << "this processor or build has no avx512";
  for_cases(200, [](Gen& gen) {
    const std::vector<double> x = gen.reals(gen.size(0, 200), 1e-3, 9);
    for (const Each each : {exp_each, log_each, mills_each}) {
      EXPECT_EQ(answers(each, x, Engine::avx2), answers(each, x, Engine::avx512));
    }
  });
}

}  // namespace levee::num

// tests/hazard/stack_test.cpp — nodes that are shared, and what sharing them does.
#include "levee/hazard/stack.h"

#include "tests/support/cases.h"

#include <cmath>

namespace levee::hazard {
namespace {

FailureModel node(const std::string& name, double rate, std::vector<std::string> needs = {}) {
  FailureModel model{name, Intensity{rate}, Share{1}, Share{1}, "by hand"};
  model.needs = std::move(needs);
  return model;
}

using Nodes = std::vector<std::size_t>;

// Two pools and a venue; one pool and the venue stand on the same issuer, which needs a bank.
std::vector<FailureModel> city() {
  return {node("bank", 0.05), node("issuer", 0.03, {"bank"}), node("pool", 0.02, {"issuer"}),
          node("other", 0.02), node("venue", 0.04, {"issuer"})};
}

TEST(Stack, IsWhateverIsNeededOnceEach) {
  const auto models = city();
  const auto of = [&](std::vector<std::string> names) { return stack_of(models, names); };
  EXPECT_EQ(of({"pool"}), (Nodes{0, 1, 2}));
  EXPECT_EQ(of({"other"}), Nodes{3});
  EXPECT_EQ(of({"venue", "pool", "pool"}), (Nodes{0, 1, 2, 4}));
  EXPECT_TRUE(of({"nobody", ""}).empty());
}

TEST(Stack, OfNodesThatNeedEachOtherEnds) {
  const std::vector<FailureModel> ring{node("a", 1, {"b"}), node("b", 1, {"a", "a"})};
  const std::vector<std::string> names{"a"};
  EXPECT_EQ(stack_of(ring, names), (Nodes{0, 1}));
}

// Mathematics 5.1: any of the hazards .02, .03, .05.
TEST(Stack, SurvivesByTheProductOfItsNodes) {
  const std::vector<FailureModel> models{node("a", 0.02), node("b", 0.03), node("c", 0.05)};
  const StackRisk risk = stack_risk(models, Nodes{0, 1, 2}, Years{1});
  EXPECT_NEAR(1 - risk.survival.mean, 0.09516258196404048, 1e-13);
  EXPECT_DOUBLE_EQ(risk.survival.low, risk.survival.high);
  EXPECT_NEAR(risk.lost.mean, 0.09516258196404048, 1e-13);
  EXPECT_DOUBLE_EQ(stack_risk(models, Nodes{}, Years{1}).survival.mean, 1);
}

TEST(Stack, LosesEachNodesShareOfWhatTheOthersLeave) {
  std::vector<FailureModel> models{node("a", 0.5), node("b", 0.25)};
  models[0].loss_low = models[0].loss_high = Share{0.4};
  const double a = -std::expm1(-0.5) * 0.4, b = -std::expm1(-0.25);
  EXPECT_NEAR(stack_risk(models, Nodes{0, 1}, Years{1}).lost.mean, 1 - (1 - a) * (1 - b), 1e-13);
}

TEST(Stack, SharedNodesMakeHoldingsFailTogether) {
  const auto models = city();
  const Nodes pool{0, 1, 2}, other{3}, venue{0, 1, 4};
  const FailTogether apart = fail_together(models, pool, other, Years{1});
  EXPECT_NEAR(apart.both.value(), apart.one.value() * apart.other.value(), 1e-13);
  EXPECT_NEAR(apart.correlation, 0, 1e-12);
  const FailTogether both = fail_together(models, pool, venue, Years{1});
  const double shared = -std::expm1(-0.08), own = -std::expm1(-0.02), its = -std::expm1(-0.04);
  EXPECT_NEAR(both.both.value(), shared + (1 - shared) * own * its, 1e-13);
  EXPECT_GT(both.correlation, 0.7);
  const FailTogether same = fail_together(models, pool, pool, Years{1});
  EXPECT_NEAR(same.correlation, 1, 1e-12);
}

TEST(Stack, WhatIsNotKnownOfOneFitGoesForAllItsNodes) {
  std::vector<FailureModel> models{node("a", 0.1), node("b", 0.1)};
  for (FailureModel& model : models) model.drawn = {Intensity{0.01}, Intensity{0.19}};
  const FailTogether both = fail_together(models, Nodes{0}, Nodes{1}, Years{1});
  const double low = -std::expm1(-0.01), high = -std::expm1(-0.19);
  EXPECT_NEAR(both.both.value(), (low * low + high * high) / 2, 1e-12);
  EXPECT_GT(both.correlation, 0.05);
  const StackRisk risk = stack_risk(models, Nodes{0, 1}, Years{1});
  EXPECT_NEAR(risk.survival.mean, (std::exp(-0.02) + std::exp(-0.38)) / 2, 1e-12);
  EXPECT_LT(risk.survival.low, risk.survival.high);
}

TEST(StackLaw, AgreesWithDrawsOfEveryNode) {
  test::for_cases(20, [](test::Gen& gen) {
    std::vector<FailureModel> models;
    for (int i = 0; i < 5; ++i) models.push_back(node(std::to_string(i), gen.real(0.05, 0.5)));
    const Nodes one{0, 1, 2}, other{2, 3, 4};
    const FailTogether told = fail_together(models, one, other, Years{1});
    const int count = 20'000;
    int both = 0;
    for (int path = 0; path < count; ++path) {
      std::vector<bool> fails;
      for (const FailureModel& model : models) {
        fails.push_back(gen.real(0, 1) < failure_within(model, Years{1}).value());
      }
      both += (fails[0] || fails[1] || fails[2]) && (fails[2] || fails[3] || fails[4]) ? 1 : 0;
    }
    const double chance = told.both.value();
    EXPECT_NEAR(both, count * chance, 5 * std::sqrt(count * chance * (1 - chance)));
  });
}

}  // namespace
}  // namespace levee::hazard

// tests/option/model_fit_test.cpp — parameters back from chains that models made.
#include "levee/option/model_fit.h"

#include "levee/num/philox.h"
#include "levee/option/model_price.h"
#include "tests/option/models.h"

#include <limits>

namespace levee::option {
namespace {

// Six expiries, eleven strikes each, with normal noise of `noise` half spreads in vol.
FitAsk made_by(const Model& model, double noise, std::uint64_t seed) {
  FitAsk ask{.kind = std::string(model.kind->name), .slices = {}};
  num::Draws draws(seed, 1, 0);
  for (const double days : {7.0, 14.0, 30.0, 60.0, 120.0, 270.0}) {
    VolSlice slice{.term = {Price{3000}, Years{days / 365}}, .quotes = {}};
    std::vector<Price> strikes;
    for (int i = -5; i <= 5; ++i) {
      strikes.push_back(Price{3000 * std::exp(0.24 * i * std::sqrt(days / 365))});
    }
    const auto vols = vols_of(model, slice.term, strikes);
    EXPECT_TRUE(vols);
    for (std::size_t i = 0; i < strikes.size(); ++i) {
      constexpr double half = 0.005;
      const double seen = (*vols)[i].value() + noise * half * draws.normal();
      slice.quotes.push_back({.strike = strikes[i], .vol = Vol{seen}, .half_spread = half});
    }
    ask.slices.push_back(std::move(slice));
  }
  return ask;
}

const std::vector<std::pair<const char*, std::vector<double>>>& truths() {
  static const std::vector<std::pair<const char*, std::vector<double>>> known{
      {"black", {.55}},
      {"merton", {.5, 8, -.08, .12}},
      {"kou", {.5, 12, .35, 14, 9}},
      {"heston", {.45, .35, 4, 1.8, -.35}},
      {"bates", {.35, .4, 3, 1.4, -.3, 4, -.08, .12}}};
  return known;
}

TEST(ModelFit, FindsTheParametersOfAChainWithoutNoise) {
  for (const auto& [kind, numbers] : truths()) {
    SCOPED_TRACE(kind);
    const auto fit = fit_model(made_by(*model_of(kind, numbers), 0, 1));
    ASSERT_TRUE(fit) << fit.error().message;
    EXPECT_LT(fit->misfit, 1e-8);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      EXPECT_NEAR(fit->parameters[i].value, numbers[i], 2e-3 * std::abs(numbers[i]))
          << fit->parameters[i].name;
    }
    for (const SliceError& slice : fit->slices) {
      EXPECT_EQ(slice.quotes, 11U);
      EXPECT_LT(slice.worst, 1e-3);
      EXPECT_EQ(slice.within_spread, 1);
    }
  }
}

// Three standard errors leave out one draw in 370; of 5 x 20 fits of up to 8 numbers about one.
TEST(ModelFitLaw, FindsParametersWithinThreeStandardErrors) {
  constexpr int seeds = 20;
  for (const auto& [kind, numbers] : truths()) {
    SCOPED_TRACE(kind);
    const Model truth = *model_of(kind, numbers);
    int asked = 0, outside = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      FitAsk ask = made_by(truth, 1, seed);
      ask.start = numbers;
      const auto fit = fit_model(ask);
      ASSERT_TRUE(fit) << fit.error().message;
      EXPECT_NEAR(fit->misfit, 1, 0.75);
      for (std::size_t i = 0; i < numbers.size(); ++i) {
        const FittedParameter& found = fit->parameters[i];
        if (found.certainty == Certainty::at_bound) continue;
        ++asked;
        if (std::abs(found.value - numbers[i]) > 3 * found.standard_error) ++outside;
      }
    }
    EXPECT_LE(outside, 1 + asked / 50);
  }
}

TEST(ModelFit, SaysWhichParametersAChainDoesNotDetermine) {
  // A flat smile says nothing about jumps that do not happen.
  const FitAsk flat = made_by(*model_of("black", std::vector{.6}), 0, 1);
  FitAsk ask = flat;
  ask.kind = "merton";
  const auto fit = fit_model(ask);
  ASSERT_TRUE(fit) << fit.error().message;
  int determined = 0;
  for (const FittedParameter& found : fit->parameters) {
    if (found.certainty == Certainty::determined) ++determined;
  }
  EXPECT_LT(determined, 4);
  // One expiry does not tell the speed of reversion from the level it reverts to.
  FitAsk single = made_by(*model_of("heston", std::vector{.45, .35, 4., 1.8, -.35}), 1, 1);
  single.slices.resize(1);
  const auto short_of = fit_model(single);
  ASSERT_TRUE(short_of) << short_of.error().message;
  EXPECT_NE(short_of->parameters[2].certainty, Certainty::determined);
}

TEST(ModelFit, WeighsAQuoteByItsSpread) {
  // One quote is off by ten points; a wide spread keeps it from pulling.
  const auto found = [](double half) {
    FitAsk ask = made_by(*model_of("black", std::vector{.6}), 0, 1);
    ask.slices[2].quotes[5].vol = Vol{.7};
    ask.slices[2].quotes[5].half_spread = half;
    return fit_model(ask)->parameters[0].value;
  };
  EXPECT_LT(found(0.5), .6001);
  EXPECT_GT(found(0.002), .605);
  EXPECT_LT(found(0), .6015);  // nobody quotes both sides: trusted to two points
}

TEST(ModelFit, IsRefusedWithTheReason) {
  const FitAsk fine = made_by(*model_of("black", std::vector{.6}), 0, 1);
  const auto reason = [](const FitAsk& ask) {
    const auto fit = fit_model(ask);
    EXPECT_FALSE(fit);
    return fit.error().reason;
  };
  FitAsk ask = fine;
  ask.kind = "sabr";
  EXPECT_EQ(reason(ask), Reason::not_supported);
  ask = fine;
  ask.slices.clear();
  EXPECT_EQ(reason(ask), Reason::missing_data);
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), -1.0, 0.0}) {
    ask = fine;
    ask.slices[0].quotes[0].vol = Vol{bad};
    EXPECT_EQ(reason(ask), Reason::bad_input);
    ask = fine;
    ask.slices[0].term.expiry = Years{bad};
    EXPECT_EQ(reason(ask), Reason::bad_input);
  }
  ask = fine;
  ask.start = {99};
  EXPECT_EQ(reason(ask), Reason::bad_input);
}

}  // namespace
}  // namespace levee::option

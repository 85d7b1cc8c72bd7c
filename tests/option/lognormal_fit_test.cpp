// tests/option/lognormal_fit_test.cpp — parameters back from chains that the model made.
#include "levee/option/lognormal_fit.h"

#include "levee/num/philox.h"
#include "levee/option/implied_vol.h"
#include "tests/option/lognormal_models.h"

namespace levee::option {
namespace {

const LognormalVol truth{Vol{.5}, Vol{.7}, 4, 2, -.5, 2.2};
const std::array truths{.5, .7, 4.0, 2.0, -.5, 2.2};

// Three expiries, nine strikes each, by a finer grid than the fit's, with noise of half spreads.
LognormalFitAsk made(double noise) {
  LognormalFitAsk ask{.slices = {}};
  num::Draws draws(5, 1, 0);
  for (const double days : {14.0, 60.0, 240.0}) {
    const Term term{Price{3000}, Years{days / 365}};
    const double wide = std::sqrt(term.expiry.value());
    const auto law = lognormal_grid(truth, term.expiry, {-wide, wide}, {.points = 120});
    VolSlice slice{.term = term, .quotes = {}};
    for (int i = -4; i <= 4; ++i) {
      const Price strike{3000 * std::exp(.25 * i * wide)};
      const Pair pair = prices_of(*law, term.forward, std::span(&strike, 1))[0];
      const Type type = i >= 0 ? Type::call : Type::put;
      const auto vol = implied_vol(type, strike, term.forward, term.expiry,
                                   type == Type::call ? pair.call : pair.put);
      slice.quotes.push_back({.strike = strike,
                              .vol = Vol{vol->value() + noise * .005 * draws.normal()},
                              .half_spread = .005});
    }
    ask.slices.push_back(std::move(slice));
  }
  return ask;
}

TEST(LognormalFit, FindsTheModelOfAChainWithoutNoise) {
  const parallel::Team team(1);
  const auto fit = fit_lognormal(made(0), team);
  ASSERT_TRUE(fit) << fit.error().message;
  EXPECT_LT(fit->misfit, 1e-4);
  for (const SliceError& slice : fit->slices) {
    EXPECT_EQ(slice.quotes, 9U);
    EXPECT_LT(slice.worst, .01);
    EXPECT_EQ(slice.within_spread, 1);
  }
  EXPECT_NEAR(fit->model.now.value(), truth.now.value(), 1e-3);
  EXPECT_NEAR(fit->model.beta, truth.beta, .01);
  EXPECT_NEAR(fit->model.vol_of_vol, truth.vol_of_vol, .05);
}

TEST(LognormalFit, FindsItWithinItsErrorsFromNoise) {
  const parallel::Team one(1), two(2);
  LognormalFitAsk ask = made(1);
  ask.start = truth;
  const auto fit = fit_lognormal(ask, two);
  ASSERT_TRUE(fit) << fit.error().message;
  EXPECT_NEAR(fit->misfit, 1, .8);
  for (std::size_t i = 0; i < truths.size(); ++i) {
    const FittedParameter& found = fit->parameters[i];
    if (found.certainty == Certainty::at_bound) continue;
    EXPECT_LT(std::abs(found.value - truths[i]), 3.5 * found.standard_error) << found.name;
  }
  const auto again = fit_lognormal(ask, one);
  EXPECT_EQ(again->model.beta, fit->model.beta);
  EXPECT_EQ(again->misfit, fit->misfit);
}

TEST(LognormalFit, IsRefusedWithTheReason) {
  const parallel::Team team(1);
  const LognormalFitAsk fine = made(0);
  const auto reason = [&](const LognormalFitAsk& ask) {
    const auto fit = fit_lognormal(ask, team);
    EXPECT_FALSE(fit);
    return fit ? Reason::refused : fit.error().reason;
  };
  EXPECT_EQ(reason({.slices = {}}), Reason::missing_data);
  for (const double bad : {-1.0, 0.0, std::numeric_limits<double>::quiet_NaN()}) {
    LognormalFitAsk ask = fine;
    ask.slices[0].quotes[0].vol = Vol{bad};
    EXPECT_EQ(reason(ask), Reason::bad_input);
    ask = fine;
    ask.slices[1].term.expiry = Years{bad};
    EXPECT_EQ(reason(ask), Reason::bad_input);
  }
  LognormalFitAsk ask = fine;
  ask.start.beta = 1.5;
  ask.account = Account::coin;
  EXPECT_EQ(reason(ask), Reason::no_solution);
  ask.start = {};
  EXPECT_EQ(reason(ask), Reason::bad_input);
}

}  // namespace
}  // namespace levee::option

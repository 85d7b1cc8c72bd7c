// tests/option/shelf_test.cpp — the laws that every model of a forward keeps.
#include "levee/option/black.h"
#include "levee/option/contour.h"
#include "levee/option/cosine.h"
#include "levee/option/model_price.h"
#include "tests/option/models.h"

#include <ostream>
#include <string>

namespace levee::option {

void PrintTo(const Entry& kind, std::ostream* out) { *out << kind.name; }

namespace {

using levee::test::for_cases;
using levee::test::Gen;

class ModelLaw : public testing::TestWithParam<Entry> {};

TEST_P(ModelLaw, IsAProbabilityAndAMartingale) {
  for_cases(1000, [](Gen& gen) {
    const Model model = test::any_model(GetParam(), gen);
    const Years expiry = test::any_term(gen).expiry;
    EXPECT_LT(std::abs(model.exponent(0, expiry)), 1e-14);
    EXPECT_LT(std::abs(model.exponent(1, expiry)), 1e-13);
    const Complex s{0, gen.real(0, 50)};
    EXPECT_LE(model.exponent(s, expiry).real(), 1e-13);
    EXPECT_LT(std::abs(model.exponent(std::conj(s), expiry) - std::conj(model.exponent(s, expiry))),
              1e-12);
  });
}

TEST_P(ModelLaw, StaysWithinItsEnvelope) {
  for_cases(300, [](Gen& gen) {
    const Model model = test::any_model(GetParam(), gen);
    const Years expiry = test::any_term(gen).expiry;
    double before = 0;
    for (double u = 0.5; u < 2000; u *= 1.02) {
      const double bound = model.kind->envelope(u, expiry, model.parameters);
      EXPECT_LE(model.exponent({0, u}, expiry).real(), bound + 1e-12 * (1 + std::abs(bound)));
      EXPECT_LE(bound, before);
      before = bound;
    }
  });
}

TEST_P(ModelLaw, HasMomentsThatCoverTheForward) {
  for_cases(1000, [](Gen& gen) {
    const Model model = test::any_model(GetParam(), gen);
    const auto [lowest, highest] =
        model.kind->moments(test::any_term(gen).expiry, model.parameters);
    EXPECT_LT(lowest, 0);
    EXPECT_GT(highest, 1);
  });
}

TEST_P(ModelLaw, HasOnePriceByTwoRoads) {
  int short_of_terms = 0;
  for_cases(1000, [&](Gen& gen) {
    const Model model = test::any_model(GetParam(), gen);
    const Term term = test::any_term(gen);
    const auto strikes = test::strikes_around(model, term, gen.real(0.5, 4));
    const auto puts = cosine_puts(model, term, strikes);
    if (!puts) {
      EXPECT_EQ(puts.error().reason, Reason::not_converged);
      ++short_of_terms;
      return;
    }
    const double highest = std::max(term.forward.value(), strikes.back().value());
    EXPECT_LE(puts->error, 1e-12 + 1e-14 * highest / term.forward.value());
    for (std::size_t i = 0; i < strikes.size(); ++i) {
      const auto price = contour_price(model, term, Type::put, strikes[i]);
      if (!price) continue;  // counted below
      EXPECT_NEAR(puts->put[i].value(), price->value(), 2 * puts->error * term.forward.value());
    }
  });
  EXPECT_LE(short_of_terms, 10);
}

TEST_P(ModelLaw, HasAPriceByTheContourNearlyAlways) {
  int asked = 0, without = 0;
  for_cases(300, [&](Gen& gen) {
    const Model model = test::any_model(GetParam(), gen);
    const Term term = test::any_term(gen);
    for (const Price strike : test::strikes_around(model, term, 4)) {
      ++asked;
      const auto price = contour_price(model, term, Type::call, strike);
      if (!price) ++without;
    }
  });
  EXPECT_LE(without, asked / 1000);
}

TEST_P(ModelLaw, KeepsParityBoundsAndConvexity) {
  for_cases(300, [](Gen& gen) {
    const Model model = test::any_model(GetParam(), gen);
    const Term term = test::any_term(gen);
    const auto strikes = test::strikes_around(model, term, 3);
    const auto pairs = prices_of(model, term, strikes);
    ASSERT_TRUE(pairs) << pairs.error().message;
    const double forward = term.forward.value();
    double slope_before = -1;
    for (std::size_t i = 0; i < strikes.size(); ++i) {
      const double strike = strikes[i].value(), slack = 1e-11 * std::max(forward, strike);
      const double call = (*pairs)[i].call.value(), put = (*pairs)[i].put.value();
      EXPECT_NEAR(call - put, forward - strike, slack);
      EXPECT_GE(call, std::max(forward - strike, 0.0) - slack);
      EXPECT_LE(call, forward);
      EXPECT_GT(std::min(call, put), 0);
      if (i == 0) continue;
      const double wide = strike - strikes[i - 1].value();
      const double slope = (call - (*pairs)[i - 1].call.value()) / wide;
      EXPECT_GE(slope, slope_before - 4 * slack / wide);
      EXPECT_LE(slope, 2 * slack / wide);
      slope_before = slope;
    }
  });
}

TEST_P(ModelLaw, IsWorthMoreWithMoreTime) {
  for_cases(200, [](Gen& gen) {
    const Model model = test::any_model(GetParam(), gen);
    const Term near = test::any_term(gen);
    const Term far{near.forward, Years{near.expiry.value() * gen.real(1.1, 3)}};
    const auto strikes = test::strikes_around(model, near, 2);
    const auto soon = prices_of(model, near, strikes), later = prices_of(model, far, strikes);
    ASSERT_TRUE(soon && later);
    for (std::size_t i = 0; i < strikes.size(); ++i) {
      const double slack = 1e-11 * std::max(near.forward.value(), strikes[i].value());
      EXPECT_GE((*later)[i].call.value(), (*soon)[i].call.value() - slack);
    }
  });
}

TEST_P(ModelLaw, SaysWhatItIs) {
  EXPECT_FALSE(GetParam().name.empty());
  EXPECT_FALSE(GetParam().about.empty());
  ASSERT_FALSE(GetParam().parameters.empty());
  for (const Parameter& parameter : GetParam().parameters) {
    EXPECT_FALSE(parameter.name.empty());
    EXPECT_LE(parameter.lower, parameter.start);
    EXPECT_LE(parameter.start, parameter.upper);
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, ModelLaw, testing::ValuesIn(shelf().begin(), shelf().end()),
                         [](const auto& kind) { return std::string(kind.param.name); });

// What becomes Black's formula: no jumps, or a variance that does not move.
TEST(ModelLimits, AreBlack) {
  for_cases(300, [](Gen& gen) {
    const double vol = gen.scale(.1, 2), square = vol * vol, average = gen.scale(.01, 2);
    const double reversion = gen.real(.2, 15);
    const Term term = test::any_term(gen);
    const double t = term.expiry.value();
    const double mean =
        average + (square - average) * -std::expm1(-reversion * t) / (reversion * t);
    struct Limit {
      const char* kind;
      std::vector<double> numbers;
      double vol;
    };
    for (const Limit& limit :
         {Limit{"black", {vol}, vol}, Limit{"merton", {vol, 0, -.1, .2}, vol},
          Limit{"merton", {vol, 5, 0, 0}, vol}, Limit{"kou", {vol, 0, .4, 10, 10}, vol},
          Limit{"heston", {square, average, reversion, 0, -.5}, std::sqrt(mean)},
          Limit{"heston", {square, square, reversion, 1e-13, .5}, vol},
          Limit{"bates", {square, average, reversion, 0, -.5, 0, .1, .1}, std::sqrt(mean)}}) {
      SCOPED_TRACE(limit.kind);
      const Model model = *model_of(limit.kind, limit.numbers);
      const auto strikes = test::strikes_around(model, term, 3);
      const auto pairs = prices_of(model, term, strikes);
      ASSERT_TRUE(pairs) << pairs.error().message;
      for (std::size_t i = 0; i < strikes.size(); ++i) {
        const double want =
            black_price(Type::call, strikes[i],
                        {.forward = term.forward, .expiry = term.expiry, .vol = Vol{limit.vol}})
                .value();
        EXPECT_NEAR((*pairs)[i].call.value(), want,
                    2e-12 * std::max(term.forward.value(), strikes[i].value()));
      }
    }
  });
}

// Heston within Bates, Merton within Bates.
TEST(ModelLimits, OfBatesAreHestonAndMerton) {
  for_cases(300, [](Gen& gen) {
    const auto bates = test::any_numbers("bates", gen);
    const Term term = test::any_term(gen);
    auto calm = bates, still = bates;
    calm[5] = 0;
    still[3] = 0;
    still[1] = still[0];
    const std::vector<double> heston(bates.begin(), bates.begin() + 5);
    const std::vector merton{std::sqrt(bates[0]), bates[5], bates[6], bates[7]};
    const Complex s{gen.real(0, 1), gen.real(0, 30)};
    const auto at = [&](std::string_view kind, const std::vector<double>& numbers) {
      return model_of(kind, numbers)->exponent(s, term.expiry);
    };
    EXPECT_LT(std::abs(at("bates", calm) - at("heston", heston)), 1e-14);
    const Complex want = at("merton", merton);
    EXPECT_LT(std::abs(at("bates", still) - want), 1e-11 * (1 + std::abs(want)));
  });
}

}  // namespace
}  // namespace levee::option

// tests/option/merton_series_test.cpp — Merton's sum against his characteristic function.
#include "levee/option/merton_series.h"

#include "levee/option/contour.h"
#include "levee/option/cosine.h"
#include "tests/option/models.h"

#include <limits>

namespace levee::option {
namespace {

using levee::test::for_cases;
using levee::test::Gen;

MertonInputs inputs(const Model& model, const Term& term) {
  const auto& p = model.parameters;
  return {term.forward, term.expiry, Vol{p[0]}, Intensity{p[1]}, LogReturn{p[2]}, p[3]};
}

const Entry& merton() { return *model_of("merton", std::vector{.5, 1., 0., .1})->kind; }

TEST(MertonSeries, IsBlackWithoutJumps) {
  const MertonInputs in{Price{2000}, Years{0.25}, Vol{0.6}, Intensity{0}, LogReturn{-.1}, .1};
  EXPECT_CLOSE(merton_price(Type::put, Price{1800}, in).value(),
               black_price(Type::put, Price{1800}, {Price{2000}, Years{0.25}, Vol{0.6}}).value(),
               1e-14);
}

TEST(MertonSeries, RefusesMoreJumpsThanItCanSum) {
  const MertonInputs in{Price{2000}, Years{10}, Vol{0.6}, Intensity{80}, LogReturn{-.1}, .1};
  EXPECT_THROW(static_cast<void>(merton_price(Type::put, Price{1800}, in)), ContractBroken);
}

TEST(MertonSeries, RefusesWhatIsNoModelOrNoOption) {
  const MertonInputs good{Price{2000}, Years{.1}, Vol{0.6}, Intensity{4}, LogReturn{-.1}, .1};
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {-1.0, std::nan(""), infinity}) {
    MertonInputs in = good;
    in.vol = Vol{bad};
    EXPECT_THROW(merton_price(Type::put, Price{1800}, in), ContractBroken);
    in = good, in.deviation = bad;
    EXPECT_THROW(merton_price(Type::put, Price{1800}, in), ContractBroken);
    in = good, in.forward = Price{bad};
    EXPECT_THROW(merton_price(Type::put, Price{1800}, in), ContractBroken);
    in = good, in.expiry = Years{bad};
    EXPECT_THROW(merton_price(Type::put, Price{1800}, in), ContractBroken);
    in = good, in.intensity = Intensity{bad};
    EXPECT_THROW(merton_price(Type::put, Price{1800}, in), ContractBroken);
    EXPECT_THROW(merton_price(Type::put, Price{bad}, good), ContractBroken);
  }
  EXPECT_THROW(merton_price(Type::put, Price{0}, good), ContractBroken);
}

// Many jumps of one size: a characteristic function that fades, and rises again to where it counts.
TEST(MertonSeries, AgreesWhereJumpsComeBackIntoStep) {
  const Model model = *model_of("merton", std::vector{.1011872, 19.170626, -.2768559, .0161969});
  const Term term{Price{1}, Years{586 / 365.0}};
  const std::vector strikes{Price{.19666406}, Price{.5}, Price{2}};
  const auto puts = cosine_puts(model, term, strikes);
  ASSERT_TRUE(puts);
  for (std::size_t i = 0; i < strikes.size(); ++i) {
    EXPECT_NEAR(puts->put[i].value(),
                merton_price(Type::put, strikes[i], inputs(model, term)).value(), 1e-12);
  }
}

TEST(MertonSeriesLaw, AgreesWithTheCosineSeriesAndTheContour) {
  for_cases(1000, [](Gen& gen) {
    const Model model = test::any_model(merton(), gen);
    const Term term = test::any_term(gen);
    const auto strikes = test::strikes_around(model, term, 3);
    const auto puts = cosine_puts(model, term, strikes);
    for (std::size_t i = 0; i < strikes.size(); ++i) {
      const Type type = strikes[i].value() >= term.forward.value() ? Type::call : Type::put;
      const double want = merton_price(type, strikes[i], inputs(model, term)).value();
      const double put = merton_price(Type::put, strikes[i], inputs(model, term)).value();
      if (puts) {
        EXPECT_NEAR(puts->put[i].value(), put, puts->error * term.forward.value() + 1e-14 * put);
      }
      const auto price = contour_price(model, term, type, strikes[i]);
      ASSERT_TRUE(price) << price.error().message;
      // Digits of its own, however small the price.
      EXPECT_NEAR(price->value(), want, 1e-9 * want + 1e-19 * term.forward.value());
    }
  });
}

}  // namespace
}  // namespace levee::option

// tests/option/model_price_test.cpp — prices by whichever road holds, and their volatilities.
#include "levee/option/model_price.h"

#include "levee/option/contour.h"
#include "levee/option/cosine.h"
#include "tests/option/models.h"

namespace levee::option {
namespace {

using levee::test::for_cases;
using levee::test::Gen;

TEST(ModelPrices, FallBackToTheContourWhereTheSeriesRunsOut) {
  const Model model = *model_of("merton", std::vector{0.01, 50.0, 0.0, 0.4});
  const Term hour{Price{2000}, Years{1 / 8760.0}};
  const std::vector strikes{Price{1500}, Price{2600}};
  ASSERT_FALSE(cosine_puts(model, hour, strikes));
  const auto pairs = prices_of(model, hour, strikes);
  ASSERT_TRUE(pairs) << pairs.error().message;
  EXPECT_EQ((*pairs)[0].put, *contour_price(model, hour, Type::put, strikes[0]));
  EXPECT_EQ((*pairs)[1].call, *contour_price(model, hour, Type::call, strikes[1]));
}

TEST(ModelPrices, PassOnWhatIsRefused) {
  const Model flat = *model_of("black", std::vector{0.6});
  const std::vector strikes{Price{-1}};
  const auto pairs = prices_of(flat, {Price{1}, Years{1}}, strikes);
  ASSERT_FALSE(pairs);
  EXPECT_EQ(pairs.error().reason, Reason::out_of_range);
  EXPECT_FALSE(vols_of(flat, {Price{1}, Years{1}}, strikes));
}

TEST(ModelVolsLaw, OfBlackAreFlat) {
  for_cases(300, [](Gen& gen) {
    const double vol = gen.scale(.1, 2);
    const Model flat = *model_of("black", std::vector{vol});
    const Term term = test::any_term(gen);
    const auto vols = vols_of(flat, term, test::strikes_around(flat, term, 6));
    ASSERT_TRUE(vols) << vols.error().message;
    for (const Vol found : *vols) EXPECT_CLOSE(found.value(), vol, 3e-5);
  });
}

TEST(ModelVols, LeanAsTheCorrelationSays) {
  const Term month{Price{2000}, Years{30.0 / 365}};
  const std::vector strikes{Price{1600}, Price{2000}, Price{2500}};
  const auto leaning = [&](double correlation) {
    const auto model = model_of("heston", std::vector{.4, .4, 3., 1.5, correlation});
    const auto vols = vols_of(*model, month, strikes);
    return (*vols)[2].value() - (*vols)[0].value();
  };
  EXPECT_LT(leaning(-.6), -.02);
  EXPECT_GT(leaning(.6), .02);
}

}  // namespace
}  // namespace levee::option

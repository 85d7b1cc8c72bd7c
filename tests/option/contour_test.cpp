// tests/option/contour_test.cpp — one price by an integral, digits of its own included.
#include "levee/option/contour.h"

#include "levee/option/black.h"
#include "tests/option/models.h"

#include <limits>

namespace levee::option {
namespace {

using levee::test::for_cases;
using levee::test::Gen;

TEST(ContourPrice, RefusesWhatIsNotPositive) {
  const Model flat = *model_of("black", std::vector{0.6});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double bad : {nan, 0.0, -1.0, std::numeric_limits<double>::infinity()}) {
    for (const auto& price : {contour_price(flat, {Price{bad}, Years{1}}, Type::call, Price{1}),
                              contour_price(flat, {Price{1}, Years{bad}}, Type::call, Price{1}),
                              contour_price(flat, {Price{1}, Years{1}}, Type::call, Price{bad})}) {
      ASSERT_FALSE(price);
      EXPECT_EQ(price.error().reason, Reason::out_of_range);
    }
  }
}

TEST(ContourPriceLaw, IsBlacksToTheLastDigitsFarOut) {
  for_cases(1000, [](Gen& gen) {
    const double vol = gen.scale(.1, 2);
    const Model flat = *model_of("black", std::vector{vol});
    const Term term = test::any_term(gen);
    const double away = gen.real(-8, 8) * vol * std::sqrt(term.expiry.value());
    const Price strike{term.forward.value() * std::exp(away)};
    const Type outer = away > 0 ? Type::call : Type::put;
    const auto price = contour_price(flat, term, outer, strike);
    ASSERT_TRUE(price) << price.error().message;
    const double want = black_price(outer, strike, {term.forward, term.expiry, Vol{vol}}).value();
    EXPECT_CLOSE(price->value(), want, 1e-10);
    const Type inner = outer == Type::call ? Type::put : Type::call;
    const double ahead = std::abs(term.forward.value() - strike.value());
    EXPECT_CLOSE(contour_price(flat, term, inner, strike)->value(), want + ahead, 1e-12);
  });
}

}  // namespace
}  // namespace levee::option

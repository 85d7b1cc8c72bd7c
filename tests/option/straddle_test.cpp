// tests/option/straddle_test.cpp — how many straddles a position has in effect sold.
#include "levee/option/straddle.h"

#include "tests/support/cases.h"

#include <cmath>

namespace levee::option {

// A full range worth 1 at a price of 1: gamma -1/4, and a straddle's is 2 phi(d1) / (sigma sqrt T).
TEST(StraddlesSold, OfAFullRangeAtSixtyPercentAndThirtyDaysArePublished) {
  const BlackInputs in{Price{1}, Years{30.0 / 365}, Vol{0.6}};
  EXPECT_NEAR(straddles_sold(Gamma{-0.25}, in), 0.054, 0.0005);
  const double root = 0.6 * std::sqrt(30.0 / 365), pi = std::acos(-1.0);
  const double one = 2 * std::exp(-root * root / 8) / std::sqrt(2 * pi) / root;
  EXPECT_CLOSE(straddles_sold(Gamma{-0.25}, in), 0.25 / one, 1e-12);
}

// By finite differences of what the straddles are worth: their gamma is the position's.
TEST(StraddlesSoldLaw, HaveTheGammaThatWasAsked) {
  test::for_cases(300, [](test::Gen& gen) {
    const double price = gen.scale(0.01, 1e5), vol = gen.real(0.2, 2), years = gen.real(0.02, 1);
    const double gamma = -gen.scale(1e-6, 10) / price;
    const BlackInputs in{Price{price}, Years{years}, Vol{vol}};
    const double sold = straddles_sold(Gamma{gamma}, in);
    const double step = 1e-3 * price;
    const auto worth = [&](double forward) {
      const BlackInputs at{Price{forward}, Years{years}, Vol{vol}};
      return black_price(Type::call, Price{price}, at).value() +
             black_price(Type::put, Price{price}, at).value();
    };
    const double bent =
        (worth(price + step) - 2 * worth(price) + worth(price - step)) / (step * step);
    EXPECT_NEAR(-sold * bent / gamma, 1, 2e-3);
    EXPECT_EQ(straddles_sold(Gamma{0}, in), 0);
  });
}

}  // namespace levee::option

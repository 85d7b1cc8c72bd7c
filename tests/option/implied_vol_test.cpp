// tests/option/implied_vol_test.cpp — price to volatility and back.
#include "levee/option/implied_vol.h"

#include "tests/support/cases.h"

#include <cmath>
#include <limits>

namespace levee::option {

using test::for_cases;
using test::Gen;

namespace {

// The out-of-the-money side of a strike against a forward.
Type outside(double strike, double forward) { return strike >= forward ? Type::call : Type::put; }

}  // namespace

TEST(ImpliedVol, OfIntrinsicValueIsZero) {
  EXPECT_EQ(implied_vol(Type::call, Price{80}, Price{100}, Years{1}, Usd{20})->value(), 0);
  EXPECT_EQ(implied_vol(Type::put, Price{80}, Price{100}, Years{1}, Usd{0})->value(), 0);
  EXPECT_EQ(implied_vol(Type::put, Price{80}, Price{80}, Years{1}, Usd{1e-300})->value(), 0);
}

TEST(ImpliedVol, OutsideItsBoundsHasNoSolution) {
  const auto reason = [](Type type, double strike, double price) {
    const auto vol = implied_vol(type, Price{strike}, Price{100}, Years{0.1}, Usd{price});
    return vol ? Reason::bad_input : vol.error().reason;
  };
  EXPECT_EQ(reason(Type::call, 80, 19.99), Reason::no_solution);
  EXPECT_EQ(reason(Type::put, 130, 29.99), Reason::no_solution);
  EXPECT_EQ(reason(Type::call, 120, -0.01), Reason::no_solution);
  EXPECT_EQ(reason(Type::call, 120, 100), Reason::no_solution);
  EXPECT_EQ(reason(Type::call, 80, 100.5), Reason::no_solution);
  EXPECT_EQ(reason(Type::put, 80, 80), Reason::no_solution);
  EXPECT_EQ(reason(Type::put, 130, 131), Reason::no_solution);
  EXPECT_EQ(reason(Type::put, 80, std::numeric_limits<double>::infinity()), Reason::no_solution);
  EXPECT_EQ(reason(Type::put, 80, std::nan("")), Reason::no_solution);
}

TEST(ImpliedVol, RefusesInputsThatAreNotPositive) {
  const auto reason = [](double strike, double forward, double years) {
    return implied_vol(Type::call, Price{strike}, Price{forward}, Years{years}, Usd{1})
        .error()
        .reason;
  };
  EXPECT_EQ(reason(0, 100, 1), Reason::out_of_range);
  EXPECT_EQ(reason(100, -1, 1), Reason::out_of_range);
  EXPECT_EQ(reason(100, 100, 0), Reason::out_of_range);
  EXPECT_EQ(reason(100, std::nan(""), 1), Reason::out_of_range);
  EXPECT_EQ(reason(100, std::numeric_limits<double>::infinity(), 1), Reason::out_of_range);
}

TEST(ImpliedVol, IsFoundForTheSmallestAndLargestPricesThereAre) {
  // Whatever comes back gives the price again.
  for (const double strike : {1.0, 1 + 1e-12, 1.001, 1.5, 20.0, 1e6}) {
    for (const double price : {2e-290, 1e-100, 1e-20, 1e-9, 0.5, 1 - 1e-9, 1 - 0x1p-53}) {
      SCOPED_TRACE(strike);
      const auto vol = implied_vol(Type::call, Price{strike}, Price{1}, Years{1}, Usd{price});
      ASSERT_TRUE(vol) << "price " << price << ": " << vol.error().message;
      const BlackInputs in{Price{1}, Years{1}, *vol};
      EXPECT_CLOSE(black_price(Type::call, Price{strike}, in).value(), price, 1e-12);
    }
  }
}

TEST(ImpliedVolLaw, UndoesBlackWhereverThePriceCarriesTheInformation) {
  for_cases(20000, [](Gen& gen) {
    const double forward = gen.scale(1e-3, 1e6), vol = gen.scale(0.01, 5);
    const double time = gen.scale(1e-4, 5), s = vol * std::sqrt(time);
    const double strike = forward * std::exp(gen.real(-30, 30) * std::min(s, 1.0));
    const BlackInputs in{Price{forward}, Years{time}, Vol{vol}};
    const Type type = outside(strike, forward);
    const auto greeks = black_greeks(type, Price{strike}, in);
    const double price = greeks.price.value(), bound = std::min(strike, forward);
    if (price < 1e-290 || price >= bound) return;
    const auto back = implied_vol(type, Price{strike}, Price{forward}, Years{time}, Usd{price});
    ASSERT_TRUE(back) << back.error().message;
    // What one ulp of the price is worth, and a few ulps of our own.
    const double told = 1e-15 * price / (greeks.vega.value() * vol) + 4e-14;
    EXPECT_CLOSE(back->value(), vol, told);
  });
}

TEST(ImpliedVolLaw, CallAndPutOfOneStrikeImplyTheSame) {
  for_cases(1000, [](Gen& gen) {
    const double forward = gen.scale(1, 1e5), vol = gen.scale(0.2, 2), time = gen.scale(0.01, 1);
    const double strike = forward * std::exp(gen.real(-2, 2) * vol * std::sqrt(time));
    const BlackInputs in{Price{forward}, Years{time}, Vol{vol}};
    for (const Type type : {Type::call, Type::put}) {
      const auto greeks = black_greeks(type, Price{strike}, in);
      const auto back = implied_vol(type, Price{strike}, Price{forward}, Years{time}, greeks.price);
      ASSERT_TRUE(back);
      // In the money the price's own rounding is all that is left of the time value.
      const double told = 4e-16 * (forward + strike) / (greeks.vega.value() * vol) + 4e-14;
      EXPECT_CLOSE(back->value(), vol, told);
    }
  });
}

}  // namespace levee::option

#include "levee/option/variance_index.h"

#include "tests/support/cases.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace levee::option {
namespace {

using test::Gen;

double cdf(double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; }

// Black's price, undiscounted.
double black(Type type, double forward, double strike, double deviation) {
  const double d = std::log(forward / strike) / deviation + deviation / 2;
  const double call = forward * cdf(d) - strike * cdf(d - deviation);
  return type == Type::call ? call : call - forward + strike;
}

struct Market {
  double forward = 3000, vol = 0.6, tenor = 30.0 / 365;
  double from = 500, to = 12'000, step = 10;
};

IndexExpiry chain_of(const Market& market) {
  IndexExpiry expiry{Years{market.tenor}, Price{market.forward}, {}};
  for (double strike = market.from; strike <= market.to; strike += market.step) {
    for (const Type type : {Type::call, Type::put}) {
      // Rounding leaves a speck below 0 far out of the money.
      const double price =
          std::max(0.0, black(type, market.forward, strike, market.vol * std::sqrt(market.tenor)));
      expiry.quotes.push_back({type, Price{strike}, price * 0.999, price * 1.001});
    }
  }
  return expiry;
}

}  // namespace

TEST(StripVariance, OfAFlatSmileIsItsVariance) {
  const auto part = strip_variance(chain_of({}));
  ASSERT_TRUE(part);
  EXPECT_NEAR(std::sqrt(part->variance), 0.6, 2e-5);
  EXPECT_GT(part->strikes, 500);
}

// By hand: strikes 90, 100, 110 around a forward of 102, the middle one 100.
TEST(StripVariance, AddsUpByHand) {
  const IndexExpiry expiry{Years{0.1},
                           Price{102},
                           {{Type::put, Price{90}, 0.9, 1.1},
                            {Type::put, Price{100}, 3, 5},
                            {Type::call, Price{100}, 5, 7},
                            {Type::call, Price{110}, 1.5, 2.5},
                            {Type::call, Price{90}, 12, 14}}};
  const auto part = strip_variance(expiry);
  ASSERT_TRUE(part);
  const double sum = 10 * 1.0 / 8100 + 10 * 5.0 / 10'000 + 10 * 2.0 / 12'100;
  EXPECT_NEAR(part->variance, (2 * sum - 0.02 * 0.02) / 0.1, 1e-15);
  EXPECT_EQ(part->strikes, 3);
}

TEST(StripVariance, AWingEndsAtTwoStrikesWithoutABid) {
  IndexExpiry expiry = chain_of({.step = 100});
  const auto silence = [&](double strike) {
    for (IndexQuote& quote : expiry.quotes) {
      if (quote.strike.value() == strike) quote.bid = 0;
    }
  };
  silence(4000);
  EXPECT_GT(strip_variance(expiry)->highest, Price{4100});
  silence(4100);
  EXPECT_EQ(strip_variance(expiry)->highest, Price{3900});
}

TEST(StripVariance, RefusesWhatIsNoChain) {
  const auto reason = [](const IndexExpiry& expiry) {
    const auto part = strip_variance(expiry);
    return part ? std::nullopt : std::optional(part.error().reason);
  };
  EXPECT_EQ(reason({Years{0.1}, Price{100}, {}}), Reason::missing_data);
  IndexExpiry one = chain_of({.from = 3000, .to = 3000});
  EXPECT_EQ(reason(one), Reason::missing_data);
  IndexExpiry good = chain_of({.step = 100});
  EXPECT_EQ(reason(good), std::nullopt);
  for (const double bad : {-1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    IndexExpiry spoilt = good;
    spoilt.quotes[7].ask = bad;
    EXPECT_EQ(reason(spoilt), Reason::bad_input);
    spoilt = good;
    spoilt.forward = Price{bad};
    EXPECT_EQ(reason(spoilt), Reason::bad_input);
  }
  IndexExpiry crossed = good;
  crossed.quotes[8].bid = crossed.quotes[8].ask * 2;
  EXPECT_EQ(reason(crossed), Reason::bad_input);
  IndexExpiry twice = good;
  twice.quotes.push_back(twice.quotes[5]);
  EXPECT_EQ(reason(twice), Reason::bad_input);
  good.tenor = Years{0};
  EXPECT_EQ(reason(good), Reason::bad_input);
}

TEST(VarianceIndex, LiesBetweenTheTwoExpiriesAroundItsHorizon) {
  const std::array expiries{chain_of({.vol = 0.9, .tenor = 7.0 / 365}),
                            chain_of({.vol = 0.5, .tenor = 20.0 / 365}),
                            chain_of({.vol = 0.7, .tenor = 40.0 / 365})};
  const auto index = variance_index(expiries, Years{30.0 / 365});
  ASSERT_TRUE(index);
  const double total = (0.25 * 20 + 0.49 * 40) / 2;  // Half of the way in time.
  EXPECT_NEAR(index->level.value(), std::sqrt(total / 30), 1e-4);
  const auto exact = variance_index(expiries, Years{40.0 / 365});
  ASSERT_TRUE(exact);
  EXPECT_NEAR(exact->level.value(), 0.7, 1e-4);
  const auto beyond = variance_index(expiries, Years{50.0 / 365});
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().reason, Reason::missing_data);
}

// A mixture of two log-normals has the mean of their variances; the strip finds it from prices that
// no single volatility gives.
TEST(StripVarianceLaw, FindsTheVarianceOfAMixture) {
  test::for_cases(40, [](Gen& gen) {
    const double low = gen.real(0.2, 0.6), high = gen.real(0.6, 1), share = gen.real(0.1, 0.9);
    const Market market{.tenor = gen.real(0.02, 0.3), .from = 30, .to = 40'000, .step = 15};
    IndexExpiry expiry{Years{market.tenor}, Price{market.forward}, {}};
    for (double strike = market.from; strike <= market.to; strike += market.step) {
      for (const Type type : {Type::call, Type::put}) {
        const double root = std::sqrt(market.tenor);
        const double price = share * black(type, market.forward, strike, low * root) +
                             (1 - share) * black(type, market.forward, strike, high * root);
        if (price > 1e-9) expiry.quotes.push_back({type, Price{strike}, price, price});
      }
    }
    const auto part = strip_variance(expiry);
    ASSERT_TRUE(part);
    const double truth = share * low * low + (1 - share) * high * high;
    EXPECT_NEAR(part->variance, truth, 1e-3 * truth);
  });
}

}  // namespace levee::option

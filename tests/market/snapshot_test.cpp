#include "levee/market/snapshot.h"

#include "levee/option/black.h"
#include "tests/support/cases.h"

namespace levee::market {
namespace {

constexpr UnixSeconds now{1'770'000'000};

// Quotes of a smile vol(x), x = ln(K/F)/sqrt(T), at one expiry, close around its prices.
template <class Smile>
option::Surface surface_with(Smile vol, Years tenor, double forward = 2000) {
  std::vector<option::ChainQuote> quotes;
  const UnixSeconds expiry =
      now + Seconds{static_cast<std::int64_t>(tenor.value() * 365 * 86400 + 0.5)};
  for (int i = -20; i <= 20; ++i) {
    const double x = i * vol(0) / 10.0;  // two deviations
    const double strike = forward * std::exp(x * std::sqrt(tenor.value()));
    const auto type = i < 0 ? option::Type::put : option::Type::call;
    const double price =
        option::black_price(type, Price{strike}, {Price{forward}, tenor, Vol{vol(x)}}).value() /
        forward;
    quotes.push_back(
        {{type, Price{strike}, expiry}, price * 0.9999, price * 1.0001, Price{forward}});
  }
  return *option::Surface::from(quotes, {.at = now, .tick = 1e-9});
}

// The same integral in the plainest way: trapezia in the log strike, ten deviations wide.
double brute_fair_vol(const option::Surface& surface, Years tenor) {
  const double root = std::sqrt(tenor.value());
  const double reach = 40 * surface.vol(4, tenor).value() + 40 * surface.vol(-4, tenor).value();
  const int steps = 400'000;
  double sum = 0;
  for (int i = 0; i <= steps; ++i) {
    const double x = -reach + 2 * reach * i / steps;
    const double strike = std::exp(x * root);
    const auto type = x < 0 ? option::Type::put : option::Type::call;
    const double price =
        option::black_price(type, Price{strike}, {Price{1}, tenor, surface.vol(x, tenor)}).value();
    sum += price / strike * (i == 0 || i == steps ? 0.5 : 1);
  }
  return std::sqrt(2 * sum * (2 * reach / steps) * root / tenor.value());
}

Quote quote(double strike, double vol) {
  Quote quote;
  quote.contract = {option::Type::call, Price{strike}, now + days(30)};
  quote.mark_vol = Vol{vol};
  quote.forward = Price{2000};
  return quote;
}

}  // namespace

TEST(FairVol, OfAFlatSmileIsItsVol) {
  test::for_cases(100, [](test::Gen& gen) {
    const double vol = gen.scale(0.05, 2);
    const Years tenor{gen.scale(1 / 365.0, 1.0)};
    const auto surface = surface_with([&](double) { return vol; }, tenor);
    // As near as the fit is flat: wings lean towards what all expiries share.
    EXPECT_CLOSE(fair_vol(surface, tenor).value(), vol, 1e-3);
    EXPECT_CLOSE(fair_vol(surface, Years{tenor.value() / 3}).value(), vol, 1e-3);
  });
}

TEST(FairVol, AgreesWithPlainIntegration) {
  const Years tenor{30.0 / 365};
  const auto skewed = surface_with([](double x) { return 0.6 - 0.1 * x + 0.1 * x * x; }, tenor);
  EXPECT_CLOSE(fair_vol(skewed, tenor).value(), brute_fair_vol(skewed, tenor), 1e-7);
  const auto steep = surface_with([](double x) { return 0.5 + 0.2 * std::abs(x); }, Years{1});
  EXPECT_CLOSE(fair_vol(steep, Years{1}).value(), brute_fair_vol(steep, Years{1}), 1e-7);
}

TEST(FairVol, OfASmileIsAboveItsMiddle) {
  const Years tenor{30.0 / 365};
  const auto smiling = surface_with([](double x) { return 0.6 + 0.2 * x * x; }, tenor);
  EXPECT_GT(fair_vol(smiling, tenor).value(), 0.6 + 0.05);
}

TEST(FairVol, NeedsATenor) {
  const auto flat = surface_with([](double) { return 0.5; }, Years{0.1});
  EXPECT_THROW((void)fair_vol(flat, Years{0}), ContractBroken);
}

TEST(SurfaceOf, GoesBetweenBidAndAskAndLooksPastMarks) {
  Snapshot snapshot;
  snapshot.at = now;
  for (int strike = 1500; strike <= 2700; strike += 100) {
    Quote one = quote(strike, 9);  // a mark that nobody would trade at
    one.contract.type = strike < 2000 ? option::Type::put : option::Type::call;
    const double coins = option::black_price(one.contract.type, one.contract.strike,
                                             {Price{2000}, Years{30.0 / 365}, Vol{0.6}})
                             .value() /
                         2000;
    one.bid = Tokens{coins * 0.98}, one.ask = Tokens{coins * 1.02};
    snapshot.chain.push_back(one);
  }
  const auto surface = surface_of(snapshot);
  ASSERT_TRUE(surface) << surface.error().message;
  ASSERT_EQ(surface->expiries().size(), 1u);
  EXPECT_NEAR(surface->at_the_money(Years{30.0 / 365}).value(), 0.6, 0.002);
}

TEST(SurfaceOf, TakesMarksWhereNobodyQuotes) {
  Snapshot snapshot;
  snapshot.at = now;
  for (int strike = 1500; strike <= 2700; strike += 100) {
    snapshot.chain.push_back(quote(strike, strike == 1900 ? 0 : 0.6));
    snapshot.chain.back().contract.type = strike < 2000 ? option::Type::put : option::Type::call;
  }
  const auto surface = surface_of(snapshot);
  ASSERT_TRUE(surface) << surface.error().message;
  ASSERT_EQ(surface->expiries().size(), 1u);
  EXPECT_EQ(surface->expiries()[0].points.size(), 12u);
  EXPECT_NEAR(surface->at_the_money(Years{30.0 / 365}).value(), 0.6, 0.002);
}

TEST(SurfaceOf, AChainWithoutPricesIsMissing) {
  Snapshot snapshot;
  snapshot.at = now;
  EXPECT_EQ(surface_of(snapshot).error().reason, Reason::missing_data);
  snapshot.chain = {quote(1800, 0.7), quote(2000, 0.6)};
  EXPECT_EQ(surface_of(snapshot).error().reason, Reason::missing_data);
}

}  // namespace levee::market

#include "levee/market/snapshot.h"

#include "levee/option/black.h"
#include "tests/support/cases.h"

namespace levee::market {
namespace {

constexpr UnixSeconds now{1'770'000'000};

// Marks of a smile vol(x), x = ln(K/F)/sqrt(T), at one expiry.
template <class Smile>
option::Surface surface_with(Smile vol, Years tenor, double forward = 2000) {
  std::vector<option::Mark> marks;
  const UnixSeconds expiry =
      now + Seconds{static_cast<std::int64_t>(tenor.value() * 365 * 86400 + 0.5)};
  for (int i = -20; i <= 20; ++i) {
    const double x = i / 10.0;
    const double strike = forward * std::exp(x * std::sqrt(tenor.value()));
    marks.push_back({expiry, Price{forward}, Price{strike}, Vol{vol(x)}});
  }
  return *option::Surface::from(marks, now);
}

// The same integral in the plainest way: trapezia in the log strike, ten deviations wide.
double brute_fair_vol(const option::Surface& surface, Years tenor) {
  const double root = std::sqrt(tenor.value());
  const double reach = 12 * surface.vol(2, tenor).value() + 12 * surface.vol(-2, tenor).value();
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
    const double vol = gen.scale(0.05, 3);
    const Years tenor{gen.scale(1 / 365.0, 1.5)};
    const auto surface = surface_with([&](double) { return vol; }, tenor);
    EXPECT_CLOSE(fair_vol(surface, tenor).value(), vol, 1e-9);
    EXPECT_CLOSE(fair_vol(surface, Years{tenor.value() / 3}).value(), vol, 1e-9);
  });
}

TEST(FairVol, AgreesWithPlainIntegration) {
  const Years tenor{30.0 / 365};
  const auto skewed = surface_with([](double x) { return 0.6 - 0.15 * x + 0.2 * x * x; }, tenor);
  EXPECT_CLOSE(fair_vol(skewed, tenor).value(), brute_fair_vol(skewed, tenor), 1e-6);
  const auto steep = surface_with([](double x) { return 0.5 + 0.4 * std::abs(x); }, Years{1});
  EXPECT_CLOSE(fair_vol(steep, Years{1}).value(), brute_fair_vol(steep, Years{1}), 1e-6);
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

TEST(SurfaceOf, ReadsMarksAndLeavesOutTheUnmarked) {
  Snapshot snapshot;
  snapshot.at = now;
  snapshot.chain = {quote(1800, 0.7), quote(1900, 0), quote(2000, 0.6), quote(2200, 0.65)};
  const auto surface = surface_of(snapshot);
  ASSERT_TRUE(surface);
  ASSERT_EQ(surface->smiles().size(), 1u);
  EXPECT_EQ(surface->smiles()[0].vol, (std::vector<double>{0.7, 0.6, 0.65}));
  EXPECT_EQ(surface->smiles()[0].forward, Price{2000});
}

TEST(SurfaceOf, AChainWithoutMarksIsMissing) {
  Snapshot snapshot;
  snapshot.at = now;
  EXPECT_EQ(surface_of(snapshot).error().reason, Reason::missing_data);
  snapshot.chain = {quote(1800, 0.7), quote(2000, 0.6)};
  EXPECT_EQ(surface_of(snapshot).error().reason, Reason::missing_data);
}

}  // namespace levee::market

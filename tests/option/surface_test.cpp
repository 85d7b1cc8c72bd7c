#include "levee/option/surface.h"

#include "levee/option/black.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace levee::option {
namespace {

using test::Gen;

constexpr UnixSeconds now{1'800'000'000};
const Ssvi shape{.rho = -0.3, .eta = 0.9, .gamma = 0.45};

// One expiry of a chain that SSVI made: total variance at the money `theta`.
struct Listed {
  double days = 30, theta = 0.03, forward = 3000;
  int strikes = 10;  ///< To either side of the forward, a third of a deviation apart.
  double eta = shape.eta;
};

// Bid and ask one vol point to either side.
void list(const Listed& listed, std::vector<ChainQuote>& quotes) {
  const auto seconds = static_cast<std::int64_t>(std::llround(listed.days * 86400));
  const UnixSeconds expiry = now + Seconds{seconds};
  const Years tenor = years(Seconds{seconds});
  for (int i = -listed.strikes; i <= listed.strikes; ++i) {
    const double k = i * std::sqrt(listed.theta) / 3;
    const Price strike{listed.forward * std::exp(k)};
    const Ssvi its{shape.rho, listed.eta, shape.gamma};
    const double vol = std::sqrt(its.variance(k, listed.theta) / tenor.value());
    for (const Type type : {Type::call, Type::put}) {
      const auto coins = [&](double at) {
        return black_price(type, strike, {Price{listed.forward}, tenor, Vol{at}}).value() /
               listed.forward;
      };
      quotes.push_back(
          {{type, strike, expiry}, coins(vol - 0.01), coins(vol + 0.01), Price{listed.forward}});
    }
  }
}

std::vector<ChainQuote> good_chain() {
  std::vector<ChainQuote> quotes;
  list({.days = 0.2, .theta = 0.0002, .forward = 3001}, quotes);
  list({.days = 7, .theta = 0.007, .forward = 3005}, quotes);
  list({.days = 30, .theta = 0.03, .forward = 3020}, quotes);
  list({.days = 180, .theta = 0.2, .forward = 3100}, quotes);
  return quotes;
}

Surface surface_of(std::span<const ChainQuote> quotes) {
  auto surface = Surface::from(quotes, {now});
  EXPECT_TRUE(surface) << surface.error().message;
  return *std::move(surface);
}

// No butterfly in any smile, no crossing of any two.
void expect_free(const Surface& surface) {
  const Svi* before = nullptr;
  for (const FittedExpiry& one : surface.expiries()) {
    EXPECT_GE(least_butterfly(one.svi).value, -1e-9);
    EXPECT_GT(one.svi.least_variance(), 0);
    EXPECT_LT(one.svi.b * (1 + std::abs(one.svi.rho)), 2);
    if (before) {
      EXPECT_LE(worst_crossing(*before, one.svi).depth, 0);
    }
    before = &one.svi;
  }
}

Reason refusal(std::span<const ChainQuote> quotes) {
  const auto surface = Surface::from(quotes, {now});
  EXPECT_FALSE(surface);
  return surface.error().reason;
}

}  // namespace

TEST(Surface, GoesThroughAChainThatAllowsNoArbitrage) {
  const Surface surface = surface_of(good_chain());
  ASSERT_EQ(surface.expiries().size(), 4U);
  EXPECT_TRUE(surface.skipped().empty());
  expect_free(surface);
  for (const FittedExpiry& one : surface.expiries()) {
    EXPECT_EQ(one.smile_from, SmileFrom::svi);
    EXPECT_EQ(one.forward_from, ForwardFrom::parity);
    EXPECT_NEAR(one.forward.value(), one.venue_forward.value(), 0.05);
    EXPECT_LT(one.error.root_mean_square, 0.1);
    EXPECT_LT(one.repair.points, 0.1);
    EXPECT_EQ(one.error.inside, 1);
    EXPECT_NEAR(one.error.half_spread, 1, 0.05);
    EXPECT_EQ(one.count.all(), 42U);
  }
  EXPECT_NEAR(surface.ssvi().rho, shape.rho, 0.05);
}

TEST(Surface, ReadsAtAnyStrikeAndTenor) {
  const Surface surface = surface_of(good_chain());
  const auto smiles = surface.expiries();
  for (const double k : {-0.5, -0.1, 0.0, 0.2}) {
    const double w1 = smiles[1].svi.variance(k), w2 = smiles[2].svi.variance(k);
    EXPECT_NEAR(surface.variance(k, smiles[1].tenor), w1, 1e-15);
    const Years between{(smiles[1].tenor.value() + 3 * smiles[2].tenor.value()) / 4};
    EXPECT_NEAR(surface.variance(k, between), (w1 + 3 * w2) / 4, 1e-15);
    // Before the first: the same volatility at the same number of deviations.
    const Years early{smiles[0].tenor.value() / 9};
    EXPECT_NEAR(surface.variance(k / 3, early), smiles[0].svi.variance(k) / 9, 1e-15);
    // After the last: the yearly variance at the money more, at every strike.
    const Svi& last = smiles[3].svi;
    const Years late{2 * smiles[3].tenor.value()};
    EXPECT_NEAR(surface.variance(k, late), last.variance(k) + last.variance(0), 1e-14);
  }
  EXPECT_NEAR(surface.at_the_money(smiles[2].tenor).value(), std::sqrt(0.03 * 365 / 30), 1e-3);
  EXPECT_NEAR(surface.forward_ratio(Price{3000}, smiles[2].tenor), 3020.0 / 3000, 1e-5);
  EXPECT_NEAR(surface.forward_ratio(Price{3000}, Years{0}), 1, 1e-15);
}

TEST(Surface, ASliceReadsAsTheSurfaceDoes) {
  const Surface surface = surface_of(good_chain());
  for (const double days : {0.05, 0.2, 3.0, 30.0, 100.0, 400.0}) {
    const Years tenor{days / 365};
    const auto slice = surface.slice(tenor);
    for (double x = -3; x <= 3; x += 0.25) {
      const double k = x * std::sqrt(tenor.value());
      EXPECT_DOUBLE_EQ(slice.vol(k), surface.vol(x, tenor).value());
      EXPECT_NEAR(slice.variance(k), slice.vol(k) * slice.vol(k) * tenor.value(), 1e-14);
    }
  }
}

TEST(Surface, RepairsAChainWhoseExpiriesCross) {
  std::vector<ChainQuote> quotes;
  list({.days = 7, .theta = 0.03}, quotes);
  list({.days = 14, .theta = 0.02}, quotes);  // Less variance in twice the time.
  list({.days = 60, .theta = 0.1}, quotes);
  const Surface surface = surface_of(quotes);
  expect_free(surface);
  ASSERT_EQ(surface.expiries().size(), 3U);
  EXPECT_GT(surface.expiries()[1].repair.points, 5);
  EXPECT_LT(surface.expiries()[2].repair.points, 0.2);
  EXPECT_GT(surface.expiries()[1].error.root_mean_square, 5);
}

// The first expiry's wings would cross the second's where only the second is quoted.
TEST(Surface, LetsAWingWithoutQuotesGiveWayToOneWithThem) {
  std::vector<ChainQuote> quotes;
  list({.days = 7, .theta = 0.007, .strikes = 3, .eta = 1}, quotes);
  list({.days = 14, .theta = 0.0085, .strikes = 15, .eta = 0.6}, quotes);
  const Surface surface = surface_of(quotes);
  expect_free(surface);
  const FittedExpiry &first = surface.expiries()[0], &second = surface.expiries()[1];
  EXPECT_TRUE(first.repair.refitted);
  EXPECT_LT(first.error.root_mean_square, 0.5);
  EXPECT_LT(second.repair.points, 0.1);
  EXPECT_LT(second.error.root_mean_square, 0.1);
}

TEST(Surface, GivesAnExpiryOfFewQuotesTheShapeOfTheOthers) {
  std::vector<ChainQuote> quotes = good_chain();
  list({.days = 15, .theta = 0.015, .strikes = 1}, quotes);
  const Surface surface = surface_of(quotes);
  expect_free(surface);
  const FittedExpiry& few = surface.expiries()[2];
  EXPECT_EQ(few.count.used, 3U);
  EXPECT_EQ(few.smile_from, SmileFrom::ssvi);
  EXPECT_NEAR(few.svi.variance(0), 0.015, 1e-4);
  EXPECT_LT(few.error.worst, 0.5);
}

TEST(Surface, TakesTheVenuesForwardWhereParityIsSilent) {
  std::vector<ChainQuote> quotes = good_chain();
  for (ChainQuote& quote : quotes) {
    const bool itm = (quote.contract.strike > quote.forward) == (quote.contract.type == Type::put);
    if (quote.forward == Price{3020} && itm) quote.bid = 0;
  }
  const Surface surface = surface_of(quotes);
  EXPECT_EQ(surface.expiries()[2].forward_from, ForwardFrom::venue);
  EXPECT_EQ(surface.expiries()[2].forward, Price{3020});
  EXPECT_EQ(surface.expiries()[1].forward_from, ForwardFrom::parity);
  std::vector<ChainQuote> wide = good_chain();
  for (ChainQuote& quote : wide) {
    if (quote.forward == Price{3020}) quote.ask += 0.03;
  }
  EXPECT_EQ(surface_of(wide).expiries()[2].forward_from, ForwardFrom::venue);
  for (ChainQuote& quote : quotes) {
    if (quote.forward == Price{3020}) quote.forward = Price{0};
  }
  const Surface without = surface_of(quotes);
  ASSERT_EQ(without.skipped().size(), 1U);
  EXPECT_EQ(without.skipped()[0].quotes, 42U);
  EXPECT_EQ(without.expiries().size(), 3U);
}

TEST(Surface, RefusesWhatIsNoChain) {
  EXPECT_EQ(refusal({}), Reason::missing_data);
  std::vector<ChainQuote> one;
  list({.strikes = 0}, one);
  EXPECT_EQ(refusal(one), Reason::missing_data);
  const std::vector<ChainQuote> good = good_chain();
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    std::vector<ChainQuote> spoilt = good;
    spoilt[5].bid = bad;
    EXPECT_EQ(refusal(spoilt), Reason::bad_input);
    spoilt = good;
    spoilt[5].contract.strike = Price{bad};
    EXPECT_EQ(refusal(spoilt), Reason::bad_input);
    spoilt = good;
    spoilt[5].forward = Price{bad};
    EXPECT_EQ(refusal(spoilt), Reason::bad_input);
  }
  std::vector<ChainQuote> twice = good;
  twice.push_back(good[9]);
  EXPECT_EQ(refusal(twice), Reason::bad_input);
  std::vector<ChainQuote> negative = good;
  negative[3].contract.strike = Price{-1};
  EXPECT_EQ(refusal(negative), Reason::bad_input);
}

TEST(Surface, SkipsWhatHasExpired) {
  std::vector<ChainQuote> quotes = good_chain();
  const UnixSeconds gone = now - days(1);
  quotes.push_back({{Type::call, Price{3000}, gone}, 0.01, 0.02, Price{3000}});
  const Surface surface = surface_of(quotes);
  ASSERT_EQ(surface.skipped().size(), 1U);
  EXPECT_EQ(surface.expiries().size(), 4U);
}

// Whatever is quoted, the surface allows no arbitrage at the expiries, before, between and after,
// and says where every quote went.
TEST(SurfaceLaw, AllowsNoArbitrageWhateverIsQuoted) {
  test::for_cases(120, [](Gen& gen) {
    std::vector<ChainQuote> quotes;
    double days = gen.scale(0.05, 5), theta = 0;
    const int expiries = gen.integer(1, 7);
    for (int i = 0; i < expiries; ++i) {
      theta = std::max(0.02 * days / 365, theta + gen.real(-0.3, 1) * days / 365);
      list({.days = days, .theta = theta, .strikes = gen.integer(3, 15)}, quotes);
      days *= gen.real(1.3, 3);
    }
    for (ChainQuote& quote : quotes) {
      const double noise = std::exp(gen.real(-0.2, 0.2));
      quote.bid *= noise;
      quote.ask *= noise;
      if (gen.real(0, 1) < 0.1) quote.bid = 0;
    }
    const auto surface = Surface::from(quotes, {now});
    if (!surface) {
      EXPECT_EQ(surface.error().reason, Reason::missing_data);
      return;
    }
    expect_free(*surface);
    std::size_t all = 0;
    for (const auto& one : surface->expiries()) all += one.count.all();
    for (const auto& one : surface->skipped()) all += one.quotes;
    EXPECT_EQ(all, quotes.size());
    for (double k = -0.3; k <= 0.3; k += 0.05) {
      double before = 0;
      for (double year = 0.0001; year < 3; year *= 1.2) {
        const double w = surface->variance(k, Years{year});
        // Hundreds of deviations out, g is as near 0 as rounding.
        if (std::abs(k) < 30 * std::sqrt(w)) {
          EXPECT_GE(w, before * (1 - 1e-12));
        }
        before = w;
      }
    }
    const double first = surface->expiries().front().tenor.value();
    const double last = surface->expiries().back().tenor.value();
    for (const double tenor : {first / 100, first / 2, 1.1 * last, 10 * last}) {
      const auto slice = surface->slice(Years{tenor});
      for (double x = -8; x <= 8; x += 0.25) {
        EXPECT_GE(slice.butterfly(x * slice.vol(0) * slice.root), -1e-9) << tenor / last;
      }
    }
  });
}

}  // namespace levee::option

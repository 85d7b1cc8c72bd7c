// tests/story/hedged_position_test.cpp — a hedged range loses its LVR: mathematics 2.6.
#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <vector>

#include <gtest/gtest.h>

#include "levee/amm/exposure.h"
#include "levee/feed/market_files.h"
#include "levee/num/estimate.h"
#include "levee/num/philox.h"
#include "levee/option/smile_claim.h"
#include "levee/option/streaming_premium.h"
#include "tests/support/cases.h"

namespace levee::story {
namespace {

constexpr double entry = 2000, vol = 0.7, horizon_days = 30;
constexpr int steps = 30 * 24 * 12;
const amm::Bounds bounds{Price{1500}, Price{2500}};

// A path's gain of the position less its delta held along, and three accounts of what it must lose.
struct Path {
  double gain = 0;
  double lvr = 0;          // Gamma where it is.
  double lvr_outside = 0;  // As if the position had gamma outside its range too.
};

Path walked(const amm::Range& range, std::uint64_t path) {
  num::Draws draws(26, 0, path);
  const double dt = horizon_days / 365 / steps, deviation = vol * std::sqrt(dt);
  double price = entry;
  amm::Exposure held = amm::exposure_at(range, Price{price});
  Path sum;
  for (int i = 0; i < steps; ++i) {
    const double variance = vol * vol * price * price * dt / 2;
    const double everywhere = range.liquidity.value() / (2 * price * std::sqrt(price));
    sum.lvr -= variance * held.gamma.value();
    sum.lvr_outside += variance * everywhere;
    const double next = price * std::exp(deviation * draws.normal() - deviation * deviation / 2);
    const amm::Exposure then = amm::exposure_at(range, Price{next});
    sum.gain += then.value.value() - held.value.value() - held.delta.value() * (next - price);
    price = next, held = then;
  }
  return sum;
}

double deviation_of(const std::vector<double>& values) {
  return num::mean_of(values).standard_error * std::sqrt(static_cast<double>(values.size()));
}

}  // namespace

// 4000 paths of 30 days in steps of five minutes, no fees, a million at entry.
TEST(HedgedPosition, LosesItsLvrAndWhatTheClaimCosts) {
  const amm::Range range{bounds, *amm::liquidity_of(Usd{1}, Price{entry}, bounds)};
  std::vector<double> gain, lvr, left, left_outside;
  for (std::uint64_t path = 0; path < 4000; ++path) {
    const Path walk = walked(range, path);
    gain.push_back(walk.gain);
    lvr.push_back(walk.lvr);
    left.push_back(walk.gain + walk.lvr);
    left_outside.push_back(walk.gain + walk.lvr_outside);
  }
  // Path by path the loss is LVR but for the noise of hedging every five minutes, so the mean is
  // known ten times better than by the closed form.
  const num::Estimate rest = num::mean_of(left);
  EXPECT_NEAR(rest.value, 0, 3 * rest.standard_error);
  EXPECT_LT(rest.standard_error, 1.1e-5);
  EXPECT_NEAR(deviation_of(left), 6.1e-4, 0.5e-4);
  const num::Estimate mean = num::mean_of(gain);
  const option::RangeClaim claim{Price{entry}, bounds.lower, bounds.upper};
  const auto worth = option::range_claim_value(claim, option::LossKind::borrowed,
                                               {Price{entry}, Years{30.0 / 365}, Vol{vol}});
  EXPECT_NEAR(worth.value, 0.038340151, 1e-9);
  EXPECT_NEAR(-mean.value, worth.value, 3 * mean.standard_error);
  EXPECT_NEAR(mean.standard_error, 1.04e-4, 0.1e-4);
  // The measure is sharp enough to see the hours out of range.
  EXPECT_GT(num::mean_of(left_outside).value, 100 * rest.standard_error);
}

// A price that comes back to where it was, 400 times: nothing of impermanent loss is left, and what
// was lost to those who rebalanced is an eighth of the variance of all that moving.
TEST(HedgedPosition, LosesItsLvrThoughThePriceComesBack) {
  constexpr int hours_long = 30 * 24;
  const amm::Bounds all{Price{0}, Price{1e300}};
  const amm::Range range{all, *amm::liquidity_of(Usd{1}, Price{entry}, all)};
  const double dt = horizon_days / 365 / hours_long;
  std::vector<double> lost;
  for (std::uint64_t path = 0; path < 400; ++path) {
    num::Draws draws(27, 1, path);
    std::vector<double> walk(hours_long + 1, 0.0);
    for (int i = 1; i <= hours_long; ++i) {
      walk[static_cast<std::size_t>(i)] =
          walk[static_cast<std::size_t>(i - 1)] + vol * std::sqrt(dt) * draws.normal();
    }
    double rebalanced = 0, furthest = 0, price = entry;
    for (std::size_t i = 1; i < walk.size(); ++i) {
      const double along = static_cast<double>(i) / hours_long;
      const double next = entry * std::exp(walk[i] - along * walk.back());
      rebalanced += amm::exposure_at(range, Price{price}).delta.value() * (next - price);
      furthest = std::min(furthest,
                          amm::impermanent_loss(range, Price{entry}, Price{next}).borrowed.value());
      price = next;
    }
    ASSERT_NEAR(price, entry, 1e-6);
    EXPECT_NEAR(amm::impermanent_loss(range, Price{entry}, Price{price}).borrowed.value(), 0,
                1e-15);
    EXPECT_LT(furthest, 0);    // it was there on the way
    EXPECT_GT(rebalanced, 0);  // of a position that is worth no more than at first
    lost.push_back(rebalanced);
  }
  const num::Estimate mean = num::mean_of(lost);
  EXPECT_NEAR(mean.value, vol * vol / 8 * horizon_days / 365, 4 * mean.standard_error);
  EXPECT_LT(mean.standard_error, 1e-4);
}

// What a hedged position earns is fees less half its gamma times squared moves: across paths of
// quiet and of wild months, the slope of one on the other is one.
TEST(HedgedPosition, EarnsFeesLessHalfItsGammaTimesSquaredMoves) {
  constexpr int hours_long = 30 * 24;
  const amm::Range range{bounds, *amm::liquidity_of(Usd{1}, Price{entry}, bounds)};
  std::vector<double> gain, explained;
  for (std::uint64_t path = 0; path < 600; ++path) {
    num::Draws draws(28, 2, path);
    const double own_vol = 0.3 + 0.9 * draws.uniform(), fee = 0.002 * draws.uniform();
    const double deviation = own_vol * std::sqrt(1.0 / 365 / 24);
    double price = entry, earned = 0, told = 0;
    amm::Exposure held = amm::exposure_at(range, Price{price});
    for (int i = 0; i < hours_long; ++i) {
      const double next = price * std::exp(deviation * draws.normal() - deviation * deviation / 2);
      const amm::Exposure then = amm::exposure_at(range, Price{next});
      const double fees = held.gamma.value() < 0 ? fee * std::abs(next / price - 1) : 0;
      earned +=
          fees + then.value.value() - held.value.value() - held.delta.value() * (next - price);
      told += fees + 0.5 * held.gamma.value() * (next - price) * (next - price);
      price = next, held = then;
    }
    gain.push_back(earned), explained.push_back(told);
  }
  const double mean_x = num::mean_of(explained).value, mean_y = num::mean_of(gain).value;
  double xx = 0, xy = 0, rest = 0;
  for (std::size_t i = 0; i < gain.size(); ++i) {
    xx += (explained[i] - mean_x) * (explained[i] - mean_x);
    xy += (explained[i] - mean_x) * (gain[i] - mean_y);
  }
  const double slope = xy / xx, level = mean_y - slope * mean_x;
  for (std::size_t i = 0; i < gain.size(); ++i) {
    rest += std::pow(gain[i] - level - slope * explained[i], 2);
  }
  const double error = std::sqrt(rest / static_cast<double>(gain.size() - 2) / xx);
  EXPECT_NEAR(slope, 1, 4 * error);
  EXPECT_LT(error, 0.01);
  EXPECT_NEAR(level, 0, 1e-3);
}

TEST(PoolImpliedVolLaw,
     IsWhereAPoolsFeesEqualItsLvr) {  // mathematics 1.7: tick TVL is fee L sqrt P
  test::for_cases(1000, [](test::Gen& gen) {
    const double p = gen.scale(1e-2, 1e5), liquidity = gen.scale(1, 1e6),
                 fee = gen.scale(1e-4, .01);
    const amm::Range range{{Price{p * gen.real(.5, .99)}, Price{p * gen.real(1.01, 2)}},
                           amm::HumanLiquidity{liquidity}};
    const double tick = fee * liquidity * std::sqrt(p), turnover = gen.scale(.01, 1e3);
    const double fees_a_year = 365 * fee * turnover * tick;
    const Rate rate{fees_a_year / amm::exposure_at(range, Price{p}).value.value()};
    EXPECT_CLOSE(option::pool_implied_vol({.fee = fee, .volume_days = turnover}).value(),
                 amm::fee_implied_vol(range.bounds, Price{p}, rate)->value(), 1e-13);
  });
}

// A range of a quarter either side, over thirty days, under the smiles of a real day.
TEST(RangeClaimRealChain, CostsWhatItsListedOptionsDo) {
  const std::string folder = std::string(LEVEE_SHARED) + "/data/options/";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no recorded chains beside this checkout";
  feed::MarketAsk ask;
  ask.files.chain = folder + "deribit_chain_daily_2026-03.csv.gz";
  ask.base = "ETH";
  const auto snapshot = feed::read_market(ask);
  ASSERT_TRUE(snapshot) << snapshot.error().message;
  const auto surface = market::surface_of(*snapshot);
  ASSERT_TRUE(surface);
  // The listed expiry next to thirty days, its out-of-the-money marks in dollars.
  UnixSeconds expiry{};
  for (const auto& quote : snapshot->chain) {
    const auto off = [&](UnixSeconds at) { return std::abs(in_days(at - snapshot->at) - 30); };
    if (off(quote.contract.expiry) < off(expiry)) expiry = quote.contract.expiry;
  }
  std::vector<option::ListedPrice> listed;
  double forward = 0, least = 10, most = 0;
  for (const auto& quote : snapshot->chain) {
    if (quote.contract.expiry != expiry) continue;
    forward = quote.forward.value();
    const double strike = quote.contract.strike.value();
    const auto outer = strike < forward ? option::Type::put : option::Type::call;
    if (quote.contract.type != outer) continue;
    listed.push_back({quote.contract.strike, quote.mark.value() * forward});
    if (std::abs(strike / forward - 1) > .3) continue;
    least = std::min(least, quote.mark_vol.value()), most = std::max(most, quote.mark_vol.value());
  }
  const option::RangeClaim claim{Price{forward}, Price{.75 * forward}, Price{1.25 * forward}};
  const Years tenor = years(expiry - snapshot->at);
  const auto under = option::range_claim_under(claim, option::LossKind::borrowed,
                                               {*surface, Price{forward}, tenor});
  ASSERT_TRUE(under);
  const auto flat = [&](double at) {
    return option::range_claim_value(claim, option::LossKind::borrowed,
                                     {Price{forward}, tenor, Vol{at}})
        .value;
  };
  EXPECT_GT(under->value, flat(least));
  EXPECT_LT(under->value, flat(most));
  EXPECT_LT(under->error, 1e-6);
  const auto full = option::loss_density({Price{forward}, Price{0}, Price{1e300}});
  const auto smile = worth_of(full, option::SurfaceTenor{*surface, Price{forward}, tenor});
  const auto strip = listed_worth(full, listed);
  ASSERT_TRUE(smile && strip);
  EXPECT_NEAR(*strip / smile->value, 1, .02);  // Strikes 50 to 100 apart, none beyond the list.
  RecordProperty("value", std::to_string(under->value));
}

}  // namespace levee::story

// tests/story/vol_future_real_chain_test.cpp — on recorded days a far volatility future is a
// fraction of a near one, on paths of every kind, and no path of volatility is a profit by itself.
#include "levee/hedge/ground.h"
#include "levee/hedge/vol_future.h"
#include "tests/story/instance.h"

#include <cmath>
#include <filesystem>
#include <numeric>

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace levee::story {
namespace {

const std::string shared = LEVEE_SHARED "/data/";

market::VolFutureQuote fair_future(const option::Surface& surface, std::int64_t left) {
  const double vol = std::sqrt(hedge::forward_variance(surface, {days(left), days(30)}));
  market::VolFutureQuote quote;
  quote.name = fmt::format("{} days", left), quote.asset = "ETH";
  quote.expiry = surface.at() + days(left);
  quote.bid = quote.ask = Vol{vol};
  quote.per_point = Usd{1};
  return quote;
}

double mean_of(const std::vector<double>& x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

// Slope of y on x by least squares: the beta that the paths themselves have.
double slope_of(const std::vector<double>& y, const std::vector<double>& x) {
  const double mx = mean_of(x), my = mean_of(y);
  double xy = 0, xx = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mx) * (y[i] - my), xx += (x[i] - mx) * (x[i] - mx);
  }
  return xy / xx;
}

}  // namespace

TEST(VolFutureRealChain, AFarLegMovesLessThanANearOneAndEarnsNoMoreThanItsRoll) {
  const parallel::Team team(2);
  for (const auto& [chain, day] : {std::pair{"daily_2026-01", "2026-01-20"},
                                   {"6h_crash_2026-01-26_2026-02-10", "2026-02-06"}}) {
    const std::string path = fmt::format("{}options/deribit_chain_{}.csv.gz", shared, chain);
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "no recorded chains beside this checkout";
    const auto stage = stage_from(LEVEE_SOURCE "/examples/eth-usdc.toml",
                                  {.chain = path,
                                   .history = shared + "prices/binance_perp_ETHUSDT_1h.csv.gz",
                                   .iv_index = shared + "options/deribit_dvol_ETH_1d.csv"},
                                  day);
    ASSERT_TRUE(stage) << stage.error().message;
    const auto surface = *market::surface_of(stage->snapshot);
    const auto law =
        *scenario::calibrate(stage->snapshot, surface, hedge::calibration_ask(stage->policy));
    for (const auto* kind : {"jump", "bootstrap", "regime"}) {
      const auto set = *scenario::generate(kind,
                                           {.calibration = law,
                                            .measure = scenario::Measure::real_world,
                                            .dates = {law.horizon},
                                            .protocols = {},
                                            .paths = 4000,
                                            .seed = 1,
                                            .block = days(5)},
                                           team);
      const risk::Repricing with{stage->snapshot, surface, set, Rate{0}};
      const auto earned = [&](std::int64_t left) {
        return hedge::earned(fair_future(surface, left), with, team);
      };
      const auto index = earned(30);  // it settles as the horizon ends
      const double near = slope_of(earned(60), index), far = slope_of(earned(220), index);
      EXPECT_LT(far, near) << day << " " << kind;
      EXPECT_LT(near, 1) << day << " " << kind;
      EXPECT_GT(far, 0) << day << " " << kind;
      for (const std::int64_t left : {30, 60, 220}) {
        const auto quote = fair_future(surface, left);
        const double roll = hedge::rolled(quote, surface, days(30)).value();
        const double more = mean_of(earned(left)) - roll;
        // Volatility moves about its median: its mean lies a little higher, on a crash day more.
        EXPECT_LT(std::abs(more), left == 30 ? 5 : 1.5)
            << day << " " << kind << " " << left << ", points";
      }
    }
  }
}

}  // namespace levee::story

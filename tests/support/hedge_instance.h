// tests/support/hedge_instance.h — benchmark B4: a liquidity book, option chains on two assets.
#pragma once
#include "levee/num/normal.h"
#include "levee/solve/tail_program.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <random>

namespace levee::test {

/// Two assets that jump together, in volatility regimes, with a protocol that may fail; twelve
/// liquidity positions worth 1 together; two perpetuals, a cover and calls and puts of five
/// expiries at a spread. Objective: 0.9 CVaR + 0.1 mean, premium budget 0.02.
///
/// src:  the model of benchmark B4: volatilities 0.65 and 0.5, correlation 0.8, six jumps a year of
///       -0.10 +- 0.14; 23 more days after the seven at which the first expiry pays
struct HedgeInstance {
  struct Ask {
    std::size_t scenarios = 10'000, instruments = 100;
    double level = 0.99;
    std::uint64_t seed = 1;
  };
  static constexpr double mean_share = 0.1, budget = 0.02;

  num::Matrix<Usd> value;
  std::vector<double> base_loss;
  solve::TailProgram program;
  double mean_loss = 0;  ///< Of the bare book: mean_share of it is missing from the objective.

  explicit HedgeInstance(const Ask& ask)
      : value(ask.instruments, ask.scenarios), base_loss(ask.scenarios), engine_(ask.seed) {
    program.rows.push_back({"premium", {}, -1e300 * 1e300, budget});
    walk(ask.scenarios);
    for (std::size_t s = 0; s < ask.scenarios; ++s) {
      base_loss[s] = 1 - book_at(s);
      mean_loss += base_loss[s] / static_cast<double>(ask.scenarios);
    }
    add_linear();
    add_options(ask.instruments);
    program.value = &value;
    program.base_loss = base_loss;
    program.level = ask.level;
    program.tail_weight = 1 - mean_share;
    program.scale = 0.025;
  }
  HedgeInstance(const HedgeInstance&) = delete;
  HedgeInstance& operator=(const HedgeInstance&) = delete;
  ~HedgeInstance() = default;

  /// The figure that other codes would report.
  double whole(double objective) const { return objective + mean_share * mean_loss; }

 private:
  struct Asset {
    double vol, drift, jump_mean;
    std::vector<double> week, month, vol_then;
  };

  static double price_of(bool call, double spot, double strike, double years, double vol) {
    const double over = call ? spot - strike : strike - spot;
    if (years <= 1e-9) return std::max(over, 0.0);
    const double spread = vol * std::sqrt(years);
    const double near = std::log(spot / strike) / spread + 0.5 * spread;
    const double far = near - spread;
    return call ? spot * num::normal_cdf(near) - strike * num::normal_cdf(far)
                : strike * num::normal_cdf(-far) - spot * num::normal_cdf(-near);
  }

  double normal() { return normal_(engine_); }

  // One stretch of both assets; their volatility at its end answers to a fall.
  struct Stretch {
    std::array<double, 2> growth{}, vol{};
  };
  Stretch stretch(double years) {
    const double regime = uniform_(engine_) < 0.15 ? 1.6 : 1;
    const double a = normal(), b = 0.8 * a + 0.6 * normal();
    const double x = normal(), y = 0.8 * x + 0.6 * normal();
    std::array<double, 2> jump{};
    for (int left = std::poisson_distribution<int>(6 * years)(engine_); left > 0; --left) {
      const double shared = normal();
      jump[0] += -0.10 + 0.14 * shared;
      jump[1] += -0.07 + 0.10 * (0.8 * shared + 0.6 * normal());
    }
    Stretch out;
    const std::array<double, 2> moved{x, y}, stirred{a, b};
    for (std::size_t i = 0; i < 2; ++i) {
      double vol = asset_[i].vol * regime * std::exp(0.35 * stirred[i] - 0.06);
      out.growth[i] = std::exp(vol * std::sqrt(years) * moved[i] - 0.5 * vol * vol * years +
                               jump[i] + asset_[i].drift * years);
      out.vol[i] = vol * (1 + 2 * std::max(0.0, -std::log(out.growth[i])));
    }
    return out;
  }

  void walk(std::size_t scenarios) {
    for (std::size_t s = 0; s < scenarios; ++s) {
      const Stretch first = stretch(7.0 / 365), second = stretch(23.0 / 365);
      for (std::size_t i = 0; i < 2; ++i) {
        asset_[i].week.push_back(first.growth[i]);
        asset_[i].month.push_back(first.growth[i] * second.growth[i]);
        asset_[i].vol_then.push_back(second.vol[i]);
      }
      const double chance = 0.004 * (asset_[0].month.back() < 0.8 ? 3 : 1);
      failed_.push_back(uniform_(engine_) < chance ? 1.0 : 0.0);
    }
  }

  // Three pools (either asset, and their ratio) by four widths, each a twelfth of the book.
  double book_at(std::size_t s) const {
    const double x = asset_[0].month[s], y = asset_[1].month[s];
    double total = 0;
    for (int pool = 0; pool < 3; ++pool) {
      const double price = pool == 0 ? x : pool == 1 ? y : x / y;
      for (int rank = 0; rank < 4; ++rank) {
        const double width = std::array{1.1, 1.3, 1.8, 5.0}[static_cast<std::size_t>(rank)];
        double worth = range_at(price, width) / range_at(1, width) * (pool == 2 ? y : 1);
        if (failed_[s] > 0 && (4 * pool + rank) % 3 == 0) worth *= 0.2;
        total += worth + 0.004 + 0.002 / (width - 1);
      }
    }
    return total / 12;
  }

  static double range_at(double price, double width) {
    const double root = std::sqrt(std::clamp(price, 1 / width, width));
    return price * (1 / root - 1 / std::sqrt(width)) + root - std::sqrt(1 / width);
  }

  // A quantity of either side; quotes of options are floored at a tick.
  void add(double ask, double bid, double buy_most, double sell_most) {
    const std::size_t i = next_++;
    auto row = value.row(i);
    double mean = 0;
    for (double& v : row) {
      if (std::abs(v) < 1e-8) v = 0;  // what is left of 1e-60 upsets the scaling of general codes
      mean += v / static_cast<double>(row.size());
    }
    auto& premium = program.rows[0].coefficient;
    program.columns.push_back({i, 1, ask - mean_share * mean, buy_most});
    premium.push_back(ask);
    if (sell_most == 0) return;
    program.columns.push_back({i, -1, mean_share * mean - bid, sell_most});
    premium.push_back(-bid);
  }

  void add_linear() {
    for (const Asset& asset : asset_) {
      auto row = value.row(next_);
      for (std::size_t s = 0; s < row.size(); ++s) row[s] = asset.month[s] - 1;
      add(0.003, -0.003, 2, 2);
    }
    std::copy(failed_.begin(), failed_.end(), value.row(next_).begin());
    add(0.006, 0, 0.35, 0);
  }

  void add_options(std::size_t instruments) {
    const std::size_t strikes = (instruments - 3 + 9) / 10;
    for (std::size_t k = 0; k < strikes; ++k) {
      for (const Asset& asset : asset_) {
        for (const double expiry : {7.0, 30.0, 60.0, 91.0, 182.0}) {
          if (next_ < instruments) add_option(asset, expiry / 365, k, strikes);
        }
      }
    }
  }

  void add_option(const Asset& asset, double years, std::size_t rank, std::size_t strikes) {
    const double share = (static_cast<double>(rank) + 0.5) / static_cast<double>(strikes);
    const double spread = asset.vol * std::sqrt(years);
    const double strike = std::exp((2 * share - 1) * std::min(0.9, 2.2 * spread + 0.15));
    const bool call = (strike > 1) != (rank % 7 == 3);
    const double m = std::log(strike) / spread;
    const double vol = asset.vol * (1.04 - 0.03 * m + 0.02 * m * m);
    const double mid = price_of(call, 1, strike, years, vol);
    const double half = 0.02 + 0.015 * std::abs(m), tick = 2e-4;
    const double left = years - 30.0 / 365;
    auto row = value.row(next_);
    for (std::size_t s = 0; s < row.size(); ++s) {
      const double spot = left < -1e-9 ? asset.week[s] : asset.month[s];
      row[s] = price_of(call, spot, strike, left, left > 1e-9 ? smile(asset, s, strike, left) : 0);
    }
    add(mid * (1 + half) + tick, std::max(mid * (1 - half) - tick, 0.0), 1, 0.15);
  }

  static double smile(const Asset& asset, std::size_t s, double strike, double years) {
    const double m = std::log(strike / asset.month[s]) / (asset.vol_then[s] * std::sqrt(years));
    return asset.vol_then[s] * std::max(0.5, 1.02 - 0.03 * m + 0.015 * std::min(m * m, 9.0));
  }

  std::mt19937_64 engine_;
  std::normal_distribution<double> normal_;
  std::uniform_real_distribution<double> uniform_;
  std::array<Asset, 2> asset_{{{0.65, 0.6, -0.10, {}, {}, {}}, {0.5, 0.42, -0.07, {}, {}, {}}}};
  std::vector<double> failed_;
  std::size_t next_ = 0;
};

}  // namespace levee::test

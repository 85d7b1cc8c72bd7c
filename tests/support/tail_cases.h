// tests/support/tail_cases.h — seeded books with options, spreads and rows, for the tail solver.
#pragma once
#include "levee/solve/tail_program.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>

namespace levee::test {

/// A short-gamma book over one fat-tailed price, options on it bought at ask and sold at bid,
/// a premium budget, a band on net delta and a tie between two strikes.
struct TailCase {
  num::Matrix<Usd> value;
  std::vector<double> base_loss;
  solve::TailProgram program;

  TailCase(std::uint64_t seed, std::size_t scenarios, std::size_t options)
      : value(options + 1, scenarios), base_loss(scenarios) {
    std::mt19937_64 engine(seed);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> uniform;
    std::vector<double> spot(scenarios);
    for (double& s : spot) {
      const double jump = uniform(engine) < 0.2 ? -0.1 + 0.15 * normal(engine) : 0;
      s = 2000 * std::exp(0.2 * normal(engine) - 0.02 + jump);
    }
    for (std::size_t s = 0; s < scenarios; ++s) {
      const double p = std::clamp(spot[s], 1500.0, 2500.0);
      const double lp = 500 * (2 * std::sqrt(p) - p / 50 - std::sqrt(1500.0)) +
                        500 * (spot[s] - p) * (1 / std::sqrt(p) - 0.02);
      base_loss[s] = 8000 - lp + 200 * normal(engine);
    }
    fill(spot, options, engine);
    program.value = &value;
    program.base_loss = base_loss;
    program.level = seed % 2 ? 0.95 : 0.99;
    program.tail_weight = seed % 3 ? 0.3 : 1;
    program.scale = 1e4;
  }

 private:
  void fill(const std::vector<double>& spot, std::size_t options, std::mt19937_64& engine) {
    std::uniform_real_distribution<double> uniform;
    constexpr double infinity = std::numeric_limits<double>::infinity();
    solve::Row premium{"premium", {}, -infinity, 120};
    solve::Row delta{"delta", {}, -2, 2};
    solve::Row tie{"tie", {}, 0, 0};
    for (std::size_t i = 0; i <= options; ++i) {
      const double strike = 1300 + 1400 * static_cast<double>(i) / static_cast<double>(options);
      const bool call = i % 2;
      double mean = 0;
      for (std::size_t s = 0; s < spot.size(); ++s) {
        const double over = spot[s] - strike;
        const double gain = i == options ? spot[s] - 2000 : std::max(0.0, call ? over : -over);
        value.row(i)[s] = gain;
        mean += gain / static_cast<double>(spot.size());
      }
      const double spread = (0.02 + 0.05 * uniform(engine)) * std::max(std::abs(mean), 5.0);
      const double fair = mean * (1 + 0.1 * uniform(engine));
      const double buy = fair + spread, sell = fair - spread;
      const double size = 1 + 9 * uniform(engine);
      program.columns.push_back({i, 1, buy * (1 + program.tail_weight) - mean, size});
      program.columns.push_back({i, -1, mean - sell * (1 + program.tail_weight), size / 3});
      const double tilt = i == options ? 1 : call ? 0.5 : -0.5;
      premium.coefficient.insert(premium.coefficient.end(), {buy, -sell});
      delta.coefficient.insert(delta.coefficient.end(), {tilt, -tilt});
      const double tied = i == 3 ? 1 : i == 5 ? -1 : 0;
      tie.coefficient.insert(tie.coefficient.end(), {tied, 0});
    }
    program.rows = {premium, delta, tie};
  }
};

}  // namespace levee::test

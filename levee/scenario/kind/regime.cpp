// levee/scenario/kind/regime.cpp — normal days whose volatility switches between calm and storm.
#include "levee/scenario/draw.h"
#include "levee/scenario/regimes.h"

#include <cmath>

namespace levee::scenario::kind {
namespace {

// An asset's daily deviation in the lead's two states.
struct Asset {
  std::array<double, 2> deviation{};
};

// Root mean square of an asset's returns, each day counted by the chance of the state.
std::array<double, 2> deviations_in(const std::vector<double>& storm,
                                    const std::vector<HistoryStep>& steps) {
  std::array<double, 2> weight{}, square{};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const double move = steps[i].price.value();
    weight[0] += 1 - storm[i], square[0] += (1 - storm[i]) * move * move;
    weight[1] += storm[i], square[1] += storm[i] * move * move;
  }
  return {std::sqrt(square[0] / weight[0]), std::sqrt(square[1] / weight[1])};
}

class RegimeLaw : public Law {
 public:
  RegimeLaw(const Recipe& recipe, RegimeFit fit, num::Matrix<double> root)
      : recipe_(recipe), fit_(std::move(fit)), root_(std::move(root)) {
    const Calibration& from = recipe.calibration;
    const History daily = by_days(from.history);
    for (std::size_t a = 0; a < from.assets.size(); ++a) {
      Asset asset{deviations_in(fit_.storm, daily.assets[a])};
      const double target = vol_of(from.assets[a], recipe.measure).value();
      const double scale =
          target * std::sqrt(years(from.horizon).value() / variance_to_horizon(asset));
      for (double& deviation : asset.deviation) deviation *= scale;
      assets_.push_back(asset);
    }
  }

  void draw(const Block& block) const override {
    for (std::size_t i = 0; i < block.paths; ++i) draw_path(block, i);
  }

 private:
  // Days from now: a state lasts from one to the next.
  double variance_to_horizon(const Asset& asset) const {
    const double whole = in_days(recipe_.calibration.horizon);
    double sum = 0;
    for (int day = 0; day < whole; ++day) {
      const double storm = storm_ahead(fit_, day + 1), part = std::min(1.0, whole - day);
      sum += part * std::lerp(asset.deviation[0] * asset.deviation[0],
                              asset.deviation[1] * asset.deviation[1], storm);
    }
    return sum;
  }

  void draw_path(const Block& block, std::size_t i) const {
    num::Draws states(recipe_.seed, stream::regime, block.first + i);
    std::vector<num::Draws> draws;
    for (std::size_t a = 0; a < assets_.size(); ++a) {
      draws.emplace_back(recipe_.seed, asset_stream(stream::regime, a + 1), block.first + i);
    }
    std::vector<double> at(assets_.size()), normal(assets_.size());
    std::size_t state = states.uniform() < storm_ahead(fit_, 1) ? 1 : 0;
    double elapsed = 0;
    std::int64_t day = 0;
    for (std::size_t date = 0; date < recipe_.dates.size(); ++date) {
      const double until = in_days(recipe_.dates[date]);
      while (elapsed < until) {
        const double next = std::min(until, static_cast<double>(day + 1));
        const double part = next - elapsed;
        for (std::size_t a = 0; a < assets_.size(); ++a) {
          normal[a] = draws[a].normal();
          double z = 0;
          for (std::size_t b = 0; b <= a; ++b) z += root_.row(a)[b] * normal[b];
          const double deviation = assets_[a].deviation[state];
          at[a] += std::sqrt(part) * deviation * z - part * deviation * deviation / 2;
        }
        elapsed = next;
        if (elapsed == static_cast<double>(day + 1)) {
          ++day;
          if (states.uniform() >= fit_.model.stay[state]) state = 1 - state;
        }
      }
      for (std::size_t a = 0; a < assets_.size(); ++a) block.log_return[a][date][i] = at[a];
    }
  }

  const Recipe& recipe_;
  RegimeFit fit_;
  num::Matrix<double> root_;
  std::vector<Asset> assets_;
};

Result<std::unique_ptr<Law>> prepare(const Recipe& recipe) {
  const History daily = by_days(recipe.calibration.history);
  std::vector<double> returns;
  if (!daily.assets.empty()) {
    for (const HistoryStep& step : daily.assets.front()) returns.push_back(step.price.value());
  }
  auto fit = fit_regimes(returns);
  if (!fit) return fit.error();
  auto root = root_of(recipe.calibration.dependence.correlation);
  if (!root) return root.error();
  return std::unique_ptr<Law>(
      std::make_unique<RegimeLaw>(recipe, *std::move(fit), *std::move(root)));
}

}  // namespace

Entry regime() {
  return {.name = "regime",
          .about = "volatility switches between calm and storm as it did in the lead's history",
          .prepare = prepare};
}

}  // namespace levee::scenario::kind

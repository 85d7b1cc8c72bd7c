// levee/scenario/kind/bootstrap.cpp — blocks of history put together anew, zero drift.
#include "levee/num/estimate.h"
#include "levee/num/philox.h"
#include "levee/scenario/draw.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::scenario::kind {
namespace {

// Where a whole block fits into one gap-free run; a block never crosses a gap nor wraps around.
std::vector<std::size_t> starts_of(const History& history, std::size_t block) {
  std::vector<std::size_t> starts;
  for (std::size_t run = 0; run < history.run_starts.size(); ++run) {
    const bool last = run + 1 == history.run_starts.size();
    const std::size_t end = last ? history.rows() : history.run_starts[run + 1];
    for (std::size_t i = history.run_starts[run]; i + block <= end; ++i) starts.push_back(i);
  }
  return starts;
}

// One asset's history as it is drawn: sums of price and vol moves before each step, so that any
// piece of a block is one subtraction.
class Blocks {
 public:
  Blocks(const std::vector<HistoryStep>& steps, const std::vector<std::size_t>& starts,
         std::size_t block)
      : starts_(starts), block_(block), price_{0}, vol_{0} {
    for (const HistoryStep& step : steps) {
      price_.push_back(price_.back() + step.price.value());
      vol_.push_back(vol_.back() + step.vol.value());
    }
  }

  std::size_t count() const { return starts_.size(); }
  std::size_t length() const { return block_; }

  double price(std::size_t start, std::size_t steps) const {
    return price_[starts_[start] + steps] - price_[starts_[start]];
  }
  double vol(std::size_t start, std::size_t steps) const {
    return vol_[starts_[start] + steps] - vol_[starts_[start]];
  }

  // Variance of the first `steps` of a block over all starts.
  double variance(std::size_t steps) const {
    const double middle = mean([&](std::size_t i) { return price(i, steps); });
    return mean([&](std::size_t i) { return std::pow(price(i, steps) - middle, 2); });
  }

  // ln of the mean over all starts of exp(scale * first `steps`).
  double log_mean(std::size_t steps, double scale) const {
    return std::log(mean([&](std::size_t i) { return std::exp(scale * price(i, steps)); }));
  }

  // Mean over all starts of the vol move of the first `steps`.
  double vol_mean(std::size_t steps) const {
    return mean([&](std::size_t i) { return vol(i, steps); });
  }

 private:
  template <class Function>
  double mean(Function of_start) const {
    std::vector<double> values(count());
    for (std::size_t i = 0; i < count(); ++i) values[i] = of_start(i);
    return num::sum_of(values) / static_cast<double>(count());
  }

  const std::vector<std::size_t>& starts_;
  std::size_t block_;
  std::vector<double> price_, vol_;
};

// Whole history steps up to a date: with daily history the price at a date is that of the last full
// day before it.
std::size_t steps_until(Seconds date, Seconds step) {
  return static_cast<std::size_t>(date.value() / step.value());
}

// What an asset's paths have in common.
struct Scaled {
  Blocks blocks;
  double scale = 1;  // of log returns, for the variance of the measure
  // [steps of a block + 1] What the first n steps of a block have on average: the index's trend
  // over the history is taken back as the price's is.
  std::vector<double> shift{}, vol_trend{};
};

// Blocks are independent and each is drawn from all starts alike. So with the mean of exp() of
// every beginning of a block taken back, E[S] = S0 holds exactly at every step; and the variance at
// the horizon is that of whole blocks plus that of the piece at the end.
Result<Done> fit_to_measure(Vol vol, Seconds horizon, std::size_t steps, Scaled& asset) {
  const Blocks& blocks = asset.blocks;
  const std::size_t whole = steps / blocks.length();
  const double variance = static_cast<double>(whole) * blocks.variance(blocks.length()) +
                          blocks.variance(steps % blocks.length());
  if (!(variance > 1e-18)) {
    return fail(Reason::no_solution, "the history does not move (a bootstrap has nothing to draw)");
  }
  asset.scale = vol.value() * std::sqrt(years(horizon).value() / variance);
  for (std::size_t n = 0; n <= blocks.length(); ++n) {
    asset.shift.push_back(-blocks.log_mean(n, asset.scale));
    asset.vol_trend.push_back(blocks.vol_mean(n));
  }
  return Done{};
}

class BootstrapLaw : public Law {
 public:
  BootstrapLaw(const Recipe& recipe, std::vector<std::size_t> starts, std::size_t block)
      : recipe_(recipe), starts_(std::move(starts)), block_(block) {
    const History& history = recipe.calibration.history;
    for (const Seconds date : recipe.dates) date_.push_back(steps_until(date, history.step));
    for (const auto& steps : history.assets) assets_.push_back({Blocks(steps, starts_, block_)});
  }

  Result<Done> fit() {
    const Calibration& from = recipe_.calibration;
    for (std::size_t a = 0; a < assets_.size(); ++a) {
      const Vol vol = vol_of(from.assets[a], recipe_.measure);
      const auto done = fit_to_measure(vol, from.horizon, date_.back(), assets_[a]);
      if (!done) return done.error();
    }
    return Done{};
  }

  bool knows_level(std::size_t asset) const override {
    return recipe_.calibration.history.knows_vol[asset];
  }

  void draw(const Block& block) const override {
    for (std::size_t i = 0; i < block.paths; ++i) {
      const std::vector<std::size_t> drawn = drawn_starts(block.first + i);
      for (std::size_t a = 0; a < assets_.size(); ++a) draw_asset(drawn, a, block, i);
    }
  }

 private:
  // The blocks of a path: all assets take the same, and so keep how they moved together.
  std::vector<std::size_t> drawn_starts(std::size_t path) const {
    num::Draws draws(recipe_.seed, stream::bootstrap, path);
    const auto choices = static_cast<double>(starts_.size());
    std::vector<std::size_t> drawn;
    for (std::size_t done = 0; drawn.empty() || done < date_.back(); done += block_) {
      drawn.push_back(
          std::min(static_cast<std::size_t>(draws.uniform() * choices), starts_.size() - 1));
    }
    return drawn;
  }

  void draw_asset(const std::vector<std::size_t>& drawn, std::size_t a, const Block& out,
                  std::size_t i) const {
    const Scaled& asset = assets_[a];
    double log_return = 0, vol_move = 0;
    std::size_t date = 0, done = 0;
    for (const std::size_t start : drawn) {
      for (; date < date_.size() && date_[date] <= done + block_; ++date) {
        const std::size_t into = date_[date] - done;
        out.log_return[a][date][i] =
            log_return + asset.scale * asset.blocks.price(start, into) + asset.shift[into];
      }
      const std::size_t taken = std::min(block_, date_.back() - done);
      log_return += asset.scale * asset.blocks.price(start, taken) + asset.shift[taken];
      vol_move += asset.blocks.vol(start, taken) - asset.vol_trend[taken];
      done += taken;
    }
    if (knows_level(a)) out.level[a][i] = vol_move;
  }

  const Recipe& recipe_;
  std::vector<std::size_t> starts_;
  std::size_t block_;
  std::vector<std::size_t> date_;  // [dates] whole steps up to each
  std::vector<Scaled> assets_;
};

Result<std::unique_ptr<Law>> prepare(const Recipe& recipe) {
  const Calibration& from = recipe.calibration;
  const History& history = from.history;
  const double covered = static_cast<double>(history.rows()) * in_days(history.step);
  if (covered < in_days(bootstrap_least)) {
    return fail(
        Reason::missing_data,
        fmt::format("{:.0f} days of price history (a bootstrap needs {:.0f}) give history or "
                    "choose another kind of scenario",
                    covered, in_days(bootstrap_least)));
  }
  if (from.horizon < history.step) {
    return fail(
        Reason::out_of_range,
        fmt::format("a horizon of {:.2f} days (shorter than a step of history, {:.2f}) give "
                    "finer history or choose another kind of scenario",
                    in_days(from.horizon), in_days(history.step)));
  }
  const std::size_t block = std::max<std::size_t>(1, steps_until(recipe.block, history.step));
  auto starts = starts_of(history, block);
  if (starts.empty()) {
    return fail(Reason::missing_data,
                fmt::format("no gap-free history of {:.1f} days (the bootstrap's block) choose "
                            "shorter blocks",
                            in_days(recipe.block)));
  }
  auto law = std::make_unique<BootstrapLaw>(recipe, std::move(starts), block);
  if (const auto done = law->fit(); !done) return done.error();
  return std::unique_ptr<Law>(std::move(law));
}

}  // namespace

Entry bootstrap() {
  return {.name = "bootstrap",
          .about = "blocks of price history and its volatility index, rescaled to the forecast",
          .prepare = prepare};
}

}  // namespace levee::scenario::kind

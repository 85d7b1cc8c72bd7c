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
std::vector<std::size_t> starts_of(const Calibration& from, std::size_t block) {
  std::vector<std::size_t> starts;
  for (std::size_t run = 0; run < from.run_starts.size(); ++run) {
    const bool last = run + 1 == from.run_starts.size();
    const std::size_t end = last ? from.steps.size() : from.run_starts[run + 1];
    for (std::size_t i = from.run_starts[run]; i + block <= end; ++i) starts.push_back(i);
  }
  return starts;
}

// History as it is drawn: sums of price and vol moves before each step, so that any piece of a
// block is one subtraction.
class Blocks {
 public:
  Blocks(const Calibration& from, std::vector<std::size_t> starts, std::size_t block)
      : starts_(std::move(starts)), block_(block), price_{0}, vol_{0} {
    for (const HistoryStep& step : from.steps) {
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

  std::vector<std::size_t> starts_;
  std::size_t block_;
  std::vector<double> price_, vol_;
};

// Whole history steps up to a date: with daily history the price at a date is that of the last full
// day before it.
std::size_t steps_until(Seconds date, Seconds step) {
  return static_cast<std::size_t>(date.value() / step.value());
}

struct Path {
  double scale = 1;  // of log returns, for the variance of the measure
  // [steps of a block + 1] What the first n steps of a block have on average: the index's trend
  // over the history is taken back as the price's is.
  std::vector<double> shift, vol_trend;
  std::vector<std::size_t> date;  // [dates] whole steps up to each
};

// Blocks are independent and each is drawn from all starts alike. So with the mean of exp() of
// every beginning of a block taken back, E[S] = S0 holds exactly at every step; and the variance at
// the horizon is that of whole blocks plus that of the piece at the end.
Result<Path> path_of(const Blocks& blocks, const Recipe& recipe) {
  Path path;
  for (const Seconds date : recipe.dates) {
    path.date.push_back(steps_until(date, recipe.calibration.step));
  }
  const std::size_t steps = path.date.back(), whole = steps / blocks.length();
  const double variance = static_cast<double>(whole) * blocks.variance(blocks.length()) +
                          blocks.variance(steps % blocks.length());
  if (!(variance > 1e-18)) {
    return fail(Reason::no_solution, "the history does not move (a bootstrap has nothing to draw)");
  }
  const double vol = vol_of(recipe).value();
  path.scale = vol * std::sqrt(years(recipe.calibration.horizon).value() / variance);
  for (std::size_t n = 0; n <= blocks.length(); ++n) {
    path.shift.push_back(-blocks.log_mean(n, path.scale));
    path.vol_trend.push_back(blocks.vol_mean(n));
  }
  return path;
}

void draw_path(const Blocks& blocks, const Path& path, const Recipe& recipe, std::size_t index,
               ScenarioSet& set) {
  num::Draws draws(recipe.seed, stream::bootstrap, index);
  const auto choices = static_cast<double>(blocks.count());
  const double spot = recipe.calibration.spot.value();
  double log_return = 0, vol_move = 0;
  std::size_t date = 0, done = 0;
  while (date < path.date.size()) {
    const auto start =
        std::min(static_cast<std::size_t>(draws.uniform() * choices), blocks.count() - 1);
    for (; date < path.date.size() && path.date[date] <= done + blocks.length(); ++date) {
      const std::size_t into = path.date[date] - done;
      const double move = path.scale * blocks.price(start, into) + path.shift[into];
      set.spot.row(date)[index] = spot * std::exp(log_return + move);
    }
    const std::size_t taken = std::min(blocks.length(), path.date.back() - done);
    log_return += path.scale * blocks.price(start, taken) + path.shift[taken];
    vol_move += blocks.vol(start, taken) - path.vol_trend[taken];
    done += taken;
  }
  set.vol_move[index] = vol_move;
}

Result<Done> draw(const Recipe& recipe, const parallel::Team& team, ScenarioSet& set) {
  const Calibration& from = recipe.calibration;
  const double covered = static_cast<double>(from.steps.size()) * in_days(from.step);
  if (covered < in_days(bootstrap_least)) {
    return fail(
        Reason::missing_data,
        fmt::format("{:.0f} days of price history (a bootstrap needs {:.0f}) give history or "
                    "choose another kind of scenario",
                    covered, in_days(bootstrap_least)));
  }
  if (from.horizon < from.step) {
    return fail(
        Reason::out_of_range,
        fmt::format("a horizon of {:.2f} days (shorter than a step of history, {:.2f}) give "
                    "finer history or choose another kind of scenario",
                    in_days(from.horizon), in_days(from.step)));
  }
  const std::size_t block = std::max<std::size_t>(1, steps_until(recipe.block, from.step));
  auto starts = starts_of(from, block);
  if (starts.empty()) {
    return fail(Reason::missing_data,
                fmt::format("no gap-free history of {:.1f} days (the bootstrap's block) choose "
                            "shorter blocks",
                            in_days(recipe.block)));
  }
  const Blocks blocks(from, std::move(starts), block);
  const auto path = path_of(blocks, recipe);
  if (!path) return path.error();
  team.for_blocks(set.paths(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) draw_path(blocks, *path, recipe, i, set);
  });
  if (!from.steps_know_vol) draw_vol_moves(recipe, team, set);
  return Done{};
}

}  // namespace

Entry bootstrap() {
  return {.name = "bootstrap",
          .about = "blocks of price history and its volatility index, rescaled to the forecast",
          .draw = draw};
}

}  // namespace levee::scenario::kind

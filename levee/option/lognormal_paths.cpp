// levee/option/lognormal_paths.cpp — paths of volatility, and means of Black's prices over them.
#include "levee/option/lognormal_paths.h"

#include "levee/num/philox.h"
#include "levee/option/black.h"

#include <cmath>

namespace levee::option {
namespace {

constexpr std::uint32_t stream = 0x4c53;  // of the volatility's noise

// Volatility under its drift alone: (a - v) / (r + q v) fades as exp(-(r + q a) t).
class Drift {
 public:
  Drift(const LognormalVol& model, double time)
      : average_(model.average.value()),
        reversion_(model.reversion),
        bend_(model.reversion_slope),
        fade_(std::exp(-time * (reversion_ + bend_ * average_))) {}

  double rate(double v) const { return (reversion_ + bend_ * v) * (average_ - v); }
  double moved(double v) const {
    const double speed = reversion_ + bend_ * v, away = fade_ * (average_ - v);
    return speed > 0 ? (average_ * speed - reversion_ * away) / (speed + bend_ * away) : v;
  }

 private:
  double average_, reversion_, bend_, fade_;
};

Mixed drawn(const LognormalVol& model, const Drift& drift, double step, const PathPlan& plan,
            std::size_t path) {
  const double square = model.beta * model.beta + model.vol_of_vol * model.vol_of_vol;
  const double noise = std::sqrt(square * step);
  num::Draws draws(plan.seed, stream, path);
  double v = model.now.value();
  double variance = 0.5 * v * v, drifted = 0.5 * drift.rate(v);
  for (int i = 0; i < plan.steps; ++i) {
    v = drift.moved(v);
    v *= std::exp(noise * draws.normal() - 0.5 * square * step);
    v = drift.moved(v);
    const double share = i + 1 == plan.steps ? 0.5 : 1;
    variance += share * v * v;
    drifted += share * drift.rate(v);
  }
  variance *= step;
  drifted *= step;
  if (square == 0) return {.forward = 1, .variance = TotalVariance{variance}};
  // The integral of v dB by the volatility's own equation.
  const double with = model.beta * model.beta / square;
  const double moved = model.beta / square * (v - model.now.value() - drifted);
  return {.forward = std::exp(moved - 0.5 * with * variance),
          .variance = TotalVariance{(1 - with) * variance}};
}

template <class Worth>
num::Estimate mean_over(std::span<const Mixed> paths, Worth worth) {
  LEVEE_EXPECT(!paths.empty());
  std::vector<double> values;
  values.reserve(paths.size());
  for (const Mixed& path : paths) values.push_back(worth(path));
  return num::mean_of(values);
}

Vol vol_of(const Mixed& path, Years expiry) {
  return Vol{std::sqrt(path.variance.value() / expiry.value())};
}

}  // namespace

Result<std::vector<Mixed>> lognormal_paths(const LognormalVol& model, Years expiry,
                                           const PathPlan& plan, const parallel::Team& team) {
  LEVEE_EXPECT(plan.paths >= 1 && plan.steps >= 1);
  const auto checked = check_lognormal(model);
  if (!checked) return checked.error();
  const auto asked = check_reach(expiry, {});
  if (!asked) return asked.error();
  const double step = expiry.value() / plan.steps;
  const Drift drift(model, step / 2);
  std::vector<Mixed> paths(plan.paths);
  team.for_blocks(plan.paths, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) paths[i] = drawn(model, drift, step, plan, i);
  });
  return paths;
}

num::Estimate price_of(std::span<const Mixed> paths, const Term& term, Type type, Price strike) {
  return mean_over(paths, [&](const Mixed& path) {
    return black_price(type, strike,
                       {.forward = Price{term.forward.value() * path.forward},
                        .expiry = term.expiry,
                        .vol = vol_of(path, term.expiry)})
        .value();
  });
}

num::Estimate claim_of(std::span<const Mixed> paths, const Term& term, const RangeClaim& claim,
                       LossKind kind) {
  return mean_over(paths, [&](const Mixed& path) {
    const Price forward{term.forward.value() * path.forward};
    if (path.variance.value() > 0) {
      return range_claim_value(
                 claim, kind,
                 {.spot = forward, .expiry = term.expiry, .vol = vol_of(path, term.expiry)})
          .value;
    }
    return borrowed_loss(claim, forward);
  });
}

}  // namespace levee::option

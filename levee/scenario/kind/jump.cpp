// levee/scenario/kind/jump.cpp — Brownian motion with log-normal jumps, zero drift.
#include "levee/num/philox.h"
#include "levee/scenario/draw.h"
#include "levee/scenario/jump_diffusion.h"

#include <cmath>

namespace levee::scenario::kind {
namespace {

// One date after another: what happens between two of them, in distribution exact.
struct Step {
  double drift, deviation, expected_jumps;
};

std::vector<Step> steps_of(const std::vector<Seconds>& dates, const Calibration& calibration,
                           const JumpDiffusion& model) {
  const double vol = model.diffusive.value(), intensity = model.jumps.intensity.value();
  // What diffusion and jumps add to the mean of exp() is taken back, so that E[S] = S0 at every
  // date.
  const double drift = -vol * vol / 2 - intensity * mean_relative_jump(model.jumps);
  std::vector<Step> steps;
  // Diffusion and jumps run on the market's clock: a short option is then neither bought nor sold
  // because the model's volatility is the same for every tenor.
  const double whole = years(calibration.horizon).value();
  double before = 0;
  for (const Seconds date : dates) {
    const double share = variance_share(calibration, date);
    const double span = whole * (share - before);
    steps.push_back({drift * span, vol * std::sqrt(span), intensity * span});
    before = share;
  }
  return steps;
}

Result<Done> draw(const Recipe& recipe, const parallel::Team& team, ScenarioSet& set) {
  const JumpDiffusion model = split(recipe.calibration.jumps, vol_of(recipe));
  const std::vector<Step> steps = steps_of(set.dates, recipe.calibration, model);
  const double mean = model.jumps.mean.value(), deviation = model.jumps.deviation;
  const double spot = recipe.calibration.spot.value();
  team.for_blocks(set.paths(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t path = begin; path < end; ++path) {
      num::Draws draws(recipe.seed, stream::jump, path);
      double log_return = 0;
      for (std::size_t date = 0; date < steps.size(); ++date) {
        const Step& step = steps[date];
        log_return += step.drift + step.deviation * draws.normal();
        const int jumps = draws.poisson(step.expected_jumps);
        if (jumps > 0) log_return += jumps * mean + std::sqrt(jumps) * deviation * draws.normal();
        set.spot.row(date)[path] = spot * std::exp(log_return);
      }
    }
  });
  draw_vol_moves(recipe, team, set);
  return Done{};
}

}  // namespace

Entry jump() {
  return {.name = "jump",
          .about = "diffusion with log-normal jumps as calibrated; volatility follows the price",
          .draw = draw};
}

}  // namespace levee::scenario::kind

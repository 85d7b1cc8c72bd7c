// levee/scenario/draw.cpp — moves of volatility along drawn paths.
#include "levee/scenario/draw.h"

#include "levee/num/philox.h"

#include <cmath>

namespace levee::scenario {

Vol vol_of(const Recipe& recipe) {
  const Calibration& from = recipe.calibration;
  return recipe.measure == Measure::real_world ? from.forecast : from.implied;
}

double vol_noise(const VolMoves& moves, Seconds horizon) {
  const double phi = moves.daily_persistence, n = in_days(horizon);
  LEVEE_EXPECT(0 < phi && phi <= 1);
  // log and expm1 keep the quotient exact as phi nears 1, where it tends to n.
  const double log_phi = std::log(phi);
  const double shocks = phi == 1 ? n : std::expm1(2 * n * log_phi) / std::expm1(2 * log_phi);
  return moves.daily_residual * std::sqrt(shocks);
}

void draw_vol_moves(const Recipe& recipe, const parallel::Team& team, ScenarioSet& set) {
  const VolMoves& moves = recipe.calibration.vol_moves;
  const double noise = vol_noise(moves, recipe.calibration.horizon);
  const double spot = recipe.calibration.spot.value();
  const auto at_horizon = set.spot.row(set.dates.size() - 1);
  team.for_blocks(set.paths(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t path = begin; path < end; ++path) {
      num::Draws draws(recipe.seed, stream::vol_noise, path);
      // Half the noise's variance is taken back: a volatility that no price explains does not
      // drift.
      set.vol_move[path] = moves.beta * std::log(at_horizon[path] / spot) + noise * draws.normal() -
                           noise * noise / 2;
    }
  });
}

}  // namespace levee::scenario

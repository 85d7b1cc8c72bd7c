// levee/scenario/draw.cpp — what follows the price along drawn paths.
#include "levee/scenario/draw.h"

#include <algorithm>
#include <cmath>

namespace levee::scenario {

bool Law::knows_level(std::size_t) const { return false; }

Sampling Law::sampling() const { return {}; }

Likelier likelier(double number, const Seldom& event) {
  const auto& [chance, least] = event;
  if (!(0 < chance && chance < least)) return {number, 1};
  if (number < least) return {number * (chance / least), chance / least};
  const double rest = (1 - chance) / (1 - least);
  return {1 - (1 - number) * rest, rest};
}

Vol vol_of(const AssetLaw& asset, Measure measure) {
  return measure == Measure::real_world ? asset.forecast : asset.implied;
}

std::vector<double> clock_spans(const AssetLaw& asset, const Recipe& recipe) {
  const double whole = years(recipe.calibration.horizon).value();
  std::vector<double> spans;
  double before = 0;
  for (const Seconds date : recipe.dates) {
    const double share = variance_share(asset, recipe.calibration.horizon, date);
    spans.push_back(whole * (share - before));
    before = share;
  }
  return spans;
}

double horizon_noise(double daily_residual, double daily_persistence, Seconds horizon) {
  const double phi = daily_persistence, n = in_days(horizon);
  LEVEE_EXPECT(0 < phi && phi <= 1);
  // log and expm1 keep the quotient exact as phi nears 1, where it tends to n.
  const double log_phi = std::log(phi);
  const double shocks = phi == 1 ? n : std::expm1(2 * n * log_phi) / std::expm1(2 * log_phi);
  return daily_residual * std::sqrt(shocks);
}

void draw_surface_moves(const Follow& follow, const parallel::Team& team, ScenarioSet& set) {
  const AssetLaw& law = follow.recipe.calibration.assets[follow.asset];
  AssetPaths& asset = set.assets[follow.asset];
  const Seconds horizon = follow.recipe.calibration.horizon;
  const auto noise_of = [&](const auto& moves) {
    return horizon_noise(moves.daily_residual, moves.daily_persistence, horizon);
  };
  const double level_noise = noise_of(law.moves), slope_noise = noise_of(law.moves.slope),
               skew_noise = noise_of(law.moves.skew);
  const bool has_shape = slope_noise > 0 || skew_noise > 0;
  asset.slope.resize(has_shape ? set.paths() : 0);
  asset.skew.resize(has_shape ? set.paths() : 0);
  const auto at_horizon = asset.spot.row(set.dates.size() - 1);
  const double spot = law.spot.value();
  const std::uint32_t own = asset_stream(stream::vol_noise, follow.asset);
  team.for_blocks(set.paths(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      num::Draws draws(follow.recipe.seed, own, set.first + i);
      const double move = std::log(at_horizon[i] / spot);
      // Half the noise's variance is taken back: a volatility that no price explains does not
      // drift.
      const double level =
          law.moves.beta * move + level_noise * draws.normal() - level_noise * level_noise / 2;
      if (!follow.level_is_known) asset.level[i] = level;
      if (!has_shape) continue;
      asset.slope[i] = law.moves.slope.beta * move + slope_noise * draws.normal();
      asset.skew[i] = law.moves.skew.beta * move + skew_noise * draws.normal();
    }
  });
}

namespace {

void draw_linked(const std::optional<Linked>& linked, std::size_t number, const Recipe& recipe,
                 const parallel::Team& team, const ScenarioSet& set, std::vector<double>& values) {
  values.resize(linked ? set.paths() : 0);
  if (!linked) return;
  constexpr std::uint64_t quantities = 4;
  const auto at_horizon = set.lead().spot.row(set.dates.size() - 1);
  const double spot = recipe.calibration.lead().spot.value();
  team.for_blocks(set.paths(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      num::Draws draws(recipe.seed, stream::around, (set.first + i) * quantities + number);
      values[i] = linked_value(*linked, LogReturn{std::log(at_horizon[i] / spot)}, draws.normal());
    }
  });
}

}  // namespace

void draw_surroundings(const Recipe& recipe, const parallel::Team& team, ScenarioSet& set) {
  const Surroundings& around = recipe.calibration.around;
  draw_linked(around.funding, 0, recipe, team, set, set.funding);
  draw_linked(around.volume, 1, recipe, team, set, set.volume);
  draw_linked(around.depth, 2, recipe, team, set, set.depth);
  draw_linked(around.gas, 3, recipe, team, set, set.gas);
  if (!around.peg) {
    set.peg = {};
    return;
  }
  if (set.peg.rows() != set.dates.size() || set.peg.columns() != set.paths()) {
    set.peg = {set.dates.size(), set.paths()};
  }
  const double breaks =
      -std::expm1(-around.peg->intensity.value() * years(recipe.calibration.horizon).value());
  team.for_blocks(set.paths(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      num::Draws draws(recipe.seed, stream::peg, set.first + i);
      const double when = draws.uniform(), depth = draws.uniform();
      // It breaks in time where `when` is large.
      const auto [late, ratio] = likelier(1 - when, {breaks, recipe.sampling.failure_chance});
      if (!set.weight.empty()) set.weight[i] *= ratio;
      const double drawn = std::min(1 - late, 1 - 0x1p-53);
      for (std::size_t date = 0; date < set.dates.size(); ++date) {
        set.peg.row(date)[i] = hazard::peg_at(*around.peg, {drawn, depth}, set.dates[date]).value();
      }
    }
  });
}

}  // namespace levee::scenario

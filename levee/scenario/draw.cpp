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

// A peg that breaks with its issuer.
void draw_broken_peg(const Recipe& recipe, const parallel::Team& team, ScenarioSet& set) {
  const hazard::Depeg& depeg = *recipe.calibration.around.peg;
  const auto& models = recipe.protocols;
  const auto node = std::ranges::find(models, depeg.with, &hazard::FailureModel::protocol);
  LEVEE_EXPECT(node != models.end());
  const auto fails = set.protocol_at.row(static_cast<std::size_t>(node - models.begin()));
  team.for_blocks(set.paths(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const double depth = num::Draws(recipe.seed, stream::peg, set.first + i).uniform();
      const Seconds at{static_cast<std::int64_t>(fails[i])};
      for (std::size_t date = 0; date < set.dates.size(); ++date) {
        const bool broken = fails[i] > 0;
        set.peg.row(date)[i] =
            broken ? hazard::peg_after(depeg, depth, set.dates[date] - at).value() : 1;
      }
    }
  });
}

// What a failure moves: log price and log volatility of every asset.
struct Move {
  double price = 0, vol = 0;
};

// What other weeks show more often than this is no move.
constexpr double significance = 0.05;

double moved_by(const hazard::Strength& strength, double normal) {
  const bool is_usual = strength.p_value && *strength.p_value > significance;
  if (strength.events == 0 || is_usual) return 0;
  return strength.mean - strength.usual.value_or(0) + strength.error.value_or(0) * normal;
}

// Chance that a failure reaches the whole market, as often as recorded ones did.
double market_wide_chance(const hazard::Reaction& reaction) {
  const auto events = [](const hazard::ReachReaction& reach) {
    std::size_t most = 0;
    for (const auto& asset : reach.assets) most = std::max(most, asset.market.events);
    return static_cast<double>(most);
  };
  const double wide = events(reaction.market_wide), own = events(reaction.idiosyncratic);
  return (wide + 0.5) / (wide + own + 1);
}

// Three normals: the market's price, its volatility, the failed protocol's own token.
Move move_of(const hazard::ReachReaction& reach, const std::string& asset, bool is_own_token,
             std::span<const double, 3> normals) {
  Move move;
  if (const hazard::AssetReaction* found = reach.asset(asset)) {
    move = {moved_by(found->market, normals[0]), moved_by(found->vol, normals[1])};
  }
  if (is_own_token) move.price += moved_by(reach.token, normals[2]);
  return move;
}

}  // namespace

void draw_reactions(const Recipe& recipe, const parallel::Team& team, ScenarioSet& set) {
  if (!recipe.calibration.around.reaction) return;
  const hazard::Reaction& reaction = *recipe.calibration.around.reaction;
  const double wide = market_wide_chance(reaction);
  team.for_blocks(set.paths(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t p = 0; p < recipe.protocols.size(); ++p) {
      const auto fails = set.protocol_at.row(p);
      const auto own = stream::reaction + static_cast<std::uint32_t>(p);
      for (std::size_t i = begin; i < end; ++i) {
        if (!(fails[i] > 0)) continue;
        num::Draws draws(recipe.seed, own, set.first + i);
        const auto reach =
            draws.uniform() < wide ? hazard::Reach::market_wide : hazard::Reach::idiosyncratic;
        const std::array<double, 3> normals{draws.normal(), draws.normal(), draws.normal()};
        for (AssetPaths& asset : set.assets) {
          const bool own_token = asset.name == recipe.protocols[p].token;
          const Move move = move_of(reaction.of(reach), asset.name, own_token, normals);
          asset.level[i] += move.vol;
          for (std::size_t date = 0; date < set.dates.size(); ++date) {
            if (static_cast<double>(set.dates[date].value()) < fails[i]) continue;
            asset.spot.row(date)[i] *= std::exp(move.price);
          }
        }
      }
    }
  });
}

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
  if (!around.peg->with.empty()) return draw_broken_peg(recipe, team, set);
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

// levee/scenario/jump_walk.cpp — one path of several assets, date after date.
#include "levee/scenario/jump_walk.h"

#include "levee/scenario/draw.h"
#include "levee/scenario/sampling.h"

#include <cmath>

namespace levee::scenario {
namespace {

int binomial(num::Draws& draws, int trials, double chance) {
  if (chance <= 0) return 0;
  int successes = 0;
  for (int i = 0; i < trials; ++i) successes += draws.uniform() < chance ? 1 : 0;
  return successes;
}

// The sum of so many jumps, for a standard normal.
double sum_of(const Jumps& jumps, int count, double normal) {
  return count * jumps.mean.value() + std::sqrt(count) * jumps.deviation * normal;
}

}  // namespace

JointJumps::JointJumps(JumpParts parts) : parts_(std::move(parts)), steps_(jump_steps(parts_)) {}

void JointJumps::add(std::size_t date, std::span<num::Draws> draws,
                     std::span<double> log_price) const {
  int lead_jumps = 0;
  double lead_size = 0;  // standard normal
  for (std::size_t a = 0; a < steps_.size(); ++a) {
    const JumpStep& step = steps_[a][date];
    const Jumps& jumps = parts_.assets[a];
    if (const int own = draws[a].poisson(step.own); own > 0) {
      const double size = draws[a].normal();
      log_price[a] += sum_of(jumps, own, size);
      if (a == 0) lead_jumps = own, lead_size = size;
    }
    const int joined = a == 0 ? 0 : binomial(draws[a], lead_jumps, step.joins);
    if (joined == 0) continue;
    // The lead's size is the sum over all its jumps; these are some of them.
    const double shared = parts_.correlation.row(a)[0] *
                          std::sqrt(static_cast<double>(joined) / static_cast<double>(lead_jumps));
    const double size = shared * lead_size + std::sqrt(1 - shared * shared) * draws[a].normal();
    log_price[a] += sum_of(jumps, joined, size);
  }
}

double JointJumps::log_mean(std::size_t asset, std::size_t date) const {
  const Jumps& jumps = parts_.assets[asset];
  return jumps.intensity.value() * parts_.spans[asset][date] * mean_relative_jump(jumps);
}

void JumpLaw::draw(const Block& block) const {
  WalkRows<double> rows{block.first, block.paths, {}};
  for (std::size_t date = 0; date < lanes_.steps(); ++date) {
    for (const auto& asset : block.log_return) rows.log_return.push_back(asset[date]);
  }
  lanes_.walk(rows);
}

Result<std::unique_ptr<Law>> jump_law(const Recipe& recipe, WithJumps jumps) {
  const Calibration& from = recipe.calibration;
  WalkParts parts{
      {}, {{}, {}, from.dependence.joins, from.dependence.correlation}, {}, recipe.seed};
  for (const AssetLaw& asset : from.assets) {
    const JumpDiffusion model =
        split(jumps == WithJumps::yes ? asset.jumps : Jumps{}, vol_of(asset, recipe.measure));
    parts.diffusive.push_back(model.diffusive);
    parts.jumps.assets.push_back(model.jumps);
    parts.jumps.spans.push_back(clock_spans(asset, recipe));
  }
  auto root = root_of(from.dependence.correlation);
  if (!root) return root.error();
  parts.root = *std::move(root);
  if (recipe.sampling != Sampling{}) {
    return std::unique_ptr<Law>(std::make_unique<SampledWalk>(std::move(parts), recipe.sampling));
  }
  return std::unique_ptr<Law>(std::make_unique<JumpLaw>(parts));
}

}  // namespace levee::scenario

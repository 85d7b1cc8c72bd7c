// levee/scenario/jump_walk.cpp — one path of several assets, date after date.
#include "levee/scenario/jump_walk.h"

#include "levee/scenario/draw.h"

#include <algorithm>
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

JointJumps::JointJumps(JumpParts parts) : parts_(std::move(parts)) {
  LEVEE_EXPECT(!parts_.assets.empty() && parts_.spans.size() == parts_.assets.size());
  const double lead_intensity = parts_.assets.front().intensity.value();
  for (std::size_t a = 0; a < parts_.assets.size(); ++a) {
    auto& steps = steps_.emplace_back();
    for (std::size_t date = 0; date < parts_.spans[a].size(); ++date) {
      const double all = parts_.assets[a].intensity.value() * parts_.spans[a][date];
      const double lead = lead_intensity * parts_.spans[0][date];
      const double joins = a > 0 && lead > 0 ? std::min(parts_.joins[a], all / lead) : 0;
      steps.push_back({std::max(0.0, all - joins * lead), joins});
    }
  }
}

void JointJumps::add(std::size_t date, std::span<num::Draws> draws,
                     std::span<double> log_price) const {
  int lead_jumps = 0;
  double lead_size = 0;  // standard normal
  for (std::size_t a = 0; a < steps_.size(); ++a) {
    const Step& step = steps_[a][date];
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

JumpLaw::JumpLaw(Parts parts)
    : root_(std::move(parts.root)), seed_(parts.seed), jumps_(parts.jumps) {
  LEVEE_EXPECT(root_.rows() == parts.diffusive.size());
  for (std::size_t a = 0; a < parts.diffusive.size(); ++a) {
    const double vol = parts.diffusive[a].value();
    auto& steps = steps_.emplace_back();
    for (std::size_t date = 0; date < parts.jumps.spans[a].size(); ++date) {
      const double span = parts.jumps.spans[a][date];
      // What diffusion and jumps add to the mean of exp() is taken back, so that E[S] = S0 at every
      // date.
      steps.push_back({-vol * vol * span / 2 - jumps_.log_mean(a, date), vol * std::sqrt(span)});
    }
  }
}

void JumpLaw::draw_path(const Block& block, std::size_t i) const {
  const std::size_t assets = steps_.size();
  std::vector<num::Draws> draws;
  for (std::size_t a = 0; a < assets; ++a) {
    draws.emplace_back(seed_, asset_stream(stream::jump, a), block.first + i);
  }
  std::vector<double> at(assets), normal(assets);
  for (std::size_t date = 0; date < steps_.front().size(); ++date) {
    for (std::size_t a = 0; a < assets; ++a) {
      normal[a] = draws[a].normal();
      double z = 0;
      for (std::size_t b = 0; b <= a; ++b) z += root_.row(a)[b] * normal[b];
      at[a] += steps_[a][date].drift + steps_[a][date].deviation * z;
    }
    jumps_.add(date, draws, at);
    for (std::size_t a = 0; a < assets; ++a) block.log_return[a][date][i] = at[a];
  }
}

void JumpLaw::draw(const Block& block) const {
  for (std::size_t i = 0; i < block.paths; ++i) draw_path(block, i);
}

Result<std::unique_ptr<Law>> jump_law(const Recipe& recipe, WithJumps jumps) {
  const Calibration& from = recipe.calibration;
  JumpLaw::Parts parts{
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
  return std::unique_ptr<Law>(std::make_unique<JumpLaw>(std::move(parts)));
}

}  // namespace levee::scenario

// levee/scenario/sampling.cpp — a path from its totals inwards.
#include "levee/scenario/sampling.h"

#include "levee/num/lanes.h"
#include "levee/scenario/draw.h"
#include "levee/scenario/jump_diffusion.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/core.h>

namespace levee::scenario {
namespace {

// Points that are made together; they stay in cache.
constexpr std::size_t points_at_once = 64;

// Where in a point a number stands; normals of the bridges follow, those of one rank together.
namespace place {
constexpr std::size_t mixture = 0;
constexpr std::size_t jumps(std::size_t asset) { return 1 + 3 * asset; }
constexpr std::size_t size(std::size_t asset) { return 2 + 3 * asset; }
constexpr std::size_t joined(std::size_t asset) { return 3 + 3 * asset; }
constexpr std::size_t bridge(std::size_t assets) { return 1 + 3 * assets; }
}  // namespace place

int poisson_quantile(double mean, double u) {
  double term = std::exp(-mean), below = term;
  int count = 0;
  while (u > below && (count < mean || term > 1e-18)) {
    ++count;
    term *= mean / count;
    below += term;
  }
  return count;
}

// So many standard normals whose sum is sqrt(count) times that one.
void share_out(double total, num::Draws& draws, std::span<double> normals) {
  const auto count = static_cast<double>(normals.size());
  if (normals.size() > 1) {
    for (double& z : normals) z = draws.normal();
  }
  const double mean = std::accumulate(normals.begin(), normals.end(), 0.0) / count;
  for (double& z : normals) z += total / std::sqrt(count) - mean;
}

constexpr Sampling importance_alone() {
  Sampling pushed = towards_a_crash;
  pushed.points = Sampling::Points::random;
  return pushed;
}

struct Named {
  std::string_view name;
  Sampling sampling;
};
constexpr std::array<Named, 4> all_named{{{"random", {}},
                                          {"sobol", {.points = Sampling::Points::sobol}},
                                          {"importance", importance_alone()},
                                          {"sobol_importance", towards_a_crash}}};

// A step in which no variance accrues moves nothing, but takes its place on the bridge.
std::vector<double> not_empty(std::vector<double> spans) {
  const double least = 1e-12 * std::accumulate(spans.begin(), spans.end(), 0.0);
  for (double& span : spans) span = std::max(span, least);
  return spans;
}

}  // namespace

Result<Sampling> sampling_named(std::string_view name) {
  const auto found = std::ranges::find(all_named, name, &Named::name);
  if (found != all_named.end()) return found->sampling;
  return fail(Reason::bad_input,
              fmt::format("sampling = \"{}\" (must be random, sobol, importance or "
                          "sobol_importance)",
                          name.substr(0, 40)));
}

std::string_view name_of(const Sampling& sampling) {
  const auto found = std::ranges::find(all_named, sampling, &Named::sampling);
  LEVEE_EXPECT(found != all_named.end());
  return found->name;
}

std::uint64_t seed_of_set(std::uint64_t seed, std::size_t set) {
  return static_cast<std::uint64_t>(num::Draws(seed, stream::sets, set).uniform() * 0x1p52);
}

struct SampledWalk::Path {
  num::Draws draws;             // of what the point does not say
  std::vector<double> point{};  // uniforms where a count or a choice comes of them, else normals
  bool pushed = false;
  std::vector<std::vector<double>> step{};  // [assets][steps] log returns of each
  std::vector<std::size_t> lead_step{};     // [lead's jumps]
  std::vector<double> lead_size{};          // in deviations from its mean
  double lead_walk = 0;                     // of its diffusion, in deviations to the horizon
  std::vector<double> normals{}, walk{}, sizes{};
};

SampledWalk::SampledWalk(WalkParts parts, const Sampling& sampling)
    : parts_(std::move(parts)), sampling_(sampling), jumps_(jump_steps(parts_.jumps)) {
  steps_ = jumps_.front().size();
  for (std::size_t a = 0; a < assets(); ++a) {
    Clock clock;
    for (const JumpStep& step : jumps_[a]) clock.until.push_back(clock.expected += step.own);
    for (double& share : clock.until) share /= clock.expected > 0 ? clock.expected : 1;
    own_.push_back(std::move(clock));
    spans_.push_back(not_empty(parts_.jumps.spans[a]));
    std::vector<double> at(steps_);
    std::partial_sum(spans_[a].begin(), spans_[a].end(), at.begin());
    bridges_.emplace_back(at);
  }
  lean_ = {assets() * assets(), steps_};
  for (std::size_t a = 0; a < assets(); ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      for (std::size_t k = 0; k < steps_; ++k) {
        lean_.row(a * assets() + b)[k] = parts_.diffusive[a].value() * parts_.root.row(a)[b] *
                                         std::sqrt(parts_.jumps.spans[a][k] / spans_[b][k]);
      }
    }
  }
  if (sampling_.points == Sampling::Points::sobol) {
    sobol_.emplace(place::bridge(assets()) + steps_ * assets(), parts_.seed);
  }
}

void SampledWalk::fill(std::uint64_t first, num::Matrix<double>& points) const {
  if (sobol_) {
    LEVEE_EXPECT(first + points.columns() <= 1ULL << 32);
    for (std::size_t d = 0; d < points.rows(); ++d) {
      sobol_->fill(static_cast<std::uint32_t>(first), d, points.row(d));
    }
  } else {
    for (std::size_t i = 0; i < points.columns(); ++i) {
      num::Draws draws(parts_.seed, asset_stream(stream::sampled, 1), first + i);
      // As far as points of 32 bits reach: 6.3 deviations.
      for (std::size_t d = 0; d < points.rows(); ++d) {
        points.row(d)[i] = std::clamp(draws.uniform(), 0x1p-33, 1 - 0x1p-33);
      }
    }
  }
  const auto to_normals = [&](std::size_t d) { num::quantile_each(points.row(d), points.row(d)); };
  for (std::size_t a = 0; a < assets(); ++a)
    to_normals(place::size(a)), to_normals(place::joined(a));
  for (std::size_t d = place::bridge(assets()); d < points.rows(); ++d) to_normals(d);
}

// An asset's own jumps: how many and how much together by the point, the rest by chance.
void SampledWalk::jump(std::size_t asset, Path& path) const {
  const bool is_pushed = asset == 0 && path.pushed;
  const Clock& clock = own_[asset];
  const double expected = clock.expected * (is_pushed ? sampling_.intensity : 1);
  const int count = poisson_quantile(expected, path.point[place::jumps(asset)]);
  path.sizes.assign(static_cast<std::size_t>(count), 0);
  if (count > 0) {
    share_out(path.point[place::size(asset)], path.draws, path.sizes);
  }
  for (double& size : path.sizes) {
    if (is_pushed) size += sampling_.jump_shift;
    const auto step = static_cast<std::size_t>(
        std::upper_bound(clock.until.begin(), clock.until.end() - 1, path.draws.uniform()) -
        clock.until.begin());
    const Jumps& law = parts_.jumps.assets[asset];
    path.step[asset][step] += law.mean.value() + law.deviation * size;
    if (asset == 0) path.lead_step.push_back(step);
  }
  if (asset == 0) path.lead_size = path.sizes;
}

// The lead's jumps that another asset joins.
void SampledWalk::join(std::size_t asset, Path& path) const {
  std::vector<std::size_t> joined;
  for (std::size_t k = 0; k < path.lead_step.size(); ++k) {
    if (path.draws.uniform() < jumps_[asset][path.lead_step[k]].joins) joined.push_back(k);
  }
  if (joined.empty()) return;
  path.sizes.assign(joined.size(), 0);
  share_out(path.point[place::joined(asset)], path.draws, path.sizes);
  const Jumps& law = parts_.jumps.assets[asset];
  const double shared = parts_.jumps.correlation.row(asset)[0];
  const double own = std::sqrt(std::max(0.0, 1 - shared * shared));
  for (std::size_t k = 0; k < joined.size(); ++k) {
    const double z = shared * path.lead_size[joined[k]] + own * path.sizes[k];
    path.step[asset][path.lead_step[joined[k]]] += law.mean.value() + law.deviation * z;
  }
}

void SampledWalk::diffuse(Path& path) const {
  for (std::size_t b = 0; b < assets(); ++b) {
    const std::span<const double> spans = spans_[b];
    for (std::size_t k = 0; k < steps_; ++k) {
      path.normals[k] = path.point[place::bridge(assets()) + k * assets() + b];
    }
    bridges_[b].path(path.normals, path.walk);
    const double whole = std::accumulate(spans.begin(), spans.end(), 0.0);
    const double push = b == 0 && path.pushed ? sampling_.drift / std::sqrt(whole) : 0;
    if (b == 0) path.lead_walk = path.walk.back() / std::sqrt(whole) + push * std::sqrt(whole);
    double before = 0;
    for (std::size_t k = 0; k < steps_; ++k) {
      path.normals[k] = path.walk[k] - before + push * spans[k];
      before = path.walk[k];
    }
    for (std::size_t a = b; a < assets(); ++a) {
      const auto lean = lean_.row(a * assets() + b);
      for (std::size_t k = 0; k < steps_; ++k) path.step[a][k] += lean[k] * path.normals[k];
    }
  }
}

// Nominal over sampled density: only the lead's totals tell the two laws apart.
double SampledWalk::weight(const Path& path) const {
  const double push = sampling_.drift, shift = sampling_.jump_shift;
  const auto jumps = static_cast<double>(path.lead_size.size());
  const double sizes = std::accumulate(path.lead_size.begin(), path.lead_size.end(), 0.0);
  const double log_ratio =
      push * path.lead_walk - push * push / 2 + jumps * std::log(sampling_.intensity) -
      own_.front().expected * (sampling_.intensity - 1) + shift * sizes - jumps * shift * shift / 2;
  return 1 / (sampling_.nominal_share + (1 - sampling_.nominal_share) * std::exp(log_ratio));
}

// One path, from its point to its row of the block.
void SampledWalk::draw_path(const Block& block, std::size_t i, Path& path) const {
  path.draws = num::Draws(parts_.seed, stream::sampled, block.first + i);
  path.pushed = path.point[place::mixture] >= sampling_.nominal_share;
  path.lead_step.clear();
  for (auto& step : path.step) std::fill(step.begin(), step.end(), 0);
  for (std::size_t a = 0; a < assets(); ++a) {
    jump(a, path);
    if (a > 0) join(a, path);
  }
  diffuse(path);
  for (std::size_t a = 0; a < assets(); ++a) {
    const double vol = parts_.diffusive[a].value();
    const Jumps& law = parts_.jumps.assets[a];
    // What diffusion and jumps add to the mean of exp() is taken back.
    const double back = vol * vol / 2 + law.intensity.value() * mean_relative_jump(law);
    double at = 0;
    for (std::size_t k = 0; k < steps_; ++k) {
      at += path.step[a][k] - back * parts_.jumps.spans[a][k];
      block.log_return[a][k][i] = at;
    }
  }
  if (!block.weight.empty()) block.weight[i] = weight(path);
}

void SampledWalk::draw(const Block& block) const {
  const std::size_t dimensions = place::bridge(assets()) + steps_ * assets();
  num::Matrix<double> points(dimensions, points_at_once);
  Path path{.draws = num::Draws(parts_.seed, stream::sampled, block.first)};
  path.point.resize(dimensions);
  path.step.assign(assets(), std::vector<double>(steps_));
  path.normals.resize(steps_), path.walk.resize(steps_);
  for (std::size_t begin = 0; begin < block.paths; begin += points_at_once) {
    fill(block.first + begin, points);
    const std::size_t end = std::min(block.paths, begin + points_at_once);
    for (std::size_t i = begin; i < end; ++i) {
      for (std::size_t d = 0; d < dimensions; ++d) path.point[d] = points.row(d)[i - begin];
      draw_path(block, i, path);
    }
  }
}

}  // namespace levee::scenario

// levee/scenario/generate.cpp — a set of any kind, its surroundings and its failures.
#include "levee/scenario/draw.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

namespace levee::scenario {
namespace {

// Paths that are drawn together: their rows stay in cache.
constexpr std::size_t path_block = 512;

void expect_sound(const Recipe& recipe) {
  LEVEE_EXPECT(!recipe.dates.empty() && recipe.dates.front() > Seconds{0});
  const auto not_ascending = std::adjacent_find(recipe.dates.begin(), recipe.dates.end(),
                                                [](Seconds a, Seconds b) { return !(a < b); });
  LEVEE_EXPECT(not_ascending == recipe.dates.end());
  LEVEE_EXPECT(recipe.dates.back() == recipe.calibration.horizon);
  LEVEE_EXPECT(recipe.measure != Measure::replayed);
  const Sampling& sampling = recipe.sampling;
  LEVEE_EXPECT(0 < sampling.nominal_share && sampling.nominal_share <= 1);
  LEVEE_EXPECT(sampling.intensity > 0);
  LEVEE_EXPECT(0 <= sampling.failure_chance && sampling.failure_chance < 1);
  LEVEE_EXPECT(sampling.failure_chance == 0 || sampling.nominal_share < 1);
  for (const AssetLaw& asset : recipe.calibration.assets) {
    LEVEE_EXPECT(asset.spot.value() > 0 && vol_of(asset, recipe.measure).value() > 0);
  }
}

// One protocol on one path: whether, how much, when.
struct Failure {
  double lost = 0, at = 0, ratio = 1;
};

// The number that decides whether a protocol fails on a path. Failures are few: where paths are
// even points, so are these (a rotation by an irrational of the protocol's own, randomly shifted),
// which leaves their count within two or three of what it should be.
double deciding_number(const Recipe& recipe, std::size_t protocol, std::uint64_t path,
                       double random) {
  constexpr std::array<double, 8> primes{2, 3, 5, 7, 11, 13, 17, 19};
  const bool even = recipe.sampling.points == Sampling::Points::sobol;
  if (!even || protocol >= primes.size()) return random;
  const auto own = stream::rotation + static_cast<std::uint32_t>(protocol);
  const double shift = num::Draws(recipe.seed, own, 0).uniform();
  const double turned = shift + static_cast<double>(path) * std::sqrt(primes[protocol]);
  const double number = turned - std::floor(turned);
  return number > 0 ? number : random;
}

Failure failure_on(const Recipe& recipe, std::size_t protocol, std::uint64_t path) {
  const hazard::FailureModel& model = recipe.protocols[protocol];
  const Seconds horizon = recipe.calibration.horizon;
  // What is not known of the rates is the same for all nodes of a path.
  const Intensity rate =
      model.drawn.empty()
          ? model.intensity
          : hazard::intensity_at(model, num::Draws(recipe.seed, stream::world, path).uniform());
  const double chance = hazard::failure_within(rate, years(horizon)).value();
  num::Draws draws(recipe.seed, stream::protocol + static_cast<std::uint32_t>(protocol), path);
  const auto [number, ratio] = likelier(deciding_number(recipe, protocol, path, draws.uniform()),
                                        {chance, recipe.sampling.failure_chance});
  if (!(number < chance)) return {0, 0, ratio};
  const double moment = draws.uniform();
  const double back = model.fitted ? draws.uniform() : 0.5;
  const double lost = hazard::share_lost(model, {number / chance, back}).value();
  if (!(lost > 0)) return {0, 0, ratio};
  const Seconds at = hazard::failure_moment(rate, horizon, moment);
  return {lost, static_cast<double>(at.value()), ratio};
}

void draw_failures(const Recipe& recipe, const parallel::Team& team, ScenarioSet& set) {
  for (std::size_t p = 0; p < recipe.protocols.size(); ++p) {
    const auto lost = set.protocol_loss.row(p), when = set.protocol_at.row(p);
    team.for_blocks(set.paths(), [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        const Failure failure = failure_on(recipe, p, set.first + i);
        lost[i] = failure.lost, when[i] = failure.at;
        if (!set.weight.empty()) set.weight[i] *= failure.ratio;
      }
    });
  }
}

Error unknown_kind(std::string_view kind) {
  std::string known;
  for (const Entry& entry : shelf()) {
    known += fmt::format("{}{}", known.empty() ? "" : ", ", entry.name);
  }
  return fail(Reason::not_supported,
              fmt::format("scenarios \"{}\" (no such kind) choose one of: {}", kind, known));
}

Error cannot_sample(std::string_view kind) {
  return fail(
      Reason::not_supported,
      fmt::format("sampling of \"{}\" (its paths are random and equally likely) leave it out, "
                  "or choose jump or diffusion",
                  kind));
}

// Rows for as many paths, in the memory that is there.
void make_room(const Recipe& recipe, std::size_t paths, ScenarioSet& set) {
  set.weight.resize(recipe.sampling.nominal_share < 1 ? paths : 0);
  const std::size_t dates = recipe.dates.size(), protocols = recipe.protocols.size();
  set.assets.resize(recipe.calibration.assets.size());
  for (AssetPaths& asset : set.assets) {
    if (asset.level.size() == paths && asset.spot.rows() == dates) continue;
    asset.spot = {dates, paths};
    asset.level.resize(paths);
  }
  if (set.protocol_loss.rows() == protocols && set.protocol_loss.columns() == paths) return;
  set.protocol_loss = {protocols, paths};
  set.protocol_at = {protocols, paths};
}

// Draws a block of paths and turns log returns into prices where they stand.
void draw_block(const Law& law, const Calibration& from, std::size_t begin, std::size_t end,
                ScenarioSet& set) {
  Block block{.first = set.first + begin, .paths = end - begin, .log_return = {}, .level = {}};
  for (AssetPaths& asset : set.assets) {
    auto& rows = block.log_return.emplace_back();
    for (std::size_t date = 0; date < set.dates.size(); ++date) {
      rows.push_back(asset.spot.row(date).subspan(begin, end - begin));
    }
    block.level.push_back(std::span(asset.level).subspan(begin, end - begin));
  }
  if (!set.weight.empty()) block.weight = std::span(set.weight).subspan(begin, end - begin);
  law.draw(block);
  for (std::size_t i = 0; i < set.assets.size(); ++i) {
    const double spot = from.assets[i].spot.value();
    for (const auto row : block.log_return[i]) {
      for (double& cell : row) cell = spot * std::exp(cell);
    }
  }
}

}  // namespace

std::optional<std::size_t> ScenarioSet::find(std::string_view name) const {
  for (std::size_t i = 0; i < assets.size(); ++i) {
    if (assets[i].name == name) return i;
  }
  return std::nullopt;
}

Generator::Generator(std::string_view kind, const Recipe& recipe)
    : kind_(kind), recipe_(std::make_unique<Recipe>(recipe)) {}

Result<Generator> Generator::of(std::string_view kind, const Recipe& recipe) {
  const auto entry =
      std::find_if(shelf().begin(), shelf().end(), [&](const Entry& e) { return e.name == kind; });
  if (entry == shelf().end()) return unknown_kind(kind);
  expect_sound(recipe);
  Generator made(kind, recipe);
  auto law = entry->prepare(*made.recipe_);
  if (!law) return law.error();
  if ((*law)->sampling() != recipe.sampling) return cannot_sample(kind);
  made.law_ = *std::move(law);
  return made;
}

void Generator::draw(std::size_t first, std::size_t paths, const parallel::Team& team,
                     ScenarioSet& set) const {
  LEVEE_EXPECT(paths > 0);
  const Recipe& recipe = *recipe_;
  set.kind = kind_;
  set.measure = recipe.measure;
  set.source.clear();
  set.calibrated_at = recipe.calibration.at;
  set.seed = recipe.seed;
  set.first = first;
  set.dates = recipe.dates;
  make_room(recipe, paths, set);
  team.for_blocks(
      paths,
      [&](std::size_t begin, std::size_t end) {
        draw_block(*law_, recipe.calibration, begin, end, set);
      },
      path_block);
  for (std::size_t i = 0; i < set.assets.size(); ++i) {
    set.assets[i].name = recipe.calibration.assets[i].name;
    set.assets[i].tenor_power = recipe.calibration.assets[i].moves.tenor_power;
    draw_surface_moves({recipe, i, law_->knows_level(i)}, team, set);
  }
  draw_failures(recipe, team, set);
  draw_reactions(recipe, team, set);
  draw_surroundings(recipe, team, set);
}

ScenarioSet Generator::draw(std::size_t first, std::size_t paths,
                            const parallel::Team& team) const {
  ScenarioSet set;
  draw(first, paths, team, set);
  return set;
}

Result<ScenarioSet> generate(std::string_view kind, const Recipe& recipe,
                             const parallel::Team& team) {
  const auto generator = Generator::of(kind, recipe);
  if (!generator) return generator.error();
  return generator->draw(0, recipe.paths, team);
}

}  // namespace levee::scenario

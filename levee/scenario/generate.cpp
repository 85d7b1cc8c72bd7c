// levee/scenario/generate.cpp — a set of any kind, and its failures.
#include "levee/num/philox.h"
#include "levee/scenario/draw.h"

#include <algorithm>

#include <fmt/core.h>

namespace levee::scenario {
namespace {

void expect_sound(const Recipe& recipe) {
  LEVEE_EXPECT(recipe.paths > 0);
  LEVEE_EXPECT(!recipe.dates.empty() && recipe.dates.front() > Seconds{0});
  const auto not_ascending = std::adjacent_find(recipe.dates.begin(), recipe.dates.end(),
                                                [](Seconds a, Seconds b) { return !(a < b); });
  LEVEE_EXPECT(not_ascending == recipe.dates.end());
  LEVEE_EXPECT(recipe.dates.back() == recipe.calibration.horizon);
  LEVEE_EXPECT(recipe.calibration.spot.value() > 0 && vol_of(recipe).value() > 0);
}

void draw_failures(const Recipe& recipe, const parallel::Team& team, ScenarioSet& set) {
  const Years horizon = years(recipe.calibration.horizon);
  for (std::size_t i = 0; i < recipe.protocols.size(); ++i) {
    const auto row = set.protocol_loss.row(i);
    const auto own = stream::protocol + static_cast<std::uint32_t>(i);
    team.for_blocks(recipe.paths, [&](std::size_t begin, std::size_t end) {
      for (std::size_t path = begin; path < end; ++path) {
        const double draw = num::Draws(recipe.seed, own, path).uniform();
        row[path] = hazard::loss_share(recipe.protocols[i], horizon, draw).value();
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

}  // namespace

Result<ScenarioSet> generate(std::string_view kind, const Recipe& recipe,
                             const parallel::Team& team) {
  const auto entry =
      std::find_if(shelf().begin(), shelf().end(), [&](const Entry& e) { return e.name == kind; });
  if (entry == shelf().end()) return unknown_kind(kind);
  expect_sound(recipe);
  ScenarioSet set{.kind = std::string(kind),
                  .measure = recipe.measure,
                  .seed = recipe.seed,
                  .dates = recipe.dates,
                  .spot = {recipe.dates.size(), recipe.paths},
                  .vol_move = std::vector<double>(recipe.paths),
                  .protocol_loss = {recipe.protocols.size(), recipe.paths},
                  .tenor_power = recipe.calibration.vol_moves.tenor_power};
  if (const auto drawn = entry->draw(recipe, team, set); !drawn) return drawn.error();
  draw_failures(recipe, team, set);
  return set;
}

}  // namespace levee::scenario

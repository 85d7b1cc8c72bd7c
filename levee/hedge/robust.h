// levee/hedge/robust.h — the plan for the worst of several worlds.
//
// A world is a kind of scenarios, or the policy's own with the forecast volatility moved. Nobody
// knows which is right, so the plan is chosen against the mixture of them that is worst for it.
#pragma once
#include "levee/hedge/advice.h"
#include "levee/hedge/ground.h"
#include "levee/hedge/score.h"

#include <string>
#include <vector>

namespace levee::hedge {

/// One way the future may be.
struct World {
  std::string name, kind;
  double vol_factor = 1;  ///< On the forecast volatility.
};

/// The policy's own kind, its other worlds, and the band of its volatility; one alone where the
/// policy is not robust.
std::vector<World> worlds_of(const Policy& policy);

/// The mixture found, and what proves it.
struct Mixture {
  scenario::ScenarioSet pool;  ///< Every world by its share of the paths.
  std::vector<World> worlds;
  std::vector<double> share;  ///< [worlds] sum to 1.
  double worst_usd = 0;       ///< Of its best plan before lots: the objective in the worst world.
  double bound_usd = 0;       ///< No plan is below this in the worst of all mixtures tried.
};

/// Mixes the worlds anew and chooses again, each time with more of the world that is worst for the
/// plan, and keeps the mixture whose plan has the least objective in its worst world.
///
/// in:   a policy whose worlds_of are several; offer and rules as arranged
/// out:  worst_usd >= bound_usd but for the sampling error of the worlds' own paths, and a plan
///       that is best for its worst world has both alike
/// err:  as drawn and program_on; not_supported for a kind that the calibration cannot draw
/// cost: six programmes, each with every instrument priced
/// src:  worst-case CVaR under mixtures, Zhu & Fukushima (2009), Oper. Res. 57(5), 1155-1168, whose
///       minimax is approached by Frank and Wolfe's steps in the shares
Result<Mixture> worst_mixture(const Ground& ground, const Setting& setting, const Offer& offer,
                              const std::vector<RuleTold>& rules);

/// What the plan comes to in every world, on fresh paths.
///
/// err: as worst_mixture
Result<RobustTold> robust_told(const Ground& ground, const Mixture& mixture,
                               const std::vector<Held>& held, std::uint64_t seed);

}  // namespace levee::hedge

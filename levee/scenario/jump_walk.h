// levee/scenario/jump_walk.h — correlated diffusions that jump, alone and together.
#pragma once
#include "levee/num/philox.h"
#include "levee/scenario/jump_diffusion.h"
#include "levee/scenario/jump_lanes.h"
#include "levee/scenario/kind.h"

#include <vector>

namespace levee::scenario {

/// What jumps do between two dates, in distribution exact: an asset's own and those it joins add up
/// to its intensity. No drift is taken back.
/// src: Merton (1976), J. Financial Economics 3, 125-144; joint jumps by thinning the lead's
class JointJumps {
 public:
  explicit JointJumps(JumpParts parts);

  /// Adds the jumps before a date to every asset's log price.
  /// in: one source of draws an asset
  void add(std::size_t date, std::span<num::Draws> draws, std::span<double> log_price) const;
  /// ln E exp of them, to be taken back.
  double log_mean(std::size_t asset, std::size_t date) const;

 private:
  JumpParts parts_;
  std::vector<std::vector<JumpStep>> steps_;  // [assets][dates]
};

/// Correlated diffusions with jumps: log returns of every asset at every date, each E[exp] = 1.
///
/// out:  the lead's path does not depend on what other assets there are
class JumpLaw : public Law {
 public:
  using Parts = WalkParts;
  explicit JumpLaw(const Parts& parts) : lanes_(parts) {}
  void draw(const Block& block) const override;

 private:
  JumpLanes lanes_;
};

/// The walk of a recipe: each asset's variance is the measure's, its jumps as calibrated or none.
enum class WithJumps { no, yes };
Result<std::unique_ptr<Law>> jump_law(const Recipe& recipe, WithJumps jumps);

}  // namespace levee::scenario

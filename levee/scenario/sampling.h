// levee/scenario/sampling.h — fewer paths for the same error: even points, more where it hurts.
//
// Numbers that move a path most come from the best dimensions of the points: how many jumps and how
// much they sum to, then the ends of the Brownian paths, then their middles. When within the month
// jumps come, and how their sum is shared out, comes from Philox: a book hardly sees it.
// src: Glasserman (2004), Monte Carlo Methods in Financial Engineering, 3.1, 4.6 and 5.5; Owen and
//      Zhou (2000), J. American Statistical Association 95, 135-143 (defensive mixture)
#pragma once
#include "levee/num/bridge.h"
#include "levee/num/sobol.h"
#include "levee/scenario/jump_lanes.h"
#include "levee/scenario/kind.h"

#include <optional>

namespace levee::scenario {

/// The samplings that have a name: random (as Sampling stands), sobol, importance,
/// sobol_importance (towards_a_crash).
///
/// err: bad_input for any other
Result<Sampling> sampling_named(std::string_view name);
/// in: a sampling that has one
std::string_view name_of(const Sampling& sampling);

/// The seed of one of several sets that are to be independent of one another.
std::uint64_t seed_of_set(std::uint64_t seed, std::size_t set);

/// Jump diffusions on chosen points, with likelihood ratios where they are not as likely as drawn.
///
/// out: paths are a function of seed and number alone; with Sobol points also of how many assets
///      and dates there are
class SampledWalk : public Law {
 public:
  SampledWalk(WalkParts parts, const Sampling& sampling);

  Sampling sampling() const override { return sampling_; }
  /// in: path numbers below 2^32 with Sobol points
  void draw(const Block& block) const override;

 private:
  // When an asset's own jumps come.
  struct Clock {
    double expected = 0;
    std::vector<double> until;  // [steps] share of them that came by its end
  };
  struct Path;  // what is made of one

  std::size_t assets() const { return parts_.diffusive.size(); }
  void fill(std::uint64_t first, num::Matrix<double>& points) const;
  void draw_path(const Block& block, std::size_t i, Path& path) const;
  void jump(std::size_t asset, Path& path) const;
  void join(std::size_t asset, Path& path) const;
  void diffuse(Path& path) const;
  double weight(const Path& path) const;

  WalkParts parts_;
  Sampling sampling_;
  std::size_t steps_;
  std::vector<std::vector<JumpStep>> jumps_;  // [assets][steps]
  std::vector<Clock> own_;
  std::vector<std::vector<double>> spans_;  // [assets][steps] of its bridge
  num::Matrix<double> lean_;  // [assets * assets][steps] what a's move owes to b's, by b's clock
  std::vector<num::Bridge> bridges_;  // [assets] each on its own clock
  std::optional<num::Sobol> sobol_;
};

}  // namespace levee::scenario

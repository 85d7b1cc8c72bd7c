// levee/scenario/jump_walk.h — correlated diffusions that jump, alone and together.
#pragma once
#include "levee/num/matrix.h"
#include "levee/num/philox.h"
#include "levee/scenario/jump_diffusion.h"
#include "levee/scenario/kind.h"

#include <vector>

namespace levee::scenario {

/// Jumps of several assets, the lead first.
struct JumpParts {
  std::vector<Jumps> assets;
  std::vector<std::vector<double>> spans;  ///< [assets][dates] years of its clock up to a date.
  std::vector<double> joins;               ///< [assets] chance that it jumps when the lead does.
  num::Matrix<double> correlation;         ///< [assets x assets] of sizes that come together.
};

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
  struct Step {
    double own = 0;    // jumps expected
    double joins = 0;  // chance to join a jump of the lead
  };
  JumpParts parts_;
  std::vector<std::vector<Step>> steps_;  // [assets][dates]
};

/// Correlated diffusions with jumps: log returns of every asset at every date, each E[exp] = 1.
///
/// out:  the lead's path does not depend on what other assets there are
class JumpLaw : public Law {
 public:
  struct Parts {
    std::vector<Vol> diffusive;  ///< [assets]
    JumpParts jumps;
    num::Matrix<double> root;  ///< Of the correlation.
    std::uint64_t seed = 0;
  };
  explicit JumpLaw(Parts parts);
  void draw(const Block& block) const override;

 private:
  void draw_path(const Block& block, std::size_t i) const;

  struct Step {
    double drift = 0, deviation = 0;
  };
  num::Matrix<double> root_;
  std::uint64_t seed_;
  std::vector<std::vector<Step>> steps_;  // [assets][dates]
  JointJumps jumps_;
};

/// The walk of a recipe: each asset's variance is the measure's, its jumps as calibrated or none.
enum class WithJumps { no, yes };
Result<std::unique_ptr<Law>> jump_law(const Recipe& recipe, WithJumps jumps);

}  // namespace levee::scenario

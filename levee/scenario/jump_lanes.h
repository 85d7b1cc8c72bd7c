// levee/scenario/jump_lanes.h — correlated jump diffusions, many paths side by side.
//
// A path's random words are Philox4x32-10's at (turn or jump, stream of the asset, path): who draws
// it, with which others, on which engine, is all the same. Four steps of an asset take one counter.
#pragma once
#include "levee/num/lanes.h"
#include "levee/num/matrix.h"
#include "levee/scenario/calibrate.h"
#include "levee/scenario/jump_wide.h"

#include <cstdint>
#include <span>
#include <vector>

namespace levee::scenario {

/// Jumps of several assets, the lead first.
struct JumpParts {
  std::vector<Jumps> assets;
  std::vector<std::vector<double>> spans;  ///< [assets][steps] years of its clock in a step.
  std::vector<double> joins;               ///< [assets] chance that it jumps when the lead does.
  num::Matrix<double> correlation;         ///< [assets x assets] of sizes that come together.
};

/// Everything a walk is a function of, but the path's number.
struct WalkParts {
  std::vector<Vol> diffusive;  ///< [assets]
  JumpParts jumps;
  num::Matrix<double> root;  ///< Of the correlation, lower.
  std::uint64_t seed = 0;
};

/// Jumps of an asset that it is expected to make alone, and the chance that it joins one of the
/// lead's; both add up to its intensity.
/// src: thinning of a Poisson process
struct JumpStep {
  double own = 0, joins = 0;
};
std::vector<std::vector<JumpStep>> jump_steps(const JumpParts& parts);  // [assets][steps]

/// Where a walk writes.
template <class Real>
struct WalkRows {
  std::size_t first = 0;  ///< Number of the first path.
  std::size_t paths = 0;
  /// [steps * assets + asset][paths] ln S(end of step) / S now; empty where nobody asks.
  std::vector<std::span<Real>> log_return;
};

/// Correlated diffusions with jumps, E[S] = S0 after every step.
///
/// A jump comes at its own step. Between the engines, of the same path: in double 1e-12, in float
/// 1e-5 for each; avx2 and avx512 agree to the last bit. Normals reach 6.66 deviations.
/// src: Merton (1976), J. Financial Economics 3, 125-144; Box & Muller (1958), Annals of
///      Mathematical Statistics 29, 610-611
class JumpLanes {
 public:
  static constexpr std::size_t assets_max = 64;

  /// in: at most assets_max; as many spans of every asset
  explicit JumpLanes(const WalkParts& parts);

  std::size_t assets() const { return own_.size(); }
  std::size_t steps() const { return steps_; }

  /// Walks the paths first, first + 1, ... and writes the rows that are asked for.
  ///
  /// in:   rows for every step and asset, each empty or of `paths`; num::has_engine(engine)
  /// out:  an asset's numbers do not depend on the assets behind it
  /// cost: a step of two assets about 2 ns in float, 3 in double (AVX-512); memory of some hundred
  ///       paths' jumps and no more
  void walk(const WalkRows<float>& rows, num::Engine engine = num::Engine::fastest) const;
  void walk(const WalkRows<double>& rows, num::Engine engine = num::Engine::fastest) const;

 private:
  struct Jump {
    std::uint32_t place = 0;  // in Room::table
    double size = 0;
  };
  struct Part;  // of the paths asked for
  struct Shocks;

  // What a walk is done in.
  template <class Real>
  struct Room {
    std::vector<Real> table;           // [groups][steps][assets][walk_group] jumps, mostly 0
    std::vector<Real> last;            // rows of a group that is not whole
    std::vector<Real*> out;            // [steps][assets] as WalkRun
    std::vector<std::size_t> asked;    // of out
    std::vector<std::uint64_t> turns;  // as WalkRun
  };

  // When an asset's own jumps come: counts and steps by comparing a word.
  struct Clock {
    std::vector<std::uint64_t> more;  // a word not below more[k] means more than k jumps
    std::vector<std::uint64_t> step;  // a word not below step[t] means later than t
    std::vector<std::uint32_t> guide;
  };

  template <class Real>
  void walk_any(const WalkRows<Real>& rows, num::Engine engine) const;
  template <class Real>
  void walk_group_of(const Part& part, std::size_t at, const WalkRows<Real>& rows,
                     Room<Real>& room) const;
  void draw_jumps(const Part& part, Shocks& shocks) const;
  void count_own(std::size_t asset, const Part& part, Shocks& shocks) const;
  void draw_own(std::size_t asset, const Part& part, Shocks& shocks) const;
  void join(std::size_t asset, const Part& part, Shocks& shocks) const;
  ShockRun source(std::uint32_t purpose, std::size_t asset, const Part& part) const;
  std::uint32_t place(std::uint32_t path, std::size_t step, std::size_t asset) const;
  template <class Real>
  const std::vector<Real>& law() const;

  std::size_t steps_ = 0;
  std::vector<Jumps> sizes_;
  std::vector<double> shared_;                     // [assets] correlation of its size to the lead's
  std::vector<std::vector<std::uint64_t>> joins_;  // [assets][steps] it joins where a word is below
  std::vector<Clock> own_;
  std::vector<double> law_;  // as WalkRun::law
  std::vector<float> law_in_float_;
  std::vector<std::uint64_t> keys_, streams_;  // as WalkRun
};

}  // namespace levee::scenario

// levee/scenario/set.h — a set of possible futures, reproducible from its seed.
#pragma once
#include "levee/base/time.h"
#include "levee/num/matrix.h"
#include "levee/scenario/calibrate.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace levee::scenario {

/// One asset's futures: its price on the way, its surface at the horizon.
struct AssetPaths {
  std::string name;
  num::Matrix<Price> spot;    ///< [dates x paths]
  std::vector<double> level;  ///< [paths] ln(IV at horizon / IV now), 30-day tenor at the money.
  /// [paths] What ln IV gains with the log of the tenor, and with standardised moneyness, beyond
  /// today's shape. Empty: the shape stays.
  std::vector<double> slope, skew;
  double tenor_power = 0;  ///< Of SurfaceMoves.
};

/// Equally likely paths, unless `weight` says otherwise. Path i is the same whatever the number of
/// paths or threads, and whatever other paths are drawn with it.
struct ScenarioSet {
  std::string kind;
  Measure measure = Measure::real_world;
  std::string source{};       ///< Of what was replayed: window and record; empty where drawn.
  UnixSeconds calibrated_at;  ///< Nothing later was used.
  std::uint64_t seed = 0;
  std::size_t first = 0;       ///< Number of the first path.
  std::vector<Seconds> dates;  ///< From the snapshot, ascending; the last is the horizon.
  /// The lead first: the asset that the pool trades. There always is one.
  std::vector<AssetPaths> assets = std::vector<AssetPaths>(1);
  num::Matrix<Share> protocol_loss;   ///< [protocols x paths] share of a position lost, or 0.
  num::Matrix<Seconds> protocol_at;   ///< [protocols x paths] when; 0 where nothing is lost.
  std::vector<double> funding;        ///< [paths] Mean over the horizon, a year; empty: not drawn.
  std::vector<double> volume, depth;  ///< [paths] Pool's, mean over the horizon over now's; empty.
  std::vector<double> gas;            ///< [paths] Mean over the horizon over now's; empty.
  num::Matrix<Price> peg;             ///< [dates x paths] dollars per quote token; empty: 1.
  std::vector<double> weight;         ///< [paths] Likelihood ratios of mean 1; empty: all 1.

  std::size_t paths() const { return lead().level.size(); }
  const AssetPaths& lead() const { return assets.front(); }
  AssetPaths& lead() { return assets.front(); }
  /// Number of an asset, or none.
  std::optional<std::size_t> find(std::string_view name) const;
};

/// How paths of the jump and diffusion kinds are placed; as it stands, each is as likely as the
/// next.
struct Sampling {
  enum class Points {
    random,  ///< Philox; the fastest to draw.
    sobol,   ///< Scrambled, with a Brownian bridge; a power of two of them is best.
  };
  Points points = Points::random;
  /// Share of paths that come from the law itself; the others from one that is pushed as below.
  /// Below 1 paths have weights; prices alone give none above its reciprocal.
  double nominal_share = 1;
  double drift = 0;       ///< Of the lead's diffusion to the horizon, in its standard deviations.
  double intensity = 1;   ///< Of the lead's jumps, a multiple.
  double jump_shift = 0;  ///< Of the lead's mean jump, in its standard deviations.
  /// Least chance to the horizon of each failure and of a broken peg, on all paths alike: weights
  /// leave few of the failures that come by themselves. Only where paths have weights.
  double failure_chance = 0;

  friend bool operator==(const Sampling&, const Sampling&) = default;
};

/// For losses that come with a crash: ES99 of a position that is long the lead.
inline constexpr Sampling towards_a_crash{.points = Sampling::Points::sobol,
                                          .nominal_share = 0.2,
                                          .drift = -1.6,
                                          .intensity = 3,
                                          .jump_shift = -0.4,
                                          .failure_chance = 0.1};

/// What a kind of scenario is asked for.
struct Recipe {
  const Calibration& calibration;
  Measure measure;
  std::vector<Seconds> dates;  ///< Ascending, positive; last = calibration.horizon.
  std::vector<hazard::FailureModel> protocols;
  std::size_t paths;
  std::uint64_t seed;
  Seconds block{};  ///< Block length of a bootstrap.
  Sampling sampling{};
};

}  // namespace levee::scenario

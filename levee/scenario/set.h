// levee/scenario/set.h — a set of possible futures, reproducible from its seed.
#pragma once
#include "levee/base/time.h"
#include "levee/num/matrix.h"
#include "levee/scenario/calibrate.h"

#include <string>
#include <vector>

namespace levee::scenario {

/// Equally likely paths. Path i is the same whatever the number of paths or threads.
struct ScenarioSet {
  std::string kind;
  Measure measure = Measure::real_world;
  std::uint64_t seed = 0;
  std::vector<Seconds> dates;        ///< From the snapshot, ascending; the last is the horizon.
  num::Matrix<Price> spot;           ///< [dates x paths]
  std::vector<double> vol_move;      ///< [paths] ln(IV at horizon / IV now), 30-day tenor.
  num::Matrix<Share> protocol_loss;  ///< [protocols x paths] share of a position lost, or 0.
  double tenor_power = 0;            ///< Of VolMoves.

  std::size_t paths() const { return vol_move.size(); }
};

/// What a kind of scenario is asked for.
struct Recipe {
  const Calibration& calibration;
  Measure measure;
  std::vector<Seconds> dates;  ///< Ascending, positive; last = calibration.horizon.
  std::vector<hazard::FailureModel> protocols;
  std::size_t paths;
  std::uint64_t seed;
  Seconds block{};  ///< Block length of a bootstrap.
};

}  // namespace levee::scenario

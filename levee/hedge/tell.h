// levee/hedge/tell.h — from quantities to a plan that can be read and checked.
#pragma once
#include "levee/hedge/choose.h"
#include "levee/hedge/plan.h"
#include "levee/hedge/score.h"
#include "levee/risk/loss.h"
#include "levee/scenario/calibrate.h"

#include <optional>
#include <vector>

namespace levee::hedge {

/// Everything a plan is told from.
struct Telling {
  const Setting& setting;
  const scenario::Calibration& calibration;
  const Program& program;
  const Choice& choice;
  const std::vector<double>& lots;  ///< [columns] whole lots.
  risk::Repricing with;             ///< For payoff profiles; any set of the calibration.
  /// Of the whole-lot plan, where it is not the programme's: cover of what leaves pays less there.
  std::optional<double> objective_usd{};
};

/// Signed units and costs of the whole-lot plan.
std::vector<Held> held_of(const Program& program, std::span<const double> lots);

/// Status, money, trades, constraints, profile, Greeks and break-evens of a plan.
PlanTold told(const Telling& telling);

/// The working of the plan's headline numbers.
Explain explained(const Telling& telling, const PlanTold& plan, const TailsTold& tails);

/// The working of what the day asked and the layers made of it.
Explain explained(const DayTold& day, const std::vector<LayerTold>& layers);

/// What the hedge takes from paths that gain and from those that lose.
///
/// in: losses of the same paths
AsymmetryTold asymmetry_told(std::span<const double> unhedged, std::span<const double> hedged);

/// The positions in units, where the policy says how many.
///
/// in: plan with its position, carry and scored tails
std::optional<TrancheTold> tranche_told(const Policy& policy, const Plan& plan);

/// Shares of losses in common bins from the 0.1 % to the 99.9 % quantile of both.
Histogram histogram_of(std::span<const double> unhedged, std::span<const double> hedged);

}  // namespace levee::hedge

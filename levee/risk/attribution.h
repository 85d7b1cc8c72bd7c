// levee/risk/attribution.h — which holding, and which risk, a tail is made of.
#pragma once
#include "levee/num/estimate.h"
#include "levee/risk/loss.h"
#include "levee/risk/tail.h"

#include <span>
#include <string>
#include <vector>

namespace levee::risk {

/// What one row of a table brings to the total's mean, VaR's tail and all.
struct Part {
  std::string name;
  num::Estimate mean;
  num::Estimate cvar;  ///< Its mean loss while the total is in its tail.
};

/// Euler's split of mean and CVaR of the total over the rows.
///
/// in:   rows add up to the total on every path
/// out:  parts add up to the total's mean and CVaR; a negative part cuts the tail
/// err:  as tail_of
/// src:  Tasche (1999), Risk contributions and performance measurement, TU Munich, eq. 4.3 (CVaR is
///       homogeneous: a part is the mean of its row given the tail); errors by the influence
///       function, the row's mean at VaR estimated on the paths nearest to it
Result<std::vector<Part>> parts_of(const LossTable& table, const Drawn& drawn, double level);

/// What a scenario set moves.
enum class Factor {
  spot,      ///< Prices of all assets.
  surface,   ///< Level, slope and skew of their implied volatilities.
  income,    ///< Funding of perps, volume and depth of the pool.
  peg,       ///< Dollars per quote token.
  protocol,  ///< Failures.
};

/// The loss on every path split over what moved: a row for time, that is for what is lost where
/// nothing moves, then one for every factor that the set draws and the book can feel.
///
/// out:  rows add up to the book's loss on every path; a factor's row is what its move adds, mean
///       over all orders in which the factors may start to move. Where positions stand on several
///       nodes that may fail, each has a row of what its failures took, before the row of the rest
/// err:  as loss_table
/// cost: a loss table for every subset of the factors: 8 for prices, fees and failures, 32 at most
/// src:  Shapley (1953), Contributions to the Theory of Games II, 307-317
Result<LossTable> factor_losses(const book::Book& book, const FeeForecast& fees,
                                const Repricing& with, const parallel::Team& team);

/// What is drawn of a set, as factors that a book can feel.
std::vector<Factor> factors_of(const book::Book& book, const scenario::ScenarioSet& set);

/// As people call it: "prices".
std::string_view name_of(Factor factor);

}  // namespace levee::risk

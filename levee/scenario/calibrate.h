// levee/scenario/calibrate.h — from what was observed to the parameters of what could happen.
//
// `scenario` answers: what could the price, its volatility and the protocols do by the horizon?
// Main types: Calibration, Recipe, ScenarioSet. It never looks at holdings or hedges.
#pragma once
#include "levee/base/explain.h"
#include "levee/base/result.h"
#include "levee/market/snapshot.h"

#include <optional>
#include <string>
#include <vector>

namespace levee::scenario {

/// Whose variance the scenarios have; both have zero drift.
enum class Measure {
  real_world,      ///< Forecast: implied blended with realised variance.
  market_implied,  ///< Smile-integrated implied variance.
};

/// Log-normal jumps: `intensity` a year, each of `mean` and `deviation` in log price.
struct Jumps {
  Intensity intensity;
  LogReturn mean;
  double deviation = 0;
};

/// How implied volatility moves: d ln IV = beta * d ln S + noise that reverts.
struct VolMoves {
  double beta = 0;
  double beta_error = 0;         ///< Standard error; 0 where beta is assumed.
  double daily_residual = 0;     ///< Standard deviation of the daily noise of ln IV.
  double daily_persistence = 1;  ///< AR(1) coefficient of ln IV's deviation, in (0, 1].
  double tenor_power = 0;        ///< A tenor T beyond 30 days moves by (30 days / T)^power.
  bool assumed = false;
};

/// One step of history for the bootstrap: log return and, where an index is known, d ln IV.
struct HistoryStep {
  LogReturn price;
  LogReturn vol;
};

/// Share of the variance to the horizon that has accrued by a moment.
struct ClockKnot {
  Seconds at;
  double share = 0;
};

/// What is asked of a calibration; durations of history, weights and assumptions.
struct CalibrationAsk {
  Seconds horizon;
  double variance_weight_implied = 0.6;
  Seconds history;   ///< How far back history is used.
  Seconds realised;  ///< Window of the realised volatility.
  double iv_beta_assumed = -0.6;
  double iv_residual_assumed = 0.04;
  double iv_tenor_power = 0.4;
};

/// Everything scenarios are drawn from, and where each number came from.
struct Calibration {
  Price spot;
  Seconds horizon;
  std::optional<market::Measured> realised;  ///< Empty without history.
  Vol implied;                               ///< Smile-integrated, at the horizon.
  Vol forecast;  ///< Real-world; equals implied where nothing realised is known.
  /// How variance accrues to the horizon, as the surface prices it; ascending, ends at (horizon,
  /// 1). Empty: evenly in time.
  std::vector<ClockKnot> clock;
  Jumps jumps;
  std::string jumps_source;         ///< "history" or "smile", with dates and counts.
  double jumps_variance_share = 0;  ///< Of the forecast variance.
  VolMoves vol_moves;
  std::string vol_moves_source;
  std::vector<HistoryStep> steps;  ///< Gap-free runs joined; `step_starts` marks where runs begin.
  std::vector<std::size_t> run_starts;
  Seconds step{};
  bool steps_know_vol = false;  ///< Whether HistoryStep::vol was observed or is just 0.
  std::vector<Error> unknown;   ///< What could not be calibrated, and why.
  Explain explain;              ///< The working of all of it.
};

/// Calibrates to the snapshot's surface, history and index; uses nothing after `snapshot.at`.
///
/// out:  jumps from daily returns by maximum likelihood where at least 200 are known, else from the
///       smile nearest the horizon by least squares; vol moves by regression on index and
///       history, else on the chain's earlier glimpses (at least 10), else assumed and marked so
/// err:  missing_data without a usable surface; stale_data for old history unless allowed
/// src:  Merton (1976), J. Financial Economics 3, 125-144 (jump-diffusion density and price)
Result<Calibration> calibrate(const market::Snapshot& snapshot, const option::Surface& surface,
                              const CalibrationAsk& ask);

/// Share of the variance to the horizon accrued by `at`, linear between the clock's knots.
/// src: total implied variance of the surface at its expiries
double variance_share(const Calibration& calibration, Seconds at);

}  // namespace levee::scenario

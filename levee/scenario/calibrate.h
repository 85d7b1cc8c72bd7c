// levee/scenario/calibrate.h — from what was observed to the parameters of what could happen.
//
// `scenario` answers: what could the price, its volatility and the protocols do by the horizon?
// Main types: Calibration, Recipe, ScenarioSet. It never looks at holdings or hedges.
#pragma once
#include "levee/base/explain.h"
#include "levee/base/result.h"
#include "levee/market/snapshot.h"
#include "levee/option/kind.h"
#include "levee/scenario/dependence.h"
#include "levee/scenario/surroundings.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace levee::scenario {

/// Whose variance the scenarios have; those that are drawn have zero drift.
enum class Measure {
  real_world,      ///< Forecast: implied blended with realised variance.
  market_implied,  ///< Smile-integrated implied variance.
  replayed,        ///< What happened once, drift included; of sets that are not drawn.
};

/// As asked for and told: "real_world".
std::string_view name_of(Measure measure);

/// Log-normal jumps: `intensity` a year, each of `mean` and `deviation` in log price.
struct Jumps {
  Intensity intensity;
  LogReturn mean;
  double deviation = 0;
};

/// How the surface moves with its price. Level: d ln IV = beta * d ln S + noise that reverts.
struct SurfaceMoves {
  double beta = 0;
  double beta_error = 0;         ///< Standard error; 0 where beta is assumed.
  double daily_residual = 0;     ///< Standard deviation of the daily noise of ln IV.
  double daily_persistence = 1;  ///< AR(1) coefficient of ln IV's deviation, in (0, 1].
  double tenor_power = 0;        ///< A tenor T beyond 30 days moves by (30 days / T)^power.
  bool assumed = false;
  /// What of the shape moves: as the level's, in the same order of meaning.
  struct Shape {
    double beta = 0, beta_error = 0, daily_residual = 0, daily_persistence = 1;
  };
  Shape slope{};  ///< ln IV gained per log of the tenor over 30 days, at the money.
  Shape skew{};   ///< ln IV gained per standardised moneyness ln(K/F) / sqrt(T).
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
  std::string model{};  ///< Fitted to each surface, for kinds that draw from one; empty: none.
};

/// One asset: what its scenarios are drawn from.
struct AssetLaw {
  std::string name;
  Price spot;
  std::optional<market::Measured> realised;  ///< Empty without history.
  Vol implied;                               ///< Smile-integrated, at the horizon.
  Vol forecast;  ///< Real-world; equals implied where nothing realised is known.
  /// How variance accrues to the horizon, as the surface prices it; ascending, ends at (horizon,
  /// 1). Empty: evenly in time.
  std::vector<ClockKnot> clock;
  Jumps jumps;
  std::string jumps_source;         ///< "history" or "smile", with dates and counts.
  double jumps_variance_share = 0;  ///< Of the forecast variance.
  SurfaceMoves moves;
  std::string moves_source;
  std::optional<option::Model> priced;  ///< The model fitted to the surface, where one was.
};

/// Everything scenarios are drawn from, and where each number came from.
struct Calibration {
  UnixSeconds at;  ///< Nothing later was used.
  Seconds horizon;
  std::vector<AssetLaw> assets;  ///< The lead first.
  Dependence dependence;
  History history;
  Surroundings around;
  std::vector<Error> unknown;  ///< What could not be calibrated, and why.
  Explain explain;             ///< The working of all of it.

  const AssetLaw& lead() const { return assets.front(); }
  AssetLaw& lead() { return assets.front(); }
};

/// What is looked at: a market, its surface where it has options, and the markets beside it.
struct View {
  const market::Snapshot& snapshot;
  const option::Surface* surface = nullptr;
  /// Where it has no options: what they would price the horizon at, as another market tells it.
  std::optional<Vol> implied{};
};

/// Calibrates to surfaces, histories and indices; uses nothing after the lead's snapshot.
///
/// in:   at least one view, the lead first; every snapshot of the lead's moment or before
/// out:  variance: the surface's, else the index's, blended with what was realised. Jumps: from
///       daily returns by maximum likelihood where at least 200 are known, else from the smile
///       nearest the horizon by least squares, else none. Moves of the surface: by regression on
///       index and history, else on the chain's earlier glimpses (at least 10), else assumed and
///       marked so; of its shape on the glimpses alone. Model: least squares on the smiles of a
///       week to half a year
/// err:  missing_data for an asset with neither surface nor index nor history; stale_data for old
///       history unless allowed; as dependence_of with several assets
/// src:  Merton (1976), J. Financial Economics 3, 125-144 (jump-diffusion density and price)
Result<Calibration> calibrate(std::span<const View> views, const CalibrationAsk& ask);

/// The same of one asset with a surface.
Result<Calibration> calibrate(const market::Snapshot& snapshot, const option::Surface& surface,
                              const CalibrationAsk& ask);

/// Share of the variance to the horizon accrued by `at`, linear between the clock's knots.
/// src: total implied variance of the surface at its expiries
double variance_share(const AssetLaw& asset, Seconds horizon, Seconds at);

}  // namespace levee::scenario

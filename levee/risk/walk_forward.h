// levee/risk/walk_forward.h — what would have been forecast on each day, and what came.
#pragma once
#include "levee/base/progress.h"
#include "levee/base/result.h"
#include "levee/market/series.h"
#include "levee/parallel/team.h"
#include "levee/risk/backtest.h"
#include "levee/scenario/calibrate.h"

#include <span>
#include <string>
#include <vector>

namespace levee::risk {

/// One asset's record, and what is forecast along it.
struct WalkAsk {
  std::string asset;
  const market::Series& prices;
  const market::Series* iv_index = nullptr;  ///< None: forecasts stand on prices alone.
  UnixSeconds from, to;                      ///< First and last moment of a forecast.
  Seconds horizon;                           ///< Whole days; forecasts follow each other by it.
  double width = 0.2;  ///< A range is set up anew from price / (1 + width) to price (1 + width).
  std::vector<std::string> kinds;
  std::size_t paths = 10'000;
  std::uint64_t seed = 1;
  Seconds history = days(365), realised = days(30);
  double variance_weight_implied = 0.6;  ///< Where the index is known.
  double significance = 0.05;
};

/// Which loss of a position.
enum class LossOf {
  position,  ///< Its value when set up less its value then.
  hold,      ///< What was put into it, held, less its value then: impermanent loss.
};

/// What was forecast for one moment and what was lost, shares of the value put in.
struct WalkDay {
  UnixSeconds at;
  double loss = 0;
  double var99 = 0, var975 = 0, shortfall975 = 0;
  std::vector<float> beyond;  ///< Forecast losses beyond var975, any order.
};

/// How one kind did. Tests of VaR are of 99 %, those of shortfall of 97.5 %.
struct WalkRow {
  std::string kind;
  LossOf of = LossOf::position;
  std::size_t days = 0;
  std::size_t beyond99 = 0, beyond975 = 0;
  double mean_var99 = 0;  ///< Of the forecasts: two that hold are told apart by what they cost.
  Verdict coverage{};     ///< Kupiec.
  Verdict alone{};        ///< Christoffersen's independence.
  Verdict shortfall{};    ///< Acerbi and Szekely's Z2, against the forecasts' own law.
  bool holds = false;     ///< In all three.
};

/// A kind that could not be drawn, on how many moments, and why on the first of them.
struct WalkMiss {
  std::string kind;
  std::size_t moments = 0;
  Error why;
};

struct WalkReport {
  std::vector<WalkRow> rows;  ///< By loss and kind.
  std::vector<WalkMiss> misses;
  std::size_t moments = 0;  ///< Asked for.
  std::size_t gaps = 0;     ///< Of these without a price at either end.
};

/// Forecasts every kind at every moment from what was known then, and judges them.
///
/// in:   horizon at least a day; at least 100 paths, one of them beyond VaR of 99 %
/// out:  same bits on any number of threads; the null of Z2 is drawn from the forecasts themselves:
///       each run takes a chance of 2.5 % a day and then one of that day's losses beyond VaR
/// err:  out_of_range for a horizon that is not whole days; missing_data where fewer than 30
///       moments have prices at both ends
/// cost: one calibration a moment and paths * kinds draws
/// src:  Acerbi & Szekely (2014), Risk 27(11), on simulating under the forecasts
Result<WalkReport> walk_forward(const WalkAsk& ask, const parallel::Team& team, Progress& progress);

/// The verdict on Z2 by that simulation; one-sided.
/// in: at least one day, shortfalls above 0
Verdict shortfall_against(std::span<const WalkDay> days, const Trial& trial, std::uint64_t seed);

}  // namespace levee::risk

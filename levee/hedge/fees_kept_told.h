// levee/hedge/fees_kept_told.h — what of its fees a book keeps with the hedge, as it is told.
#pragma once
#include <optional>
#include <string>
#include <vector>

namespace levee::hedge {

/// Means over the fresh paths that end in one place.
struct FeesKeptRow {
  std::string where;  ///< "calm", "usual", "far down" or "far up"
  double share_of_paths = 0;
  double fees_usd = 0;                 ///< Taken in to the horizon.
  double liquidity_usd = 0;            ///< Positions' own change in worth, fees excluded.
  double hedge_usd = 0;                ///< Profit of the plan's trades, costs included.
  double beside_move_usd = 0;          ///< The same less its delta times the price's move.
  std::optional<double> kept;          ///< Fees and that, over fees; none: no fees.
  std::optional<double> kept_se = {};  ///< Its standard error.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("where", self.where, "where the price ends: calm, usual, far down or far up");
    visit("share_of_paths", self.share_of_paths, "of fresh scenarios");
    visit("fees_usd", self.fees_usd, "mean fees to the horizon of what stays");
    visit("liquidity_usd", self.liquidity_usd, "mean change in worth of positions, fees excluded");
    visit("hedge_usd", self.hedge_usd,
          "mean profit of the trades, costs included, fees left excluded");
    visit("beside_move_usd", self.beside_move_usd,
          "the same less the hedge's delta times the price's move, which positions have the other "
          "way");
    visit("kept", self.kept, "fees and that, over fees");
    visit("kept_se", self.kept_se, "its standard error");
  }
};

/// Fees kept by where the price ends, on fresh scenarios.
struct FeesKeptTold {
  double calm_within = 0;              ///< A path is calm that ends within this of ln price.
  std::optional<double> least_calm{};  ///< Of fees, by the plan's own limit; none: it had none.
  std::string why_no_limit{};          ///< Empty where there is one.
  std::vector<FeesKeptRow> rows{};     ///< The calm first.
  /// Of ln implied volatility on calm paths: as recorded, which the limit counts, and as drawn.
  std::optional<double> vol_change{}, vol_change_se{}, vol_change_drawn{};
  int vol_spans = 0;  ///< Recorded calm spans, which overlap.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("calm_within", self.calm_within, "a path is calm that ends within this of ln price");
    visit("least_calm", self.least_calm, "share of fees that calm paths had to keep");
    visit("why_no_limit", self.why_no_limit, "why the plan was under no such limit");
    visit("rows", self.rows, "by where the price ends");
    visit("vol_change", self.vol_change,
          "mean change of ln implied volatility in calm times of the record; the limit counts it");
    visit("vol_change_se", self.vol_change_se, "its standard error");
    visit("vol_change_drawn", self.vol_change_drawn, "the same on calm paths as they are drawn");
    visit("vol_spans", self.vol_spans, "recorded calm times that it is of; they overlap");
  }
};

}  // namespace levee::hedge

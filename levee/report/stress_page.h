// levee/report/stress_page.h — a book under stress, for a terminal and as a self-contained page.
#pragma once
#include "levee/report/terminal.h"

#include <optional>
#include <string>
#include <vector>

namespace levee::report {

/// Changes of worth for one volatility, a cell for each spot.
struct StressRow {
  double vol_factor = 1;
  std::vector<double> change_usd;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("vol_factor", self.vol_factor, "implied volatilities over now's");
    visit("change_usd", self.change_usd, "of the book's worth, one a spot; losses negative");
  }
};

struct StressDay {
  double days = 0;
  std::vector<StressRow> rows;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("days", self.days, "after the move; 0: at once");
    visit("rows", self.rows, "one a volatility");
  }
};

struct HoldingChange {
  std::string name;
  double change_usd = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "of the holding");
    visit("change_usd", self.change_usd, "losses negative");
  }
};

struct WorstCell {
  double days = 0, vol_factor = 1, spot_change = 0, change_usd = 0;
  std::vector<HoldingChange> holdings;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("days", self.days, "after the move");
    visit("vol_factor", self.vol_factor, "implied volatilities over now's");
    visit("spot_change", self.spot_change, "a share of spot");
    visit("change_usd", self.change_usd, "of the book's worth");
    visit("holdings", self.holdings, "what each of them does there");
  }
};

/// What an asset does in a move.
struct MoveTold {
  std::string asset;
  double spot_change = 0, vol_factor = 1;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("asset", self.asset, "");
    visit("spot_change", self.spot_change, "a share of spot");
    visit("vol_factor", self.vol_factor, "30-day implied volatility over now's");
  }
};

struct NearestTold {
  double distance = 0, change_usd = 0, beyond = 0, as_far = 0;
  std::vector<MoveTold> moves;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("distance", self.distance, "deviations of the joint law at the horizon");
    visit("moves", self.moves, "of each asset");
    visit("change_usd", self.change_usd, "of the book's worth, at once");
    visit("beyond", self.beyond, "probability of the half space beyond it, normal law");
    visit("as_far", self.as_far, "probability of any move at least as far, normal law");
  }
};

struct ReverseTold {
  double cost_usd = 0, reach = 0;
  std::optional<NearestTold> down, up;
  double worst_usd = 0;
  std::vector<MoveTold> worst_moves;
  std::string drawn_kind;
  std::optional<double> drawn_share, drawn_share_se;
  double drawn_paths = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("cost_usd", self.cost_usd, "a loss at least this large was looked for");
    visit("reach", self.reach, "how far away, deviations");
    visit("down", self.down, "nearest fall of the price that costs it; null: none within reach");
    visit("up", self.up, "nearest rise; null: none within reach");
    visit("worst_usd", self.worst_usd, "change of worth at the worst move seen within reach");
    visit("worst_moves", self.worst_moves, "which is this");
    visit("drawn_kind", self.drawn_kind, "kind of scenarios counted beside it");
    visit("drawn_share", self.drawn_share, "of paths that lose as much by the horizon");
    visit("drawn_share_se", self.drawn_share_se, "its standard error");
    visit("drawn_paths", self.drawn_paths, "how many were drawn");
  }
};

struct CrisisTold {
  std::string name, about, from, to, scale;
  double factor = 1, paths = 0;
  double worst_usd = 0, median_usd = 0;
  std::string worst_start;
  double spot_change = 0, lowest_spot = 0, vol_factor = 1;
  bool vol_recorded = false;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "");
    visit("about", self.about, "what happened");
    visit("from", self.from, "beginning of the window");
    visit("to", self.to, "its end");
    visit("scale", self.scale, "as_it_was or to_today");
    visit("factor", self.factor, "that log returns were multiplied by");
    visit("paths", self.paths, "one a moment from which the horizon meets the window");
    visit("worst_usd", self.worst_usd, "change of worth at the horizon on the worst path");
    visit("median_usd", self.median_usd, "on the path in the middle");
    visit("worst_start", self.worst_start, "moment of the record that stands for now on the worst");
    visit("spot_change", self.spot_change, "of that path at the horizon, a share of spot");
    visit("lowest_spot", self.lowest_spot, "of that path, over spot now");
    visit("vol_factor", self.vol_factor, "of that path at the horizon");
    visit("vol_recorded", self.vol_recorded, "as an index moved; else by today's beta");
  }
};

struct StressMiss {
  std::string what, reason, why;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("what", self.what, "is missing");
    visit("reason", self.reason, "kind of reason");
    visit("why", self.why, "in words");
  }
};

/// All that is told of a book under stress.
struct StressTold {
  std::string at, base, quote, source;
  bool model_made = false;
  double spot_usd = 0, worth_usd = 0, horizon_days = 0, seed = 0;
  std::vector<double> spot_change;
  std::vector<StressDay> grid;
  WorstCell worst;
  std::optional<ReverseTold> reverse;
  std::vector<CrisisTold> crises;
  std::vector<StressMiss> unknown;
  std::vector<std::string> assumptions;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("at", self.at, "moment of the market");
    visit("base", self.base, "asset that is shocked");
    visit("quote", self.quote, "its dollar token");
    visit("source", self.source, "files");
    visit("model_made", self.model_made, "made by a model, not observed");
    visit("spot_usd", self.spot_usd, "now");
    visit("worth_usd", self.worth_usd, "of the whole book, now");
    visit("horizon_days", self.horizon_days, "of crises and of the law of moves");
    visit("seed", self.seed, "of the paths that are counted");
    visit("spot_change", self.spot_change, "the grid's spots, shares of spot now");
    visit("grid", self.grid, "change of worth by day, volatility and spot");
    visit("worst", self.worst, "cell of the grid");
    visit("reverse", self.reverse, "the nearest moves that cost so much; null: see unknown");
    visit("crises", self.crises, "past crises laid onto today");
    visit("unknown", self.unknown, "what was not worked out, and why");
    visit("assumptions", self.assumptions, "what was taken for granted");
  }
};

/// Tables of at most 100 columns.
std::string stress_text(const StressTold& told, Colour colour);

/// One HTML document: a heat map a day, the nearest moves, the crises; nothing fetched, no script.
std::string stress_page(const StressTold& told);

}  // namespace levee::report

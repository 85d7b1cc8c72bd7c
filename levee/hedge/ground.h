// levee/hedge/ground.h — what a decision stands on, and the programme that is built on it.
#pragma once
#include "levee/base/progress.h"
#include "levee/hedge/calm_vol.h"
#include "levee/hedge/layer.h"
#include "levee/hedge/proxy.h"
#include "levee/hedge/roll_plan.h"
#include "levee/risk/loss.h"
#include "levee/scenario/calibrate.h"
#include "levee/scenario/kind.h"
#include "levee/signal/outlook.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace levee::hedge {

struct LastPlan;

/// Everything that stands before the first trade is thought of, worked out once.
struct Ground {
  const market::Snapshot& snapshot;
  const book::Book& book;
  const Policy& policy;
  const signal::Outlook& outlook;
  const parallel::Team& team;
  const option::Surface& surface;  ///< Of the market that hedges are traded in.
  const scenario::Calibration& calibration;
  const book::PositionAnswer& position;
  std::optional<Rate> funding;
  Progress& progress;
  const signal::History* past = nullptr;  ///< What the signals were read from; none: not known.
  const Proxy* proxy = nullptr;  ///< Whose market hedges are traded in; none: the book's own.
  std::span<const risk::Beside> beside{};  ///< The proxy's, for lots that are on it.
  const LastPlan* last = nullptr;          ///< To begin from; none: nothing is known.
};

/// How the book is repriced on a set.
risk::Repricing repricing_on(const Ground& ground, const scenario::ScenarioSet& set);

/// What implied volatility did in calm times of the record of the market that hedges are traded in.
std::optional<CalmVol> calm_vol_on(const Ground& ground);

/// A policy's days as seconds.
Seconds span_of(double length_days);

/// How a policy wants the market calibrated.
scenario::CalibrationAsk calibration_ask(const Policy& policy);

/// Which futures.
struct Wanted {
  std::string_view kind;
  scenario::Measure measure = scenario::Measure::real_world;
  double paths = 0;
  std::uint64_t seed = 0;
  scenario::Sampling sampling{};
};

/// The set that a plan is chosen on: where the kind can, on even points. Their mean price is the
/// spot's to a millionth; that of random paths is off by a thousandth, which a perp seems to earn.
scenario::Sampling even_points(std::string_view kind);

/// Futures with every date that the instruments and the book need.
///
/// err: as scenario::generate
Result<scenario::ScenarioSet> drawn(const Ground& ground, const Wanted& wanted,
                                    const std::vector<book::Instrument>& instruments);

/// What markets offer of a policy's mode, before any layer is asked.
/// in: surface and funding are of the market that hedges are traded in
Candidates tradable(const Setting& setting, const option::Surface& surface,
                    std::optional<Rate> funding);

/// What of candidates a holding can be of.
std::vector<book::Instrument> instruments_of(const std::vector<Candidate>& candidates);

/// From losses of the book to the programme on a set; what cannot change the book is left out too.
///
/// out: offer.left_out grows; rolls that pay are settled in setting.orders, and told
/// err: as loss_table, horizon_values and program_of
struct Built {
  Program program;
  RollTold rolls;
  std::string no_calm_limit;  ///< Why the row `calm` is not among the rows; empty: it is.
};
Result<Built> program_on(const Ground& ground, Setting& setting, const risk::Repricing& with,
                         Offer& offer);

}  // namespace levee::hedge

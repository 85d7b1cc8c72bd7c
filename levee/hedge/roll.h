// levee/hedge/roll.h — when a bought option moves on to a later expiry, into which, and if it pays.
//
// Three steps, each a pure function: due_of says which rules ask for a roll, roll_of what would be
// sold and bought, judged whether it is done. What the new options do to the tail is told in
// between, by roll_benefit on the scenarios that the caller has.
// src: methodology 4.6 as amendment 14 corrects it; amendments 8 (nothing else sells protection)
//      and 10 (strikes beyond the range are no part of its strip)
#pragma once
#include "levee/hedge/candidate.h"
#include "levee/risk/tail.h"
#include "levee/signal/strip_tilt.h"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace levee::hedge {

/// What is kept equal where an option is exchanged for a later one.
enum class Kept { gamma, vega };

/// When options roll and what a roll may cost; every default may be changed.
struct RollRule {
  std::vector<double> tenors_days{30, 110, 220};
  std::vector<double> due_days{21, 60, 110};
  double extrinsic_lost = 0.30;
  double veq_below = 20;
  double extrinsic_share = 0.5;
  double gain = 1.5;
  double gain_share = 0.5;
  std::vector<double> gain_split{0.6, 0.4};
  double quiet_days = 5;
  double cooldown_days = 5;
  double rolls_max = 3;
  double cost_share = 0.30;
  double errors_min = 2;
  Kept kept_in_layer = Kept::gamma;  ///< 21 to 30 days at equal vega would leave 0.7 of the gamma.
  Kept kept_onward = Kept::vega;     ///< 15 to 110 days at equal gamma: 7 times the vega.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("tenors_days", self.tenors_days, "target tenor of each layer, days, ascending");
    visit("due_days", self.due_days, "days to expiry at which a layer's options are due");
    visit("extrinsic_lost", self.extrinsic_lost, "share of the extrinsic value paid that is gone");
    visit("veq_below", self.veq_below, "it moves options on only below this VIX-equivalent");
    visit("extrinsic_share", self.extrinsic_share, "of the front option, moved to the next layer");
    visit("gain", self.gain, "of the front option over what it cost, that is taken");
    visit("gain_share", self.gain_share, "of the front option, sold then");
    visit("gain_split", self.gain_split, "of the proceeds, into each later layer");
    visit("quiet_days", self.quiet_days, "without another rule before a signal may ask");
    visit("cooldown_days", self.cooldown_days, "between rolls, but for the tenor rule");
    visit("rolls_max", self.rolls_max, "in an episode, but for the tenor rule");
    visit("cost_share", self.cost_share, "of a month's hedge budget, but for the tenor rule");
    visit("errors_min", self.errors_min, "standard errors by which the benefit must beat the cost");
  }
};

/// err: out_of_range naming the first field outside its range
Result<Done> check(const RollRule& rule);

/// What an option is worth beyond exercising it now; never below 0.
///
/// in: price in dollars per unit; forward: of its expiry
Usd extrinsic_of(const option::Contract& contract, Usd price, Price forward);

/// An option of the ladder as it was bought.
struct HeldOption {
  std::string name;
  option::Contract contract;
  Tokens quantity;     ///< > 0
  Usd paid;            ///< Per unit.
  Usd paid_extrinsic;  ///< Of it, as extrinsic_of told then.
  UnixSeconds bought_at;
};

/// The layer it was bought for: the tenor nearest, in log time, to what it had then.
std::size_t layer_of(const HeldOption& held, const RollRule& rule);

/// The rules that ask for a roll, first to last.
enum class RollTrigger { tenor, extrinsic, gain, signal };
std::string_view name_of(RollTrigger trigger);

/// What is remembered from one decision to the next, of one layer. An episode begins and ends where
/// the caller says; all counts start anew with it.
struct RollMemory {
  std::optional<UnixSeconds> last_fired{};  ///< Any rule but the signal's.
  std::optional<UnixSeconds> last_roll{};
  int rolls = 0;  ///< In this episode.
};

/// The market of one held option, and what else its rules read.
struct DueAsk {
  UnixSeconds at;
  Price forward;              ///< Of its expiry.
  std::optional<Usd> mark;    ///< Per unit; none: not quoted.
  std::optional<Usd> bid;     ///< None: nobody buys it.
  std::optional<double> veq;  ///< None: not known, which is not calm.
  std::string signal{};       ///< What crossed today, in words; empty: nothing did.
  RollMemory memory{};
};

/// One rule, read.
struct RollReading {
  RollTrigger trigger = RollTrigger::tenor;
  bool holds = false;
  std::string why;
};

/// What asks for a roll of an option; the first rule that holds decides what is done.
struct Due {
  std::size_t layer = 0;
  std::array<RollReading, 4> readings;  ///< In the order of RollTrigger.
  std::optional<RollTrigger> first;
};

/// in: the option has not expired; rule passes check()
Due due_of(const HeldOption& held, const DueAsk& ask, const RollRule& rule);

/// Strike over forward in standard deviations to expiry, ln(K/F) / (vol sqrt T), as a surface at
/// the money has them; above 0 for strikes above the forward.
double moneyness_of(const option::Contract& contract, const option::Surface& surface, Price spot);

/// One purchase.
struct RollBuy {
  std::size_t candidate = 0;  ///< Of the listed ones.
  std::size_t layer = 0;
  double units = 0;
};

/// What a roll sells and buys.
struct Roll {
  RollTrigger trigger = RollTrigger::tenor;
  double units_sold = 0;
  std::vector<RollBuy> buys;
  Usd cost;               ///< Half spreads and fees of every leg, against the marks.
  Usd outlay;             ///< Cash it takes, fees included; negative where it brings some.
  Tokens delta_change;    ///< Of the hedge.
  std::string what_kept;  ///< What was kept equal, why, and what lots or depth left over.
};

/// What a roll is chosen from.
struct RollAsk {
  const HeldOption& held;
  const Candidate& now;  ///< The held option's own quote.
  std::span<const Candidate> listed;
  const option::Surface& surface;
  Price spot;
  amm::Bounds range;  ///< Of the positions together.
  /// [layers] Standard deviations out of the money: struck anew. Empty: the held one's of today.
  std::span<const double> out_of_money{};
  /// How far what is bought leans to calls (above 0) or to puts, of what is kept equal.
  signal::Tilt tilt{};
};

/// The roll that the first rule asks for: all into the same layer (tenor, signal), half into the
/// next (extrinsic), or half sold and its proceeds split over later layers (gain).
///
/// in:   due.first is set; rule passes check()
/// out:  same type; the listed expiry nearest to the layer's tenor that belongs to the layer and is
///       not due itself; the strike nearest to the wanted moneyness, within the range where one is
///       listed there; whole lots of the listed depth. What is kept equal is the held option's own
///       gamma or vega of today, or, struck anew, that of the listed one it would be in its layer.
///       A roll by its schedule (tenor) buys more or less of it by the tilt; no other roll leans.
///       An option that is moved on buys for all that it sells or is not sold: no layer is emptied
/// err:  missing_data where nothing is bid or offered that fits; no_solution where the share that
///       moves is less than a lot, or the listed depth is less than what is to be kept
Result<Roll> roll_of(const RollAsk& ask, const Due& due, const RollRule& rule);

/// How a dollar of tail is weighed, as in the plan: E[loss] + rho CVaR(loss).
struct TailPrice {
  double rho = 0.10;
  double level = 0.95;
};

/// Units of an instrument, and what one is worth at the horizon on every path.
struct RollLeg {
  double units = 0;
  Usd mark;
  std::span<const double> worth;  ///< [paths] USD
};

/// Losses of the book as it stands, the held option in it, and the legs of a roll.
struct BenefitAsk {
  std::span<const double> loss;  ///< [paths] USD
  RollLeg sold;
  std::span<const RollLeg> bought;
  Usd cost;  ///< As the roll tells it.
  risk::Drawn drawn{};
};

/// What a roll changes; better is positive.
struct RollBenefit {
  Usd mean;   ///< Fall of E[loss], every leg traded at its mark.
  Usd tail;   ///< Fall of CVaR, the same.
  Usd gross;  ///< mean + rho tail.
  Usd cost;   ///< What the costs add: (1 + rho) times them, as they are lost on every path.
  Usd error;  ///< Standard error of the difference, path by path.

  Usd net() const { return gross - cost; }
};

/// The change of E[loss] + rho CVaR(loss) by a roll.
///
/// in:   as many numbers in every leg as losses
/// out:  exact for the sample
/// err:  as tail_of
/// cost: two tails of the paths
/// src:  influence function of CVaR: Hong, Hu & Liu (2014), ACM TOMACS 24, art. 18
Result<RollBenefit> roll_benefit(const BenefitAsk& ask, const TailPrice& price);

/// A held option's roll, done or not, and why.
struct RollLine {
  std::string name;
  std::string trigger;  ///< Empty: no rule asked.
  bool done = false;
  std::optional<double> benefit_usd, error_usd, cost_usd;
  std::string why;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "option held");
    visit("trigger", self.trigger, "rule that asked: tenor, extrinsic, gain or signal; or empty");
    visit("done", self.done, "whether it is rolled");
    visit("benefit_usd", self.benefit_usd, "fall of E[loss] + rho CVaR before costs; null: none");
    visit("error_usd", self.error_usd, "its standard error");
    visit("cost_usd", self.cost_usd, "half spreads and fees of every leg");
    visit("why", self.why, "why, or why not");
  }
};

/// Everything a verdict stands on.
struct RollJudgeAsk {
  const HeldOption& held;
  const Due& due;
  UnixSeconds at;
  RollMemory memory;
  const Result<Roll>& roll;         ///< Not looked at where nothing is due.
  const Result<RollBenefit>& gain;  ///< Not looked at where there is no roll.
  Usd month_budget;                 ///< Of hedge carry.
};

/// Whether a roll is done: cooldown, rolls in the episode and the share of the month's budget bind
/// every rule but the tenor's (a ladder that may not move at its end runs dry); the benefit test
/// binds them all.
RollLine judged(const RollJudgeAsk& ask, const RollRule& rule);

/// A layer of the ladder as it stands.
struct LadderRung {
  double tenor_days = 0;
  double units = 0;
  std::optional<double> nearest_days, farthest_days;  ///< To expiry; none: empty.
  bool in_band = false;  ///< Something is held, and nothing of it is due.
  std::string about;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("tenor_days", self.tenor_days, "tenor of the layer, days");
    visit("units", self.units, "contracts held in it");
    visit("nearest_days", self.nearest_days, "to the nearest expiry; null: empty");
    visit("farthest_days", self.farthest_days, "to the farthest");
    visit("in_band", self.in_band, "something is held and nothing of it is due");
    visit("about", self.about, "the same in words");
  }
};

/// One rung a layer; an option is of the layer it was bought for, and due at the layer's own day.
std::vector<LadderRung> ladder_rungs(std::span<const HeldOption> held, UnixSeconds at,
                                     const RollRule& rule);

/// What is rolled and what is not, each with its reason, and the ladder afterwards.
struct RollTold {
  std::vector<RollLine> lines;
  std::vector<LadderRung> rungs;
  double tilt_share = 0;  ///< Of what rolls by its schedule: above 0 towards calls.
  std::string tilt_why;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("lines", self.lines, "every option held: rolled or not, and why");
    visit("rungs", self.rungs, "the ladder afterwards, a layer each");
    visit("tilt_share", self.tilt_share,
          "that what rolls by its schedule leans to calls (above 0) or to puts");
    visit("tilt_why", self.tilt_why, "why it leans, or does not");
  }
};

}  // namespace levee::hedge

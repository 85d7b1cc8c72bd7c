// levee/signal/regime.h — from readings to what may not be added; never to less protection.
//
// A gate restricts new risk and nothing else. NewRisk lists what can be restricted, and no act on
// the hedge is among it; HedgeAsk lists what can be asked of the hedge, and each is more than the
// one before. So no rule can be written here that sells protection or keeps it from being bought.
#pragma once
#include "levee/signal/calendar.h"
#include "levee/signal/gate.h"
#include "levee/signal/oracle.h"
#include "levee/signal/policy.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace levee::signal {

/// z-scores whose positive side is stress; absent: not known.
struct StressParts {
  std::optional<double> breadth{};     ///< Fewer advance.
  std::optional<double> veq{};         ///< Volatility.
  std::optional<double> depth{};       ///< Less of it.
  std::optional<double> mev{};         ///< More of it.
  std::optional<double> lending{};     ///< On-chain rate over the benchmark.
  std::optional<double> governance{};  ///< Heat.
};

/// How parts become one score.
/// src: methodology 4.18; the clip and least_parts are choices of levee
struct StressRule {
  double clip = 3;      ///< No single part says more than this, either way.
  int least_parts = 3;  ///< Fewer say nothing.
  GateRule gate{};
};

/// As the policy sets it.
StressRule stress_rule(const SignalPolicy& policy);

/// Mean of the parts that are known, each clipped.
struct Stress {
  std::optional<double> score{};  ///< Nothing with fewer than least_parts.
  int parts = 0;
};
Stress stress_of(const StressParts& parts, const StressRule& rule);

/// Whether premium is rich (harvest), convexity cheap (refresh), or neither.
enum class PressState { off, refresh, harvest };

std::string_view name_of(PressState state);
std::optional<PressState> press_state_named(std::string_view name);

struct PressFacts {
  std::optional<double> premium{};     ///< Variance premium: IV30 / RV30 - 1.
  std::optional<double> slope{};       ///< IV90 / IV30 - 1.
  std::optional<double> rsi{};         ///< 14 bars.
  std::optional<double> over_mean{};   ///< IV over its 200-day mean, less 1.
  std::optional<double> percentile{};  ///< Of IV, 0 to 100.
};

/// src: methodology 4.8, defaults to be set by the policy
struct PressRule {
  double premium_min = 0.18;
  double slope_min = 0.12;
  double rsi_min = 68;
  double percentile_max = 25;
};

/// As the policy sets it.
PressRule press_rule(const SignalPolicy& policy);

struct Press {
  PressState state = PressState::off;
  /// 0 to 100: how much of harvest's four conditions is met, 100 if all are; absent: not known.
  std::optional<double> score{};
};

/// A condition whose fact is not known is not met. Where both hold it is refresh: the state that
/// protects.
Press press_of(const PressFacts& facts, const PressRule& rule);

/// Every act that adds risk and may be forbidden for a while.
enum class NewRisk {
  open_liquidity,
  tight_range,       ///< Of what is opened.
  recentre_tighter,  ///< Of what stands.
  move_range,        ///< At all.
  sell_call,
  draw_loan,
};

std::string_view name_of(NewRisk act);

/// What is asked of the hedge, ascending.
enum class HedgeAsk {
  as_planned,
  full_target,   ///< Every layer at its full size.
  refresh_long,  ///< The far layers extended: convexity is cheap.
};

std::string_view name_of(HedgeAsk ask);

/// One act forbidden, by which gate and why.
struct Restriction {
  NewRisk act;
  std::string_view gate;
  std::string why;
};

/// Why all is to be looked at again, or why more of the hedge is asked for.
struct Prompt {
  std::string_view gate;
  std::string why;
  HedgeAsk ask = HedgeAsk::as_planned;  ///< Of the hedge; of a look: nothing.
};

/// A gate on one gauge, and what it last closed at.
struct Watch {
  GateState gate{};
  std::optional<double> value{};       ///< How bad, in the gauge's unit; absent: not known.
  std::optional<UnixSeconds> since{};  ///< It stands as it stands; absent: ever.
  bool is_new = false;                 ///< It went on since the last look.
  bool stands() const { return gate.stands == Switch::on; }
};

/// What the gates stand on.
struct RegimeFacts {
  VeqState vol{};
  std::optional<double> veq{};
  GateState stress{};
  Press press{};
  CalendarReading calendar{};
  OracleBand oracle = OracleBand::fine;
  Watch emergency{};  ///< Of those who govern: 1 while one is in the short window.
  Watch strained{};   ///< A coin off its peg, in dollars either way.
  Watch broken{};
  // Each of these has missed or cried wolf on record (docs/signals.md).
  Watch breadth{};  ///< 1 while fewer and fewer tokens hold a market near its high.
  Watch outflow{};  ///< Value leaves the protocol and not the sector, standard errors.
  Watch lending{};  ///< On-chain rate over the benchmark, deviations.
  Watch heat{};     ///< Of those who govern, deviations.
};

/// All that the gates say at one moment.
struct Regime {
  std::vector<Restriction> restrictions;
  HedgeAsk hedge = HedgeAsk::as_planned;
  std::vector<Prompt> asks;               ///< Why `hedge` is what it is; empty: as planned.
  std::optional<UnixSeconds> hedge_by{};  ///< By when, for an event ahead; may be past.
  double size_share = 1;                  ///< Of a new position.
  bool review = false;                    ///< Look at everything again:
  std::vector<Prompt> reviews;            ///< for these reasons.

  bool allows(NewRisk act) const;
};

/// What may not be added and what is asked of the hedge.
///
/// Facts forbid: volatility, a dated event, a feed that strays, a coin off its peg, an emergency.
/// Breadth, outflow, lending and heat are hypotheses: one alone asks for a look on the day it goes
/// on, two at once forbid what two witnesses may; and no loan is drawn while loans are dear.
///
/// in:   rule passes check()
/// out:  restrictions by gate: volatility, press, stress, calendar, oracle, governance, peg,
///       lending, agreement; an act may stand twice. Without any volatility reading it is held as
///       in hold: not known is not calm
/// src:  methodology 4.2, 4.8, 4.18, 4.20, 4.22 under amendments 5, 8 and 16; what emergencies,
///       pegs and hypotheses do is levee's choice in their spirit
Regime regime_from(const RegimeFacts& facts, const VeqRule& rule);

}  // namespace levee::signal

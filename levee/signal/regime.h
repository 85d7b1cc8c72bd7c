// levee/signal/regime.h — from readings to what may not be added; never to less protection.
//
// A gate restricts new risk and nothing else. NewRisk lists what can be restricted, and no act on
// the hedge is among it; HedgeAsk lists what can be asked of the hedge, and each is more than the
// one before. So no rule can be written here that sells protection or keeps it from being bought.
#pragma once
#include "levee/signal/calendar.h"
#include "levee/signal/gate.h"
#include "levee/signal/oracle.h"

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

/// Mean of the parts that are known, each clipped.
struct Stress {
  std::optional<double> score{};  ///< Nothing with fewer than least_parts.
  int parts = 0;
};
Stress stress_of(const StressParts& parts, const StressRule& rule);

/// Whether premium is rich (harvest), convexity cheap (refresh), or neither.
enum class PressState { off, refresh, harvest };

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

struct Press {
  PressState state = PressState::off;
  double score = 0;  ///< 0 to 100: how much of harvest's four conditions is met, 100 if all are.
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
  refresh_long,  ///< And the far layers extended: convexity is cheap.
};

/// One act forbidden, by which gate and why.
struct Restriction {
  NewRisk act;
  std::string_view gate;
  std::string why;
};

/// What the gates stand on.
struct RegimeFacts {
  VeqState vol{};
  std::optional<double> veq{};
  GateState stress{};
  Press press{};
  CalendarReading calendar{};
  OracleBand oracle = OracleBand::fine;
};

/// All that the gates say at one moment.
struct Regime {
  std::vector<Restriction> restrictions;
  HedgeAsk hedge = HedgeAsk::as_planned;
  std::optional<UnixSeconds> hedge_by{};  ///< By when, for an event ahead; may be past.
  double size_share = 1;                  ///< Of a new position.
  bool review = false;                    ///< An event is over or a feed strays: look at all again.

  bool allows(NewRisk act) const;
};

/// What may not be added and what is asked of the hedge.
///
/// in:   rule passes check()
/// out:  restrictions by gate: volatility, press, stress, calendar, oracle; an act may stand twice.
///       Without any volatility reading it is held as in hold: not known is not calm
/// src:  methodology 4.2, 4.8, 4.18, 4.20, 4.22 under amendments 5, 8 and 16
Regime regime_from(const RegimeFacts& facts, const VeqRule& rule);

}  // namespace levee::signal

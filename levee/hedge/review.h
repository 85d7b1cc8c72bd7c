// levee/hedge/review.h — hold, protect or leave: what each is worth over a month, and why.
#pragma once
#include "levee/base/result.h"
#include "levee/base/time.h"
#include "levee/base/units.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace levee::hedge {

/// When to move; every default may be changed.
struct ReviewPolicy {
  double price_of_tail = 0.10;  ///< As Policy's, and no field: dollars given for one of CVaR 95 %.
  double hysteresis = 0.0025;
  double hazard_limit = 0.12;
  double score_rise = 1;
  double days_unanswered = 7;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("hysteresis", self.hysteresis, "share of value by which leaving must be better");
    visit("hazard_limit", self.hazard_limit,
          "failures a year at which one leaves whatever it costs");
    visit("score_rise", self.score_rise,
          "rise of the risk score that asks for protection, in its standard deviations");
    visit("days_unanswered", self.days_unanswered, "such a rise may stand without a review");
  }
};

/// err: out_of_range naming the first field that is not above 0
Result<Done> check(const ReviewPolicy& policy);

/// What one way to go on is expected to bring to the horizon, USD; costs positive.
struct Prospect {
  std::optional<double> fees_usd{};
  double lvr_usd = 0;        ///< Loss of the positions against rebalancing, before any hedge.
  double hazard_usd = 0;     ///< Chance to fail times what is then lost, less what cover pays.
  double hedge_usd = 0;      ///< Net of what the hedge is expected to pay; cover's premiums.
  double switching_usd = 0;  ///< Fees, spreads, slippage and gas of going there now.
  double elsewhere_usd = 0;  ///< What the money earns riskless outside the pool.
  double cvar95_usd = 0;     ///< Of what is then held.
  double error_usd = 0;      ///< Standard error of what all of these add up to.
  double utility_usd = 0;    ///< Set by review_of: as far as it is known, fees left out if unknown.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("fees_usd", self.fees_usd, "expected");
    visit("lvr_usd", self.lvr_usd, "loss versus rebalancing, before any hedge");
    visit("hazard_usd", self.hazard_usd, "expected loss by failure, less what cover pays");
    visit("hedge_usd", self.hedge_usd, "cost of the hedge, net of what it is expected to pay");
    visit("switching_usd", self.switching_usd, "of going there now");
    visit("elsewhere_usd", self.elsewhere_usd, "what the money earns riskless outside the pool");
    visit("cvar95_usd", self.cvar95_usd, "mean loss of the worst 5 %");
    visit("error_usd", self.error_usd, "standard error of the utility");
    visit("utility_usd", self.utility_usd,
          "fees and elsewhere less all costs less price of tail times CVaR; without fees where "
          "they are not known");
  }
};

/// What was done on a day, as written down.
enum class Answered { nothing, looked, held, protect, left };

/// A line of the history of reviews.
struct ReviewNote {
  UnixSeconds at;
  std::optional<double> risk_score;
  Answered answered = Answered::nothing;
  Usd cost;  ///< Of what was traded then.
  std::optional<double> allocation_usd, headline_yield;
};

/// How the risk score has moved since somebody last looked.
struct ScoreMoved {
  std::optional<double> rise{};       ///< In standard deviations; none: see why.
  std::optional<double> deviation{};  ///< Of the scores written down.
  std::optional<UnixSeconds> looked_at{};
  double days_up = 0;  ///< It has stood a rise above that level, to today.
  std::string why;     ///< What is not known.
};

/// The fewest scores that a standard deviation is read from.
inline constexpr std::size_t fewest_scores = 5;

/// in:  notes ascending, none later than `now`
/// out: against the score of the last review (the first score where there was none)
struct MovedAsk {
  std::span<const ReviewNote> notes;
  UnixSeconds now;
  double score = 0;
};
ScoreMoved score_moved(const MovedAsk& ask, const ReviewPolicy& policy);

/// Everything a review stands on.
struct ReviewAsk {
  Usd value;
  Prospect hold;
  Result<Prospect> protect;  ///< Or why there is none.
  Prospect leave;
  double hazard = 0;  ///< Failures a year of the worst protocol; high: upper end of its band.
  double hazard_high = 0;
  std::string protocol;  ///< Its name; empty: no failure is modelled.
  ScoreMoved moved;
  double paid_lately_usd = 0;  ///< For switching, over the last horizon.
};

/// What to do.
struct Review {
  std::string action;  ///< HOLD, ADD_PROTECTION or EXIT.
  std::string sentence;
  Prospect hold, leave;
  std::optional<Prospect> protect;
  std::string protect_unknown;
  std::optional<double> carry_usd;  ///< Of holding: fees less LVR, hedge and hazard.
  double fees_needed_usd = 0;       ///< With which holding is worth as much as leaving.
  bool loyalty = false, motion = false;
  std::vector<std::string> reasons;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("action", self.action, "HOLD, ADD_PROTECTION or EXIT");
    visit("sentence", self.sentence, "the same for a person");
    visit("hold", self.hold, "prospect of holding");
    visit("protect", self.protect, "of adding the hedge that plan-hedge proposes; null: see below");
    visit("protect_unknown", self.protect_unknown, "why there is none");
    visit("leave", self.leave, "of leaving, position and hedge together");
    visit("carry_usd", self.carry_usd, "of holding: fees less LVR, hedge and hazard");
    visit("fees_needed_usd", self.fees_needed_usd, "with which holding is worth what leaving is");
    visit("loyalty", self.loyalty, "risk has risen and nobody has looked");
    visit("motion", self.motion, "moving costs more than it gains");
    visit("reasons", self.reasons, "in words");
  }
};

/// Expected utility with hysteresis; a hard limit on hazard; protection where risk has risen and
/// carry still pays.
///
/// in:   value > 0; terms of all prospects over one horizon
/// out:  without fees no exit for want of utility: only the hazard limit then says so
/// src:  methodology 4.9; amendment 6: LVR whole, the hedge net of what it is expected to pay, so
///       that a hedge at a fair price changes nothing but the tail
Review review_of(ReviewAsk ask, const ReviewPolicy& policy);

}  // namespace levee::hedge

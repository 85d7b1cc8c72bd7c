#include "levee/hedge/review.h"

#include "levee/base/fields.h"
#include "levee/hedge/dollars.h"

#include <algorithm>
#include <cmath>
#include <ranges>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

double utility(const Prospect& p, const ReviewPolicy& policy) {
  return p.fees_usd.value_or(0) + p.elsewhere_usd - p.lvr_usd - p.hazard_usd - p.hedge_usd -
         p.switching_usd - policy.price_of_tail * p.cvar95_usd;
}

// The best way other than holding.
struct Other {
  std::string_view name;
  const Prospect* prospect;
};

Other best_other(const Review& review) {
  const bool protect = review.protect && review.protect->utility_usd > review.leave.utility_usd;
  return protect ? Other{"adding protection", &*review.protect} : Other{"leaving", &review.leave};
}

// Moving while it costs more than it gains: of the best way to move, and of the moves of late.
bool is_motion(const Review& review, double paid) {
  const Other other = best_other(review);
  const double cost = other.prospect->switching_usd + paid;
  const double gain =
      other.prospect->utility_usd + other.prospect->switching_usd - review.hold.utility_usd;
  return cost > gain && (gain > 0 || paid > 0);
}

bool is_loyalty(const ScoreMoved& moved, const ReviewPolicy& policy) {
  return moved.rise && *moved.rise >= policy.score_rise && moved.days_up >= policy.days_unanswered;
}

void add_hazard_reason(const ReviewAsk& ask, const ReviewPolicy& policy, Review& review) {
  if (ask.protocol.empty()) {
    review.reasons.emplace_back(
        "No failure model was given (--protocol): hazard is not in any of these numbers.");
    return;
  }
  std::string text =
      fmt::format("{} fails {:.3g} % a year (to {:.3g} %); at {:.3g} % one leaves.", ask.protocol,
                  100 * ask.hazard, 100 * ask.hazard_high, 100 * policy.hazard_limit);
  if (ask.hazard < policy.hazard_limit && ask.hazard_high >= policy.hazard_limit) {
    text += " The upper end of its band is beyond that: look closer.";
  }
  review.reasons.push_back(std::move(text));
}

void add_score_reason(const ReviewAsk& ask, const ReviewPolicy& policy, Review& review) {
  const ScoreMoved& moved = ask.moved;
  if (!moved.rise) {
    review.reasons.push_back(fmt::format("Whether risk has risen is not known: {}.", moved.why));
    return;
  }
  std::string text = fmt::format(
      "The risk score stands {:+.2f} standard deviations from where it was {}", *moved.rise,
      moved.looked_at
          ? fmt::format("at the last review, {}", text_of(*moved.looked_at).substr(0, 10))
          : "first written down (no review is)");
  if (*moved.rise >= policy.score_rise) text += fmt::format(", for {:.0f} days", moved.days_up);
  review.reasons.push_back(fmt::format("{}.", text));
}

void add_carry_reason(const ReviewAsk& ask, Review& review) {
  if (!review.carry_usd) {
    std::string text = fmt::format(
        "Fees are not known (--pool, or --fees-usd-per-day): leaving for want of income cannot be "
        "judged. Holding is worth what leaving is with fees of {}",
        dollars(review.fees_needed_usd));
    if (review.protect && review.protect->utility_usd > review.hold.utility_usd) {
      const double gain = review.protect->utility_usd - review.hold.utility_usd;
      text += fmt::format(", with the hedge of {}", dollars(review.fees_needed_usd - gain));
    }
    review.reasons.push_back(fmt::format("{}.", text));
    return;
  }
  const double value = ask.value.value();
  review.reasons.push_back(fmt::format(
      "Carry of holding is {} ({:+.2f} % of value): fees {}, less LVR {}, hedge {}, hazard {}.",
      dollars(*review.carry_usd), 100 * *review.carry_usd / value, dollars(*ask.hold.fees_usd),
      dollars(ask.hold.lvr_usd), dollars(ask.hold.hedge_usd), dollars(ask.hold.hazard_usd)));
  if (*review.carry_usd < 0 && review.action != "EXIT") {
    review.reasons.emplace_back(
        "Fees do not pay for what the position loses: if that stays, widen it or leave, position "
        "and hedge together.");
  }
}

// Whether leaving is told apart from the best alternative at all.
void add_error_reason(Review& review) {
  const bool protect = review.protect && review.protect->utility_usd > review.hold.utility_usd;
  const Prospect& best = protect ? *review.protect : review.hold;
  if (!(best.error_usd > 0)) return;
  const double apart = review.leave.utility_usd - best.utility_usd;
  std::string text =
      fmt::format("Leaving is worth {} {} than {}, give or take {} (standard error)",
                  dollars(std::abs(apart)), apart >= 0 ? "more" : "less",
                  protect ? "holding with the hedge" : "holding", dollars(best.error_usd));
  if (std::abs(apart) < 1.96 * best.error_usd) text += ": the two cannot be told apart";
  review.reasons.push_back(fmt::format("{}.", text));
}

// A hedge that is worth its price although nothing asks for it.
void add_hedge_reason(const ReviewAsk& ask, const ReviewPolicy& policy, Review& review) {
  if (!review.protect) {
    review.reasons.push_back(
        fmt::format("Adding protection is no choice: {}", review.protect_unknown));
    return;
  }
  const double gain = review.protect->utility_usd - review.hold.utility_usd;
  if (review.action != "HOLD" || gain <= policy.hysteresis * ask.value.value()) return;
  review.reasons.push_back(fmt::format(
      "Nothing asks for protection, but the hedge that plan-hedge proposes is worth {} more than "
      "holding without it.",
      dollars(gain)));
}

void add_flag_reasons(const ReviewAsk& ask, Review& review) {
  if (review.loyalty) {
    review.reasons.push_back(
        fmt::format("Loyalty: risk has stood higher for {:.0f} days and nobody has written down a "
                    "look at it.",
                    ask.moved.days_up));
  }
  const Other other = best_other(review);
  if (review.motion) {
    review.reasons.push_back(fmt::format(
        "Motion: {} would cost {}{} and gain {} before that: moving costs more than it gains.",
        other.name, dollars(other.prospect->switching_usd),
        ask.paid_lately_usd > 0
            ? fmt::format(" beside {} paid lately", dollars(ask.paid_lately_usd))
            : "",
        dollars(other.prospect->utility_usd + other.prospect->switching_usd -
                review.hold.utility_usd)));
  }
}

// What keeps one from leaving is the hedge: then it has to be added.
std::string only_with_hedge(const Review& review) {
  const double with = review.protect->utility_usd - review.leave.utility_usd;
  return fmt::format(
      "Add protection: as it stands, leaving is worth {} more than holding; with the hedge, "
      "staying "
      "is worth {} {} than leaving.",
      dollars(review.leave.utility_usd - review.hold.utility_usd), dollars(std::abs(with)),
      with >= 0 ? "more" : "less");
}

void set_hold(const ReviewAsk& ask, const ReviewPolicy& policy, Review& review) {
  const double apart = review.leave.utility_usd - review.hold.utility_usd;
  review.action = "HOLD";
  if (!review.carry_usd) {
    review.sentence =
        "Hold, as far as is known: no limit is broken, and without fees nothing speaks for moving.";
  } else if (apart > 0) {
    review.sentence =
        fmt::format("Hold: leaving is worth {} more, which is less than the {} that moving needs.",
                    dollars(apart), dollars(policy.hysteresis * ask.value.value()));
  } else {
    review.sentence = fmt::format("Hold: leaving is worth {} less.", dollars(-apart));
  }
}

// The action, and the rule that sets it in words.
void decide_action(const ReviewAsk& ask, const ReviewPolicy& policy, Review& review) {
  const double hold = review.hold.utility_usd, leave = review.leave.utility_usd;
  const double best = review.protect ? std::max(hold, review.protect->utility_usd) : hold;
  const double needed = policy.hysteresis * ask.value.value();
  const bool risen = ask.moved.rise && *ask.moved.rise >= policy.score_rise;
  const bool pays = review.carry_usd && *review.carry_usd > 0;
  if (!ask.protocol.empty() && ask.hazard >= policy.hazard_limit) {
    review.action = "EXIT";
    review.sentence = fmt::format("Leave: {} fails {:.3g} % a year, {:.3g} % is the limit.",
                                  ask.protocol, 100 * ask.hazard, 100 * policy.hazard_limit);
  } else if (review.carry_usd && leave > best + needed) {
    review.action = "EXIT";
    review.sentence = fmt::format(
        "Leave: that is worth {} more than the best alternative; {} are needed to move.",
        dollars(leave - best), dollars(needed));
  } else if (risen && pays && review.protect) {
    review.action = "ADD_PROTECTION";
    review.sentence = fmt::format(
        "Add protection: risk has risen by {:.1f} standard deviations and carry still pays; with "
        "the hedge holding is worth {} more.",
        *ask.moved.rise, dollars(review.protect->utility_usd - hold));
  } else if (review.carry_usd && leave > hold + needed) {
    review.action = "ADD_PROTECTION";
    review.sentence = only_with_hedge(review);
  } else {
    set_hold(ask, policy, review);
  }
}

}  // namespace

Result<Done> check(const ReviewPolicy& policy) {
  std::optional<Error> wrong;
  for_fields(policy, [&](std::string_view name, const double& value, std::string_view) {
    if (!wrong && !(value > 0 && std::isfinite(value))) {
      wrong = fail(Reason::out_of_range, fmt::format("{} = {} (must be above 0)", name, value));
    }
  });
  if (wrong) return *wrong;
  return Done{};
}

ScoreMoved score_moved(const MovedAsk& ask, const ReviewPolicy& policy) {
  std::vector<const ReviewNote*> scored;
  const ReviewNote* looked = nullptr;
  for (const ReviewNote& note : ask.notes) {
    LEVEE_EXPECT(!(ask.now < note.at));
    if (note.risk_score) scored.push_back(&note);
    if (note.answered != Answered::nothing) looked = &note;
  }
  ScoreMoved moved;
  if (looked) moved.looked_at = looked->at;
  if (scored.size() < fewest_scores) {
    moved.why = fmt::format("{} scores are written down and {} are needed (--reviews)",
                            scored.size(), fewest_scores);
    return moved;
  }
  double mean = 0, square = 0;
  const auto count = static_cast<double>(scored.size());
  for (const ReviewNote* one : scored) mean += *one->risk_score / count;
  for (const ReviewNote* one : scored) square += std::pow(*one->risk_score - mean, 2) / (count - 1);
  moved.deviation = std::sqrt(square);
  if (!(*moved.deviation > 0)) {
    moved.why = "all scores written down are the same";
    return moved;
  }
  // The newest score that was known at the last review; where none was, the first there is.
  const ReviewNote* base = scored.front();
  for (const ReviewNote* one : scored) {
    if (looked && !(looked->at < one->at)) base = one;
  }
  moved.rise = (ask.score - *base->risk_score) / *moved.deviation;
  const double up = *base->risk_score + policy.score_rise * *moved.deviation;
  UnixSeconds since = ask.now;
  for (const ReviewNote* one : scored | std::views::reverse) {
    if (*one->risk_score < up) break;  // that of the review is
    since = one->at;
  }
  if (ask.score >= up) moved.days_up = in_days(ask.now - since);
  return moved;
}

Review review_of(ReviewAsk ask, const ReviewPolicy& policy) {
  LEVEE_EXPECT(ask.value > Usd{0});
  Review review;
  ask.hold.utility_usd = utility(ask.hold, policy);
  ask.leave.utility_usd = utility(ask.leave, policy);
  review.hold = ask.hold, review.leave = ask.leave;
  if (ask.protect) {
    review.protect = *ask.protect;
    review.protect->utility_usd = utility(*review.protect, policy);
  } else {
    review.protect_unknown = ask.protect.error().message;
  }
  if (ask.hold.fees_usd) {
    review.carry_usd =
        *ask.hold.fees_usd - ask.hold.lvr_usd - ask.hold.hedge_usd - ask.hold.hazard_usd;
  }
  review.fees_needed_usd =
      ask.leave.utility_usd - (ask.hold.utility_usd - ask.hold.fees_usd.value_or(0));
  decide_action(ask, policy, review);
  review.loyalty = is_loyalty(ask.moved, policy);
  review.motion = review.carry_usd && is_motion(review, ask.paid_lately_usd);
  add_carry_reason(ask, review);
  if (review.carry_usd) add_error_reason(review);
  add_hazard_reason(ask, policy, review);
  add_score_reason(ask, policy, review);
  add_hedge_reason(ask, policy, review);
  add_flag_reasons(ask, review);
  return review;
}

}  // namespace levee::hedge

// levee/signal/governance.h — proposals and votes of a DAO as facts, and how hot they run.
#pragma once
#include "levee/base/time.h"
#include "levee/signal/calendar.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace levee::signal {

/// What became of one proposal. What is not known is absent: it is neither good nor bad.
struct Proposal {
  UnixSeconds created;
  std::string name{};
  UnixSeconds counted;  ///< From then on the votes below are final and known.
  double votes = 0;     ///< For, against and abstaining, in tokens.
  double votes_for = 0;
  double largest_vote = 0;              ///< Of one voter.
  std::optional<double> eligible{};     ///< Tokens that could have voted.
  std::optional<double> quorum{};       ///< Votes in favour that it takes.
  std::optional<double> top10_share{};  ///< Of the votes.
  std::optional<UnixSeconds> executed{};
  std::optional<UnixSeconds> canceled{};
  bool emergency = false;  ///< Declared as one when it was made.
};

/// Votes of one day.
struct VoteDay {
  UnixSeconds at;  ///< When the day was over.
  double votes = 0;
  int voters = 0;
};

/// What is known of those who decide, and of what they or others will decide.
struct Governance {
  std::vector<Event> events;        ///< Ascending by `at`.
  std::vector<Proposal> proposals;  ///< Ascending by `created`.
  std::vector<VoteDay> days;        ///< Ascending.
  std::optional<double> eligible;   ///< Tokens that may vote where a proposal does not say.
};

/// The part of it known at `at`: a vote under way has no count, an event not announced is no event.
Governance known_at(const Governance& governance, UnixSeconds at);

/// How heat is measured.
/// src: methodology 4.20, defaults to be set by the policy
struct HeatRule {
  Seconds window = days(30);
  int windows = 6;               ///< That make the long mean and the turnout's median.
  Seconds short_wait = days(1);  ///< From the last count to execution: less is an emergency.
  int least_votes = 5;           ///< Counted proposals before this one that make a median.
  double emergency_z = 3;        ///< The least z while an emergency is in the short window.
};

/// As the policy sets it.
HeatRule heat_rule(const SignalPolicy& policy);

/// How hot a DAO runs at a moment. Every z has its worrying side above zero.
struct Heat {
  int proposals = 0;                 ///< Made in the short window.
  std::optional<double> velocity{};  ///< Of those to the mean of the windows; 1 is as ever.
  std::optional<double> turnout{};   ///< Of the last counted proposal: votes to eligible.
  std::optional<double> turnout_median{};
  std::optional<double> quorum_margin{};  ///< Votes in favour over the quorum, less 1.
  std::optional<double> top10_share{};
  std::optional<double> largest_share{};
  std::optional<double> voted{};  ///< In the short window, to eligible; may count a token twice.
  bool emergency = false;
  std::optional<double> velocity_z{};
  std::optional<double> turnout_z{};
  std::optional<double> top10_z{};
  std::optional<double> quorum_z{};
  std::optional<double> z{};  ///< All that are known, as one normal.
};

/// How hot it ran at `at`, from what was known then.
///
/// in:   governance ascending
/// out:  velocity_z is exact for a steady stream of proposals (how many of N fall into one of
///       `windows` windows is binomial, mid-p); the others hold the last count against those of
///       the long window before it, by median and median deviation;
///       z sums them over the root of their number and is at least emergency_z in an emergency;
///       absent before one long window has passed
/// src:  Lancaster (1961), JASA 56, 223 (mid-p); Stouffer et al. (1949), The American Soldier 1, 45
Heat heat_of(const Governance& governance, const HeatRule& rule, UnixSeconds at);

/// What heat multiplies the intensity of a governance failure by: exp(per_z * z), never below 1.
/// `per_z` is assumed, not fitted: no record of failures carries the heat before them.
double failure_factor(const Heat& heat, double per_z);

}  // namespace levee::signal

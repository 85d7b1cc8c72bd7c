// levee/hedge/steward.h — whether an owner keeps to rules or chases yields.
#pragma once
#include "levee/hedge/review.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace levee::hedge {

/// A figure and what is asked of it.
struct Against {
  double value = 0, limit = 0;
};

/// What a score is made from; what is not known is left out and said.
struct StewardAsk {
  std::optional<Against> coverage;       ///< Gamma bought back over that of the positions; target.
  std::optional<Against> tail;           ///< CVaR 95 % at its upper end over capital; limit.
  std::optional<Against> calendar;       ///< Events looked at; events.
  std::optional<Against> cost;           ///< Carry of the hedge a year; budget.
  std::optional<Against> concentration;  ///< The sizing rule nearest its limit, or beyond it.
  std::optional<Against> health;         ///< Health factor of the worst loan; 2.
  std::optional<Against> review_days;    ///< Age of the last review; 30.
  std::optional<Against> market_hours;   ///< Age of the oldest part of the market; 36.
  std::span<const ReviewNote> notes;
  std::optional<double> emissions_share;  ///< Of the yield that was realised.
};

/// One part of the score.
struct StewardPart {
  std::string name;
  double weight = 0;
  std::optional<double> share;  ///< Of the weight, in [0, 1].
  std::string about;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "part");
    visit("weight", self.weight, "points it may give");
    visit("share", self.share, "of them, in [0, 1]; null: not known, and not counted");
    visit("about", self.about, "from what");
  }
};

/// The score over the parts that are known.
struct Steward {
  std::optional<double> score;  ///< 0 to 100; none where no part is known.
  double known_weight = 0;      ///< Points of the parts behind it, of 100.
  bool may_add = false;         ///< Score at the gate or above, and yields not chased.
  std::optional<bool> promoter;
  std::string promoter_why;
  std::vector<StewardPart> parts;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("score", self.score, "0 to 100, over the parts that are known");
    visit("known_weight", self.known_weight, "points of those parts, of 100");
    visit("may_add", self.may_add, "60 and more, and no promoter: liquidity may be added");
    visit("promoter", self.promoter, "chases yields; null: not known");
    visit("promoter_why", self.promoter_why, "why");
    visit("parts", self.parts, "what it is made of");
  }
};

inline constexpr double steward_gate = 60;

/// Weights 25 coverage, 20 loss cap, 15 calendar, 15 cost, 15 leverage and concentration, 10
/// evidence.
///
/// out:  promoter: money moves with headline yields (one-sided 5 % over at least 8 changes) while
///       coverage is below its target, or more than half of the yield is emissions
/// src:  methodology 4.10; Fisher (1921) for the correlation's error
Steward steward_of(const StewardAsk& ask);

}  // namespace levee::hedge

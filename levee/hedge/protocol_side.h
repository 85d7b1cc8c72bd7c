// levee/hedge/protocol_side.h — what can break under a book, how likely, how much, what helps.
#pragma once
#include "levee/hedge/score.h"

#include <optional>
#include <string>
#include <vector>

namespace levee::hedge {

/// A figure with the range that the fitted rates leave it (5 to 95 %); of configured ones a point.
struct Banded {
  double mean = 0, low = 0, high = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("mean", self.mean, "");
    visit("low", self.low, "at the rates' 5 %");
    visit("high", self.high, "at the rates' 95 %");
  }
};

/// Something that can fail.
struct NodeTold {
  std::string name, source;
  Banded failures_per_year{};
  double chance_to_horizon = 0;
  double share_lost = 0;
  double exposed_usd = 0;
  Banded loss_usd_per_year{};
  double covered_usd = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "protocol, issuer, bridge, venue");
    visit("source", self.source, "who says so, or what it was fitted to");
    visit("failures_per_year", self.failures_per_year, "expected");
    visit("chance_to_horizon", self.chance_to_horizon, "that it fails before the horizon");
    visit("share_lost", self.share_lost, "mean share of a position that a failure takes for good");
    visit("exposed_usd", self.exposed_usd, "what stands on it, USD");
    visit("loss_usd_per_year", self.loss_usd_per_year, "expected, before cover");
    visit("covered_usd", self.covered_usd, "limits of covers held and bought");
  }
};

/// Everything under one position together.
struct StackTold {
  std::string position;
  std::vector<std::string> nodes;
  Banded survival_year, lost_share_year;
  /// Failures a year at which what fees leave after arbitrage no longer pays for them.
  std::optional<double> break_even_failures_per_year;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("position", self.position, "");
    visit("nodes", self.nodes, "what it stands on");
    visit("survival_year", self.survival_year, "that nothing of it fails within a year");
    visit("lost_share_year", self.lost_share_year, "share of it lost in a year, expected");
    visit("break_even_failures_per_year", self.break_even_failures_per_year,
          "rate of failure at which fees less arbitrage losses pay no longer");
  }
};

/// Two that fail together because of what they share.
struct TogetherTold {
  std::string one, other;
  std::vector<std::string> shared;
  double chance_year = 0, correlation = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("one", self.one, "");
    visit("other", self.other, "");
    visit("shared", self.shared, "nodes under both");
    visit("chance_year", self.chance_year, "that both fail within a year");
    visit("correlation", self.correlation, "of the two failures");
  }
};

/// A cover that was on offer.
struct CoverTold {
  std::string name, protocol;
  double premium_per_year = 0;
  Banded fair_per_year{};
  double bought_usd = 0;
  std::string sentence{};

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "");
    visit("protocol", self.protocol, "whose failure it pays for");
    visit("premium_per_year", self.premium_per_year, "asked, over what is covered");
    visit("fair_per_year", self.fair_per_year, "premium that expected payments would just return");
    visit("bought_usd", self.bought_usd, "limit in the plan");
    visit("sentence", self.sentence, "why");
  }
};

/// What taking liquidity out, its tokens kept, would change beside the plan's other trades.
struct LeaveTold {
  std::string position;
  double mean_usd = 0, cvar_usd = 0, objective_usd = 0;
  /// Where fees are not known: what they must bring for staying to be no worse.
  std::optional<double> fees_needed_usd_per_day;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("position", self.position, "or all of them");
    visit("mean_usd", self.mean_usd, "change of the expected loss to the horizon");
    visit("cvar_usd", self.cvar_usd, "change of the CVaR");
    visit("objective_usd", self.objective_usd, "change of what the plan makes small");
    visit("fees_needed_usd_per_day", self.fees_needed_usd_per_day,
          "where fees are unknown: what makes staying as good");
  }
};

/// The protocol side of a plan; empty where nothing is known to fail.
struct ProtocolSide {
  std::vector<NodeTold> nodes;
  std::vector<StackTold> stacks;
  std::vector<TogetherTold> together;
  std::vector<CoverTold> covers;
  std::vector<LeaveTold> leaving;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("nodes", self.nodes, "what can fail");
    visit("stacks", self.stacks, "what positions stand on");
    visit("together", self.together, "what fails with what");
    visit("covers", self.covers, "covers on offer, and what became of them");
    visit("leaving", self.leaving, "what leaving would change");
  }
};

/// in:   held: the plan; with: the set it was chosen on
/// out:  means and bands from the models themselves; leaving from the set's paths
/// err:  as score_of
Result<ProtocolSide> protocol_side(const Setting& setting, const std::vector<Held>& held,
                                   const risk::Repricing& with, const parallel::Team& team);

}  // namespace levee::hedge

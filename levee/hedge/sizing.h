// levee/hedge/sizing.h — how large a position may be, and which rule says so.
#pragma once
#include "levee/base/result.h"
#include "levee/risk/beta.h"
#include "levee/risk/growth.h"
#include "levee/risk/tail_bound.h"

#include <optional>
#include <string>
#include <vector>

namespace levee::hedge {

/// Limits, as shares of capital unless said otherwise; every one may be changed.
struct SizePolicy {
  double node_warn = 0.02, node_block = 0.03;
  double bare_warn = 0.02, bare_block = 0.03;
  double overlay_cap = 0.10;
  double overlay_cut = 0.25;
  double tail_share = 0.02;
  double growth_fraction = 0.25;
  double slippage = 0.01;
  double beta_budget = 0.10;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("node_warn", self.node_warn, "lost if one shared contract fails, net of cover: warn");
    visit("node_block", self.node_block, "the same: block");
    visit("bare_warn", self.bare_warn, "position without a valid overlay: warn");
    visit("bare_block", self.bare_block, "the same: block");
    visit("overlay_cap", self.overlay_cap, "position with a valid overlay");
    visit("overlay_cut", self.overlay_cut,
          "share of CVaR 95 % that an overlay must take away to be valid");
    visit("tail_share", self.tail_share, "CVaR 95 % of what is left, at its upper end");
    visit("growth_fraction", self.growth_fraction, "of the size that grows capital fastest");
    visit("slippage", self.slippage, "at most, when leaving; share of what is sold");
    visit("beta_budget", self.beta_budget, "position's share times its downside beta");
  }
};

/// err: out_of_range naming the first field that is not in (0, 1], or a warning above its block
Result<Done> check(const SizePolicy& policy);

/// Cover of a node, in the order in which it pays; never more than was lost.
struct NodeCover {
  Usd limit, deductible;
  double paid = 1;  ///< Share of what is owed that is expected to be paid, in [0, 1].
};

/// Whether the share that a failure takes is known; else all counts as lost.
enum class Modelled { yes, no };

/// What would be lost if one contract that positions share failed.
struct NodeExposure {
  std::string node;
  Usd lost;  ///< Of all holdings on it as they are: value times the mean share lost. Before cover.
  Modelled modelled = Modelled::yes;
  std::vector<NodeCover> covers;
};

/// What is left of a loss after cover.
/// in:  loss >= 0
Usd net_of_cover(const NodeExposure& node, Usd lost);

/// The largest loss that cover leaves no more than `net` of.
Usd largest_loss(const NodeExposure& node, Usd net);

/// Whether what is held against the position counts as protection, and why.
struct Overlay {
  bool is_valid = false;
  std::string why;
};

/// Tails of the positions without and with what is held against them, on the same scenarios.
struct OverlayAsk {
  std::size_t lots = 0;  ///< Options and perps held.
  risk::TailBound bare, covered;
};

/// The fewest losses in a tail that it is believed on; below, their number is told.
inline constexpr double fewest_events = 30;

/// Valid where lots are held, the tails stand on enough events, and even the upper end of the
/// covered tail is below the bare one by policy.overlay_cut of it.
Overlay overlay_of(const OverlayAsk& ask, const SizePolicy& policy);

/// What review-position said of the owner, and what of the positions stands already.
struct StewardSeen {
  double score = 0;  ///< 0 to 100.
  bool promoter = false;
  Usd standing;  ///< Value of the positions that are not new.
};

/// What the rules are judged on. What is not known says why.
struct SizeAsk {
  Usd capital, value;  ///< value: of all positions together.
  std::vector<NodeExposure> nodes;
  Overlay overlay;
  risk::TailBound residual;  ///< To the horizon: positions, overlay and cover.
  Result<risk::Growth> growth;
  Result<Usd> exit;                      ///< Largest value that can be left within the slippage.
  Result<risk::Slope> beta_down;         ///< Of the positions.
  std::optional<StewardSeen> steward{};  ///< None: not asked.
};

/// One rule, judged.
struct SizeRule {
  std::string name;
  std::string verdict;                           ///< ok, warn, block or unknown.
  std::optional<double> value, limit, headroom;  ///< Shares of capital.
  std::optional<double> largest_usd;             ///< Null with a limit: it sets none.
  bool binds = false;
  std::string sentence;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "rule");
    visit("verdict", self.verdict, "ok, warn, block or unknown");
    visit("value", self.value, "what it looks at, share of capital");
    visit("limit", self.limit, "largest allowed");
    visit("headroom", self.headroom, "limit less value");
    visit("largest_usd", self.largest_usd, "largest position that keeps it; null: any, or unknown");
    visit("binds", self.binds, "whether it sets the size");
    visit("sentence", self.sentence, "why");
  }
};

/// How large the positions may be together.
struct Sizing {
  std::string verdict;  ///< ok, warn or block, of the size as it is.
  std::string sentence;
  double largest_usd = 0;
  std::string binding;  ///< Name of the rule that sets it.
  std::vector<SizeRule> rules;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("verdict", self.verdict, "ok, warn or block");
    visit("sentence", self.sentence, "the same for a person");
    visit("largest_usd", self.largest_usd,
          "largest size every known rule allows, overlay and "
          "all scaled alike; cover stays as it is");
    visit("binding", self.binding, "rule that sets it");
    visit("rules", self.rules, "all of them");
  }
};

/// Judges every rule; the largest size is the least of what they allow.
///
/// in:   capital and value > 0; policy passes check()
/// out:  a rule that cannot be judged sets no size, and the sentence says how many there are
/// src:  methodology 4.13 as amendment 12 corrects it; 4.10 (new liquidity needs the gate's score)
Sizing size_of(const SizeAsk& ask, const SizePolicy& policy);

}  // namespace levee::hedge

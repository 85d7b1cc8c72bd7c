// levee/hedge/last_plan.h — an earlier plan: where the next one begins, and what has changed since.
#pragma once
#include "levee/hedge/lean.h"
#include "levee/hedge/trade.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace levee::hedge {

/// What is known of an earlier plan. It says where to begin and nothing else: what comes of it is
/// proved as any plan is, whatever it holds.
struct LastPlan {
  std::string at;            ///< Moment of its snapshot.
  std::vector<Leg> trades;   ///< As printed.
  std::vector<Leg> optimum;  ///< Before whole lots and fewer trades.
};

/// What has changed since an earlier plan.
struct SinceTold {
  std::string at;
  std::vector<std::string> changes;  ///< In whole sentences; empty: the same trades.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("at", self.at, "moment of the plan that this one began from");
    visit("changes", self.changes, "trade by trade; none: the same trades");
  }
};

/// Quantities by column, as legs; and the other way round: what is no longer on offer is left out,
/// and legs of one name fill its columns in turn.
std::vector<Leg> legs_of(const Program& program, std::span<const double> x);
std::vector<double> quantities_of(const Program& program, std::span<const Leg> legs);

/// Where the programme begins from an earlier optimum: its quantities, and the multipliers of the
/// tail that its point has on these paths.
///
/// out: nothing known where none of its legs is on offer
Choice begun_from(const Program& program, const Policy& policy, const LastPlan& last);

/// Whole lots of the trades that an earlier plan came to, chosen anew among them alone.
///
/// in:   choice of the whole programme, not infeasible
/// out:  nothing where that costs more than the trades it saves are worth each, by
///       policy.trade_worth_share_min: then few trades have to be found anew
std::optional<Lean> kept_trades(const Program& program, const Policy& policy, const Choice& choice,
                                const LastPlan& last);

/// What is traded now against what was, as plans: what has been done since counts among the book's
/// lots.
SinceTold since(const LastPlan& last, std::span<const Trade> trades);

}  // namespace levee::hedge

// levee/hedge/decide.h — snapshot, book, policy and outlook in; plan out. A pure function.
#pragma once
#include "levee/base/progress.h"
#include "levee/hedge/plan.h"
#include "levee/hedge/policy.h"
#include "levee/parallel/team.h"
#include "levee/signal/outlook.h"

namespace levee::hedge {

/// What a decision is made from. An outlook that nothing is in restricts and asks nothing.
struct Question {
  const market::Snapshot& snapshot;
  const book::Book& book;
  const Policy& policy;
  signal::Outlook outlook{};
  const signal::History* past = nullptr;  ///< What the outlook was read from; none: not known.
  /// Another asset's market of the same moment, whose options and perps hedge the book where its
  /// own asset has none; none: the snapshot's own chain does.
  const market::Snapshot* proxy = nullptr;
  /// An earlier plan to begin from; none: everything is worked out anew.
  const LastPlan* last = nullptr;
};

/// The plan for a book in a snapshot. The one decision function: planning, testing on history and
/// watching live differ only in where the snapshot comes from.
///
/// in:   policy passes check()
/// out:  same bits for the same inputs on any team; an infeasible or empty plan is an answer,
///       with plan.status saying so
/// err:  those of calibration and valuation: missing_data, stale_data, not_supported; of proxy_of
/// cost: paths_choose * instruments option prices, the programme, paths_score * trades prices
/// src:  methodology amendments 1-4, 6, 8, 9; Rockafellar & Uryasev (2000)
Result<Plan> decide(const Question& question, const parallel::Team& team, Progress& progress);

}  // namespace levee::hedge

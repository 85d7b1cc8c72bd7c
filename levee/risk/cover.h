// levee/risk/cover.h — what cover pays when what it is for has failed.
#pragma once
#include "levee/risk/loss.h"

namespace levee::risk {

/// Whether and how far the provider of a cover pays on each path: a claim may be refused, the event
/// may take the provider along, and it may fail by itself.
class Payer {
 public:
  /// in: cover and set outlive it
  Payer(const book::Cover& cover, const Repricing& with);

  /// Share of what is owed that is paid on a path where the protocol failed, in [0, 1].
  ///
  /// out:  a function of seed, path number and the cover's name alone
  double share_paid(std::size_t path) const;

 private:
  const book::Cover& cover_;
  const scenario::ScenarioSet& set_;
  std::uint64_t key_;
  std::vector<std::size_t> provider_;
};

/// What a cover would pay on average over a year for a protocol's failures, and what it costs.
struct FairCover {
  double fair_rate = 0;      ///< Of the limit, a year: where the premium would just be paid back.
  double low = 0, high = 0;  ///< With the rate of failure at its 5 and 95 %.
};

/// in:   exposed: dollars that the failure can take a share of; limit > 0
/// out:  rate of failure times the mean payment over the limit, claims and provider allowed for
/// src:  methodology 4.37: premium is fair at hazard times loss times claim times solvency
FairCover fair_cover(const book::Cover& cover, const hazard::FailureModel& model, Usd exposed);

}  // namespace levee::risk

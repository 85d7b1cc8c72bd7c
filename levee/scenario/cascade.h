// levee/scenario/cascade.h — what an event does to a position, by how late one reacts.
//
// Every path is one world in which our position stays; whoever reacts after a lag leaves that same
// world, so that lags differ by nothing but the lag. What happens to others after we have left
// does not touch what we hold.
#pragma once
#include "levee/parallel/team.h"
#include "levee/scenario/cascade_world.h"

#include <vector>

namespace levee::scenario {

struct CascadeAsk {
  const CascadeEvent& event;
  Stake stake;
  std::vector<std::int64_t> lags;  ///< Blocks from the event to our first try; ascending, unlike.
  std::size_t paths = 1000;
  std::uint64_t seed = 1;
};

/// What one lag cost.
struct LagOutcome {
  std::int64_t lag = 0;
  std::vector<double> loss_usd;  ///< [paths] gas apart; what is stuck at its fair price.
  std::size_t out = 0;           ///< Paths on which nothing was left at the end.
  double wait_blocks = 0;        ///< From the first try until out, mean of these.
};

/// The world at a block, mean over paths.
struct CascadeRow {
  std::int64_t block = 0;
  World::State mean;
  double shut = 0;  ///< Share of paths on which our position could not be left then.
};

struct CascadeOutcome {
  double staked_usd = 0;
  double booked_usd = 0;  ///< Fair value lost by the end of the event's own block, mean.
  double gas_usd = 0;     ///< What leaving pays for gas.
  std::vector<LagOutcome> lags;
  std::vector<CascadeRow> rows;  ///< The first is of before, block -1.
  double blocks_looked_at = 0;   ///< A path, mean.
};

/// Whether an event's parts go together.
/// err: out_of_range naming the first that do not
Result<Done> fit_to_play(const CascadeEvent& event);

/// Plays an event.
///
/// in:   paths in [1, 10^6]
/// out:  the same bits on any team; where neither price nor backing comes back, no path's loss
///       falls with the lag; assets conserved on every block (checked)
/// err:  out_of_range for lags, paths, stake or bid; as fit_to_play
/// cost: some 2 us a look at a constant-product world, 6 at a stableswap one
/// src:  Philox by (seed, block, path): what a lag meets does not depend on other lags
Result<CascadeOutcome> play_cascade(const CascadeAsk& ask, const parallel::Team& team);

}  // namespace levee::scenario

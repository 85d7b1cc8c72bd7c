// levee/scenario/cascade_event.h — an event: what is taken, what prices do, who runs.
#pragma once
#include "levee/base/time.h"
#include "levee/scenario/block_gas.h"
#include "levee/scenario/cascade_pool.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace levee::scenario {

/// A moment of the outside world; in between, prices go straight in logarithms.
struct PathKnot {
  std::int64_t block = 0;
  double share_of_par = 1;  ///< Price of the coin, above 0.
  double gas_gwei = 0;      ///< Quiet base fee from here on; 0: as before.
};

/// What an attacker, or whoever is in a hurry, does at a block.
struct Strike {
  enum class Kind {
    take_backing,    ///< Coins' backing leaves the bridge.
    steal_pool,      ///< A share of a pool leaves it, and no shares are given up.
    pull_liquidity,  ///< A share of the pool's liquidity is withdrawn.
    sell             ///< Coins are sold to the pool.
  };
  std::int64_t block = 0;
  Kind kind = Kind::sell;
  double amount = 0;  ///< Whole tokens, or a share.
  std::string about{};
};

enum class Place { bridge, pool, lender };

/// A place is shut between two blocks.
struct Pause {
  Place place = Place::pool;
  std::int64_t from = 0, to = 0;
};

/// How fast a crowd leaves, a day: rates of leaving of each one of it. Beyond the quiet rate only
/// once the event is noticed.
struct RunTerms {
  double quiet = 0;          ///< Everyday withdrawals.
  double alarm = 0;          ///< Added when the event is noticed.
  double per_loss = 0;       ///< Times the share already lost: the price's distance from par.
  double per_shortfall = 0;  ///< Times what is missing of a quick ratio of 1.
};

/// What stands behind the coin and pays par for it, first come first served.
struct BridgeTerms {
  double backing = 0;    ///< Coins' worth of it, before the event.
  double minted = 0;     ///< Coins in circulation, those in the pool included.
  double day_limit = 0;  ///< Coins paid a day at most; 0: no limit.
  double due_share = 1;  ///< Of the claims, due under stress.
  double users = 5000;
  RunTerms run{};
};

/// A lending venue, or a vault with one asset. Of a dollar venue borrowers have pledged coins.
struct LenderTerms {
  std::string name{};
  Side asset = Side::coin;
  double supplied = 0, lent = 0;
  double day_limit = 0;    ///< Paid out a day at most; 0: no limit.
  double due_share = 0.5;  ///< Of deposits, due under stress.
  double users = 5000;
  RunTerms run{};
  double ltv_low = 0, ltv_high = 0;  ///< Of dollar loans on coins: spread evenly in between.
  double threshold = 0;              ///< Loan over collateral from which they are liquidated.
  double bonus = 0;                  ///< What a liquidator gets beyond its payment.
  double kink = 0.8, slope1 = 0.04, slope2 = 0.75;  ///< Borrowing rate over utilisation.
};

/// A feed that is written to when the price has moved enough, or when it has long been silent.
struct OracleTerms {
  double deviation = 0.005;
  std::int64_t heartbeat = 300;  ///< Blocks.
};

/// Ways out of a pool: coins that come with the dollars are sold to it, or handed in at the bridge.
enum class Way { sell_to_pool, hand_in };

/// Something that is known to have happened.
struct Chronicle {
  UnixSeconds at;
  std::string what, source;
};

struct CascadeEvent {
  std::string name, title, about, source;
  std::string coin = "coin", quote = "USD";
  UnixSeconds began;
  double block_seconds = 12;
  std::int64_t blocks = 0;      ///< How long it is followed.
  std::int64_t step = 150;      ///< Blocks between two looks at the world, at most.
  std::int64_t noticed = 0;     ///< Block at which the public knows.
  std::int64_t own_lag = 0;     ///< Blocks until its victims reacted.
  double par = 1;               ///< Dollars of a coin before.
  double depth_deviation = 0;   ///< Of the logarithm of how deep the path's fall is.
  std::vector<PathKnot> path;   ///< In order of blocks, the first at 0.
  std::vector<Strike> strikes;  ///< In order of blocks.
  std::vector<Pause> pauses;
  PoolTerms pool;
  RunTerms pool_run;
  double pool_users = 2000;
  std::optional<BridgeTerms> bridge;
  std::vector<LenderTerms> lenders;  ///< At most two.
  OracleTerms oracle;
  GasTerms gas;
  Way way = Way::sell_to_pool;
  std::vector<Chronicle> chronicle;
  std::vector<std::string> stylised;  ///< What is not known and was assumed.

  UnixSeconds time_at(std::int64_t block) const {
    return began + Seconds{static_cast<std::int64_t>(static_cast<double>(block) * block_seconds)};
  }
};

}  // namespace levee::scenario

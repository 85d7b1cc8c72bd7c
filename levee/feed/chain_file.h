// levee/feed/chain_file.h — an option chain at one moment, from a file of snapshots.
#pragma once
#include "levee/base/result.h"
#include "levee/market/snapshot.h"

#include <optional>
#include <string>
#include <vector>

namespace levee::feed {

/// Which of a file's snapshots is wanted.
struct ChainAsk {
  std::string base;                 ///< Currency of the rows, "ETH".
  std::optional<UnixSeconds> at{};  ///< The newest not after this; empty: the newest there is.
};

/// The options' side of a snapshot.
struct Chain {
  UnixSeconds at;
  Price spot;                            ///< Median index of the snapshot's rows.
  std::vector<market::Quote> quotes;     ///< By expiry, strike, call before put.
  std::vector<market::Glimpse> earlier;  ///< Ascending; a damaged earlier snapshot has none.
  std::string source;                    ///< The file, and what was left out or filled in.
};

/// Reads the newest snapshot of a chain file. Rows of other currencies and rows later than `at`
/// are passed over unread.
///
/// A snapshot is every instrument's newest quote of the five minutes that end with its newest row:
/// some recorders stamp the chain once, others each quote. Forwards are the median future of an
/// expiry, else put-call parity of its marks; a vol not recorded is worked out from the mark.
///
/// out:  forward, index and mark_vol of every quote set; mark_vol 0 where no vol gives the mark
/// err:  bad_input with file, line, column and unit if any row of the snapshot is wrong;
///       missing_data if no row is of `base`, or none at or before `at`; and as read_text says
Result<Chain> read_chain(const std::string& path, const ChainAsk& ask);

}  // namespace levee::feed

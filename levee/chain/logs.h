// levee/chain/logs.h — all logs of a long range of blocks, in steps that the node grants.
#pragma once
#include "levee/base/progress.h"
#include "levee/base/result.h"
#include "levee/chain/node.h"

#include <cstdint>
#include <string>
#include <vector>

namespace levee::chain {

/// How a range is walked.
struct ScanOptions {
  std::uint64_t first_step = 2'000;      ///< Blocks in the first request; halved when refused.
  std::uint64_t longest_step = 100'000;  ///< Steps grow to this while the node grants them.
  int reorgs_max = 5;                    ///< Reorgs read again before giving up.
  /// A file that remembers what was read, so that an interrupted scan goes on from there; empty for
  /// none. It stays after the scan: a later one with the same question and a higher `to` goes on.
  std::string checkpoint{};
};

/// Logs in the chain's order, and the block that they reach up to.
struct Scanned {
  std::vector<Log> logs;
  Block last;  ///< Block `to`: all logs are of it or its ancestors.
};

/// Reads every log of a range. Steps are held together by hashes: a step's last block must be the
/// same before and after it was read, and its first block's parent must be the step before it.
/// Where that fails the chain was reorganised, and what it touched is read again. What a node
/// leaves out without a word cannot be noticed.
///
/// err:  as Node::logs; refused where the node refuses even one block; stale_data after reorgs_max
///       reorgs; bad_input for a checkpoint of another question; corrupt for a damaged one;
///       unreachable for one that cannot be written
Result<Scanned> scan_logs(Node& node, const LogAsk& ask, const ScanOptions& options,
                          Progress& progress);

}  // namespace levee::chain

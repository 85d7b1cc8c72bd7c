// levee/parallel/ranks.h — the same program many times over, one answer.
//
// A build with LEVEE_MPI joins the processes that mpirun started; any other is alone, and there the
// functions are as written for one rank. Work is cut by number, never by who is quick: what is
// gathered has the same bits on any number of ranks.
#pragma once
#include "levee/base/result.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace levee::parallel {

/// A run of items.
struct Stretch {
  std::size_t first = 0, count = 0;
  friend bool operator==(const Stretch&, const Stretch&) = default;
};

/// A rank's items of [0, count): stretches follow one another by rank, cut at multiples of `block`,
/// as even as blocks allow.
///
/// in: rank < size; block > 0
struct Cut {
  std::size_t count = 0, block = 1, rank = 0, size = 1;
};
Stretch share_of(const Cut& cut);

/// What this process is among those that run the program together; as it stands, alone.
///
/// Every rank makes the same calls in the same order. A failure of the transport ends all of them.
class Ranks {
 public:
  Ranks() = default;

  std::size_t rank() const { return rank_; }
  std::size_t size() const { return size_; }
  /// Whether this rank is the one that prints and writes.
  bool speaks() const { return rank_ == 0; }

  Stretch share(std::size_t count, std::size_t block) const {
    return share_of({count, block, rank_, size_});
  }
  /// Everybody's numbers one after another by rank, on every rank.
  ///
  /// in:   as many as a rank likes, all together below 2^31
  /// cost: all of them in memory on every rank
  std::vector<double> gathered(std::span<const double> mine) const;
  /// Everybody's words likewise.
  std::string gathered(std::string_view mine) const;
  /// Sum of everybody's numbers from the first rank's first to the last's last.
  /// out: the same bits however the numbers are shared out
  double sum(std::span<const double> mine) const;
  /// The failure of the first rank that failed, on every rank: nobody waits for one that gave up.
  /// out: done where all are
  Result<Done> agreed(const Result<Done>& mine) const;

 private:
  friend class Transport;
  Ranks(std::size_t rank, std::size_t size) : rank_(rank), size_(size) {}

  std::size_t rank_ = 0, size_ = 1;
};

/// What connects the ranks for as long as it lives; one object a program, in main().
class Transport {
 public:
  Transport();
  ~Transport();  // NOLINT(performance-trivially-destructible): not where there is something to end
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  const Ranks& ranks() const { return ranks_; }
  /// Ends every rank with a status, for one that cannot go on while others wait for it.
  /// out: the status, where nobody else is: for main() to leave with
  int end_all(int status) const;

 private:
  Ranks ranks_;
};

}  // namespace levee::parallel

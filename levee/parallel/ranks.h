// levee/parallel/ranks.h — the same program many times over, one answer.
//
// A build with LEVEE_MPI joins the processes that mpirun started; any other is alone, and there the
// functions are as written for one rank. Work is cut by number, never by who is quick: what is
// gathered has the same bits on any number of ranks.
#pragma once
#include <cstddef>
#include <span>
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

/// This process among those that run the program together; one object a program.
///
/// Every rank makes the same calls in the same order. A failure of the transport ends all of them.
class Ranks {
 public:
  Ranks();
  ~Ranks();  // NOLINT(performance-trivially-destructible): not where there is a transport
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;

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
  /// Sum of everybody's numbers from the first rank's first to the last's last.
  /// out: the same bits however the numbers are shared out
  double sum(std::span<const double> mine) const;

 private:
  std::size_t rank_ = 0, size_ = 1;
  bool opened_ = false;  // whether this object started the transport, and ends it
};

}  // namespace levee::parallel

// levee/parallel/ranks_mpi.cpp — ranks.h by the Message Passing Interface.
//
// src: MPI: A Message-Passing Interface Standard, version 3.1 (2015), sections 5.7, 8.7 and 12.4
#include "levee/parallel/ranks.h"

#include "levee/base/check.h"

#include <limits>
#include <numeric>

#include <mpi.h>

namespace levee::parallel {
namespace {

constexpr std::size_t most = std::numeric_limits<int>::max();  // that its counts can name

// Everybody's items by rank; All is a vector or a string of Item.
template <class All, class Item>
All gathered_by_rank(std::span<const Item> mine, MPI_Datatype type, std::size_t ranks) {
  LEVEE_EXPECT(mine.size() <= most);
  const auto count = static_cast<int>(mine.size());
  std::vector<int> counts(ranks), begins(ranks);
  MPI_Allgather(&count, 1, MPI_INT, counts.data(), 1, MPI_INT, MPI_COMM_WORLD);
  const auto all = std::accumulate(counts.begin(), counts.end(), std::size_t{0},
                                   [](std::size_t sum, int n) { return sum + std::size_t(n); });
  LEVEE_EXPECT(all <= most);
  std::exclusive_scan(counts.begin(), counts.end(), begins.begin(), 0);
  All gathered(all, Item{});
  MPI_Allgatherv(mine.data(), count, type, gathered.data(), counts.data(), begins.data(), type,
                 MPI_COMM_WORLD);
  return gathered;
}

}  // namespace

std::vector<double> Ranks::gathered(std::span<const double> mine) const {
  if (size_ == 1) return {mine.begin(), mine.end()};
  return gathered_by_rank<std::vector<double>>(mine, MPI_DOUBLE, size_);
}

std::string Ranks::gathered(std::string_view mine) const {
  if (size_ == 1) return std::string(mine);
  return gathered_by_rank<std::string>(std::span(mine.data(), mine.size()), MPI_CHAR, size_);
}

Transport::Transport() {
  // A team's threads never speak: only the one that made this object does.
  int granted = 0;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &granted);
  int rank = 0, size = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  ranks_ = {static_cast<std::size_t>(rank), static_cast<std::size_t>(size)};
}

Transport::~Transport() { MPI_Finalize(); }

int Transport::end_all(int status) const {
  if (ranks_.size() > 1) MPI_Abort(MPI_COMM_WORLD, status);
  return status;
}

}  // namespace levee::parallel

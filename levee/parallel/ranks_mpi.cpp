// levee/parallel/ranks_mpi.cpp — ranks.h by the Message Passing Interface.
//
// src: MPI: A Message-Passing Interface Standard, version 3.1 (2015), sections 5.7 and 8.7
#include "levee/parallel/ranks.h"

#include "levee/base/check.h"

#include <limits>
#include <numeric>

#include <mpi.h>

namespace levee::parallel {

Ranks::Ranks() {
  int running = 0;
  MPI_Initialized(&running);
  if (running == 0) {
    MPI_Init(nullptr, nullptr);
    opened_ = true;
  }
  int rank = 0, size = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  rank_ = static_cast<std::size_t>(rank);
  size_ = static_cast<std::size_t>(size);
}

Ranks::~Ranks() {
  if (opened_) MPI_Finalize();
}

std::vector<double> Ranks::gathered(std::span<const double> mine) const {
  const auto count = static_cast<int>(mine.size());
  std::vector<int> counts(size_), begins(size_);
  MPI_Allgather(&count, 1, MPI_INT, counts.data(), 1, MPI_INT, MPI_COMM_WORLD);
  const auto all = std::accumulate(counts.begin(), counts.end(), std::size_t{0},
                                   [](std::size_t sum, int n) { return sum + std::size_t(n); });
  LEVEE_EXPECT(all <= std::size_t{std::numeric_limits<int>::max()});
  std::exclusive_scan(counts.begin(), counts.end(), begins.begin(), 0);
  std::vector<double> gathered(all);
  MPI_Allgatherv(mine.data(), count, MPI_DOUBLE, gathered.data(), counts.data(), begins.data(),
                 MPI_DOUBLE, MPI_COMM_WORLD);
  return gathered;
}

}  // namespace levee::parallel

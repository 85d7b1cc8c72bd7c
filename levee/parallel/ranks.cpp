// levee/parallel/ranks.cpp — who does what, alone or not.
#include "levee/parallel/ranks.h"

#include "levee/base/check.h"

#include <algorithm>
#include <numeric>

namespace levee::parallel {

Stretch share_of(const Cut& cut) {
  LEVEE_EXPECT(cut.block > 0 && cut.rank < cut.size);
  const std::size_t blocks = cut.count / cut.block + (cut.count % cut.block != 0 ? 1 : 0);
  const std::size_t each = blocks / cut.size, more = blocks % cut.size;
  // The first ranks take one block more.
  const auto begin_of = [&](std::size_t rank) {
    return std::min(cut.count, (rank * each + std::min(rank, more)) * cut.block);
  };
  const std::size_t first = begin_of(cut.rank);
  return {first, begin_of(cut.rank + 1) - first};
}

double Ranks::sum(std::span<const double> mine) const {
  const std::vector<double> all = gathered(mine);
  return std::accumulate(all.begin(), all.end(), 0.0);
}

}  // namespace levee::parallel

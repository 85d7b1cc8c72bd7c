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

Result<Done> Ranks::agreed(const Result<Done>& mine) const {
  constexpr double fine = -1;
  const double own = mine ? fine : static_cast<double>(mine.error().reason);
  const std::vector<double> all = gathered({&own, 1});
  const auto failed = std::ranges::find_if(all, [](double reason) { return reason != fine; });
  if (failed == all.end()) return Done{};
  const bool is_mine = rank_ == static_cast<std::size_t>(failed - all.begin());
  return fail(static_cast<Reason>(static_cast<int>(*failed)),
              gathered(is_mine ? std::string_view(mine.error().message) : std::string_view{}));
}

}  // namespace levee::parallel

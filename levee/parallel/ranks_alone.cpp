// levee/parallel/ranks_alone.cpp — ranks.h without anybody else.
#include "levee/parallel/ranks.h"

namespace levee::parallel {

Ranks::Ranks() = default;
Ranks::~Ranks() = default;

// NOLINTNEXTLINE(readability-convert-member-functions-to-static): its twin is none
std::vector<double> Ranks::gathered(std::span<const double> mine) const {
  return {mine.begin(), mine.end()};
}

}  // namespace levee::parallel

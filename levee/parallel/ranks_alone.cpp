// levee/parallel/ranks_alone.cpp — ranks.h without anybody else.
#include "levee/parallel/ranks.h"

namespace levee::parallel {

// NOLINTBEGIN(readability-convert-member-functions-to-static): their twins are none
std::vector<double> Ranks::gathered(std::span<const double> mine) const {
  return {mine.begin(), mine.end()};
}

std::string Ranks::gathered(std::string_view mine) const { return std::string(mine); }

Transport::Transport() = default;
Transport::~Transport() = default;

int Transport::end_all(int status) const { return status; }
// NOLINTEND(readability-convert-member-functions-to-static)

}  // namespace levee::parallel

// levee/solve/outcome.h — how an optimisation ended; not ending well is an answer too.
#pragma once
#include <string_view>

namespace levee::solve {

enum class Status {
  optimal,     ///< The point is within the stated gap of the best there is, with a certificate.
  infeasible,  ///< No point meets every row; the row that cannot be met is named.
  stalled,     ///< The best point and bound found are given, but the gap was not reached.
};

constexpr std::string_view name_of(Status status) {
  switch (status) {
    case Status::optimal:
      return "optimal";
    case Status::infeasible:
      return "infeasible";
    case Status::stalled:
      return "stalled";
  }
  return "unknown";
}

}  // namespace levee::solve

// levee/vectors/gather.h — which files are to be judged, from what was named.
#pragma once
#include "levee/base/result.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace levee::vectors {

/// Why a file is looked at.
enum class Wanted {
  judged,    ///< It was named, or its name says that it holds cases: not to judge it is a fault.
  if_known,  ///< A JSON document in a folder: it may be something else altogether.
  never,     ///< A file in a folder whose name says that it holds no cases.
};

struct Candidate {
  std::string path;
  Wanted wanted = Wanted::judged;
  std::optional<Error> fault;  ///< A folder that cannot be read or has nothing to judge.
};

/// Files as named, in that order, each once; a folder gives all files in and under it in the order
/// of their paths. A file that is not there stays in the list: to judge it will fail.
std::vector<Candidate> gathered(std::span<const std::string> named);

}  // namespace levee::vectors

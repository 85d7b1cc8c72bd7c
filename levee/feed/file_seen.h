// levee/feed/file_seen.h — which files a flag names, and what was in them.
#pragma once
#include "levee/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace levee::feed {

/// A file that was there when the answer was given.
struct FileSeen {
  std::string path;
  double bytes = 0;
  std::string keccak256;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("path", self.path, "as it was named, or found in a folder that was");
    visit("bytes", self.bytes, "its size");
    visit("keccak256", self.keccak256, "its digest");
  }
};

/// Files that a flag's text names: itself, parts between commas, a part before a colon; of a folder
/// every file in it, by name.
std::vector<std::string> files_named(std::string_view value);

/// err: unreachable if it cannot be read
Result<FileSeen> file_seen(const std::string& path);

}  // namespace levee::feed

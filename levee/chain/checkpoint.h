// levee/chain/checkpoint.h — what a scan has read so far, in a file that survives being cut off.
#pragma once
#include "levee/base/address.h"
#include "levee/base/result.h"
#include "levee/chain/node.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace levee::chain {

/// Blocks whose logs were read whole.
struct Stretch {
  std::uint64_t from = 0;
  Block last;
  std::vector<Log> logs;
};

/// A file of lines: the question, then a line a stretch. Every line begins with the hash of itself
/// and of the line before, so that no line can be changed, lost or moved unnoticed. A last line
/// without its end was being written when the program was killed: it is dropped, nothing else is.
class Checkpoint {
 public:
  /// Reads a file, or begins one where there is none.
  ///
  /// in:   ask that the stretches answer, its `to` apart, and the chain it is put to
  /// err:  bad_input for a file that is not a checkpoint, or one of another question; corrupt for
  ///       a damaged one; unreachable for one that cannot be read or written
  struct Opened;
  static Result<Opened> open(const std::string& path, const LogAsk& ask, std::uint64_t chain);

  /// Adds a stretch; when it returns, the disk has it. err: unreachable
  Result<Done> append(const Stretch& stretch);
  /// Holds these and no others. err: unreachable
  Result<Done> rewrite(std::span<const Stretch> stretches);

 private:
  Checkpoint(std::string path, std::string question);
  Result<std::vector<Stretch>> read(std::string_view text, const LogAsk& ask);
  std::string line_of(std::string_view content);

  std::string path_, question_;
  std::string check_;  // Of the last line.
};

struct Checkpoint::Opened {
  Checkpoint checkpoint;
  std::vector<Stretch> stretches;
};

}  // namespace levee::chain

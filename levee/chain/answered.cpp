#include "levee/chain/answered.h"

#include <fmt/core.h>

namespace levee::chain {

Result<AbiReader> answered(const Returned& returned, std::string_view what) {
  if (returned.reverted) {
    return fail(Reason::refused,
                fmt::format("{} (the contract refuses: {})", what,
                            returned.reason.empty() ? "no reason given" : returned.reason));
  }
  if (returned.output.empty()) {
    return fail(Reason::corrupt,
                fmt::format("{} (the contract gives nothing; is it another contract?)", what));
  }
  return AbiReader(returned.output, what);
}

}  // namespace levee::chain

#include "levee/chain/answered.h"

#include <algorithm>

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

Bytes call_like(std::string_view signature, std::string_view alike,
                const std::vector<Argument>& arguments) {
  Bytes input = call_of(alike, arguments);
  std::ranges::copy(selector_of(signature), input.begin());
  return input;
}

}  // namespace levee::chain

#include "levee/signal/vol_rank.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::signal {
namespace {

using Known = std::optional<Vol> TokenVol::*;

const TokenVol* without(std::span<const TokenVol> tokens, Known vol) {
  const auto found = std::ranges::find_if(tokens, [&](const TokenVol& one) { return !(one.*vol); });
  return found == tokens.end() ? nullptr : &*found;
}

}  // namespace

Result<std::vector<RankedVol>> by_volatility(std::span<const TokenVol> tokens) {
  for (const TokenVol& one : tokens) {
    for (const auto& vol : {one.implied, one.realised}) {
      if (vol && !(vol->value() >= 0 && std::isfinite(vol->value()))) {
        return fail(Reason::bad_input,
                    fmt::format("{}: volatility {} (must be 0 or more)", one.token, vol->value()));
      }
    }
  }
  const bool implied = without(tokens, &TokenVol::implied) == nullptr;
  const Known vol = implied ? &TokenVol::implied : &TokenVol::realised;
  if (const TokenVol* unknown = without(tokens, vol)) {
    return fail(Reason::missing_data,
                fmt::format("{}: its realised volatility (implied is not known of every token, so "
                            "realised has to be) give its prices",
                            unknown->token));
  }
  std::vector<RankedVol> ranked;
  for (const TokenVol& one : tokens) {
    ranked.push_back({one.token, *(one.*vol), implied ? "implied" : "realised"});
  }
  std::ranges::stable_sort(ranked, std::ranges::greater{},
                           [](const RankedVol& one) { return one.vol.value(); });
  return ranked;
}

}  // namespace levee::signal

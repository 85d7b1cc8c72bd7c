#include "levee/hazard/deposits.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include <fmt/core.h>

namespace levee::hazard {

Result<DepositSpread> spread_of(std::span<const double> deposits_usd) {
  if (deposits_usd.empty()) {
    return fail(Reason::missing_data, "no deposits (their spread needs one at least)");
  }
  std::vector<double> ordered(deposits_usd.begin(), deposits_usd.end());
  for (const double one : ordered) {
    if (!(one >= 0) || !std::isfinite(one)) {
      return fail(Reason::out_of_range, fmt::format("deposit {} USD (must be 0 or more)", one));
    }
  }
  std::ranges::sort(ordered, std::greater{});
  const double all = std::reduce(ordered.begin(), ordered.end());
  if (!(all > 0)) return fail(Reason::out_of_range, "deposits of 0 USD (nothing is there)");
  double squares = 0, twenty = 0;
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    squares += std::pow(ordered[i] / all, 2);
    if (i < 20) twenty += ordered[i] / all;
  }
  return DepositSpread{Share{squares}, Share{ordered.front() / all}, Share{std::min(1.0, twenty)}};
}

}  // namespace levee::hazard

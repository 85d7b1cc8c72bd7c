#include "levee/risk/basis.h"

#include "levee/num/estimate.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace levee::risk {

Result<Basis> basis_of(const PairedReturns& returns) {
  constexpr double all_alike = std::numeric_limits<double>::infinity();
  const auto fit = beta_of(returns, {.half_life_days = all_alike, .shrink = 0});
  if (!fit) return fit.error();
  const double beta = fit->measured.value;
  const double asset = num::mean_of(returns.asset).value;
  const double proxy = num::mean_of(returns.market).value;
  double own = 0, other = 0, left = 0;
  for (std::size_t i = 0; i < returns.asset.size(); ++i) {
    const double a = returns.asset[i] - asset, b = returns.market[i] - proxy;
    own += a * a, other += b * b, left += (a - beta * b) * (a - beta * b);
  }
  if (!(own > 0)) {
    return fail(Reason::no_solution,
                "an asset that does not move (nothing of it can be hedged) check its prices");
  }
  const auto count = static_cast<double>(returns.asset.size());
  // Of exactly proportional returns rounding alone would go beyond one.
  const double correlation = std::clamp(beta * std::sqrt(other / own), -1.0, 1.0);
  return Basis{.beta = fit->measured,
               .beta_down = fit->measured_down,
               .correlation = {correlation, (1 - correlation * correlation) / std::sqrt(count - 1)},
               .r_squared = correlation * correlation,
               .proxy_vol = std::sqrt(365 * other / (count - 1)),
               .residual_vol = std::sqrt(365 * left / (count - 2)),
               .days = returns.asset.size()};
}

}  // namespace levee::risk

// levee/risk/tail.cpp — value at risk and expected shortfall of a sample, and their errors.
#include "levee/risk/tail.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <fmt/core.h>

namespace levee::risk {
namespace {

// The k-th smallest, k from 1; reorders.
double ranked(std::vector<double>& losses, double k) {
  const auto place = static_cast<std::ptrdiff_t>(k) - 1;
  std::nth_element(losses.begin(), losses.begin() + place, losses.end());
  return losses[static_cast<std::size_t>(place)];
}

// Half the distance between the order statistics one binomial deviation to either side of the rank:
// an interval of one standard error without an estimate of the density.
double var_error_of(std::vector<double>& losses, double level) {
  const auto paths = static_cast<double>(losses.size());
  const double deviation = std::sqrt(paths * level * (1 - level));
  const double below = std::clamp(std::round(paths * level - deviation), 1.0, paths);
  const double above = std::clamp(std::round(paths * level + deviation), 1.0, paths);
  return (ranked(losses, above) - ranked(losses, below)) / 2;
}

}  // namespace

Result<Tail> tail_of(std::span<const double> losses_usd, double level) {
  if (losses_usd.empty()) return fail(Reason::missing_data, "no losses (a tail needs a path)");
  if (!(0 < level && level < 1)) {
    return fail(Reason::out_of_range, fmt::format("level {} (must lie in (0, 1))", level));
  }
  // A few ulps are shaved off: 0.07 * 100 = 7.000000000000001 is the 7th, not the 8th.
  constexpr double shave = 1 - 4 * std::numeric_limits<double>::epsilon();
  const auto paths = static_cast<double>(losses_usd.size());
  const double rank = std::max(1.0, std::ceil(level * paths * shave));

  std::vector<double> losses(losses_usd.begin(), losses_usd.end());
  const double var = ranked(losses, rank);
  double excess = 0, squares = 0;
  for (const double loss : losses_usd) {
    const double over = std::max(0.0, loss - var);
    excess += over;
    squares += over * over;
  }
  const double mean = excess / paths;
  const double spread = std::max(0.0, squares / paths - mean * mean);
  const double cvar = var + mean / (1 - level);
  LEVEE_ENSURE(std::isfinite(cvar));
  return Tail{.var = Usd{var},
              .cvar = Usd{cvar},
              .var_error = Usd{var_error_of(losses, level)},
              .cvar_error = Usd{std::sqrt(spread / paths) / (1 - level)}};
}

Result<TailReport> report_of(std::span<const double> losses_usd) {
  const auto at95 = tail_of(losses_usd, 0.95);
  if (!at95) return at95.error();
  const auto at99 = tail_of(losses_usd, 0.99);
  const num::Estimate mean = num::mean_of(losses_usd);
  return TailReport{.mean_usd = mean.value,
                    .mean_usd_se = mean.standard_error,
                    .var95_usd = at95->var.value(),
                    .var95_usd_se = at95->var_error.value(),
                    .cvar95_usd = at95->cvar.value(),
                    .cvar95_usd_se = at95->cvar_error.value(),
                    .cvar99_usd = at99->cvar.value(),
                    .cvar99_usd_se = at99->cvar_error.value(),
                    .worst_usd = *std::max_element(losses_usd.begin(), losses_usd.end()),
                    .paths = static_cast<double>(losses_usd.size())};
}

}  // namespace levee::risk

#include "levee/risk/tail_bound.h"

#include "levee/num/normal.h"
#include "levee/risk/tail.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::risk {
namespace {

// Skewness of the excesses over VaR, misses included, over the root of their number.
double skew_of_mean(std::span<const double> losses, double var) {
  const auto count = static_cast<double>(losses.size());
  double mean = 0;
  for (const double loss : losses) mean += std::max(0.0, loss - var) / count;
  double second = 0, third = 0;
  for (const double loss : losses) {
    const double away = std::max(0.0, loss - var) - mean;
    second += away * away / count, third += away * away * away / count;
  }
  return second > 0 ? third / std::pow(second, 1.5) / std::sqrt(count) : 0;
}

// Inverse of Hall's cubic: the studentised mean whose transform is a standard normal `x`.
double untransformed(double x, double skew) {
  if (std::abs(skew) < 1e-6) return x - skew / 6;
  return 3 / skew * (std::cbrt(1 + skew * (x - skew / 6)) - 1);
}

}  // namespace

Result<TailBound> tail_bound(std::span<const double> losses_usd, const BoundAsk& ask) {
  if (!(0.5 <= ask.confidence && ask.confidence < 1)) {
    return fail(Reason::out_of_range,
                fmt::format("confidence {} (must lie in [0.5, 1))", ask.confidence));
  }
  const auto tail = tail_of(losses_usd, ask.level);
  if (!tail) return tail.error();
  const double skew = skew_of_mean(losses_usd, tail->var.value());
  const double ends = -untransformed(-num::normal_quantile(ask.confidence), skew);
  return TailBound{.cvar = tail->cvar,
                   .error = tail->cvar_error,
                   .upper = tail->cvar + Usd{std::max(0.0, ends) * tail->cvar_error.value()},
                   .events = (1 - ask.level) * static_cast<double>(losses_usd.size())};
}

}  // namespace levee::risk

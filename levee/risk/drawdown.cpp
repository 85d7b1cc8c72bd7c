// levee/risk/drawdown.cpp — falls from the highest so far, on one path and on many.
#include "levee/risk/drawdown.h"

#include "levee/risk/tail.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::risk {
namespace {

Result<Done> checked(std::span<const double> values) {
  if (values.empty()) return fail(Reason::missing_data, "no values (a drawdown needs a path)");
  for (const double value : values) {
    if (!std::isfinite(value)) {
      return fail(Reason::bad_input, fmt::format("a value of {} (must be finite)", value));
    }
  }
  return Done{};
}

}  // namespace

Result<Drawdown> worst_drawdown(std::span<const double> values_usd) {
  if (const auto fine = checked(values_usd); !fine) return fine.error();
  Drawdown worst{.fall = Usd{0}, .share = std::nullopt, .recovered = std::nullopt};
  std::size_t peak = 0;
  for (std::size_t date = 0; date < values_usd.size(); ++date) {
    if (values_usd[date] > values_usd[peak]) peak = date;
    const Usd fall{values_usd[peak] - values_usd[date]};
    if (fall > worst.fall) worst.fall = fall, worst.peak = peak, worst.trough = date;
  }
  const double highest = values_usd[worst.peak];
  if (highest > 0) worst.share = Share{worst.fall.value() / highest};
  for (std::size_t date = worst.trough; date < values_usd.size() && !worst.recovered; ++date) {
    if (values_usd[date] >= highest) worst.recovered = date;
  }
  return worst;
}

std::vector<double> drawdowns_along(std::span<const double> values_usd) {
  std::vector<double> falls;
  falls.reserve(values_usd.size());
  double highest = values_usd.empty() ? 0 : values_usd.front();
  for (const double value : values_usd) {
    highest = std::max(highest, value);
    falls.push_back(highest - value);
  }
  return falls;
}

Result<DrawdownTail> drawdown_tail(std::span<const double> values_usd, double level) {
  if (const auto fine = checked(values_usd); !fine) return fine.error();
  const auto tail = tail_of(drawdowns_along(values_usd), level);
  if (!tail) return tail.error();
  // Not the errors of tail_of: neighbouring drawdowns are anything but independent.
  return DrawdownTail{.at_risk = tail->var, .conditional = tail->cvar};
}

std::vector<double> worst_falls(const num::Matrix<Usd>& values, const parallel::Team& team) {
  LEVEE_EXPECT(values.rows() > 0);
  const auto first = values.row(0);
  std::vector<double> highest(first.begin(), first.end()), worst(first.size());
  team.for_blocks(first.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t date = 1; date < values.rows(); ++date) {
      const auto row = values.row(date);
      for (std::size_t path = begin; path < end; ++path) {
        highest[path] = std::max(highest[path], row[path]);
        worst[path] = std::max(worst[path], highest[path] - row[path]);
      }
    }
  });
  return worst;
}

}  // namespace levee::risk

#include "levee/risk/tranche.h"

#include "levee/base/check.h"
#include "levee/num/estimate.h"

#include <cmath>
#include <vector>

#include <fmt/core.h>

namespace levee::risk {
namespace {

constexpr double days_a_year = 365;

Result<Done> checked(const Tranche& tranche) {
  const double units = tranche.units, nav = tranche.nav.value();
  if (units > 0 && nav > 0 && std::isfinite(units) && std::isfinite(nav)) return Done{};
  return fail(Reason::out_of_range,
              fmt::format("a tranche of {} units worth {} USD (both must be above 0)", units, nav));
}

}  // namespace

Result<Tranche> issued(const Tranche& tranche, Usd paid) {
  if (const auto fine = checked(tranche); !fine) return fine.error();
  if (!(paid.value() > 0) || !std::isfinite(paid.value())) {
    return fail(Reason::out_of_range,
                fmt::format("{} USD paid in (must be above 0)", paid.value()));
  }
  return Tranche{tranche.units + paid.value() / tranche.per_unit().value(), tranche.nav + paid};
}

Result<Redemption> redeemed(const Tranche& tranche, double units) {
  if (const auto fine = checked(tranche); !fine) return fine.error();
  if (!(units > 0 && units < tranche.units)) {
    return fail(Reason::out_of_range,
                fmt::format("{} units of {} given back (must be above 0 and leave some)", units,
                            tranche.units));
  }
  const Usd paid{units * tranche.per_unit().value()};
  return Redemption{{tranche.units - units, tranche.nav - paid}, paid};
}

double expense_ratio(const Expenses& expenses, Usd mean_nav) {
  LEVEE_EXPECT(expenses.days > 0 && mean_nav.value() > 0);
  const Usd all = expenses.gas + expenses.hedge + expenses.borrowing + expenses.leakage;
  return all.value() * days_a_year / expenses.days / mean_nav.value();
}

Result<Tracking> tracking_of(std::span<const double> unit, std::span<const double> benchmark) {
  if (unit.size() != benchmark.size()) {
    return fail(Reason::bad_input, fmt::format("{} returns beside {} of the benchmark", unit.size(),
                                               benchmark.size()));
  }
  if (unit.size() < 2) {
    return fail(Reason::missing_data, fmt::format("{} returns (two are needed)", unit.size()));
  }
  std::vector<double> apart(unit.size());
  for (std::size_t i = 0; i < apart.size(); ++i) {
    apart[i] = unit[i] - benchmark[i];
    if (!std::isfinite(apart[i])) {
      return fail(Reason::bad_input, fmt::format("return {} is not finite", i));
    }
  }
  const num::Estimate mean = num::mean_of(apart);
  const double a_day = mean.standard_error * std::sqrt(static_cast<double>(apart.size()));
  Tracking told{.ahead = mean.value * days_a_year, .error = a_day * std::sqrt(days_a_year)};
  if (told.error > 1e-12) told.information = told.ahead / told.error;
  return told;
}

}  // namespace levee::risk

#include "levee/lend/interest.h"

namespace levee::lend {
namespace {

constexpr std::uint64_t year = 365ULL * 24 * 60 * 60;

Checked overall_rate(const RateAsk& ask, const Checked& variable_rate) {
  const Checked debt = Checked{ask.stable_debt} + ask.variable_debt;
  if (debt.bits().is_zero()) return debt;
  const Checked variable = ray_mul(wad_to_ray(ask.variable_debt), variable_rate);
  const Checked stable = ray_mul(wad_to_ray(ask.stable_debt), ask.average_stable_rate);
  return ray_div(variable + stable, wad_to_ray(debt));
}

}  // namespace

std::optional<Rates> rates_of(const RateCurve& curve, const RateAsk& ask) {
  const Checked debt = Checked{ask.stable_debt} + ask.variable_debt;
  Checked stable_share, borrowed, supplied;
  // Without debt the contract does not look at the liquidity: taking too much passes here.
  if (!debt.bits().is_zero()) {
    const Checked both = Checked{ask.available} + ask.added - ask.taken + debt;
    stable_share = ray_div(ask.stable_debt, debt);
    borrowed = ray_div(debt, both);
    supplied = ray_div(debt, both + ask.unbacked);
  }
  Checked variable = curve.base;
  Checked stable = Checked{curve.slope1} + curve.stable_offset;
  if (borrowed.bits() > curve.optimal_usage) {
    const Checked excess =
        ray_div(borrowed - curve.optimal_usage, Checked{ray} - curve.optimal_usage);
    stable += curve.stable_slope1 + ray_mul(curve.stable_slope2, excess);
    variable += curve.slope1 + ray_mul(curve.slope2, excess);
  } else {
    stable += ray_div(ray_mul(curve.stable_slope1, borrowed), curve.optimal_usage);
    variable += ray_div(ray_mul(curve.slope1, borrowed), curve.optimal_usage);
  }
  if (stable_share.bits() > curve.optimal_stable_share) {
    const Checked excess = ray_div(stable_share - curve.optimal_stable_share,
                                   Checked{ray} - curve.optimal_stable_share);
    stable += ray_mul(curve.stable_excess_offset, excess);
  }
  const Checked liquidity = percent_mul(ray_mul(overall_rate(ask, variable), supplied),
                                        Checked{whole_percentage} - ask.reserve_factor);
  if (!debt.sound() || !liquidity.sound() || !stable.sound()) return std::nullopt;
  return Rates{liquidity.value(), stable.value(), variable.value()};
}

Checked linear_interest(const U256& rate, std::uint64_t seconds) {
  return Checked{rate} * seconds / year + ray;
}

Checked compounded_interest(const U256& rate, std::uint64_t seconds) {
  if (seconds == 0) return ray;
  const Checked once = seconds;
  const Checked pairs = once * (seconds - 1);
  const Checked triples = pairs * (seconds > 2 ? seconds - 2 : 0);
  const Checked square = ray_mul(rate, rate) / U256{u128{year} * year};
  const Checked cube = ray_mul(square, rate) / year;
  return Checked{ray} + Checked{rate} * seconds / year + pairs * square / 2 + triples * cube / 6;
}

}  // namespace levee::lend

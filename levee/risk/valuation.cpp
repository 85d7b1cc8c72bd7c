#include "levee/risk/valuation.h"

#include <algorithm>

namespace levee::risk {

std::optional<Usd> gordon_value(Usd next, double required, double growth) {
  if (!(growth < required)) return std::nullopt;
  return Usd{next.value() / (required - growth)};
}

std::optional<Usd> fading_value(Usd now, double required, const FadingGrowth& growth) {
  LEVEE_EXPECT(growth.half_life_years >= 0);
  const double extra = growth.half_life_years * (growth.first - growth.last);
  return gordon_value(Usd{now.value() * (1 + growth.last + extra)}, required, growth.last);
}

PriceToCash price_to_cash(Usd value, const CashFlow& flow) {
  LEVEE_EXPECT(flow.days > 0);
  const auto over = [&](Usd cash) -> std::optional<double> {
    if (!(cash.value() > 0)) return std::nullopt;
    return value.value() / (cash.value() * 365 / flow.days);
  };
  const Usd gross = flow.fees - flow.gas, hedged = gross - flow.hedge;
  return {over(gross), over(hedged), over(hedged - flow.lvr)};
}

double value_per_dollar(const Perpetuity& asset) {
  const double hazard = asset.hazard.value();
  LEVEE_EXPECT(asset.required + hazard > 0);
  return (asset.yield + hazard * (1 - asset.lost.value())) / (asset.required + hazard);
}

Intensity break_even_hazard(double net_carry, Share lost) {
  LEVEE_EXPECT(lost.value() > 0);
  return Intensity{std::max(net_carry, 0.0) / lost.value()};
}

}  // namespace levee::risk

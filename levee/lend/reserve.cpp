#include "levee/lend/reserve.h"

namespace levee::lend {

U256 unit_of(const Reserve& reserve) {
  U256 unit{1};
  for (unsigned place = 0; place < reserve.terms.decimals; ++place) unit = unit * 10;
  return unit;
}

Checked income_at(const Reserve& reserve, std::uint64_t now) {
  if (reserve.updated == now) return reserve.liquidity_index;
  const Checked grown = linear_interest(reserve.rates.liquidity, now - reserve.updated);
  return ray_mul(grown, reserve.liquidity_index);
}

Checked debt_at(const Reserve& reserve, std::uint64_t now) {
  if (reserve.updated == now) return reserve.borrow_index;
  const Checked grown = compounded_interest(reserve.rates.variable, now - reserve.updated);
  return ray_mul(grown, reserve.borrow_index);
}

void accrue(Call& call, Reserve& reserve, std::uint64_t now) {
  if (reserve.updated == now) return;
  const U256 index_before = reserve.borrow_index;
  // A curve's base rate is no debt: the index stands still while nobody owes.
  const bool owed = !reserve.borrowed.is_zero();
  if (!reserve.rates.liquidity.is_zero()) {
    reserve.liquidity_index = call.narrow(income_at(reserve, now));
  }
  if (owed) reserve.borrow_index = call.narrow(debt_at(reserve, now));
  reserve.updated = now;
  const std::uint32_t factor = reserve.terms.reserve_factor;
  if (factor == 0) return;
  const Checked interest =
      ray_mul(reserve.borrowed, reserve.borrow_index) - ray_mul(reserve.borrowed, index_before);
  const U256 share = call.sure(percent_mul(interest, factor));
  if (share.is_zero()) return;
  const U256 scaled = call.narrow(ray_div(share, reserve.liquidity_index));
  reserve.accrued_to_treasury = call.kept(Checked{reserve.accrued_to_treasury} + scaled);
}

void reprice(Call& call, Reserve& reserve, const Tokens& tokens) {
  const U256 debt = call.sure(ray_mul(reserve.borrowed, reserve.borrow_index));
  const auto rates =
      rates_of(reserve.terms.curve, {.available = reserve.available,
                                     .added = tokens.added,
                                     .taken = tokens.taken,
                                     .variable_debt = debt,
                                     .reserve_factor = reserve.terms.reserve_factor});
  call.require(rates.has_value(), "");
  if (!rates) return;
  reserve.rates = {call.narrow(rates->liquidity), call.narrow(rates->stable),
                   call.narrow(rates->variable)};
}

void spread(Call& call, Reserve& reserve, const U256& premium) {
  const Checked all = ray_mul(reserve.supplied, reserve.liquidity_index) +
                      ray_mul(reserve.accrued_to_treasury, reserve.liquidity_index);
  const Checked grown = ray_div(wad_to_ray(premium), wad_to_ray(all)) + ray;
  reserve.liquidity_index = call.narrow(ray_mul(grown, reserve.liquidity_index));
}

}  // namespace levee::lend

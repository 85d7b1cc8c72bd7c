#include "levee/amm/scaled_pool.h"

namespace levee::amm {

Fixed18 less_fee(const UnevenPart& part) {
  if (part.ratio.raw() <= part.ideal.raw()) return part.amount;
  const Fixed18 free = mul_down(part.balance, part.ideal - Fixed18::one());
  const Fixed18 taxed = part.amount - free;
  return free + mul_down(taxed, Fixed18::one() - part.swap_fee);
}

Fixed18 with_fee(const UnevenPart& part) {
  if (part.ratio.raw() >= part.ideal.raw()) return part.amount;
  const Fixed18 free = mul_down(part.balance, complement(part.ideal));
  const Fixed18 taxed = part.amount - free;
  return free + ratio_up(taxed, Fixed18::one() - part.swap_fee);
}

Fixed18 single_with_fee(const SingleToken& part) {
  const Fixed18 taxed = mul_up(part.amount, complement(part.weight));
  return part.amount - taxed + ratio_up(taxed, Fixed18::one() - part.swap_fee);
}

Fixed18 single_less_fee(const SingleToken& part) {
  const Fixed18 taxed = mul_up(part.amount, complement(part.weight));
  return part.amount - taxed + mul_down(taxed, Fixed18::one() - part.swap_fee);
}

}  // namespace levee::amm

#include "levee/option/straddle.h"

#include "levee/base/check.h"

namespace levee::option {

double straddles_sold(Gamma gamma, const BlackInputs& in) {
  LEVEE_EXPECT(in.expiry.value() > 0 && in.vol.value() > 0);
  // Put and call of one strike have one gamma.
  const double one = 2 * black_greeks(Type::call, in.forward, in).gamma.value();
  return 0 - gamma.value() / one;
}

}  // namespace levee::option

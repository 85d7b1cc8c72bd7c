// tests/support/big_numbers.h — levee's 256-bit integers as Boost's, and back.
#pragma once
#include "levee/base/i256.h"
#include "levee/base/u256.h"

#include <cstdint>

#include <boost/multiprecision/cpp_int.hpp>

namespace levee::test {

template <class Big>
Big big_of(const U256& n) {
  Big big = 0;
  for (unsigned i = 4; i-- > 0;) big = (big << 64) + n.limbs()[i];
  return big;
}

template <class Big>
Big big_of(const I256& n) {
  const Big magnitude = big_of<Big>(n.magnitude());
  return n.is_negative() ? Big(-magnitude) : magnitude;
}

/// in: 0 <= big < 2^256
template <class Big>
U256 u256_of(const Big& big) {
  std::array<std::uint64_t, 4> limbs{};
  Big rest = big;
  for (std::uint64_t& limb : limbs) {
    limb = static_cast<std::uint64_t>(Big(rest & Big(~std::uint64_t{0})));
    rest >>= 64;
  }
  LEVEE_EXPECT(rest == 0);
  return U256::of_limbs(limbs);
}

/// in: -2^255 <= big < 2^255
template <class Big>
I256 i256_of(const Big& big) {
  return big < 0 ? I256::negative(u256_of(Big(-big))) : I256::positive(u256_of(big));
}

/// in: 0 <= big < 2^128
template <class Big>
u128 u128_of(const Big& big) {
  const U256 n = u256_of(big);
  LEVEE_EXPECT(n.fits(128));
  return n.low128();
}

}  // namespace levee::test

// levee/amm/fixed_18.h — numbers with 18 decimals that remember Balancer's first error.
//
// A formula of the contracts reverts at the first fault. Written with Fixed18 it reads as a
// formula: the first fault on the way to a number sticks to it, and what is computed after is
// without meaning. Ask sound() before comparing, so that of two faults the earlier one is told.
// src: Balancer v2 (2021), FixedPoint, Math and BalancerErrors of solidity-utils
#pragma once
#include "levee/base/result.h"
#include "levee/base/u256.h"

#include <cstdint>

namespace levee::amm {

/// Balancer's numbered errors, as far as a call on one pool can reach them.
enum class Bal : std::int16_t {
  none = -1,
  add_overflow = 0,
  sub_overflow = 1,
  mul_overflow = 3,
  zero_division = 4,
  div_internal = 5,
  x_out_of_bounds = 6,
  y_out_of_bounds = 7,
  product_out_of_bounds = 8,
  invalid_exponent = 9,
  out_of_bounds = 100,
  min_tokens = 200,
  max_tokens = 201,
  max_swap_fee = 202,
  min_swap_fee = 203,
  minimum_shares = 204,
  uninitialised = 206,
  shares_in_max = 207,
  shares_out_min = 208,
  min_amplification = 300,
  max_amplification = 301,
  min_weight = 302,
  max_stable_tokens = 303,
  max_in_ratio = 304,
  max_out_ratio = 305,
  min_shares_in = 306,
  max_shares_out = 307,
  weights_not_one = 308,
  unknown_join = 310,
  zero_invariant = 311,
  ramp_too_short = 317,
  ramp_under_way = 318,
  ramp_too_fast = 319,
  no_ramp = 320,
  invariant_no_convergence = 321,
  no_convergence = 322,
  insufficient_balance = 406,
  transfer_exceeds_balance = 416,
  burn_exceeds_balance = 417,
  exit_below_min = 505,
  join_above_max = 506,
  swap_limit = 507,
  same_token = 509,
  no_amount = 510,
  total_overflow = 526,
  protocol_fee_too_high = 600,
};

/// Reason::refused with the contract's text, as BAL#406.
Error refused(Bal code);

/// A number in units of 10^-18 and the first error on the way to it. The operators are the
/// contract's integer arithmetic on those units; what is named is fixed-point arithmetic.
class Fixed18 {
 public:
  constexpr Fixed18() = default;
  constexpr Fixed18(const U256& raw) : raw_(raw) {}  // NOLINT: a number without fault
  static constexpr Fixed18 faulty(Bal fault) {
    Fixed18 made;
    made.fault_ = fault;
    return made;
  }
  static constexpr Fixed18 one() { return U256{1'000'000'000'000'000'000}; }

  constexpr bool sound() const { return fault_ == Bal::none; }
  constexpr Bal fault() const { return fault_; }
  /// in: sound
  constexpr const U256& raw() const {
    LEVEE_EXPECT(sound());
    return raw_;
  }

  friend Fixed18 operator+(const Fixed18& a, const Fixed18& b);
  friend Fixed18 operator-(const Fixed18& a, const Fixed18& b);
  friend Fixed18 operator*(const Fixed18& a, const Fixed18& b);
  /// Rounded down, as int_div_up is up.
  friend Fixed18 operator/(const Fixed18& a, const Fixed18& b);
  friend Fixed18 int_div_up(const Fixed18& a, const Fixed18& b);

  friend Fixed18 mul_down(const Fixed18& a, const Fixed18& b);
  friend Fixed18 mul_up(const Fixed18& a, const Fixed18& b);
  friend Fixed18 ratio_down(const Fixed18& a, const Fixed18& b);
  friend Fixed18 ratio_up(const Fixed18& a, const Fixed18& b);
  /// x^y less (more) its error bound, 10^-14 of it and one unit; never below 0.
  friend Fixed18 pow_down(const Fixed18& x, const Fixed18& y);
  friend Fixed18 pow_up(const Fixed18& x, const Fixed18& y);
  /// 1 - x, 0 where x is above 1.
  friend Fixed18 complement(const Fixed18& x);

 private:
  static Fixed18 result(const Fixed18& a, const Fixed18& b, const Fixed18& now);

  U256 raw_;
  Bal fault_ = Bal::none;
};

Fixed18 int_div_up(const Fixed18& a, const Fixed18& b);
Fixed18 mul_down(const Fixed18& a, const Fixed18& b);
Fixed18 mul_up(const Fixed18& a, const Fixed18& b);
Fixed18 ratio_down(const Fixed18& a, const Fixed18& b);
Fixed18 ratio_up(const Fixed18& a, const Fixed18& b);
Fixed18 pow_down(const Fixed18& x, const Fixed18& y);
Fixed18 pow_up(const Fixed18& x, const Fixed18& y);
Fixed18 complement(const Fixed18& x);

}  // namespace levee::amm

// tests/fuzz/naive_math.h — the pool's formulas on integers of 1024 bits, as plainly as they go.
//
// The second opinion about levee/amm: nothing here is shared with it, nothing here is fast.
// src: Uniswap v3 whitepaper (2021) 6; v3-core 1.0.1 for roundings and refusals
#pragma once
#include <string>

#include <boost/multiprecision/cpp_int.hpp>

namespace levee::naive {

/// An integer too wide to overflow: doing so throws.
using Int = boost::multiprecision::checked_int1024_t;

/// A call that reverts, with the contract's text.
struct Revert {
  std::string text;
};
void require(bool holds, const char* text = "");

Int power_of_two(unsigned exponent);
/// n modulo 2^bits, in [0, 2^bits).
Int wrapped(const Int& n, unsigned bits);
/// n modulo 2^bits, in [-2^(bits - 1), 2^(bits - 1)).
Int wrapped_signed(const Int& n, unsigned bits);
/// n, if 0 <= n < 2^bits; reverts otherwise.
Int fitting(const Int& n, unsigned bits);
/// n, if -2^(bits - 1) <= n < 2^(bits - 1); reverts otherwise.
Int fitting_signed(const Int& n, unsigned bits);

enum class Rounding { down, up };
/// a * b / by; reverts where by is 0 or the result takes more than 256 bits.
Int mul_div(const Int& a, const Int& b, const Int& by, Rounding rounding);

constexpr int tick_limit = 887272;
const Int& price_floor();       ///< The price at -tick_limit.
const Int& price_ceiling();     ///< The price at tick_limit.
Int price_at(int tick);         ///< Reverts "T" beyond the limits.
int tick_at(const Int& price);  ///< Reverts "R" outside [floor, ceiling).

/// liquidity + change; reverts "LS" or "LA".
Int changed_liquidity(const Int& liquidity, const Int& change);

/// A price to start from and one to reach, in either order.
struct Stretch {
  Int from, to;
};
Int amount0_of(const Stretch& stretch, const Int& liquidity, Rounding rounding);
Int amount1_of(const Stretch& stretch, const Int& liquidity, Rounding rounding);
/// Signed amounts of a signed change: up where it is paid in, down where it is paid out.
Int amount0_of_change(const Stretch& stretch, const Int& change);
Int amount1_of_change(const Stretch& stretch, const Int& change);

enum class Sells { token0, token1 };

/// The price after an amount of the sold token came in, or of the bought token left.
struct Push {
  Int price, liquidity, amount;
};
Int price_after_input(const Push& push, Sells sells);
Int price_after_output(const Push& push, Sells sells);

struct StepAsk {
  Stretch stretch;
  Int liquidity, remaining;
  int fee = 0;
};
struct Step {
  Int price, in, out, fee;
};
Step step_of(const StepAsk& ask);

}  // namespace levee::naive

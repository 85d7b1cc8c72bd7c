#include "tests/fuzz/naive_math.h"

#include <array>
#include <unordered_map>
#include <utility>

namespace levee::naive {
namespace {

// 2^128 / 1.0001^(2^i / 2), to the nearest: the root by integer square root, the rest by squaring.
std::array<Int, 20> tick_factors() {
  constexpr unsigned digits = 400;
  const Int one = power_of_two(digits);
  Int power = sqrt(Int(10000 * one * one / 10001));
  std::array<Int, 20> factors;
  for (Int& factor : factors) {
    factor = (power * power_of_two(129) + one) / (2 * one);
    power = power * power / one;
  }
  return factors;
}

Int price_by_product(int tick) {
  static const std::array<Int, 20> factors = tick_factors();
  const unsigned distance = static_cast<unsigned>(tick < 0 ? -tick : tick);
  Int ratio = power_of_two(128);
  for (unsigned i = 0; i < factors.size(); ++i) {
    if ((distance >> i & 1) != 0) ratio = (ratio * factors[i]) >> 128;
  }
  if (tick > 0) ratio = (power_of_two(256) - 1) / ratio;
  const Int unit = power_of_two(32);
  return (ratio + unit - 1) / unit;
}

Int rounded_up(const Int& n, const Int& by) { return (n + by - 1) / by; }

Int price_after_token0_in(const Push& push) {
  const auto& [price, liquidity, amount] = push;
  if (amount == 0) return price;
  const Int scaled = liquidity * power_of_two(96);
  const Int product = amount * price;
  const bool fits = product < power_of_two(256) && scaled + product < power_of_two(256);
  if (fits) return wrapped(mul_div(scaled, price, scaled + product, Rounding::up), 160);
  return wrapped(rounded_up(scaled, fitting(scaled / price + amount, 256)), 160);
}

Int price_after_token0_out(const Push& push) {
  const auto& [price, liquidity, amount] = push;
  if (amount == 0) return price;
  const Int scaled = liquidity * power_of_two(96);
  const Int product = amount * price;
  require(product < power_of_two(256) && scaled > product);
  return fitting(mul_div(scaled, price, scaled - product, Rounding::up), 160);
}

Int price_after_token1_in(const Push& push) {
  const auto& [price, liquidity, amount] = push;
  return fitting(price + mul_div(amount, power_of_two(96), liquidity, Rounding::down), 160);
}

Int price_after_token1_out(const Push& push) {
  const auto& [price, liquidity, amount] = push;
  const Int fall = mul_div(amount, power_of_two(96), liquidity, Rounding::up);
  require(price > fall);
  return price - fall;
}

Int paid_in(const Stretch& stretch, const Int& liquidity, Sells sells) {
  return sells == Sells::token0 ? amount0_of(stretch, liquidity, Rounding::up)
                                : amount1_of(stretch, liquidity, Rounding::up);
}

Int paid_out(const Stretch& stretch, const Int& liquidity, Sells sells) {
  return sells == Sells::token0 ? amount1_of(stretch, liquidity, Rounding::down)
                                : amount0_of(stretch, liquidity, Rounding::down);
}

}  // namespace

void require(bool holds, const char* text) {
  if (!holds) throw Revert{text};
}

Int power_of_two(unsigned exponent) { return Int(1) << exponent; }

Int wrapped(const Int& n, unsigned bits) {
  const Int size = power_of_two(bits);
  const Int rest = n % size;
  return rest < 0 ? rest + size : rest;
}

Int wrapped_signed(const Int& n, unsigned bits) {
  const Int rest = wrapped(n, bits);
  return rest < power_of_two(bits - 1) ? rest : rest - power_of_two(bits);
}

Int fitting(const Int& n, unsigned bits) {
  require(n >= 0 && n < power_of_two(bits));
  return n;
}

Int fitting_signed(const Int& n, unsigned bits) {
  require(n >= -power_of_two(bits - 1) && n < power_of_two(bits - 1));
  return n;
}

Int mul_div(const Int& a, const Int& b, const Int& by, Rounding rounding) {
  require(by > 0);
  const Int product = a * b;
  return fitting(rounding == Rounding::up ? rounded_up(product, by) : Int(product / by), 256);
}

const Int& price_floor() {
  static const Int price = price_by_product(-tick_limit);
  return price;
}

const Int& price_ceiling() {
  static const Int price = price_by_product(tick_limit);
  return price;
}

Int price_at(int tick) {
  require(tick >= -tick_limit && tick <= tick_limit, "T");
  static std::unordered_map<int, Int> known;
  if (known.size() > 200'000) known.clear();
  const auto found = known.find(tick);
  if (found != known.end()) return found->second;
  return known[tick] = price_by_product(tick);
}

int tick_at(const Int& price) {
  require(price >= price_floor() && price < price_ceiling(), "R");
  int low = -tick_limit, high = tick_limit;
  while (high - low > 1) {
    const int middle = low + (high - low) / 2;
    (price_by_product(middle) <= price ? low : high) = middle;
  }
  return low;
}

Int changed_liquidity(const Int& liquidity, const Int& change) {
  require(liquidity + change >= 0, "LS");
  require(liquidity + change < power_of_two(128), "LA");
  return liquidity + change;
}

Int amount0_of(const Stretch& stretch, const Int& liquidity, Rounding rounding) {
  const Int low = std::min(stretch.from, stretch.to), high = std::max(stretch.from, stretch.to);
  require(low > 0);
  const Int over_high = mul_div(liquidity * power_of_two(96), high - low, high, rounding);
  return rounding == Rounding::up ? rounded_up(over_high, low) : Int(over_high / low);
}

Int amount1_of(const Stretch& stretch, const Int& liquidity, Rounding rounding) {
  const Int width = abs(Int(stretch.to - stretch.from));
  return mul_div(liquidity, width, power_of_two(96), rounding);
}

Int amount0_of_change(const Stretch& stretch, const Int& change) {
  const Int amount = change < 0 ? -amount0_of(stretch, -change, Rounding::down)
                                : amount0_of(stretch, change, Rounding::up);
  return fitting_signed(amount, 256);
}

Int amount1_of_change(const Stretch& stretch, const Int& change) {
  const Int amount = change < 0 ? -amount1_of(stretch, -change, Rounding::down)
                                : amount1_of(stretch, change, Rounding::up);
  return fitting_signed(amount, 256);
}

Int price_after_input(const Push& push, Sells sells) {
  require(push.price > 0 && push.liquidity > 0);
  return sells == Sells::token0 ? price_after_token0_in(push) : price_after_token1_in(push);
}

Int price_after_output(const Push& push, Sells sells) {
  require(push.price > 0 && push.liquidity > 0);
  return sells == Sells::token0 ? price_after_token1_out(push) : price_after_token0_out(push);
}

Step step_of(const StepAsk& ask) {
  const Int million = 1'000'000;
  const Sells sells = ask.stretch.from >= ask.stretch.to ? Sells::token0 : Sells::token1;
  const bool exact_in = ask.remaining >= 0;
  Step step;
  if (exact_in) {
    const Int net = mul_div(ask.remaining, million - ask.fee, million, Rounding::down);
    const bool arrives = net >= paid_in(ask.stretch, ask.liquidity, sells);
    step.price =
        arrives ? ask.stretch.to : price_after_input({ask.stretch.from, ask.liquidity, net}, sells);
  } else {
    const bool arrives = -ask.remaining >= paid_out(ask.stretch, ask.liquidity, sells);
    step.price = arrives
                     ? ask.stretch.to
                     : price_after_output({ask.stretch.from, ask.liquidity, -ask.remaining}, sells);
  }
  const Stretch walked{ask.stretch.from, step.price};
  step.in = paid_in(walked, ask.liquidity, sells);
  step.out = paid_out(walked, ask.liquidity, sells);
  if (!exact_in) step.out = std::min(step.out, Int(-ask.remaining));
  const bool stops_short = exact_in && step.price != ask.stretch.to;
  step.fee = stops_short ? wrapped(ask.remaining - step.in, 256)
                         : mul_div(step.in, ask.fee, million - ask.fee, Rounding::up);
  return step;
}

}  // namespace levee::naive

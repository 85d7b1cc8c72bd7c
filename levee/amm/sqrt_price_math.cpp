#include "levee/amm/sqrt_price_math.h"

#include <algorithm>

namespace levee::amm {
namespace {

const U256 q96 = U256::power_of_two(96);

struct Ordered {
  U256 lower, upper;
};

Ordered ordered(const SqrtPrices& prices) {
  const auto& [a, b] = prices;
  return a <= b ? Ordered{a.value(), b.value()} : Ordered{b.value(), a.value()};
}

// A quotient rounded up; the contract's unchecked division gives 0 over 0.
U256 unchecked_div_up(const U256& n, const U256& divisor) {
  return divisor.is_zero() ? U256{} : div_up(n, divisor);
}

U256 cut_to_160(const U256& n) { return n & (U256::max() >> 96); }

std::optional<SqrtPriceX96> as_price(const std::optional<U256>& n) {
  if (!n || !n->fits(160)) return std::nullopt;
  return SqrtPriceX96{*n};
}

std::optional<I256> signed_amount(const std::optional<U256>& amount, i128 change) {
  if (!amount || amount->bit(255)) return std::nullopt;
  return change < 0 ? I256::negative(*amount) : I256::positive(*amount);
}

u128 magnitude_of(i128 change) {
  return change < 0 ? -static_cast<u128>(change) : static_cast<u128>(change);
}

// L * 2^96 / (L * 2^96 / price + amount): less exact than the product form, and cannot overflow.
std::optional<SqrtPriceX96> price_by_quotient(const U256& numerator, const SqrtPriceX96& price,
                                              const U256& amount) {
  if (price.value().is_zero()) return std::nullopt;
  const auto denominator = checked_add(numerator / price.value(), amount);
  if (!denominator) return std::nullopt;
  return SqrtPriceX96{cut_to_160(unchecked_div_up(numerator, *denominator))};
}

}  // namespace

std::optional<U256> amount0_between(const SqrtPrices& prices, u128 liquidity, Round round) {
  const auto [lower, upper] = ordered(prices);
  if (lower.is_zero()) return std::nullopt;
  const auto product = mul_div(U256{liquidity} << 96, upper - lower, upper, round);
  if (!product) return std::nullopt;
  return round == Round::up ? div_up(*product, lower) : *product / lower;
}

std::optional<U256> amount1_between(const SqrtPrices& prices, u128 liquidity, Round round) {
  const auto [lower, upper] = ordered(prices);
  const Limbs512 p = wide_product(U256{liquidity}, upper - lower);
  // Both factors of a pool stay below 2^160 + 128: dividing by 2^96 is a shift.
  if ((p[7] | p[6]) != 0 || p[5] >> 32 != 0)
    return mul_div(U256{liquidity}, upper - lower, q96, round);
  const U256 whole = U256::of_limbs({p[1] >> 32 | p[2] << 32, p[2] >> 32 | p[3] << 32,
                                     p[3] >> 32 | p[4] << 32, p[4] >> 32 | p[5] << 32});
  const bool part = (p[0] | (p[1] & 0xffffffff)) != 0;
  return round == Round::up && part ? checked_add(whole, U256{1}) : std::optional(whole);
}

std::optional<I256> amount0_of_change(const SqrtPrices& prices, i128 change) {
  const Round round = change < 0 ? Round::down : Round::up;
  return signed_amount(amount0_between(prices, magnitude_of(change), round), change);
}

std::optional<I256> amount1_of_change(const SqrtPrices& prices, i128 change) {
  const Round round = change < 0 ? Round::down : Round::up;
  return signed_amount(amount1_between(prices, magnitude_of(change), round), change);
}

std::optional<SqrtPriceX96> price_after_amount0(const SqrtPriceX96& price, u128 liquidity,
                                                const U256& amount, Flow flow) {
  if (amount.is_zero()) return price;
  const U256 numerator = U256{liquidity} << 96;
  const auto product = checked_mul(amount, price.value());
  if (flow == Flow::out) {
    if (!product || numerator <= *product) return std::nullopt;
    return as_price(mul_div(numerator, price.value(), numerator - *product, Round::up));
  }
  if (product) {
    if (const auto denominator = checked_add(numerator, *product)) {
      const auto next = mul_div(numerator, price.value(), *denominator, Round::up);
      if (!next) return std::nullopt;
      return SqrtPriceX96{cut_to_160(*next)};
    }
  }
  return price_by_quotient(numerator, price, amount);
}

std::optional<SqrtPriceX96> price_after_amount1(const SqrtPriceX96& price, u128 liquidity,
                                                const U256& amount, Flow flow) {
  const U256 divisor{liquidity};
  if (flow == Flow::in) {
    const auto rise = mul_div(amount, q96, divisor, Round::down);
    return rise ? as_price(checked_add(price.value(), *rise)) : std::nullopt;
  }
  // For small amounts the contract divides unchecked, where nothing divided by nothing is nothing.
  const auto fall = amount.fits(160) ? std::optional(unchecked_div_up(amount << 96, divisor))
                                     : mul_div(amount, q96, divisor, Round::up);
  if (!fall || price.value() <= *fall) return std::nullopt;
  return SqrtPriceX96{price.value() - *fall};
}

std::optional<SqrtPriceX96> price_after_input(const SqrtPriceX96& price, u128 liquidity,
                                              const U256& amount, Direction direction) {
  if (price.value().is_zero() || liquidity == 0) return std::nullopt;
  return direction == Direction::zero_for_one
             ? price_after_amount0(price, liquidity, amount, Flow::in)
             : price_after_amount1(price, liquidity, amount, Flow::in);
}

std::optional<SqrtPriceX96> price_after_output(const SqrtPriceX96& price, u128 liquidity,
                                               const U256& amount, Direction direction) {
  if (price.value().is_zero() || liquidity == 0) return std::nullopt;
  return direction == Direction::zero_for_one
             ? price_after_amount1(price, liquidity, amount, Flow::out)
             : price_after_amount0(price, liquidity, amount, Flow::out);
}

}  // namespace levee::amm

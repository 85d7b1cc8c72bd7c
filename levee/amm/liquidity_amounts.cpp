#include "levee/amm/liquidity_amounts.h"

#include <algorithm>

namespace levee::amm {
namespace {

const U256 q96 = U256::power_of_two(96);

SqrtPrices ordered(const SqrtPrices& prices) {
  return {std::min(prices.a, prices.b), std::max(prices.a, prices.b)};
}

std::optional<u128> in_128_bits(const std::optional<U256>& n) {
  return n && n->fits(128) ? std::optional(n->low128()) : std::nullopt;
}

}  // namespace

std::optional<u128> liquidity_for_amount0(const SqrtPrices& prices, const U256& amount) {
  const auto [lower, upper] = ordered(prices);
  const auto between = mul_div(lower.value(), upper.value(), q96, Round::down);
  if (!between) return std::nullopt;
  return in_128_bits(mul_div(amount, *between, upper.value() - lower.value(), Round::down));
}

std::optional<u128> liquidity_for_amount1(const SqrtPrices& prices, const U256& amount) {
  const auto [lower, upper] = ordered(prices);
  return in_128_bits(mul_div(amount, q96, upper.value() - lower.value(), Round::down));
}

std::optional<u128> liquidity_for_amounts(const SqrtPriceX96& now, const SqrtPrices& prices,
                                          const Amounts& amounts) {
  const auto [lower, upper] = ordered(prices);
  if (now <= lower) return liquidity_for_amount0(prices, amounts.token0);
  if (now >= upper) return liquidity_for_amount1(prices, amounts.token1);
  const auto by0 = liquidity_for_amount0({now, upper}, amounts.token0);
  const auto by1 = liquidity_for_amount1({lower, now}, amounts.token1);
  if (!by0 || !by1) return std::nullopt;
  return std::min(*by0, *by1);
}

std::optional<U256> amount0_for_liquidity(const SqrtPrices& prices, u128 liquidity) {
  return amount0_between(prices, liquidity, Round::down);
}

std::optional<U256> amount1_for_liquidity(const SqrtPrices& prices, u128 liquidity) {
  return amount1_between(prices, liquidity, Round::down);
}

std::optional<Amounts> amounts_for_liquidity(const SqrtPriceX96& now, const SqrtPrices& prices,
                                             u128 liquidity) {
  const auto [lower, upper] = ordered(prices);
  // The price cut to the range: the part above it is held in token0, the part below in token1.
  const SqrtPriceX96 cut = std::clamp(now, lower, upper);
  std::optional<U256> token0 = U256{}, token1 = U256{};
  if (now < upper || now <= lower) token0 = amount0_for_liquidity({cut, upper}, liquidity);
  if (now > lower) token1 = amount1_for_liquidity({lower, cut}, liquidity);
  if (!token0 || !token1) return std::nullopt;
  return Amounts{*token0, *token1};
}

}  // namespace levee::amm

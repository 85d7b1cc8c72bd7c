#include "levee/amm/weighted_pool.h"

#include <algorithm>
#include <array>

namespace levee::amm {
namespace {

constexpr U256 weight_min{10'000'000'000'000'000};
// A swap moves at most this part of a balance.
constexpr U256 swap_ratio_max{300'000'000'000'000'000};
constexpr U256 growth_max{3'000'000'000'000'000'000}, growth_min{700'000'000'000'000'000};
// Below it the power of a fee's base would lose digits: growth beyond is not charged.
constexpr U256 fee_base_min{700'000'000'000'000'000};

using Ratios = std::array<Fixed18, Coins::most>;

}  // namespace

WeightedPool::WeightedPool(const Coins& weights)
    : weights_(weights),
      heaviest_(static_cast<std::size_t>(std::ranges::max_element(weights) - weights.begin())) {}

Result<WeightedPool> WeightedPool::of(const Coins& weights) {
  if (weights.size() < 2) return refused(Bal::min_tokens);
  Fixed18 sum;
  for (const U256& weight : weights) {
    if (weight < weight_min) return refused(Bal::min_weight);
    sum = sum + weight;
  }
  if (!sum.sound()) return refused(sum.fault());
  if (sum.raw() != Fixed18::one().raw()) return refused(Bal::weights_not_one);
  return WeightedPool(weights);
}

Fixed18 WeightedPool::invariant(const Coins& balances) const {
  Fixed18 product = Fixed18::one();
  for (std::size_t i = 0; i < tokens(); ++i) {
    product = mul_down(product, pow_down(balances[i], weights_[i]));
  }
  if (product.sound() && product.raw().is_zero()) return Fixed18::faulty(Bal::zero_invariant);
  return product;
}

Fixed18 WeightedPool::last_invariant(const Coins& balances, LastInvariant& last) const {
  const Fixed18 now = invariant(balances);
  if (now.sound()) last = {now.raw(), {}};
  return now;
}

DueFee WeightedPool::due_fee(const Coins& balances, const LastInvariant& last,
                             const U256& share) const {
  const Fixed18 now = invariant(balances);
  if (!now.sound()) return {heaviest_, now};
  if (share.is_zero() || now.raw() <= last.invariant) return {heaviest_, {}};
  const Fixed18 base = ratio_up(last.invariant, now);
  const Fixed18 exponent = ratio_down(Fixed18::one(), weights_[heaviest_]);
  if (!base.sound()) return {heaviest_, base};
  const Fixed18 power = pow_up(std::max(base.raw(), fee_base_min), exponent);
  return {heaviest_, mul_down(mul_down(balances[heaviest_], complement(power)), share)};
}

Fixed18 WeightedPool::out_given_in(const Coins& balances, const Pair& tokens,
                                   const U256& amount) const {
  const Fixed18 held = balances[tokens.in];
  const Fixed18 most = mul_down(held, swap_ratio_max);
  if (!most.sound()) return most;
  if (amount > most.raw()) return Fixed18::faulty(Bal::max_in_ratio);
  const Fixed18 base = ratio_up(held, held + amount);
  const Fixed18 exponent = ratio_down(weights_[tokens.in], weights_[tokens.out]);
  return mul_down(balances[tokens.out], complement(pow_up(base, exponent)));
}

Fixed18 WeightedPool::in_given_out(const Coins& balances, const Pair& tokens,
                                   const U256& amount) const {
  const Fixed18 held = balances[tokens.out];
  const Fixed18 most = mul_down(held, swap_ratio_max);
  if (!most.sound()) return most;
  if (amount > most.raw()) return Fixed18::faulty(Bal::max_out_ratio);
  const Fixed18 base = ratio_up(held, held - amount);
  const Fixed18 exponent = ratio_up(weights_[tokens.out], weights_[tokens.in]);
  return mul_up(balances[tokens.in], pow_up(base, exponent) - Fixed18::one());
}

Fixed18 WeightedPool::shares_for_in(const ScaledPool& pool, const Coins& amounts) const {
  Ratios ratios;
  Fixed18 ideal;
  for (std::size_t i = 0; i < tokens(); ++i) {
    const Fixed18 balance = pool.balances[i];
    ratios[i] = ratio_down(balance + amounts[i], balance);
    ideal = ideal + mul_down(ratios[i], weights_[i]);
  }
  if (!ideal.sound()) return ideal;
  Fixed18 growth = Fixed18::one();
  for (std::size_t i = 0; i < tokens(); ++i) {
    const Fixed18 balance = pool.balances[i];
    const Fixed18 kept = less_fee({balance, amounts[i], ratios[i], ideal, pool.swap_fee});
    growth = mul_down(growth, pow_down(ratio_down(balance + kept, balance), weights_[i]));
  }
  if (!growth.sound() || growth.raw() >= Fixed18::one().raw()) {
    return mul_down(pool.supply, growth - Fixed18::one());
  }
  return {};
}

Fixed18 WeightedPool::in_for_shares(const ScaledPool& pool, const OneToken& ask) const {
  const Fixed18 growth = ratio_up(Fixed18(pool.supply) + ask.shares, pool.supply);
  if (!growth.sound()) return growth;
  if (growth.raw() > growth_max) return Fixed18::faulty(Bal::max_shares_out);
  const Fixed18 weight = weights_[ask.token];
  const Fixed18 ratio = pow_up(growth, ratio_up(Fixed18::one(), weight));
  const Fixed18 amount = mul_up(pool.balances[ask.token], ratio - Fixed18::one());
  return single_with_fee({amount, weight, pool.swap_fee});
}

Fixed18 WeightedPool::out_for_shares(const ScaledPool& pool, const OneToken& ask) const {
  const Fixed18 growth = ratio_up(Fixed18(pool.supply) - ask.shares, pool.supply);
  if (!growth.sound()) return growth;
  if (growth.raw() < growth_min) return Fixed18::faulty(Bal::min_shares_in);
  const Fixed18 weight = weights_[ask.token];
  const Fixed18 ratio = pow_up(growth, ratio_down(Fixed18::one(), weight));
  const Fixed18 amount = mul_down(pool.balances[ask.token], complement(ratio));
  return single_less_fee({amount, weight, pool.swap_fee});
}

Fixed18 WeightedPool::shares_for_out(const ScaledPool& pool, const Coins& amounts) const {
  Ratios ratios;
  Fixed18 ideal;
  for (std::size_t i = 0; i < tokens(); ++i) {
    const Fixed18 balance = pool.balances[i];
    ratios[i] = ratio_up(balance - amounts[i], balance);
    ideal = ideal + mul_up(ratios[i], weights_[i]);
  }
  if (!ideal.sound()) return ideal;
  Fixed18 growth = Fixed18::one();
  for (std::size_t i = 0; i < tokens(); ++i) {
    const Fixed18 balance = pool.balances[i];
    const Fixed18 paid = with_fee({balance, amounts[i], ratios[i], ideal, pool.swap_fee});
    growth = mul_down(growth, pow_down(ratio_down(balance - paid, balance), weights_[i]));
  }
  return mul_up(pool.supply, complement(growth));
}

}  // namespace levee::amm

// levee/amm/kind/weighted.cpp — a weighted pool in Balancer's Vault: one depositor among others.
#include "levee/amm/kind/in_vault.h"
#include "levee/num/philox.h"

namespace levee::amm::kind {
namespace {

std::unique_ptr<AnyPool> sample(std::uint64_t seed) {
  num::Draws draws(seed, 0, 0);
  const auto draw = [&draws](std::uint64_t below) {
    return static_cast<std::uint64_t>(draws.uniform() * static_cast<double>(below));
  };
  Coins weights(2 + draw(7)), amounts(weights.size());
  VaultPool::Terms terms;
  terms.swap_fee = U256{1'000'000'000'000} + U256{draw(99'999'000'000'000'000)};
  if (draw(3) == 0) terms.protocol_fee = draw(500'000'000'000'000'001);
  U256 left = Fixed18::one().raw();
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::uint64_t even = (left / (weights.size() - i)).low64();
    weights[i] = i + 1 == weights.size() ? left : U256{even / 4 + draw(even)};
    left -= weights[i];
    const auto places = static_cast<unsigned>(draw(3) * 6 + 6);
    terms.decimals.push_back(places);
    amounts[i] = 1 + draw(10'000'000);
    for (unsigned place = 0; place < places; ++place) amounts[i] = amounts[i] * 10;
  }
  const auto mathematics = WeightedPool::of(weights);
  LEVEE_ENSURE(mathematics);
  auto pool = VaultPool::of(terms, *mathematics);
  LEVEE_ENSURE(pool);
  const auto begun = pool->join({Address{{9}}, VaultPool::FirstIn{amounts}});
  LEVEE_ENSURE(begun);
  return std::make_unique<InVault>(*std::move(pool));
}

}  // namespace

Entry weighted() {
  return {.name = "weighted",
          .about = "product of balances to the power of their weights, in Balancer's Vault",
          .sample = sample};
}

}  // namespace levee::amm::kind

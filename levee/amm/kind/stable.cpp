// levee/amm/kind/stable.cpp — Balancer's stable pools, every other one composable.
#include "levee/amm/composable_pool.h"
#include "levee/amm/kind/in_vault.h"
#include "levee/num/philox.h"

namespace levee::amm::kind {
namespace {

class Composable final : public AnyPool {
 public:
  explicit Composable(const ComposablePool& pool) : pool_(pool) {}

  std::unique_ptr<AnyPool> copy() const override { return std::make_unique<Composable>(*this); }
  std::vector<U256> reserves() const override {
    return {pool_.balances().begin(), pool_.balances().end()};
  }

  Result<U256> sell(const Pair& tokens, const U256& amount) override {
    const auto flow = pool_.swap({Given::in, tokens, amount});
    if (!flow) return flow.error();
    return flow->out;
  }

  Result<U256> deposit(std::span<const U256> most, std::vector<U256>& taken) override {
    const auto shares = pool_.join({Coins(most)});
    if (!shares) return shares;
    taken.assign(most.begin(), most.end());
    owned_ += *shares;
    return shares;
  }

  Result<std::vector<U256>> withdraw(const U256& shares) override {
    if (shares > owned_) return refused(Bal::transfer_exceeds_balance);
    const auto paid = pool_.exit(shares);
    if (!paid) return paid.error();
    owned_ -= shares;
    return std::vector<U256>(paid->begin(), paid->end());
  }

 private:
  ComposablePool pool_;
  U256 owned_;
};

std::unique_ptr<AnyPool> sample(std::uint64_t seed) {
  num::Draws draws(seed, 0, 0);
  const auto draw = [&draws](std::uint64_t below) {
    return static_cast<std::uint64_t>(draws.uniform() * static_cast<double>(below));
  };
  VaultPool::Terms terms;
  std::vector<U256> amounts(2 + draw(4));
  terms.swap_fee = U256{1'000'000'000'000} + U256{draw(99'999'000'000'000'000)};
  if (draw(3) == 0) terms.protocol_fee = draw(500'000'000'000'000'001);
  for (U256& amount : amounts) {
    const auto places = static_cast<unsigned>(draw(3) * 6 + 6);
    terms.decimals.push_back(places);
    amount = 1'000'000 + draw(9'000'000);
    for (unsigned place = 0; place < places; ++place) amount = amount * 10;
  }
  const U256 amplification{1 + draw(5000)};
  if (seed % 2 == 1) {
    auto pool = ComposablePool::of({terms.decimals, amplification, terms.swap_fee});
    LEVEE_ENSURE(pool);
    std::vector<U256> rates = amounts;
    for (U256& rate : rates) rate = Fixed18::one().raw() + U256{draw(100'000'000'000'000'000)};
    pool->set_rates(Coins(rates));
    LEVEE_ENSURE(pool->open(Coins(amounts)));
    return std::make_unique<Composable>(*pool);
  }
  const auto mathematics = StablePool::of(amounts.size(), amplification);
  LEVEE_ENSURE(mathematics);
  auto pool = VaultPool::of(terms, *mathematics);
  LEVEE_ENSURE(pool);
  LEVEE_ENSURE(pool->join({Address{{9}}, VaultPool::FirstIn{Coins(amounts)}}));
  return std::make_unique<InVault>(*std::move(pool));
}

}  // namespace

Entry stable() {
  return {.name = "stable",
          .about = "Balancer's stableswap, plain and with shares as one of its tokens",
          .sample = sample};
}

}  // namespace levee::amm::kind

// levee/amm/kind/stableswap.cpp — Curve's plain pool: one depositor among others.
#include "levee/amm/stableswap.h"
#include "levee/amm/kind.h"
#include "levee/num/philox.h"

#include <utility>

namespace levee::amm::kind {
namespace {

Address account(std::uint8_t number) {
  Address address;
  address.bytes[19] = number;
  return address;
}

class CurvePlain final : public AnyPool {
 public:
  explicit CurvePlain(StableSwap pool) : pool_(std::move(pool)) {}

  std::unique_ptr<AnyPool> copy() const override { return std::make_unique<CurvePlain>(*this); }
  std::vector<U256> reserves() const override { return {pool_.held().begin(), pool_.held().end()}; }

  Result<U256> sell(const Pair& tokens, const U256& amount) override {
    return pool_.exchange({.in = tokens.in, .out = tokens.out, .amount = amount});
  }

  Result<U256> deposit(std::span<const U256> most, std::vector<U256>& taken) override {
    auto shares = pool_.add_liquidity({account(1), most, {}});
    if (shares) taken.assign(most.begin(), most.end());
    return shares;
  }

  Result<std::vector<U256>> withdraw(const U256& shares) override {
    const auto paid = pool_.remove_liquidity({account(1), shares});
    if (!paid) return paid.error();
    return std::vector<U256>(paid->begin(), paid->end());
  }

 private:
  StableSwap pool_;
};

U256 power_of_ten(std::uint64_t places) {
  U256 power{1};
  for (std::uint64_t place = 0; place < places; ++place) power = power * 10;
  return power;
}

std::unique_ptr<AnyPool> sample(std::uint64_t seed) {
  num::Draws draws(seed, 0, 0);
  const auto draw = [&draws](std::uint64_t below) {
    return static_cast<std::uint64_t>(draws.uniform() * static_cast<double>(below));
  };
  StableTerms terms;
  std::vector<U256> amounts;
  const U256 whole = power_of_ten(2 + draw(7));
  for (std::uint64_t coins = 2 + draw(4); coins > 0; --coins) {
    const std::uint64_t decimals = draw(2) == 0 ? 18 : 6 + draw(13);
    terms.rates.push_back(power_of_ten(36 - decimals));
    amounts.push_back(whole * power_of_ten(decimals) / 100 * (1 + draw(300)));
  }
  terms.amplification = U256{1 + draw(20)} * power_of_ten(draw(4));
  terms.fee = U256{draw(100'000'000)};
  StableSwap pool(terms);
  const auto begun = pool.add_liquidity({account(9), amounts, {}});
  LEVEE_ENSURE(begun);
  return std::make_unique<CurvePlain>(std::move(pool));
}

}  // namespace

Entry stableswap() {
  return {.name = "stableswap",
          .about = "Curve's plain pool of 2 to 5 coins, half of the fee to its admins",
          .sample = sample};
}

}  // namespace levee::amm::kind

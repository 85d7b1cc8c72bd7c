// levee/amm/kind/uniswap_v3.cpp — concentrated liquidity: one depositor's range among others.
#include "levee/amm/kind.h"
#include "levee/amm/pool.h"
#include "levee/num/philox.h"

#include <algorithm>
#include <array>

namespace levee::amm::kind {
namespace {

constexpr u128 everything = ~static_cast<u128>(0);

Address account(std::uint8_t number) {
  Address address;
  address.bytes[19] = number;
  return address;
}

class UniswapV3 final : public AnyPool {
 public:
  UniswapV3(Pool pool, const TickRange& range) : pool_(std::move(pool)), range_(range) {}

  std::unique_ptr<AnyPool> copy() const override { return std::make_unique<UniswapV3>(*this); }
  std::vector<U256> reserves() const override {
    return {pool_.numbers().balance0, pool_.numbers().balance1};
  }

  Result<U256> sell(const Pair& tokens, const U256& amount) override {
    const Direction direction = tokens.in == 0 ? Direction::zero_for_one : Direction::one_for_zero;
    if (amount.bit(255)) return fail(Reason::refused, "");
    const auto flows =
        pool_.swap({direction, I256::positive(amount), no_limit(direction), {}}, ++time_);
    if (!flows) return flows.error();
    return (tokens.in == 0 ? flows->token1 : flows->token0).magnitude();
  }

  Result<U256> deposit(std::span<const U256> most, std::vector<U256>& taken) override {
    u128 liquidity = affordable(most);
    // Amounts are rounded up when paid: a last unit of liquidity may not be affordable.
    while (liquidity > 0) {
      const auto cost = principal_of(
          {pool_.numbers().price, pool_.numbers().tick, range_, static_cast<i128>(liquidity)});
      if (!cost) return cost.error();
      if (cost->token0.bits() <= most[0] && cost->token1.bits() <= most[1]) break;
      --liquidity;
    }
    const auto paid = pool_.mint({account(1), range_, liquidity}, ++time_);
    if (!paid) return paid.error();
    taken = {paid->token0, paid->token1};
    return U256{liquidity};
  }

  Result<std::vector<U256>> withdraw(const U256& shares) override {
    const auto freed = pool_.burn({account(1), range_, shares.low128()}, ++time_);
    if (!freed) return freed.error();
    const auto paid = pool_.collect({account(1), range_, everything, everything});
    if (!paid) return paid.error();
    return std::vector<U256>{paid->token0, paid->token1};
  }

 private:
  // Liquidity that either amount alone would buy, rounded down, whichever is less.
  u128 affordable(std::span<const U256> most) const {
    const U256 lower = sqrt_price_at_valid(Tick{range_.lower}).value();
    const U256 upper = sqrt_price_at_valid(Tick{range_.upper}).value();
    const U256 price = std::clamp(pool_.numbers().price.value(), lower, upper);
    U256 liquidity{everything >> 1};
    if (price < upper) {
      const U256 per = *mul_div(price, upper, U256::power_of_two(96), Round::down);
      liquidity = std::min(liquidity,
                           mul_div(most[0], per, upper - price, Round::down).value_or(U256::max()));
    }
    if (price > lower) {
      liquidity =
          std::min(liquidity, mul_div(most[1], U256::power_of_two(96), price - lower, Round::down)
                                  .value_or(U256::max()));
    }
    return liquidity.low128();
  }

  Pool pool_;
  TickRange range_;
  std::uint32_t time_ = 1'700'000'000;
};

struct Tier {
  std::uint32_t fee;
  std::int32_t spacing;
};

std::unique_ptr<AnyPool> sample(std::uint64_t seed) {
  constexpr std::array<Tier, 4> tiers{{{100, 1}, {500, 10}, {3000, 60}, {10'000, 200}}};
  num::Draws draws(seed, 0, 0);
  const auto draw = [&draws](std::uint64_t below) {
    return static_cast<std::uint64_t>(draws.uniform() * static_cast<double>(below));
  };
  const Tier tier = tiers[draw(tiers.size())];
  Pool pool({FeePips{tier.fee}, TickSpacing{tier.spacing}, ProtocolShare::one_in});
  const auto start = static_cast<std::int32_t>(draw(400'001)) - 200'000;
  const auto begun = pool.initialise(sqrt_price_at_valid(Tick{start}), 1'700'000'000);
  LEVEE_ENSURE(begun);
  const bool shared = draw(3) != 0 || pool.set_protocol_shares(4, 10);
  LEVEE_ENSURE(shared);

  const std::int32_t centre = start / tier.spacing * tier.spacing;
  const u128 unit = u128{1} << (40 + draw(40));
  TickRange own;
  for (std::int32_t i = 0; i < 12; ++i) {
    const auto reach = static_cast<std::int32_t>(1 + draw(40)) * (i + 1) * tier.spacing;
    const TickRange range{centre - reach, centre + reach};
    const auto put = pool.mint({account(9), range, unit * (1 + draw(9))}, 1'700'000'000);
    LEVEE_ENSURE(put);
    if (i == 3) own = range;
  }
  return std::make_unique<UniswapV3>(std::move(pool), own);
}

}  // namespace

Entry uniswap_v3() {
  return {.name = "uniswap-v3",
          .about = "concentrated liquidity with fee growth per unit of liquidity",
          .sample = sample};
}

}  // namespace levee::amm::kind

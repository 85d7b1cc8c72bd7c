// levee/amm/kind/uniswap_v2.cpp — constant product: one depositor among others.
#include "levee/amm/constant_product.h"
#include "levee/amm/kind.h"
#include "levee/num/philox.h"

#include <algorithm>

namespace levee::amm::kind {
namespace {

Address account(std::uint8_t number) {
  Address address;
  address.bytes[19] = number;
  return address;
}

class UniswapV2 final : public AnyPool {
 public:
  explicit UniswapV2(ConstantProduct pair) : pair_(std::move(pair)) {}

  std::unique_ptr<AnyPool> copy() const override { return std::make_unique<UniswapV2>(*this); }
  std::vector<U256> reserves() const override {
    return {pair_.numbers().balance0, pair_.numbers().balance1};
  }

  Result<U256> sell(const Pair& tokens, const U256& amount) override {
    const PairNumbers& now = pair_.numbers();
    const bool first = tokens.in == 0;
    auto out = amount_out_of(amount, first ? PairReserves{now.reserve0, now.reserve1}
                                           : PairReserves{now.reserve1, now.reserve0});
    if (!out) return out;
    const Amounts paid = first ? Amounts{{}, *out} : Amounts{*out, {}};
    const Amounts sent = first ? Amounts{amount, {}} : Amounts{{}, amount};
    const auto swapped = pair_.swap({account(1), paid, sent}, ++time_);
    if (!swapped) return swapped.error();
    return out;
  }

  // As the router does: all of the one, and of the other what it is worth.
  Result<U256> deposit(std::span<const U256> most, std::vector<U256>& taken) override {
    const PairNumbers& now = pair_.numbers();
    auto other1 = equal_value_of(most[0], {now.reserve0, now.reserve1});
    if (!other1) return other1;
    Amounts sent{most[0], *other1};
    if (*other1 > most[1]) {
      const auto other0 = equal_value_of(most[1], {now.reserve1, now.reserve0});
      if (!other0) return other0;
      sent = {*other0, most[1]};
    }
    const auto shares = pair_.mint({account(1), sent}, ++time_);
    if (shares) taken = {sent.token0, sent.token1};
    return shares;
  }

  Result<std::vector<U256>> withdraw(const U256& shares) override {
    const auto paid = pair_.burn({account(1), account(1), shares}, ++time_);
    if (!paid) return paid.error();
    return std::vector<U256>{paid->token0, paid->token1};
  }

 private:
  ConstantProduct pair_;
  std::uint32_t time_ = 1'700'000'000;
};

std::unique_ptr<AnyPool> sample(std::uint64_t seed) {
  num::Draws draws(seed, 0, 0);
  const auto draw = [&draws](std::uint64_t below) {
    return static_cast<std::uint64_t>(draws.uniform() * static_cast<double>(below));
  };
  const Address setter = account(8);
  ConstantProduct pair({account(7), account(20), account(21), setter});
  const auto size = [&] {
    return (U256{1} << static_cast<unsigned>(20 + draw(70))) * (1 + draw(9));
  };
  const auto begun = pair.mint({account(9), {size(), size()}}, 1'699'999'000);
  LEVEE_ENSURE(begun);
  if (draw(3) == 0) LEVEE_ENSURE(pair.set_fee_to({setter, account(6)}));
  const auto grown =
      pair.mint({account(9), {pair.numbers().reserve0, pair.numbers().reserve1}}, 1'699'999'500);
  LEVEE_ENSURE(grown);
  return std::make_unique<UniswapV2>(std::move(pair));
}

}  // namespace

Entry uniswap_v2() {
  return {.name = "uniswap-v2",
          .about = "constant product, 0.3% to the depositors, a sixth of it to a protocol at times",
          .sample = sample};
}

}  // namespace levee::amm::kind

#include "tests/chain_live/v4_world.h"

#include "tests/chain_live/unlocker.h"

#include <fstream>

namespace levee::test {
namespace {

using chain::Argument;
using chain::call_of;

constexpr std::string_view core = "@uniswap/v4-core/out/";
constexpr std::string_view periphery = "@uniswap/v4-periphery/foundry-out/";
constexpr std::uint8_t decrease_action = 0x01, mint_action = 0x02, settle_action = 0x0b,
                       take_pair_action = 0x11, sweep_action = 0x14;
constexpr u128 all = ~u128{0};

std::string in(std::string_view package, std::string_view rest) {
  return std::string(package) + std::string(rest);
}

// Actions run one after another while the pools are unlocked; all accounts end at nothing owed.
Deed unlocked(const Address& from, const Address& positions, const chain::Bytes& actions,
              const std::vector<chain::Bytes>& parameters) {
  const chain::Bytes all_of_it = encoded("bytes,bytes[]", {actions, parameters});
  return {
      from, positions, call_of("modifyLiquidities(bytes,uint256)", {all_of_it, U256{never}}), {}};
}

chain::Bytes settle(const Address& currency) {
  return encoded("address,uint256,bool", {currency, U256{0}, U256{0}});
}

}  // namespace

std::vector<Argument> with_key(const amm::V4Key& key, std::vector<Argument> rest) {
  std::vector<Argument> list{key.currency0, key.currency1, U256{key.fee}, I256{key.spacing},
                             key.hooks};
  for (Argument& one : rest) list.push_back(std::move(one));
  return list;
}

V4World::V4World(World& at) : world(&at) {
  const Address& owner = at.account(0);
  pools = at.deploy(in(core, "PoolManager.sol/PoolManager.json"), encoded("address", {owner}));
  const Address weth = at.deploy(in(periphery, "WETH.sol/WETH.default.json"));
  positions = at.deploy(in(periphery, "PositionManager.sol/PositionManager.json"),
                        encoded("address,address,uint256,address,address",
                                {pools, Address{}, U256{100'000}, Address{}, weth}));
  router = at.deploy(in(core, "PoolSwapTest.sol/PoolSwapTest.json"), encoded("address", {pools}));
  donor =
      at.deploy(in(core, "PoolDonateTest.sol/PoolDonateTest.json"), encoded("address", {pools}));
  view = at.deploy(in(periphery, "StateView.sol/StateView.json"), encoded("address", {pools}));
}

void V4World::initialise(const amm::V4Key& key, const amm::SqrtPriceX96& price) {
  world->must({world->account(0),
               pools,
               call_of("initialize((address,address,uint24,int24,address),uint160)",
                       with_key(key, {price.value()})),
               {}});
}

void V4World::stock(const Address& token) {
  for (std::size_t i = 0; i < 5; ++i) {
    allow(*world, world->account(i), token, router);
    allow(*world, world->account(i), token, donor);
  }
  world->must({world->account(0),
               token,
               call_of("mint(address,uint256)", {positions, U256::power_of_two(120)}),
               {}});
}

Deed V4World::mint(const V4Mint& ask) const {
  std::vector<Argument> rest{I256{ask.range.lower},
                             I256{ask.range.upper},
                             U256{ask.liquidity},
                             U256{all},
                             U256{all},
                             ask.owner,
                             chain::Bytes{}};
  Deed deed = unlocked(
      ask.owner, positions, {mint_action, settle_action, settle_action, sweep_action},
      {encoded("address,address,uint24,int24,address,int24,int24,uint256,uint128,uint128,address,"
               "bytes",
               with_key(ask.key, std::move(rest))),
       settle(ask.key.currency0), settle(ask.key.currency1),
       encoded("address,address", {Address{}, ask.owner})});
  // The chain's own coin is sent along; what is too much comes back.
  if (ask.key.currency0.is_zero()) deed.value = U256::power_of_two(75);
  return deed;
}

Deed V4World::decrease(const V4Decrease& ask) const {
  return unlocked(
      ask.owner, positions, {decrease_action, take_pair_action},
      {encoded("uint256,uint256,uint128,uint128,bytes",
               {ask.nft, U256{ask.liquidity}, U256{0}, U256{0}, chain::Bytes{}}),
       encoded("address,address,address", {ask.key.currency0, ask.key.currency1, ask.to})});
}

Deed V4World::swap(const V4Swap& ask) const {
  const bool down = ask.direction == amm::Direction::zero_for_one;
  std::vector<Argument> rest{
      U256{down ? 1 : 0}, ask.amount, amm::no_limit(ask.direction).value(), U256{0}, U256{0},
      chain::Bytes{}};
  Deed deed{ask.trader,
            router,
            call_of("swap((address,address,uint24,int24,address),(bool,int256,uint160),"
                    "(bool,bool),bytes)",
                    with_key(ask.key, std::move(rest))),
            {}};
  if (ask.key.currency0.is_zero() && down) deed.value = U256::power_of_two(75);
  return deed;
}

Deed V4World::donate(const Address& from, const amm::V4Key& key,
                     const amm::Amounts& amounts) const {
  Deed deed{from,
            donor,
            call_of("donate((address,address,uint24,int24,address),uint256,uint256,bytes)",
                    with_key(key, {amounts.token0, amounts.token1, chain::Bytes{}})),
            {}};
  if (key.currency0.is_zero()) deed.value = amounts.token0;
  return deed;
}

Deed V4World::send_on(const Address& from, const Address& to, const U256& nft) const {
  return {from, positions, call_of("transferFrom(address,address,uint256)", {from, to, nft}), {}};
}

void place_hooks(World& world, const Address& hooks) {
  std::ifstream file(package_file(in(core, "MockHooks.sol/MockHooks.json")));
  const Json code = Json::parse(file)["deployedBytecode"]["object"];
  place_code(world, hooks, code);
}

}  // namespace levee::test

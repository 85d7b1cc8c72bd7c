#include "tests/chain_live/v3_world.h"

#include <stdexcept>

namespace levee::test {
namespace {

using chain::AbiReader;
using chain::Argument;
using chain::call_of;

constexpr std::string_view periphery = "@uniswap/v3-periphery/artifacts/contracts/";
constexpr u128 all = ~u128{0};

std::string in_periphery(std::string_view rest) {
  return std::string(periphery) + std::string(rest);
}

chain::Bytes text_bytes(std::string_view text) { return {text.begin(), text.end()}; }

}  // namespace

Address token_made(World& world, std::string_view symbol, int decimals) {
  const Address token = world.deploy(
      "@uniswap/v4-periphery/foundry-out/MockERC20.sol/MockERC20.json",
      encoded("string,string,uint8", {text_bytes("A token"), text_bytes(symbol), U256{decimals}}));
  for (std::size_t i = 0; i < 5; ++i) {
    world.must({world.account(0),
                token,
                call_of("mint(address,uint256)", {world.account(i), U256::power_of_two(120)}),
                {}});
  }
  return token;
}

void allow(World& world, const Address& owner, const Address& token, const Address& spender) {
  world.must({owner, token, call_of("approve(address,uint256)", {spender, U256::max()}), {}});
}

V3World::V3World(World& at) : world(&at) {
  weth = at.deploy("@uniswap/v4-periphery/foundry-out/WETH.sol/WETH.default.json");
  factory =
      at.deploy("@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json");
  const std::string of_two = "address,address";
  positions =
      at.deploy(in_periphery("NonfungiblePositionManager.sol/NonfungiblePositionManager.json"),
                encoded("address,address,address", {factory, weth, Address{}}));
  router =
      at.deploy(in_periphery("SwapRouter.sol/SwapRouter.json"), encoded(of_two, {factory, weth}));
  quoter =
      at.deploy(in_periphery("lens/QuoterV2.sol/QuoterV2.json"), encoded(of_two, {factory, weth}));
  multicall =
      at.deploy(in_periphery("lens/UniswapInterfaceMulticall.sol/UniswapInterfaceMulticall.json"));
}

Address V3World::pool_made(const V3PoolTerms& terms) {
  const Address& who = world->account(0);
  world->must(
      {who,
       factory,
       call_of("createPool(address,address,uint24)", {terms.token0, terms.token1, U256{terms.fee}}),
       {}});
  const Outcome named = world->call(
      {who,
       factory,
       call_of("getPool(address,address,uint24)", {terms.token0, terms.token1, U256{terms.fee}}),
       {}});
  AbiReader reader(named.output, "getPool");
  const Address pool = reader.address();
  world->must({who, pool, call_of("initialize(uint160)", {terms.price.value()}), {}});
  for (std::size_t i = 0; i < 5; ++i) {
    for (const Address& token : {terms.token0, terms.token1}) {
      allow(*world, world->account(i), token, positions);
      allow(*world, world->account(i), token, router);
    }
  }
  return pool;
}

Deed V3World::mint(const V3Mint& ask) const {
  return {
      ask.owner,
      positions,
      call_of("mint((address,address,uint24,int24,int24,uint256,uint256,uint256,uint256,"
              "address,uint256))",
              {ask.token0, ask.token1, U256{ask.fee}, I256{ask.range.lower}, I256{ask.range.upper},
               ask.most0, ask.most1, U256{0}, U256{0}, ask.owner, U256{never}}),
      {}};
}

Deed V3World::increase(const Address& from, const U256& nft, const amm::Amounts& most) const {
  return {from,
          positions,
          call_of("increaseLiquidity((uint256,uint256,uint256,uint256,uint256,uint256))",
                  {nft, most.token0, most.token1, U256{0}, U256{0}, U256{never}}),
          {}};
}

Deed V3World::decrease(const Address& from, const U256& nft, u128 liquidity) const {
  return {from,
          positions,
          call_of("decreaseLiquidity((uint256,uint128,uint256,uint256,uint256))",
                  {nft, U256{liquidity}, U256{0}, U256{0}, U256{never}}),
          {}};
}

Deed V3World::collect(const Address& from, const U256& nft) const {
  return {from,
          positions,
          call_of("collect((uint256,address,uint128,uint128))", {nft, from, U256{all}, U256{all}}),
          {}};
}

Deed V3World::swap(const V3Swap& ask) const {
  const bool exact_in = !ask.amount.is_negative();
  return {ask.trader,
          router,
          call_of(exact_in ? "exactInputSingle((address,address,uint24,address,uint256,uint256,"
                             "uint256,uint160))"
                           : "exactOutputSingle((address,address,uint24,address,uint256,uint256,"
                             "uint256,uint160))",
                  {ask.in, ask.out, U256{ask.fee}, ask.trader, U256{never}, ask.amount.magnitude(),
                   exact_in ? U256{0} : U256::max(), ask.limit}),
          {}};
}

Deed V3World::quote(const V3Swap& ask) const {
  const bool exact_in = !ask.amount.is_negative();
  return {ask.trader,
          quoter,
          call_of(exact_in ? "quoteExactInputSingle((address,address,uint256,uint24,uint160))"
                           : "quoteExactOutputSingle((address,address,uint256,uint24,uint160))",
                  {ask.in, ask.out, ask.amount.magnitude(), U256{ask.fee}, ask.limit}),
          {}};
}

}  // namespace levee::test

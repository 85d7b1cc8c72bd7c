// tests/chain/fake_v3.h — one version 3 pool with one position, as the contracts would tell it.
#pragma once
#include "levee/amm/pool.h"
#include "tests/chain/fake_chain.h"

#include <string_view>

namespace levee::test {

inline const Address v3_factory = address_numbered(1), v3_positions = address_numbered(2),
                     v3_pool = address_numbered(3), v3_token0 = address_numbered(4),
                     v3_token1 = address_numbered(5), v3_owner = address_numbered(6);
inline constexpr amm::TickRange v3_range{-120, 180};
inline constexpr u128 v3_liquidity = 1'000'000'000;

inline chain::Bytes v3_collect() {
  const U256 all{~u128{0}};
  return chain::call_of("collect((uint256,address,uint128,uint128))",
                        {U256{1}, v3_owner, all, all});
}

/// The pool stands at tick 7; token0 grew by 5 units of fee per unit of liquidity since the mint.
inline void put_v3(FakeChain& chain) {
  using chain::call_of;
  chain.token(v3_token0, "WETH", 18);
  chain.token(v3_token1, "USDC", 6);
  const auto pool = [&](std::string_view call, std::initializer_list<U256> words) {
    chain.answer(v3_pool, call_of(call, {}), words);
  };
  const U256 growth = U256{5} << 128;
  pool("factory()", {number_of(chain::word_of(v3_factory))});
  pool("token0()", {number_of(chain::word_of(v3_token0))});
  pool("token1()", {number_of(chain::word_of(v3_token1))});
  pool("fee()", {U256{3000}});
  pool("tickSpacing()", {U256{60}});
  pool("slot0()", {amm::sqrt_price_at(Tick{7})->value(), U256{7}, U256{0}, U256{1}, U256{1},
                   U256{0x54}, U256{1}});
  pool("liquidity()", {U256{v3_liquidity}});
  pool("feeGrowthGlobal0X128()", {growth});
  pool("feeGrowthGlobal1X128()", {U256{0}});
  pool("protocolFees()", {U256{8}, U256{9}});
  pool("maxLiquidityPerTick()", {U256{amm::liquidity_per_tick_max(TickSpacing{60})}});
  chain.answer(v3_factory,
               call_of("getPool(address,address,uint24)", {v3_token0, v3_token1, U256{3000}}),
               {number_of(chain::word_of(v3_pool))});
  for (const Address& token : {v3_token0, v3_token1}) {
    chain.answer(token, call_of("balanceOf(address)", {v3_pool}), {U256{1'000'000'000}});
  }
  amm::TickTable table(TickSpacing{60});
  table.flip(v3_range.lower);
  table.flip(v3_range.upper);
  for (std::int32_t word = -60; word < 60; ++word) {
    chain.answer(v3_pool, call_of("tickBitmap(int16)", {I256{word}}), {table.word(word)});
  }
  const U256 down = I256::negative(U256{v3_liquidity}).bits();
  for (const std::int32_t tick : {v3_range.lower, v3_range.upper}) {
    chain.answer(v3_pool, call_of("ticks(int24)", {I256{tick}}),
                 {U256{v3_liquidity}, tick < 0 ? U256{v3_liquidity} : down, U256{0}, U256{0},
                  U256{0}, U256{0}, U256{0}, U256{1}});
  }
}

/// NFT 1 is the position; it is owed 11 of token1 besides the 5 billion of token0.
inline void put_v3_nft(FakeChain& chain) {
  using chain::call_of;
  const auto signed_word = [](std::int32_t tick) { return I256{tick}.bits(); };
  chain.answer(v3_positions, call_of("factory()", {}), {number_of(chain::word_of(v3_factory))});
  chain.answer(
      v3_positions, call_of("positions(uint256)", {U256{1}}),
      {U256{0}, U256{0}, number_of(chain::word_of(v3_token0)), number_of(chain::word_of(v3_token1)),
       U256{3000}, signed_word(v3_range.lower), signed_word(v3_range.upper), U256{v3_liquidity},
       U256{0}, U256{0}, U256{0}, U256{11}});
  chain.answer(v3_positions, call_of("ownerOf(uint256)", {U256{1}}),
               {number_of(chain::word_of(v3_owner))});
  chain.answer_from(v3_owner, v3_positions, v3_collect(), {U256{5'000'000'000}, U256{11}});
  chain.answer(v3_positions, call_of("balanceOf(address)", {v3_owner}), {U256{1}});
  chain.answer(v3_positions, call_of("tokenOfOwnerByIndex(address,uint256)", {v3_owner, U256{0}}),
               {U256{1}});
}

}  // namespace levee::test

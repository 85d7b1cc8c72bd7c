// tests/api/sample_reading.h — a reading of two positions in a WETH-USDC pool.
#pragma once
#include "levee/chain/reading.h"

namespace levee::test {

inline chain::PoolReading sample_pool() {
  chain::PoolReading pool;
  pool.name = "0x88e6";
  pool.token0 = {{}, "USDC", 6};
  pool.token1 = {{}, "WETH", 18};
  pool.depth = chain::Depth::ticks;
  pool.found.terms = {.fee = FeePips{500}, .spacing = TickSpacing{10}};
  pool.found.numbers.tick = 200'000;
  pool.found.numbers.price = *amm::sqrt_price_at(Tick{200'000});
  pool.found.numbers.liquidity = 1'000'000'000'000'000'000;
  return pool;
}

inline chain::Reading sample_reading() {
  chain::Reading reading;
  reading.chain = 1;
  reading.block.number = 19'000'000;
  reading.block.time = 1'700'000'000;
  reading.pools = {sample_pool()};
  chain::PositionReading position;
  position.nft = U256{7};
  position.range = {199'000, 201'000};
  position.liquidity = 1'000'000'000'000'000'000;
  position.principal = amm::Amounts{U256{2'000'000'000}, U256{1'000'000'000'000'000'000}};
  position.fees = amm::Amounts{U256{1'500'000}, U256{0}};
  reading.positions.push_back(position);
  position.nft = U256{8};
  position.liquidity = 0;
  reading.positions.push_back(position);
  return reading;
}

}  // namespace levee::test

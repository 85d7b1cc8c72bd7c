// levee/feed/pool_text.h — a pool's state written down, whole, as read_pool reads it.
#pragma once
#include "levee/amm/pool.h"
#include "levee/base/time.h"

#include <cstdint>
#include <string>
#include <vector>

namespace levee::feed {

/// A token as a pool state names it.
struct TokenOut {
  std::string address;
  std::string symbol;
  int decimals = 18;
};

/// Where and when a state was read.
struct StateOut {
  std::uint64_t chain = 0;
  std::uint64_t block = 0;
  std::string block_hash;
  UnixSeconds at;
};

/// What is to be written.
struct PoolOut {
  std::string pool;      ///< Its address, or its 32-byte name in version 4.
  std::string protocol;  ///< "uniswap-v3"
  TokenOut token0, token1;
  StateOut state;
  const amm::Pool::Found* found = nullptr;  ///< Outlives the call.
  std::vector<std::string> notes;           ///< What a reader must know: "not model-valued: ...".
};

/// One JSON document: what docs/market-format.md asks of a pool state, and beside it every number
/// the pool has, integers as text. src: the names are the contract's own
std::string pool_text(const PoolOut& pool);

}  // namespace levee::feed

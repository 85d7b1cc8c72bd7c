// levee/amm/v4_key.h — how version 4 names its pools and positions, and what a pool's hooks may do.
//
// src: Uniswap v4-core 1.0.2, PoolKey, PoolId, Position, Hooks and LPFeeLibrary
#pragma once
#include "levee/amm/position.h"
#include "levee/base/address.h"

#include <cstdint>
#include <string>
#include <vector>

namespace levee::amm {

/// What makes a pool another pool, in the order it is hashed. Currency 0 is the chain's own coin.
struct V4Key {
  Address currency0, currency1;
  std::uint32_t fee = 0;
  std::int32_t spacing = 1;
  Address hooks;
  friend bool operator==(const V4Key&, const V4Key&) = default;
};

inline constexpr std::uint32_t v4_dynamic_fee = 0x800000;  ///< In a key: the hooks set the fee.

/// The pool's name: the hash of its key.
Bytes32 id_of(const V4Key& key);

/// A position's name in its pool. in: range within 24-bit ticks
Bytes32 v4_position_id(const PositionKey& position);

/// What a hook contract may do, by the last 14 bits of its address: "beforeInitialize" and so on,
/// in the order of the bits, highest first.
std::vector<std::string> hook_permissions(const Address& hooks);

/// Why a pool is not model-valued; empty where it is.
///
/// Not model-valued means that price, ticks and fee growth do not say what a position is worth or a
/// trade costs: the hooks may add to or take from what the pool itself reckons.
std::string not_valued(const V4Key& key);

}  // namespace levee::amm

// levee/chain/contracts.h — which contracts stand where, chain by chain.
#pragma once
#include "levee/base/address.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace levee::chain {

/// Whose contracts they are. Forks share a version's calls and differ in a detail or two.
enum class Family { uniswap_v3, pancake_v3, uniswap_v4 };

/// "uniswap-v3", as books name a protocol.
std::string_view name_of(Family family);

/// One deployment of one family.
struct Deployment {
  std::uint64_t chain = 0;
  Family family = Family::uniswap_v3;
  Address pools;      ///< Version 3: the factory. Version 4: the contract that holds all pools.
  Address positions;  ///< The contract whose NFTs are positions.
  std::string_view source;  ///< Who says so.
};

/// Every deployment levee knows, by chain; none is believed before its code was seen.
std::span<const Deployment> deployments();

/// The deployment of a family on a chain, if levee knows one.
std::optional<Deployment> deployment_on(std::uint64_t chain, Family family);

/// "Ethereum" for 1, "chain 424242" for one levee has no name for.
std::string name_of_chain(std::uint64_t chain);

/// The symbol of a chain's own coin: "ETH"; empty where levee does not know it.
std::string_view coin_of_chain(std::uint64_t chain);

}  // namespace levee::chain

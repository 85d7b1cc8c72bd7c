#include "levee/chain/position_reader.h"

#include "levee/chain/uniswap_v3_positions.h"
#include "levee/chain/uniswap_v3_reader.h"
#include "levee/chain/uniswap_v4_positions.h"

#include <fmt/core.h>

namespace levee::chain {
namespace {

constexpr int reorgs_max = 5;

template <class... Case>
struct Cases : Case... {
  using Case::operator()...;
};

// The contracts to ask: what was given, else what levee knows.
struct Contracts {
  Address positions, pools;
};

Result<Contracts> contracts_of(const PositionAsk& ask, std::uint64_t chain) {
  const auto known = deployment_on(chain, ask.family);
  Contracts contracts{ask.positions, ask.pools};
  // A contract of positions that was given names its own pools.
  if (contracts.positions.is_zero() && known) {
    contracts.positions = known->positions;
    if (contracts.pools.is_zero()) contracts.pools = known->pools;
  }
  const bool by_address = std::holds_alternative<PoolAddressAsk>(ask.what);
  if (contracts.positions.is_zero() && !by_address) {
    return fail(Reason::missing_data,
                fmt::format("levee knows no {} on {} (give --position-manager)",
                            name_of(ask.family), name_of_chain(chain)));
  }
  return contracts;
}

Result<Block> block_of(Node& node, const PositionAsk& ask) {
  if (ask.block) return node.block(*ask.block);
  auto newest = node.latest();
  if (!newest || ask.confirmations == 0) return newest;
  return node.block(newest->number - std::min(newest->number, ask.confirmations));
}

Result<Done> read_v3(Node& node, const PositionAsk& ask, const Contracts& contracts,
                     Reading& reading) {
  const V3Home home{reading.chain, ask.family, contracts.positions, contracts.pools};
  const auto nfts = [&](std::vector<U256> list) {
    return read_v3_positions(node, home, {std::move(list), ask.depth}, reading);
  };
  return std::visit(
      Cases{[&](const NftAsk& one) { return nfts({one.nft}); },
            [&](const OwnerAsk& one) -> Result<Done> {
              auto owned = read_v3_owned(node, home, one.owner, reading.block);
              if (!owned) return owned.error();
              return nfts(*std::move(owned));
            },
            [&](const PoolAddressAsk& one) -> Result<Done> {
              auto pools = read_v3_pools(
                  node, {reading.chain, ask.family, contracts.pools, {one.pool}, ask.depth},
                  reading.block);
              if (!pools) return pools.error();
              reading.pools = *std::move(pools);
              return Done{};
            },
            [&](const PoolIdAsk& one) -> Result<Done> {
              return fail(Reason::bad_input,
                          fmt::format("pool {} (a pool of version 3 has an address; 32 bytes name "
                                      "one of version 4)",
                                      text_of(one.pool)));
            }},
      ask.what);
}

Result<Done> read_v4_pool(Node& node, const PositionAsk& ask, const V4Home& home, const Bytes32& id,
                          Reading& reading) {
  const auto contract = v4_pools_of(node, home, reading.block);
  if (!contract) return contract.error();
  const auto key = read_v4_key(node, home, id, reading.block);
  if (!key) return key.error();
  auto pools = read_v4_pools(node, {home.chain, *contract, {*key}, ask.depth}, reading.block);
  if (!pools) return pools.error();
  reading.pools = *std::move(pools);
  return Done{};
}

Result<Done> read_v4(Node& node, const PositionAsk& ask, const Contracts& contracts,
                     Reading& reading, Progress& progress) {
  const V4Home home{reading.chain, contracts.positions, contracts.pools};
  const auto nfts = [&](std::vector<U256> list) {
    return read_v4_positions(node, home, {std::move(list), ask.depth}, reading);
  };
  return std::visit(
      Cases{[&](const NftAsk& one) { return nfts({one.nft}); },
            [&](const OwnerAsk& one) -> Result<Done> {
              if (one.from > reading.block.number) {
                return fail(Reason::out_of_range,
                            fmt::format("block {} to begin with (the answer is of block {})",
                                        one.from, reading.block.number));
              }
              const V4OwnerAsk owner{one.owner, one.from, one.scan};
              auto owned = read_v4_owned(node, home, owner, reading.block, progress);
              if (!owned) return owned.error();
              return nfts(*std::move(owned));
            },
            [&](const PoolAddressAsk& one) -> Result<Done> {
              return fail(Reason::bad_input,
                          fmt::format("pool {} (a pool of version 4 is named by 32 bytes; an "
                                      "address is one of version 3)",
                                      text_of(one.pool)));
            },
            [&](const PoolIdAsk& one) { return read_v4_pool(node, ask, home, one.pool, reading); }},
      ask.what);
}

Result<Reading> read_once(Node& node, const PositionAsk& ask, std::uint64_t chain,
                          Progress& progress) {
  const auto contracts = contracts_of(ask, chain);
  if (!contracts) return contracts.error();
  const auto block = block_of(node, ask);
  if (!block) return block.error();
  Reading reading;
  reading.chain = chain;
  reading.block = *block;
  progress.enter("reading block " + std::to_string(block->number));
  const auto done = ask.family == Family::uniswap_v4
                        ? read_v4(node, ask, *contracts, reading, progress)
                        : read_v3(node, ask, *contracts, reading);
  if (!done) return done.error();
  return reading;
}

}  // namespace

Result<Reading> read_positions(Node& node, const PositionAsk& ask, Progress& progress) {
  progress.enter("chain");
  if (ask.chain) {
    if (const auto right = node.require_chain(*ask.chain); !right) return right.error();
  }
  const auto chain = node.chain_id();
  if (!chain) return chain.error();
  for (int reorgs = 0;; ++reorgs) {
    auto reading = read_once(node, ask, *chain, progress);
    const bool reorg = !reading && reading.error().reason == Reason::stale_data;
    if (!reorg || reorgs == reorgs_max) return reading;
  }
}

}  // namespace levee::chain

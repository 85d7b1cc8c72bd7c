// tests/chain_live/world.h — accounts, contracts and transactions on a local node.
#pragma once
#include "levee/base/address.h"
#include "levee/chain/abi.h"
#include "tests/chain_live/local_node.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace levee::test {

using Json = nlohmann::json;

/// What came of a call or a transaction.
struct Outcome {
  bool reverted = false;
  chain::Bytes output;      ///< Of a call; of a revert its data.
  std::string reason;       ///< Of a revert: its text, "" without one.
  std::uint64_t block = 0;  ///< Of a transaction.
  std::uint64_t time = 0;
  std::vector<Json> logs;
};

/// What is sent, by whom, with how much of the chain's own coin.
struct Deed {
  Address from, to;
  chain::Bytes input;
  U256 value;
};

/// A node's accounts and contracts. Whatever the node itself refuses throws.
class World {
 public:
  explicit World(const LocalNode& node);

  const LocalNode& node() const { return *node_; }
  const Address& account(std::size_t index) const { return accounts_.at(index); }
  Json ask(std::string_view method, const Json& parameters) const;

  /// Deploys a package's compiled contract; throws if that fails.
  Address deploy(std::string_view artifact, const chain::Bytes& arguments = {});
  /// Runs it for its answer alone, on top of the newest block.
  Outcome call(const Deed& deed) const;
  /// Mines it in a block of its own, as much later as said; a revert is mined too.
  Outcome send(const Deed& deed, std::uint64_t seconds_later = 1);
  /// The same, throwing where it reverts.
  Outcome must(const Deed& deed, std::uint64_t seconds_later = 1);

  std::uint64_t number() const;
  std::uint64_t time() const;
  void mine(std::uint64_t blocks);
  std::string snapshot();
  void revert(const std::string& snapshot);

 private:
  Json receipt_of(const Json& hash) const;

  const LocalNode* node_;
  std::vector<Address> accounts_;
};

/// Arguments of a constructor or of a packed field: a call's input without its selector.
chain::Bytes encoded(std::string_view types, const std::vector<chain::Argument>& arguments);

chain::Bytes bytes_in(const Json& hex);
std::uint64_t number_in(const Json& hex);

}  // namespace levee::test

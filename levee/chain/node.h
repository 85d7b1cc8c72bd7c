// levee/chain/node.h — an Ethereum-like node, asked over JSON-RPC.
//
// `chain` answers: what does a chain say about a pool, a position, an owner? Main types: Node,
// Transport, Block. It never guesses: what a node does not answer, or answers two ways, is an
// error, and all reads of one answer are of one block.
#pragma once
#include "levee/base/address.h"
#include "levee/base/result.h"
#include "levee/chain/hex.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace levee::chain {

/// What came back over the wire.
struct HttpAnswer {
  int status = 0;
  std::string body;
  std::optional<int> retry_after_seconds;  ///< As the server asked.
};

/// The wire: HTTP(S) in life, a script or a recording in tests.
class Transport {
 public:
  virtual ~Transport() = default;
  /// Posts one JSON document.
  ///
  /// err: unreachable where another try may help (refused, reset, timed out); bad_input for an
  ///      address that does not exist; out_of_range for an answer above the limit; corrupt for what
  ///      is not HTTP and for a TLS partner that is not who it should be
  virtual Result<HttpAnswer> post(std::string_view body) = 0;
};

/// Sleeps between tries; tests count instead of waiting.
class Pause {
 public:
  virtual ~Pause() = default;
  virtual void wait(int milliseconds) = 0;
};

/// How patient a node is asked.
struct Patience {
  int tries = 6;            ///< Of one request, the first included.
  int first_wait_ms = 250;  ///< Doubled every time, up to longest_wait_ms, jittered +-50 %.
  int longest_wait_ms = 15'000;
  int retry_after_max_s = 60;  ///< A server that asks for a longer pause is given up.
  std::uint64_t jitter_seed = 0;
  std::size_t batch_max = 100;  ///< Calls in one batch; halved where a node refuses its size.
};

/// A block as all reads of one answer name it.
struct Block {
  std::uint64_t number = 0;
  Bytes32 hash;
  Bytes32 parent;
  std::uint64_t time = 0;
};

/// A read of a contract.
struct Call {
  Address to;
  Bytes input;
  std::optional<Address> from{};  ///< As if this account asked; a node's own choice if empty.
};
/// What a call gave: its bytes, or that it reverted and why.
struct Returned {
  bool reverted = false;
  Bytes output;        ///< Of a revert: its own data.
  std::string reason;  ///< Of a revert: Error(string)'s text where it has one.
};

/// Which logs, over inclusive blocks.
struct LogAsk {
  std::vector<Address> addresses;
  std::vector<std::vector<Bytes32>> topics;  ///< By place; an empty list admits any.
  std::uint64_t from = 0, to = 0;
};
struct Log {
  Address address;
  std::vector<Bytes32> topics;
  Bytes payload;  ///< What JSON-RPC calls its data.
  std::uint64_t block = 0;
  Bytes32 block_hash;
  Bytes32 transaction;
  std::uint32_t index = 0;  ///< In the block.
};

class Talk;

/// One node. Every answer is checked for its shape before it is believed. A copy is the same node.
class Node {
 public:
  /// in: transport and pause outlive the node
  Node(Transport& transport, Pause& pause, const Patience& patience);

  /// err (all below): unreachable after the last try; corrupt for an answer that is not what
  ///      JSON-RPC or the method says; refused with the node's own words; missing_data for a block
  ///      the node no longer has
  Result<std::uint64_t> chain_id();
  /// err: bad_input if the node speaks of another chain
  Result<Done> require_chain(std::uint64_t id);
  Result<Block> latest();
  Result<Block> block(std::uint64_t number);
  /// Several blocks, in the order asked.
  Result<std::vector<Block>> blocks(std::span<const std::uint64_t> numbers);
  /// Calls at one block, in as few requests as the node takes; in the order asked.
  /// err: stale_data if the block at that height is no longer `at` (a reorg): read again
  Result<std::vector<Returned>> calls(std::span<const Call> calls, const Block& at);
  /// The code of each address at one block; empty where there is no contract.
  Result<std::vector<Bytes>> code(std::span<const Address> addresses, const Block& at);
  /// The logs of one request's worth of blocks. err: out_of_range where the node refuses the range
  /// (too many blocks or results): ask for less
  Result<std::vector<Log>> logs(const LogAsk& ask);

 private:
  std::shared_ptr<Talk> talk_;
};

}  // namespace levee::chain

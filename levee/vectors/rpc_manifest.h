// levee/vectors/rpc_manifest.h — what is true of a recorded chain, by question.
#pragma once
#include "levee/amm/pool.h"
#include "levee/chain/reading.h"
#include "levee/chain/recording.h"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace levee::vectors {

/// What a call must answer: types as `u160,i24,bool,address` or `text`, and as many fields as are
/// known from the first on; "?" for one that is not.
struct CallTruth {
  std::string name, types;
  std::vector<std::string> fields;
};

/// Something levee worked out, and what was recorded.
struct Reckoned {
  std::string name, got, recorded;
};

/// What a recording is of, and its contracts.
struct RecordedChain {
  std::uint64_t id = 0;
  chain::Block block;
  Address factory, positions, lens;
};

/// The decoded truth at the head of a recording of JSON-RPC exchanges.
class Manifest {
 public:
  /// err: corrupt for a header that does not say what it should
  static Result<Manifest> from(std::string_view header);

  const RecordedChain& where() const { return where_; }

  std::vector<Address> pools() const;
  std::vector<U256> nfts() const;

  /// Nothing where the manifest does not speak of it.
  std::optional<CallTruth> truth_of(const chain::Call& call) const;
  bool is_lens(const chain::Call& call) const;
  /// "tick net gross" of a pool's ticks in a word of its bitmap.
  std::vector<std::string> lens(const Address& where, std::int32_t word) const;
  /// What levee makes of a call by itself: fees of collect, principal of decrease, quotes.
  std::vector<Reckoned> reckoned(const chain::Bytes& input) const;
  std::vector<Reckoned> held_against(const chain::PoolReading& read) const;
  std::vector<Reckoned> held_against(const chain::PositionReading& read) const;
  /// Answers what levee's readers ask and the recording does not hold: code, factory, bitmap.
  void complete(chain::Recording& recording) const;

 private:
  using Json = nlohmann::json;
  using Arguments = std::vector<U256>;

  void read();
  void complete_ticks(chain::Recording& recording) const;
  const Json* pool_at(const Address& where) const;
  const Json* position_of(const U256& nft) const;
  const Json* quote_of(const Arguments& words, std::string_view kind) const;
  std::optional<CallTruth> token_truth(const chain::Call& call, const Arguments& words) const;
  std::optional<CallTruth> pool_truth(const chain::Call& call, const Arguments& words) const;
  std::optional<CallTruth> position_truth(const chain::Call& call, const Arguments& words) const;
  std::optional<CallTruth> pair_truth(const chain::Call& call, const Arguments& words) const;
  std::optional<CallTruth> quote_truth(const chain::Call& call, const Arguments& words) const;
  static amm::Pool::Found found(const Json& pool);

  RecordedChain where_;
  std::shared_ptr<const Json> json_;
  std::map<std::string, Address> named_pools_;
};

}  // namespace levee::vectors

// levee/chain/talk.h — asking until there is an answer, or a reason why there is none.
#pragma once
#include "levee/base/result.h"
#include "levee/chain/backoff.h"
#include "levee/chain/envelope.h"
#include "levee/chain/node.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace levee::chain {

/// The conversation with one node: numbers its calls, batches them, and remembers what the node
/// does not take.
class Talk {
 public:
  /// in: transport and pause outlive the talk
  Talk(Transport& transport, Pause& pause, const Patience& patience);

  /// The replies, in the order asked. Calls that a node was too busy for are asked again; batches
  /// that it finds too large are halved.
  ///
  /// err: unreachable after the last try; refused for what HTTP itself refuses; corrupt;
  ///      out_of_range for the answer to one call above the wire's limit
  Result<std::vector<Reply>> ask(std::span<const Request> requests);

  /// Whether the node takes a block's hash where it takes a number (EIP-1898), as far as is known.
  std::optional<bool> takes_hashes() const { return takes_hashes_; }
  void remember_hashes(std::optional<bool> takes) { takes_hashes_ = takes; }

 private:
  // How one document fared.
  struct Round;
  // Calls, those of them that are still to be asked, and what was said to the others.
  struct Work {
    std::span<const Request> requests;
    std::vector<std::size_t> open;
    std::vector<Reply> replies;
  };
  struct Settled {
    bool any = false, busy = false;
  };

  Round post(std::span<const Request> requests);
  static Round judged(const HttpAnswer& answer, const Ids& ids);
  Settled settle(Round& round, Work& work);
  std::optional<Error> before_next_try(const Round& failed);
  void shrink(std::size_t to);

  Transport& transport_;
  Pause& pause_;
  Patience patience_;
  Backoff backoff_;
  std::uint64_t next_id_ = 1;
  std::size_t batch_;        // Calls in the next batch,
  std::size_t batch_limit_;  // and in any, as the node said.
  int tries_ = 0;            // In a row without an answer.
  std::optional<bool> takes_hashes_;
};

}  // namespace levee::chain

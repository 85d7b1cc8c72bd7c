// levee/chain/recording.h — a node that answers as another did when it was recorded.
#pragma once
#include "levee/chain/node.h"

#include <map>
#include <string>
#include <string_view>

namespace levee::chain {

/// Answers are found by method and parameters: calls by who asks whom for what, at the one block
/// the recording is of, however a question names it. What was not recorded is an unknown method.
class Recording final : public Transport {
 public:
  /// in: the block all reads are of
  explicit Recording(const Block& block) : block_(block) {}

  /// An exchange as it went over the wire.
  /// err: corrupt unless the request is one JSON-RPC request and the response its answer
  Result<Done> add(std::string_view request, std::string_view response);
  /// What an unrecorded question would have been answered, as JSON.
  void add_result(std::string_view method, std::string_view params, std::string_view result);
  /// One response for every question of a method, in place of what was recorded; empty: no more.
  void answer_all(std::string_view method, std::string_view response);

  Result<HttpAnswer> post(std::string_view body) override;

 private:
  Block block_;
  std::map<std::string, std::string> answers_;  // Key: method and parameters, made alike.
  std::map<std::string, std::string> for_all_;
};

/// Waits for nobody.
class NoPause final : public Pause {
 public:
  void wait(int /*milliseconds*/) override {}
};

}  // namespace levee::chain

// tests/chain_live/unlocker.h — plays many calls inside one unlock of version 4's contract of
// pools.
#pragma once
#include "tests/chain_live/world.h"

#include <vector>

namespace levee::test {

/// One call of many, and what came of it.
struct InnerCall {
  Address to;
  chain::Bytes input;
};
struct InnerOutcome {
  bool reverted = false;
  chain::Bytes output;  ///< What was returned; of a revert its bytes.
};

/// A contract that calls what it is told while the pools are unlocked, and goes on after a revert.
/// What it returns is each call's outcome, so everything the real contract says is seen.
class Unlocker {
 public:
  /// Puts its code at `at`.
  Unlocker(World& world, const Address& pools, const Address& at);

  const Address& address() const { return at_; }
  /// What would come of the calls; debts may stay open and nothing is kept.
  std::vector<InnerOutcome> trial(const std::vector<InnerCall>& calls) const;
  /// Sends them for good; throws unless all debts are settled.
  void play(const std::vector<InnerCall>& calls);

 private:
  enum class Ending { answer, revert };
  Deed deed(const std::vector<InnerCall>& calls, Ending ending) const;

  World* world_;
  Address pools_, at_;
};

/// Puts code where no contract is.
void place_code(World& world, const Address& at, const Json& code);

}  // namespace levee::test

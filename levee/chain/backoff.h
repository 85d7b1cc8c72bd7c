// levee/chain/backoff.h — how long to wait before the next try.
#pragma once
#include "levee/chain/node.h"
#include "levee/num/philox.h"

namespace levee::chain {

/// Waits that double, each jittered by up to half so that many clients do not come back together.
class Backoff {
 public:
  explicit Backoff(const Patience& patience);

  /// The next wait, in milliseconds.
  int next();
  /// The node answered: the next wait is the first again.
  void calm();

 private:
  int first_ms_, longest_ms_;
  int wait_ms_;
  num::Draws draws_;
};

}  // namespace levee::chain

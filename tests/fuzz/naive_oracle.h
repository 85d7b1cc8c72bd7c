// tests/fuzz/naive_oracle.h — a ring of observations as a map from slot to what stands there.
#pragma once
#include "tests/fuzz/naive_math.h"

#include <map>

namespace levee::naive {

struct Observation {
  Int time, tick_seconds, per_liquidity;  ///< Modulo 2^32, 2^56 (signed), 2^160.
  bool initialised = false;
  friend bool operator==(const Observation&, const Observation&) = default;
};

/// The pool's side of an observation.
struct Moment {
  Int time;
  int tick = 0;
  Int liquidity;
};

struct Oracle {
  std::map<int, Observation> slots;  ///< What is not there is all zeros.
  int index = 0, cardinality = 0, cardinality_next = 0;

  void start(const Int& time);
  void write(const Moment& before);
  void grow(int next);
  /// Reverts "OLD".
  Observation observe(const Moment& now, const Int& seconds_ago) const;
  Observation slot(int position) const;

 private:
  Observation between(const Moment& now, const Int& target) const;
};

}  // namespace levee::naive

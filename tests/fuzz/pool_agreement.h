// tests/fuzz/pool_agreement.h — whether levee's pool and the naive one are the same pool.
#pragma once
#include "levee/amm/pool.h"
#include "tests/fuzz/naive_pool.h"

#include <stdexcept>
#include <string>

namespace levee::fuzz {

/// The two differ: what, levee's, the model's.
class Disagreement : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
[[noreturn]] void disagree(const std::string& what, const std::string& ours,
                           const std::string& theirs);

/// Levee's values in the model's words.
naive::Int plain(const U256& n);
naive::Int plain(const I256& n);
naive::Two plain(const amm::Amounts& amounts);
naive::Two plain(const amm::Flows& flows);
naive::Two plain(const amm::FeeGrowth& fees);
naive::Observation plain(const amm::Observation& seen);
naive::Tick plain(const amm::TickState& tick);
naive::Position plain(const amm::PositionState& position);

void same(const char* what, const naive::Int& ours, const naive::Int& theirs);
void same(const char* what, const naive::Two& ours, const naive::Two& theirs);
void same(const char* what, const naive::Observation& ours, const naive::Observation& theirs);

/// The account that stands for an owner's number.
Address address_of(int owner);

/// Throws Disagreement at the first part of the state in which they differ.
void same_state(const amm::Pool& ours, const naive::Pool& theirs);

}  // namespace levee::fuzz

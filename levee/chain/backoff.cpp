#include "levee/chain/backoff.h"

#include <algorithm>

namespace levee::chain {
namespace {

constexpr std::uint32_t jitter_stream = 0x6a697474;  // "jitt"

}  // namespace

Backoff::Backoff(const Patience& patience)
    : first_ms_(patience.first_wait_ms),
      longest_ms_(patience.longest_wait_ms),
      wait_ms_(patience.first_wait_ms),
      draws_(patience.jitter_seed, jitter_stream, 0) {}

int Backoff::next() {
  const int wait = std::min(wait_ms_, longest_ms_);
  wait_ms_ = wait > longest_ms_ / 2 ? longest_ms_ : 2 * wait;
  return static_cast<int>(wait * (0.5 + draws_.uniform()));
}

void Backoff::calm() { wait_ms_ = first_ms_; }

}  // namespace levee::chain

#include "levee/amm/oracle.h"

#include <algorithm>
#include <utility>

namespace levee::amm {
namespace {

// A 56-bit signed sum wraps as the contract's does.
std::int64_t wrapped_56(std::int64_t sum) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(sum) << 8) >> 8;
}

std::int64_t wrapped_56(u128 sum) { return wrapped_56(static_cast<std::int64_t>(sum)); }

U256 wrapped_160(const U256& sum) { return sum & (U256::max() >> 96); }

// The sums at `time`, later than `last` by less than 2^32 seconds.
Observation carried_on(const Observation& last, const OracleNow& now, std::uint32_t time) {
  const std::uint32_t seconds = time - last.time;
  const i128 ticks = static_cast<i128>(now.tick) * seconds;
  const U256 per_liquidity = (U256{seconds} << 128) / U256{std::max<u128>(now.liquidity, 1)};
  return {time, wrapped_56(static_cast<u128>(last.tick_seconds + ticks)),
          wrapped_160(wrapping_add(last.seconds_per_liquidity, per_liquidity)), true};
}

// Whether a is not after b, both at most one turn of the 32-bit clock before `now`.
bool not_after(std::uint32_t now, std::uint32_t a, std::uint32_t b) {
  const auto unwrapped = [now](std::uint32_t t) {
    return t <= now ? std::uint64_t{t} + (std::uint64_t{1} << 32) : std::uint64_t{t};
  };
  return unwrapped(a) <= unwrapped(b);
}

struct Around {
  Observation before, after;
};

Observation interpolated(const Around& around, std::uint32_t target) {
  const auto& [before, after] = around;
  const std::int64_t span = static_cast<std::uint32_t>(after.time - before.time);
  const std::int64_t part = static_cast<std::uint32_t>(target - before.time);
  const std::int64_t slope = wrapped_56(after.tick_seconds - before.tick_seconds) / span;
  const U256 gained =
      wrapped_160(wrapping_sub(after.seconds_per_liquidity, before.seconds_per_liquidity));
  const U256 share = gained * U256{part} / U256{span};
  return {target,
          wrapped_56(static_cast<u128>(before.tick_seconds + static_cast<i128>(slope) * part)),
          wrapped_160(wrapping_add(before.seconds_per_liquidity, share)), true};
}

}  // namespace

void Oracle::start(std::uint32_t time) {
  slots_.assign(1, Observation{time, 0, U256{}, true});
  index_ = 0;
  cardinality_ = cardinality_next_ = 1;
}

void Oracle::write(const OracleNow& before) {
  const Observation last = slots_[index_];
  if (last.time == before.time) return;
  if (cardinality_next_ > cardinality_ && index_ == cardinality_ - 1) {
    cardinality_ = cardinality_next_;
  }
  index_ = static_cast<std::uint16_t>((index_ + 1U) % cardinality_);
  slots_[index_] = carried_on(last, before, before.time);
}

Result<Done> Oracle::grow(std::uint16_t cardinality_next) {
  if (cardinality_next_ == 0) return fail(Reason::refused, "I");
  if (cardinality_next <= cardinality_next_) return Done{};
  // The contract pays for a slot by writing a time of 1 into it.
  slots_.resize(cardinality_next, Observation{1, 0, U256{}, false});
  cardinality_next_ = cardinality_next;
  return Done{};
}

Result<Observation> Oracle::between(const OracleNow& now, std::uint32_t target) const {
  const Observation& newest = slots_[index_];
  if (not_after(now.time, newest.time, target)) {
    return newest.time == target ? newest : carried_on(newest, now, target);
  }
  const Observation& next = slots_[(index_ + 1U) % cardinality_];
  const Observation& oldest = next.initialised ? next : slots_[0];
  if (!not_after(now.time, oldest.time, target)) return fail(Reason::refused, "OLD");

  std::uint64_t low = (index_ + 1U) % cardinality_, high = low + cardinality_ - 1;
  while (true) {
    const std::uint64_t middle = (low + high) / 2;
    const Observation& before = slots_[middle % cardinality_];
    if (!before.initialised) {
      low = middle + 1;
      continue;
    }
    const Observation& after = slots_[(middle + 1) % cardinality_];
    const bool reached = not_after(now.time, before.time, target);
    if (reached && not_after(now.time, target, after.time)) {
      if (target == before.time) return before;
      if (target == after.time) return after;
      return interpolated({before, after}, target);
    }
    if (reached) {
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
}

Result<Observation> Oracle::observe(const OracleNow& now, std::uint32_t seconds_ago) const {
  if (cardinality_ == 0) return fail(Reason::refused, "I");
  if (seconds_ago > 0) return between(now, now.time - seconds_ago);
  const Observation& newest = slots_[index_];
  return newest.time == now.time ? newest : carried_on(newest, now, now.time);
}

void Oracle::restore(std::vector<Observation> slots, std::uint16_t index,
                     std::uint16_t cardinality) {
  LEVEE_EXPECT(index < cardinality && cardinality <= slots.size() && slots.size() <= 65535);
  cardinality_next_ = static_cast<std::uint16_t>(slots.size());
  slots_ = std::move(slots);
  index_ = index;
  cardinality_ = cardinality;
}

}  // namespace levee::amm

#include "tests/fuzz/naive_oracle.h"

#include <stdexcept>

namespace levee::naive {
namespace {

Observation moved(const Observation& last, const Moment& now) {
  const Int seconds = wrapped(now.time - last.time, 32);
  const Int per_liquidity = seconds * power_of_two(128) / (now.liquidity > 0 ? now.liquidity : 1);
  return {now.time, wrapped_signed(last.tick_seconds + now.tick * seconds, 56),
          wrapped(last.per_liquidity + per_liquidity, 160), true};
}

// Whether a is not after b, both being at most 2^32 seconds before now.
bool not_after(const Int& now, const Int& a, const Int& b) {
  const auto unrolled = [&](const Int& t) { return t > now ? t : Int(t + power_of_two(32)); };
  return a <= now && b <= now ? a <= b : unrolled(a) <= unrolled(b);
}

}  // namespace

Observation Oracle::slot(int position) const {
  const auto found = slots.find(position);
  return found == slots.end() ? Observation{} : found->second;
}

void Oracle::start(const Int& time) {
  slots = {{0, {time, 0, 0, true}}};
  index = 0;
  cardinality = cardinality_next = 1;
}

void Oracle::write(const Moment& before) {
  const Observation last = slot(index);
  if (last.time == before.time) return;
  if (cardinality_next > cardinality && index == cardinality - 1) cardinality = cardinality_next;
  index = (index + 1) % cardinality;
  slots[index] = moved(last, before);
}

void Oracle::grow(int next) {
  for (int i = cardinality_next; i < next; ++i) slots[i].time = 1;
  cardinality_next = std::max(cardinality_next, next);
}

Observation Oracle::observe(const Moment& now, const Int& seconds_ago) const {
  const Observation last = slot(index);
  if (seconds_ago == 0) return last.time == now.time ? last : moved(last, now);
  const Int target = wrapped(now.time - seconds_ago, 32);
  if (not_after(now.time, last.time, target)) {
    return last.time == target ? last : moved(last, {target, now.tick, now.liquidity});
  }
  Observation oldest = slot((index + 1) % cardinality);
  if (!oldest.initialised) oldest = slot(0);
  require(not_after(now.time, oldest.time, target), "OLD");
  return between(now, target);
}

Observation Oracle::between(const Moment& now, const Int& target) const {
  for (int i = 1; i <= cardinality; ++i) {
    const Observation before = slot((index + i) % cardinality);
    const Observation after = slot((index + i + 1) % cardinality);
    if (!before.initialised || !not_after(now.time, before.time, target) ||
        !not_after(now.time, target, after.time)) {
      continue;
    }
    if (target == before.time) return before;
    if (target == after.time) return after;
    const Int whole = wrapped(after.time - before.time, 32);
    const Int part = wrapped(target - before.time, 32);
    const Int rise = wrapped_signed(after.tick_seconds - before.tick_seconds, 56);
    const Int grown = wrapped(after.per_liquidity - before.per_liquidity, 160) * part / whole;
    return {target, wrapped_signed(before.tick_seconds + rise / whole * part, 56),
            wrapped(before.per_liquidity + grown, 160), true};
  }
  throw std::logic_error("a ring that holds the time on both sides holds it nowhere");
}

}  // namespace levee::naive

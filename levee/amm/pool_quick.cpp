// levee/amm/pool_quick.cpp — a swap of an exact input in numbers of 128 bits: the same, sooner.
#include "levee/amm/pool_run.h"
#include "levee/amm/quick_step.h"

#include <algorithm>

namespace levee::amm {
namespace {

u128 protocol_part(const FeeSplit& split, u128 in, u128 fee) {
  if (split.part == 0) return 0;
  if (split.share == ProtocolShare::one_in) return fee / split.part;
  if (split.share == ProtocolShare::per_ten_thousand) return fee * split.part / 10'000;
  return split.part == split.fee.value() ? fee : (in + fee) * split.part / 1'000'000;
}

}  // namespace

// Gives false where a number grows too large, or before what needs a reason to refuse: the loop of
// any size then starts afresh.
bool Pool::run_quickly(const SwapAsk& ask, Run& run) const {
  const bool down = ask.direction == Direction::zero_for_one;
  const FeeSplit split = fee_split(ask);
  const U256& limit = ask.limit.value();
  if (!ask.amount.bits().fits(quick_bits) || now_.price.value().high128() != 0) return false;
  if (!around_.by_liquidity || split.fee.value() >= 1'000'000) return false;
  const u128 bound = limit.high128() != 0 ? ~static_cast<u128>(0) : limit.low128();

  Divisor128 by_liquidity = *around_.by_liquidity;
  Edge edge = down ? around_.below : around_.above;
  u128 price = now_.price.value().low128(), liquidity = now_.liquidity;
  u128 remaining = ask.amount.bits().low128(), traded = 0, protocol_fee = 0;
  U256 fee_growth = down ? now_.fees.token0 : now_.fees.token1;
  std::int32_t tick = now_.tick;
  while (true) {
    const u128 edge_price = edge.price.value().low128();
    const bool is_far = edge.price.value().high128() != 0;
    const u128 target = down      ? std::max(edge_price, bound)
                        : !is_far ? std::min(edge_price, bound)
                                  : bound;
    if (liquidity == 0 || target == ~static_cast<u128>(0)) return false;
    const auto step = quick_step({price, target, liquidity, after_fee(remaining, split.fee),
                                  &by_liquidity, split.share == ProtocolShare::pips});
    if (!step) return false;
    const u128 fee = step->price == target ? fee_on(step->in, split.fee) : remaining - step->in;
    const u128 taken = protocol_part(split, step->in, fee);
    if (fee != taken) {
      const U256 growth = by_liquidity.quotient(U256::of_halves(fee - taken, 0));
      fee_growth = wrapping_add(fee_growth, growth);
    }
    protocol_fee += taken;
    remaining -= step->in + fee;
    traded += step->out;
    if ((traded | step->out) >> 127 != 0) return false;
    const bool moved = step->price != price;
    price = step->price;
    if (price == edge_price && !is_far) {
      if (edge.initialised) {
        const i128 net = ticks_.at(edge.tick).liquidity_net;
        const auto after = liquidity_after(liquidity, down ? -net : net);
        if (!after) return false;
        liquidity = *after;
        if (liquidity != 0) by_liquidity = Divisor128(liquidity);
        run.crossed.push_back({edge.tick, fee_growth});
      }
      tick = down ? edge.tick - 1 : edge.tick;
    } else if (moved) {
      tick = tick_at_valid(SqrtPriceX96{U256{price}}).value();
    }
    if (remaining == 0 || price == bound) break;
    edge = ticks_.edge(tick, ask.direction);
  }
  run.price = SqrtPriceX96{U256{price}};
  run.tick = tick;
  run.liquidity = liquidity;
  run.by_liquidity.reset();
  if (liquidity != 0) run.by_liquidity = by_liquidity;
  run.remaining = I256::positive(U256{remaining});
  run.traded = I256::negative(U256{traded});
  run.fee_growth = fee_growth;
  run.protocol_fee = protocol_fee;
  return true;
}

}  // namespace levee::amm

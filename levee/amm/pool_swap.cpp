// levee/amm/pool_swap.cpp — the swap loop: step by step to the price that takes the amount.
#include "levee/amm/pool_run.h"

#include <algorithm>

namespace levee::amm {
namespace {

// Wants a number that fits the contract's signed 256 bits.
std::optional<I256> as_signed(const U256& amount) {
  return amount.bit(255) ? std::nullopt : std::optional(I256::positive(amount));
}

// What is left to trade and what was traded for it, after a step.
template <class Run>
bool book_step(Run& run, const Step& step) {
  const auto in = as_signed(wrapping_add(step.amount_in, step.fee)),
             out = as_signed(step.amount_out);
  if (!in || !out) return false;
  const bool exact_in = !run.remaining.is_negative();
  run.remaining = exact_in ? wrapping_sub(run.remaining, *in) : wrapping_add(run.remaining, *out);
  const auto traded = exact_in ? checked_sub(run.traded, *out) : checked_add(run.traded, *in);
  if (traded) run.traded = *traded;
  return traded.has_value();
}

U256 protocol_part(const Step& step, const FeeSplit& split) {
  const U256 part{split.part};
  if (split.part == 0) return {};
  if (split.share == ProtocolShare::one_in) return step.fee / part;
  if (split.share == ProtocolShare::per_ten_thousand) return step.fee * part / U256{10'000};
  if (split.part == split.fee.value()) return step.fee;
  return (step.amount_in + step.fee) * part / U256{1'000'000};
}

// The fee of a step goes to the protocol and, per unit of liquidity, to the providers.
template <class Run>
bool book_fee(Run& run, const Step& step, const FeeSplit& split) {
  const U256 taken = protocol_part(step, split);
  run.protocol_fee += taken.low128();
  if (run.liquidity == 0) return true;
  const U256 left = wrapping_sub(step.fee, taken);
  if (left.high128() == 0) {
    const U256 growth = run.by_liquidity->quotient(U256::of_halves(left.low128(), 0));
    run.fee_growth = wrapping_add(run.fee_growth, growth);
    return true;
  }
  const auto growth = mul_div(left, U256::power_of_two(128), U256{run.liquidity}, Round::down);
  if (growth) run.fee_growth = wrapping_add(run.fee_growth, *growth);
  return growth.has_value();
}

}  // namespace

SqrtPriceX96 no_limit(Direction direction) {
  return direction == Direction::zero_for_one ? SqrtPriceX96{sqrt_price_min.value() + U256{1}}
                                              : SqrtPriceX96{sqrt_price_max.value() - U256{1}};
}

// Why the contract refuses before it begins, or null.
const char* Pool::refusal_of(const SwapAsk& ask) const {
  if (is_v4()) return v4_refusal_of(ask);
  if (ask.amount.is_zero()) return "AS";
  if (!is_initialised()) return "LOK";
  const bool within = ask.direction == Direction::zero_for_one
                          ? ask.limit < now_.price && ask.limit > sqrt_price_min
                          : ask.limit > now_.price && ask.limit < sqrt_price_max;
  return within ? nullptr : "SPL";
}

FeeSplit Pool::fee_split(const SwapAsk& ask) const {
  const std::uint16_t part =
      ask.direction == Direction::zero_for_one ? now_.protocol_share0 : now_.protocol_share1;
  const FeePips fee = ask.fee.value_or(terms_.fee);
  return {terms_.share, part, is_v4() ? with_protocol(fee, part) : fee};
}

// Steps on until the amount or the price is reached. Gives why the contract reverts, or null.
const char* Pool::run_through(const SwapAsk& ask, Run& run) const {
  if (!run_quickly(ask, run)) {
    run = Run(now_, ask);
    run.by_liquidity = around_.by_liquidity;
    if (const char* why = run_at_any_size(ask, run)) return why;
  }
  return is_v4() && !fits_v4(flows_of(run, ask)) ? "SafeCastOverflow" : nullptr;
}

const char* Pool::run_at_any_size(const SwapAsk& ask, Run& run) const {
  const bool down = ask.direction == Direction::zero_for_one;
  const FeeSplit split = fee_split(ask);
  const bool on_top = split.share == ProtocolShare::pips;
  while (!run.remaining.is_zero() && run.price != ask.limit) {
    const Edge edge = ticks_.edge(run.tick, ask.direction);
    const SqrtPriceX96 start = run.price;
    const SqrtPriceX96& target =
        down ? std::max(edge.price, ask.limit) : std::min(edge.price, ask.limit);
    const StepAids aids{run.by_liquidity ? &*run.by_liquidity : nullptr, on_top};
    const auto step = take_step({start, target, run.liquidity, run.remaining, split.fee}, aids);
    if (on_top && step && !fits_v4(*step)) return "SafeCastOverflow";
    if (!step || !book_step(run, *step) || !book_fee(run, *step, split)) return "";
    run.price = step->price;
    if (run.price == edge.price) {
      if (edge.initialised) {
        const i128 net = ticks_.at(edge.tick).liquidity_net;
        const auto after = liquidity_after(run.liquidity, down ? -net : net);
        if (!after) return (down ? -net : net) < 0 ? "LS" : "LA";
        run.flow_through(*after);
        run.crossed.push_back({edge.tick, run.fee_growth});
      }
      run.tick = down ? edge.tick - 1 : edge.tick;
    } else if (run.price != start) {
      run.tick = tick_at_valid(run.price).value();
    }
  }
  return nullptr;
}

Flows Pool::flows_of(const Run& run, const SwapAsk& ask) {
  const I256 given = wrapping_sub(ask.amount, run.remaining);
  const bool exact_in = !ask.amount.is_negative();
  const bool given_is_token0 = (ask.direction == Direction::zero_for_one) == exact_in;
  return given_is_token0 ? Flows{given, run.traded} : Flows{run.traded, given};
}

Result<Quote> Pool::quote(const SwapAsk& ask) const {
  if (const char* why = refusal_of(ask)) return fail(Reason::refused, why);
  Run run(now_, ask);
  if (const char* why = run_through(ask, run)) return fail(Reason::refused, why);
  return Quote{flows_of(run, ask), run.price, run.tick, run.liquidity,
               static_cast<int>(run.crossed.size())};
}

void Pool::commit(const Run& run, Direction direction, std::uint32_t time) {
  const bool down = direction == Direction::zero_for_one;
  if (!run.crossed.empty()) {
    // Cannot fail: the pool is initialised, and now is always remembered.
    const Observation now = *oracle_.observe(oracle_now(time), 0);
    for (const Crossing& crossing : run.crossed) {
      TickState& state = ticks_.put(crossing.tick);
      const FeeGrowth global = down ? FeeGrowth{crossing.fee_growth, now_.fees.token1}
                                    : FeeGrowth{now_.fees.token0, crossing.fee_growth};
      turn_over(state, global, now);
    }
  }
  if (run.tick != now_.tick) oracle_.write(oracle_now(time));
  now_.price = run.price;
  now_.tick = run.tick;
  now_.liquidity = run.liquidity;
  around_.by_liquidity = run.by_liquidity;
  if (run.tick < around_.from || run.tick >= around_.to) look_around();
  (down ? now_.fees.token0 : now_.fees.token1) = run.fee_growth;
  (down ? now_.protocol_fees0 : now_.protocol_fees1) += run.protocol_fee;
}

Result<Flows> Pool::swap(const SwapAsk& ask, std::uint32_t time, const Payment& payment) {
  if (const char* why = refusal_of(ask)) return fail(Reason::refused, why);
  Run run(now_, ask);
  if (const char* why = run_through(ask, run)) return fail(Reason::refused, why);
  const Flows flows = flows_of(run, ask);
  if (is_v4()) {
    commit(run, ask.direction, time);
    return flows;
  }
  const bool down = ask.direction == Direction::zero_for_one;
  const I256& sold = down ? flows.token0 : flows.token1;
  const I256& bought = down ? flows.token1 : flows.token0;
  U256 &in = down ? now_.balance0 : now_.balance1, &out = down ? now_.balance1 : now_.balance0;

  const U256 leaves = bought.is_negative() ? bought.magnitude() : U256{};
  if (leaves > out) return fail(Reason::refused, "TF");
  if (payment.reenters) return fail(Reason::refused, "LOK");
  const U256 paid = paid_by(sold.bits(), down ? payment.over0 : payment.over1);
  if (paid < sold.bits()) return fail(Reason::refused, "IIA");
  commit(run, ask.direction, time);
  out -= leaves;
  in += paid;
  return flows;
}

}  // namespace levee::amm

#include "tests/fuzz/naive_pool.h"

#include <utility>

namespace levee::naive {
namespace {

int floor_div(int a, int b) { return a / b - (a % b < 0 ? 1 : 0); }

// What a payer who is asked for `owed` really pays.
Int paid(const Int& owed, const Int& over) { return std::max(Int(0), Int(owed + over)); }

void send(Int& balance, const Int& amount) {
  require(balance >= amount, "TF");
  balance -= amount;
}

void take(Int& balance, const Int& owed, const Int& payment, const char* text) {
  require(payment >= owed, text);
  balance = fitting(balance + payment, 256);
}

}  // namespace

// What a swap carries along until it is done.
struct Pool::Walk {
  Moment start;
  Int price;
  int tick = 0;
  Int liquidity, remaining, calculated, fees, protocol_fees;
  int fee = 0, share = 0;
  std::optional<Observation> now;
};

template <class Call>
auto Pool::whole(const Call& call) {
  const State before = state_;
  try {
    return call();
  } catch (const Revert&) {
    state_ = before;
    throw;
  }
}

Int Pool::liquidity_per_tick_max() const {
  const int outermost = tick_limit / terms_.spacing;
  return (power_of_two(128) - 1) / (2 * outermost + 1);
}

Tick Pool::tick(int index) const {
  const auto found = state_.ticks.find(index);
  return found == state_.ticks.end() ? Tick{} : found->second;
}

Position Pool::position(const Key& key) const {
  const auto found = state_.positions.find(key);
  return found == state_.positions.end() ? Position{} : found->second;
}

void Pool::initialise(const Int& price, const Int& time) {
  require(state_.price == 0, "AI");
  state_.tick = tick_at(price);
  state_.price = price;
  state_.oracle.start(time);
}

Two Pool::mint(const Key& key, const Int& amount, const Int& time, const Payment& payment) {
  check_unlocked();
  return whole([&] {
    require(amount > 0);
    const Two owed = change(key, fitting_signed(amount, 128), time);
    require(!payment.reenters, "LOK");
    take(state_.balances.token0, owed.token0, paid(owed.token0, payment.over.token0), "M0");
    take(state_.balances.token1, owed.token1, paid(owed.token1, payment.over.token1), "M1");
    return owed;
  });
}

Two Pool::burn(const Key& key, const Int& amount, const Int& time) {
  check_unlocked();
  return whole([&] {
    const Two flows = change(key, -fitting_signed(amount, 128), time);
    Two& owed = state_.positions[key].owed;
    owed.token0 = wrapped(owed.token0 - flows.token0, 128);
    owed.token1 = wrapped(owed.token1 - flows.token1, 128);
    return Two{-flows.token0, -flows.token1};
  });
}

Two Pool::collect(const Key& key, const Two& most) {
  check_unlocked();
  return whole([&] {
    const Two owed = position(key).owed;
    const Two out{std::min(most.token0, owed.token0), std::min(most.token1, owed.token1)};
    if (out != Two{}) {
      state_.positions[key].owed = {owed.token0 - out.token0, owed.token1 - out.token1};
    }
    send(state_.balances.token0, out.token0);
    send(state_.balances.token1, out.token1);
    return out;
  });
}

Two Pool::change(const Key& key, const Int& by, const Int& time) {
  const auto [owner, lower, upper] = key;
  require(lower < upper, "TLU");
  require(lower >= -tick_limit, "TLM");
  require(upper <= tick_limit, "TUM");
  update_position(key, by, time);
  return by == 0 ? Two{} : principal(key, by, time);
}

void Pool::update_position(const Key& key, const Int& by, const Int& time) {
  const auto [owner, lower, upper] = key;
  bool lower_flips = false, upper_flips = false;
  if (by != 0) {
    const Observation now = state_.oracle.observe({time, state_.tick, state_.liquidity}, 0);
    lower_flips = update_tick({lower, false}, by, now);
    upper_flips = update_tick({upper, true}, by, now);
    if (lower_flips) flip(lower);
    if (upper_flips) flip(upper);
  }
  reckon(key, by);
  if (by < 0 && lower_flips) state_.ticks.erase(lower);
  if (by < 0 && upper_flips) state_.ticks.erase(upper);
}

bool Pool::update_tick(const Update& which, const Int& by, const Observation& now) {
  Tick& tick = state_.ticks[which.tick];
  const bool was_empty = tick.gross == 0;
  const Int gross = changed_liquidity(tick.gross, by);
  require(gross <= liquidity_per_tick_max(), "LO");
  if (was_empty && which.tick <= state_.tick) {
    tick.fees_outside = state_.fees;
    tick.tick_seconds_outside = now.tick_seconds;
    tick.per_liquidity_outside = now.per_liquidity;
    tick.seconds_outside = now.time;
  }
  if (was_empty) tick.initialised = true;
  tick.gross = gross;
  tick.net = fitting_signed(which.is_upper ? tick.net - by : tick.net + by, 128);
  return was_empty != (gross == 0);
}

void Pool::flip(int index) {
  require(index % terms_.spacing == 0);
  const int place = index / terms_.spacing;
  const int word = floor_div(place, 256);
  bit_flip(state_.bitmap[word], static_cast<unsigned>(place - 256 * word));
}

Two Pool::fees_inside(int lower, int upper) const {
  const auto inside = [&](const Int& global, const Int& below, const Int& above) {
    const Int under = state_.tick >= lower ? below : Int(global - below);
    const Int over = state_.tick < upper ? above : Int(global - above);
    return wrapped(global - under - over, 256);
  };
  const Two low = tick(lower).fees_outside, high = tick(upper).fees_outside;
  return {inside(state_.fees.token0, low.token0, high.token0),
          inside(state_.fees.token1, low.token1, high.token1)};
}

void Pool::reckon(const Key& key, const Int& by) {
  Position& position = state_.positions[key];
  const Two inside = fees_inside(std::get<1>(key), std::get<2>(key));
  require(by != 0 || position.liquidity > 0, "NP");
  const auto earned = [&](const Int& now, const Int& last) {
    return wrapped(now - last, 256) * position.liquidity / power_of_two(128);
  };
  position.owed.token0 =
      wrapped(position.owed.token0 + earned(inside.token0, position.inside_last.token0), 128);
  position.owed.token1 =
      wrapped(position.owed.token1 + earned(inside.token1, position.inside_last.token1), 128);
  position.inside_last = inside;
  position.liquidity = changed_liquidity(position.liquidity, by);
}

Two Pool::principal(const Key& key, const Int& by, const Int& time) {
  const auto [owner, lower, upper] = key;
  const Int low = price_at(lower), high = price_at(upper);
  if (state_.tick < lower) return {amount0_of_change({low, high}, by), 0};
  if (state_.tick >= upper) return {0, amount1_of_change({low, high}, by)};
  state_.oracle.write({time, state_.tick, state_.liquidity});
  const Two flows{amount0_of_change({state_.price, high}, by),
                  amount1_of_change({low, state_.price}, by)};
  state_.liquidity = changed_liquidity(state_.liquidity, by);
  return flows;
}

Two Pool::swap(const SwapAsk& ask, const Int& time, const Payment& payment) {
  const bool sells0 = ask.sells == Sells::token0;
  require(ask.amount != 0, "AS");
  check_unlocked();
  require(sells0 ? ask.limit < state_.price && ask.limit > price_floor()
                 : ask.limit > state_.price && ask.limit < price_ceiling(),
          "SPL");
  return whole([&] {
    Walk on{.start = {time, state_.tick, state_.liquidity},
            .price = state_.price,
            .tick = state_.tick,
            .liquidity = state_.liquidity,
            .remaining = ask.amount,
            .calculated = 0,
            .fees = sells0 ? state_.fees.token0 : state_.fees.token1,
            .protocol_fees = 0,
            .fee = ask.fee.value_or(terms_.fee),
            .share = sells0 ? state_.share0 : state_.share1,
            .now = {}};
    walk(ask, on);
    const Int specified = ask.amount - on.remaining;
    const Two flows =
        sells0 == (ask.amount > 0) ? Two{specified, on.calculated} : Two{on.calculated, specified};
    const auto& [in, out] =
        sells0 ? std::pair(flows.token0, flows.token1) : std::pair(flows.token1, flows.token0);
    if (out < 0) send(sells0 ? state_.balances.token1 : state_.balances.token0, -out);
    require(!payment.reenters, "LOK");
    const Int& over = sells0 ? payment.over.token0 : payment.over.token1;
    take(sells0 ? state_.balances.token0 : state_.balances.token1, in, paid(in, over), "IIA");
    return flows;
  });
}

void Pool::walk(const SwapAsk& ask, Walk& on) {
  crossed_ = 0;
  while (on.remaining != 0 && on.price != ask.limit) step(ask, on);
  if (on.tick != state_.tick) state_.oracle.write(on.start);
  state_.price = on.price;
  state_.tick = on.tick;
  state_.liquidity = on.liquidity;
  const bool sells0 = ask.sells == Sells::token0;
  (sells0 ? state_.fees.token0 : state_.fees.token1) = on.fees;
  Int& kept = sells0 ? state_.protocol_fees.token0 : state_.protocol_fees.token1;
  kept = wrapped(kept + on.protocol_fees, 128);
}

void Pool::step(const SwapAsk& ask, Walk& on) {
  Target target = next_tick(on.tick, ask.sells);
  target.tick = std::max(-tick_limit, std::min(tick_limit, target.tick));
  const Int edge = price_at(target.tick), from = on.price;
  const bool sells0 = ask.sells == Sells::token0;
  const Int to = sells0 ? std::max(edge, ask.limit) : std::min(edge, ask.limit);
  const Step step = step_of({{from, to}, on.liquidity, on.remaining, on.fee});
  const Int paid_in = fitting(wrapped(step.in + step.fee, 256), 255), out = fitting(step.out, 255);
  on.price = step.price;
  on.remaining += ask.amount > 0 ? -paid_in : out;
  on.calculated = fitting_signed(on.calculated + (ask.amount > 0 ? -out : paid_in), 256);
  take_step_fee(step.fee, on);
  if (on.price == edge) {
    arrive(target, ask, on);
  } else if (on.price != from) {
    on.tick = tick_at(on.price);
  }
}

Int Pool::protocol_part(const Int& fee, int share) const {
  if (share == 0) return 0;
  return terms_.share == Share::one_in ? Int(fee / share) : Int(fee * share / 10'000);
}

void Pool::take_step_fee(const Int& fee, Walk& on) const {
  const Int part = protocol_part(fee, on.share);
  on.protocol_fees = wrapped(on.protocol_fees + part, 128);
  if (on.liquidity == 0) return;
  const Int growth = mul_div(fee - part, power_of_two(128), on.liquidity, Rounding::down);
  on.fees = wrapped(on.fees + growth, 256);
}

void Pool::arrive(const Target& target, const SwapAsk& ask, Walk& on) {
  if (target.initialised) cross(target.tick, ask, on);
  on.tick = ask.sells == Sells::token0 ? target.tick - 1 : target.tick;
}

void Pool::cross(int index, const SwapAsk& ask, Walk& on) {
  ++crossed_;
  if (!on.now) on.now = state_.oracle.observe(on.start, 0);
  Tick& tick = state_.ticks[index];
  const bool sells0 = ask.sells == Sells::token0;
  const Two fees{sells0 ? on.fees : state_.fees.token0, sells0 ? state_.fees.token1 : on.fees};
  if (terms_.flaw != Flaw::crossing_keeps_outside) {
    tick.fees_outside = {wrapped(fees.token0 - tick.fees_outside.token0, 256),
                         wrapped(fees.token1 - tick.fees_outside.token1, 256)};
  }
  tick.tick_seconds_outside = wrapped_signed(on.now->tick_seconds - tick.tick_seconds_outside, 56);
  tick.per_liquidity_outside = wrapped(on.now->per_liquidity - tick.per_liquidity_outside, 160);
  tick.seconds_outside = wrapped(on.start.time - tick.seconds_outside, 32);
  on.liquidity = changed_liquidity(on.liquidity, sells0 ? Int(-tick.net) : tick.net);
}

Pool::Target Pool::next_tick(int from, Sells sells) const {
  const int step = sells == Sells::token0 ? -1 : 1;
  const int first = floor_div(from, terms_.spacing) + (step > 0 ? 1 : 0);
  const int word = floor_div(first, 256);
  const auto found = state_.bitmap.find(word);
  int place = first;
  while (true) {
    const int bit = place - 256 * word;
    if (found != state_.bitmap.end() && bit_test(found->second, static_cast<unsigned>(bit))) {
      return {place * terms_.spacing, true};
    }
    if (bit == (step > 0 ? 255 : 0)) return {place * terms_.spacing, false};
    place += step;
  }
}

void Pool::keep_flash_fee(Int& fees, Int& protocol_fees, const Int& paid, int share) const {
  const Int part = protocol_part(paid, share);
  protocol_fees = wrapped(protocol_fees + part, 128);
  const Int growth = mul_div(paid - part, power_of_two(128), state_.liquidity, Rounding::down);
  fees = wrapped(fees + growth, 256);
}

void Pool::flash(const Two& amounts, const Payment& payment) {
  check_unlocked();
  whole([&] {
    require(state_.liquidity > 0, "L");
    const auto fee_of = [&](const Int& amount) {
      return mul_div(amount, terms_.fee, 1'000'000, Rounding::up);
    };
    const Two fees{fee_of(amounts.token0), fee_of(amounts.token1)}, before = state_.balances;
    send(state_.balances.token0, amounts.token0);
    send(state_.balances.token1, amounts.token1);
    require(!payment.reenters, "LOK");
    const Two back{paid(amounts.token0 + fees.token0, payment.over.token0),
                   paid(amounts.token1 + fees.token1, payment.over.token1)};
    take(state_.balances.token0, amounts.token0 + fees.token0, back.token0, "F0");
    take(state_.balances.token1, amounts.token1 + fees.token1, back.token1, "F1");
    keep_flash_fee(state_.fees.token0, state_.protocol_fees.token0,
                   state_.balances.token0 - before.token0, state_.share0);
    keep_flash_fee(state_.fees.token1, state_.protocol_fees.token1,
                   state_.balances.token1 - before.token1, state_.share1);
    return 0;
  });
}

void Pool::set_shares(int share0, int share1) {
  check_unlocked();
  const bool one_in = terms_.share == Share::one_in;
  const int least = one_in ? 4 : 1000, most = one_in ? 10 : 4000;
  for (const int share : {share0, share1}) require(share == 0 || (share >= least && share <= most));
  state_.share0 = share0;
  state_.share1 = share1;
}

Two Pool::collect_protocol(const Two& most) {
  check_unlocked();
  return whole([&] {
    // One unit stays, so that the slot is never cleared.
    const auto part = [](const Int& asked, Int& held) {
      Int out = std::min(asked, held);
      if (out > 0 && out == held) --out;
      held -= out;
      return out;
    };
    const Two out{part(most.token0, state_.protocol_fees.token0),
                  part(most.token1, state_.protocol_fees.token1)};
    send(state_.balances.token0, out.token0);
    send(state_.balances.token1, out.token1);
    return out;
  });
}

void Pool::grow_oracle(int next) {
  check_unlocked();
  state_.oracle.grow(next);
}

void Pool::receive(const Two& amounts) {
  state_.balances.token0 += amounts.token0;
  state_.balances.token1 += amounts.token1;
}

std::vector<Observation> Pool::observe(const Int& time, const std::vector<Int>& seconds_ago) const {
  require(state_.oracle.cardinality > 0, "I");
  std::vector<Observation> observed;
  for (const Int& ago : seconds_ago) {
    observed.push_back(state_.oracle.observe({time, state_.tick, state_.liquidity}, ago));
  }
  return observed;
}

Inside Pool::sums_inside(int lower, int upper, const Int& time) const {
  require(lower < upper, "TLU");
  require(lower >= -tick_limit, "TLM");
  require(upper <= tick_limit, "TUM");
  const Tick low = tick(lower), high = tick(upper);
  require(low.initialised && high.initialised);
  Int ticks = low.tick_seconds_outside - high.tick_seconds_outside;
  Int per_liquidity = low.per_liquidity_outside - high.per_liquidity_outside;
  Int seconds = low.seconds_outside - high.seconds_outside;
  if (state_.tick >= upper) {
    ticks = -ticks, per_liquidity = -per_liquidity, seconds = -seconds;
  } else if (state_.tick >= lower) {
    const Observation now = state_.oracle.observe({time, state_.tick, state_.liquidity}, 0);
    ticks = now.tick_seconds - low.tick_seconds_outside - high.tick_seconds_outside;
    per_liquidity = now.per_liquidity - low.per_liquidity_outside - high.per_liquidity_outside;
    seconds = time - low.seconds_outside - high.seconds_outside;
  }
  return {wrapped_signed(ticks, 56), wrapped(per_liquidity, 160), wrapped(seconds, 32)};
}

}  // namespace levee::naive

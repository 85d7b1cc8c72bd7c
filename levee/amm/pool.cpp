#include "levee/amm/pool.h"

#include "levee/amm/pool_run.h"

#include <algorithm>

namespace levee::amm {
namespace {

constexpr u128 largest_change = ~static_cast<u128>(0) >> 1;  // int128's

Error refused(const char* why) { return fail(Reason::refused, why); }

Result<Done> ticks_make_sense(const TickRange& range) {
  if (range.lower >= range.upper) return refused("TLU");
  if (range.lower < tick_min.value()) return refused("TLM");
  if (range.upper > tick_max.value()) return refused("TUM");
  return Done{};
}

// a + b, or nothing where 128 signed bits do not hold it.
std::optional<i128> net_after(i128 a, i128 b) {
  i128 sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::nullopt : std::optional(sum);
}

bool is_protocol_share(ProtocolShare share, std::uint16_t part) {
  if (part == 0) return true;
  if (share == ProtocolShare::pips) return part <= 1000;
  return share == ProtocolShare::one_in ? part >= 4 && part <= 10 : part >= 1000 && part <= 4000;
}

}  // namespace

std::int64_t wrapped_56(std::int64_t sum) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(sum) << 8) >> 8;
}

U256 wrapped_160(const U256& sum) { return sum & (U256::max() >> 96); }

void turn_over(TickState& state, const FeeGrowth& global, const Observation& now) {
  state.fees_outside = {wrapping_sub(global.token0, state.fees_outside.token0),
                        wrapping_sub(global.token1, state.fees_outside.token1)};
  state.seconds_per_liquidity_outside =
      wrapped_160(wrapping_sub(now.seconds_per_liquidity, state.seconds_per_liquidity_outside));
  state.tick_seconds_outside = wrapped_56(now.tick_seconds - state.tick_seconds_outside);
  state.seconds_outside = now.time - state.seconds_outside;
}

U256 paid_by(const U256& asked, const I256& over) {
  if (!over.is_negative()) return asked + over.bits();
  return asked > over.magnitude() ? asked - over.magnitude() : U256{};
}

Pool::Pool(const PoolTerms& terms)
    : terms_(terms),
      liquidity_per_tick_max_(is_v4() ? v4_liquidity_per_tick_max(terms.spacing)
                                      : amm::liquidity_per_tick_max(terms.spacing)),
      ticks_(terms.spacing) {}

std::size_t Pool::KeyHash::operator()(const PositionKey& key) const {
  std::uint64_t mixed = 0;
  const auto take = [&mixed](std::uint64_t part) {
    mixed = (mixed ^ part) * 0x9e3779b97f4a7c15U;
    mixed ^= mixed >> 29;
  };
  take(static_cast<std::uint64_t>(static_cast<std::uint32_t>(key.range.lower)) << 32 |
       static_cast<std::uint32_t>(key.range.upper));
  for (std::size_t i = 0; i < 20; i += 4) {
    take(static_cast<std::uint64_t>(key.owner.bytes[i]) << 24 | key.owner.bytes[i + 1] << 16 |
         key.owner.bytes[i + 2] << 8 | key.owner.bytes[i + 3]);
  }
  if (key.salt != Bytes32{}) {
    const U256 salt = number_of(key.salt);
    for (const std::uint64_t limb : salt.limbs()) take(limb);
  }
  return mixed;
}

Result<Done> Pool::initialise(const SqrtPriceX96& price, std::uint32_t time) {
  if (is_initialised()) return refused(is_v4() ? "PoolAlreadyInitialized" : "AI");
  const auto tick = tick_at(price);
  if (!tick) return is_v4() ? refused("InvalidSqrtPrice") : tick.error();
  now_.price = price;
  now_.tick = tick->value();
  look_around();
  oracle_.start(time);
  return Done{};
}

void Pool::look_around() {
  around_.below = ticks_.edge(now_.tick, Direction::zero_for_one);
  around_.above = ticks_.edge(now_.tick, Direction::one_for_zero);
  // From the last place of a word the view upwards is into the next one: it holds for itself only.
  const bool in_one_word =
      ticks_.word_of(now_.tick) == ticks_.word_of(now_.tick + terms_.spacing.value());
  around_.from = in_one_word ? around_.below.tick : now_.tick;
  around_.to = in_one_word ? around_.above.tick : now_.tick + 1;
}

Result<TickState> Pool::tick_after(std::int32_t tick, i128 by, bool is_upper,
                                   std::uint32_t time) const {
  TickState state = ticks_.at(tick);
  const bool was_empty = state.liquidity_gross == 0;
  const auto gross = liquidity_after(state.liquidity_gross, by);
  if (!gross) return gross.error();
  if (*gross > liquidity_per_tick_max_) return refused("LO");
  if (was_empty) {
    // By convention all growth so far happened below the tick.
    if (tick <= now_.tick) {
      const Observation now = *oracle_.observe(oracle_now(time), 0);
      state.fees_outside = now_.fees;
      state.tick_seconds_outside = now.tick_seconds;
      state.seconds_per_liquidity_outside = now.seconds_per_liquidity;
      state.seconds_outside = time;
    }
    state.initialised = true;
  }
  const auto net = net_after(state.liquidity_net, is_upper ? -by : by);
  if (!net) return refused("");
  state.liquidity_gross = *gross;
  state.liquidity_net = *net;
  return state;
}

Result<Pool::Change> Pool::change_of(const PositionKey& key, i128 by, std::uint32_t time) const {
  if (const auto sane = ticks_make_sense(key.range); !sane) return sane.error();
  const auto& [lower, upper] = key.range;
  Change change{.key = key,
                .by = by,
                .lower = ticks_.at(lower),
                .upper = ticks_.at(upper),
                .liquidity = now_.liquidity};
  if (by != 0) {
    const auto low = tick_after(lower, by, false, time);
    if (!low) return low.error();
    const auto high = tick_after(upper, by, true, time);
    if (!high) return high.error();
    change.flips_lower = (low->liquidity_gross == 0) != (change.lower.liquidity_gross == 0);
    change.flips_upper = (high->liquidity_gross == 0) != (change.upper.liquidity_gross == 0);
    const std::int32_t spacing = terms_.spacing.value();
    const bool off_spacing = (change.flips_lower && lower % spacing != 0) ||
                             (change.flips_upper && upper % spacing != 0);
    if (off_spacing) return refused("");
    change.lower = *low;
    change.upper = *high;
  }
  const FeeGrowth inside =
      fees_inside({{lower, &change.lower}, {upper, &change.upper}, now_.tick, now_.fees});
  const auto position = reckoned(this->position(key), by, inside);
  if (!position) return position.error();
  change.position = *position;
  if (by == 0) return change;

  const auto flows = principal_of({now_.price, now_.tick, key.range, by});
  if (!flows) return flows.error();
  change.flows = *flows;
  change.in_range = lower <= now_.tick && now_.tick < upper;
  if (change.in_range) {
    const auto active = liquidity_after(now_.liquidity, by);
    if (!active) return active.error();
    change.liquidity = *active;
  }
  return change;
}

void Pool::commit(const Change& change, std::uint32_t time) {
  positions_[change.key] = change.position;
  if (change.by == 0) return;
  const auto settle = [&](std::int32_t tick, const TickState& state, bool flips) {
    if (flips) ticks_.flip(tick);
    if (state.liquidity_gross == 0) {
      ticks_.clear(tick);
    } else {
      ticks_.put(tick) = state;
    }
  };
  settle(change.key.range.lower, change.lower, change.flips_lower);
  settle(change.key.range.upper, change.upper, change.flips_upper);
  if (change.in_range) {
    oracle_.write(oracle_now(time));
    now_.liquidity = change.liquidity;
    around_.by_liquidity = divisor_of(now_.liquidity);
  }
  if (change.flips_lower || change.flips_upper) look_around();
}

Result<Amounts> Pool::mint(const ChangeAsk& ask, std::uint32_t time, const Payment& payment) {
  if (!is_initialised()) return refused("LOK");
  if (ask.liquidity == 0 || ask.liquidity > largest_change) return refused("");
  const auto change = change_of({ask.owner, ask.range, {}}, static_cast<i128>(ask.liquidity), time);
  if (!change) return change.error();
  if (payment.reenters) return refused("LOK");
  const Amounts asked{change->flows.token0.bits(), change->flows.token1.bits()};
  const Amounts paid{paid_by(asked.token0, payment.over0), paid_by(asked.token1, payment.over1)};
  if (paid.token0 < asked.token0) return refused("M0");
  if (paid.token1 < asked.token1) return refused("M1");
  commit(*change, time);
  receive(paid);
  return asked;
}

Result<Amounts> Pool::burn(const ChangeAsk& ask, std::uint32_t time) {
  if (!is_initialised()) return refused("LOK");
  if (ask.liquidity > largest_change) return refused("");
  auto change = change_of({ask.owner, ask.range, {}}, -static_cast<i128>(ask.liquidity), time);
  if (!change) return change.error();
  const Amounts freed{change->flows.token0.magnitude(), change->flows.token1.magnitude()};
  change->position.owed0 += freed.token0.low128();
  change->position.owed1 += freed.token1.low128();
  commit(*change, time);
  return freed;
}

Result<Amounts> Pool::collect(const CollectAsk& ask) {
  if (!is_initialised()) return refused("LOK");
  const PositionKey key{ask.owner, ask.range, {}};
  PositionState position = this->position(key);
  const u128 amount0 = std::min(ask.most0, position.owed0);
  const u128 amount1 = std::min(ask.most1, position.owed1);
  const Amounts paid{U256{amount0}, U256{amount1}};
  if (paid.token0 > now_.balance0 || paid.token1 > now_.balance1) return refused("TF");
  if (amount0 != 0 || amount1 != 0) {
    position.owed0 -= amount0;
    position.owed1 -= amount1;
    positions_[key] = position;
    now_.balance0 -= paid.token0;
    now_.balance1 -= paid.token1;
  }
  return paid;
}

namespace {

// One token of a flash loan, worked out: what the pool holds after and what it earned.
struct Lent {
  U256 balance{}, growth{};
  u128 protocol = 0;
};

struct LendAsk {
  U256 amount, fee, balance;
  I256 over;
  u128 liquidity = 0;
  ProtocolShare share = ProtocolShare::one_in;
  std::uint16_t part = 0;
  const char* unpaid = "";
};

Result<Lent> lent(const LendAsk& ask) {
  const auto due = checked_add(ask.balance, ask.fee);
  if (!due) return refused("");
  const U256 back = paid_by(ask.amount + ask.fee, ask.over);
  const U256 after = ask.balance - ask.amount + back;
  if (after < *due) return refused(ask.unpaid);
  const U256 paid = after - ask.balance;
  if (paid.is_zero()) return Lent{.balance = after};
  U256 taken;
  if (ask.part != 0) {
    taken = ask.share == ProtocolShare::one_in ? paid / U256{ask.part}
                                               : paid * U256{ask.part} / U256{10'000};
  }
  const auto growth =
      mul_div(paid - taken, U256::power_of_two(128), U256{ask.liquidity}, Round::down);
  if (!growth) return refused("");
  return Lent{after, *growth, taken.low128()};
}

}  // namespace

Result<Done> Pool::flash(const FlashAsk& ask, const Payment& payment) {
  if (!is_initialised()) return refused("LOK");
  if (now_.liquidity == 0) return refused("L");
  if (is_v4()) {
    return fail(Reason::not_supported, "flash loan (version 4 lends without a fee)");
  }
  const auto fee_on = [this](const U256& amount) {
    return mul_div(amount, U256{terms_.fee.value()}, U256{1'000'000}, Round::up);
  };
  const auto fee0 = fee_on(ask.amount0), fee1 = fee_on(ask.amount1);
  if (!fee0 || !fee1) return refused("");
  if (ask.amount0 > now_.balance0 || ask.amount1 > now_.balance1) return refused("TF");
  if (payment.reenters) return refused("LOK");
  LendAsk lending{ask.amount0,    *fee0,        now_.balance0,        payment.over0,
                  now_.liquidity, terms_.share, now_.protocol_share0, "F0"};
  const auto token0 = lent(lending);
  lending = {ask.amount1,    *fee1,        now_.balance1,        payment.over1,
             now_.liquidity, terms_.share, now_.protocol_share1, "F1"};
  const auto token1 = lent(lending);
  // The contract asks both payments before it works out either growth.
  const auto unpaid = [](const Result<Lent>& l) { return !l && !l.error().message.empty(); };
  if (unpaid(token0) || (token0 && !token1))
    return unpaid(token0) ? token0.error() : token1.error();
  if (!token0) return unpaid(token1) ? token1.error() : token0.error();
  now_.balance0 = token0->balance;
  now_.balance1 = token1->balance;
  now_.fees.token0 = wrapping_add(now_.fees.token0, token0->growth);
  now_.fees.token1 = wrapping_add(now_.fees.token1, token1->growth);
  now_.protocol_fees0 += token0->protocol;
  now_.protocol_fees1 += token1->protocol;
  return Done{};
}

Result<Done> Pool::set_protocol_shares(std::uint16_t share0, std::uint16_t share1) {
  const bool sane =
      is_protocol_share(terms_.share, share0) && is_protocol_share(terms_.share, share1);
  if (is_v4() && !sane) return refused("ProtocolFeeTooLarge");
  if (!is_initialised()) return refused(is_v4() ? "PoolNotInitialized" : "LOK");
  if (!sane) return refused("");
  now_.protocol_share0 = share0;
  now_.protocol_share1 = share1;
  return Done{};
}

Result<Amounts> Pool::collect_protocol(u128 most0, u128 most1) {
  if (is_v4()) return collect_v4_protocol(most0, most1);
  if (!is_initialised()) return refused("LOK");
  const auto due = [](u128 most, u128 held) {
    const u128 amount = std::min(most, held);
    // One unit stays behind so that the slot is never emptied.
    return amount > 0 && amount == held ? amount - 1 : amount;
  };
  const u128 amount0 = due(most0, now_.protocol_fees0), amount1 = due(most1, now_.protocol_fees1);
  const Amounts paid{U256{amount0}, U256{amount1}};
  if (paid.token0 > now_.balance0 || paid.token1 > now_.balance1) return refused("TF");
  now_.protocol_fees0 -= amount0;
  now_.protocol_fees1 -= amount1;
  now_.balance0 -= paid.token0;
  now_.balance1 -= paid.token1;
  return paid;
}

Result<Done> Pool::grow_oracle(std::uint16_t cardinality_next) {
  if (!is_initialised()) return refused("LOK");
  return oracle_.grow(cardinality_next);
}

void Pool::receive(const Amounts& amounts) {
  now_.balance0 += amounts.token0;
  now_.balance1 += amounts.token1;
}

}  // namespace levee::amm

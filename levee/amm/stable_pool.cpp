#include "levee/amm/stable_pool.h"

#include <algorithm>
#include <array>

namespace levee::amm {
namespace {

constexpr U256 amplification_min{1}, amplification_max{5000};
constexpr unsigned day = 86'400;
constexpr unsigned daily_rate_max = 2;
constexpr int rounds_max = 255;

using Ratios = std::array<Fixed18, Coins::most>;

Fixed18 quotient(const Fixed18& a, const Fixed18& b, Round round) {
  return round == Round::up ? int_div_up(a, b) : a / b;
}

// Whether a loop on whole numbers has arrived.
bool is_near(const U256& a, const U256& b) { return (a > b ? a - b : b - a) <= U256{1}; }

Fixed18 weight_of(const Coins& balances, std::size_t token) {
  return ratio_down(balances[token], sum_of(balances));
}

// Where the invariant would stand after shares were made or burnt, rounded up.
Fixed18 invariant_after(const StableCurve& curve, const Fixed18& supply, const U256& before) {
  const Fixed18 whole = stable_invariant(curve, Round::up);
  return whole.sound() ? mul_up(ratio_up(supply, before), whole) : whole;
}

}  // namespace

Fixed18 stable_invariant(const StableCurve& curve, Round round) {
  const Coins& balances = curve.balances;
  const Fixed18 n = U256{balances.size()};
  const Fixed18 precision = U256{StablePool::precision};
  const Round other = round == Round::up ? Round::down : Round::up;
  const Fixed18 sum = sum_of(balances);
  if (!sum.sound() || sum.raw().is_zero()) return sum;
  const Fixed18 total = Fixed18(curve.amplification) * n;
  Fixed18 invariant = sum;
  for (int i = 0; i < rounds_max; ++i) {
    Fixed18 product = n * balances[0];
    for (std::size_t j = 1; j < balances.size(); ++j) {
      product = quotient(product * balances[j] * n, invariant, round);
    }
    const Fixed18 before = invariant;
    const Fixed18 dividend =
        n * before * before + quotient(total * sum * product, precision, round);
    const Fixed18 divisor =
        (n + U256{1}) * before + quotient((total - precision) * product, precision, other);
    invariant = quotient(dividend, divisor, round);
    if (!invariant.sound() || is_near(invariant.raw(), before.raw())) return invariant;
  }
  return Fixed18::faulty(Bal::no_convergence);
}

Fixed18 stable_balance(const StableBalance& ask) {
  const Coins& balances = ask.curve.balances;
  const Fixed18& invariant = ask.invariant;
  const Fixed18 n = U256{balances.size()};
  const Fixed18 precision = U256{StablePool::precision};
  const Fixed18 total = Fixed18(ask.curve.amplification) * n;
  Fixed18 sum = balances[0];
  Fixed18 product = n * balances[0];
  for (std::size_t j = 1; j < balances.size(); ++j) {
    product = product * balances[j] * n / invariant;
    sum = sum + balances[j];
  }
  sum = sum - balances[ask.token];
  const Fixed18 square = invariant * invariant;
  const Fixed18 c = int_div_up(square, total * product) * precision * balances[ask.token];
  const Fixed18 b = sum + invariant / total * precision;
  Fixed18 balance = int_div_up(square + c, invariant + b);
  for (int i = 0; i < rounds_max && balance.sound(); ++i) {
    const Fixed18 before = balance;
    balance = int_div_up(before * before + c, before * U256{2} + b - invariant);
    if (balance.sound() && is_near(balance.raw(), before.raw())) return balance;
  }
  return balance.sound() ? Fixed18::faulty(Bal::no_convergence) : balance;
}

StablePool::StablePool(std::size_t tokens, const U256& amplification)
    : tokens_(tokens), from_(amplification * precision), to_(from_), amplification_(from_) {}

Result<StablePool> StablePool::of(std::size_t tokens, const U256& amplification) {
  if (tokens < 2) return refused(Bal::min_tokens);
  if (tokens > 5) return refused(Bal::max_stable_tokens);
  if (amplification < amplification_min) return refused(Bal::min_amplification);
  if (amplification > amplification_max) return refused(Bal::max_amplification);
  return StablePool(tokens, amplification);
}

U256 StablePool::amplification_at(std::uint64_t time) const {
  if (time >= end_) return to_;
  const U256 passed{time - begin_}, whole{end_ - begin_};
  if (to_ > from_) return from_ + (to_ - from_) * passed / whole;
  return from_ - (from_ - to_) * passed / whole;
}

void StablePool::advance_to(std::uint64_t time) {
  time_ = time;
  amplification_ = amplification_at(time);
}

Result<Done> StablePool::start_ramp(const U256& amplification, std::uint64_t end) {
  if (amplification < amplification_min) return refused(Bal::min_amplification);
  if (amplification > amplification_max) return refused(Bal::max_amplification);
  if (end < time_) return refused(Bal::sub_overflow);
  const std::uint64_t duration = end - time_;
  if (duration < day) return refused(Bal::ramp_too_short);
  if (time_ < end_) return refused(Bal::ramp_under_way);
  const U256 goal = amplification * precision;
  const U256 high = std::max(goal, amplification_), low = std::min(goal, amplification_);
  if (div_up(high * day, low * duration) > U256{daily_rate_max}) {
    return refused(Bal::ramp_too_fast);
  }
  from_ = amplification_;
  to_ = goal;
  begin_ = time_;
  end_ = end;
  return Done{};
}

Result<Done> StablePool::stop_ramp() {
  if (time_ >= end_) return refused(Bal::no_ramp);
  from_ = to_ = amplification_;
  begin_ = end_ = time_;
  return Done{};
}

Fixed18 StablePool::invariant(const Coins& balances) const {
  return stable_invariant({balances, amplification_}, Round::up);
}

Fixed18 StablePool::last_invariant(const Coins& balances, LastInvariant& last) const {
  const Fixed18 now = invariant(balances);
  if (now.sound()) last = {now.raw(), amplification_};
  return now;
}

DueFee StablePool::due_fee(const Coins& balances, const LastInvariant& last, const U256& share) {
  if (share.is_zero()) return {};
  const auto most = static_cast<std::size_t>(std::ranges::max_element(balances) - balances.begin());
  const Fixed18 balance = stable_balance({{balances, last.amplification}, last.invariant, most});
  if (!balance.sound()) return {most, balance};
  if (balances[most] <= balance.raw()) return {most, {}};
  return {most, mul_down(balances[most] - balance.raw(), share)};
}

Fixed18 StablePool::out_given_in(const Coins& balances, const Pair& tokens,
                                 const U256& amount) const {
  const Fixed18 whole = invariant(balances);
  const Fixed18 raised = Fixed18(balances[tokens.in]) + amount;
  if (!whole.sound() || !raised.sound()) return whole + raised;
  Coins moved = balances;
  moved[tokens.in] = raised.raw();
  const Fixed18 left = stable_balance({{moved, amplification_}, whole, tokens.out});
  return Fixed18(balances[tokens.out]) - left - U256{1};
}

Fixed18 StablePool::in_given_out(const Coins& balances, const Pair& tokens,
                                 const U256& amount) const {
  const Fixed18 whole = invariant(balances);
  const Fixed18 lowered = Fixed18(balances[tokens.out]) - amount;
  if (!whole.sound() || !lowered.sound()) return whole + lowered;
  Coins moved = balances;
  moved[tokens.out] = lowered.raw();
  const Fixed18 needed = stable_balance({{moved, amplification_}, whole, tokens.in});
  return needed - balances[tokens.in] + U256{1};
}

Fixed18 StablePool::shares_for_in(const ScaledPool& pool, const Coins& amounts) const {
  const Coins& balances = pool.balances;
  Ratios ratios;
  Fixed18 ideal;
  for (std::size_t i = 0; i < tokens_; ++i) {
    ratios[i] = ratio_down(Fixed18(balances[i]) + amounts[i], balances[i]);
    ideal = ideal + mul_down(ratios[i], weight_of(balances, i));
  }
  if (!ideal.sound()) return ideal;
  Coins after = balances;
  for (std::size_t i = 0; i < tokens_; ++i) {
    const Fixed18 kept =
        Fixed18(balances[i]) + less_fee({balances[i], amounts[i], ratios[i], ideal, pool.swap_fee});
    if (!kept.sound()) return kept;
    after[i] = kept.raw();
  }
  const Fixed18 before = invariant(balances);
  if (!before.sound()) return before;
  const Fixed18 growth = ratio_down(stable_invariant({after, amplification_}, Round::down), before);
  return mul_down(pool.supply, growth - Fixed18::one());
}

Fixed18 StablePool::in_for_shares(const ScaledPool& pool, const OneToken& ask) const {
  const StableCurve curve{pool.balances, amplification_};
  const Fixed18 whole = invariant_after(curve, Fixed18(pool.supply) + ask.shares, pool.supply);
  if (!whole.sound()) return whole;
  const Fixed18 amount = stable_balance({curve, whole, ask.token}) - pool.balances[ask.token];
  return single_with_fee({amount, weight_of(pool.balances, ask.token), pool.swap_fee});
}

Fixed18 StablePool::out_for_shares(const ScaledPool& pool, const OneToken& ask) const {
  const StableCurve curve{pool.balances, amplification_};
  const Fixed18 whole = invariant_after(curve, Fixed18(pool.supply) - ask.shares, pool.supply);
  if (!whole.sound()) return whole;
  const Fixed18 amount =
      Fixed18(pool.balances[ask.token]) - stable_balance({curve, whole, ask.token});
  return single_less_fee({amount, weight_of(pool.balances, ask.token), pool.swap_fee});
}

Fixed18 StablePool::shares_for_out(const ScaledPool& pool, const Coins& amounts) const {
  const Coins& balances = pool.balances;
  const Fixed18 sum = sum_of(balances);
  Ratios ratios;
  Fixed18 ideal;
  for (std::size_t i = 0; i < tokens_; ++i) {
    ratios[i] = ratio_up(Fixed18(balances[i]) - amounts[i], balances[i]);
    ideal = ideal + mul_up(ratios[i], ratio_up(balances[i], sum));
  }
  if (!ideal.sound()) return ideal;
  Coins after = balances;
  for (std::size_t i = 0; i < tokens_; ++i) {
    const Fixed18 left =
        Fixed18(balances[i]) - with_fee({balances[i], amounts[i], ratios[i], ideal, pool.swap_fee});
    if (!left.sound()) return left;
    after[i] = left.raw();
  }
  const Fixed18 before = invariant(balances);
  if (!before.sound()) return before;
  const Fixed18 growth = ratio_down(stable_invariant({after, amplification_}, Round::down), before);
  return mul_up(pool.supply, complement(growth));
}

}  // namespace levee::amm

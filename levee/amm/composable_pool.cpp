#include "levee/amm/composable_pool.h"

#include <array>

namespace levee::amm {
namespace {

constexpr U256 minimum_shares{1'000'000};
constexpr int rounds_max = 255;

using Ratios = std::array<Fixed18, Coins::most>;

// The invariant rounded down, as the later pools reckon it.
Fixed18 invariant_down(const StableCurve& curve) {
  const Coins& balances = curve.balances;
  const Fixed18 n = U256{balances.size()};
  const Fixed18 precision = U256{StablePool::precision};
  const Fixed18 sum = sum_of(balances);
  if (!sum.sound() || sum.raw().is_zero()) return sum;
  const Fixed18 total = Fixed18(curve.amplification) * n;
  Fixed18 invariant = sum;
  for (int i = 0; i < rounds_max; ++i) {
    Fixed18 product = invariant;
    for (const U256& balance : balances) product = product * invariant / (n * balance);
    const Fixed18 before = invariant;
    invariant = (total * sum / precision + product * n) * before /
                ((total - precision) * before / precision + (n + U256{1}) * product);
    if (!invariant.sound()) return invariant;
    const U256 &a = invariant.raw(), &b = before.raw();
    if ((a > b ? a - b : b - a) <= U256{1}) return invariant;
  }
  return Fixed18::faulty(Bal::invariant_no_convergence);
}

Fixed18 weight_of(const Coins& balances, std::size_t token) {
  return ratio_down(balances[token], sum_of(balances));
}

}  // namespace

struct ComposablePool::Raised {
  Coins balances;
  Fixed18 invariant;
  StableCurve curve(const U256& amplification) const { return {balances, amplification}; }
};

ComposablePool::ComposablePool(const Terms& terms)
    : amplification_(terms.amplification * StablePool::precision),
      swap_fee_(terms.swap_fee),
      unit_(terms.decimals.size()),
      balances_(terms.decimals.size()) {
  for (std::size_t i = 0; i < unit_.size(); ++i) {
    unit_[i] = Fixed18::one().raw();
    for (unsigned places = terms.decimals[i]; places < 18; ++places) unit_[i] = unit_[i] * 10;
  }
  scale_ = unit_;
  rates_ = unit_;
  for (std::size_t i = 0; i < unit_.size(); ++i) rates_[i] = Fixed18::one().raw();
  last_rates_ = rates_;
}

Result<ComposablePool> ComposablePool::of(const Terms& terms) {
  const auto stable = StablePool::of(terms.decimals.size(), terms.amplification);
  if (!stable) return stable.error();
  const auto pool = VaultPool::of({terms.decimals, terms.swap_fee, {}}, *stable);
  if (!pool) return pool.error();
  return ComposablePool(terms);
}

void ComposablePool::set_rates(const Coins& rates) {
  LEVEE_EXPECT(rates.size() == tokens());
  for (std::size_t i = 0; i < tokens(); ++i) {
    const Fixed18 scale = mul_down(unit_[i], rates[i]);
    LEVEE_EXPECT(scale.sound() && !scale.raw().is_zero());
    scale_[i] = scale.raw();
    rates_[i] = rates[i];
  }
}

Fixed18 ComposablePool::lifted(std::size_t token, const Fixed18& raw) const {
  return mul_down(raw, token == share_token() ? Fixed18::one() : Fixed18(scale_[token]));
}

Fixed18 ComposablePool::dropped(std::size_t token, const Fixed18& amount, Round round) const {
  const Fixed18 scale = token == share_token() ? Fixed18::one() : Fixed18(scale_[token]);
  return round == Round::up ? ratio_up(amount, scale) : ratio_down(amount, scale);
}

Result<ComposablePool::Raised> ComposablePool::raised() const {
  Raised now{balances_, {}};
  for (std::size_t i = 0; i < tokens(); ++i) {
    const Fixed18 balance = lifted(i, balances_[i]);
    if (!balance.sound()) return refused(balance.fault());
    now.balances[i] = balance.raw();
  }
  now.invariant = invariant_down(now.curve(amplification_));
  return now;
}

Result<U256> ComposablePool::open(const Coins& amounts) {
  LEVEE_EXPECT(circulating_.is_zero() && amounts.size() == tokens());
  ComposablePool next = *this;
  next.balances_ = amounts;
  const auto now = next.raised();
  if (!now) return now.error();
  if (!now->invariant.sound()) return refused(now->invariant.fault());
  const Fixed18 rest = Fixed18(U256::power_of_two(111)) - now->invariant;
  if (!rest.sound()) return refused(rest.fault());
  if (now->invariant.raw() < minimum_shares) return refused(Bal::minimum_shares);
  for (const U256& amount : amounts) {
    if (!amount.fits(112)) return refused(Bal::total_overflow);
  }
  next.circulating_ = now->invariant.raw();
  next.vault_shares_ = rest.raw();
  next.last_rates_ = rates_;
  *this = next;
  return circulating_ - minimum_shares;
}

// A token for another: the one amount's balance moves, the other is what the invariant leaves.
Fixed18 ComposablePool::traded(const Raised& now, const Swap& ask) const {
  const bool given_in = ask.given == Given::in;
  const auto& [in, out] = ask.tokens;
  const Fixed18 taxed =
      given_in ? Fixed18(ask.amount) - mul_up(ask.amount, swap_fee_) : Fixed18(ask.amount);
  const std::size_t given = given_in ? in : out, sought = given_in ? out : in;
  const Fixed18 amount = lifted(given, taxed);
  if (!amount.sound()) return amount;
  if (!now.invariant.sound()) return now.invariant;
  const Fixed18 balance =
      given_in ? Fixed18(now.balances[given]) + amount : Fixed18(now.balances[given]) - amount;
  if (!balance.sound()) return balance;
  Raised moved = now;
  moved.balances[given] = balance.raw();
  const Fixed18 left = stable_balance({moved.curve(amplification_), now.invariant, sought});
  const Fixed18 held = now.balances[sought];
  if (given_in) return dropped(out, held - left - U256{1}, Round::down);
  return ratio_up(dropped(in, left - held + U256{1}, Round::up), Fixed18::one() - swap_fee_);
}

Fixed18 ComposablePool::shares_for_in(const Raised& now, const Coins& amounts) const {
  Ratios ratios;
  Fixed18 ideal;
  for (std::size_t i = 0; i < tokens(); ++i) {
    ratios[i] = ratio_down(Fixed18(now.balances[i]) + amounts[i], now.balances[i]);
    ideal = ideal + mul_down(ratios[i], weight_of(now.balances, i));
  }
  if (!ideal.sound()) return ideal;
  Raised after = now;
  for (std::size_t i = 0; i < tokens(); ++i) {
    const Fixed18 balance = Fixed18(now.balances[i]) +
                            less_fee({now.balances[i], amounts[i], ratios[i], ideal, swap_fee_});
    if (!balance.sound()) return balance;
    after.balances[i] = balance.raw();
  }
  const Fixed18 growth = ratio_down(invariant_down(after.curve(amplification_)), now.invariant);
  if (growth.sound() && growth.raw() <= Fixed18::one().raw()) return {};
  return mul_down(circulating_, growth - Fixed18::one());
}

Fixed18 ComposablePool::shares_for_out(const Raised& now, const Coins& amounts) const {
  const Fixed18 sum = sum_of(now.balances);
  Ratios ratios;
  Fixed18 ideal;
  for (std::size_t i = 0; i < tokens(); ++i) {
    ratios[i] = ratio_up(Fixed18(now.balances[i]) - amounts[i], now.balances[i]);
    ideal = ideal + mul_up(ratios[i], ratio_up(now.balances[i], sum));
  }
  if (!ideal.sound()) return ideal;
  Raised after = now;
  for (std::size_t i = 0; i < tokens(); ++i) {
    const Fixed18 balance = Fixed18(now.balances[i]) -
                            with_fee({now.balances[i], amounts[i], ratios[i], ideal, swap_fee_});
    if (!balance.sound()) return balance;
    after.balances[i] = balance.raw();
  }
  const Fixed18 growth = ratio_down(invariant_down(after.curve(amplification_)), now.invariant);
  return mul_up(circulating_, complement(growth));
}

// A join or exit begins with what swaps have earned at the rates of the last one, though the
// protocol is due nothing of it: that invariant may not converge.
Bal ComposablePool::fault_before(const Raised& now) const {
  Raised at_last_rates = now;
  for (std::size_t i = 0; i < tokens(); ++i) {
    const Fixed18 balance = Fixed18(now.balances[i]) * last_rates_[i] / rates_[i];
    if (!balance.sound()) return balance.fault();
    at_last_rates.balances[i] = balance.raw();
  }
  const Fixed18 before = invariant_down(at_last_rates.curve(amplification_));
  return before.sound() ? now.invariant.fault() : before.fault();
}

// A join or exit ends with the invariant of what it leaves, which may not converge.
Bal ComposablePool::fault_after(Raised now, std::size_t token, const Fixed18& balance) const {
  if (!balance.sound()) return balance.fault();
  now.balances[token] = balance.raw();
  return invariant_down(now.curve(amplification_)).fault();
}

// Shares bought with a token.
Fixed18 ComposablePool::joined(const Raised& now, const Swap& ask) const {
  const std::size_t token = ask.tokens.in;
  const bool given_in = ask.given == Given::in;
  const Fixed18 given = lifted(given_in ? token : share_token(), ask.amount);
  if (!given.sound()) return given;
  if (const Bal fault = fault_before(now); fault != Bal::none) return Fixed18::faulty(fault);
  Fixed18 paid = given, found;
  if (given_in) {
    Coins amounts(tokens());
    amounts[token] = given.raw();
    found = shares_for_in(now, amounts);
  } else {
    const Fixed18 supply = Fixed18(circulating_) + given;
    const Fixed18 whole = mul_up(ratio_up(supply, circulating_), now.invariant);
    const Fixed18 balance = stable_balance({now.curve(amplification_), whole, token});
    found = paid =
        single_with_fee({balance - now.balances[token], weight_of(now.balances, token), swap_fee_});
  }
  if (!found.sound()) return found;
  const Bal fault = fault_after(now, token, Fixed18(now.balances[token]) + paid);
  if (fault != Bal::none) return Fixed18::faulty(fault);
  return given_in ? found : dropped(token, found, Round::up);
}

// Shares sold for a token.
Fixed18 ComposablePool::left(const Raised& now, const Swap& ask) const {
  const std::size_t token = ask.tokens.out;
  const bool given_in = ask.given == Given::in;
  const Fixed18 given = lifted(given_in ? share_token() : token, ask.amount);
  if (!given.sound()) return given;
  if (const Bal fault = fault_before(now); fault != Bal::none) return Fixed18::faulty(fault);
  Fixed18 paid = given, found;
  if (given_in) {
    const Fixed18 supply = Fixed18(circulating_) - given;
    const Fixed18 whole = mul_up(ratio_up(supply, circulating_), now.invariant);
    const Fixed18 balance = stable_balance({now.curve(amplification_), whole, token});
    found = paid = single_less_fee(
        {Fixed18(now.balances[token]) - balance, weight_of(now.balances, token), swap_fee_});
  } else {
    Coins amounts(tokens());
    amounts[token] = given.raw();
    found = shares_for_out(now, amounts);
  }
  if (!found.sound()) return found;
  const Bal fault = fault_after(now, token, Fixed18(now.balances[token]) - paid);
  if (fault != Bal::none) return Fixed18::faulty(fault);
  return given_in ? dropped(token, found, Round::down) : found;
}

Fixed18 ComposablePool::other_side(const Swap& ask) const {
  const auto now = raised();
  LEVEE_EXPECT(now);
  if (ask.tokens.out == share_token()) return joined(*now, ask);
  if (ask.tokens.in == share_token()) return left(*now, ask);
  return traded(*now, ask);
}

Result<ComposablePool::Flow> ComposablePool::query(const Swap& ask) const {
  LEVEE_EXPECT(ask.tokens.in <= tokens() && ask.tokens.out <= tokens());
  LEVEE_EXPECT(!circulating_.is_zero());
  if (ask.tokens.in == ask.tokens.out) return refused(Bal::same_token);
  if (ask.amount.is_zero()) return refused(Bal::no_amount);
  const Fixed18 found = other_side(ask);
  if (!found.sound()) return refused(found.fault());
  const Flow flow =
      ask.given == Given::in ? Flow{ask.amount, found.raw()} : Flow{found.raw(), ask.amount};
  const auto held = [this](std::size_t token) {
    return token == share_token() ? vault_shares_ : balances_[token];
  };
  const Fixed18 in = Fixed18(held(ask.tokens.in)) + flow.in;
  if (!in.sound()) return refused(in.fault());
  if (!in.raw().fits(112)) return refused(Bal::total_overflow);
  if (flow.out > held(ask.tokens.out)) return refused(Bal::sub_overflow);
  return flow;
}

Result<ComposablePool::Flow> ComposablePool::swap(const Swap& ask) {
  if (ask.amount.is_zero()) return refused(Bal::no_amount);
  auto flow = query(ask);
  if (!flow) return flow;
  const bool beyond = ask.given == Given::in ? ask.limit && flow->out < *ask.limit
                                             : ask.limit && flow->in > *ask.limit;
  if (beyond) return refused(Bal::swap_limit);
  const bool joins_or_exits = ask.tokens.in == share_token() || ask.tokens.out == share_token();
  if (joins_or_exits) last_rates_ = rates_;
  if (ask.tokens.in == share_token()) {
    vault_shares_ += flow->in;
    circulating_ -= flow->in;
  } else {
    balances_[ask.tokens.in] += flow->in;
  }
  if (ask.tokens.out == share_token()) {
    vault_shares_ -= flow->out;
    circulating_ += flow->out;
  } else {
    balances_[ask.tokens.out] -= flow->out;
  }
  return flow;
}

Result<U256> ComposablePool::join(const VaultPool::TokensIn& ask) {
  LEVEE_EXPECT(!circulating_.is_zero() && ask.amounts.size() == tokens());
  const auto now = raised();
  LEVEE_EXPECT(now);
  Coins amounts(tokens());
  for (std::size_t i = 0; i < tokens(); ++i) {
    const Fixed18 amount = lifted(i, ask.amounts[i]);
    if (!amount.sound()) return refused(amount.fault());
    amounts[i] = amount.raw();
  }
  if (const Bal fault = fault_before(*now); fault != Bal::none) return refused(fault);
  const Fixed18 made = shares_for_in(*now, amounts);
  if (!made.sound()) return refused(made.fault());
  if (made.raw() < ask.least_shares) return refused(Bal::shares_out_min);
  Raised after = *now;
  Coins balances = balances_;
  for (std::size_t i = 0; i < tokens(); ++i) {
    after.balances[i] += amounts[i];
    const Fixed18 balance = Fixed18(balances[i]) + dropped(i, amounts[i], Round::up);
    if (!balance.sound()) return refused(balance.fault());
    balances[i] = balance.raw();
  }
  const Fixed18 left = invariant_down(after.curve(amplification_));
  if (!left.sound()) return refused(left.fault());
  for (const U256& balance : balances) {
    if (!balance.fits(112)) return refused(Bal::total_overflow);
  }
  balances_ = balances;
  last_rates_ = rates_;
  circulating_ += made.raw();
  return made.raw();
}

Result<Coins> ComposablePool::exit(const U256& shares) {
  LEVEE_EXPECT(!circulating_.is_zero() && shares <= circulating_ - minimum_shares);
  const auto now = raised();
  LEVEE_EXPECT(now);
  if (const Bal fault = fault_before(*now); fault != Bal::none) return refused(fault);
  const Fixed18 part = ratio_down(shares, circulating_);
  Raised after = *now;
  Coins paid(tokens());
  for (std::size_t i = 0; i < tokens(); ++i) {
    const Fixed18 amount = mul_down(now->balances[i], part);
    const Fixed18 out = dropped(i, amount, Round::down);
    if (!out.sound()) return refused(out.fault());
    after.balances[i] -= amount.raw();
    paid[i] = out.raw();
  }
  const Fixed18 left = invariant_down(after.curve(amplification_));
  if (!left.sound()) return refused(left.fault());
  for (std::size_t i = 0; i < tokens(); ++i) balances_[i] -= paid[i];
  last_rates_ = rates_;
  circulating_ -= shares;
  return paid;
}

Result<U256> ComposablePool::rate() const {
  LEVEE_EXPECT(!circulating_.is_zero());
  const auto now = raised();
  LEVEE_EXPECT(now);
  if (const Bal fault = fault_before(*now); fault != Bal::none) return refused(fault);
  const Fixed18 rate = ratio_down(now->invariant, circulating_);
  if (!rate.sound()) return refused(rate.fault());
  return rate.raw();
}

}  // namespace levee::amm

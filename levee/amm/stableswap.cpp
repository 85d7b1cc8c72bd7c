#include "levee/amm/stableswap.h"

#include "levee/amm/stable_leap.h"

namespace levee::amm {
namespace {

constexpr std::uint64_t unit = 1'000'000'000'000'000'000;
constexpr std::uint64_t fee_unit = 10'000'000'000;
constexpr unsigned scale_bits = 40,
                   scale_room = 128 - scale_bits;  // 10^12 and less: the quick way.
constexpr std::uint64_t day = 86'400;
constexpr unsigned amplification_below = 1'000'000;
constexpr unsigned ramp_factor_max = 10;

Error refusal(const char* text = "") { return fail(Reason::refused, text); }

// A result of 128-bit arithmetic that keeps the fault of what it was made from.
Checked within(const Checked& from, u128 result) { return from.sound() ? Checked{result} : from; }

// amount * share / 10^10. in: share <= 10^10
Checked part_of(const Checked& amount, const U256& share) {
  if (!amount.bits().fits(94)) return amount * share / fee_unit;
  return within(amount, amount.bits().low128() * share.low64() / fee_unit);
}

Checked distance(const Checked& a, const Checked& b) { return a.bits() > b.bits() ? a - b : b - a; }

}  // namespace

StableSwap::StableSwap(const StableTerms& terms)
    : rates_(terms.rates),
      scales_(terms.rates.size()),
      fee_(terms.fee),
      admin_fee_(terms.admin_fee),
      amplification_(terms.amplification * amplification_precision),
      balances_(terms.rates.size()),
      held_(terms.rates.size()) {
  LEVEE_EXPECT(coins() >= 2);
  LEVEE_EXPECT(!terms.amplification.is_zero());
  LEVEE_EXPECT(fee_ <= fee_unit && admin_fee_ <= fee_unit);
  ramp_ = {amplification_, amplification_, 0, 0};
  for (std::size_t k = 0; k < coins(); ++k) {
    LEVEE_EXPECT(!rates_[k].is_zero() && rates_[k].fits(128));
    const Divided scale = divided(rates_[k], unit);
    if (scale.remainder.is_zero() && scale.quotient.fits(scale_bits)) scales_[k] = scale.quotient;
  }
}

// amount * rate / 10^18. Where the rate is a whole multiple the floor takes nothing.
Checked StableSwap::lift(std::size_t coin, const Checked& amount) const {
  const u128 scale = scales_[coin].low128();
  if (scale == 0 || !amount.bits().fits(scale_room)) return Checked{rates_[coin]} * amount / unit;
  return within(amount, amount.bits().low128() * scale);
}

// amount * 10^18 / rate.
Checked StableSwap::lower(std::size_t coin, const Checked& amount) const {
  const u128 scale = scales_[coin].low128();
  if (scale == 0 || !amount.bits().fits(128)) return amount * unit / rates_[coin];
  return within(amount, scale == 1 ? amount.bits().low128() : amount.bits().low128() / scale);
}

std::optional<Coins> StableSwap::lifted(const Coins& balances) const {
  Coins scaled(coins());
  for (std::size_t k = 0; k < coins(); ++k) {
    if (!scales_[k].is_zero() && balances[k].fits(scale_room)) {
      scaled[k] = U256{balances[k].low128() * scales_[k].low128()};
      continue;
    }
    const Checked one = lift(k, balances[k]);
    if (!one.sound()) return std::nullopt;
    scaled[k] = one.value();
  }
  return scaled;
}

std::optional<U256> StableSwap::invariant_at(const Coins& balances) const {
  const std::optional<Coins> scaled = lifted(balances);
  return scaled ? quick_invariant_of(*scaled, amplification_) : std::nullopt;
}

std::optional<Coins> StableSwap::moved(std::span<const U256> amounts, Way way) const {
  LEVEE_EXPECT(amounts.size() == coins());
  Coins after(coins());
  for (std::size_t k = 0; k < coins(); ++k) {
    const auto balance = way == Way::in ? checked_add(balances_[k], amounts[k])
                                        : checked_sub(balances_[k], amounts[k]);
    if (!balance) return std::nullopt;
    after[k] = *balance;
  }
  return after;
}

Checked StableSwap::imbalance_fee() const { return Checked{fee_} * coins() / (4 * (coins() - 1)); }

std::optional<StableSwap::Shift> StableSwap::shift_to(const Coins& wanted) const {
  const auto before = invariant_at(balances_), whole = invariant_at(wanted);
  if (!before || !whole) return std::nullopt;
  Shift shift{*before, *whole, *whole, wanted};
  if (supply_.is_zero()) return shift;
  Coins kept = wanted;
  for (std::size_t k = 0; k < coins(); ++k) {
    const Checked ideal = Checked{*whole} * balances_[k] / *before;
    const Checked fee = imbalance_fee() * distance(ideal, wanted[k]) / fee_unit;
    const Checked own = Checked{wanted[k]} - part_of(fee, admin_fee_);
    const Checked left = Checked{wanted[k]} - fee;
    if (!own.sound() || !left.sound()) return std::nullopt;
    shift.balances[k] = own.value();
    kept[k] = left.value();
  }
  const auto after = invariant_at(kept);
  if (!after) return std::nullopt;
  shift.after = *after;
  return shift;
}

std::optional<StableSwap::Sale> StableSwap::sale_of(const ExchangeAsk& ask) const {
  const auto& [in, out, amount, least] = ask;
  if (in == out || in >= coins() || out >= coins()) return std::nullopt;
  std::optional<Coins> scaled = lifted(balances_);
  if (!scaled) return std::nullopt;
  const auto invariant = quick_invariant_of(*scaled, amplification_);
  const Checked sold = Checked{(*scaled)[in]} + lift(in, amount);
  if (!invariant || !sold.sound()) return std::nullopt;
  const U256 stood = (*scaled)[out];
  (*scaled)[in] = sold.value();
  const auto left = quick_balance_of({out, *scaled, *invariant, amplification_});
  if (!left) return std::nullopt;

  const Checked gross = Checked{stood} - *left - 1;
  const Checked fee = part_of(gross, fee_);
  const Checked paid = lower(out, gross - fee);
  const Checked admins = lower(out, part_of(fee, admin_fee_));
  if (!paid.sound() || !admins.sound()) return std::nullopt;
  return Sale{paid.value(), admins.value()};
}

Result<U256> StableSwap::quote(const ExchangeAsk& ask) const {
  const auto sale = sale_of(ask);
  if (!sale) return refusal();
  return sale->amount;
}

Result<U256> StableSwap::exchange(const ExchangeAsk& ask) {
  const auto sale = sale_of(ask);
  if (!sale) return refusal();
  if (sale->amount < ask.least) return refusal("Exchange resulted in fewer coins than expected");
  const Carried in = add_with_carry(balances_[ask.in], ask.amount);
  const Carried held = add_with_carry(held_[ask.in], ask.amount);
  const Carried left = sub_with_borrow(balances_[ask.out], sale->amount);
  const Carried own = sub_with_borrow(left.value, sale->admin_fee);
  if (in.over || held.over || left.over || own.over) return refusal();
  balances_[ask.in] = in.value;
  balances_[ask.out] = own.value;
  held_[ask.in] = held.value;
  held_[ask.out] -= sale->amount;
  return sale->amount;
}

Result<U256> StableSwap::add_liquidity(const StableAmounts& ask) {
  const auto wanted = moved(ask.amounts, Way::in);
  if (!wanted) return refusal();
  Coins held = held_;
  for (std::size_t k = 0; k < coins(); ++k) {
    if (supply_.is_zero() && ask.amounts[k].is_zero()) return refusal();
    const auto sum = checked_add(held[k], ask.amounts[k]);
    if (!sum) return refusal();
    held[k] = *sum;
  }
  const auto shift = shift_to(*wanted);
  if (!shift || shift->whole <= shift->before) return refusal();
  const Checked made =
      supply_.is_zero()
          ? Checked{shift->after}
          : Checked{supply_} * (Checked{shift->after} - shift->before) / shift->before;
  if (!made.sound()) return refusal();
  if (made.value() < ask.bound) return refusal("Slippage screwed you");
  const auto supply = checked_add(supply_, made.value());
  if (!supply) return refusal();
  supply_ = *supply;
  tokens_[ask.holder] += made.value();
  balances_ = shift->balances;
  held_ = held;
  return made.value();
}

Result<Coins> StableSwap::remove_liquidity(const StableShare& ask) {
  LEVEE_EXPECT(ask.least.empty() || ask.least.size() == coins());
  Coins paid(coins());
  for (std::size_t k = 0; k < coins(); ++k) {
    const Checked share = Checked{balances_[k]} * ask.burn / supply_;
    if (!share.sound()) return refusal();
    if (!ask.least.empty() && share.value() < ask.least[k]) {
      return refusal("Withdrawal resulted in fewer coins than expected");
    }
    if (share.value() > balances_[k]) return refusal();
    paid[k] = share.value();
  }
  if (ask.burn > tokens_of(ask.holder)) return refusal();
  for (std::size_t k = 0; k < coins(); ++k) {
    balances_[k] -= paid[k];
    held_[k] -= paid[k];
  }
  burn(ask.holder, ask.burn);
  return paid;
}

Result<U256> StableSwap::remove_liquidity_imbalance(const StableAmounts& ask) {
  const auto wanted = moved(ask.amounts, Way::out);
  const auto shift = wanted ? shift_to(*wanted) : std::nullopt;
  if (!shift) return refusal();
  const Checked burnt = (Checked{shift->before} - shift->after) * supply_ / shift->before + 1;
  if (!burnt.sound() || burnt.value() <= 1) return refusal();
  if (burnt.value() > ask.bound) return refusal("Slippage screwed you");
  if (burnt.value() > tokens_of(ask.holder)) return refusal();
  balances_ = shift->balances;
  for (std::size_t k = 0; k < coins(); ++k) held_[k] -= ask.amounts[k];
  burn(ask.holder, burnt.value());
  return burnt.value();
}

Result<U256> StableSwap::remove_liquidity_one_coin(const StableOneCoin& ask) {
  const auto quoted = one_coin_for(ask.burn, ask.coin);
  if (!quoted) return quoted.error();
  if (quoted->amount < ask.least) return refusal("Not enough coins removed");
  const Checked left =
      Checked{balances_[ask.coin]} - (quoted->amount + part_of(quoted->fee, admin_fee_));
  if (!left.sound() || ask.burn > tokens_of(ask.holder)) return refusal();
  balances_[ask.coin] = left.value();
  held_[ask.coin] -= quoted->amount;
  burn(ask.holder, ask.burn);
  return quoted->amount;
}

Result<OneCoinQuote> StableSwap::one_coin_for(const U256& burn, std::size_t coin) const {
  const auto scaled = coin < coins() ? lifted(balances_) : std::nullopt;
  const auto before = scaled ? quick_invariant_of(*scaled, amplification_) : std::nullopt;
  if (!before) return refusal();
  const Checked after = Checked{*before} - Checked{burn} * *before / supply_;
  if (!after.sound()) return refusal();
  const auto bare = quick_balance_of({coin, *scaled, after.value(), amplification_});
  if (!bare) return refusal();
  Coins reduced(coins());
  for (std::size_t k = 0; k < coins(); ++k) {
    const Checked stood = (*scaled)[k];
    const Checked ideal = stood * after / *before;
    const Checked off = k == coin ? ideal - *bare : stood - ideal;
    const Checked left = stood - imbalance_fee() * off / fee_unit;
    if (!left.sound()) return refusal();
    reduced[k] = left.value();
  }
  const auto left = quick_balance_of({coin, reduced, after.value(), amplification_});
  if (!left) return refusal();
  const Checked amount = lower(coin, Checked{reduced[coin]} - *left - 1);
  const Checked free = lower(coin, Checked{(*scaled)[coin]} - *bare);
  const Checked fee = free - amount;
  if (!fee.sound()) return refusal();
  return OneCoinQuote{amount.value(), fee.value()};
}

Result<U256> StableSwap::tokens_for(std::span<const U256> amounts, Way way) const {
  const auto wanted = moved(amounts, way);
  const auto before = invariant_at(balances_);
  const auto after = wanted ? invariant_at(*wanted) : std::nullopt;
  if (!before || !after) return refusal();
  const Checked change = way == Way::in ? Checked{*after} - *before : Checked{*before} - *after;
  const Checked tokens = change * supply_ / *before;
  if (!tokens.sound()) return refusal();
  return tokens.value();
}

Result<U256> StableSwap::virtual_price() const {
  const auto invariant = invariant_at(balances_);
  if (!invariant) return refusal();
  const Checked price = Checked{*invariant} * unit / supply_;
  if (!price.sound()) return refusal();
  return price.value();
}

Checked StableSwap::amplification_at(std::uint64_t time) const {
  const auto& [from, to, begin, end] = ramp_;
  if (time >= end) return to;
  const Checked gone = Checked{time} - begin, span = Checked{end} - begin;
  return to > from ? from + (Checked{to} - from) * gone / span
                   : from - (Checked{from} - to) * gone / span;
}

void StableSwap::advance_to(std::uint64_t time) {
  LEVEE_EXPECT(time >= time_);
  time_ = time;
  amplification_ = amplification_at(time).value();
}

Result<Done> StableSwap::ramp(const U256& amplification, std::uint64_t end) {
  if (time_ < ramp_.begin + day || end < time_ + day) return refusal();
  if (amplification.is_zero() || amplification >= amplification_below) return refusal();
  const U256 to = amplification * amplification_precision;
  const bool too_low = to * ramp_factor_max < amplification_;
  if (too_low || to > amplification_ * ramp_factor_max) return refusal();
  ramp_ = {amplification_, to, time_, end};
  return Done{};
}

void StableSwap::stop_ramp() { ramp_ = {amplification_, amplification_, time_, time_}; }

Coins StableSwap::take_admin_fees() {
  Coins earned(coins());
  for (std::size_t k = 0; k < coins(); ++k) earned[k] = held_[k] - balances_[k];
  held_ = balances_;
  return earned;
}

U256 StableSwap::tokens_of(const Address& holder) const {
  const auto found = tokens_.find(holder);
  return found == tokens_.end() ? U256{} : found->second;
}

void StableSwap::burn(const Address& holder, const U256& amount) {
  if (amount.is_zero()) return;
  supply_ -= amount;
  tokens_[holder] -= amount;
}

}  // namespace levee::amm

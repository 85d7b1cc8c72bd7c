#include "levee/scenario/cascade_pool.h"

#include "levee/amm/exposure.h"
#include "levee/amm/stableswap_value.h"
#include "levee/base/wide.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace levee::scenario {
namespace {

constexpr Address owner{{1}};
constexpr std::uint64_t pips = 1'000'000;

U256 big(Units units) { return U256{static_cast<std::uint64_t>(units)}; }
Units small(const U256& n) { return static_cast<Units>(n.low64()); }

// part / whole of an amount, rounded down. in: 0 <= part <= whole, whole > 0
Units portion(Units amount, Units part, Units whole) {
  const auto quotient = mul_div(big(amount), big(part), big(whole), Round::down);
  LEVEE_ENSURE(quotient.has_value());
  return small(*quotient);
}

amm::StableSwap stable_pool(const PoolTerms& terms) {
  const U256 lift{1'000'000'000'000};
  const U256 rate = lift * lift * U256{1'000'000};
  amm::StableSwap pool({.rates = {rate, rate},
                        .amplification = U256{static_cast<std::uint64_t>(terms.amplification)},
                        .fee = U256{static_cast<std::uint64_t>(std::llround(terms.fee * 1e10))},
                        .admin_fee = U256{0}});
  const std::array<U256, 2> amounts{big(units_of(terms.worth_usd * terms.coin_share)),
                                    big(units_of(terms.worth_usd * (1 - terms.coin_share)))};
  LEVEE_EXPECT(pool.add_liquidity({owner, amounts, {}}));
  return pool;
}

// No more than anyone has.
Units whole_in(double in) { return in > 0 ? static_cast<Units>(std::min(in, 1e18)) : 0; }

amm::Pair pair_of(Side sold) { return sold == Side::coin ? amm::Pair{0, 1} : amm::Pair{1, 0}; }

}  // namespace

Units units_of(double tokens) { return std::llround(tokens * units_per_token); }
double tokens_of(Units units) { return static_cast<double>(units) / units_per_token; }

CascadePool::CascadePool(const PoolTerms& terms, double par) : terms_(terms) {
  LEVEE_EXPECT(terms.worth_usd > 0 && terms.worth_usd <= 1e12 && par > 0);
  LEVEE_EXPECT(terms.fee >= 0 && terms.fee < 0.5);
  if (terms.curve == Curve::stable) {
    LEVEE_EXPECT(par == 1 && terms.amplification >= 1);
    LEVEE_EXPECT(terms.coin_share > 0 && terms.coin_share < 1);
    stable_.emplace(stable_pool(terms));
    return;
  }
  if (terms.curve == Curve::product) {
    real_ = {units_of(terms.worth_usd / 2 / par), units_of(terms.worth_usd / 2)};
    return;
  }
  LEVEE_EXPECT(0 < terms.lower && terms.lower < 1 && terms.upper > 1);
  const amm::Bounds bounds{Price{terms.lower * par}, Price{terms.upper * par}};
  const auto liquidity = amm::liquidity_of(Usd{terms.worth_usd}, Price{par}, bounds);
  LEVEE_ENSURE(static_cast<bool>(liquidity));
  const amm::Exposure held = amm::exposure_at({bounds, *liquidity}, Price{par});
  real_ = {units_of(held.base.value()), units_of(held.quote.value())};
  virtual_ = {units_of(liquidity->value() / std::sqrt(bounds.upper.value())),
              units_of(liquidity->value() * std::sqrt(bounds.lower.value()))};
}

TwoUnits CascadePool::reserves() const {
  if (!stable_) return real_;
  return {small(stable_->balances()[0]), small(stable_->balances()[1])};
}

double CascadePool::price() const {
  const TwoUnits held = reserves();
  if (stable_) {
    if (held.coin == 0 || held.quote == 0) return 0;
    const std::array<double, 2> balances{tokens_of(held.coin), tokens_of(held.quote)};
    return amm::marginal_price({balances, terms_.amplification}, {0, 1}).value();
  }
  const Units coin = held.coin + virtual_.coin, quote = held.quote + virtual_.quote;
  return coin > 0 ? static_cast<double>(quote) / static_cast<double>(coin) : 0;
}

Units CascadePool::sell(Side sold, Units in) {
  LEVEE_EXPECT(in >= 0);
  if (in == 0 || shares_ == 0) return 0;
  if (stable_) {
    const auto [from, to] = pair_of(sold);
    // What pays nothing takes nothing: the contract would keep it.
    const U256 least{1};
    const auto paid = stable_->exchange({.in = from, .out = to, .amount = big(in), .least = least});
    return paid ? small(*paid) : 0;
  }
  const bool is_coin = sold == Side::coin;
  Units& taken = is_coin ? real_.coin : real_.quote;
  Units& given = is_coin ? real_.quote : real_.coin;
  const Units before = taken + (is_coin ? virtual_.coin : virtual_.quote);
  const Units other = given + (is_coin ? virtual_.quote : virtual_.coin);
  const auto fee_pips = static_cast<std::uint64_t>(std::llround(terms_.fee * 1e6));
  const U256 net = big(in) * U256{pips - fee_pips};
  const auto paid = mul_div(net, big(other), big(before) * U256{pips} + net, Round::down);
  if (!paid || *paid == U256{0} || *paid > big(given)) return 0;
  taken += in;
  given -= small(*paid);
  return small(*paid);
}

TwoUnits CascadePool::take(Units part, Units whole) {
  if (stable_) {
    const auto burn = mul_div(stable_->supply(), big(part), big(whole), Round::down);
    LEVEE_ENSURE(burn.has_value());
    if (*burn == U256{0}) return {};
    const auto paid = stable_->remove_liquidity({.holder = owner, .burn = *burn});
    LEVEE_ENSURE(static_cast<bool>(paid));
    return {small((*paid)[0]), small((*paid)[1])};
  }
  const TwoUnits out{portion(real_.coin, part, whole), portion(real_.quote, part, whole)};
  real_.coin -= out.coin, real_.quote -= out.quote;
  virtual_.coin -= portion(virtual_.coin, part, whole);
  virtual_.quote -= portion(virtual_.quote, part, whole);
  return out;
}

TwoUnits CascadePool::remove(Units shares) {
  LEVEE_EXPECT(shares >= 0 && shares <= shares_);
  if (shares == 0) return {};
  const TwoUnits out = take(shares, shares_);
  shares_ -= shares;
  return out;
}

TwoUnits CascadePool::lose(Share part) {
  LEVEE_EXPECT(part >= Share{0} && part <= Share{1});
  if (shares_ == 0) return {};
  constexpr Units fine = 1'000'000'000;
  return take(std::llround(part.value() * static_cast<double>(fine)), fine);
}

TowardTrade CascadePool::toward_product(double marginal) const {
  const double now = price();
  const bool down = marginal < now;
  double goal = marginal;
  if (terms_.curve == Curve::range) {
    // Beyond its edges a range holds one side alone, and nothing more can be got from it.
    const auto coin = static_cast<double>(virtual_.coin + real_.coin);
    const auto quote = static_cast<double>(virtual_.quote + real_.quote);
    const double least =
        static_cast<double>(virtual_.quote) / (coin * quote) * static_cast<double>(virtual_.quote);
    const double most =
        coin / static_cast<double>(virtual_.coin) * quote / static_cast<double>(virtual_.coin);
    goal = std::clamp(marginal, least, most);
  }
  const double there = down ? static_cast<double>(real_.coin + virtual_.coin)
                            : static_cast<double>(real_.quote + virtual_.quote);
  const double factor = std::sqrt(down ? now / goal : goal / now);
  const double in = there * (factor - 1) / (1 - terms_.fee);
  return {down ? Side::coin : Side::quote, whole_in(in)};
}

TowardTrade CascadePool::toward_stable(double marginal) const {
  const TwoUnits held = reserves();
  const std::array<double, 2> balances{tokens_of(held.coin), tokens_of(held.quote)};
  const double d = amm::curve_invariant({balances, terms_.amplification});
  const amm::Depeg there =
      amm::depegged(terms_.amplification, Price{std::clamp(marginal, 1e-6, 1e6)});
  const bool down = marginal < price();
  const double goal = (down ? there.first : there.second).value() * d / 2;
  const double in = (goal - balances[down ? 0 : 1]) * units_per_token;
  return {down ? Side::coin : Side::quote, whole_in(in)};
}

TowardTrade CascadePool::toward(double outside) const {
  LEVEE_EXPECT(outside > 0);
  const TwoUnits held = reserves();
  if (shares_ == 0 || (held.coin == 0 && held.quote == 0)) return {};
  if (stable_ && (held.coin == 0 || held.quote == 0)) return {};
  const double now = price(), keep = 1 - terms_.fee;
  if (now * keep <= outside && outside * keep <= now) return {};
  const double marginal = now * keep > outside ? outside / keep : outside * keep;
  return stable_ ? toward_stable(marginal) : toward_product(marginal);
}

}  // namespace levee::scenario

// bench/amm/naive_pool.h — the swaps of a pool in plain big integers, to be compared with.
//
// Written as the formulas stand, on Boost.Multiprecision's fixed 512 bits. It is spared what would
// not be arithmetic: the prices of ticks come from a table made before the clock starts.
#pragma once
#include "levee/amm/pool.h"

#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

#include <boost/multiprecision/cpp_int.hpp>

namespace levee::bench {

using Big = boost::multiprecision::uint512_t;

inline Big big(const U256& n) {
  Big made = 0;
  for (std::size_t i = 4; i-- > 0;) made = made << 64 | n.limbs()[i];
  return made;
}
inline U256 u256(const Big& n) {
  const Big word = ~std::uint64_t{0};
  std::array<std::uint64_t, 4> limbs{};
  for (unsigned i = 0; i < 4; ++i) {
    limbs[i] = static_cast<std::uint64_t>(Big(n >> (64 * i)) & word);
  }
  return U256::of_limbs(limbs);
}

inline Big ceil_div(const Big& a, const Big& b) { return (a + b - 1) / b; }

class NaivePool {
 public:
  explicit NaivePool(const amm::Pool& from)
      : price_(big(from.numbers().price.value())),
        liquidity_(big(U256{from.numbers().liquidity})),
        tick_(from.numbers().tick),
        spacing_(from.terms().spacing.value()),
        fee_(from.terms().fee.value()) {
    for (const std::int32_t tick : from.ticks().ticks()) {
      net_[tick] = from.ticks().at(tick).liquidity_net;
    }
    first_ = tick_ - reach;
    for (std::int32_t tick = first_; tick <= tick_ + reach; ++tick) {
      prices_.push_back(big(amm::sqrt_price_at_valid(Tick{tick}).value()));
    }
  }

  /// Sells exactly `amount`. in: the price stays within `reach` ticks of where it began
  void sell(amm::Direction direction, const U256& amount) {
    const bool falls = direction == amm::Direction::zero_for_one;
    Big remaining = big(amount);
    while (remaining != 0) {
      const Edge edge = next(falls);
      const Big target = price_at(edge.tick), from = price_;
      const Big budget = remaining * (million - fee_) / million;
      const Big needed = paid(target, falls);
      if (budget >= needed) {
        price_ = target;
      } else if (falls) {
        const Big n = liquidity_ << 96;
        price_ = ceil_div(n * from, n + budget * from);
      } else {
        price_ = from + (budget << 96) / liquidity_;
      }
      const bool reached = price_ == target;
      const Big in = reached ? needed : paid_between(from, price_, falls);
      sold_ += got_between(from, price_, falls);
      const Big fee = reached ? ceil_div(in * fee_, million - fee_) : Big(remaining - in);
      remaining -= in + fee;
      if (liquidity_ != 0) fees_[falls ? 0 : 1] += (fee << 128) / liquidity_;
      if (reached) {
        cross(edge, falls);
      } else {
        tick_ = tick_of(price_);
      }
    }
  }

  amm::PoolNumbers numbers() const {
    amm::PoolNumbers now;
    now.price = amm::SqrtPriceX96{u256(price_)};
    now.tick = tick_;
    now.liquidity = u256(liquidity_).low128();
    now.fees = {u256(fees_[0]), u256(fees_[1])};
    return now;
  }

 private:
  static constexpr std::int32_t reach = 20'000;
  static constexpr std::uint32_t million = 1'000'000;
  struct Edge {
    std::int32_t tick;
    bool initialised;
  };

  const Big& price_at(std::int32_t tick) const {
    return prices_[static_cast<std::size_t>(tick - first_)];
  }

  // A word of the contract's bitmap is 256 spacings wide; a step ends at its edge at the latest.
  Edge next(bool falls) const {
    const auto floor = [](std::int32_t a, std::int32_t b) { return a / b - (a % b < 0 ? 1 : 0); };
    const std::int32_t place = floor(tick_, spacing_);
    if (falls) {
      const std::int32_t edge = floor(place, 256) * 256 * spacing_;
      const auto above = net_.upper_bound(tick_);
      if (above != net_.begin() && std::prev(above)->first >= edge) {
        return {std::prev(above)->first, true};
      }
      return {edge, false};
    }
    const std::int32_t edge = (floor(place + 1, 256) * 256 + 255) * spacing_;
    const auto above = net_.upper_bound(tick_);
    if (above != net_.end() && above->first <= edge) return {above->first, true};
    return {edge, false};
  }

  Big paid(const Big& target, bool falls) const { return paid_between(price_, target, falls); }
  Big paid_between(const Big& from, const Big& to, bool falls) const {
    if (!falls) return ceil_div(liquidity_ * (to - from), Big(1) << 96);
    return ceil_div(ceil_div((liquidity_ << 96) * (from - to), from), to);
  }
  Big got_between(const Big& from, const Big& to, bool falls) const {
    if (falls) return liquidity_ * (from - to) >> 96;
    return (liquidity_ << 96) * (to - from) / to / from;
  }

  void cross(const Edge& edge, bool falls) {
    tick_ = falls ? edge.tick - 1 : edge.tick;
    if (!edge.initialised) return;
    const i128 net = falls ? -net_.at(edge.tick) : net_.at(edge.tick);
    liquidity_ = net < 0 ? Big(liquidity_ - big(U256{static_cast<u128>(-net)}))
                         : Big(liquidity_ + big(U256{static_cast<u128>(net)}));
  }

  // A logarithm guesses, the table decides.
  std::int32_t tick_of(const Big& price) const {
    const double root = price.convert_to<double>() * 0x1p-96;
    auto tick = static_cast<std::int32_t>(std::floor(2 * std::log(root) / std::log(1.0001)));
    while (price_at(tick) > price) --tick;
    while (price_at(tick + 1) <= price) ++tick;
    return tick;
  }

  Big price_, liquidity_, sold_ = 0;
  std::array<Big, 2> fees_{};
  std::int32_t tick_, spacing_, first_ = 0;
  std::uint32_t fee_;
  std::map<std::int32_t, i128> net_;
  std::vector<Big> prices_;
};

}  // namespace levee::bench

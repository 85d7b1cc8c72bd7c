#include "levee/replay/replay.h"

#include <algorithm>
#include <set>

#include <fmt/core.h>

namespace levee::replay {
namespace {

constexpr u128 all = ~static_cast<u128>(0);
constexpr std::array<Call, 3> readings{Call::exact_in, Call::exact_out, Call::to_limit};

// Too small to move the price, a swap shows its direction by the token that came in or did not go
// out.
amm::Direction direction_of(const SwapSeen& seen, const amm::SqrtPriceX96& price) {
  const I256 none;
  const bool sells0 = seen.price != price ? seen.price < price
                                          : seen.flows.token0 > none || seen.flows.token1 < none;
  return sells0 ? amm::Direction::zero_for_one : amm::Direction::one_for_zero;
}

Result<amm::Amounts> changed(amm::Pool& pool, const ChangeSeen& seen, std::uint32_t time) {
  const amm::ChangeAsk ask{seen.owner, seen.range, seen.liquidity};
  return seen.change == Change::mint ? pool.mint(ask, time) : pool.burn(ask, time);
}

class Judge {
 public:
  Judge(amm::Pool& pool, std::span<const amm::PositionKey> old)
      : pool_(pool), old_(old.begin(), old.end()) {}

  void operator()(const PoolEvent& event) {
    time_ = event.time;
    report_.calls.push_back(Call::none);
    std::visit([this](const auto& seen) { judge(seen); }, event.what);
    ++event_;
  }
  Replay report() && { return std::move(report_); }

 private:
  void judge(const SwapSeen& seen);
  void judge(const ChangeSeen& seen);
  void judge(const CollectSeen& seen);
  void go_on_from(const SwapSeen& seen);
  void differ(std::string what) { report_.differences.push_back({event_, std::move(what)}); }
  template <class T>
  void hold(const char* name, const T& computed, const T& recorded) {
    if (computed == recorded) return;
    differ(
        fmt::format("{} {} (recorded {})", name, decimal_text(computed), decimal_text(recorded)));
  }

  amm::Pool& pool_;
  std::set<amm::PositionKey> old_;
  std::uint32_t time_ = 0;
  std::size_t event_ = 0;
  Replay report_;
};

void Judge::judge(const SwapSeen& seen) {
  ++report_.swaps;
  const amm::SqrtPriceX96 price = pool_.numbers().price;
  std::array<std::optional<amm::Quote>, 3> given{};
  for (std::size_t i = 0; i < readings.size(); ++i) {
    // A price limit where the price went gives most swaps too; it is asked only as a last resort.
    if (readings[i] == Call::to_limit && (given[0] || given[1])) break;
    const auto quote = pool_.quote(ask_of(seen, readings[i], price));
    if (quote && is_the_swap(*quote, seen)) given[i] = *quote;
  }
  if (given[0] && given[1]) ++report_.ambiguous;
  const auto found =
      std::ranges::find_if(given, [](const auto& quote) { return quote.has_value(); });
  if (found == given.end()) return go_on_from(seen);
  const auto which = static_cast<std::size_t>(found - given.begin());
  report_.ticks_crossed += static_cast<std::size_t>((*found)->crossed);
  if (!pool_.swap(ask_of(seen, readings[which], price), time_)) {
    return differ("swap (the pool does not hold what went out)");
  }
  ++report_.by_call[which];
  report_.calls.back() = readings[which];
}

void Judge::go_on_from(const SwapSeen& seen) {
  const amm::SqrtPriceX96 price = pool_.numbers().price;
  const auto sold = pool_.quote(ask_of(seen, Call::exact_in, price));
  const auto flows = pool_.swap(ask_of(seen, Call::to_limit, price), time_);
  if (!flows) return differ(fmt::format("swap (refused: \"{}\")", flows.error().message));
  differ(fmt::format(
      "sqrt price {} for what came in (recorded {}; to that price token0 {}, token1 {}, liquidity "
      "{}, recorded {}, {}, {})",
      sold ? decimal_text(sold->price.value()) : "none", decimal_text(seen.price.value()),
      decimal_text(flows->token0), decimal_text(flows->token1),
      decimal_text(U256{pool_.numbers().liquidity}), decimal_text(seen.flows.token0),
      decimal_text(seen.flows.token1), decimal_text(U256{seen.liquidity})));
}

void Judge::judge(const ChangeSeen& seen) {
  const bool minted = seen.change == Change::mint;
  ++(minted ? report_.mints : report_.burns);
  const auto amounts = changed(pool_, seen, time_);
  if (!amounts) {
    return differ(fmt::format("{} (the pool refuses it: \"{}\")", minted ? "mint" : "burn",
                              amounts.error().message));
  }
  hold(minted ? "mint of token0" : "burn of token0", amounts->token0, seen.amounts.token0);
  hold(minted ? "mint of token1" : "burn of token1", amounts->token1, seen.amounts.token1);
}

void Judge::judge(const CollectSeen& seen) {
  ++report_.collects;
  const amm::PositionKey key{seen.owner, seen.range, {}};
  const amm::PositionState state = pool_.position(key);
  const amm::Amounts owed{U256{state.owed0}, U256{state.owed1}};
  const auto paid =
      pool_.collect({seen.owner, seen.range, seen.paid.token0.low128(), seen.paid.token1.low128()});
  if (old_.contains(key) || state == amm::PositionState{}) {
    ++report_.collects_judged.too_old;
  } else if (owed == seen.paid) {
    ++report_.collects_judged.all_owed;
  } else if (paid && *paid == seen.paid) {
    ++report_.collects_judged.part;
  } else {
    hold("collect of token0, owed", owed.token0, seen.paid.token0);
    hold("collect of token1, owed", owed.token1, seen.paid.token1);
  }
}

}  // namespace

amm::SwapAsk ask_of(const SwapSeen& seen, Call reading, const amm::SqrtPriceX96& price) {
  const I256 in = std::max(seen.flows.token0, seen.flows.token1);
  const I256 out = std::min(seen.flows.token0, seen.flows.token1);
  const amm::Direction direction = direction_of(seen, price);
  switch (reading) {
    case Call::exact_in:
      return {direction, in > I256{} ? in : I256{}, amm::no_limit(direction), {}};
    case Call::exact_out:
      return {direction, out < I256{} ? out : I256{}, amm::no_limit(direction), {}};
    case Call::to_limit:
      return {direction, I256::positive(U256::max() >> 1), seen.price, {}};
    case Call::none:
      break;
  }
  return {};
}

bool is_the_swap(const amm::Quote& quote, const SwapSeen& seen) {
  return quote.price == seen.price && quote.flows == seen.flows && quote.tick == seen.tick &&
         quote.liquidity == seen.liquidity;
}

Replay judge_events(amm::Pool& pool, std::span<const PoolEvent> events,
                    std::span<const amm::PositionKey> old) {
  Judge judge(pool, old);
  for (const PoolEvent& event : events) judge(event);
  return std::move(judge).report();
}

std::size_t play(amm::Pool& pool, std::span<const PoolEvent> events, std::span<const Call> calls) {
  LEVEE_EXPECT(events.size() == calls.size());
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const std::uint32_t time = events[i].time;
    if (const auto* swap = std::get_if<SwapSeen>(&events[i].what)) {
      const auto flows = pool.swap(ask_of(*swap, calls[i], pool.numbers().price), time);
      const amm::PoolNumbers& now = pool.numbers();
      const bool same = flows && is_the_swap({*flows, now.price, now.tick, now.liquidity}, *swap);
      wrong += same ? 0 : 1;
    } else if (const auto* change = std::get_if<ChangeSeen>(&events[i].what)) {
      const auto amounts = changed(pool, *change, time);
      wrong += amounts && *amounts == change->amounts ? 0 : 1;
    } else if (const auto* collect = std::get_if<CollectSeen>(&events[i].what)) {
      const auto& [owner, range, paid] = *collect;
      wrong += pool.collect({owner, range, paid.token0.low128(), paid.token1.low128()}) ? 0 : 1;
    }
  }
  return wrong;
}

}  // namespace levee::replay

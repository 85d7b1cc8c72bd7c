#include "levee/amm/router.h"

#include <algorithm>
#include <bit>
#include <map>
#include <utility>

namespace levee::amm {
namespace {

Error refused(const char* why) { return fail(Reason::refused, why); }

enum class Exact { input, output };

// The pool's question to a route's. Amounts of 2^255 and more are refused before the pool is asked.
Result<SwapAsk> swap_ask(const RouteAsk& ask, Exact exact) {
  if (ask.amount.bit(255)) return refused("");
  const bool unlimited = ask.limit.value().is_zero();
  return SwapAsk{
      .direction = ask.direction,
      .amount = exact == Exact::input ? I256::positive(ask.amount) : I256::negative(ask.amount),
      .limit = unlimited ? no_limit(ask.direction) : ask.limit,
      .fee = {}};
}

struct Traded {
  U256 in, out;
};

Traded traded(const Flows& flows, Direction direction) {
  const bool down = direction == Direction::zero_for_one;
  const I256& in = down ? flows.token0 : flows.token1;
  const I256& out = down ? flows.token1 : flows.token0;
  return {in.magnitude(), out.magnitude()};
}

struct Route {
  SwapAsk ask;
  Quote quote;
  Traded traded;
};

// A swap looked at before it is made, with the refusals of router and quoter.
Result<Route> route_of(const Pool& pool, const RouteAsk& ask, Exact exact) {
  const auto swap = swap_ask(ask, exact);
  if (!swap) return swap.error();
  const auto quote = pool.quote(*swap);
  if (!quote) return quote.error();
  const Route route{*swap, *quote, traded(quote->flows, ask.direction)};
  if (route.traded.in.is_zero()) return refused("");
  const bool whole =
      exact == Exact::input || !ask.limit.value().is_zero() || route.traded.out == ask.amount;
  if (!whole) return refused("");
  return route;
}

unsigned bits_set(const U256& word) {
  unsigned count = 0;
  for (const std::uint64_t limb : word.limbs()) count += static_cast<unsigned>(std::popcount(limb));
  return count;
}

// The quoter counts initialised ticks between two ticks it has divided by the spacing towards
// zero, both ends included, and takes off the end that a price resting on it has not crossed.
std::uint32_t ticks_counted(const TickTable& ticks, std::int32_t before, std::int32_t after) {
  const std::int32_t spacing = ticks.spacing().value();
  const auto [first, last] = std::minmax({before / spacing, after / spacing});
  std::uint32_t count = 0;
  for (std::int32_t index = first >> 8; index <= last >> 8; ++index) {
    U256 word = ticks.word(index);
    if (index == first >> 8) word = word & (U256::max() << (static_cast<unsigned>(first) & 255U));
    if (index == last >> 8) {
      word = word & (U256::max() >> (255 - (static_cast<unsigned>(last) & 255U)));
    }
    count += bits_set(word);
  }
  const std::int32_t resting = std::min(before, after);
  const std::int32_t place = resting / spacing;
  const bool initialised =
      resting % spacing == 0 && ticks.word(place >> 8).bit(static_cast<unsigned>(place) & 255U);
  return count - (before != after && initialised ? 1U : 0U);
}

Result<RouteQuote> quoted(const Pool& pool, const RouteAsk& ask, Exact exact) {
  const auto route = route_of(pool, ask, exact);
  if (!route) {
    return route.error().message.empty() ? refused("Unexpected error") : route.error();
  }
  const Quote& quote = route->quote;
  return RouteQuote{exact == Exact::input ? route->traded.out : route->traded.in, quote.price,
                    ticks_counted(pool.ticks(), pool.numbers().tick, quote.tick)};
}

}  // namespace

Result<U256> exact_input_single(Pool& pool, const RouteAsk& ask, const U256& least_out,
                                std::uint32_t time) {
  const auto route = route_of(pool, ask, Exact::input);
  if (!route) return route.error();
  if (route->traded.out < least_out) return refused("Too little received");
  const auto swapped = pool.swap(route->ask, time);
  if (!swapped) return swapped.error();
  return route->traded.out;
}

Result<U256> exact_output_single(Pool& pool, const RouteAsk& ask, const U256& most_in,
                                 std::uint32_t time) {
  const auto route = route_of(pool, ask, Exact::output);
  if (!route) return route.error();
  if (route->traded.in > most_in) return refused("Too much requested");
  const auto swapped = pool.swap(route->ask, time);
  if (!swapped) return swapped.error();
  return route->traded.in;
}

Result<U256> exact_input(std::span<Pool> pools, const PathAsk& ask, std::uint32_t time) {
  std::map<std::size_t, Pool> changed;
  U256 amount = ask.amount;
  for (const Hop& hop : ask.path) {
    Pool& pool = changed.try_emplace(hop.pool, pools[hop.pool]).first->second;
    const auto out = exact_input_single(pool, {hop.direction, amount, {}}, {}, time);
    if (!out) return out;
    amount = *out;
  }
  if (amount < ask.least_out) return refused("Too little received");
  for (auto& [index, pool] : changed) pools[index] = std::move(pool);
  return amount;
}

Result<RouteQuote> quote_exact_input_single(const Pool& pool, const RouteAsk& ask) {
  return quoted(pool, ask, Exact::input);
}

Result<RouteQuote> quote_exact_output_single(const Pool& pool, const RouteAsk& ask) {
  return quoted(pool, ask, Exact::output);
}

Result<std::vector<RouteQuote>> quote_exact_input(std::span<const Pool> pools,
                                                  std::span<const Hop> path, const U256& amount) {
  std::vector<RouteQuote> quotes;
  U256 next = amount;
  for (const Hop& hop : path) {
    const auto quote = quote_exact_input_single(pools[hop.pool], {hop.direction, next, {}});
    if (!quote) return quote.error();
    next = quote->amount;
    quotes.push_back(*quote);
  }
  return quotes;
}

}  // namespace levee::amm

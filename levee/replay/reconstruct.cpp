#include "levee/replay/reconstruct.h"

#include "levee/replay/bands.h"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/core.h>

namespace levee::replay {
namespace {

// What a price was before a swap that crossed no tick and sold exactly what came in: the inverse
// of the step, then its neighbours, since rounding loses a unit or two.
std::optional<amm::SqrtPriceX96> price_before(const SwapSeen& seen, FeePips fee) {
  const bool sells0 = seen.flows.token0 > I256{};
  const I256& in = sells0 ? seen.flows.token0 : seen.flows.token1;
  if (in <= I256{}) return std::nullopt;
  const U256 million{1'000'000};
  const auto net = mul_div(in.bits(), million - U256{fee.value()}, million, Round::down);
  const auto back =
      sells0 ? amm::price_after_amount0(seen.price, seen.liquidity, *net, amm::Flow::out)
             : amm::price_after_amount1(seen.price, seen.liquidity, *net, amm::Flow::out);
  if (!back) return std::nullopt;
  for (const int shift : {0, 1, -1, 2, -2}) {
    const I256 moved = wrapping_add(I256::positive(back->value()), I256{shift});
    const amm::SqrtPriceX96 start{moved.bits()};
    const amm::SqrtPriceX96 target = sells0 ? amm::sqrt_price_min : amm::sqrt_price_max;
    const auto step = amm::swap_step({start, target, seen.liquidity, in, fee});
    if (!step || step->price != seen.price) continue;
    const I256& out = sells0 ? seen.flows.token1 : seen.flows.token0;
    if (step->amount_out == out.magnitude()) return start;
  }
  return std::nullopt;
}

// Where a replay begins.
struct Opening {
  std::size_t first = 0;
  amm::SqrtPriceX96 price;
  std::int32_t tick = 0;
  bool is_solved = false;
};

std::optional<Opening> opening_of(std::span<const PoolEvent> events, const amm::PoolTerms& terms) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto* swap = std::get_if<SwapSeen>(&events[i].what);
    if (swap == nullptr) continue;
    const auto before = price_before(*swap, terms.fee);
    const auto tick = before ? amm::tick_at(*before) : fail(Reason::no_solution, "");
    if (tick && band_of(tick->value(), terms.spacing) == band_of(swap->tick, terms.spacing)) {
      return Opening{0, *before, tick->value(), true};
    }
    return Opening{i + 1, swap->price, swap->tick, false};
  }
  return std::nullopt;
}

struct Stop {
  std::size_t event = 0;
  std::int32_t tick = 0;
  u128 liquidity = 0;
};

// The events' swaps and moves, laid out for the questions below.
struct Course {
  std::vector<Stop> stops;  ///< The opening's first, then where each swap ended.
  std::vector<Move> moves;
  std::span<const PoolEvent> events;
  Opening opening;
};

Result<Course> course_of(std::span<const PoolEvent> events, const Opening& opening) {
  Course course{.stops = {}, .moves = {}, .events = events, .opening = opening};
  for (std::size_t i = opening.first; i < events.size(); ++i) {
    if (const auto* swap = std::get_if<SwapSeen>(&events[i].what)) {
      course.stops.push_back({i, swap->tick, swap->liquidity});
    } else if (const auto* seen = std::get_if<ChangeSeen>(&events[i].what)) {
      if (seen->liquidity > ~static_cast<u128>(0) >> 1 || seen->range.lower >= seen->range.upper) {
        return fail(Reason::corrupt, fmt::format("event {} (no pool lets such a mint or burn "
                                                 "happen)",
                                                 i));
      }
      const auto size = static_cast<i128>(seen->liquidity);
      course.moves.push_back({i, seen->range, seen->change == Change::mint ? size : -size});
    }
  }
  return course;
}

// Liquidity before the first event of every band that a swap ended in.
Bands bands_seen(const Course& course, TickSpacing spacing) {
  Bands bands;
  for (const Stop& stop : course.stops) {
    const std::int32_t band = band_of(stop.tick, spacing);
    if (bands.contains(band)) continue;
    const i128 since = moved(course.moves, stop.event, band * spacing.value());
    bands[band] = static_cast<i128>(stop.liquidity) - since;
  }
  return bands;
}

// The bands of some moment: those before the first event, and what has moved since.
Bands bands_at(const Bands& start, const Course& course, std::size_t event, TickSpacing spacing) {
  Bands bands = start;
  for (auto& [band, liquidity] : bands) {
    liquidity += moved(course.moves, event, band * spacing.value());
  }
  return bands;
}

// Runs of unseen bands between seen ones.
std::vector<std::pair<std::int32_t, std::int32_t>> holes_in(const Bands& bands) {
  std::vector<std::pair<std::int32_t, std::int32_t>> holes;
  for (auto it = bands.begin(); std::next(it) != bands.end(); ++it) {
    const std::int32_t here = it->first, next = std::next(it)->first;
    if (next > here + 1) holes.emplace_back(here + 1, next - 1);
  }
  return holes;
}

// Swaps that pass from one side of a hole to the other.
std::vector<Passage> passages_of(const Course& course, const Bands& bands, const GapAsk& ask) {
  std::vector<Passage> passages;
  amm::SqrtPriceX96 price = course.opening.price;
  std::int32_t tick = course.opening.tick;
  for (const Stop& stop : course.stops) {
    const auto& seen = std::get<SwapSeen>(course.events[stop.event].what);
    const std::int32_t from = band_of(tick, ask.terms.spacing);
    const std::int32_t to = band_of(seen.tick, ask.terms.spacing);
    if (std::min(from, to) < ask.first && std::max(from, to) > ask.last) {
      std::vector<Move> before;
      std::ranges::copy_if(course.moves, std::back_inserter(before),
                           [&](const Move& move) { return move.event < stop.event; });
      passages.push_back({seen, price, tick, bands_at(bands, course, stop.event, ask.terms.spacing),
                          std::move(before)});
    }
    price = seen.price;
    tick = seen.tick;
  }
  return passages;
}

// Fills every hole; one that cannot be filled gets its lower neighbour's liquidity.
std::vector<Gap> fill_holes(Bands& bands, const Course& course, const amm::PoolTerms& terms) {
  std::vector<Gap> gaps;
  const auto holes = holes_in(bands);
  // While one hole is worked on, the others must not look like empty bands.
  for (const auto& [first, last] : holes) {
    for (std::int32_t band = first; band <= last; ++band) bands[band] = bands.at(first - 1);
  }
  const std::int32_t step = terms.spacing.value();
  for (const auto& [first, last] : holes) {
    GapAsk ask{first, last, terms, {}};
    Bands without = bands;
    for (std::int32_t band = first; band <= last; ++band) without[band] = 0;
    ask.passages = passages_of(course, without, ask);
    Gap gap;
    gap.range = {first * step, (last + 1) * step};
    gap.passed = ask.passages.size();
    gap.unknowns = first == last ? 1 : 2;
    const auto fill = ask.passages.empty() ? std::nullopt : fill_of(ask);
    if (fill) {
      for (std::int32_t band = first; band <= last; ++band) {
        bands[band] = is_lower_half(ask, band) ? fill->lower : fill->upper;
      }
      gap.is_solved = true;
      gap.undetermined = fill->undetermined;
    }
    gaps.push_back(gap);
  }
  return gaps;
}

// Positions that were there before, with the least liquidity that lets the events happen.
std::map<amm::PositionKey, i128> least_positions(std::span<const PoolEvent> events) {
  std::map<amm::PositionKey, i128> running, least;
  for (const PoolEvent& event : events) {
    const auto* seen = std::get_if<ChangeSeen>(&event.what);
    if (seen == nullptr) continue;
    const amm::PositionKey key{seen->owner, seen->range, {}};
    i128& held = running[key];
    // A reckoning without change is refused to an empty position.
    const i128 floor = seen->liquidity == 0 ? 1 : 0;
    held += seen->change == Change::mint ? static_cast<i128>(seen->liquidity)
                                         : -static_cast<i128>(seen->liquidity);
    if (held < floor) least[key] = std::max(least[key], floor - held);
  }
  return least;
}

struct Edge {
  i128 gross = 0, net = 0;
};

// Puts the known positions' edges into the ticks: within what prices reached the net is known
// already, beyond it comes out of the stand-ins at the ends.
void put_positions(TickMap& ticks, const std::map<amm::PositionKey, i128>& positions,
                   const Bands& bands, TickSpacing spacing) {
  const std::int32_t step = spacing.value(), last = amm::tick_max.value() / step * step;
  const std::int32_t lowest = bands.begin()->first * step, highest = bands.rbegin()->first * step;
  std::map<std::int32_t, Edge> edges;
  for (const auto& [key, liquidity] : positions) {
    edges[key.range.lower].gross += liquidity;
    edges[key.range.lower].net += liquidity;
    edges[key.range.upper].gross += liquidity;
    edges[key.range.upper].net -= liquidity;
  }
  for (const auto& [tick, edge] : edges) {
    if (tick <= lowest || tick > highest) {
      const std::int32_t end = tick <= lowest ? -last : last;
      ticks[tick].liquidity_net += edge.net;
      ticks[end].liquidity_net -= edge.net;
    } else {
      ticks[tick];
    }
  }
  for (auto& [tick, state] : ticks) {
    const Edge edge = edges.contains(tick) ? edges.at(tick) : Edge{};
    const i128 rest = state.liquidity_net - edge.net;
    state.liquidity_gross =
        static_cast<u128>(edge.gross) + static_cast<u128>(rest < 0 ? -rest : rest);
  }
  std::erase_if(ticks, [](const auto& entry) { return entry.second.liquidity_gross == 0; });
}

amm::PoolNumbers numbers_of(const Opening& opening, const Bands& bands, TickSpacing spacing) {
  amm::PoolNumbers numbers;
  numbers.price = opening.price;
  numbers.tick = opening.tick;
  numbers.liquidity = static_cast<u128>(bands.at(band_of(opening.tick, spacing)));
  numbers.balance0 = numbers.balance1 = U256::power_of_two(160);
  return numbers;
}

Reconstruction made_of(const Course& course, const Bands& bands, const amm::PoolTerms& terms) {
  Reconstruction made;
  const TickSpacing spacing = terms.spacing;
  const std::int32_t step = spacing.value();
  TickMap ticks = ticks_of(bands, {}, {spacing, Ends::of_the_axis});
  for (const auto& [tick, state] : ticks) {
    const std::int32_t band = band_of(tick, spacing);
    if (bands.contains(band) && bands.contains(band - 1)) {
      made.nets.emplace_back(tick, state.liquidity_net);
    }
  }
  const auto positions = least_positions(course.events.subspan(course.opening.first));
  put_positions(ticks, positions, bands, spacing);
  made.found.terms = terms;
  made.found.numbers = numbers_of(course.opening, bands, spacing);
  for (auto& [tick, state] : ticks) {
    state.initialised = true;
    made.found.ticks.emplace_back(tick, state);
  }
  for (const auto& [key, liquidity] : positions) {
    amm::PositionState state;
    state.liquidity = static_cast<u128>(liquidity);
    made.found.positions.emplace_back(key, state);
    made.old.push_back(key);
  }
  made.found.oracle.start(course.events.front().time);
  made.first = course.opening.first;
  made.is_price_solved = course.opening.is_solved;
  made.reached = {bands.begin()->first * step, (bands.rbegin()->first + 1) * step};
  return made;
}

}  // namespace

Result<Reconstruction> reconstruct(std::span<const PoolEvent> events, const amm::PoolTerms& terms) {
  const auto opening = opening_of(events, terms);
  if (!opening) return fail(Reason::missing_data, "events without a swap (no price is known)");
  auto course = course_of(events, *opening);
  if (!course) return course.error();
  Bands bands = bands_seen(*course, terms.spacing);
  if (!opening->is_solved) {
    const auto& swap = std::get<SwapSeen>(events[opening->first - 1].what);
    bands.insert_or_assign(band_of(swap.tick, terms.spacing), static_cast<i128>(swap.liquidity));
  }
  const std::size_t seen = bands.size();
  std::vector<Gap> gaps = fill_holes(bands, *course, terms);
  for (const auto& [band, liquidity] : bands) {
    if (liquidity < 0) {
      return fail(Reason::corrupt,
                  fmt::format("liquidity of ticks {} ... {} (would have been below 0 before the "
                              "first event)",
                              band * terms.spacing.value(), (band + 1) * terms.spacing.value()));
    }
  }
  Reconstruction made = made_of(*course, bands, terms);
  made.bands = seen;
  made.gaps = std::move(gaps);
  return made;
}

Evidence evidence_of(const Reconstruction& made, const Replay& replay) {
  constexpr std::size_t numbers_per_swap = 5;
  Evidence evidence;
  evidence.compared = numbers_per_swap * replay.swaps;
  evidence.given = replay.swaps;
  evidence.inferred = made.bands + (made.is_price_solved ? 1 : 0);
  for (const Gap& gap : made.gaps) evidence.inferred += static_cast<std::size_t>(gap.unknowns);
  evidence.independent =
      evidence.compared - std::min(evidence.compared, evidence.given + evidence.inferred);
  return evidence;
}

}  // namespace levee::replay

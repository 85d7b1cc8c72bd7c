#include "levee/replay/bands.h"

#include <algorithm>
#include <array>
#include <compare>

namespace levee::replay {
namespace {

constexpr std::array<Call, 3> readings{Call::exact_in, Call::exact_out, Call::to_limit};

// Too little liquidity, fitting, too much.
using Fit = std::strong_ordering;

u128 magnitude(i128 n) { return n < 0 ? -static_cast<u128>(n) : static_cast<u128>(n); }

// More than any pool holds, little enough that no amount overflows.
constexpr i128 most = static_cast<i128>(1) << 110;

class Filler {
 public:
  explicit Filler(const GapAsk& ask) : ask_(ask) {
    for (const auto& [band, liquidity] : ask.passages.front().bands) {
      typical_ = std::max(typical_, liquidity);
    }
  }
  std::optional<GapFill> one_unknown() const;
  std::optional<GapFill> two_unknowns() const;

 private:
  struct Window {
    i128 begin = 0, end = 0;
  };
  // How much liquidity one raw unit of each token stands for in the gap.
  struct Grain {
    double coarse = 0, fine = 0;
  };

  Result<amm::Quote> quote(const Passage& passage, const GapFill& fill, Call reading) const;
  Fit price_fit(const Passage& passage, const GapFill& fill) const;
  Fit fit(const Passage& passage, const GapFill& fill, Call reading) const;
  bool comes_out(const Passage& passage, const GapFill& fill) const;
  bool all_come_out(const GapFill& fill) const {
    return std::ranges::all_of(ask_.passages,
                               [&](const Passage& each) { return comes_out(each, fill); });
  }
  GapFill completed(const Passage& guide, const GapFill& near) const;
  GapFill matched(const Passage& guide, const GapFill& near) const;
  const Passage& finest(const GapFill& near) const;
  i128 crossing(const Passage& guide) const;
  std::optional<GapFill> around(const Passage& guide, GapFill fill, i128 step) const;
  bool pays_out(const Passage& passage, const GapFill& fill) const;
  Grain grain() const;

  // The first number in [0, most] that is past; whoever is past stays so. Looks near a guess.
  template <class IsPast>
  i128 first(IsPast is_past, i128 guess) const {
    i128 low = guess, high = guess, reach = 1;
    for (; low > 0 && is_past(low); reach *= 4) {
      high = low;
      low = std::max<i128>(0, low - reach);
    }
    for (; high < most && !is_past(high); reach *= 4) {
      low = high;
      high = std::min(most, high + reach);
    }
    while (low < high) {
      const i128 middle = low + (high - low) / 2;
      const bool past = is_past(middle);
      (past ? high : low) = past ? middle : middle + 1;
    }
    return low;
  }
  template <class FitAt>
  Window window(FitAt fit_at, i128 guess) const {
    return {first([&](i128 at) { return fit_at(at) >= 0; }, guess),
            first([&](i128 at) { return fit_at(at) > 0; }, guess)};
  }

  const GapAsk& ask_;
  i128 typical_ = 1;  // Of the bands around: where a search begins.
};

Result<amm::Quote> Filler::quote(const Passage& passage, const GapFill& fill, Call reading) const {
  Bands bands = passage.bands;
  for (std::int32_t band = ask_.first; band <= ask_.last; ++band) {
    bands[band] += is_lower_half(ask_, band) ? fill.lower : fill.upper;
    if (bands[band] < 0) return fail(Reason::refused, "");
  }
  amm::Pool::Found found;
  found.terms = ask_.terms;
  const TickMap ticks = ticks_of(bands, passage.moves, {ask_.terms.spacing, Ends::at_bands});
  found.ticks.assign(ticks.begin(), ticks.end());
  found.numbers.price = passage.price;
  found.numbers.tick = passage.tick;
  found.numbers.liquidity = static_cast<u128>(bands.at(band_of(passage.tick, ask_.terms.spacing)));
  const auto pool = amm::Pool::from(found);
  if (!pool) return pool.error();
  return pool->quote(ask_of(passage.seen, reading, passage.price));
}

// The more liquidity there is, the less far a fixed amount moves the price.
Fit price_order(const Passage& passage, const amm::Quote& got) {
  const bool rises = passage.seen.price > passage.price;
  return rises ? passage.seen.price <=> got.price : got.price <=> passage.seen.price;
}

// The more liquidity there is, the better a fixed amount trades, and the more it takes to get to
// a fixed price.
Fit amount_order(const Passage& passage, const amm::Quote& got, Call reading) {
  const auto in = [](const amm::Flows& flows) { return std::max(flows.token0, flows.token1); };
  const auto out = [](const amm::Flows& flows) { return std::min(flows.token0, flows.token1); };
  const amm::Flows& seen = passage.seen.flows;
  if (reading == Call::exact_in) return out(seen) <=> out(got.flows);
  if (reading == Call::exact_out) return in(seen) <=> in(got.flows);
  if (in(got.flows) != in(seen)) return in(got.flows) <=> in(seen);
  return out(seen) <=> out(got.flows);
}

Fit Filler::price_fit(const Passage& passage, const GapFill& fill) const {
  const auto got = quote(passage, fill, Call::exact_in);
  return got ? price_order(passage, *got) : Fit::less;
}

Fit Filler::fit(const Passage& passage, const GapFill& fill, Call reading) const {
  const auto got = quote(passage, fill, reading);
  if (!got) return Fit::less;
  const Fit price = price_order(passage, *got);
  return price != 0 ? price : amount_order(passage, *got, reading);
}

bool Filler::comes_out(const Passage& passage, const GapFill& fill) const {
  return std::ranges::any_of(readings, [&](Call reading) {
    const auto got = quote(passage, fill, reading);
    return got && is_the_swap(*got, passage.seen);
  });
}

std::optional<GapFill> Filler::one_unknown() const {
  constexpr i128 tries = 4096;
  const auto filled = [](i128 liquidity) { return GapFill{0, liquidity, {}}; };
  for (const Passage& passage : ask_.passages) {
    for (const Call reading : readings) {
      const Window fits = window(
          [&](i128 liquidity) { return fit(passage, filled(liquidity), reading); }, typical_);
      std::optional<GapFill> found;
      for (i128 at = fits.begin; at < std::min(fits.end, fits.begin + tries); ++at) {
        if (!all_come_out(filled(at))) continue;
        if (!found) found = filled(at);
        found->undetermined = U256{static_cast<u128>(at - found->upper)};
      }
      if (found) return found;
    }
  }
  return std::nullopt;
}

// The upper half that one swap's price asks for, given the lower; near a guess.
GapFill Filler::completed(const Passage& guide, const GapFill& near) const {
  const auto is_past = [&](i128 upper) { return price_fit(guide, {near.lower, upper, {}}) >= 0; };
  return {near.lower, first(is_past, near.upper), {}};
}

// The same, and within what the price leaves open the upper half that its amounts ask for.
GapFill Filler::matched(const Passage& guide, const GapFill& near) const {
  const auto is_past = [&](i128 upper) {
    return fit(guide, {near.lower, upper, {}}, Call::exact_in) >= 0;
  };
  return {near.lower, first(is_past, near.upper), {}};
}

// The swap whose price leaves the upper half the least choice.
const Passage& Filler::finest(const GapFill& near) const {
  const auto width = [&](const Passage& passage) {
    const Window fits =
        window([&](i128 upper) { return price_fit(passage, {near.lower, upper, {}}); }, near.upper);
    return fits.end - fits.begin;
  };
  return *std::ranges::min_element(ask_.passages, {}, width);
}

bool Filler::pays_out(const Passage& passage, const GapFill& fill) const {
  const auto got = quote(passage, fill, Call::exact_in);
  return got && amount_order(passage, *got, Call::exact_in) == 0;
}

// The lower half at which the guide, its price met by the upper half, pays out what it did: to
// within a few of the coarser token's units, because two roundings play against each other.
i128 Filler::crossing(const Passage& guide) const {
  GapFill last{typical_, typical_, {}};
  // More in the lower half is more at lower prices: more token0 bought, less token1.
  const bool rises = guide.seen.price > guide.price;
  const auto is_past = [&](i128 lower) {
    last = completed(guide, {lower, last.upper, {}});
    const auto got = quote(guide, last, Call::exact_in);
    if (!got) return false;
    if (last.upper == 0 && price_order(guide, *got) > 0) return true;  // The line has ended.
    const Fit order = amount_order(guide, *got, Call::exact_in);
    return rises ? order >= 0 : order <= 0;
  };
  return first(is_past, typical_);
}

Filler::Grain Filler::grain() const {
  const std::int32_t step = ask_.terms.spacing.value();
  const auto edge = [&](std::int32_t band) { return amm::sqrt_price_at_valid(Tick{band * step}); };
  const amm::SqrtPrices ends{edge(ask_.first), edge(ask_.last + 1)};
  constexpr u128 probe = static_cast<u128>(1) << 100;
  const auto unit = [](const std::optional<U256>& amount) {
    return 0x1p100 / std::max(1.0, to_double(amount.value_or(U256{})));
  };
  const double unit0 = unit(amm::amount0_between(ends, probe, Round::down));
  const double unit1 = unit(amm::amount1_between(ends, probe, Round::down));
  return {std::max(unit0, unit1), std::min(unit0, unit1)};
}

// Neighbours on the guide's line: in a short run of them the finer token comes out to the unit.
std::optional<GapFill> Filler::around(const Passage& guide, GapFill fill, i128 step) const {
  constexpr int tries = 128;
  for (int i = 0; i < tries; ++i, fill.lower += step) {
    fill = matched(guide, fill);
    if (comes_out(guide, fill) && all_come_out(fill)) return fill;
  }
  return std::nullopt;
}

// Two liquidities meet two conditions, the totals of both tokens. The finest swap's price ties the
// halves together; along that line the other total changes by the halves' difference in price only,
// so a great many neighbours agree with every swap. Which of them is real the events do not say.
std::optional<GapFill> Filler::two_unknowns() const {
  constexpr int tries = 4096, looks_most = 16;
  const Passage& guide = finest({typical_, typical_, {}});
  const Grain unit = grain();
  const double apart = 1e-4 * ask_.terms.spacing.value();  // Of the bands' prices, at the least.
  // Neighbours agree over about coarse / apart; the odd part samples all phases of the rounding.
  const auto coarse_step =
      std::max<i128>(1, static_cast<i128>(unit.coarse / apart / 256 + unit.coarse / 7));
  const auto fine_step = std::max<i128>(1, static_cast<i128>(unit.fine / apart / 8));
  const i128 centre = crossing(guide);
  i128 upper = completed(guide, {centre, typical_, {}}).upper;
  for (int i = 0, looks = 0; i < tries && looks < looks_most; ++i) {
    const i128 side = i % 2 == 0 ? 1 : -1;
    const i128 lower = centre + side * static_cast<i128>(i / 2) * coarse_step;
    if (lower < 0 || lower >= most) continue;
    const GapFill fill = completed(guide, {lower, upper, {}});
    upper = fill.upper;
    if (!pays_out(guide, fill) && !comes_out(guide, matched(guide, fill))) continue;
    ++looks;
    if (auto found = around(guide, fill, fine_step)) {
      found->undetermined = U256{static_cast<u128>(unit.coarse / apart)};
      return found;
    }
  }
  return std::nullopt;
}

}  // namespace

std::int32_t band_of(std::int32_t tick, TickSpacing spacing) {
  const std::int32_t step = spacing.value();
  return tick / step - (tick % step < 0 ? 1 : 0);
}

i128 moved(std::span<const Move> moves, std::size_t before, std::int32_t lower_tick) {
  i128 sum = 0;
  for (const Move& move : moves) {
    const bool covers = move.range.lower <= lower_tick && lower_tick < move.range.upper;
    if (move.event < before && covers) sum += move.change;
  }
  return sum;
}

TickMap ticks_of(const Bands& bands, std::span<const Move> open, const TicksAsk& ask) {
  LEVEE_EXPECT(!bands.empty());
  const std::int32_t step = ask.spacing.value(), outermost = amm::tick_max.value() / step * step;
  const bool far = ask.ends == Ends::of_the_axis;
  const std::int32_t begin = far ? -outermost : bands.begin()->first * step;
  const std::int32_t end = far ? outermost : (bands.rbegin()->first + 1) * step;
  TickMap ticks;
  i128 below = 0;
  for (const auto& [band, liquidity] : bands) {
    const std::int32_t tick = band == bands.begin()->first ? begin : band * step;
    if (liquidity != below) ticks[tick].liquidity_net = liquidity - below;
    below = liquidity;
  }
  if (below != 0) ticks[end].liquidity_net -= below;
  std::map<std::int32_t, i128> edges;
  for (const Move& move : open) {
    edges[move.range.lower] += move.change;
    edges[move.range.upper] += move.change;
  }
  for (const auto& [tick, gross] : edges) {
    const std::int32_t band = band_of(tick, ask.spacing);
    if (gross > 0 && bands.contains(band) && bands.contains(band - 1)) ticks[tick];
  }
  for (auto& [tick, state] : ticks) {
    state.liquidity_gross = std::max<u128>(1, magnitude(state.liquidity_net));
  }
  return ticks;
}

bool is_lower_half(const GapAsk& ask, std::int32_t band) {
  return band < ask.first + (ask.last - ask.first + 1) / 2;
}

std::optional<GapFill> fill_of(const GapAsk& ask) {
  LEVEE_EXPECT(!ask.passages.empty() && ask.first <= ask.last);
  const Filler filler(ask);
  return ask.first == ask.last ? filler.one_unknown() : filler.two_unknowns();
}

}  // namespace levee::replay

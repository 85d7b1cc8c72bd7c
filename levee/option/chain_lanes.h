// levee/option/chain_lanes.h — Black's formula and its inverse for lanes of options.
//
// With x = ln(F/K), s = sigma sqrt T, a = |x| / s, t = s / 2 and Mills' ratio M, all that a price
// and its Greeks need is M(a - t), M(a + t) and G = min(F, K) phi(a - t):
//   out-of-the-money price = G (M(a - t) - M(a + t)), dPrice/ds = G = F phi(d1) = K phi(d2).
// An option outside the range in which that keeps its digits is left unsaid, for black_greeks.
// src: Black (1976), J. Financial Economics 3, 167-179; Jaeckel (2017), Let's Be Rational,
//      Wilmott, January, section 6 (Householder's method on the logarithm of the price)
#pragma once
#include "levee/num/lane_math.h"
#include "levee/option/chain_wide.h"

#if defined(__AVX2__) && defined(__FMA__)

namespace levee::option {

template <class L>
struct Moneyness {
  typename L::Reals lesser, over_forward;
  typename L::Reals log;     // of forward over strike
  typename L::Mask orderly;  // the lesser is positive and nothing overflows
};

template <class L, class Reals = typename L::Reals>
Moneyness<L> moneyness_of(Reals forward, Reals strike, Reals over_both) {
  const Reals lesser = L::min(forward, strike), greater = L::max(forward, strike);
  const Reals over_forward = over_both * strike;
  // What the quotient's rounding left out goes back in: at the money nothing else is right.
  const Reals ratio = forward * (over_both * forward);
  const Reals rest = L::less_product(forward, ratio, strike);
  return {lesser, over_forward, L::fused(rest, over_forward, num::log_of<L>(ratio)),
          L::both(L::below(L::all(1e-100), lesser), L::below(greater, L::all(1e100)))};
}

/// The two ratios of Mills that every formula here is made of, and where they can be trusted.
template <class L>
struct MillsPair {
  typename L::Reals near, far;  // at a - t and a + t
  typename L::Reals gap;        // near - far
  typename L::Mask resolved;    // both in range, and less than 9 bits of the gap cancelled
};

template <class L, class Reals = typename L::Reals>
MillsPair<L> mills_pair(Reals a, Reals t) {
  const Reals down = a - t, up = a + t, seven = L::all(7);
  const Reals under_down = down + seven, under_up = up + seven;
  const Reals over = L::all(1) / (under_down * under_up);
  const Reals near = num::mills_of<L>(down, under_up * over);
  const Reals far = num::mills_of<L>(up, under_down * over);
  const Reals gap = near - far;
  const auto in_range = L::both(L::below(L::all(-1), down), L::below(up, L::all(10)));
  return {near, far, gap, L::both(in_range, L::below(near * L::all(0x1p-9), gap))};
}

template <class L>
unsigned black_lane(const ChainRun& run, std::size_t i) {
  using Reals = typename L::Reals;
  const Reals forward = L::loaded(run.in[input::forward] + i);
  const Reals strike = L::loaded(run.in[input::strike] + i);
  const Reals vol = L::loaded(run.in[input::vol] + i);
  const Reals discount = L::loaded(run.in[input::discount] + i);
  const auto is_put = L::set(static_cast<const char*>(run.type) + 4 * i);
  const Reals root_time = L::root(L::loaded(run.in[input::years] + i));
  const Reals s = vol * root_time, zero = L::all(0), one = L::all(1), half = L::all(0.5);
  const Reals both = forward * strike;
  const Reals over = one / (s * both), over_s = over * both;
  const Moneyness<L> money = moneyness_of<L>(forward, strike, over * s);
  const Reals t = half * s, d0 = money.log * over_s, a = L::size_of(d0);
  const MillsPair<L> mills = mills_pair<L>(a, t);

  const Reals near = a - t;
  const Reals density =
      L::all(0.3989422804014327) * num::exp_of<L>(L::max(near * near * L::all(-0.5), L::all(-60)));
  const Reals g = money.lesser * density;
  const auto rises = L::below(forward, strike);  // the call is out of the money
  const auto inside = L::differ(L::differ(rises, is_put), L::below(zero, one));
  const Reals gap = L::size_of(forward - strike);
  const Reals outside_price = g * mills.gap;
  const Reals price = outside_price + L::chosen(inside, gap, zero);
  const Reals small = L::chosen(rises, density * mills.near, g * mills.far * money.over_forward);
  const Reals size = L::chosen(inside, one - small, small);
  const Reals dg = discount * g, d1 = d0 + t, d2 = d0 - t;
  const Reals over_vol = root_time * over_s;
  const Reals bend = dg * money.over_forward;  // discount phi(d1)
  const Reals vega = dg * root_time, lean = d2 * over_vol;
  L::store(run.out[output::value] + i, discount * price);
  L::store(run.out[output::delta] + i, discount * L::chosen(is_put, zero - size, size));
  L::store(run.out[output::gamma] + i, bend * money.over_forward * over_s);
  L::store(run.out[output::vega] + i, vega);
  L::store(run.out[output::theta] + i, dg * vol * vol * over_s * L::all(-0.5));
  L::store(run.out[output::vanna] + i, zero - bend * lean);
  L::store(run.out[output::volga] + i, vega * d1 * lean);

  auto sound = L::both(mills.resolved, money.orderly);
  sound =
      L::both(sound, L::both(L::below(zero, discount), L::below(discount, L::all(1 + 0x1p-52))));
  return L::word_of(L::both(sound, L::below(L::all(1e-6), s)));
}

template <class L>
unsigned vol_lane(const ChainRun& run, std::size_t i) {
  using Reals = typename L::Reals;
  const Reals forward = L::loaded(run.in[input::forward] + i);
  const Reals strike = L::loaded(run.in[input::strike] + i);
  const auto is_put = L::set(static_cast<const char*>(run.type) + 4 * i);
  const Reals both = forward * strike, zero = L::all(0), one = L::all(1), half = L::all(0.5);
  const Reals over_both = one / both;
  const Moneyness<L> money = moneyness_of<L>(forward, strike, over_both);
  const Reals gap = forward - strike;
  const Reals inside = L::max(L::chosen(is_put, zero - gap, gap), zero);
  const Reals b = (L::loaded(run.in[input::price] + i) - inside) * L::root(over_both);
  const auto positive = L::below(L::all(1e-30), b);
  const Reals log_b = num::log_of<L>(b);
  const Reals x = L::size_of(money.log);

  // Right at the money for a small b, and right in order of magnitude far from it.
  const Reals level = L::all(2.5066282746310002) * b;
  const Reals depth = L::max(L::fused(log_b, L::all(-2), L::all(-1.2)), L::all(0.05));
  Reals s = L::root(L::fused(level, level, x * x / depth)) + L::all(1e-9);
  auto sound = L::both(positive, money.orderly);
  Reals newton = zero;
#pragma GCC unroll 3
  for (int round = 0; round < 3; ++round) {
    // Householder's third method on ln b(s) - ln b, whose first derivative is 1 / (near - far).
    const Reals over_s = one / s, a = x * over_s, t = half * s;
    const MillsPair<L> mills = mills_pair<L>(a, t);
    const Reals a2 = a * a;
    const Reals log_g = L::fused(L::fused(t, t, a2), L::all(-0.5), L::all(-0.9189385332046727));
    const Reals lack = log_b - (log_g + num::log_of<L>(mills.gap));
    newton = lack * mills.gap;
    const Reals bend = L::fused(a2, over_s, t * L::all(-0.5));
    const Reals turn =
        L::fused(bend, bend, L::fused(a2 * over_s * over_s, L::all(-3), L::all(-0.25)));
    const Reals first = L::fused(bend, newton, zero - lack);
    const Reals second =
        L::fused(turn * newton, newton, lack * L::fused(L::all(-3) * bend, newton, lack + lack));
    const Reals over = one / L::fused(second, L::all(1.0 / 6), one + first);
    Reals step = newton * L::fused(first, half, one) * over;
    if (round == 0) step = L::min(L::max(step, s * L::all(-0.6)), s * L::all(1.5));
    s = s + step;
    if (round == 2) sound = L::both(sound, mills.resolved);
  }
  // The next step would be of the order of this one's fourth power.
  sound = L::both(sound, L::below(L::size_of(newton), s * L::all(1e-5)));
  const Reals root_time = L::root(L::loaded(run.in[input::years] + i));
  sound = L::both(sound,
                  L::both(L::below(L::all(1e-100), root_time), L::below(root_time, L::all(1e100))));
  L::store(run.out[output::vol] + i, s / root_time);
  return L::word_of(sound);
}

template <class L>
void black_each(const ChainRun& run) {
  for (std::size_t i = 0; i < run.count; i += 16) {
    unsigned sound = 0;
#pragma GCC unroll 2
    for (std::size_t j = 0; j < 16; j += L::width) sound |= black_lane<L>(run, i + j) << j;
    run.sound[i / 16] = static_cast<std::uint16_t>(sound);
  }
}

template <class L>
void vols_each(const ChainRun& run) {
  for (std::size_t i = 0; i < run.count; i += 16) {
    unsigned sound = 0;
#pragma GCC unroll 2
    for (std::size_t j = 0; j < 16; j += L::width) sound |= vol_lane<L>(run, i + j) << j;
    run.sound[i / 16] = static_cast<std::uint16_t>(sound);
  }
}

}  // namespace levee::option

#endif

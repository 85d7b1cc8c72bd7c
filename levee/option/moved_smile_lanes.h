// levee/option/moved_smile_lanes.h — a strike's call and put for lanes of moved smiles.
//
// Total variance of the moved smile gives s = sigma sqrt T; the rest is chain_lanes.h's formula for
// the price out of the money, which call and put share.
// src: Gatheral & Jacquier (2014), Quantitative Finance 14, 59-71 (raw SVI); chain_lanes.h
#pragma once
#include "levee/option/chain_lanes.h"

#if defined(__AVX2__) && defined(__FMA__)

namespace levee::option {

template <class L, class Reals = typename L::Reals>
Reals wings_at(const WorthRun::Wings& wings, Reals k, Reals level) {
  const Reals x = k - L::all(wings.m);
  const Reals bent = L::root(L::fused(x, x, L::all(wings.s2)));
  return L::fused(L::all(wings.b), L::fused(L::all(wings.rho), x, bent), level);
}

template <class L>
unsigned worth_lane(const WorthRun& run, std::size_t i) {
  using Reals = typename L::Reals;
  const Reals forward = L::loaded(run.forward + i), strike = L::all(run.strike);
  const Reals zero = L::all(0), one = L::all(1);
  const Reals k = L::all(run.log_strike) - L::loaded(run.log_forward + i);
  Reals w = wings_at<L>(run.near, k, L::all(run.level));
  if (run.far.b != 0) w = wings_at<L>(run.far, k, w);
  Reals s = L::root(w) * L::loaded(run.vol_factor + i);
  if (run.skew != nullptr) {
    const Reals x = L::min(L::max(k * L::all(run.over_root), L::all(-1)), one);
    s = s * num::exp_of<L>(L::loaded(run.skew + i) * x);
  }
  const Reals a = L::size_of(k / s), t = L::all(0.5) * s, near = a - t;
  const auto is_near = L::below(near, L::all(8));
  const MillsPair<L> mills = mills_pair<L>(a, t);
  const Reals density =
      L::all(0.3989422804014327) * num::exp_of<L>(L::max(near * near * L::all(-0.5), L::all(-60)));
  const Reals lesser = L::min(forward, strike), greater = L::max(forward, strike);
  const Reals time = L::chosen(is_near, lesser * density * mills.gap, zero);
  const Reals unit = L::all(run.unit), nothing = L::all(run.nothing), gap = forward - strike;
  const auto kept = [&](Reals inside) {
    const Reals worth = (L::max(inside, zero) + time) * unit;
    return L::chosen(L::below(worth, nothing), zero, worth);
  };
  if (run.call != nullptr) L::store(run.call + i, kept(gap));
  if (run.put != nullptr) L::store(run.put + i, kept(zero - gap));

  auto sound = L::any(mills.resolved, L::below(L::all(8), near));
  sound = L::both(sound, L::below(L::all(1e-6), s));
  const auto orderly = L::both(L::below(L::all(1e-100), lesser), L::below(greater, L::all(1e100)));
  return L::word_of(L::both(sound, orderly));
}

template <class L>
void worths_each(const WorthRun& run) {
  for (std::size_t i = 0; i < run.count; i += 16) {
    unsigned sound = 0;
#pragma GCC unroll 2
    for (std::size_t j = 0; j < 16; j += L::width) sound |= worth_lane<L>(run, i + j) << j;
    run.sound[i / 16] = static_cast<std::uint16_t>(sound);
  }
}

}  // namespace levee::option

#endif

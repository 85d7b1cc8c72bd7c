// levee/hazard/yearly_loss_each.h — the loop of yearly_loss_wide.h, for the including file's lane.
//
// src: as levee/hazard/yearly_loss.h
#pragma once
#include "levee/hazard/yearly_loss_wide.h"
#include "levee/num/lane_draws.h"
#include "levee/num/lane_math.h"

#if defined(__AVX2__) && defined(__FMA__)

namespace levee::hazard {

// A word as a number.
template <class L>
typename L::Reals real_of(typename L::Bits word) {
  const auto low = L::masked(word, L::bits(0xffffffff));
  return L::as_reals(L::merged(low, L::bits(0x4330000000000000))) - L::all(0x1p52);
}

// Excess over the threshold of the number u, in scales.
template <class L>
typename L::Reals excess_of(typename L::Reals u, double shape) {
  const auto time = L::all(0) - num::log_of<L>(u);
  if (shape < least_power && shape > -least_power) {
    const auto bent = L::all(shape / 2) * time;
    return L::fused(L::fused(bent, L::all(2.0 / 3), L::all(1)) * bent, time, time);
  }
  return (num::exp_of<L>(L::all(shape) * time) - L::all(1)) * L::all(1 / shape);
}

template <class L, bool has_body>
typename L::Reals loss_of(typename L::Bits word, const YearWords& law) {
  const auto w = real_of<L>(word);
  const auto u = L::min(L::fused(w, L::all(law.per_word), L::all(law.from)), L::all(1));
  const auto tail =
      L::min(L::fused(excess_of<L>(u, law.shape), L::all(law.scale), L::all(law.threshold)),
             L::all(law.most));
  if constexpr (!has_body) return tail;
  // Half a step below, so that adding 2^52 rounds down.
  const auto place = (w - L::all(law.tail_words - 0.5)) * L::all(law.body_per_word) - L::all(0.5);
  const auto within = L::max(L::min(place, L::all(law.bodies - 1)), L::all(0));
  const auto at = L::masked(L::as_bits(within + L::all(0x1p52)), L::bits(0xffffffff));
  return L::chosen(L::below(w, L::all(law.tail_words)), tail, L::gathered(law.body, at));
}

// How many events a word means; the loop ends where no lane has more.
template <class L>
typename L::Reals count_of(typename L::Bits word, const YearWords& law) {
  const auto w = real_of<L>(word);
  auto events = L::all(0);
  for (std::size_t k = 0; k < law.counts; ++k) {
    const auto fewer = L::below(w, L::all(law.more[k]));
    if (L::word_of(fewer) == (1U << L::width) - 1) break;
    events = events + L::chosen(fewer, L::all(0), L::all(1));
  }
  return events;
}

template <class L, bool has_body>
typename L::Reals added(typename L::Reals sum, typename L::Bits word, typename L::Reals left,
                        const YearWords& law) {
  const auto loss = loss_of<L, has_body>(word, law);
  return sum + L::chosen(L::below(L::all(0), left), loss, L::all(0));
}

template <class L, bool has_body>
void years_each(const YearRun& run) {
  using Reals = typename L::Reals;
  const YearWords& law = *run.words;
  const Reals one = L::all(1);
  for (std::size_t i = 0; i < run.count; i += L::width) {
    const auto w = num::philox_from<L>({L::bits(run.block), L::bits(run.stream),
                                        L::loaded_words(run.year + i), L::bits(run.year_high)},
                                       run.keys, 0);
    Reals sum = L::all(0), left = sum;
    if (run.block == 0) {
      left = count_of<L>(w.w0, law);
      L::store(run.events + i, left);
    } else {
      left = L::loaded(run.events + i) - L::all(4.0 * run.block - 1);
      sum = added<L, has_body>(L::loaded(run.usd + i), w.w0, left, law);
      left = left - one;
    }
    sum = added<L, has_body>(sum, w.w1, left, law);
    sum = added<L, has_body>(sum, w.w2, left - one, law);
    sum = added<L, has_body>(sum, w.w3, left - L::all(2), law);
    L::store(run.usd + i, sum);
  }
}

template <class L>
void years_any(const YearRun& run) {
  if (run.words->body == nullptr) return years_each<L, false>(run);
  years_each<L, true>(run);
}

}  // namespace levee::hazard

#endif

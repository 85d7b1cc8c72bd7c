// levee/scenario/jump_each.h — the loops of jump_wide.h, for whichever lane the including file has.
#pragma once
#include "levee/num/lane_draws.h"
#include "levee/scenario/jump_wide.h"

#if defined(__AVX2__) && defined(__FMA__)

namespace levee::scenario {

/// Beyond it the state of a walk does not fit the stack it is given.
inline constexpr std::size_t walk_assets_max = 64;

// What the first two rounds of Philox make of path and stream, which no step changes.
template <class C>
struct Begun {
  typename C::Bits low_1, high_2, low_2;
};

template <class C>
Begun<C> begun(typename C::Bits path, std::uint64_t stream) {
  const auto one = C::product(path, C::bits(num::philox_1));
  const auto two =
      C::product(C::either(C::right(one, 32), C::bits(stream)), C::bits(num::philox_0));
  return {one, C::right(two, 32), two};
}

template <class C>
num::Words<C> words_at(const Begun<C>& begun, const std::uint64_t* turn,
                       const std::uint64_t* keys) {
  return num::philox_from<C>({C::either(begun.low_1, C::bits(turn[0])), C::bits(turn[1]),
                              C::either(begun.high_2, C::bits(turn[2])), begun.low_2},
                             keys, 2);
}

/// Where an asset's random numbers come from, for a lane of doubles and for one of floats.
template <class Lane>
struct DoubleSource {
  using L = Lane;
  Begun<L> begun_;

  static DoubleSource of(std::uint64_t path, std::uint64_t stream) {
    return {begun<L>(L::sum(L::numbers(), L::bits(path)), stream)};
  }
  void four(const std::uint64_t* turn, const std::uint64_t* keys, typename L::Reals* z) const {
    const auto w = words_at<L>(begun_, turn, keys);
    const auto a = num::normals_of_doubles<L>(w.w0, w.w1);
    const auto b = num::normals_of_doubles<L>(w.w2, w.w3);
    z[0] = a.x, z[1] = a.y, z[2] = b.x, z[3] = b.y;
  }
};

template <class Lane>
struct FloatSource {
  using L = Lane;
  using C = typename L::Counters;
  Begun<C> even_, odd_;

  static FloatSource of(std::uint64_t path, std::uint64_t stream) {
    const auto even = C::sum(C::sum(C::numbers(), C::numbers()), C::bits(path));
    return {begun<C>(even, stream), begun<C>(C::sum(even, C::bits(1)), stream)};
  }
  void four(const std::uint64_t* turn, const std::uint64_t* keys, typename L::Reals* z) const {
    const auto e = words_at<C>(even_, turn, keys), o = words_at<C>(odd_, turn, keys);
    const auto a = num::normals_of_floats<L>(L::merged(e.w0, o.w0), L::merged(e.w1, o.w1));
    const auto b = num::normals_of_floats<L>(L::merged(e.w2, o.w2), L::merged(e.w3, o.w3));
    z[0] = a.x, z[1] = a.y, z[2] = b.x, z[3] = b.y;
  }
};

// Fixed: the number of assets where the compiler is to know it, else 0.
// NOLINTBEGIN(*-avoid-c-arrays): std::array would be an inline function for everyone
template <class Source, std::size_t Fixed>
void walk_lane(const WalkRun<typename Source::L::Real>& run, std::size_t at) {
  using L = typename Source::L;
  using Reals = typename L::Reals;
  constexpr std::size_t room = Fixed > 0 ? Fixed : walk_assets_max;
  const std::size_t assets = Fixed > 0 ? Fixed : run.assets;
  Source source[room];
  Reals x[room], z[room][walk_turn];
  for (std::size_t a = 0; a < assets; ++a) {
    source[a] = Source::of(run.path + at, run.streams[a]);
    x[a] = L::all(0);
  }
  const auto* law = run.law;
  const auto* jumps = run.jumps + at;
  auto* const* out = run.out;
  for (std::size_t first = 0; first < run.steps; first += walk_turn) {
    const std::uint64_t* turn = run.turns + 3 * (first / walk_turn);
#pragma GCC unroll 2
    for (std::size_t a = 0; a < assets; ++a) source[a].four(turn, run.keys, &z[a][0]);
    const std::size_t left = run.steps - first, here = left < walk_turn ? left : walk_turn;
#pragma GCC unroll 4
    for (std::size_t s = 0; s < walk_turn; ++s) {
      if (s == here) break;
      const auto* row = law + assets;
#pragma GCC unroll 2
      for (std::size_t a = 0; a < assets; ++a) {
        Reals y = x[a] + (L::all(law[a]) + L::loaded(jumps));
#pragma GCC unroll 2
        for (std::size_t b = 0; b <= a; ++b) y = L::fused(L::all(row[b]), z[b][s], y);
        row += a + 1;
        x[a] = y;
        jumps += walk_group;
        if (*out != nullptr) L::store(*out + at, y);
        ++out;
      }
      law = row;
    }
  }
}
// NOLINTEND(*-avoid-c-arrays)

template <class Source>
void walk_each(const WalkRun<typename Source::L::Real>& run) {
  for (std::size_t at = 0; at < walk_group; at += Source::L::width) {
    if (run.assets == 1) {
      walk_lane<Source, 1>(run, at);
    } else if (run.assets == 2) {
      walk_lane<Source, 2>(run, at);
    } else {
      walk_lane<Source, 0>(run, at);
    }
  }
}

template <class L>
void shocks_each(const ShockRun& run) {
  for (std::size_t i = 0; i < run.count; i += L::width) {
    const auto block = run.block == nullptr ? L::bits(0) : L::loaded_words(run.block + i);
    const auto w = num::philox_from<L>(
        {block, L::bits(run.stream), L::loaded_words(run.path + i), L::bits(run.path_high)},
        run.keys, 0);
    L::store_words(run.word + i, w.w0);
    if (run.normal == nullptr) continue;
    L::store(run.normal + i, num::normals_of_doubles<L>(w.w2, w.w3).x);
  }
}

}  // namespace levee::scenario

#endif

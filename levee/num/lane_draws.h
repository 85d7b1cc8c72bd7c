// levee/num/lane_draws.h — Philox and normal numbers for lanes of paths, in double and in float.
//
// A path's counter stands in a lane of 64 bits; of every word only the lower half counts, what a
// product leaves above it is never looked at. The same operations in the same order on AVX2 and
// AVX-512: the answers agree to the last bit. For files as levee/num/lane.h says.
// src: Salmon, Moraes, Dror & Shaw (2011), SC'11 (Philox4x32-10); Box & Muller (1958), Annals of
//      Mathematical Statistics 29, 610-611; the polynomials are Chebyshev interpolants at 40 digits
//      (mpmath 1.3)
#pragma once
#include "levee/num/lane.h"

#if defined(__AVX2__) && defined(__FMA__)

namespace levee::num {

#if defined(__AVX512F__) && defined(__AVX512DQ__)

/// Counters and doubles, eight a lane.
struct EightDoubles : Eight {
  using Real = double;
  static Bits product(Bits a, Bits b) { return _mm512_mul_epu32(a, b); }
  static Bits either(Bits a, Bits b, Bits c) { return _mm512_ternarylogic_epi64(a, b, c, 0x96); }
  static Bits either(Bits a, Bits b) { return _mm512_xor_si512(a, b); }
  static Bits numbers() { return _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0); }
  static Bits loaded_words(const void* from) {
    return _mm512_cvtepu32_epi64(_mm256_loadu_si256(static_cast<const __m256i_u*>(from)));
  }
  static void store_words(void* to, Bits x) {
    _mm256_storeu_si256(static_cast<__m256i_u*>(to), _mm512_cvtepi64_epi32(x));
  }
  static Mask odd(Bits x) { return _mm512_test_epi64_mask(x, _mm512_set1_epi64(1)); }
  static Reals gathered(const double* table, Bits at) { return _mm512_i64gather_pd(at, table, 8); }
};

/// Floats, sixteen a lane, whose paths' counters stand in two lanes: the even ones and the odd.
struct SixteenFloats {
  using Real = float;
  using Reals = __m512;
  using Bits = __m512i;
  using Counters = EightDoubles;
  static constexpr std::size_t width = 16;

  static Reals all(float x) { return _mm512_set1_ps(x); }
  static Bits bits(std::uint32_t x) { return _mm512_set1_epi32(static_cast<int>(x)); }
  static Reals loaded(const float* from) { return _mm512_loadu_ps(from); }
  static void store(float* to, Reals x) { _mm512_storeu_ps(to, x); }
  static Reals fused(Reals a, Reals b, Reals c) { return _mm512_fmadd_ps(a, b, c); }
  static Reals root(Reals x) { return _mm512_sqrt_ps(x); }
  static Bits merged(Bits even, Bits odd) {
    return _mm512_mask_shuffle_epi32(even, 0xAAAA, odd, _MM_PERM_CDAB);
  }
  static Bits left(Bits x, unsigned by) { return _mm512_slli_epi32(x, by); }
  static Bits right(Bits x, unsigned by) { return _mm512_srli_epi32(x, by); }
  static Bits sum(Bits a, Bits b) { return _mm512_add_epi32(a, b); }
  static Bits difference(Bits a, Bits b) { return _mm512_sub_epi32(a, b); }
  static Bits masked(Bits a, Bits b) { return _mm512_and_si512(a, b); }
  static Bits exponent(Bits x) { return _mm512_srai_epi32(x, 23); }
  static Reals whole(Bits x) { return _mm512_cvtepi32_ps(x); }
  static Bits as_bits(Reals x) { return _mm512_castps_si512(x); }
  static Reals as_reals(Bits x) { return _mm512_castsi512_ps(x); }
  static Reals flipped(Reals x, Bits by) {
    return as_reals(_mm512_ternarylogic_epi32(as_bits(x), by, bits(0x80000000), 0x78));
  }
  static __mmask16 odd(Bits x) { return _mm512_test_epi32_mask(x, bits(1)); }
  static Reals chosen(__mmask16 where, Reals yes, Reals no) {
    return _mm512_mask_blend_ps(where, no, yes);
  }
};

using Doubles = EightDoubles;
using Floats = SixteenFloats;

#else

/// Counters and doubles, four a lane.
struct FourDoubles : Four {
  using Real = double;
  static Bits product(Bits a, Bits b) { return _mm256_mul_epu32(a, b); }
  static Bits either(Bits a, Bits b) { return _mm256_xor_si256(a, b); }
  static Bits either(Bits a, Bits b, Bits c) { return either(either(a, b), c); }
  static Bits numbers() { return _mm256_set_epi64x(3, 2, 1, 0); }
  static Bits loaded_words(const void* from) {
    return _mm256_cvtepu32_epi64(_mm_loadu_si128(static_cast<const __m128i_u*>(from)));
  }
  static void store_words(void* to, Bits x) {
    const __m256i low = _mm256_permutevar8x32_epi32(x, _mm256_set_epi32(7, 5, 3, 1, 6, 4, 2, 0));
    _mm_storeu_si128(static_cast<__m128i_u*>(to), _mm256_castsi256_si128(low));
  }
  static Mask odd(Bits x) { return as_reals(left(x, 63)); }
  static Reals gathered(const double* table, Bits at) { return _mm256_i64gather_pd(table, at, 8); }
};

/// Floats, eight a lane.
struct EightFloats {
  using Real = float;
  using Reals = __m256;
  using Bits = __m256i;
  using Counters = FourDoubles;
  static constexpr std::size_t width = 8;

  static Reals all(float x) { return _mm256_set1_ps(x); }
  static Bits bits(std::uint32_t x) { return _mm256_set1_epi32(static_cast<int>(x)); }
  static Reals loaded(const float* from) { return _mm256_loadu_ps(from); }
  static void store(float* to, Reals x) { _mm256_storeu_ps(to, x); }
  static Reals fused(Reals a, Reals b, Reals c) { return _mm256_fmadd_ps(a, b, c); }
  static Reals root(Reals x) { return _mm256_sqrt_ps(x); }
  static Bits merged(Bits even, Bits odd) {
    return _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA);
  }
  static Bits left(Bits x, unsigned by) { return _mm256_slli_epi32(x, static_cast<int>(by)); }
  static Bits right(Bits x, unsigned by) { return _mm256_srli_epi32(x, static_cast<int>(by)); }
  static Bits sum(Bits a, Bits b) { return _mm256_add_epi32(a, b); }
  static Bits difference(Bits a, Bits b) { return _mm256_sub_epi32(a, b); }
  static Bits masked(Bits a, Bits b) { return _mm256_and_si256(a, b); }
  static Bits exponent(Bits x) { return _mm256_srai_epi32(x, 23); }
  static Reals whole(Bits x) { return _mm256_cvtepi32_ps(x); }
  static Bits as_bits(Reals x) { return _mm256_castps_si256(x); }
  static Reals as_reals(Bits x) { return _mm256_castsi256_ps(x); }
  static Reals flipped(Reals x, Bits by) {
    return _mm256_xor_ps(x, as_reals(masked(by, bits(0x80000000))));
  }
  static Reals odd(Bits x) { return as_reals(left(x, 31)); }
  static Reals chosen(Reals where, Reals yes, Reals no) { return _mm256_blendv_ps(no, yes, where); }
};

using Doubles = FourDoubles;
using Floats = EightFloats;

#endif

/// Four words a counter.
template <class L>
struct Words {
  typename L::Bits w0, w1, w2, w3;
};

inline constexpr std::uint64_t philox_0 = 0xD2511F53, philox_1 = 0xCD9E8D57;

/// Rounds first, first + 1, ... up to the tenth. in: keys [10][2]
template <class L>
Words<L> philox_from(Words<L> c, const std::uint64_t* keys, std::size_t first) {
#pragma GCC unroll 10
  for (std::size_t round = first; round < 10; ++round) {
    const auto a = L::product(c.w0, L::bits(philox_0)), b = L::product(c.w2, L::bits(philox_1));
    c = {L::either(L::right(b, 32), c.w1, L::bits(keys[2 * round])), b,
         L::either(L::right(a, 32), c.w3, L::bits(keys[2 * round + 1])), a};
  }
  return c;
}

/// Two normals from two words a path.
template <class L>
struct Pair {
  typename L::Reals x, y;
};

// The first word is the radius: 31 bits in the middle of their steps, u in (0, 1). The second is
// the angle: 30 bits for a turn of (-1, 1) quarter right angles, a bit that swaps sine and cosine
// and a bit that flips both.

/// out: within 1e-14 of the plain engine's, relative to the radius
template <class L>
Pair<L> normals_of_doubles(typename L::Bits radius, typename L::Bits angle) {
  using Reals = typename L::Reals;
  const auto low = L::bits(0xffffffff);
  const Reals u =
      L::as_reals(L::merged(L::masked(radius, low), L::bits(0x4330000000000001))) - L::all(0x1p52);
  // u = 2^k m with m in [sqrt(1/2), sqrt(2)): -2 ln m = -4 atanh((m - 1) / (m + 1)).
  const auto from = L::difference(L::as_bits(u), L::bits(0x3fe6a09e667f3bcd));
  const Reals k = L::as_reals(L::merged(L::right(L::sum(from, L::bits(1023ULL << 52)), 52),
                                        L::bits(0x4330000000000000))) -
                  L::all(0x1p52 + 1023 + 32);
  const Reals m =
      L::as_reals(L::difference(L::as_bits(u), L::masked(from, L::bits(0xfff0000000000000))));
  const Reals s = (m - L::all(1)) / (m + L::all(1)), t = s * s;
  Reals p = L::fused(t, L::all(-0.33243634305717856), L::all(-0.36280387605731982));
  p = L::fused(p, t, L::all(-0.44445724560217431));
  p = L::fused(p, t, L::all(-0.57142848276648321));
  p = L::fused(p, t, L::all(-0.80000000022413013));
  p = L::fused(p, t, L::all(-1.3333333333332417));
  p = L::fused(p, t, L::all(-4)) * s;
  Reals r = L::root(L::fused(k, L::all(-1.3862943611198906), p));
  // A bit that stands at the sign flips both numbers.
  r = L::as_reals(
      L::either(L::as_bits(r), L::masked(L::left(angle, 62), L::bits(0x8000000000000000))));

  const auto turned = L::either(L::masked(angle, L::bits(0xfffffffc)), L::bits(0x4330000080000000));
  const Reals y = (L::as_reals(turned) - L::all(0x1p52 + 0x1p31 - 2)) * L::all(0x1p-31);
  const Reals q = y * y;
  Reals sine = L::fused(q, L::all(-1.7365167288597578e-9), L::all(3.1333840829093e-7));
  Reals cosine = L::fused(q, L::all(1.1384778780982284e-10), L::all(-2.4610062267544349e-8));
  sine = L::fused(sine, q, L::all(-3.6576192120767253e-5));
  cosine = L::fused(cosine, q, L::all(3.5908597712602537e-6));
  sine = L::fused(sine, q, L::all(0.0024903945673670636));
  cosine = L::fused(cosine, q, L::all(-0.00032599188676870124));
  sine = L::fused(sine, q, L::all(-0.080745512188038634));
  cosine = L::fused(cosine, q, L::all(0.015854344243801901));
  sine = L::fused(sine, q, L::all(0.78539816339744495)) * y;
  cosine = L::fused(cosine, q, L::all(-0.30842513753404227));
  cosine = L::fused(cosine, q, L::all(1));
  const auto swap = L::odd(angle);
  return {r * L::chosen(swap, sine, cosine), r * L::chosen(swap, cosine, sine)};
}

/// out: within 4e-7 of the plain engine's, relative to the radius
template <class L>
Pair<L> normals_of_floats(typename L::Bits radius, typename L::Bits angle) {
  using Reals = typename L::Reals;
  const Reals u = L::fused(L::whole(L::right(radius, 1)), L::all(0x1p-31F), L::all(0x1p-32F));
  const auto from = L::difference(L::as_bits(u), L::bits(0x3f3504f3));
  const Reals k = L::whole(L::exponent(from));
  const Reals f =
      L::as_reals(L::difference(L::as_bits(u), L::masked(from, L::bits(0xff800000)))) - L::all(1);
  const Reals f2 = f * f, f4 = f2 * f2;
  const Reals a = L::fused(f, L::all(-0.666673412F), L::all(0.999999943F));
  Reals b = L::fused(f, L::all(-0.399440994F), L::all(0.500022954F));
  const Reals c = L::fused(f, L::all(-0.296695737F), L::all(0.331769771F));
  const Reals d = L::fused(f, L::all(-0.17574531F), L::all(0.28319294F));
  b = L::fused(b, f2, a);
  b = L::fused(L::fused(d, f2, c), f4, b);
  // -2 ln u, less 0 by no rounding: the root of a negative number would be none.
  const Reals size = L::fused(f2, b, f * L::all(-2));
  Reals r = L::root(L::fused(k, L::all(-1.3862943611F), size));
  r = L::flipped(r, L::left(angle, 30));

  const Reals y =
      L::fused(L::whole(L::masked(angle, L::bits(0xfffffffc))), L::all(0x1p-31F), L::all(0x1p-30F));
  const Reals q = y * y;
  Reals sine = L::fused(q, L::all(-3.5954290725e-5F), L::all(0.0024900068015F));
  Reals cosine = L::fused(q, L::all(3.5419527281e-6F), L::all(-0.00032596138035F));
  sine = L::fused(sine, q, L::all(-0.080745434708F));
  cosine = L::fused(cosine, q, L::all(0.015854338147F));
  sine = L::fused(sine, q, L::all(0.78539816098F)) * y;
  cosine = L::fused(cosine, q, L::all(-0.30842513734F));
  cosine = L::fused(cosine, q, L::all(1));
  const auto swap = L::odd(angle);
  return {r * L::chosen(swap, sine, cosine), r * L::chosen(swap, cosine, sine)};
}

}  // namespace levee::num

#endif

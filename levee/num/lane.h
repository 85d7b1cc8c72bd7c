// levee/num/lane.h — four or eight doubles side by side, by the same names on AVX2 and AVX-512.
//
// For files compiled for one of the two (levee_avx2, levee_avx512 in cmake/modules.cmake), which
// see one lane each. Such a file instantiates templates over its lane alone and uses nothing inline
// of the standard library: the linker could keep that copy, made for AVX-512, for everyone. src:
// Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2
#pragma once
#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>
#include <cstddef>
#include <cstdint>

namespace levee::num {

#if defined(__AVX512F__) && defined(__AVX512DQ__)

struct Eight {
  static constexpr std::size_t width = 8;
  using Reals = __m512d;
  using Bits = __m512i;
  using Mask = __mmask8;

  static Reals all(double x) { return _mm512_set1_pd(x); }
  static Bits bits(std::uint64_t x) { return _mm512_set1_epi64(static_cast<long long>(x)); }
  static Reals loaded(const double* from) { return _mm512_loadu_pd(from); }
  static void store(double* to, Reals x) { _mm512_storeu_pd(to, x); }
  static Reals fused(Reals a, Reals b, Reals c) { return _mm512_fmadd_pd(a, b, c); }
  static Reals less_product(Reals c, Reals a, Reals b) { return _mm512_fnmadd_pd(a, b, c); }
  static Reals root(Reals x) { return _mm512_sqrt_pd(x); }
  static Reals size_of(Reals x) { return _mm512_abs_pd(x); }
  static Reals min(Reals a, Reals b) { return _mm512_min_pd(a, b); }
  static Reals max(Reals a, Reals b) { return _mm512_max_pd(a, b); }
  static Mask below(Reals a, Reals b) { return _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ); }
  static Mask both(Mask a, Mask b) { return static_cast<Mask>(a & b); }
  static Mask any(Mask a, Mask b) { return static_cast<Mask>(a | b); }
  static Mask differ(Mask a, Mask b) { return static_cast<Mask>(a ^ b); }
  static Reals chosen(Mask where, Reals yes, Reals no) {
    return _mm512_mask_blend_pd(where, no, yes);
  }
  static unsigned word_of(Mask a) { return a; }
  // Where the four-byte words are not 0.
  static Mask set(const void* words) {
    const __m512i w =
        _mm512_cvtepi32_epi64(_mm256_loadu_si256(static_cast<const __m256i_u*>(words)));
    return _mm512_test_epi64_mask(w, w);
  }
  static Bits as_bits(Reals x) { return _mm512_castpd_si512(x); }
  static Reals as_reals(Bits x) { return _mm512_castsi512_pd(x); }
  static Bits sum(Bits a, Bits b) { return _mm512_add_epi64(a, b); }
  static Bits difference(Bits a, Bits b) { return _mm512_sub_epi64(a, b); }
  static Bits masked(Bits a, Bits b) { return _mm512_and_si512(a, b); }
  static Bits merged(Bits a, Bits b) { return _mm512_or_si512(a, b); }
  static Bits left(Bits a, unsigned by) { return _mm512_slli_epi64(a, by); }
  static Bits right(Bits a, unsigned by) { return _mm512_srli_epi64(a, by); }
  // The entry of sixteen that the low four bits name.
  static Reals entry(const double* table, Bits at) {
    return _mm512_permutex2var_pd(_mm512_load_pd(table), at, _mm512_load_pd(table + 8));
  }
};
using Single = Eight;

#else

struct Four {
  static constexpr std::size_t width = 4;
  using Reals = __m256d;
  using Bits = __m256i;
  using Mask = __m256d;

  static Reals all(double x) { return _mm256_set1_pd(x); }
  static Bits bits(std::uint64_t x) { return _mm256_set1_epi64x(static_cast<long long>(x)); }
  static Reals loaded(const double* from) { return _mm256_loadu_pd(from); }
  static void store(double* to, Reals x) { _mm256_storeu_pd(to, x); }
  static Reals fused(Reals a, Reals b, Reals c) { return _mm256_fmadd_pd(a, b, c); }
  static Reals less_product(Reals c, Reals a, Reals b) { return _mm256_fnmadd_pd(a, b, c); }
  static Reals root(Reals x) { return _mm256_sqrt_pd(x); }
  static Reals size_of(Reals x) { return _mm256_andnot_pd(all(-0.0), x); }
  static Reals min(Reals a, Reals b) { return _mm256_min_pd(a, b); }
  static Reals max(Reals a, Reals b) { return _mm256_max_pd(a, b); }
  static Mask below(Reals a, Reals b) { return _mm256_cmp_pd(a, b, _CMP_LT_OQ); }
  static Mask both(Mask a, Mask b) { return _mm256_and_pd(a, b); }
  static Mask any(Mask a, Mask b) { return _mm256_or_pd(a, b); }
  static Mask differ(Mask a, Mask b) { return _mm256_xor_pd(a, b); }
  static Reals chosen(Mask where, Reals yes, Reals no) { return _mm256_blendv_pd(no, yes, where); }
  static unsigned word_of(Mask a) { return static_cast<unsigned>(_mm256_movemask_pd(a)); }
  static Mask set(const void* words) {
    const __m256i w = _mm256_cvtepi32_epi64(_mm_loadu_si128(static_cast<const __m128i_u*>(words)));
    const __m256i unset = _mm256_cmpeq_epi64(w, _mm256_setzero_si256());
    return _mm256_castsi256_pd(_mm256_xor_si256(unset, _mm256_set1_epi64x(-1)));
  }
  static Bits as_bits(Reals x) { return _mm256_castpd_si256(x); }
  static Reals as_reals(Bits x) { return _mm256_castsi256_pd(x); }
  static Bits sum(Bits a, Bits b) { return _mm256_add_epi64(a, b); }
  static Bits difference(Bits a, Bits b) { return _mm256_sub_epi64(a, b); }
  static Bits masked(Bits a, Bits b) { return _mm256_and_si256(a, b); }
  static Bits merged(Bits a, Bits b) { return _mm256_or_si256(a, b); }
  static Bits left(Bits a, unsigned by) { return _mm256_slli_epi64(a, static_cast<int>(by)); }
  static Bits right(Bits a, unsigned by) { return _mm256_srli_epi64(a, static_cast<int>(by)); }
  static Reals entry(const double* table, Bits at) {
    return _mm256_i64gather_pd(table, masked(at, bits(15)), 8);
  }
};
using Single = Four;

#endif

/// Two of a kind, step by step: while one waits for a quotient or a product the other works.
template <class L>
struct Twice {
  static constexpr std::size_t width = 2 * L::width;
  using One = typename L::Reals;
  using OneBits = typename L::Bits;
  using OneMask = typename L::Mask;
  struct Reals {
    One a, b;
    friend Reals operator+(Reals x, Reals y) { return {x.a + y.a, x.b + y.b}; }
    friend Reals operator-(Reals x, Reals y) { return {x.a - y.a, x.b - y.b}; }
    friend Reals operator*(Reals x, Reals y) { return {x.a * y.a, x.b * y.b}; }
    friend Reals operator/(Reals x, Reals y) { return {x.a / y.a, x.b / y.b}; }
  };
  struct Bits {
    OneBits a, b;
  };
  struct Mask {
    OneMask a, b;
  };

  static Reals all(double x) { return {L::all(x), L::all(x)}; }
  static Bits bits(std::uint64_t x) { return {L::bits(x), L::bits(x)}; }
  static Reals loaded(const double* from) { return {L::loaded(from), L::loaded(from + L::width)}; }
  static void store(double* to, Reals x) {
    L::store(to, x.a);
    L::store(to + L::width, x.b);
  }
  static Reals fused(Reals x, Reals y, Reals z) {
    return {L::fused(x.a, y.a, z.a), L::fused(x.b, y.b, z.b)};
  }
  static Reals less_product(Reals z, Reals x, Reals y) {
    return {L::less_product(z.a, x.a, y.a), L::less_product(z.b, x.b, y.b)};
  }
  static Reals root(Reals x) { return {L::root(x.a), L::root(x.b)}; }
  static Reals size_of(Reals x) { return {L::size_of(x.a), L::size_of(x.b)}; }
  static Reals min(Reals x, Reals y) { return {L::min(x.a, y.a), L::min(x.b, y.b)}; }
  static Reals max(Reals x, Reals y) { return {L::max(x.a, y.a), L::max(x.b, y.b)}; }
  static Mask below(Reals x, Reals y) { return {L::below(x.a, y.a), L::below(x.b, y.b)}; }
  static Mask both(Mask x, Mask y) { return {L::both(x.a, y.a), L::both(x.b, y.b)}; }
  static Mask any(Mask x, Mask y) { return {L::any(x.a, y.a), L::any(x.b, y.b)}; }
  static Mask differ(Mask x, Mask y) { return {L::differ(x.a, y.a), L::differ(x.b, y.b)}; }
  static Reals chosen(Mask where, Reals yes, Reals no) {
    return {L::chosen(where.a, yes.a, no.a), L::chosen(where.b, yes.b, no.b)};
  }
  static unsigned word_of(Mask x) { return L::word_of(x.a) | L::word_of(x.b) << L::width; }
  static Mask set(const void* words) {
    return {L::set(words), L::set(static_cast<const char*>(words) + 4 * L::width)};
  }
  static Bits as_bits(Reals x) { return {L::as_bits(x.a), L::as_bits(x.b)}; }
  static Reals as_reals(Bits x) { return {L::as_reals(x.a), L::as_reals(x.b)}; }
  static Bits sum(Bits x, Bits y) { return {L::sum(x.a, y.a), L::sum(x.b, y.b)}; }
  static Bits difference(Bits x, Bits y) {
    return {L::difference(x.a, y.a), L::difference(x.b, y.b)};
  }
  static Bits masked(Bits x, Bits y) { return {L::masked(x.a, y.a), L::masked(x.b, y.b)}; }
  static Bits merged(Bits x, Bits y) { return {L::merged(x.a, y.a), L::merged(x.b, y.b)}; }
  static Bits left(Bits x, unsigned by) { return {L::left(x.a, by), L::left(x.b, by)}; }
  static Bits right(Bits x, unsigned by) { return {L::right(x.a, by), L::right(x.b, by)}; }
  static Reals entry(const double* table, Bits at) {
    return {L::entry(table, at.a), L::entry(table, at.b)};
  }
};
using Lane = Twice<Single>;

}  // namespace levee::num

#endif

#include "levee/replay/verify_swaps_lanes.h"

#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512IFMA__)

#include <immintrin.h>

namespace levee::replay::lanes {
namespace {

// Eight rows' worth of 64 bits.
struct Lane {
  __m512i v;
};
using Mask = __mmask8;
using Reals = __m512d;

constexpr unsigned limb_bits = 52;
constexpr unsigned million = 1'000'000;

Lane all(std::uint64_t x) { return {_mm512_set1_epi64(static_cast<long long>(x))}; }
Reals reals(double x) { return _mm512_set1_pd(x); }
Lane operator+(Lane a, Lane b) { return {_mm512_add_epi64(a.v, b.v)}; }
Lane operator-(Lane a, Lane b) { return {_mm512_sub_epi64(a.v, b.v)}; }
Lane operator&(Lane a, Lane b) { return {_mm512_and_si512(a.v, b.v)}; }
Lane operator|(Lane a, Lane b) { return {_mm512_or_si512(a.v, b.v)}; }
Lane operator>>(Lane a, unsigned by) { return {_mm512_srli_epi64(a.v, by)}; }
Lane operator<<(Lane a, unsigned by) { return {_mm512_slli_epi64(a.v, by)}; }
Lane arithmetic_right(Lane a, unsigned by) { return {_mm512_srai_epi64(a.v, by)}; }
Lane chosen(Mask where, Lane yes, Lane no) { return {_mm512_mask_blend_epi64(where, no.v, yes.v)}; }
Mask both(Mask a, Mask b) { return static_cast<Mask>(a & b); }
Mask either(Mask a, Mask b) { return static_cast<Mask>(a | b); }
Mask without(Mask a, Mask b) { return static_cast<Mask>(a & ~b); }
Mask is_zero(Lane a) { return _mm512_testn_epi64_mask(a.v, a.v); }
Mask is_equal(Lane a, Lane b) { return _mm512_cmpeq_epi64_mask(a.v, b.v); }
Mask is_below(Lane a, Lane b) { return _mm512_cmplt_epu64_mask(a.v, b.v); }
Mask is_negative(Lane a) { return _mm512_movepi64_mask(a.v); }

// A number in limbs of 52 bits, least significant first. Between a product or a difference and its
// `carried`, limbs hold more than 52 bits, or are negative.
template <unsigned N>
struct Wide {
  Lane limb[N];  // NOLINT(*-avoid-c-arrays): std::array would be an inline function for everyone
};

template <unsigned N>
Wide<N> zero() {
  Wide<N> made{};
  for (Lane& limb : made.limb) limb = {_mm512_setzero_si512()};
  return made;
}

// Every limb brought into [0, 2^52) but the last, which keeps the sign.
template <unsigned N>
Wide<N> carried(Wide<N> a) {
#pragma GCC unroll 16
  for (unsigned i = 0; i + 1 < N; ++i) {
    a.limb[i + 1] = a.limb[i + 1] + arithmetic_right(a.limb[i], limb_bits);
    a.limb[i] = a.limb[i] & all((1ULL << limb_bits) - 1);
  }
  return a;
}

template <unsigned N>
Mask is_negative(const Wide<N>& a) {
  Lane carry = a.limb[0];
#pragma GCC unroll 16
  for (unsigned i = 1; i < N; ++i) carry = a.limb[i] + arithmetic_right(carry, limb_bits);
  return is_negative(carry);
}

// The low R limbs of a * b, to be carried. in: limbs of a and b in [0, 2^52)
template <unsigned R, unsigned N, unsigned M>
Wide<R> product(const Wide<N>& a, const Wide<M>& b) {
  Wide<R> r = zero<R>();
#pragma GCC unroll 16
  for (unsigned i = 0; i < N; ++i) {
#pragma GCC unroll 16
    for (unsigned j = 0; j < M; ++j) {
      const unsigned k = i + j;
      if (k < R) {
        r.limb[k].v = _mm512_madd52lo_epu64(r.limb[k].v, a.limb[i].v, b.limb[j].v);
      }
      if (k + 1 < R) {
        r.limb[k + 1].v = _mm512_madd52hi_epu64(r.limb[k + 1].v, a.limb[i].v, b.limb[j].v);
      }
    }
  }
  return r;
}

// a - b 2^(52 at), limb by limb.
template <unsigned N, unsigned M>
Wide<N> minus(Wide<N> a, const Wide<M>& b, unsigned at = 0) {
#pragma GCC unroll 16
  for (unsigned i = 0; i < M; ++i) {
    if (i + at < N) a.limb[i + at] = a.limb[i + at] - b.limb[i];
  }
  return a;
}

// a + b 2^(52 at), limb by limb.
template <unsigned N, unsigned M>
Wide<N> plus(Wide<N> a, const Wide<M>& b, unsigned at) {
#pragma GCC unroll 16
  for (unsigned i = 0; i < M; ++i) a.limb[i + at] = a.limb[i + at] + b.limb[i];
  return a;
}

// -a where asked.
template <unsigned N>
Wide<N> negated(Mask where, Wide<N> a) {
#pragma GCC unroll 16
  for (unsigned i = 0; i < N; ++i) {
    a.limb[i].v = _mm512_mask_sub_epi64(a.limb[i].v, where, _mm512_setzero_si512(), a.limb[i].v);
  }
  return a;
}

template <unsigned N>
Wide<N> chosen(Mask where, const Wide<N>& yes, const Wide<N>& no) {
  Wide<N> made{};
#pragma GCC unroll 16
  for (unsigned i = 0; i < N; ++i) made.limb[i] = chosen(where, yes.limb[i], no.limb[i]);
  return made;
}

// a * 2^by in R limbs. in: a is carried and not negative, by < 52
template <unsigned R, unsigned N>
Wide<R> shifted(const Wide<N>& a, unsigned by) {
  Wide<R> made = zero<R>();
#pragma GCC unroll 16
  for (unsigned i = 0; i < R; ++i) {
    if (i < N) made.limb[i] = (a.limb[i] << by) & all((1ULL << limb_bits) - 1);
    if (i > 0 && i - 1 < N) made.limb[i] = made.limb[i] | (a.limb[i - 1] >> (limb_bits - by));
  }
  return made;
}

// The nearest double or a neighbour. in: a is carried
template <unsigned N>
Reals real(const Wide<N>& a) {
  Reals sum = _mm512_cvtepi64_pd(a.limb[0].v);
  double unit = 1;
#pragma GCC unroll 16
  for (unsigned i = 1; i < N; ++i) {
    unit *= 0x1p52;
    sum = _mm512_fmadd_pd(_mm512_cvtepi64_pd(a.limb[i].v), reals(unit), sum);
  }
  return sum;
}

Lane loaded(const Eight& from) { return {_mm512_load_si512(&from)}; }

Wide<3> limbs_of(Lane w0, Lane w1) {
  const Lane mask = all((1ULL << limb_bits) - 1);
  return {{w0 & mask, ((w0 >> 52) | (w1 << 12)) & mask, w1 >> 40}};
}
Wide<4> limbs_of(Lane w0, Lane w1, Lane w2) {
  const Lane mask = all((1ULL << limb_bits) - 1);
  return {
      {w0 & mask, ((w0 >> 52) | (w1 << 12)) & mask, ((w1 >> 40) | (w2 << 24)) & mask, w2 >> 28}};
}

// A flow below 2^112 in size, and where that is so.
struct Amount {
  Wide<3> limbs;
  Mask sound;
};
struct Words {
  Lane low, high;
};
Words chosen(Mask where, const Words& yes, const Words& no) {
  return {chosen(where, yes.low, no.low), chosen(where, yes.high, no.high)};
}
Amount paid_in(const Words& flow) {
  return {limbs_of(flow.low, flow.high), is_zero(flow.high >> 48)};
}
Amount paid_out(const Words& flow) {
  const Lane low = all(0) - flow.low;
  const Lane high = all(~0ULL) - flow.high + chosen(is_zero(flow.low), all(1), all(0));
  return {limbs_of(low, high), both(is_negative(flow.high), is_zero(high >> 48))};
}

// What is left of an amount after the fee, and whether the fee is what adding it to the rest would
// have charged: the smallest whole amount whose rest this is.
struct AfterFee {
  Wide<3> rest;
  Mask charged;
};
AfterFee after_fee(const Wide<3>& amount, Lane fee) {
  // floor(x / 10^6) = floor(x m / 2^156) for x below 2^136, because m 10^6 - 2^156 < 2^20.
  constexpr std::uint64_t m0 = 0x4938583621fb0, m1 = 0x5ed8d36b4c7f3, m2 = 0x10c6f7a0b;
  const Lane keep = all(million) - fee;
  const Wide<3> x = carried(product<3>(amount, Wide<1>{{keep}}));
  const auto q = carried(product<6>(x, Wide<3>{{all(m0), all(m1), all(m2)}}));
  const Wide<3> rest = {{q.limb[3], q.limb[4], q.limb[5]}};
  const auto taken = product<1>(rest, Wide<1>{{all(million)}});
  const Lane left = (x.limb[0] - taken.limb[0]) & all((1ULL << limb_bits) - 1);
  return {rest, is_below(left, keep)};
}

// Where the tick is surely the price's: a logarithm that is 10^4 times better than the band kept.
Mask is_tick_of(const Wide<4>& price, Lane tick) {
  const Reals x = real(price);
  Reals m = _mm512_getmant_pd(x, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_src);
  Reals e = _mm512_getexp_pd(x);
  const Mask large = _mm512_cmp_pd_mask(m, reals(1.5), _CMP_GE_OQ);
  m = _mm512_mask_mul_pd(m, large, m, reals(0.5));
  e = _mm512_mask_add_pd(e, large, e, reals(1));
  // ln m = 2 (s + s^3 / 3 + ...), |s| <= 1/5: what is left out is below 10^-15.
  const Reals s = _mm512_div_pd(_mm512_sub_pd(m, reals(1)), _mm512_add_pd(m, reals(1)));
  const Reals s2 = _mm512_mul_pd(s, s);
  Reals series = reals(1.0 / 19);
#pragma GCC unroll 16
  for (int n = 17; n >= 1; n -= 2) series = _mm512_fmadd_pd(series, s2, reals(1.0 / n));
  constexpr double per_e = 20000.999983334167;  // 2 / ln 1.0001
  constexpr double per_doubling = 13863.636746827591;
  const Reals whole = _mm512_mul_pd(_mm512_sub_pd(e, reals(96)), reals(per_doubling));
  const Reals at = _mm512_fmadd_pd(_mm512_mul_pd(series, s), reals(2 * per_e), whole);
  const Reals over = _mm512_sub_pd(at, _mm512_cvtepi64_pd(tick.v));
  return both(_mm512_cmp_pd_mask(over, reals(1e-6), _CMP_GT_OQ),
              _mm512_cmp_pd_mask(over, reals(1 - 1e-6), _CMP_LT_OQ));
}

// floor(fee 2^128 / liquidity) = high 2^88 + middle 2^44 + low, and where that is proven.
struct Growth {
  Lane high, middle, low;
  Mask sound;
};
Lane below(Reals x) {
  // A digit is taken a little too small, never too large: the remainder stays positive.
  return {_mm512_cvttpd_epi64(_mm512_mul_pd(x, reals(1 - 0x1p-49)))};
}
Growth growth_of(const Wide<3>& fee, const Wide<3>& liquidity, const Wide<4>& times_2_44) {
  const Reals per = _mm512_div_pd(reals(1), real(liquidity));
  const Wide<3> top = shifted<3>(fee, 24);
  Wide<5> rest = {{all(0), all(0), top.limb[0], top.limb[1], top.limb[2]}};
  const Reals first = _mm512_mul_pd(_mm512_mul_pd(real(rest), per), reals(0x1p-88));
  const Mask small = _mm512_cmp_pd_mask(first, reals(0x1p48), _CMP_LT_OQ);
  const Lane high = below(first);
  const auto times_2_36 = shifted<4>(liquidity, 36);
  rest = carried(minus(rest, product<5>(times_2_36, Wide<1>{{high}}), 1));
  const Lane middle = below(_mm512_mul_pd(_mm512_mul_pd(real(rest), per), reals(0x1p-44)));
  rest = carried(minus(rest, product<5>(times_2_44, Wide<1>{{middle}})));
  Lane low = below(_mm512_mul_pd(real(rest), per));
  rest = carried(minus(rest, product<5>(liquidity, Wide<1>{{low}})));
  const Wide<5> less = carried(minus(rest, liquidity));
  const Mask again = static_cast<Mask>(~is_negative(less.limb[4]));
  low.v = _mm512_mask_add_epi64(low.v, again, low.v, all(1).v);
  // The proof: 0 <= remainder < liquidity, in whole numbers.
  const Mask proven = either(both(again, is_negative(minus(less, liquidity))),
                             without(static_cast<Mask>(~again), is_negative(rest.limb[4])));
  return {high, middle, low, both(small, proven)};
}

void add(Eight& sum, Mask where, Lane x) {
  const Lane old = loaded(sum);
  _mm512_store_si512(&sum, _mm512_mask_add_epi64(old.v, where, old.v, x.v));
}

// What a row says, in limbs.
struct Row {
  Wide<4> from, to;  // prices
  Wide<4> way;       // |to - from|
  Wide<3> liquidity;
  Amount in, out;
  Lane fee;
  Mask falls;  // token0 is sold
  Mask sound;  // everything is in the range that the arithmetic below is made for
};

// Each row's neighbour before it, the first one's in the block before.
Lane before(const Eight& now, const Eight& past) {
  return {_mm512_alignr_epi64(loaded(now).v, loaded(past).v, 7)};
}

Row row_of(const Block& now, const Block& past) {
  Row row{};
  const Lane to0 = loaded(now.price[0]), to1 = loaded(now.price[1]), to2 = loaded(now.price[2]);
  row.from = limbs_of(before(now.price[0], past.price[0]), before(now.price[1], past.price[1]),
                      before(now.price[2], past.price[2]));
  row.to = limbs_of(to0, to1, to2);
  const Wide<4> rise = minus(row.to, row.from);
  row.falls = is_negative(rise);
  row.way = carried(negated(row.falls, rise));
  const Lane l0 = loaded(now.liquidity[0]), l1 = loaded(now.liquidity[1]);
  row.liquidity = limbs_of(l0, l1);
  const Words flow0 = {loaded(now.flow0[0]), loaded(now.flow0[1])};
  const Words flow1 = {loaded(now.flow1[0]), loaded(now.flow1[1])};
  row.in = paid_in(chosen(row.falls, flow0, flow1));
  row.out = paid_out(chosen(row.falls, flow1, flow0));
  row.fee = loaded(now.fee);
  const Mask kept = both(is_equal(l0, loaded(now.liquidity_before[0])),
                         is_equal(l1, loaded(now.liquidity_before[1])));
  const Mask moved = static_cast<Mask>(
      ~is_zero(row.way.limb[0] | row.way.limb[1] | row.way.limb[2] | row.way.limb[3]));
  // So far from the prices that end any swap, counted in units of either token, that no rounding
  // could have made this swap end there: 2^64 <= to < 2^128 and liquidity >= 2^33.
  const Mask liquid = static_cast<Mask>(~is_zero((l0 >> 33) | l1));
  const Mask inner = without(is_zero(to2), is_zero(to1));
  row.sound = both(both(both(kept, moved), both(liquid, inner)),
                   both(both(row.in.sound, row.out.sound), is_zero(loaded(now.aside))));
  return row;
}

// With way w, liquidity L, prices p and q, amount0 a and amount1 b (one of them after fee):
// |a p q - L 2^96 w| and |L w - b 2^96| 2^44, positive as far as the rounding of either token
// went the pool's way, and how they compare with what each reading allows.
struct Tested {
  Mask falls;
  Mask token0_given, token1_given, limit_given;
  Mask in_is_rest;  // what was paid in before the fee is all of the rest
  Lane in_short;    // otherwise by how much less, where the price rose
};

Tested tested(const Row& row, const Wide<3>& rest, const Wide<4>& liquidity_2_44) {
  const Wide<3> a = chosen(row.falls, rest, row.out.limbs);
  const Wide<3> b = chosen(row.falls, row.out.limbs, rest);
  const Mask rises = static_cast<Mask>(~row.falls);
  const Wide<7> prices = carried(product<7>(row.from, row.to));
  const Wide<7> moved = product<7>(row.liquidity, shifted<4>(row.way, 44));
  const auto over0 = negated(rises, minus(product<9>(a, prices), moved, 1));
  const auto over1 = carried(negated(rises, minus(moved, shifted<3>(b, 36), 2)));
  const auto denominator = plus(negated(rises, product<9>(a, row.from)), liquidity_2_44, 1);
  const Mask sound = without(static_cast<Mask>(~is_negative(over0)), is_negative(over1.limb[6]));
  const Mask exact0 = is_negative(minus(over0, denominator));
  const Mask whole0 = is_negative(minus(over0, prices));
  const Mask exact1 = is_negative(minus(over1, liquidity_2_44));
  const Mask whole1 = is_negative(minus(over1, Wide<1>{{all(1ULL << 36)}}, 2));
  Tested t{};
  t.falls = row.falls;
  t.token0_given = both(sound, both(exact0, whole1));
  t.token1_given = both(sound, both(whole0, exact1));
  t.limit_given = both(sound, both(whole0, whole1));
  t.in_is_rest = either(both(row.falls, whole0), both(rises, whole1));
  t.in_short = (over1.limb[2] >> 36) + (over1.limb[3] << 16);
  return t;
}

// Where the contract's product amount0 * price stays below 2^255: beyond it takes another formula.
Mask is_modest(const Wide<3>& in, const Wide<4>& price) {
  const Mask amount = both(is_zero(in.limb[2]), is_zero(in.limb[1] >> 43));
  const Mask low = both(is_zero(price.limb[3]), is_zero(price.limb[2] >> 39));
  return either(amount, low);
}

void verify_block(const Block& now, const Block& past, void* verdicts, Sums& sums) {
  const Row row = row_of(now, past);
  const AfterFee paid = after_fee(row.in.limbs, row.fee);
  const Wide<4> liquidity_2_44 = shifted<4>(row.liquidity, 44);
  const Tested t = tested(row, paid.rest, liquidity_2_44);
  const Mask rises = static_cast<Mask>(~t.falls);
  const Mask exact_in = either(both(t.falls, t.token0_given), both(rises, t.token1_given));
  const Mask exact_out =
      both(paid.charged, either(both(t.falls, t.token1_given), both(rises, t.token0_given)));
  const Mask to_limit = both(paid.charged, t.limit_given);

  Wide<3> fee = minus(row.in.limbs, paid.rest);
  fee.limb[0] = fee.limb[0] + chosen(t.in_is_rest, all(0), t.in_short);
  fee = carried(fee);
  const Growth growth = growth_of(fee, row.liquidity, liquidity_2_44);
  Mask decided = both(both(row.sound, growth.sound), is_tick_of(row.to, loaded(now.tick)));
  decided = both(decided, either(rises, is_modest(row.in.limbs, row.from)));
  decided = both(decided, either(t.in_is_rest, rises));
  decided = both(decided, either(exact_in, either(exact_out, to_limit)));

  const Mask confirmed[2] = {both(decided, t.falls), both(decided, rises)};  // NOLINT: as Wide
  for (unsigned token = 0; token < 2; ++token) {
    add(sums.high[token], confirmed[token], growth.high);
    add(sums.middle[token], confirmed[token], growth.middle);
    add(sums.low[token], confirmed[token], growth.low);
  }
  Lane verdict = chosen(exact_out, all(1), all(2));
  verdict = chosen(exact_in, all(0), verdict);
  verdict = chosen(decided, verdict, all(undecided));
  const long long bytes = _mm_cvtsi128_si64(_mm512_cvtepi64_epi8(verdict.v));
  __builtin_memcpy(verdicts, &bytes, sizeof bytes);
}

}  // namespace

bool available() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512ifma");
}

// Left to itself GCC keeps some of the functions above as calls.
[[gnu::flatten]] void verify(const Block* blocks, std::size_t count, void* verdicts, Sums& sums) {
  for (std::size_t i = 0; i < count; ++i) {
    verify_block(blocks[i], blocks[i - 1], static_cast<std::uint8_t*>(verdicts) + 8 * i, sums);
  }
}

}  // namespace levee::replay::lanes

#else

namespace levee::replay::lanes {

bool available() { return false; }
void verify(const Block*, std::size_t, void*, Sums&) {}

}  // namespace levee::replay::lanes

#endif

// levee/num/lane_math.h — exp, log, Mills' ratio and normal quantile for lanes of doubles.
//
// The same operations in the same order on AVX2 and AVX-512: the answers agree to the last bit.
// src: Tang (1989, 1990), ACM TOMS 15, 144-157 and 16, 378-400 (exp and log by table); Wichura
//      (1988), Applied Statistics 37, 477-484 (normal quantile); the other polynomials are
//      Chebyshev interpolants at 50 digits (mpmath 1.3)
#pragma once
#include "levee/num/lane.h"

#if defined(__AVX2__) && defined(__FMA__)

namespace levee::num {

// NOLINTBEGIN(*-avoid-c-arrays): std::array would be an inline function for everyone
// NOLINTBEGIN(modernize-use-std-numbers): these are entries of tables and halves of numbers

/// 2^(i/16).
alignas(64) inline constexpr double sixteenths[16] = {1.0,
                                                      1.0442737824274138,
                                                      1.0905077326652577,
                                                      1.1387886347566916,
                                                      1.189207115002721,
                                                      1.241857812073484,
                                                      1.2968395546510096,
                                                      1.3542555469368927,
                                                      1.4142135623730951,
                                                      1.4768261459394993,
                                                      1.5422108254079407,
                                                      1.6104903319492543,
                                                      1.681792830507429,
                                                      1.7562521603732995,
                                                      1.8340080864093424,
                                                      1.9152065613971474};
/// 1/c for c in the middle of each sixteenth of [0.71875, 1.4375), 1 on both sides of 1.
alignas(64) inline constexpr double over_centre[16] = {1.3617019653320312,
                                                       1.3061227798461914,
                                                       1.2549018859863281,
                                                       1.2075471878051758,
                                                       1.1636362075805664,
                                                       1.1228065490722656,
                                                       1.0847454071044922,
                                                       1.049180030822754,
                                                       1.0,
                                                       1.0,
                                                       0.9142856597900391,
                                                       0.8648653030395508,
                                                       0.8205127716064453,
                                                       0.7804880142211914,
                                                       0.7441864013671875,
                                                       0.7111110687255859};
alignas(64) inline constexpr double log_centre[16] = {-0.30873536244031663,
                                                      -0.26706303856875346,
                                                      -0.22705739103069952,
                                                      -0.1885911847087111,
                                                      -0.1515497640167412,
                                                      -0.11583139829252123,
                                                      -0.0813453116283524,
                                                      -0.048008936064257844,
                                                      0.0,
                                                      0.0,
                                                      0.08961221829433369,
                                                      0.14518150320514564,
                                                      0.19782580293456642,
                                                      0.24783589568371575,
                                                      0.2954637360567914,
                                                      0.34092664657523974};
/// M(y) (y + 7) in powers of 204 / (11 (y + 7)) - 23 / 11, for y in [-1, 10].
inline constexpr double mills_series[21] = {
    3.9277032114070867,      4.596758176849638,       4.366477072942738,
    3.4487595551266885,      2.2923070427124523,      1.287032214556067,
    0.6081056228070509,      0.23867304178631904,     0.07565003189412516,
    0.01819204467732896,     0.0027672326630364327,   2.044089072304734e-05,
    -0.00011264674812522849, -2.4349501092381666e-05, 8.209113657773919e-07,
    1.2902513012131542e-06,  1.2677438284035203e-07,  -5.116294727028426e-08,
    -1.0763591210588605e-08, 1.6273349334945484e-09,  5.202828420220044e-10};

/// Of Wichura's centre and near tail: numerators, then denominators.
inline constexpr double quantile_series[8][4] = {
    {3.3871328727963666080e0, 1.42343711074968357734e0, 1.0, 1.0},
    {1.3314166789178437745e2, 4.63033784615654529590e0, 4.2313330701600911252e1,
     2.05319162663775882187e0},
    {1.9715909503065514427e3, 5.76949722146069140550e0, 6.8718700749205790830e2,
     1.67638483018380384940e0},
    {1.3731693765509461125e4, 3.64784832476320460504e0, 5.3941960214247511077e3,
     6.89767334985100004550e-1},
    {4.5921953931549871457e4, 1.27045825245236838258e0, 2.1213794301586595867e4,
     1.48103976427480074590e-1},
    {6.7265770927008700853e4, 2.41780725177450611770e-1, 3.9307895800092710610e4,
     1.51986665636164571966e-2},
    {3.3430575583588128105e4, 2.27238449892691845833e-2, 2.8729085735721942674e4,
     5.47593808499534494600e-4},
    {2.5090809287301226727e3, 7.74545014278341407640e-4, 5.2264952788528545610e3,
     1.05075007164441684324e-9},
};

/// e^x. in: x in [-708, 709]  out: within 1.5 ulp
template <class L>
typename L::Reals exp_of(typename L::Reals x) {
  // Adding 1.5 2^52 rounds to a whole number and leaves it in the low bits.
  const auto magic = L::all(6755399441055744.0);
  const auto z = L::fused(x, L::all(23.083120654223414), magic);
  const auto n = z - magic;
  auto r = L::fused(n, L::all(-0x1.62e42fee00000p-5), x);
  r = L::fused(n, L::all(-0x1.a39ef35793c76p-37), r);
  const auto at = L::as_bits(z);
  const auto part = L::entry(&sixteenths[0], at);
  const auto r2 = r * r;
  auto high = L::fused(r, L::all(0.0013889063475605562), L::all(0.008333449724566287));
  auto low = L::fused(r, L::all(0.16666666665301144), L::all(0.5000000000000001));
  high = L::fused(high, r, L::all(0.04166666664359424));
  low = L::fused(high, r2, low);
  const auto less_one = L::fused(low, r2, r);
  const auto y = L::fused(part, less_one, part);
  const auto whole = L::left(L::masked(at, L::bits(~15ULL)), 48);
  return L::as_reals(L::sum(L::as_bits(y), whole));
}

/// ln x. in: x positive, finite and not subnormal  out: within 2 ulp
template <class L>
typename L::Reals log_of(typename L::Reals x) {
  // x = 2^k m with m in [0.71875, 1.4375): near 1 nothing cancels.
  const auto from = L::difference(L::as_bits(x), L::bits(0x3fe7000000000000));
  const auto biased = L::sum(from, L::bits(1023ULL << 52));
  const auto k = L::as_reals(L::merged(L::right(biased, 52), L::bits(0x4330000000000000))) -
                 L::all(0x1p52 + 1023);
  const auto m =
      L::as_reals(L::difference(L::as_bits(x), L::masked(from, L::bits(0xfff0000000000000))));
  const auto at = L::right(from, 48);
  const auto r = L::fused(m, L::entry(&over_centre[0], at), L::all(-1));
  const auto r2 = r * r, r4 = r2 * r2;
  auto a = L::fused(r, L::all(0.3333333333334067), L::all(-0.4999999999999999));
  auto b = L::fused(r, L::all(0.19999999953032596), L::all(-0.25000000000210126));
  auto c = L::fused(r, L::all(0.14285786301389303), L::all(-0.1666666554170323));
  auto d = L::fused(r, L::all(0.11087815355757212), L::all(-0.12502044199129164));
  d = L::fused(r2, L::all(-0.0888464100234539), d);
  a = L::fused(b, r2, a);
  c = L::fused(d, r2, c);
  a = L::fused(c, r4, a);
  const auto rest = L::fused(k, L::all(0x1.a39ef35793c76p-33), L::fused(a, r2, r));
  return L::fused(k, L::all(0x1.62e42fee00000p-1), L::entry(&log_centre[0], at)) + rest;
}

/// Mills' ratio (1 - Phi(y)) / phi(y), given 1 / (y + 7). in: y in [-1, 10]  out: within 16 ulp
template <class L>
typename L::Reals mills_of(typename L::Reals y, typename L::Reals over) {
  const auto z = L::fused(y, L::all(-23.0 / 11), L::all(43.0 / 11)) * over;
  const auto z2 = z * z;
  auto even = L::all(mills_series[20]);
  auto odd = L::all(mills_series[19]);
#pragma GCC unroll 16
  for (int i = 18; i >= 2; i -= 2) {
    even = L::fused(even, z2, L::all(mills_series[i]));
    odd = L::fused(odd, z2, L::all(mills_series[i - 1]));
  }
  even = L::fused(even, z2, L::all(mills_series[0]));
  return L::fused(odd, z, even) * over;
}

/// The x with Phi(x) = p. in: p in [2^-34, 1 - 2^-34]  out: 1e-14 relative
template <class L>
typename L::Reals quantile_of(typename L::Reals p) {
  using Reals = typename L::Reals;
  const Reals zero = L::all(0), one = L::all(1), q = p - L::all(0.5);
  const auto is_centre = L::below(L::size_of(q), L::all(0.425));
  const Reals tail = L::root(zero - log_of<L>(L::min(p, one - p))) - L::all(1.6);
  const Reals r = L::chosen(is_centre, L::less_product(L::all(0.180625), q, q), tail);
  const auto term = [&](int power, int centre) {
    const double* row = &quantile_series[power][centre];
    return L::chosen(is_centre, L::all(row[0]), L::all(row[1]));
  };
  Reals over = term(7, 0), under = term(7, 2);
#pragma GCC unroll 7
  for (int power = 6; power >= 0; --power) {
    over = L::fused(over, r, term(power, 0));
    under = L::fused(under, r, term(power, 2));
  }
  const Reals size = over / under;
  return L::chosen(is_centre, q * size, L::chosen(L::below(q, zero), zero - size, size));
}

// NOLINTEND(modernize-use-std-numbers)
// NOLINTEND(*-avoid-c-arrays)

}  // namespace levee::num

#endif

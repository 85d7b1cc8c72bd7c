// tests/support/cases.h — seeded property cases: small ones first, the failing one named.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace levee::test {

/// One case's source of inputs: the same case number always draws the same numbers.
class Gen {
 public:
  /// `reach` in (0, 1] is how much of a size range this case may use.
  Gen(std::uint64_t seed, double reach) : state_(seed), reach_(reach) {}

  /// Uniform in [lo, hi).
  double real(double lo, double hi) { return lo + (hi - lo) * unit(); }

  /// Log-uniform in [lo, hi), 0 < lo: every decade is as likely as the next.
  double scale(double lo, double hi) { return lo * std::exp(unit() * std::log(hi / lo)); }

  /// A count in [lo, hi]; early cases stay near lo so that a failure is easy to read.
  std::size_t size(std::size_t lo, std::size_t hi) {
    const double span = reach_ * static_cast<double>(hi - lo);
    return lo + static_cast<std::size_t>(unit() * (span + 1));
  }

  /// An integer in [lo, hi].
  int integer(int lo, int hi) {
    return lo + static_cast<int>(unit() * (static_cast<double>(hi) - lo + 1));
  }

  bool coin() { return unit() < 0.5; }

  template <class T>
  T pick(std::initializer_list<T> from) {
    return from.begin()[static_cast<std::size_t>(unit() * static_cast<double>(from.size()))];
  }

  std::vector<double> reals(std::size_t count, double lo, double hi) {
    std::vector<double> drawn(count);
    for (double& x : drawn) x = real(lo, hi);
    return drawn;
  }

  /// Sixty-four random bits: splitmix64, Steele, Lea & Flood (2014), OOPSLA.
  std::uint64_t bits() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

 private:
  double unit() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

  std::uint64_t state_;
  double reach_;
};

/// Runs `law(gen)` on `count` seeded cases; names the first that fails and stops there.
template <class Law>
void for_cases(int count, Law law) {
  for (int i = 0; i < count; ++i) {
    SCOPED_TRACE("case " + std::to_string(i) + " of " + std::to_string(count));
    Gen gen(Gen(static_cast<std::uint64_t>(i), 1).bits(), (i + 1.0) / count);
    law(gen);
    if (::testing::Test::HasFailure()) return;
  }
}

/// |got - want| as a fraction of |want|; how far got is off where want is the truth.
inline double relative_error(double got, double want) {
  return want == 0 ? std::abs(got) : std::abs(got - want) / std::abs(want);
}

}  // namespace levee::test

/// Fails unless `got` lies within `tolerance` of `want`, relative to `want`.
#define EXPECT_CLOSE(got, want, tolerance)                       \
  EXPECT_LE(::levee::test::relative_error(got, want), tolerance) \
      << #got " gives " << (got) << ", wanted " << (want)

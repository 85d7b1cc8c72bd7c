// levee/solve/dense.cpp — the plain lane, and which engine's loops are taken.
#include "levee/solve/dense.h"

#include "levee/solve/dense_lanes.h"

#include <array>
#include <cmath>

namespace levee::solve {
namespace plain {
namespace {

struct Reals {
  std::array<double, octet> x;
  template <class F>
  friend Reals each(const Reals& a, const Reals& b, F f) {
    Reals out{};
    for (std::size_t i = 0; i < octet; ++i) out.x[i] = f(a.x[i], b.x[i]);
    return out;
  }
  friend Reals operator+(const Reals& a, const Reals& b) {
    return each(a, b, [](double p, double q) { return p + q; });
  }
  friend Reals operator-(const Reals& a, const Reals& b) {
    return each(a, b, [](double p, double q) { return p - q; });
  }
  friend Reals operator*(const Reals& a, const Reals& b) {
    return each(a, b, [](double p, double q) { return p * q; });
  }
  friend Reals operator/(const Reals& a, const Reals& b) {
    return each(a, b, [](double p, double q) { return p / q; });
  }
};

struct Lane {
  static constexpr std::size_t tile_panels = 1, tile_columns = 1;
  using Reals = plain::Reals;
  static Reals all(double x) {
    Reals out{};
    out.x.fill(x);
    return out;
  }
  static Reals loaded(const double* from) {
    Reals out{};
    for (std::size_t i = 0; i < octet; ++i) out.x[i] = from[i];
    return out;
  }
  static void store(double* to, const Reals& a) {
    for (std::size_t i = 0; i < octet; ++i) to[i] = a.x[i];
  }
  static Reals fused(const Reals& a, const Reals& b, const Reals& c) { return a * b + c; }
  static Reals max(const Reals& a, const Reals& b) {
    return each(a, b, [](double p, double q) { return p > q ? p : q; });
  }
  static Reals root(const Reals& a) {
    return each(a, a, [](double p, double) { return std::sqrt(p); });
  }
  static double fused_one(double a, double b, double c) { return a * b + c; }
  static double root_one(double x) { return std::sqrt(x); }
};

constexpr Kernels mine = kernels_of<Lane>();

}  // namespace

const Kernels& kernels() { return mine; }

}  // namespace plain

const Kernels& kernels_on(num::Engine engine) {
  switch (num::resolved(engine)) {
    case num::Engine::avx512:
      return avx512::kernels();
    case num::Engine::avx2:
      return avx2::kernels();
    default:
      return plain::kernels();
  }
}

}  // namespace levee::solve

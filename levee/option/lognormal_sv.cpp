// levee/option/lognormal_sv.cpp — the expansion's equations, two nodes at a time, extrapolated.
#include "levee/option/lognormal_sv.h"

#include "levee/option/panels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/core.h>

namespace levee::option {
namespace {

constexpr int columns = 6;  // of extrapolation, which makes steps of order 12

// Two doubles side by side: the width of every x86-64 processor.
using Two = double __attribute__((vector_size(16)));

struct Pairwise {
  Two re{}, im{};
};
Pairwise operator+(Pairwise a, Pairwise b) { return {a.re + b.re, a.im + b.im}; }
Pairwise operator-(Pairwise a, Pairwise b) { return {a.re - b.re, a.im - b.im}; }
Pairwise operator*(double c, Pairwise a) { return {c * a.re, c * a.im}; }
Pairwise operator*(Pairwise a, Pairwise b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

// The greater of two sizes, within a root of 2.
double size_of(Pairwise a) {
  return std::max(std::abs(a.re[0]) + std::abs(a.im[0]), std::abs(a.re[1]) + std::abs(a.im[1]));
}

// B0 ... BN.
template <std::size_t N>
struct State {
  std::array<Pairwise, N + 1> at{};
  Pairwise& operator[](std::size_t k) { return at[k]; }
  const Pairwise& operator[](std::size_t k) const { return at[k]; }
};

// The equations at two values of s.
template <std::size_t N>
class Equations {
 public:
  Equations(const LognormalVol& model, double u, double v)
      : reversion_(model.reversion + model.reversion_slope * model.average.value()),
        bend_(model.reversion_slope * model.average.value()),
        half_square_(0.5 * (model.beta * model.beta + model.vol_of_vol * model.vol_of_vol)) {
    const double a = model.average.value();
    const Pairwise s{{0.5, 0.5}, {u, v}};
    lean_ = model.beta * a * s;
    source_ = 0.5 * a * a * (s * s - s);
  }

  State<N> operator()(const State<N>& b) const {
    std::array<Pairwise, N> p;  // P'
#pragma GCC unroll 8
    for (std::size_t k = 0; k < N; ++k) p[k] = static_cast<double>(k + 1) * b[k + 1];
    State<N> w;  // all that (1 + y)^2 multiplies
#pragma GCC unroll 8
    for (std::size_t k = 0; k <= N; ++k) {
      Pairwise square{};
#pragma GCC unroll 8
      for (std::size_t i = 0; 2 * i < k; ++i) {
        if (k - i < N) square = square + p[i] * p[k - i];
      }
      square = 2 * square;
      if (k % 2 == 0) square = square + p[k / 2] * p[k / 2];
      if (k + 1 < N) square = square + static_cast<double>(k + 1) * p[k + 1];
      w[k] = half_square_ * square;
      if (k < N) w[k] = w[k] + lean_ * p[k];
    }
    w[0] = w[0] + source_;
    State<N> slope;
#pragma GCC unroll 8
    for (std::size_t k = 0; k <= N; ++k) {
      slope[k] = w[k];
      if (k >= 1) slope[k] = slope[k] + 2 * w[k - 1] - reversion_ * p[k - 1];
      if (k >= 2) slope[k] = slope[k] + w[k - 2] - bend_ * p[k - 2];
    }
    return slope;
  }

 private:
  double reversion_, bend_, half_square_;
  Pairwise lean_, source_;
};

template <std::size_t N>
State<N> moved(const State<N>& from, double by, const State<N>& slope) {
  State<N> to;
#pragma GCC unroll 8
  for (std::size_t k = 0; k <= N; ++k) to[k] = from[k] + by * slope[k];
  return to;
}

template <std::size_t N>
State<N> midpoint(const Equations<N>& f, const State<N>& from, double length, int parts) {
  const double h = length / parts;
  State<N> before = from, now = moved(from, h, f(from));
  for (int i = 1; i < parts; ++i) before = std::exchange(now, moved(before, 2 * h, f(now)));
  return now;
}

// One long step by midpoints at ever more parts, extrapolated; its error is the last correction.
template <std::size_t N>
double extrapolated(const Equations<N>& f, const State<N>& from, double length, State<N>& to) {
  std::array<State<N>, columns> row;
  State<N> last;
  for (int j = 0; j < columns; ++j) {
    State<N> best = midpoint(f, from, length, 2 * (j + 1));
    for (int k = 1; k <= j; ++k) {
      const double ratio = (j + 1.0) / (j + 1 - k);
      State<N>& before = row[static_cast<std::size_t>(k - 1)];
      for (std::size_t n = 0; n <= N; ++n) {
        last[n] = 1 / (ratio * ratio - 1) * (best[n] - before[n]);
        before[n] = best[n];
        best[n] = best[n] + last[n];
      }
    }
    row[static_cast<std::size_t>(j)] = best;
  }
  to = row[columns - 1];
  double error = 0;
  for (const Pairwise& correction : last.at) {
    const double size = size_of(correction);
    if (!(size < 1e100)) return 1e100;  // NaN too, which max would drop
    error = std::max(error, size);
  }
  return error;
}

struct Task {
  const LognormalVol& model;
  double expiry;
  const NodePair& pair;
};

// The transform at two nodes; false where the expansion ends before expiry. `stride` is the step to
// begin with, and then the one found to do.
template <std::size_t N>
bool solved(const Task& task, double& stride, std::array<Complex, 2>& value) {
  const auto& [model, expiry, pair] = task;
  const Equations<N> f(model, pair.u[0], pair.u[1]);
  const double y = model.now.value() / model.average.value() - 1;
  State<N> now, next;
  double left = expiry;
  for (int steps = 0; left > 0; ++steps) {
    if (steps == 400) return false;
    // Equal steps to the end, not a long one and a stub.
    const double length = left / std::ceil(left / stride - 1e-9);
    const double error = extrapolated(f, now, length, next);
    if (error <= pair.tolerance) {
      now = next;
      left = left - length > 1e-12 * expiry ? left - length : 0;
    }
    const double change = 0.9 * std::pow(pair.tolerance / (error + 1e-30), 1.0 / (2 * columns - 1));
    stride = length * std::clamp(change, 0.2, 4.0);
  }
  Pairwise sum = now[N];
  for (std::size_t k = N; k-- > 0;) sum = y * sum + now[k];
  for (int i = 0; i < 2; ++i) {
    value[static_cast<std::size_t>(i)] = std::exp(Complex{sum.re[i], sum.im[i]});
  }
  return true;
}

}  // namespace

Result<Done> check_lognormal(const LognormalVol& model, Account account) {
  const std::array<std::pair<std::string_view, double>, 5> sizes{
      {{"volatility", model.now.value()},
       {"average volatility", model.average.value()},
       {"reversion", model.reversion},
       {"reversion slope", model.reversion_slope},
       {"vol of vol", model.vol_of_vol}}};
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const auto [name, size] = sizes[i];
    if (!(size >= 0 && std::isfinite(size)) || (i < 2 && size == 0)) {
      return fail(Reason::bad_input, fmt::format("{} {} (must be {} and finite)", name, size,
                                                 i < 2 ? "positive" : "0 or more"));
    }
  }
  if (!std::isfinite(model.beta)) {
    return fail(Reason::bad_input, fmt::format("beta {} (must be finite)", model.beta));
  }
  const double needed = account == Account::coin ? 2 * model.beta : model.beta;
  if (model.reversion_slope < needed) {
    return fail(Reason::no_solution,
                fmt::format("reversion slope {} (must be at least {} for beta {}, or prices in {} "
                            "are no martingales)",
                            model.reversion_slope, needed, model.beta,
                            account == Account::coin ? "coins" : "dollars"));
  }
  return Done{};
}

Result<Transform> lognormal_transform(const LognormalVol& model, Years expiry, const Reach& reach,
                                      Order order) {
  const auto checked = check_lognormal(model);
  if (!checked) return checked.error();
  const auto asked = check_reach(expiry, reach);
  if (!asked) return asked.error();
  double stride = expiry.value();
  auto law = on_panels(
      [&](const NodePair& pair, std::array<Complex, 2>& value) {
        const Task task{model, expiry.value(), pair};
        return order == Order::first ? solved<2>(task, stride, value)
                                     : solved<4>(task, stride, value);
      },
      reach, 5e-12);
  if (law) return *std::move(law);
  return fail(Reason::not_converged,
              fmt::format("the log-normal expansion ends before {} years (vol of vol {}): solve "
                          "its grid instead",
                          expiry.value(), model.vol_of_vol));
}

}  // namespace levee::option

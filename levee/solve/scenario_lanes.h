// levee/solve/scenario_lanes.h — the interior point's passes over scenarios, for any lane.
//
// Nothing inline of the standard library may be used here (see num/lane.h).
// src: the complementarity conditions of levee/solve/interior_point.h
#pragma once
#include "levee/solve/dense_wide.h"

namespace levee::solve {

// One double by the names of a lane: for what is left over of eight.
template <class L>
struct One {
  static constexpr std::size_t width = 1;
  using Reals = double;
  static double all(double x) { return x; }
  static double loaded(const double* from) { return *from; }
  static void store(double* to, double x) { *to = x; }
  static double fused(double a, double b, double c) { return L::fused_one(a, b, c); }
  static double root(double x) { return L::root_one(x); }
  static double max(double a, double b) { return a > b ? a : b; }
};

template <class L>
double sum_of(typename L::Reals x) {
  alignas(64) double lane[octet];  // NOLINT(*-avoid-c-arrays): std::array has inline functions
  L::store(lane, x);
  return ((lane[0] + lane[4]) + (lane[1] + lane[5])) + ((lane[2] + lane[6]) + (lane[3] + lane[7]));
}
template <class L>
double most_of(typename L::Reals x) {
  alignas(64) double lane[octet];  // NOLINT(*-avoid-c-arrays): as above
  L::store(lane, x);
  double most = lane[0];
  for (std::size_t i = 1; i < octet; ++i) most = lane[i] > most ? lane[i] : most;
  return most;
}

template <class L>
struct Weigh {
  using Reals = typename L::Reals;
  explicit Weigh(const ScenarioRun& run) : s(run), most(L::all(0)) {}
  void operator()(std::size_t k) {
    const Reals q = L::loaded(s.q + k), v = L::loaded(s.v + k);
    const Reals inner = L::fused(L::loaded(s.t + k), v, L::loaded(s.z + k) * q);
    const Reals weight = q * v / inner;
    L::store(s.weight + k, weight);
    L::store(s.root + k, L::root(weight));
    most = L::max(most, weight);
  }
  const ScenarioRun& s;
  Reals most;
};

template <class L>
struct Errors {
  using Reals = typename L::Reals;
  explicit Errors(const ScenarioRun& run) : s(run), mu(L::all(run.mu)), sum(L::all(0)) {}
  void operator()(std::size_t k) {
    const Reals q = L::loaded(s.q + k), t = L::loaded(s.t + k);
    const Reals v = L::loaded(s.v + k), z = L::loaded(s.z + k);
    Reals first = mu - q * t, second = mu - v * z;
    if (s.corrects != 0) {
      const Reals dq = L::loaded(s.dq + k);
      first = first - dq * L::loaded(s.dt + k);
      second = second + dq * L::loaded(s.dz + k);
    }
    const Reals pull = (first * v - second * q) / L::fused(t, v, z * q);
    L::store(s.pull + k, pull);
    L::store(s.rest + k, second);
    sum = sum + pull;
  }
  const ScenarioRun& s;
  Reals mu, sum;
};

template <class L>
struct StepOf {
  using Reals = typename L::Reals;
  explicit StepOf(const ScenarioRun& run) : s(run), primal(L::all(0)), dual(L::all(0)) {}
  void operator()(std::size_t k) {
    const Reals q = L::loaded(s.q + k), t = L::loaded(s.t + k);
    const Reals v = L::loaded(s.v + k), z = L::loaded(s.z + k);
    const Reals moved = L::loaded(s.moved + k), none = L::all(0), over = L::all(1) / v;
    const Reals dq = L::loaded(s.pull + k) - L::loaded(s.weight + k) * moved;
    const Reals dz = L::fused(z, dq, L::loaded(s.rest + k)) * over;
    const Reals dt = dz + moved;
    L::store(s.dq + k, dq);
    L::store(s.dz + k, dz);
    L::store(s.dt + k, dt);
    primal = L::max(primal, L::max((none - dz) / z, (none - dt) / t));
    dual = L::max(dual, L::max((none - dq) / q, dq * over));
  }
  const ScenarioRun& s;
  Reals primal, dual;
};

template <class L>
struct After {
  using Reals = typename L::Reals;
  explicit After(const ScenarioRun& run)
      : s(run), primal(L::all(run.primal)), dual(L::all(run.dual)), sum(L::all(0)) {}
  void operator()(std::size_t k) {
    const Reals dq = dual * L::loaded(s.dq + k);
    const Reals t = L::fused(primal, L::loaded(s.dt + k), L::loaded(s.t + k));
    const Reals z = L::fused(primal, L::loaded(s.dz + k), L::loaded(s.z + k));
    sum = sum + ((L::loaded(s.q + k) + dq) * t + (L::loaded(s.v + k) - dq) * z);
  }
  const ScenarioRun& s;
  Reals primal, dual, sum;
};

template <class L>
struct Move {
  using Reals = typename L::Reals;
  explicit Move(const ScenarioRun& run)
      : s(run),
        primal(L::all(run.primal)),
        dual(L::all(run.dual)),
        sum(L::all(0)),
        mass(L::all(0)) {}
  void operator()(std::size_t k) {
    const Reals q = L::fused(dual, L::loaded(s.dq + k), L::loaded(s.q + k));
    const Reals v = L::max(L::loaded(s.cap + k) - q, L::all(1e-18));
    const Reals t = L::fused(primal, L::loaded(s.dt + k), L::loaded(s.t + k));
    const Reals z = L::fused(primal, L::loaded(s.dz + k), L::loaded(s.z + k));
    L::store(s.q + k, q);
    L::store(s.v + k, v);
    L::store(s.t + k, t);
    L::store(s.z + k, z);
    sum = sum + (q * t + v * z);
    mass = mass + q;
  }
  const ScenarioRun& s;
  Reals primal, dual, sum, mass;
};

// Walks a body over all scenarios; `tell` gets the wide and the narrow totals.
template <class L, template <class> class Body, class Tell>
void walk(ScenarioRun& run, Tell tell) {
  Body<L> wide(run);
  std::size_t k = 0;
  for (; k + octet <= run.count; k += octet) wide(k);
  Body<One<L>> narrow(run);
  for (; k < run.count; ++k) narrow(k);
  tell(wide, narrow);
}

template <class L>
void weigh_of(ScenarioRun& run) {
  walk<L, Weigh>(run, [&](const auto& wide, const auto& narrow) {
    const double most = most_of<L>(wide.most);
    run.sum = most > narrow.most ? most : narrow.most;
  });
}
template <class L>
void errors_of(ScenarioRun& run) {
  walk<L, Errors>(run, [&](const auto& wide, const auto& narrow) {
    run.sum = sum_of<L>(wide.sum) + narrow.sum;
  });
}
template <class L>
void step_of(ScenarioRun& run) {
  walk<L, StepOf>(run, [&](const auto& wide, const auto& narrow) {
    const double primal = most_of<L>(wide.primal), dual = most_of<L>(wide.dual);
    run.sum = primal > narrow.primal ? primal : narrow.primal;
    run.second = dual > narrow.dual ? dual : narrow.dual;
  });
}
template <class L>
void after_of(ScenarioRun& run) {
  walk<L, After>(run, [&](const auto& wide, const auto& narrow) {
    run.sum = sum_of<L>(wide.sum) + narrow.sum;
  });
}
template <class L>
void move_of(ScenarioRun& run) {
  walk<L, Move>(run, [&](const auto& wide, const auto& narrow) {
    run.sum = sum_of<L>(wide.sum) + narrow.sum;
    run.second = sum_of<L>(wide.mass) + narrow.mass;
  });
}

}  // namespace levee::solve

// levee/option/model_claim.cpp — even sums on the line Re s = 1/2, their poles taken off.
#include "levee/option/model_claim.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <fmt/core.h>

namespace levee::option {
namespace {

constexpr double pi = std::numbers::pi;
constexpr double least = 1e-14;  // of the forward: what is left out on either count

bool usable(double x) { return x > 0 && std::isfinite(x); }

// The least period 2 pi / h at which what is aliased is too little to count, by Chernoff's bound on
// the option struck that far out on one side: z beyond 1 for calls, below 0 for puts.
double period_of(const Model& model, Years expiry, const Reach& reach, Type type) {
  const Moments moments = model.kind->moments(expiry, model.parameters);
  const double end = type == Type::call ? moments.highest - 1 : -moments.lowest;
  const double deviation = std::sqrt(cumulants_of(model, expiry).variance);
  const double strike = type == Type::call ? reach.lowest : reach.highest;
  double period = std::numeric_limits<double>::infinity();
  const auto look = [&](double away) {
    const double z = type == Type::call ? 1 + away : -away;
    const double log_moment = model.exponent(Complex{z}, expiry).real();
    const double needed = log_moment + (1 - z) * strike - std::max(0.0, strike) - std::log(least);
    period = std::min(period, needed / (0.5 + away));
  };
  for (double away = 0.2 / deviation; away < 40 / deviation; away *= 1.4) {
    if (away < 0.95 * end) look(away);
  }
  for (const double share : {0.0, 0.3, 0.6, 0.8, 0.95}) {
    if (std::isfinite(end)) look(share * end);
  }
  LEVEE_ENSURE(std::isfinite(period));
  return std::max(period, deviation);
}

// The position's worth per unit of liquidity, with its slopes in the forward.
ClaimWorth held_worth(const Transform& law, double lower, double upper, double forward) {
  const double half_width = 0.5 * std::log(upper / lower);
  const double ahead = std::log(forward / lower) - half_width;
  double worth = 0, slope = 0, curve = 0;
  for (std::size_t k = 0; k < law.at.size(); ++k) {
    const double u = law.node[k], over = u * u + 0.25;
    const double across = u > 0 ? std::sin(u * half_width) / u : half_width;
    const double c = std::cos(u * ahead), s = std::sin(u * ahead), weight = law.weight[k] * across;
    const double re = weight * (law.at[k].real() * c - law.at[k].imag() * s);
    const double im = weight * (law.at[k].real() * s + law.at[k].imag() * c);
    worth += re / over;
    slope += (0.5 * re - u * im) / over;
    curve -= re;
  }
  const double root = std::sqrt(forward), sa = std::sqrt(lower), sb = std::sqrt(upper);
  const double base = (upper - lower) / (sa + sb) / (sa * sb);
  return {.value = root * worth - law.poles * (sb - sa + forward * base),
          .delta = slope / root - law.poles * base,
          .gamma = curve / (root * forward)};
}

// 2 sqrt(S), the full range: one moment.
ClaimWorth full_worth(const Transform& law, double forward) {
  const double root = std::sqrt(forward), moment = law.at[0].real();
  return {.value = 2 * root * moment,
          .delta = moment / root,
          .gamma = -0.5 * moment / (root * forward)};
}

}  // namespace

Reach reach_of(const RangeClaim& claim, Price forward) {
  if (claim.lower.value() == 0) return {};
  return {.lowest = std::log(claim.lower.value() / forward.value()),
          .highest = std::log(claim.upper.value() / forward.value())};
}

Result<Done> check_reach(Years expiry, const Reach& reach) {
  if (usable(expiry.value()) && reach.lowest <= reach.highest && std::isfinite(reach.lowest) &&
      std::isfinite(reach.highest)) {
    return Done{};
  }
  return fail(Reason::out_of_range,
              fmt::format("{} years (must be positive) and log strikes {} to {} (must be finite "
                          "and ascending)",
                          expiry.value(), reach.lowest, reach.highest));
}

Result<Transform> transform_of(const Model& model, Years expiry, const Reach& reach) {
  const auto checked = check_reach(expiry, reach);
  if (!checked) return checked.error();
  const double period = std::max(period_of(model, expiry, reach, Type::call),
                                 period_of(model, expiry, reach, Type::put));
  const double step = 2 * pi / period;
  Transform law{.node = {}, .weight = {}, .at = {}, .poles = 1 / std::expm1(pi / step)};
  int small = 0;
  while (law.at.size() < transform_nodes_max) {
    const double u = step * static_cast<double>(law.at.size());
    law.node.push_back(u);
    law.weight.push_back((u > 0 ? 1 : 0.5) * step / pi);
    law.at.push_back(std::exp(model.exponent({0.5, u}, expiry)));
    // Nearly equal jumps fade and come back; the envelope does not.
    const double bound = std::exp(model.kind->envelope(u, expiry, model.parameters));
    const double size = std::max(bound, std::abs(law.at.back()));
    small = size / (u * u + 0.25) * std::max(step, u) < least ? small + 1 : 0;
    if (small == 4) return law;
  }
  return fail(Reason::not_converged,
              fmt::format("{} of {} years needs more than {} transforms", model.kind->name,
                          expiry.value(), transform_nodes_max));
}

std::vector<Pair> prices_of(const Transform& law, Price forward, std::span<const Price> strikes) {
  LEVEE_EXPECT(usable(forward.value()) && !law.at.empty());
  const double ahead = forward.value();
  std::vector<Pair> pairs;
  for (const Price strike : strikes) {
    LEVEE_EXPECT(usable(strike.value()));
    const double away = std::log(ahead / strike.value());
    double sum = 0;
    for (std::size_t k = 0; k < law.at.size(); ++k) {
      const double u = law.node[k];
      const double turned =
          law.at[k].real() * std::cos(u * away) - law.at[k].imag() * std::sin(u * away);
      sum += law.weight[k] * turned / (u * u + 0.25);
    }
    const double lesser =
        std::sqrt(ahead * strike.value()) * sum - law.poles * (strike.value() + ahead);
    pairs.push_back({.call = Usd{ahead - lesser}, .put = Usd{strike.value() - lesser}});
  }
  return pairs;
}

ClaimWorth claim_worth(const Transform& law, const RangeClaim& claim, LossKind kind,
                       Price forward) {
  const double entry = claim.entry.value(), lower = claim.lower.value();
  const double upper = claim.upper.value(), now = forward.value();
  LEVEE_EXPECT(usable(entry) && usable(now) && !law.at.empty());
  LEVEE_EXPECT(lower >= 0 && lower < upper && lower <= entry && entry <= upper);
  LEVEE_EXPECT((lower == 0) == std::isinf(upper));
  const bool full = lower == 0;
  const double s0 = std::sqrt(entry), sa = std::sqrt(lower), sb = std::sqrt(upper);
  const double base = full ? 1 / s0 : (upper - entry) / (s0 + sb) / (s0 * sb);
  const double quote = (entry - lower) / (s0 + sa);
  const double value = entry * base + quote;
  const ClaimWorth held = full ? full_worth(law, now) : held_worth(law, lower, upper, now);
  const bool borrowed = kind == LossKind::borrowed;
  return {.value = (base * (borrowed ? now : entry) + quote - held.value) / value,
          .delta = ((borrowed ? base : 0) - held.delta) / value,
          .gamma = -held.gamma / value};
}

Result<ClaimWorth> claim_worth(const Model& model, const Term& term, const RangeClaim& claim,
                               LossKind kind) {
  if (!usable(term.forward.value())) {
    return fail(Reason::out_of_range,
                fmt::format("forward {} (must be positive)", term.forward.value()));
  }
  const auto law = transform_of(model, term.expiry, reach_of(claim, term.forward));
  if (!law) return law.error();
  return claim_worth(*law, claim, kind, term.forward);
}

}  // namespace levee::option

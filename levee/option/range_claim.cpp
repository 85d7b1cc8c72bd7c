// levee/option/range_claim.cpp — impermanent loss of a range as a European claim.
//
// The source's closed form subtracts numbers of the size of sqrt(entry) to leave a small one. Here
// the same expectation is taken piece by piece: below the range, inside it and above it the loss is
//   (s0 - sa) / (s0 sa) * (s0 sa - S),   (sqrt S - s0)^2 / s0,   (sb - s0) / (s0 sb) * (S - s0 sb)
// per unit of liquidity (s0, sa, sb the roots of entry, lower, upper), each of them >= 0.
#include "levee/option/range_claim.h"

#include "levee/num/normal.h"

#include <algorithm>
#include <cmath>

namespace levee::option {
namespace {

using num::normal_cdf;
using num::normal_pdf;

void expect_sound(const RangeClaim& claim) {
  LEVEE_EXPECT(claim.entry.value() > 0 && std::isfinite(claim.entry.value()));
  LEVEE_EXPECT(claim.lower.value() >= 0 && claim.lower < claim.upper);
  LEVEE_EXPECT(claim.lower <= claim.entry && claim.entry <= claim.upper);
}

// What one unit of liquidity is made of at entry, free of cancellation.
struct Shape {
  double root;         // s0
  double low_slope;    // Slope of the loss below the range, (s0 - sa) / (s0 sa); 0 without a below.
  double low_strike;   // s0 sa, where that line would reach zero.
  double high_slope;   // Likewise above: also the base held at entry.
  double high_strike;  // s0 sb
  double base;         // 1/s0 - 1/sb, base tokens held at entry.
  double value;        // 2 s0 - entry/sb - sa, worth at entry.
};

Shape shape_of(const RangeClaim& claim) {
  expect_sound(claim);
  const double entry = claim.entry.value();
  const double lower = claim.lower.value(), upper = claim.upper.value();
  const double s0 = std::sqrt(entry), sa = std::sqrt(lower), sb = std::sqrt(upper);
  const bool endless = std::isinf(upper);
  const double below = (entry - lower) / (s0 + sa);  // s0 - sa
  const double base = endless ? 1 / s0 : (upper - entry) / (s0 + sb) / (s0 * sb);
  return {.root = s0,
          .low_slope = lower > 0 ? below / (s0 * sa) : 0,
          .low_strike = s0 * sa,
          .high_slope = endless ? 0 : base,
          .high_strike = endless ? 0 : s0 * sb,
          .base = base,
          .value = entry * base + below};
}

// P(from < Z < to), from the tail in which both are small.
double between(double from, double to) {
  return from > 0 ? normal_cdf(-from) - normal_cdf(-to) : normal_cdf(to) - normal_cdf(from);
}

// x phi(x), zero at the infinities.
double moment(double x) { return std::isinf(x) ? 0 : x * normal_pdf(x); }

}  // namespace

ClaimValue range_claim_value(const RangeClaim& claim, LossKind kind, const ClaimMarket& market) {
  const Shape shape = shape_of(claim);
  const double p = market.spot.value(), tau = market.expiry.value(), sigma = market.vol.value();
  LEVEE_EXPECT(p > 0 && tau > 0 && sigma > 0);
  const double rate = market.rate.value(), carry = rate - market.yield.value();
  const double growth = std::exp(carry * tau), discount = std::exp(-rate * tau);
  const double forward = p * growth, v = sigma * std::sqrt(tau);
  LEVEE_EXPECT(v > 0 && std::isfinite(v) && forward > 0 && std::isfinite(forward * discount));

  // Edges in deviations from ln F, where the root's own measure is centred; the share and the money
  // measure are centred half a v above and below.
  const double a = std::log(claim.lower.value() / forward) / v;
  const double b = std::log(claim.upper.value() / forward) / v;
  const double root_mean = std::sqrt(forward) * std::exp(-v * v / 8);
  const double chance = between(a, b);
  const double half = root_mean * chance;                        // E[sqrt S; inside]
  const double share = forward * between(a - v / 2, b - v / 2);  // E[S; inside]
  const double money = between(a + v / 2, b + v / 2);            // P(inside)
  const double low_share = forward * normal_cdf(a - v / 2);      // E[S; below]
  const double high_share = forward * normal_cdf(v / 2 - b);     // E[S; above]
  const double below = shape.low_slope * (shape.low_strike * normal_cdf(a + v / 2) - low_share);
  const double above = shape.high_slope * (high_share - shape.high_strike * normal_cdf(-b - v / 2));
  const double inside = share / shape.root - 2 * half + shape.root * money;
  const double unit = discount / shape.value;

  ClaimValue worth;
  worth.value = unit * (below + inside + above);
  // The payoff's slope is continuous, so the first derivative is E[S f'(S)] / p and the second
  // E[S^2 f''(S)] / p^2 with f'' = S^(-3/2) / 2 inside and nothing at the edges.
  worth.delta =
      unit / p *
      (share / shape.root - half - shape.low_slope * low_share + shape.high_slope * high_share);
  worth.gamma = unit * half / (2 * p * p);
  worth.vega = sigma * tau * p * p * worth.gamma;  // of any European claim under these prices

  const double scale = unit * root_mean / (2 * p * p);
  const double half_by_forward = chance / 2 + (normal_pdf(a) - normal_pdf(b)) / v;
  const double half_by_v = -chance * v / 4 + (moment(a) - moment(b)) / v;
  worth.vanna = sigma * tau * p * scale * half_by_forward;
  worth.volga = tau * p * p * (worth.gamma + v * scale * half_by_v);

  if (kind == LossKind::funded) {
    // Entry value minus LP is hold minus LP less what the held tokens have gained.
    worth.value -= unit * shape.base * (forward - claim.entry.value());
    worth.delta -= unit * shape.base * growth;
  }
  const double theta_year =
      rate * worth.value - carry * p * worth.delta - sigma * sigma * p * p * worth.gamma / 2;
  worth.theta = theta_year / 365;
  return worth;
}

double borrowed_loss(const RangeClaim& claim, Price settlement) {
  const Shape shape = shape_of(claim);
  const double now = settlement.value();
  LEVEE_EXPECT(now >= 0 && std::isfinite(now));
  const double clipped = std::clamp(now, claim.lower.value(), claim.upper.value());
  const double root = std::sqrt(clipped);
  const double gap = std::abs(clipped - claim.entry.value()) / (root + shape.root);
  const double beyond = std::abs(now - clipped);
  // A full range has no beyond, and at price zero no root to divide it by.
  const double edge = beyond > 0 ? beyond / root : 0;
  return gap / shape.root * (gap + edge) / shape.value;
}

double borrowed_loss_slope(const RangeClaim& claim, Price settlement) {
  const Shape shape = shape_of(claim);
  LEVEE_EXPECT(settlement.value() > 0 && std::isfinite(settlement.value()));
  const double clipped = std::clamp(settlement.value(), claim.lower.value(), claim.upper.value());
  const double root = std::sqrt(clipped);
  return (clipped - claim.entry.value()) / (root + shape.root) / (root * shape.root) / shape.value;
}

}  // namespace levee::option

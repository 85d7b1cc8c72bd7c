// levee/option/model_claim.h — ranges and options of one expiry from a law's transform on one line.
//
// Per unit of liquidity a range is worth the integral of min(S, K) / (2 K^(3/2)) over its strikes
// K, and on the line s = 1/2 + iu
//   E min(S, K) = 1/pi Integral_0^inf Re[E (S/F)^s  F^s K^(1-s)] / (u^2 + 1/4) du.
// The integral over K is elementary, so one set of transforms values every range and every option
// of an expiry; no moment beyond those of a martingale is asked for. The integral over u is summed
// at even steps h. Its poles at s = 0 and s = 1, where the transform is 1 for every law, would
// spoil that sum; what they add, (K + F) / (exp(pi / h) - 1), is known and taken off. What stays is
// the worth of options struck 2 pi / h further out, and that falls as the law's tails do.
// src: Lewis (2000), Option Valuation under Stochastic Volatility, chapter 2; Trefethen & Weideman
//      (2014), SIAM Review 56, 385-458, on such sums; the poles' share is their residues'
#pragma once
#include "levee/option/kind.h"
#include "levee/option/model_price.h"
#include "levee/option/range_claim.h"

namespace levee::option {

/// E (F_T / F)^(1/2 + iu) at nodes u >= 0, and how to integrate over them.
struct Transform {
  std::vector<double> node, weight;
  std::vector<Complex> at;
  double poles = 0;  ///< 1 / (exp(pi / h) - 1) for even steps h, 0 for nodes that see the poles.
};

/// Log strikes over the forward between which a transform is to price.
struct Reach {
  double lowest = 0, highest = 0;
};

/// The most nodes a transform may have.
constexpr std::size_t transform_nodes_max = 1 << 14;

/// err: out_of_range unless the expiry is positive, the reach ascending and both finite
Result<Done> check_reach(Years expiry, const Reach& reach);

/// A transform fine and long enough for those strikes.
///
/// in:   lowest <= highest; a range reaches from its lower to its upper price
/// out:  prices to 1e-13 of the larger of forward and strike: the step by Chernoff's bounds on the
///       tails, the length by the model's envelope
/// err:  as check_reach; not_converged if transform_nodes_max nodes do not do
/// cost: about two dozen exponents under thin tails, hundreds to thousands for a day under fat ones
Result<Transform> transform_of(const Model& model, Years expiry, const Reach& reach);

/// Undiscounted options by a transform, the second road to model_price.h.
///
/// in:   forward and strikes positive and finite, the strikes within the reach that was asked for
/// cost: a sine and a cosine a node and strike
std::vector<Pair> prices_of(const Transform& law, Price forward, std::span<const Price> strikes);

/// Undiscounted worth of a claim on the loss, per unit of entry value.
struct ClaimWorth {
  double value = 0;
  double delta = 0;  ///< Per dollar of the forward, the law of F_T / F held.
  double gamma = 0;
};

/// The loss claim by a transform.
///
/// in:   a claim as range_claim.h asks; the forward positive and finite
/// out:  1e-13 of the entry value, times forward over entry where that is larger
/// cost: two sines and a cosine a node; one moment for the full range
ClaimWorth claim_worth(const Transform& law, const RangeClaim& claim, LossKind kind, Price forward);

/// The loss claim under any model of the shelf.
/// err: as transform_of; out_of_range also if the forward is not positive and finite
Result<ClaimWorth> claim_worth(const Model& model, const Term& term, const RangeClaim& claim,
                               LossKind kind);

/// Log edges over the forward; nothing for the full range.
Reach reach_of(const RangeClaim& claim, Price forward);

}  // namespace levee::option

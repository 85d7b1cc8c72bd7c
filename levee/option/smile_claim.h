// levee/option/smile_claim.h — claims made of options at every strike, worth what a smile says.
//
// Any claim that bends like a power of the price is its value on the forward and a forward, plus so
// many out-of-the-money options at every strike; their prices come from a model, a surface or a
// list. Everything here is undiscounted: a discount factor is the caller's.
//
// src: Carr & Madan (2001), Quantitative Finance 1, 19-37; Fukasawa, Maire & Wunsch (2023),
// Quantitative Finance 23(6), 901-911 (weighted variance swaps and the pool's loss)
#pragma once
#include "levee/option/kind.h"
#include "levee/option/range_claim.h"

#include <span>
#include <vector>

namespace levee::option {

/// scale * K^power options per dollar of strike, puts below the forward and calls above it.
struct OptionDensity {
  double scale = 0, power = 0;
  Price lower, upper;  ///< Strikes held; 0 and +infinity are every strike.
};

/// The density of a range's loss, borrowed or funded, per unit of entry value.
///
/// in:  as range_claim_value
/// out: L/2 K^-1.5 on the range, L the liquidity that is worth 1 at entry
OptionDensity loss_density(const RangeClaim& claim);

/// The density whose worth is the fair total of squared returns weighted by (S/F)^alpha: over the
/// tenor it is a variance, per year. alpha 0 is a variance swap, 1 a gamma swap, 1/2 the one that a
/// full range's loss is made of (an eighth of it).
OptionDensity swap_density(double alpha, Price forward);

/// One strike of a quadrature: `weight` options of `type`.
struct StrikeNode {
  Type type = Type::call;
  Price strike;
  double weight = 0;
};

/// Where a quadrature looks: ln(K/F) within `reach`, in pieces no wider than `piece` or `widening`
/// times their distance from the forward, whichever is more.
struct StrikeReach {
  Interval reach;
  double piece = 0, widening = 0;
};

/// Gauss-Legendre nodes, sixteen to a piece, so that the sum of weight times price is the worth.
///
/// in:  scale, power finite; forward, piece > 0, widening >= 0; the reach finite with 0 inside
/// out: ascending strikes; none where density and reach do not meet
std::vector<StrikeNode> strike_nodes(const OptionDensity& density, Price forward,
                                     const StrikeReach& look);

/// A worth, and how far off it may be: what it moved by when the pieces were halved for the last
/// time, and the prices' own error.
struct SmileWorth {
  double value = 0;
  double error = 0;
};

/// Under a model.
///
/// out:  1e-12 of the worth where the model's tails are thin; every strike only as far as 1e-60 of
///       probability, which a model whose second moment explodes feels
/// err:  as cosine_puts and contour_price
/// cost: two or three cosine series over some hundred strikes, wild models more
Result<SmileWorth> worth_of(const OptionDensity& density, const Model& model, const Term& term);

/// A tenor of a surface, on its own forward.
struct SurfaceTenor {
  const Surface& surface;
  Price forward;
  Years tenor;
};

/// On a surface: 1e-8 of the worth or as `error` says.
///
/// err:  out_of_range unless forward and tenor are positive and finite
Result<SmileWorth> worth_of(const OptionDensity& density, const SurfaceTenor& at);

/// What a range's loss is worth: the loss on the forward, and its density's worth.
///
/// in:  as range_claim_value; yield and rate are in the term's forward
/// err: as worth_of
Result<SmileWorth> range_claim_under(const RangeClaim& claim, LossKind kind, const Model& model,
                                     const Term& term);
Result<SmileWorth> range_claim_under(const RangeClaim& claim, LossKind kind,
                                     const SurfaceTenor& at);

/// An option somebody shows a price for, undiscounted dollars.
struct ListedPrice {
  Price strike;
  double price = 0;
};

/// The density's worth from listed out-of-the-money options alone, each standing for the strikes
/// nearer to it than to its neighbours, the outermost two for as much outside as inside.
///
/// in:   which of a strike's two options is meant is the caller's choice: never both
/// out:  no strike beyond the list counts, so it is low by the wings
/// err:  bad_input unless there are two strikes, ascending, positive, with prices >= 0
Result<double> listed_worth(const OptionDensity& density, std::span<const ListedPrice> prices);

/// The flat volatility at which a full range entered on the forward costs this share of its value.
///
/// err:  out_of_range unless value lies in [0, 1) and the tenor is positive
/// src:  1 - exp(-sigma^2 T / 8)
Result<Vol> full_range_vol(double value, Years tenor);

}  // namespace levee::option

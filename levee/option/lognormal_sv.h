// levee/option/lognormal_sv.h — volatility that is nearly log-normal, by its affine expansion.
//
//   dF / F = v dW0,   dv = (r + q v) (a - v) dt + v (b dW0 + e dW1)
// No transform of this law is known in closed form. With v = a (1 + y), G = E (F_T / F)^s solves
//   G' = (s^2 - s) v^2 G / 2 + s b a (1 + y)^2 G_y - (r + q v) y G_y
//        + (b^2 + e^2) (1 + y)^2 G_yy / 2,
// and G = exp(B0 + B1 y + ... + Bn y^n) solves it but for powers of y above n; what is below them
// is n + 1 equations in time. The expansion is no law: it is a martingale at every order (all B
// stay 0 at s = 0 and 1), but may have a negative density and end in finite time. So it stays off
// the shelf, whose prices rest on bounds that only a law obeys; lognormal_grid.h solves the whole
// equation, and lognormal_paths.h draws it.
// src: Sepp & Rakhmonov (2023), Int. J. Theoretical and Applied Finance 26, 2450003; the equations
//      are derived anew
#pragma once
#include "levee/option/model_claim.h"

namespace levee::option {

struct LognormalVol {
  Vol now;
  Vol average;
  double reversion = 0;        ///< r, per year.
  double reversion_slope = 0;  ///< q, per year and 1.00 of volatility: high ones fall faster.
  double beta = 0;             ///< b, the volatility's share in the price's moves.
  double vol_of_vol = 0;       ///< e, its own, per square root of a year.
};

/// In whose money a price is to be a martingale.
enum class Account {
  dollar,
  coin,  ///< Inverse contracts: both accounts then give one price.
};

/// Whether the model is one, and free of arbitrage.
///
/// err:  bad_input naming the number that is negative or not finite, or a volatility of 0;
///       no_solution where reversion_slope is less than beta (than 2 beta in coins): prices that
///       rise with volatility would then outrun their own mean
/// src:  Sepp & Rakhmonov (2023), on martingales in both accounts
Result<Done> check_lognormal(const LognormalVol& model, Account account = Account::dollar);

/// How far the expansion goes: to y^2 or to y^4.
enum class Order { first, second };

/// The expansion's transform, solved once for every range and option of the expiry.
///
/// in:   as transform_of asks
/// out:  prices and claims of the expansion to 1e-10 of the larger of forward and strike; from the
///       law it is 0.2 vol points away at a month and a vol_of_vol of 3, 4 at two months
///       (docs/models.md)
/// err:  as check_lognormal; out_of_range for expiry and reach; not_converged where the expansion
///       ends before expiry, as it does for long expiries of high vol_of_vol
/// cost: a hundred nodes, three microseconds each
Result<Transform> lognormal_transform(const LognormalVol& model, Years expiry, const Reach& reach,
                                      Order order = Order::second);

}  // namespace levee::option

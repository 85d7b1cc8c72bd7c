// levee/option/range_claim.h — impermanent loss of a range as a European claim.
#pragma once
#include "levee/base/result.h"
#include "levee/option/contract.h"
#include "levee/option/surface.h"

#include <span>
#include <vector>

namespace levee::option {

/// A claim paying the loss of a unit-value range position entered at `entry` and read at expiry.
struct RangeClaim {
  Price entry;
  Price lower;  ///< 0 together with upper = +infinity is the full range.
  Price upper;
};

enum class LossKind {
  borrowed,  ///< Hold minus LP: convexity alone.
  funded,    ///< Entry value minus LP: carries delta.
};

/// Market for the claim: continuously compounded rate and carry yield.
struct ClaimMarket {
  Price spot;
  Years expiry;
  Vol vol;
  Rate rate{};
  Rate yield{};  ///< The forward grows at rate - yield.
};

/// Present value per unit of entry value, and its Greeks; the LP's own are the opposite.
struct ClaimValue {
  double value = 0;
  double delta = 0;  ///< Per dollar of spot.
  double gamma = 0;
  double vega = 0;   ///< Per 1.00 of volatility.
  double theta = 0;  ///< Per day.
  double volga = 0;
  double vanna = 0;
};

/// Closed form under log-normal prices with flat volatility.
///
/// in:   entry > 0, 0 <= lower < upper, entry inside, expiry > 0, vol > 0
/// out:  value to 1e-13 absolute; Greeks analytic
/// src:  Lipton, Lucic & Sepp (2024), arXiv 2407.05146, re-derived (their printed form has errors):
///       PV * den = LIN - 2 df H + Put(pa)/sqrt(pa) - Call(pb)/sqrt(pb)
///                  - 2 sqrt(pa) DigPut(pa) - 2 sqrt(pb) DigCall(pb)
ClaimValue range_claim_value(const RangeClaim& claim, LossKind kind, const ClaimMarket& market);

/// One strike of a static hedge.
struct StripLeg {
  Contract contract;
  Tokens quantity;
};

/// Super-replicating strip of the borrowed loss on listed strikes: linear interpolation of the loss
/// at the strikes, weights are slope changes, edge strikes keep their last half weight.
///
/// in:   strikes ascending, at least two, one of them equal to `entry` (where puts meet calls);
///       notional in quote units
/// out:  puts at and below entry, then calls at and above, each ascending, no leg without weight;
///       residual strip - loss >= 0 on [first strike, last strike], and everywhere when the strikes
///       reach both range edges
/// err:  bad_input if strikes are not ascending or miss the entry
/// src:  Carr & Madan (2001), Quantitative Finance 1, 19-37
Result<std::vector<StripLeg>> strip_of(const RangeClaim& claim, Usd notional,
                                       std::span<const Price> strikes, UnixSeconds expiry);

/// The borrowed loss (positive) of a unit-value position at a settlement price.
///
/// in:   settlement >= 0
/// out:  relative accuracy 1e-14 as far as the inputs carry it, also next to entry
double borrowed_loss(const RangeClaim& claim, Price settlement);

/// Its slope per dollar of settlement price, the position's base tokens at entry less those then.
double borrowed_loss_slope(const RangeClaim& claim, Price settlement);

}  // namespace levee::option

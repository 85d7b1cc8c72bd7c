// levee/option/mark_surface.h — smiles at listed expiries, read at any strike and tenor.
#pragma once
#include "levee/base/result.h"
#include "levee/option/contract.h"

#include <span>
#include <vector>

namespace levee::option {

/// One mark: a strike's implied volatility on its expiry's forward.
struct Mark {
  UnixSeconds expiry;
  Price forward;
  Price strike;
  Vol vol;
};

/// One expiry's smile over x = ln(K/F) / sqrt(T), knots ascending in x.
struct Smile {
  Years expiry;  ///< From the surface's moment, > 0.
  Price forward;
  std::vector<double> x;
  std::vector<double> vol;
};

/// Smiles at one moment. Volatility is read at standardised moneyness x and tenor:
/// linear in x between marks, flat beyond the outermost ones; between expiries total variance is
/// linear in time at the x of either expiry's marks; before the first and after the last expiry vol
/// is flat in time.
/// That keeps a smile's shape as the forward moves ("sticky moneyness"). It is not arbitrage-free
/// by construction.
class MarkSurface {
 public:
  /// Expiries with fewer than three strikes are left out; an expiry's forward is the median of its
  /// marks', and a strike marked twice (as call and as put) has the mean of its volatilities.
  ///
  /// err: missing_data without at least one expiry with three marks after `at`; bad_input if a
  ///      mark's forward, strike or volatility is not positive and finite
  static Result<MarkSurface> from(std::span<const Mark> marks, UnixSeconds at);

  /// Volatility at x = ln(K/F)/sqrt(tenor) and tenor > 0.
  Vol vol(double x, Years tenor) const;

  /// At-the-money (x = 0) volatility at a tenor.
  Vol at_the_money(Years tenor) const { return vol(0, tenor); }

  /// Forward over spot at a tenor: log-linear between expiries, 1 at tenor 0; beyond the last
  /// expiry, that one's carry per year.
  double forward_ratio(Price spot, Years tenor) const;

  std::span<const Smile> smiles() const { return smiles_; }
  UnixSeconds at() const { return at_; }

  /// One tenor's slice, blended once: for pricing many strikes or paths at the same tenor. Reads
  /// as vol() does, to a few ulps.
  struct Slice {
    std::vector<double> x, vol;
    /// Linear in x, flat outside. `hint` is where the search starts and is left at the hit.
    double operator()(double at_x, std::size_t& hint) const;
  };
  Slice slice(Years tenor) const;

 private:
  UnixSeconds at_{};
  std::vector<Smile> smiles_;
};

}  // namespace levee::option

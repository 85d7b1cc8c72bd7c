// levee/option/surface.h — a surface through a chain's quotes that allows no arbitrage.
//
// k = ln(K / F) throughout; total variance is volatility squared times years.
// src: Gatheral & Jacquier (2014), Quantitative Finance 14, 59-71, Arbitrage-free SVI volatility
// surfaces; Fukasawa (2012), Mathematical Finance 22, 753-762, on k / sqrt(w) (before the first
// expiry)
#pragma once
#include "levee/option/smile_points.h"
#include "levee/option/ssvi.h"

#include <span>
#include <string>
#include <vector>

namespace levee::option {

/// Where an expiry's forward is from, and how its smile was found.
enum class ForwardFrom { parity, venue };
enum class SmileFrom {
  svi,      ///< Its own five numbers.
  ssvi,     ///< Fewer than five quotes: the whole surface's shape at its own level.
  earlier,  ///< Nothing of its own crosses the expiry before without end: that one's, lifted.
};

/// What was changed in the smile that the quotes alone would have.
struct Repair {
  bool refitted = false;  ///< Beside its neighbours, because it crossed one.
  bool lifted = false;    ///< As a whole, by what was left.
  /// The most that volatility was moved at a quoted strike, in vol points.
  double points = 0;
};

/// How near a smile is to its quotes, in vol points (0.01).
struct SmileError {
  double root_mean_square = 0, worst = 0;
  double half_spread = 0;  ///< Root mean square of (ask - bid) / 2.
  double inside = 0;       ///< Share of the quotes that it goes between.
};

/// One expiry.
struct FittedExpiry {
  UnixSeconds expiry;
  Years tenor;
  Price forward, venue_forward;
  ForwardFrom forward_from = ForwardFrom::parity;
  double forward_half_width = 0;  ///< Of the band that parity leaves, over the forward.
  SmileFrom smile_from = SmileFrom::svi;
  Svi svi;
  QuoteCount count;
  std::vector<SmilePoint> points;
  SmileError error;
  Repair repair;
  double least_g = 0;   ///< Of butterfly(), over all strikes.
  double crossing = 0;  ///< How far the expiry before is above it at most; <= 0: nowhere.
};

/// An expiry that has no smile, and why.
struct SkippedExpiry {
  UnixSeconds expiry;
  std::size_t quotes = 0;
  std::string why;
};

/// When, and on which grid of prices.
struct FitTerms {
  UnixSeconds at;
  double tick = 1e-4;  ///< The venue's least price step.
};

/// A moment's smiles without butterfly or calendar arbitrage, read at any strike and tenor.
///
/// Between two expiries total variance is linear in time at fixed k. Before the first one vol
/// depends on k / sqrt(tenor) alone, which is free of arbitrage because the first smile is. After
/// the last one every strike gains the last expiry's variance per year at the money.
class Surface {
 public:
  /// Expiries at or before `at` and those without a forward or a quote to use are skipped.
  ///
  /// err:  bad_input for numbers that are not finite, strikes that are not positive, a contract
  ///       quoted twice; missing_data with fewer than five quotes to use in all
  /// cost: about 10 ms for 600 quotes of ten expiries
  static Result<Surface> from(std::span<const ChainQuote> quotes, const FitTerms& terms);

  UnixSeconds at() const { return at_; }
  std::span<const FittedExpiry> expiries() const { return expiries_; }
  std::span<const SkippedExpiry> skipped() const { return skipped_; }
  const Ssvi& ssvi() const { return ssvi_; }  ///< The shape that all expiries share.

  /// One tenor: two smiles and what each counts for. For many strikes or paths.
  struct Slice {
    Svi near, far;
    double near_weight = 1, far_weight = 0;
    double more = 0;  ///< Variance added at every strike.
    double tenor = 0, root = 0;

    double variance(double k) const;
    double vol(double k) const;
    /// Durrleman's g of the blend.
    double butterfly(double k) const;
  };
  /// in: tenor > 0
  Slice slice(Years tenor) const;

  /// Total variance at k.
  double variance(double k, Years tenor) const { return slice(tenor).variance(k); }
  /// Volatility at x = k / sqrt(tenor).
  Vol vol(double x, Years tenor) const;
  Vol at_the_money(Years tenor) const { return vol(0, tenor); }

  /// Forward over spot: log-linear between expiries, 1 at tenor 0; beyond the last expiry, that
  /// one's carry per year.
  double forward_ratio(Price spot, Years tenor) const;

 private:
  UnixSeconds at_{};
  Ssvi ssvi_;
  std::vector<FittedExpiry> expiries_;
  std::vector<SkippedExpiry> skipped_;
};

}  // namespace levee::option

// levee/hazard/share_law.h — which part is lost of what was there, or comes back of what was lost.
//
// Neither is a bell: most exploits take a small part or nearly all, most thefts return nothing or
// nearly everything. Shares are counted in bins; how likely each bin is, is a Dirichlet law.
// src: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 3.4 (conjugate multinomial)
#pragma once
#include "levee/base/units.h"
#include "levee/num/philox.h"

#include <array>
#include <span>
#include <vector>

namespace levee::hazard {

/// Bins of a share: [0, 0.01), [0.01, 0.1), [0.1, 0.5), [0.5, 0.9), [0.9, 1].
inline constexpr std::array<double, 6> share_edges{0, 0.01, 0.1, 0.5, 0.9, 1};
inline constexpr std::size_t share_bins = share_edges.size() - 1;

/// The bin of a share. in: in [0, 1]
std::size_t share_bin(Share share);

/// What is known of a share.
struct ShareLaw {
  std::array<double, share_bins> events{};  ///< As if so many had been seen in each bin, > 0.
  std::array<double, share_bins> at{};      ///< Mean share of a bin's events.

  double all() const;
  Share mean() const;
  /// Of the mean, as far as these events can tell.
  Share deviation() const;
  /// One mean that may be true: for bands, from the posterior itself.
  Share drawn_mean(num::Draws& draws) const;
  /// The share of one event, for a uniform draw in (0, 1): the mean of its bin.
  Share share_at(double draw) const;
};

/// A prior of `weight` events, spread as all shares together are, none of its bins empty.
/// in: weight > 0; shares in [0, 1]
ShareLaw pooled_prior(std::span<const double> shares, double weight);

/// What is known after a sector's own shares.
ShareLaw updated(const ShareLaw& prior, std::span<const double> shares);

}  // namespace levee::hazard

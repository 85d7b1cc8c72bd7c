#include "levee/hazard/share_law.h"

#include <boost/math/special_functions/gamma.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace levee::hazard {
namespace {

double middle(std::size_t bin) { return (share_edges[bin] + share_edges[bin + 1]) / 2; }

}  // namespace

std::size_t share_bin(Share share) {
  LEVEE_EXPECT(share.value() >= 0 && share.value() <= 1);
  const auto above =
      std::upper_bound(share_edges.begin() + 1, share_edges.end() - 1, share.value());
  return static_cast<std::size_t>(above - share_edges.begin()) - 1;
}

double ShareLaw::all() const { return std::accumulate(events.begin(), events.end(), 0.0); }

Share ShareLaw::mean() const {
  return Share{std::inner_product(events.begin(), events.end(), at.begin(), 0.0) / all()};
}

Share ShareLaw::deviation() const {
  const double mid = mean().value(), sum = all();
  double square = 0;
  for (std::size_t bin = 0; bin < share_bins; ++bin)
    square += events[bin] * at[bin] * at[bin] / sum;
  return Share{std::sqrt(std::max(square - mid * mid, 0.0) / (sum + 1))};
}

Share ShareLaw::drawn_mean(num::Draws& draws) const {
  double sum = 0, weighted = 0;
  for (std::size_t bin = 0; bin < share_bins; ++bin) {
    const double size = boost::math::gamma_p_inv(events[bin], draws.uniform());
    sum += size, weighted += size * at[bin];
  }
  return Share{weighted / sum};
}

Share ShareLaw::share_at(double draw) const {
  LEVEE_EXPECT(draw > 0 && draw < 1);
  double left = draw * all();
  for (std::size_t bin = 0; bin + 1 < share_bins; ++bin) {
    if (left < events[bin]) return Share{at[bin]};
    left -= events[bin];
  }
  return Share{at.back()};
}

ShareLaw pooled_prior(std::span<const double> shares, double weight) {
  LEVEE_EXPECT(weight > 0);
  // Half an event a bin before any was seen (Jeffreys); its place is the bin's middle.
  ShareLaw law;
  for (std::size_t bin = 0; bin < share_bins; ++bin)
    law.events[bin] = 0.5, law.at[bin] = middle(bin);
  law = updated(law, shares);
  const double scale = weight / law.all();
  for (double& count : law.events) count *= scale;
  return law;
}

ShareLaw updated(const ShareLaw& prior, std::span<const double> shares) {
  ShareLaw law = prior;
  for (const double share : shares) {
    const std::size_t bin = share_bin(Share{share});
    law.at[bin] += (share - law.at[bin]) / (law.events[bin] + 1);
    ++law.events[bin];
  }
  return law;
}

}  // namespace levee::hazard

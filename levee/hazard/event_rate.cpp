#include "levee/hazard/event_rate.h"

#include "levee/num/normal.h"
#include "levee/num/student.h"

#include <boost/math/distributions/gamma.hpp>

#include <algorithm>
#include <cmath>

namespace levee::hazard {

Intensity EventRate::deviation() const { return Intensity{std::sqrt(events) / years}; }

Intensity EventRate::quantile(double probability) const {
  LEVEE_EXPECT(probability > 0 && probability < 1 && events > 0 && years > 0);
  return Intensity{
      boost::math::quantile(boost::math::gamma_distribution<>(events, 1 / years), probability)};
}

Probability EventRate::within(Years span) const {
  LEVEE_EXPECT(span.value() >= 0 && years > 0);
  return Probability{-std::expm1(-events * std::log1p(span.value() / years))};
}

Probability EventRate::exactly(int count, Years span) const {
  LEVEE_EXPECT(count >= 0 && span.value() >= 0 && years > 0);
  const double t = span.value();
  if (t == 0) return Probability{count == 0 ? 1.0 : 0.0};
  const double log_ways =
      num::log_gamma(events + count) - num::log_gamma(events) - num::log_gamma(count + 1.0);
  return Probability{
      std::exp(log_ways - events * std::log1p(t / years) + count * std::log(t / (years + t)))};
}

EventRate updated(const EventRate& prior, double events, Years exposure) {
  LEVEE_EXPECT(events >= 0 && exposure.value() >= 0);
  return {prior.events + events, prior.years + exposure.value()};
}

Share credibility(const EventRate& prior, Years exposure) {
  LEVEE_EXPECT(exposure.value() >= 0 && prior.years > 0);
  return Share{exposure.value() / (exposure.value() + prior.years)};
}

Intensity most_after_silence(Years exposure) {
  LEVEE_EXPECT(exposure.value() > 0);
  return Intensity{-std::log(0.05) / exposure.value()};
}

Dispersion dispersion_of(std::span<const double> counts, std::span<const double> means) {
  LEVEE_EXPECT(counts.size() == means.size() && !counts.empty());
  double excess = 0, squares = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    LEVEE_EXPECT(means[i] > 0);
    const double off = counts[i] - means[i];
    excess += off * off - counts[i];
    squares += means[i] * means[i];
  }
  const double statistic = excess / std::sqrt(2 * squares);
  return {.statistic = statistic,
          .p_value = num::normal_cdf(-statistic),
          .alpha = std::max(0.0, excess / squares)};
}

}  // namespace levee::hazard

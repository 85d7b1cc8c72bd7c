// levee/num/control.cpp — regression on controls by Gram and Schmidt.
#include "levee/num/control.h"

#include "levee/base/check.h"

#include <cmath>
#include <vector>

namespace levee::num {
namespace {

double product(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

void take_off(double times, std::span<const double> what, std::span<double> from) {
  for (std::size_t i = 0; i < from.size(); ++i) from[i] -= times * what[i];
}

double mean(std::span<const double> x) {
  double sum = 0;
  for (const double v : x) sum += v;
  return sum / static_cast<double>(x.size());
}

std::vector<double> weighed(std::span<const double> x, std::span<const double> weight) {
  std::vector<double> made(x.begin(), x.end());
  for (std::size_t i = 0; i < weight.size(); ++i) made[i] *= weight[i];
  return made;
}

}  // namespace

Estimate controlled_mean(std::span<const double> values,
                         std::span<const std::span<const double>> controls,
                         std::span<const double> weight) {
  LEVEE_EXPECT(values.size() > controls.size() &&
               (weight.empty() || weight.size() == values.size()));
  std::vector<double> left = weighed(values, weight);
  // Each control less the ones before it; its mean stays known, only its scatter is made new.
  std::vector<std::vector<double>> used, scatter;
  for (const auto control : controls) {
    LEVEE_EXPECT(control.size() == values.size());
    std::vector<double> own = weighed(control, weight);
    std::vector<double> about(own);
    const double centre = mean(own);
    for (double& x : about) x -= centre;
    const double before = product(about, about);
    for (std::size_t k = 0; k < used.size(); ++k) {
      const double times = product(about, scatter[k]) / product(scatter[k], scatter[k]);
      take_off(times, used[k], own);
      take_off(times, scatter[k], about);
    }
    const double square = product(about, about);
    if (!(square > 1e-12 * before)) continue;
    take_off(product(left, about) / square, own, left);
    used.push_back(std::move(own));
    scatter.push_back(std::move(about));
  }
  return mean_of(left);
}

}  // namespace levee::num

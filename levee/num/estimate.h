// levee/num/estimate.h — a Monte Carlo number never travels without its error.
#pragma once
#include <cstddef>
#include <span>

namespace levee::num {

/// A number estimated from `paths` draws and the standard error of that estimate.
struct Estimate {
  double value = 0;
  double standard_error = 0;
  std::size_t paths = 0;
};

/// Sum in index order with compensation: the same bits whoever computes it.
/// src: Neumaier (1974), ZAMM 54, 39-51
double sum_of(std::span<const double> values);

/// Sample mean and its standard error; values not empty.
Estimate mean_of(std::span<const double> values);

}  // namespace levee::num

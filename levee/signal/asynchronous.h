// levee/signal/asynchronous.h — how two prices move together that are never seen at one moment.
//
// src: Hayashi & Yoshida (2005), Bernoulli 11(2), 359-379
#pragma once
#include "levee/base/result.h"
#include "levee/market/series.h"

#include <cstddef>

namespace levee::signal {

/// What two series of prices have in common over the time that both cover.
struct Comovement {
  double correlation = 0;    ///< Of their log returns, in [-1, 1] but for the noise of few returns.
  double covariance = 0;     ///< Summed over the time covered.
  std::size_t overlaps = 0;  ///< Pairs of returns that share time.
};

/// Sums the products of all returns of one and of the other whose spans overlap: no grid is laid
/// over the two, so that nothing is lost between its points and nothing is stale at them.
///
/// in:   positive prices at moments of their own, ascending
/// out:  covariance without bias where the moments know nothing of the prices; correlation over the
///       roots of both sums of squares
/// err:  bad_input where a price is not positive or moments do not ascend; missing_data below two
///       prices each or where no spans overlap; no_solution where one of them does not move
/// cost: linear in the number of prices
Result<Comovement> comovement(const market::Series& a, const market::Series& b);

}  // namespace levee::signal

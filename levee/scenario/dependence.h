// levee/scenario/dependence.h — how assets move together, on ordinary days and on wild ones.
#pragma once
#include "levee/base/result.h"
#include "levee/num/matrix.h"
#include "levee/scenario/history.h"

#include <string>
#include <vector>

namespace levee::scenario {

/// Of the assets of a calibration, the lead first.
struct Dependence {
  num::Matrix<double> correlation;  ///< [assets x assets] of their ordinary moves.
  num::Matrix<double> error;        ///< [assets x assets] standard errors; 0 where assumed.
  std::vector<double> joins;        ///< [assets] chance that it jumps when the lead does.
  std::size_t jump_rows = 0;        ///< Rows the chances were counted in.
  std::string source;
};

/// Correlations from the order of returns, which no single wild day can turn; jumps counted.
///
/// in:   at least one asset
/// out:  sin(pi tau / 2) of Kendall's tau, drawn towards 0 by steps of 2 % until the matrix is
///       positive definite; a row counts as a jump of an asset beyond four deviations, one being
///       its median absolute move over 0.6745; without a jump of the lead, the other assets join
///       half of its jumps
/// err:  missing_data with several assets and fewer than 60 common rows
/// cost: rows^2 for each pair
/// src:  Lindskog, McNeil & Schmock (2003), Credit Risk: Measurement, Evaluation and Management,
///       149-156 (tau of elliptical laws); errors: Hoeffding (1948), Annals of Mathematical
///       Statistics 19, 293-325
Result<Dependence> dependence_of(const History& history);

/// The lower triangular root of a correlation matrix.
///
/// in:  symmetric
/// err: no_solution where it is not positive definite
/// src: Cholesky's decomposition
Result<num::Matrix<double>> root_of(const num::Matrix<double>& correlation);

}  // namespace levee::scenario

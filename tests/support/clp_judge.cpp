#include "tests/support/clp_judge.h"

#include <vector>

#include <ClpSimplex.hpp>
#include <CoinPackedMatrix.hpp>

namespace levee::test {

// Columns: x (scaled to [0, 1]), zeta, z per scenario. Rows: programme rows, then scenarios.
Judgement judged(const solve::TailProgram& p) {
  const auto n = static_cast<int>(p.columns.size());
  const auto scenarios = static_cast<int>(p.base_loss.size());
  const double cap = p.tail_weight / ((1 - p.level) * scenarios);

  CoinPackedMatrix matrix(false, 0, 0);
  matrix.setDimensions(0, n + 1 + scenarios);
  std::vector<double> row_lower, row_upper;
  for (const auto& row : p.rows) {
    std::vector<int> index;
    std::vector<double> value;
    for (int j = 0; j < n; ++j) {
      const auto c = static_cast<std::size_t>(j);
      if (row.coefficient[c] == 0) continue;
      index.push_back(j);
      value.push_back(row.coefficient[c] * p.columns[c].upper / p.scale);
    }
    matrix.appendRow(static_cast<int>(index.size()), index.data(), value.data());
    row_lower.push_back(row.lower / p.scale);
    row_upper.push_back(row.upper / p.scale);
  }
  for (int s = 0; s < scenarios; ++s) {
    std::vector<int> index;
    std::vector<double> value;
    for (int j = 0; j < n; ++j) {
      const auto& column = p.columns[static_cast<std::size_t>(j)];
      const double v = column.sign * column.upper *
                       p.value->row(column.instrument)[static_cast<std::size_t>(s)] / p.scale;
      if (std::abs(v) < 1e-11) continue;
      index.push_back(j);
      value.push_back(v);
    }
    index.push_back(n), value.push_back(1);
    index.push_back(n + 1 + s), value.push_back(1);
    matrix.appendRow(static_cast<int>(index.size()), index.data(), value.data());
    row_lower.push_back(p.base_loss[static_cast<std::size_t>(s)] / p.scale);
    row_upper.push_back(COIN_DBL_MAX);
  }
  std::vector<double> lower, upper, cost;
  for (const auto& column : p.columns) {
    lower.push_back(0), upper.push_back(1), cost.push_back(column.cost * column.upper / p.scale);
  }
  lower.push_back(-COIN_DBL_MAX), upper.push_back(COIN_DBL_MAX), cost.push_back(p.tail_weight);
  for (int s = 0; s < scenarios; ++s) {
    lower.push_back(0), upper.push_back(COIN_DBL_MAX), cost.push_back(cap);
  }
  for (double& bound : row_lower) bound = std::max(bound, -COIN_DBL_MAX);
  for (double& bound : row_upper) bound = std::min(bound, COIN_DBL_MAX);

  ClpSimplex clp;
  clp.setLogLevel(0);
  clp.loadProblem(matrix, lower.data(), upper.data(), cost.data(), row_lower.data(),
                  row_upper.data());
  clp.scaling(0);
  clp.setPrimalTolerance(1e-9);
  clp.setDualTolerance(1e-9);
  clp.primal();
  Judgement judgement;
  judgement.sound = clp.status() == 0 && clp.secondaryStatus() == 0;
  judgement.reported = clp.objectiveValue() * p.scale;
  std::vector<double> x;
  for (int j = 0; j < n; ++j) {
    x.push_back(std::max(0.0, clp.primalColumnSolution()[j]) *
                p.columns[static_cast<std::size_t>(j)].upper);
  }
  judgement.objective = solve::objective_at(p, x);
  return judgement;
}

}  // namespace levee::test

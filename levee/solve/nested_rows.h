// levee/solve/nested_rows.h — rows that each contain the one before, priced together and exactly.
//
// Sales that must be covered, expiry by expiry, make hundreds of rows of few cells, of which the
// columns in hand touch some. A row that is left out has no price from the inner programme, and
// without one what it forbids looks like a bargain. Their best prices for given prices of
// everything else are a monotone regression, which has an exact answer.
#pragma once
#include "levee/solve/tail_program.h"

#include <cstddef>
#include <span>
#include <vector>

namespace levee::solve {

/// Chains of one-sided rows whose cells each hold those of the one before.
///
/// A row of few cells that is like no other is a chain of its own.
/// src: pool adjacent violators: Ayer, Brunk, Ewing, Reid & Silverman (1955), Annals of
/// Mathematical
///      Statistics 26, 641-647
class NestedRows {
 public:
  /// Looks for them. cost: cells of all rows, and rows times chains
  explicit NestedRows(const TailProgram& program);

  /// Whether any row contains another.
  bool chained() const;

  /// Replaces the rows' prices by those that raise the bound most, all other prices as they are.
  ///
  /// in:  reduced [columns] and row_price [rows] fit each other
  /// out: both, fitting each other again; the bound they prove is never lower
  void price(std::span<double> reduced, std::span<double> row_price) const;

 private:
  struct Cell {
    std::size_t column = 0;
    double coefficient = 0;
  };
  struct Link {
    std::size_t row = 0;
    double limit = 0;         // side * coefficient . x <= limit
    std::vector<Cell> added;  // cells that the one before does not have, times side
  };
  struct Chain {
    double side = 1;
    std::vector<Link> links;  // fewest cells first
  };
  struct Turn {
    double at = 0, change = 0;  // a price at which the bound's slope falls, and by how much
  };
  struct Pool;

  void price_chain(const Chain& chain, std::span<double> reduced,
                   std::span<double> row_price) const;

  const TailProgram& p_;
  std::vector<Chain> chains_;
};

}  // namespace levee::solve

// levee/solve/relaxation.h — why rows contradict each other, and the least that would have to give.
#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace levee::solve {

struct Column;
struct Row;
struct TailProgram;

/// What stands between the rows and the box.
///
/// Violations are measured in each row's own scale: its bound's size, at least a thousandth of the
/// most that its left side can be.
struct Relaxation {
  bool feasible = true;           ///< Nothing has to give.
  std::vector<double> x;          ///< [columns] the nearest point; within every row if feasible.
  std::vector<double> shortfall;  ///< [rows] by how much x misses each, in the row's unit.
  double total = 0;               ///< Their sum, over the rows' scales.
  /// [rows] the proof: >= 0 for an upper bound, <= 0 for a lower; times the row's scale, at most 1.
  std::vector<double> multiplier;
  double proved = 0;  ///< contradiction_from(multiplier): no sum of violations is below it.

  /// One row that would do if it alone gave way.
  struct Alone {
    std::size_t row = 0;
    double by = 0;  ///< In the row's unit.
  };
  std::vector<Alone>
      alone{};  ///< Of the rows that weigh most in the proof; least first, in scales.
};

/// The point nearest to all rows: rows that nothing traded does not meet may give, others hold.
///
/// in:   columns and rows of the programme; values and losses are not read
/// out:  the sum within 1e-8; feasible unless more than 1e-7 of it is proved; alone stays empty
/// cost: a small programme of columns and rows; nothing where no row asks for a trade
/// src:  Farkas (1902); elastic programmes: Chinneck (2008), Feasibility and Infeasibility in
///       Optimization, ch. 6
Relaxation relaxation_of(const TailProgram& program);

/// Of an infeasible programme's rows those that suffice if they alone give way, and by how much.
///
/// in:   found: what relaxation_of() says of the programme
/// cost: two small programmes for each of four rows
std::vector<Relaxation::Alone> alone_of(const TailProgram& program, const Relaxation& found);

/// The least sum of violations, over the rows' scales, that these multipliers prove; above 0 no
/// point meets every row.
///
/// in:   multiplier [rows], signs and size as in Relaxation
/// src:  weak duality
double contradiction_from(const TailProgram& program, std::span<const double> multiplier);

/// What a row's violation is measured by.
/// src: Relaxation
double scale_of(const Row& row, std::span<const Column> columns);

}  // namespace levee::solve

// levee/solve/inverse.h — the inverse of a small matrix that gains, loses and swaps rows.
#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace levee::solve {

/// The inverse A of a square matrix M, kept while M changes by a row or a column at a time.
///
/// An empty matrix is where it begins. Nothing is refused for being nearly singular: the caller
/// looks at the pivot first and inverts anew where rounding has gathered.
/// cost: size^2 a change, size^3 to invert
/// src:  Sherman & Morrison (1950), Annals of Mathematical Statistics 21, 124-127; bordering:
///       Golub & Van Loan (2013), Matrix Computations, 2.1.4
class Inverse {
 public:
  std::size_t size() const { return size_; }

  /// A's row that belongs to M's column c: [rows of M].
  std::span<const double> row(std::size_t c) const { return {&cells_[c * room_], size_}; }

  /// A's column that belongs to M's row r: [columns of M].
  void column(std::size_t r, std::span<double> out) const;

  /// A v, for v over M's rows: over its columns.
  void times(std::span<const double> v, std::span<double> out) const;

  /// w A, for w over M's columns: over its rows.
  void left_times(std::span<const double> w, std::span<double> out) const;

  /// M gains a last row and a last column.
  ///
  /// in: pivot: the corner less row A column, not 0; a_column = A column, row_a = row A
  void border(std::span<const double> a_column, std::span<const double> row_a, double pivot);

  /// M's row r becomes another. in: row_a = row A; its r-th entry, the pivot, is not 0
  void replace_row(std::size_t r, std::span<const double> row_a);

  /// M's column c becomes another. in: a_column = A column; its c-th entry is not 0
  void replace_column(std::size_t c, std::span<const double> a_column);

  /// M loses row r and column c; the last of each take their places.
  ///
  /// in: row(c)[r] is not 0
  void remove(std::size_t r, std::size_t c);

  /// The inverse of another matrix.
  ///
  /// in:  matrix [size x size], a row contiguous
  /// out: false, and empty, where a pivot is below 1e-13 of its column
  [[nodiscard]] bool invert(std::vector<double> matrix, std::size_t size);

 private:
  void grow(std::size_t size);
  double* at(std::size_t c) { return &cells_[c * room_]; }

  std::size_t size_ = 0, room_ = 0;
  std::vector<double> cells_;  // a row of A contiguous, `room_` apart
};

}  // namespace levee::solve

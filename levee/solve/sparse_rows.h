// levee/solve/sparse_rows.h — rows by the cells that are not 0.
//
// src: compressed rows, as everywhere
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace levee::solve {

class SparseRows {
 public:
  struct Cell {
    std::uint32_t column = 0;
    double value = 0;
  };

  SparseRows() = default;
  /// in: cells [rows x columns], a row contiguous
  SparseRows(std::span<const double> cells, std::size_t columns) : columns_(columns) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (cells[i] != 0) cells_.push_back({static_cast<std::uint32_t>(i % columns), cells[i]});
      if (i % columns + 1 == columns) begin_.push_back(cells_.size());
    }
  }

  std::size_t size() const { return begin_.size() - 1; }
  std::span<const Cell> row(std::size_t r) const {
    return {cells_.data() + begin_[r], begin_[r + 1] - begin_[r]};
  }

  /// Each row's left side.
  std::vector<double> times(std::span<const double> x) const {
    std::vector<double> value(size());
    for (std::size_t r = 0; r < value.size(); ++r) {
      for (const Cell& cell : row(r)) value[r] += cell.value * x[cell.column];
    }
    return value;
  }

  /// The sum of rows by their prices.
  std::vector<double> combined(std::span<const double> price) const {
    std::vector<double> out(columns_);
    for (std::size_t r = 0; r < size(); ++r) {
      for (const Cell& cell : row(r)) out[cell.column] += price[r] * cell.value;
    }
    return out;
  }

 private:
  std::size_t columns_ = 0;
  std::vector<Cell> cells_;
  std::vector<std::size_t> begin_{0};
};

}  // namespace levee::solve

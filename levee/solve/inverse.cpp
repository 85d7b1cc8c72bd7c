#include "levee/solve/inverse.h"

#include <algorithm>
#include <cmath>

namespace levee::solve {
namespace {

void add(double* to, double factor, const double* from, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) to[i] += factor * from[i];
}

}  // namespace

void Inverse::column(std::size_t r, std::span<double> out) const {
  for (std::size_t c = 0; c < size_; ++c) out[c] = cells_[c * room_ + r];
}

void Inverse::times(std::span<const double> v, std::span<double> out) const {
  for (std::size_t c = 0; c < size_; ++c) {
    const double* mine = &cells_[c * room_];
    double even = 0, odd = 0;  // two sums: one would wait for itself
    std::size_t r = 0;
    for (; r + 2 <= size_; r += 2) even += mine[r] * v[r], odd += mine[r + 1] * v[r + 1];
    if (r < size_) even += mine[r] * v[r];
    out[c] = even + odd;
  }
}

void Inverse::left_times(std::span<const double> w, std::span<double> out) const {
  std::fill_n(out.begin(), size_, 0.0);
  for (std::size_t c = 0; c < size_; ++c) {
    if (w[c] != 0) add(out.data(), w[c], &cells_[c * room_], size_);
  }
}

void Inverse::grow(std::size_t size) {
  if (size <= room_) return;
  const std::size_t room = std::max(2 * room_, (size + 15) / 8 * 8);
  std::vector<double> cells(room * room, 0.0);
  for (std::size_t c = 0; c < size_; ++c) std::copy_n(at(c), size_, &cells[c * room]);
  cells_ = std::move(cells);
  room_ = room;
}

void Inverse::border(std::span<const double> a_column, std::span<const double> row_a,
                     double pivot) {
  grow(size_ + 1);
  const double over = 1 / pivot;
  for (std::size_t c = 0; c < size_; ++c) {
    add(at(c), a_column[c] * over, row_a.data(), size_);
    at(c)[size_] = -a_column[c] * over;
  }
  for (std::size_t r = 0; r < size_; ++r) at(size_)[r] = -row_a[r] * over;
  at(size_)[size_] = over;
  ++size_;
}

void Inverse::replace_row(std::size_t r, std::span<const double> row_a) {
  const double over = 1 / row_a[r];
  for (std::size_t c = 0; c < size_; ++c) {
    const double here = at(c)[r] * over;
    add(at(c), -here, row_a.data(), size_);
    at(c)[r] = here;
  }
}

void Inverse::replace_column(std::size_t c, std::span<const double> a_column) {
  const double over = 1 / a_column[c];
  for (std::size_t r = 0; r < size_; ++r) at(c)[r] *= over;
  for (std::size_t d = 0; d < size_; ++d) {
    if (d != c) add(at(d), -a_column[d], at(c), size_);
  }
}

void Inverse::remove(std::size_t r, std::size_t c) {
  const double over = 1 / at(c)[r];
  const std::size_t last = size_ - 1;
  for (std::size_t d = 0; d < size_; ++d) {
    if (d != c) add(at(d), -at(d)[r] * over, at(c), size_);
  }
  if (c != last) std::copy_n(at(last), size_, at(c));
  for (std::size_t d = 0; d < last; ++d) at(d)[r] = at(d)[last];
  size_ = last;
}

bool Inverse::invert(std::vector<double> matrix, std::size_t size) {
  size_ = 0;
  grow(size);
  std::vector<double> right(size * size, 0.0);  // becomes the inverse, rows in M's column order
  for (std::size_t i = 0; i < size; ++i) right[i * size + i] = 1;
  for (std::size_t c = 0; c < size; ++c) {
    std::size_t best = c;
    double most = 0, whole = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const double here = std::abs(matrix[i * size + c]);
      whole = std::max(whole, here);
      if (i >= c && here > most) most = here, best = i;
    }
    if (!(most > 1e-13 * whole)) return false;
    std::swap_ranges(&matrix[c * size], &matrix[c * size] + size, &matrix[best * size]);
    std::swap_ranges(&right[c * size], &right[c * size] + size, &right[best * size]);
    const double over = 1 / matrix[c * size + c];
    for (std::size_t k = 0; k < size; ++k)
      matrix[c * size + k] *= over, right[c * size + k] *= over;
    for (std::size_t i = 0; i < size; ++i) {
      const double factor = matrix[i * size + c];
      if (i == c || factor == 0) continue;
      add(&matrix[i * size + c], -factor, &matrix[c * size + c], size - c);
      add(&right[i * size], -factor, &right[c * size], size);
    }
  }
  for (std::size_t c = 0; c < size; ++c) std::copy_n(&right[c * size], size, at(c));
  size_ = size;
  return true;
}

}  // namespace levee::solve

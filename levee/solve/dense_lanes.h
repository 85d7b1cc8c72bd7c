// levee/solve/dense_lanes.h — the loops of dense_wide.h, for whichever lane the including file has.
//
// A lane holds eight doubles however wide the registers are, so that AVX2 and AVX-512 give the same
// bits. Nothing inline of the standard library may be used here (see num/lane.h).
// src: Goto & van de Geijn (2008), ACM Transactions on Mathematical Software 34(3), article 12
//      (packed panels, a tile in registers); Golub & Van Loan (2013), 4.2 (Cholesky)
#pragma once
#include "levee/solve/scenario_lanes.h"

namespace levee::solve {

// Columns of the factor that are finished before the rest is updated.
inline constexpr std::size_t factor_block = 32;

/// The tile of `Panels` octets of rows by `Columns` columns: into += sign * lanes broadcast^T.
template <class L, int Panels, int Columns>
void tile(const double* lanes, const double* broadcast, std::size_t depth, std::size_t width,
          double sign, double* into) {
  typename L::Reals sum[Panels][Columns];  // NOLINT(*-avoid-c-arrays): registers
#pragma GCC unroll 8
  for (int p = 0; p < Panels; ++p) {
#pragma GCC unroll 8
    for (int c = 0; c < Columns; ++c) sum[p][c] = L::all(0);
  }
  const std::size_t panel = depth * octet;
  for (std::size_t k = 0; k < depth; ++k) {
    typename L::Reals x[Panels];  // NOLINT(*-avoid-c-arrays): registers
#pragma GCC unroll 8
    for (int p = 0; p < Panels; ++p) {
      x[p] = L::loaded(lanes + static_cast<std::size_t>(p) * panel + k * octet);
    }
#pragma GCC unroll 8
    for (int c = 0; c < Columns; ++c) {
      const auto y = L::all(broadcast[k * octet + static_cast<std::size_t>(c)]);
#pragma GCC unroll 8
      for (int p = 0; p < Panels; ++p) sum[p][c] = L::fused(x[p], y, sum[p][c]);
    }
  }
#pragma GCC unroll 8
  for (int c = 0; c < Columns; ++c) {
#pragma GCC unroll 8
    for (int p = 0; p < Panels; ++p) {
      double* at = into + static_cast<std::size_t>(c) * width + static_cast<std::size_t>(p) * octet;
      L::store(at, L::fused(L::all(sign), sum[p][c], L::loaded(at)));
    }
  }
}

template <class L, int Panels>
void tile_row(const double* lanes, const double* broadcast, std::size_t depth, std::size_t width,
              double sign, double* into) {
  for (std::size_t c = 0; c < octet; c += L::tile_columns) {
    tile<L, Panels, static_cast<int>(L::tile_columns)>(lanes, broadcast + c, depth, width, sign,
                                                       into + c * width);
  }
}

/// Adds sign * packed packed^T to the lower triangle at `into`, panel by panel.
template <class L>
void add_packed(const double* packed, std::size_t panels, std::size_t depth, std::size_t width,
                double sign, double* into) {
  const std::size_t panel = depth * octet;
  for (std::size_t j = 0; j < panels; ++j) {
    const double* broadcast = packed + j * panel;
    std::size_t i = j;
    for (; i + L::tile_panels <= panels; i += L::tile_panels) {
      tile_row<L, static_cast<int>(L::tile_panels)>(packed + i * panel, broadcast, depth, width,
                                                    sign, into + j * octet * width + i * octet);
    }
    for (; i < panels; ++i) {
      tile_row<L, 1>(packed + i * panel, broadcast, depth, width, sign,
                     into + j * octet * width + i * octet);
    }
  }
}

template <class L>
void gram_of(const GramRun& run) {
  const std::size_t panels = run.width / octet;
  for (std::size_t first = 0; first < run.count; first += gram_depth) {
    const std::size_t left = run.count - first, depth = left < gram_depth ? left : gram_depth;
    for (std::size_t k = 0; k < depth; ++k) {
      const std::size_t row = run.kept[first + k];
      const double* from = run.cells + row * run.width;
      const auto root = L::all(run.root[row]);
      for (std::size_t p = 0; p < panels; ++p) {
        L::store(run.packed + (p * depth + k) * octet, L::loaded(from + p * octet) * root);
      }
    }
    add_packed<L>(run.packed, panels, depth, run.width, 1, run.into);
  }
}

// Takes columns `from` to `to` of the factor out of column c, from row c on.
template <class L>
void less_columns(const Triangle& a, std::size_t c, std::size_t from, std::size_t to) {
  double* column = a.cells + c * a.width;
  const std::size_t top = c / octet * octet;
  std::size_t p = from;
  for (; p + 4 <= to; p += 4) {
    const double* one = a.cells + p * a.width;
    const double *two = one + a.width, *three = two + a.width, *four = three + a.width;
    const auto x = L::all(-one[c]), y = L::all(-two[c]), z = L::all(-three[c]),
               w = L::all(-four[c]);
    for (std::size_t i = top; i < a.width; i += octet) {
      auto sum = L::fused(x, L::loaded(one + i), L::loaded(column + i));
      sum = L::fused(y, L::loaded(two + i), sum);
      sum = L::fused(z, L::loaded(three + i), sum);
      L::store(column + i, L::fused(w, L::loaded(four + i), sum));
    }
  }
  for (; p < to; ++p) {
    const double* one = a.cells + p * a.width;
    const auto x = L::all(-one[c]);
    for (std::size_t i = top; i < a.width; i += octet) {
      L::store(column + i, L::fused(x, L::loaded(one + i), L::loaded(column + i)));
    }
  }
}

template <class L>
bool factor_of(const Triangle& a) {
  for (std::size_t first = 0; first < a.size; first += factor_block) {
    const std::size_t end = first + factor_block < a.size ? first + factor_block : a.size;
    for (std::size_t c = first; c < end; ++c) {
      less_columns<L>(a, c, first, c);
      double* column = a.cells + c * a.width;
      if (!(column[c] > 0) || column[c] > 1e300) return false;
      const double pivot = L::root_one(column[c]);
      const auto over = L::all(1 / pivot);
      for (std::size_t i = c / octet * octet; i < a.width; i += octet) {
        L::store(column + i, L::loaded(column + i) * over);
      }
      column[c] = pivot;
    }
    if (end == a.size) return true;
    const std::size_t panels = (a.width - end) / octet, depth = end - first;
    for (std::size_t k = 0; k < depth; ++k) {
      const double* column = a.cells + (first + k) * a.width + end;
      for (std::size_t p = 0; p < panels; ++p) {
        L::store(a.packed + (p * depth + k) * octet, L::loaded(column + p * octet));
      }
    }
    add_packed<L>(a.packed, panels, depth, a.width, -1, a.cells + end * a.width + end);
  }
  return true;
}

template <class L>
void solve_of(const Triangle& a, double* x) {
  for (std::size_t c = 0; c < a.size; ++c) {
    const double* column = a.cells + c * a.width;
    x[c] /= column[c];
    std::size_t i = c + 1;
    for (; i % octet != 0; ++i) x[i] = L::fused_one(-x[c], column[i], x[i]);
    const auto less = L::all(-x[c]);
    for (; i < a.width; i += octet) {
      L::store(x + i, L::fused(less, L::loaded(column + i), L::loaded(x + i)));
    }
  }
  for (std::size_t c = a.size; c-- > 0;) {
    const double* column = a.cells + c * a.width;
    double sum = 0;
    std::size_t i = c + 1;
    for (; i % octet != 0; ++i) sum = L::fused_one(column[i], x[i], sum);
    auto lanes = L::all(0);
    for (; i < a.width; i += octet) {
      lanes = L::fused(L::loaded(column + i), L::loaded(x + i), lanes);
    }
    x[c] = (x[c] - sum - sum_of<L>(lanes)) / column[c];
  }
}

template <class L>
void symmetric_of(const Triangle& a, const double* x, double* out) {
  for (std::size_t i = 0; i < a.width; ++i) out[i] = 0;
  for (std::size_t c = 0; c < a.size; ++c) {
    const double* column = a.cells + c * a.width;
    double sum = column[c] * x[c];
    std::size_t i = c + 1;
    for (; i % octet != 0; ++i) {
      sum = L::fused_one(column[i], x[i], sum);
      out[i] = L::fused_one(column[i], x[c], out[i]);
    }
    const auto mine = L::all(x[c]);
    auto lanes = L::all(0);
    for (; i < a.width; i += octet) {
      const auto cell = L::loaded(column + i);
      lanes = L::fused(cell, L::loaded(x + i), lanes);
      L::store(out + i, L::fused(cell, mine, L::loaded(out + i)));
    }
    out[c] += sum + sum_of<L>(lanes);
  }
}

template <class L>
void times_of(const ProductRun& run) {
  for (std::size_t r = 0; r < run.rows; ++r) {
    const double* row = run.cells + r * run.width;
    auto even = L::all(0), odd = L::all(0);
    std::size_t i = 0;
    for (; i + 2 * octet <= run.width; i += 2 * octet) {
      even = L::fused(L::loaded(row + i), L::loaded(run.in + i), even);
      odd = L::fused(L::loaded(row + i + octet), L::loaded(run.in + i + octet), odd);
    }
    if (i < run.width) even = L::fused(L::loaded(row + i), L::loaded(run.in + i), even);
    run.out[r] = sum_of<L>(even + odd);
  }
}

template <class L>
void combine_of(const ProductRun& run) {
  for (std::size_t i = 0; i < run.width; ++i) run.out[i] = 0;
  std::size_t r = 0;
  for (; r + 4 <= run.rows; r += 4) {
    const double* one = run.cells + r * run.width;
    const double *two = one + run.width, *three = two + run.width, *four = three + run.width;
    const auto x = L::all(run.in[r]), y = L::all(run.in[r + 1]), z = L::all(run.in[r + 2]),
               w = L::all(run.in[r + 3]);
    for (std::size_t i = 0; i < run.width; i += octet) {
      auto sum = L::fused(x, L::loaded(one + i), L::loaded(run.out + i));
      sum = L::fused(y, L::loaded(two + i), sum);
      sum = L::fused(z, L::loaded(three + i), sum);
      L::store(run.out + i, L::fused(w, L::loaded(four + i), sum));
    }
  }
  for (; r < run.rows; ++r) {
    const double* row = run.cells + r * run.width;
    const auto x = L::all(run.in[r]);
    for (std::size_t i = 0; i < run.width; i += octet) {
      L::store(run.out + i, L::fused(x, L::loaded(row + i), L::loaded(run.out + i)));
    }
  }
}

template <class L>
void less_of(double* loss, const double* value, double quantity, std::size_t count) {
  const auto minus = L::all(-quantity);
  std::size_t i = 0;
  for (; i + octet <= count; i += octet) {
    L::store(loss + i, L::fused(minus, L::loaded(value + i), L::loaded(loss + i)));
  }
  for (; i < count; ++i) loss[i] = L::fused_one(-quantity, value[i], loss[i]);
}

template <class L>
constexpr Kernels kernels_of() {
  return {gram_of<L>,  factor_of<L>, solve_of<L>, symmetric_of<L>, times_of<L>, combine_of<L>,
          weigh_of<L>, errors_of<L>, step_of<L>,  after_of<L>,     move_of<L>,  less_of<L>};
}

}  // namespace levee::solve

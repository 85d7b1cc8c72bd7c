#include "levee/solve/nested_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace levee::solve {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Sparse {
  std::size_t row = 0;
  double side = 1;
  std::vector<std::pair<std::size_t, double>> cells;
};

// One-sided rows of few cells, those of fewest first.
std::vector<Sparse> sparse_rows_of(const TailProgram& p) {
  std::vector<Sparse> found;
  for (std::size_t r = 0; r < p.rows.size(); ++r) {
    const Row& row = p.rows[r];
    if ((row.lower == -infinity) == (row.upper == infinity)) continue;
    Sparse one{r, row.upper < infinity ? 1.0 : -1.0, {}};
    for (std::size_t j = 0; j < p.columns.size(); ++j) {
      if (row.coefficient[j] != 0) one.cells.emplace_back(j, one.side * row.coefficient[j]);
    }
    if (4 * one.cells.size() <= p.columns.size()) found.push_back(std::move(one));
  }
  std::stable_sort(found.begin(), found.end(), [](const Sparse& a, const Sparse& b) {
    return a.cells.size() < b.cells.size();
  });
  return found;
}

}  // namespace

NestedRows::NestedRows(const TailProgram& program) : p_(program) {
  std::vector<Sparse> last;  // of each chain
  for (Sparse& one : sparse_rows_of(program)) {
    std::size_t chain = 0;
    for (; chain < chains_.size(); ++chain) {
      const Sparse& inner = last[chain];
      if (inner.side == one.side && !inner.cells.empty() &&
          std::includes(one.cells.begin(), one.cells.end(), inner.cells.begin(),
                        inner.cells.end())) {
        break;
      }
    }
    if (chain == chains_.size()) {
      chains_.push_back({one.side, {}});
      last.push_back({0, one.side, {}});
    }
    const Row& row = program.rows[one.row];
    Link link{one.row, one.side > 0 ? row.upper : -row.lower, {}};
    for (const auto& cell : one.cells) {
      if (!std::binary_search(last[chain].cells.begin(), last[chain].cells.end(), cell)) {
        link.added.push_back({cell.first, cell.second});
      }
    }
    chains_[chain].links.push_back(std::move(link));
    last[chain] = std::move(one);
  }
}

bool NestedRows::chained() const {
  return std::any_of(chains_.begin(), chains_.end(),
                     [](const Chain& chain) { return chain.links.size() > 1; });
}

// Links that share one price, and the slope of the bound in it: `first` below every turn.
struct NestedRows::Pool {
  std::size_t links = 1;
  double first = 0;
  std::vector<Turn> turns;  // ascending
  double best = 0;          // least price at which the bound is highest

  void settle() {
    std::sort(turns.begin(), turns.end(), [](const Turn& a, const Turn& b) { return a.at < b.at; });
    double slope = first;
    best = -infinity;
    for (const Turn& turn : turns) {
      if (slope <= 0) return;
      best = turn.at;
      slope -= turn.change;
    }
    if (slope > 0) best = infinity;
  }

  void swallow(const Pool& other) {
    links += other.links;
    first += other.first;
    turns.insert(turns.end(), other.turns.begin(), other.turns.end());
    settle();
  }
};

void NestedRows::price(std::span<double> reduced, std::span<double> row_price) const {
  for (const Chain& chain : chains_) price_chain(chain, reduced, row_price);
}

// A column's price in a chain is the sum of its row's and of all larger rows': Y, which falls from
// link to link and is never below 0. The bound is a sum over links of concave functions of their Y.
void NestedRows::price_chain(const Chain& chain, std::span<double> reduced,
                             std::span<double> row_price) const {
  const std::size_t count = chain.links.size();
  double total = 0;  // Y so far
  for (std::size_t k = count; k-- > 0;) {
    const Link& link = chain.links[k];
    total += chain.side * row_price[link.row];
    for (const Cell& cell : link.added) reduced[cell.column] -= total * cell.coefficient;
  }
  std::vector<Pool> pools;  // from the last link on: their best prices rise
  for (std::size_t k = count; k-- > 0;) {
    const Link& link = chain.links[k];
    Pool pool;
    // sum_k y_k limit_k with y_k = Y_k - Y_(k+1)
    pool.first = -(link.limit - (k > 0 ? chain.links[k - 1].limit : 0));
    for (const Cell& cell : link.added) {
      const double upper = p_.columns[cell.column].upper, a = cell.coefficient;
      if (upper == 0) continue;
      // upper * min(0, reduced + a Y)
      if (a < 0) {
        pool.turns.push_back({-reduced[cell.column] / a, -a * upper});
      } else {
        pool.first += a * upper;
        pool.turns.push_back({-reduced[cell.column] / a, a * upper});
      }
    }
    pool.settle();
    while (!pools.empty() && pools.back().best >= pool.best) {
      pools.back().swallow(pool);
      pool = std::move(pools.back());
      pools.pop_back();
    }
    pools.push_back(std::move(pool));
  }
  double before = 0;
  std::size_t k = count;
  for (const Pool& pool : pools) {
    double best = std::max(0.0, pool.best);
    if (best == infinity)
      best = pool.turns.empty() ? before : std::max(before, pool.turns.back().at);
    for (std::size_t i = 0; i < pool.links; ++i) {
      const Link& link = chain.links[--k];
      row_price[link.row] = chain.side * (best - before);
      before = best;
      for (const Cell& cell : link.added) reduced[cell.column] += best * cell.coefficient;
    }
  }
}

}  // namespace levee::solve

#include "levee/solve/corner.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace levee::solve {
namespace {

using Vector = std::vector<double>;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double rounding = 1e-10;  // further out than this is broken

}  // namespace

Corner::Corner(const BandProgram& p)
    : program(p),
      payoff(p.scenarios, p.instruments + 1),
      rows(p.row, p.columns),
      place(p.columns + 1, none),
      side(p.scenarios, Side::slack),
      stand(p.rows, Stand::within),
      excess(p.scenarios),
      rate(p.scenarios),
      tail_worth(payoff.width),
      worth(payoff.width),
      loops_(kernels_on()) {
  for (std::size_t s = 0; s < p.scenarios; ++s) {
    std::copy_n(&p.payoff[s * p.instruments], p.instruments, payoff.row(s));
    payoff.row(s)[p.instruments] = 1;
  }
}

double Corner::cell(Holder holder, std::size_t column) const {
  const auto [scenario, k] = holder;
  if (!scenario) return column == program.columns ? 0 : program.row[k * program.columns + column];
  if (column == program.columns) return 1;
  const auto [instrument, factor] = program.share[column];
  return factor * payoff.row(k)[instrument];
}

Vector Corner::cells_of(Holder holder) const {
  Vector cells;
  for (const std::size_t c : basic) cells.push_back(cell(holder, c));
  return cells;
}

Vector Corner::answer_to(std::size_t column) const {
  Vector cells, answer(holders.size());
  for (const Holder holder : holders) cells.push_back(cell(holder, column));
  inverse.times(cells, answer);
  return answer;
}

void Corner::hold(std::size_t column, Holder holder, const Vector& answer, const Vector& row_a,
                  double pivot) {
  inverse.border(answer, row_a, pivot);
  place[column] = basic.size();
  basic.push_back(column);
  holders.push_back(holder);
}

void Corner::pay(const Vector& quantity, double by_threshold) {
  std::fill(worth.begin(), worth.end(), 0.0);
  for (std::size_t j = 0; j < quantity.size(); ++j) {
    worth[program.share[j].instrument] += program.share[j].factor * quantity[j];
  }
  worth[program.instruments] = by_threshold;
  loops_.times({payoff.cells.data(), program.scenarios, payoff.width, worth.data(), rate.data()});
}

void Corner::measure() {
  pay(x, threshold);
  for (std::size_t s = 0; s < excess.size(); ++s) excess[s] = program.target[s] - rate[s];
  value = rows.times(x);
}

void Corner::add_tail(std::size_t scenario, double sign) {
  const double weight = sign * program.cap[scenario];
  const double* row = payoff.row(scenario);
  for (std::size_t i = 0; i < payoff.width; ++i) tail_worth[i] += weight * row[i];
}

void Corner::set_side(std::size_t scenario, Side now) {
  if (side[scenario] == Side::tail) add_tail(scenario, -1);
  if (now == Side::tail) add_tail(scenario, 1);
  side[scenario] = now;
}

int Corner::out(std::size_t column) const {
  return x[column] < -rounding ? -1 : x[column] > 1 + rounding ? 1 : 0;
}

bool Corner::broken() const {
  return std::any_of(basic.begin(), basic.end(),
                     [&](std::size_t c) { return c < program.columns && out(c) != 0; }) ||
         std::any_of(stand.begin(), stand.end(),
                     [](Stand one) { return one == Stand::above || one == Stand::below; });
}

bool Corner::begin(const BandStart& start) {
  x = start.x;
  for (double& one : x) one = one < 1e-9 ? 0 : one > 1 - 1e-9 ? 1 : one;
  measure();
  const std::size_t edge = edge_scenario();
  threshold = excess[edge];
  for (double& one : excess) one -= threshold;
  hold(program.columns, {true, edge}, {}, {}, 1);
  crash(start);
  return settle();
}

// Where the caps of the scenarios that lose more come to the mass.
std::size_t Corner::edge_scenario() const {
  std::vector<std::size_t> order(excess.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return excess[a] != excess[b] ? excess[a] > excess[b] : a < b;
  });
  double sum = 0;
  for (const std::size_t s : order) {
    sum += program.cap[s];
    if (sum >= program.mass) return s;
  }
  return order.back();
}

// Rows first, the dearest first; then scenarios, those nearest to the edge first.
std::vector<Holder> Corner::candidates(const BandStart& start, std::size_t scenarios) const {
  std::vector<std::pair<double, std::size_t>> dear, near;
  for (std::size_t r = 0; r < program.rows; ++r) {
    const double price = start.row_price.empty() ? 0 : std::abs(start.row_price[r]);
    const bool equal = program.lower[r] == program.upper[r];
    const double room = std::min(program.upper[r] - value[r], value[r] - program.lower[r]);
    if (equal || price > 1e-9 || std::abs(room) < 1e-9) {
      dear.emplace_back(equal ? -infinity : -price, r);
    }
  }
  for (std::size_t s = 0; s < excess.size(); ++s) {
    const double share = start.price.empty() ? 0.5 : start.price[s] / program.cap[s];
    if (share > 1e-3 && share < 1 - 1e-3) near.emplace_back(std::abs(excess[s]), s);
  }
  std::sort(dear.begin(), dear.end());
  std::sort(near.begin(), near.end());
  if (near.size() > scenarios) near.resize(scenarios);
  std::vector<Holder> found;
  for (const auto& [rank, r] : dear) found.push_back({false, r});
  for (const auto& [rank, s] : near) found.push_back({true, s});
  return found;
}

// Each candidate that is independent of those before it takes the column that it pins best.
void Corner::crash(const BandStart& start) {
  std::vector<std::size_t> free;
  for (std::size_t j = 0; j < x.size(); ++j) {
    if (x[j] > 0 && x[j] < 1) free.push_back(j);
  }
  for (const Holder holder : candidates(start, 2 * free.size())) {
    if (free.empty()) break;
    if (holder.scenario && holder.index == holders[0].index) continue;
    Vector row_a(holders.size());
    inverse.left_times(cells_of(holder), row_a);
    std::size_t best = none;
    double pivot = 1e-5;
    for (std::size_t i = 0; i < free.size(); ++i) {
      double here = cell(holder, free[i]);
      for (std::size_t k = 0; k < holders.size(); ++k) here -= row_a[k] * cell(holders[k], free[i]);
      if (std::abs(here) > std::abs(pivot)) pivot = here, best = i;
    }
    if (best == none) continue;
    if (!holder.scenario) {
      const double above = std::abs(program.upper[holder.index] - value[holder.index]);
      const double below = std::abs(value[holder.index] - program.lower[holder.index]);
      stand[holder.index] = above <= below ? Stand::at_upper : Stand::at_lower;
    }
    hold(free[best], holder, answer_to(free[best]), row_a, pivot);
    free.erase(free.begin() + static_cast<std::ptrdiff_t>(best));
  }
}

bool Corner::settle() {
  Vector matrix;
  for (const Holder holder : holders) {
    const Vector row = cells_of(holder);
    matrix.insert(matrix.end(), row.begin(), row.end());
  }
  if (!inverse.invert(std::move(matrix), holders.size())) return false;
  measure();
  Vector miss(holders.size()), by(holders.size());
  for (std::size_t i = 0; i < holders.size(); ++i) {
    const auto [scenario, k] = holders[i];
    const double bound =
        scenario ? 0 : (stand[k] == Stand::at_upper ? program.upper[k] : program.lower[k]);
    miss[i] = scenario ? excess[k] : bound - value[k];
  }
  inverse.times(miss, by);
  for (std::size_t c = 0; c < basic.size(); ++c) {
    (basic[c] == program.columns ? threshold : x[basic[c]]) += by[c];
  }
  measure();
  take_stands();
  return std::isfinite(threshold);
}

// What the figures say of every scenario and row that holds nothing.
void Corner::take_stands() {
  std::fill(side.begin(), side.end(), Side::slack);
  std::fill(tail_worth.begin(), tail_worth.end(), 0.0);
  for (const Holder holder : holders) {
    if (holder.scenario) side[holder.index] = Side::edge;
  }
  for (std::size_t s = 0; s < side.size(); ++s) {
    if (side[s] != Side::edge && excess[s] > 0) set_side(s, Side::tail);
  }
  for (std::size_t r = 0; r < stand.size(); ++r) {
    if (held(r)) continue;
    stand[r] = value[r] > program.upper[r] + rounding   ? Stand::above
               : value[r] < program.lower[r] - rounding ? Stand::below
                                                        : Stand::within;
  }
}

}  // namespace levee::solve

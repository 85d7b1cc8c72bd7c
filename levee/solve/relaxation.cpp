#include "levee/solve/relaxation.h"

#include "levee/solve/tail_program.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace levee::solve {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double tolerance = 1e-8, proof = 1e-7;
constexpr std::size_t alone_max = 4;  // rows tried alone, by their weight in the proof

double side_of(const Row& row, std::span<const double> x) {
  return std::inner_product(x.begin(), x.end(), row.coefficient.begin(), 0.0);
}

// By how much a point misses a row, in its unit.
double missed_at(const Row& row, std::span<const double> x) {
  const double value = side_of(row, x);
  return std::max({value - row.upper, row.lower - value, 0.0});
}

// A row that may give, on which side.
struct Give {
  std::size_t row = 0;
  double side = 1;  // +1: its upper bound, -1: its lower
};

// A programme without a tail: the least that some rows give, the others held.
class Elastic {
 public:
  Elastic(const TailProgram& program, std::vector<Give> gives)
      : p_(program), gives_(std::move(gives)), value_(1, 1), loss_(1, 0.0) {
    program_.value = &value_;
    program_.base_loss = loss_;
    program_.level = 0.5;
    for (const Column& column : p_.columns) program_.columns.push_back({0, 1, 0, column.upper});
    for (const Row& row : p_.rows) {
      program_.rows.push_back(row);
      program_.rows.back().coefficient.resize(p_.columns.size() + gives_.size(), 0.0);
    }
    for (std::size_t i = 0; i < gives_.size(); ++i) add_give(gives_[i], p_.columns.size() + i);
  }
  Elastic(const Elastic&) = delete;
  Elastic& operator=(const Elastic&) = delete;
  ~Elastic() = default;

  // in: x inside the box that misses no row but where it may give
  Outcome least_from(std::span<const double> x) const {
    std::vector<double> start(x.begin(), x.end()), price(p_.rows.size(), 0.0);
    for (const Give& give : gives_) {
      const double scale = scale_of(p_.rows[give.row], p_.columns),
                   missed = missed_at(p_.rows[give.row], x);
      start.push_back(missed / scale);
      if (missed > 0) price[give.row] = give.side / scale;
    }
    Outcome rough = solve_tail(program_, 1e-4, {start, price});
    if (rough.bound > proof) return rough;  // how much exactly is of no use
    return solve_tail(program_, tolerance, {rough.x, rough.row_price});
  }

 private:
  // The column of how much a row gives, in its scale.
  void add_give(const Give& give, std::size_t column) {
    Row& row = program_.rows[give.row];
    double furthest = 0;  // that the left side can be beyond the bound
    for (std::size_t j = 0; j < p_.columns.size(); ++j) {
      furthest += std::max(0.0, give.side * row.coefficient[j]) * p_.columns[j].upper;
    }
    furthest -= give.side > 0 ? row.upper : -row.lower;
    const double scale = scale_of(p_.rows[give.row], p_.columns);
    row.coefficient[column] = -give.side * scale;
    program_.columns.push_back({0, 1, 1, 1.01 * std::max(furthest, 0.0) / scale});
  }

  const TailProgram& p_;
  std::vector<Give> gives_;
  num::Matrix<Usd> value_;
  std::vector<double> loss_;
  TailProgram program_;
};

std::vector<double> without_gives(const Outcome& out, std::size_t columns) {
  return {out.x.begin(), out.x.begin() + static_cast<std::ptrdiff_t>(columns)};
}

}  // namespace

double scale_of(const Row& row, std::span<const Column> columns) {
  double largest = 0;
  for (std::size_t j = 0; j < columns.size(); ++j) {
    largest = std::max(largest, std::abs(row.coefficient[j]) * columns[j].upper);
  }
  double size = largest;
  for (const double bound : {row.lower, row.upper}) {
    if (!std::isfinite(bound) || bound == 0) continue;
    size = std::min(size, std::max(std::abs(bound), 1e-3 * largest));
  }
  return size > 0 ? size : 1;
}

double contradiction_from(const TailProgram& program, std::span<const double> multiplier) {
  std::vector<double> slope(program.columns.size(), 0.0);
  double least = 0;
  for (std::size_t r = 0; r < multiplier.size(); ++r) {
    const double y = multiplier[r];
    if (y == 0) continue;
    const Row& row = program.rows[r];
    least -= y * (y > 0 ? row.upper : row.lower);
    for (std::size_t j = 0; j < slope.size(); ++j) slope[j] += y * row.coefficient[j];
  }
  for (std::size_t j = 0; j < slope.size(); ++j) {
    least += program.columns[j].upper * std::min(0.0, slope[j]);
  }
  return least;
}

Relaxation relaxation_of(const TailProgram& program) {
  const std::size_t rows = program.rows.size();
  Relaxation told;
  told.x.assign(program.columns.size(), 0.0);
  told.shortfall.assign(rows, 0.0);
  told.multiplier.assign(rows, 0.0);
  std::vector<Give> asking;
  for (std::size_t r = 0; r < rows; ++r) {
    if (program.rows[r].lower > 0) asking.push_back({r, -1});
    if (program.rows[r].upper < 0) asking.push_back({r, 1});
  }
  if (asking.empty()) return told;
  const Outcome out = Elastic(program, asking).least_from(told.x);
  told.x = without_gives(out, program.columns.size());
  told.multiplier = out.row_price;
  for (const Give& give : asking) {  // they give at one a scale: no more can be proved of them
    double& y = told.multiplier[give.row];
    const double most = 1 / scale_of(program.rows[give.row], program.columns);
    y = std::clamp(y, -most, most);
  }
  for (std::size_t r = 0; r < rows; ++r) {
    told.shortfall[r] = missed_at(program.rows[r], told.x);
    told.total += told.shortfall[r] / scale_of(program.rows[r], program.columns);
  }
  told.proved = contradiction_from(program, told.multiplier);
  told.feasible = told.proved <= proof;
  return told;
}

std::vector<Relaxation::Alone> alone_of(const TailProgram& program, const Relaxation& found) {
  // A row that the proof does without cannot help alone: the others contradict each other still.
  std::vector<std::pair<double, std::size_t>> heavy;
  for (std::size_t r = 0; r < program.rows.size(); ++r) {
    const double weight =
        std::abs(found.multiplier[r]) * scale_of(program.rows[r], program.columns);
    if (weight > 1e-6) heavy.emplace_back(-weight, r);
  }
  std::sort(heavy.begin(), heavy.end());
  if (heavy.size() > alone_max) heavy.resize(alone_max);
  std::vector<Relaxation::Alone> alone;
  for (const auto& [minus_weight, r] : heavy) {
    TailProgram others = program;
    others.rows[r].lower = -infinity, others.rows[r].upper = infinity;
    const Relaxation rest = relaxation_of(others);
    if (!rest.feasible) continue;
    const Give give{r, found.multiplier[r] > 0 ? 1.0 : -1.0};
    const Outcome out = Elastic(program, {give}).least_from(rest.x);
    if (out.status == Status::optimal) {
      alone.push_back({r, out.x.back() * scale_of(program.rows[r], program.columns)});
    }
  }
  std::sort(alone.begin(), alone.end(), [&](const auto& a, const auto& b) {
    const double x = a.by / scale_of(program.rows[a.row], program.columns),
                 y = b.by / scale_of(program.rows[b.row], program.columns);
    return x != y ? x < y : a.row < b.row;
  });
  return alone;
}

}  // namespace levee::solve

// levee/solve/corner.h — a corner of the inner programme: what holds it, and what follows from it.
#pragma once
#include "levee/solve/active_set.h"
#include "levee/solve/dense.h"
#include "levee/solve/inverse.h"
#include "levee/solve/sparse_rows.h"

#include <limits>
#include <vector>

namespace levee::solve {

/// What can hold a corner: a scenario on the tail's edge, or a row on a bound.
struct Holder {
  bool scenario = true;
  std::size_t index = 0;
};

/// As many holders as columns between their bounds, the threshold among them; the rest is at rest.
///
/// A column may start at rest between its bounds. Holders are met exactly after settle(); in
/// between, `excess` and `value` follow the moves that the caller makes.
/// src: Fourer (1985), Mathematical Programming 33, 204-233
class Corner {
 public:
  enum class Side : signed char { slack, tail, edge };
  enum class Stand : signed char { within, above, below, at_upper, at_lower };
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

  explicit Corner(const BandProgram& program);

  /// The corner that the start's multipliers and edge point to, as far as these are independent.
  ///
  /// out: false where its holders contradict each other in rounding
  [[nodiscard]] bool begin(const BandStart& start);

  /// Inverts anew, puts the point exactly on what holds it, and takes every figure afresh.
  [[nodiscard]] bool settle();

  /// What a holder says of a column; the threshold is column `columns` of the programme.
  double cell(Holder holder, std::size_t column) const;
  /// The same of every basic column.
  std::vector<double> cells_of(Holder holder) const;
  /// The inverse times a column's cells: how basic columns answer when it grows, with its sign
  /// turned.
  std::vector<double> answer_to(std::size_t column) const;

  /// Adds a holder and a column between its bounds. in: as Inverse::border()
  void hold(std::size_t column, Holder holder, const std::vector<double>& answer,
            const std::vector<double>& row_a, double pivot);

  /// Puts a scenario on a side, and its payoff into the tail's or out of it.
  void set_side(std::size_t scenario, Side now);

  /// -1 below 0, +1 above 1, by more than rounding.
  int out(std::size_t column) const;
  bool held(std::size_t row) const {
    return stand[row] == Stand::at_upper || stand[row] == Stand::at_lower;
  }
  /// Whether any column or row is beyond its bounds.
  bool broken() const;

  /// Payoff on every scenario of quantities and threshold, into `rate`.
  void pay(const std::vector<double>& quantity, double threshold);

  const BandProgram& program;
  Block payoff;  ///< [scenarios x instruments + 1], the last for the threshold.
  SparseRows rows;
  std::vector<Holder> holders;
  std::vector<std::size_t> basic;  ///< Columns between bounds; `columns` is the threshold.
  std::vector<std::size_t> place;  ///< [columns + 1] among the basic ones, or none.
  Inverse inverse;                 ///< Of cells, holders by basic columns.
  std::vector<double> x, value;    ///< [columns], [rows] left sides.
  double threshold = 0;
  std::vector<Side> side;        ///< [scenarios]
  std::vector<Stand> stand;      ///< [rows]
  LinedReals excess, rate;       ///< [scenarios] loss over the threshold.
  LinedReals tail_worth, worth;  ///< [instruments + 1] caps times payoffs of the tail; for pay().

 private:
  void measure();
  void take_stands();
  std::size_t edge_scenario() const;
  std::vector<Holder> candidates(const BandStart& start, std::size_t scenarios) const;
  void crash(const BandStart& start);
  void add_tail(std::size_t scenario, double sign);

  const Kernels& loops_;
};

}  // namespace levee::solve

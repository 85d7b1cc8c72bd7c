// levee/solve/working_set.h — scenarios and columns that matter, and the rounds that find them.
#pragma once
#include "levee/solve/nested_rows.h"
#include "levee/solve/tail_value.h"

namespace levee::solve {

/// What one search hands to the next.
struct Trail {
  std::vector<double> x;          ///< [columns], inside its bounds; empty: nowhere yet.
  std::vector<double> row_price;  ///< [rows]
  std::vector<double> price;      ///< [scenarios] multipliers at x; empty: none is known.
  Indices active;                 ///< Columns to begin with, ascending; they grow and shrink.
  double gap = 1;                 ///< How far x may be from the best, over the scale.
  bool settled = false;           ///< x solved a programme much like this one: exchanges go on.
};

/// Which scenarios are looked at and how far the search goes.
struct Search {
  Indices scenarios;        ///< Ascending; all of them, or a sample.
  Indices extremes;         ///< Scenarios that a sample would miss, heeded lightly.
  double level = 0;         ///< Of the tail: a small sample has too little of a far one.
  double tolerance = 1e-6;  ///< Gap over program.scale; of the sample's own programme.
  int rounds_max = 60;
};

/// A programme made ready, and the searches over its scenarios and columns.
class WorkingSet {
 public:
  explicit WorkingSet(const TailProgram& program);

  /// Columns that the trail's point holds, and those that come next by its multipliers.
  ///
  /// in:   trail with x and row_price; without prices its tail's scenarios stand for them
  /// out:  its active
  void choose_columns(Trail& trail) const;

  /// Moves the trail by one solution in which scenarios near the tail's edge stand for themselves
  /// and a few of the others, by their weight, for all the rest.
  ///
  /// in:   as improve; from an empty trail every scenario stands for itself
  /// src:  stratified sampling; nothing is proved here
  void sketch(const Search& search, Outcome& out, Trail& trail) const;

  /// Improves `out` and `trail` on the given scenarios, until the gap is reached or rounds run out.
  ///
  /// Scenarios clearly in the tail are folded into the cost, clearly slack ones are dropped, a band
  /// between keeps rows of its own; both are relaxations, so every round gives a valid bound. What
  /// comes back once stays, so that rounds end. A settled trail is followed by exchanges and left
  /// where these come to nothing.
  ///
  /// out:  on all scenarios: best feasible point, best bound and its multipliers; on a sample of
  ///       them: only a trail to start from
  /// src:  working sets in the manner of active-set methods; bound by weak duality
  void improve(const Search& search, Outcome& out, Trail& trail) const;

  const TailProgram& program() const { return p_; }
  const NestedRows& nested() const { return nested_; }
  double row_scale(std::size_t r) const { return row_scale_[r]; }

 private:
  std::vector<double> worth_at(const Trail& trail) const;

  const TailProgram& p_;
  NestedRows nested_;
  std::vector<double> row_scale_;
};

}  // namespace levee::solve

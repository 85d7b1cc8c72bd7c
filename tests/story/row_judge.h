// tests/story/row_judge.h — a tail programme solved by a general LP code, rows as they are needed.
#pragma once
#include "levee/solve/tail_program.h"

#include <functional>
#include <vector>

namespace levee::story {

/// What CLP finds once no scenario and no outside row is broken any more: then nothing was left out
/// and its optimum is that of the whole programme.
struct Verdict {
  bool sound = false;     ///< Every solve optimal, also unscaled; nothing broken at the end.
  std::vector<double> x;  ///< [columns]
  double objective = 0;   ///< objective_at(x), not CLP's own figure.
  double reported = 0;    ///< CLP's own figure: a relaxation's, so never above the optimum.
  int rounds = 0, scenario_rows = 0, outside_rows = 0;
};

/// Rows that a point breaks and the programme does not hold yet (coverage, say); may be empty.
using Outside = std::function<std::vector<solve::Row>(const std::vector<double>& x)>;

/// Every column stands from the first round; scenarios enter when the point makes them exceed the
/// threshold. CLP's scaling is off (with it, it may answer wrongly: coin-or/Clp 125 and 203).
Verdict judged_by_rows(const solve::TailProgram& program, const Outside& outside = {});

}  // namespace levee::story

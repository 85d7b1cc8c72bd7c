// tests/support/clp_judge.h — the tail programme handed whole to a general LP code, as its judge.
#pragma once
#include "levee/solve/tail_program.h"

#include <string>

namespace levee::test {

/// What CLP says of a programme, and whether it may be believed.
struct Judgement {
  bool sound = false;    ///< Optimal, also unscaled.
  double objective = 0;  ///< Recomputed from CLP's x on every scenario, not CLP's own figure.
  double reported = 0;   ///< CLP's own figure.
};

/// Solves the Rockafellar-Uryasev form: one row a scenario, nothing left out, scaling off (with
/// CLP's own scaling its figure may be wrong: coin-or/Clp issues 125 and 203).
Judgement judged(const solve::TailProgram& program);

}  // namespace levee::test

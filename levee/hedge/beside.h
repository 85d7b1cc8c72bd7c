// levee/hedge/beside.h — beside the programme: ranges, loans, other legs, other engines.
#pragma once
#include "levee/hedge/beside_told.h"
#include "levee/hedge/choose.h"
#include "levee/hedge/ground.h"

#include <span>

namespace levee::hedge {

/// A plan that is chosen already.
struct BesideAsk {
  const Ground& ground;
  const Setting& setting;
  Program& program;  ///< Left as it was.
  const Choice& choice;
  std::span<const double> lots;  ///< [columns] of the plan.
};

/// Ranges by methodology 4.5; the lending sleeve, bundles and second engines by 4.7; legs and
/// financing by 4.15; collars by 4.21; rate positions by 4.22: none of it is in the programme.
///
/// out:  a draw's use is what the programme would make of the money, interest aside
/// cost: one solve where money may be drawn, else milliseconds
/// src:  methodology 4.5, 4.7, 4.15, 4.21, 4.22; amendments 5, 8 and 15
Beside beside_of(const BesideAsk& ask);

}  // namespace levee::hedge

// levee/hedge/roll_plan.h — rolls of the options that a book holds, judged on a plan's scenarios.
#pragma once
#include "levee/hedge/program.h"
#include "levee/hedge/roll.h"
#include "levee/option/surface.h"
#include "levee/signal/outlook.h"

#include <span>
#include <vector>

namespace levee::hedge {

/// An option of the book that may roll, and what asks for it.
struct Rollable {
  HeldOption held;
  RollMemory memory;
  bool is_known = false;  ///< How it was bought; else only the tenor's rule can ask.
  Due due;
};

/// What rolls are read from.
struct RollSeat {
  const Setting& setting;
  const option::Surface& surface;
  const signal::Outlook& outlook;
  RollRule rule{};
};

/// The rule with a policy's tenors, each due at the same share of its life as the rule's own.
///
/// err:  not_supported unless the policy has three tenors
Result<RollRule> roll_rule_of(const Policy& policy);

/// How far the strip leans at its scheduled rolls, and why or why not.
///
/// out:  by the strength of the pair's price and by the real rates of both of its tokens, as far as
///       their gauges are known and fresh; within policy.roll_tilt_max
/// src:  methodology 4.17 and 4.19
signal::Tilt roll_tilt_of(const signal::Outlook& outlook, const Policy& policy);

/// Every option held long on the base, with the rules that ask for its roll.
///
/// out: of an option that is quoted no longer, only what its own record tells
std::vector<Rollable> rollables_of(const RollSeat& seat);

/// What rolls are judged on: everything on offer, what a unit of it is worth, and the book's loss.
struct RollGround {
  const std::vector<Candidate>& list;
  const num::Matrix<Usd>& value;  ///< [list x paths]
  std::span<const double> loss;   ///< [paths] Of the book, what is held in it.
};

/// Verdicts, and the legs of the rolls that pay.
struct Rolls {
  RollTold told;
  std::vector<Commitment> legs;
};

/// Judges every roll by itself, on the scenarios.
///
/// src:  methodology 4.6, amendments 8 and 14
Rolls rolls_of(const RollSeat& seat, const std::vector<Rollable>& rollables,
               const RollGround& ground);

}  // namespace levee::hedge

// levee/hedge/target.h — how much hedge the day asks for, and the best plan that heeds it.
#pragma once
#include "levee/hedge/advice.h"
#include "levee/hedge/choose.h"
#include "levee/hedge/layer.h"
#include "levee/signal/outlook.h"

#include <optional>
#include <string_view>
#include <vector>

namespace levee::hedge {

/// Names of the rules that targets are told under.
inline constexpr std::string_view full_rule = "full target";
inline constexpr std::string_view moved_rule = "coverage target";
inline constexpr std::string_view far_rule = "far tenors while convexity is cheap";

/// The coverage target that a beta, the size of a token and the worth of payments make of the
/// usual one, where the policy knows any of them.
struct CoverageMoved {
  double target = 0;
  std::optional<RuleTold> rule{};  ///< None where nothing moves it.
};

/// src: methodology amendment 21; risk/allocator.h for the factors
CoverageMoved coverage_moved(const Policy& policy);

/// The day's targets for quantities, from what the regime asks: into orders, with the rules told.
///
/// out:  gamma_share_min is coverage_target where a full hedge is asked for; far_share_min is the
/// part of coverage_target that 4/4/2 contracts at the money hold beyond
///       the first tenor, where far layers should be extended
/// src:  methodology 4.8, 4.20; gamma of 4/4/2 contracts 3.8
std::vector<RuleTold> targets_of(const LayerAsk& ask, Orders& orders);

/// The best plan under the day's targets, and what they cost.
struct Ruled {
  Choice choice;
  std::optional<double> cost_usd;  ///< Objective against the best plan without; none: no target.
};

/// Chooses with every target as far as the other limits allow: a target out of reach is brought
/// down to what can be reached, and its rule says so.
///
/// in:  setting.orders made the rows of the programme; start: what is known, or nothing
Ruled choose_under(Program& program, const Policy& policy, const Setting& setting,
                   std::vector<RuleTold>& rules, const Choice& start = {});

/// The day as it is told.
DayTold day_told(const signal::Outlook& outlook, const std::vector<RuleTold>& rules,
                 std::optional<double> cost_usd);

}  // namespace levee::hedge

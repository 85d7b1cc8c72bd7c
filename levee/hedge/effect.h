// levee/hedge/effect.h — what each layer of a plan does, and what would change the plan.
#pragma once
#include "levee/hedge/advice.h"
#include "levee/hedge/choose.h"
#include "levee/hedge/layer.h"
#include "levee/hedge/profile.h"
#include "levee/parallel/team.h"

#include <vector>

namespace levee::hedge {

/// What effects are told of.
struct EffectAsk {
  const Program& program;
  const Policy& policy;
  const std::vector<double>& lots;  ///< [columns] of the plan.
  const std::vector<LayerStance>& stances;
  const Orders& orders;
};

/// Every layer: its trades, and the plan without them on the set it was chosen on, all else as it
/// is. Not additive: a layer that leans on another does less without it.
///
/// src: leave one out, methodology 4.36
std::vector<LayerTold> layers_told(const EffectAsk& ask);

/// The same of every trade: what it adds to the expected loss, and takes off the CVaR.
///
/// in:   trades as told of ask.lots
/// cost: a tail of the paths each
void add_effects(const EffectAsk& ask, std::vector<Trade>& trades);

/// The best plan under another price of tail, with options dearer to buy, a larger budget, and a
/// floor out to two sigma; each proved as the plan itself is.
///
/// in:   base: the plan's own choice
/// cost: a solve each, shared by the team
/// src:  methodology amendments 1, 4 and 9
std::vector<WhatIf> what_ifs(const EffectAsk& ask, const ProfileAsk& profile, const Choice& base,
                             const parallel::Team& team);

/// Cost against tail: the best plan under each of so many carry budgets, even steps up to twice the
/// policy's own, each proved.
///
/// in:   base: the plan's own choice
/// out:  ascending; budgets under which no plan is possible are left out. The objective falls, and
///       ever more slowly: its points are those of a linear programme's value in one limit
/// cost: a solve each, from its neighbour's answer; the team takes half of them each way
/// src:  sensitivity of linear programmes in one limit, as in any text
std::vector<FrontierPoint> frontier_of(const EffectAsk& ask, const Choice& base,
                                       const parallel::Team& team);

}  // namespace levee::hedge

// levee/hedge/assumed.h — what a plan takes for granted and what it does not know, in words.
#pragma once
#include "levee/hedge/ground.h"
#include "levee/hedge/plan.h"

#include <string>
#include <vector>

namespace levee::hedge {

/// The market that a plan was worked out on.
MarketTold market_of(const Ground& ground);

/// What was taken for granted, in the order of how much it matters.
std::vector<std::string> assumptions_of(const Ground& ground);

/// Adds what is null and why; a message names its field before a colon.
void add_unknown(const std::vector<Error>& errors, std::vector<Unknown>& unknown);

}  // namespace levee::hedge

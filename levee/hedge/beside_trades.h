// levee/hedge/beside_trades.h — beside a plan's trades: the same through other legs, and dollars.
#pragma once
#include "levee/hedge/beside.h"
#include "levee/market/parity_market.h"

#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace levee::hedge {

/// A trade of the plan.
struct Planned {
  const Candidate& what;
  double units = 0;     ///< Signed.
  double cost_usd = 0;  ///< Of all of it, at once, fees included.
};
std::vector<Planned> planned_trades(const BesideAsk& ask);

/// [positions] with the liquidity that the plan leaves in them.
std::vector<amm::Range> ranges_of(const BesideAsk& ask);

/// Net units of every option on the book's own asset, held and planned.
using Contracts = std::map<option::Contract, double>;
Contracts contracts_of(const BesideAsk& ask);

/// Tokens that calls stand on: of each expiry, the most that those sold lack of bought ones which
/// pay no less.
double leaned_on(const Contracts& units);

/// What a row of the programme, by its name, still allows at the plan; 0 where there is none.
double room_left(const BesideAsk& ask, std::string_view name);

/// Every option that the plan buys, directly and as the other option of its strike with a future
/// or the perpetual. Futures stand at the expiry's forward with the policy's half spread.
///
/// out:  names those that save more than the policy's worth of a trade
/// src:  methodology 4.15, use 1
LegsTold legs_told(const BesideAsk& ask, const market::ParityChain& chain);

/// Of every strike quoted on both sides, the conversion or reversal that is worth most beyond the
/// costs asked of it, against the first loan's rate or, where nothing is owed, the policy's
/// riskless one; done no further than depth, idle cash (to lend) and wallet tokens (to borrow)
/// that the plan leaves.
///
/// out:  none where no strike tells a rate
/// src:  methodology 4.15, use 2
std::optional<FinancingTold> financing_told(const BesideAsk& ask, const market::ParityChain& chain);

}  // namespace levee::hedge

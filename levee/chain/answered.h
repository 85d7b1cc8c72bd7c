// levee/chain/answered.h — answers of contracts that must be there, and how some are asked.
#pragma once
#include "levee/chain/abi.h"
#include "levee/chain/node.h"

#include <string_view>
#include <vector>

namespace levee::chain {

/// What a call returned, to be read; `what` names it in errors: "slot0 of pool 0x...".
///
/// in:  returned outlives the reader
/// err: refused where the call reverted; corrupt where nothing came back
Result<AbiReader> answered(const Returned& returned, std::string_view what);

/// A call whose arguments are written as those of another signature: `bytes32[]` as `uint256[]`,
/// which look alike.
Bytes call_like(std::string_view signature, std::string_view alike,
                const std::vector<Argument>& arguments);

}  // namespace levee::chain

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

}  // namespace levee::chain

// levee/feed/instrument.h — an option by its name on the venue: ETH-27FEB26-2500-P.
#pragma once
#include "levee/base/result.h"
#include "levee/option/contract.h"

#include <string_view>

namespace levee::feed {

/// What an option's name says.
struct OptionName {
  std::string_view currency;  ///< Part of the name.
  option::Contract contract;
};

/// err: bad_input unless it is CURRENCY-EXPIRY-STRIKE-C or -P with an expiry that exists and a
///      positive strike
Result<OptionName> option_from(std::string_view name);

}  // namespace levee::feed

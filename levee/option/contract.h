// levee/option/contract.h — a European option on the pair's base asset.
//
// `option` answers: what is a claim on the price worth, and how does that move? Main types:
// Contract, Greeks, Surface. It never looks at pools, holdings or data files.
#pragma once
#include "levee/base/time.h"
#include "levee/base/units.h"

#include <compare>

namespace levee::option {

enum class Type { call, put };

/// A European option; coin-settled ones pay max(+-(S - K), 0) / S coins, which is worth the same
/// dollars at settlement as the linear contract. Expiry is the settlement moment (08:00 UTC).
struct Contract {
  Type type = Type::call;
  Price strike;
  UnixSeconds expiry;
  friend auto operator<=>(const Contract&, const Contract&) = default;
};

/// Dollars paid at settlement per contract on one token.
inline Usd payoff_of(const Contract& contract, Price settlement) {
  const double gain = contract.type == Type::call ? settlement.value() - contract.strike.value()
                                                  : contract.strike.value() - settlement.value();
  return Usd{gain > 0 ? gain : 0};
}

}  // namespace levee::option

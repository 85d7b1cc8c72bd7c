// levee/lend/market_call.h — how a market undoes a call that is refused.
//
// Internal to the market's own files. src: core-v3 1.19.3, LiquidationLogic
#pragma once
#include "levee/lend/market.h"

#include <utility>
#include <vector>

namespace levee::lend {

/// All that a call may change.
struct Market::Touched {
  std::vector<ReserveId> reserves;
  std::vector<Address> users;
};

/// What a liquidation is decided on.
struct Market::Spot {
  AccountValue value;
  U256 debt;    ///< All that the user owes of this asset.
  U256 cover;   ///< What the close factor leaves of what was asked.
  U256 supply;  ///< All that the user has of the collateral.
};

template <class Answer, class Work>
Result<Answer> Market::attempt(const Touched& touched, Work work) {
  std::vector<Reserve> reserves;
  std::vector<Account> accounts;
  for (const ReserveId id : touched.reserves) {
    LEVEE_EXPECT(id < reserves_.size());
    reserves.push_back(reserves_[id]);
  }
  for (const Address& user : touched.users) accounts.push_back(account(user));
  Call call;
  Answer answer = work(call);
  if (call.sound()) return answer;
  for (std::size_t i = 0; i < reserves.size(); ++i) {
    reserves_[touched.reserves[i]] = std::move(reserves[i]);
  }
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    accounts_[touched.users[i]] = std::move(accounts[i]);
  }
  return call.error();
}

/// A view: nothing to take back.
template <class Answer, class Work>
Result<Answer> answered(Work work) {
  Call call;
  Answer answer = work(call);
  if (!call.sound()) return call.error();
  return answer;
}

}  // namespace levee::lend

// levee/amm/kind/in_vault.h — a pool in Balancer's Vault, seen through the shelf's door.
//
// src: the calls of levee/amm/balancer_vault.h
#pragma once
#include "levee/amm/balancer_vault.h"
#include "levee/amm/kind.h"

#include <memory>
#include <utility>

namespace levee::amm::kind {

/// One depositor among others.
class InVault final : public AnyPool {
 public:
  explicit InVault(VaultPool pool) : pool_(std::move(pool)), collected_(pool_.tokens()) {}

  std::unique_ptr<AnyPool> copy() const override { return std::make_unique<InVault>(*this); }
  // With what joins and exits have passed on to the protocol, so that every flow adds up.
  std::vector<U256> reserves() const override {
    std::vector<U256> held(pool_.balances().begin(), pool_.balances().end());
    for (std::size_t i = 0; i < held.size(); ++i) held[i] += collected_[i];
    return held;
  }

  Result<U256> sell(const Pair& tokens, const U256& amount) override {
    const auto flow = pool_.swap({Given::in, tokens, amount});
    if (!flow) return flow.error();
    return flow->out;
  }

  Result<U256> deposit(std::span<const U256> most, std::vector<U256>& taken) override {
    const auto moved = pool_.join({depositor, VaultPool::TokensIn{Coins(most)}});
    if (!moved) return moved.error();
    taken.assign(moved->amounts.begin(), moved->amounts.end());
    collect(moved->protocol_fees);
    return moved->shares;
  }

  Result<std::vector<U256>> withdraw(const U256& shares) override {
    const auto moved = pool_.exit({depositor, VaultPool::ShareOut{shares}});
    if (!moved) return moved.error();
    collect(moved->protocol_fees);
    return std::vector<U256>(moved->amounts.begin(), moved->amounts.end());
  }

 private:
  void collect(const Coins& fees) {
    for (std::size_t i = 0; i < fees.size(); ++i) collected_[i] += fees[i];
  }

  static constexpr Address depositor{{1}};

  VaultPool pool_;
  Coins collected_;
};

}  // namespace levee::amm::kind

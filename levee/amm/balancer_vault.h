// levee/amm/balancer_vault.h — a weighted or stable pool in Balancer's Vault, bit for bit.
//
// The Vault holds raw units of each token, lifts them to 18 decimals for the pool's mathematics,
// and rounds what comes back in the pool's favour. A refused call changes nothing; the message is
// the contract's code, such as BAL#304. Tokens themselves never fail here.
// src: Balancer v2 Vault, BasePool, WeightedPool and StablePool as deployed in 2021
#pragma once
#include "levee/amm/stable_pool.h"
#include "levee/amm/weighted_pool.h"
#include "levee/base/address.h"

#include <cstdint>
#include <map>
#include <optional>
#include <variant>
#include <vector>

namespace levee::amm {

/// Which of a swap's two amounts is given.
enum class Given { in, out };

/// A pool, the Vault's account of it, and who owns its shares.
class VaultPool {
 public:
  using Mathematics = std::variant<WeightedPool, StablePool>;
  struct Terms {
    std::vector<unsigned> decimals;  ///< One for each token, at most 18.
    U256 swap_fee, protocol_fee;     ///< 18 decimals; the protocol's is a part of swap fees.
  };
  /// in:  as many decimals as the mathematics has tokens, each at most 18
  /// err: "BAL#202" (more than 10%), "BAL#203" (less than 0.0001%), "BAL#600" (protocol fee more
  ///      than half)
  static Result<VaultPool> of(const Terms& terms, const Mathematics& mathematics);

  /// INIT, EXACT_TOKENS_IN_FOR_BPT_OUT and TOKEN_IN_FOR_EXACT_BPT_OUT.
  struct FirstIn {
    Coins amounts;
  };
  struct TokensIn {
    Coins amounts;
    U256 least_shares{};
  };
  using OneIn = OneToken;
  struct Join {
    Address who;
    std::variant<FirstIn, TokensIn, OneIn> kind;
    std::optional<Coins> most{};  ///< Refused where more would be paid of a token.
  };
  /// EXACT_BPT_IN_FOR_ONE_TOKEN_OUT, EXACT_BPT_IN_FOR_TOKENS_OUT, BPT_IN_FOR_EXACT_TOKENS_OUT.
  using OneOut = OneToken;
  struct ShareOut {
    U256 shares;
  };
  struct TokensOut {
    Coins amounts;
    std::optional<U256> most_shares{};
  };
  struct Exit {
    Address who;
    std::variant<OneOut, ShareOut, TokensOut> kind;
    std::optional<Coins> least{};
  };
  /// What a join or exit moved.
  struct Moved {
    Coins amounts;
    U256 shares;
    Coins protocol_fees;
    friend bool operator==(const Moved&, const Moved&) = default;
  };
  /// err: "BAL#001" ... "BAL#009" (arithmetic), "BAL#100", "BAL#204", "BAL#206", "BAL#208",
  ///      "BAL#307", "BAL#310", "BAL#311", "BAL#322", "BAL#506", "BAL#526"
  Result<Moved> join(const Join& ask);
  /// err: arithmetic, "BAL#100", "BAL#207", "BAL#306", "BAL#311", "BAL#322", "BAL#406" or
  /// "BAL#417",
  ///      "BAL#505"
  Result<Moved> exit(const Exit& ask);

  struct Swap {
    Given given = Given::in;
    Pair tokens;
    U256 amount;
    std::optional<U256> limit{};  ///< The least out, or the most in.
  };
  struct Flow {
    U256 in, out;
    friend bool operator==(const Flow&, const Flow&) = default;
  };
  /// err: arithmetic, "BAL#304", "BAL#305", "BAL#322", "BAL#507", "BAL#509", "BAL#510",
  ///      "BAL#526"
  /// cost: no allocation unless refused
  Result<Flow> swap(const Swap& ask);
  /// What a batch of this one swap would move; nothing is changed.
  Result<Flow> query(const Swap& ask) const;

  /// Moves the clock that a stable pool's amplification is read at, in seconds.
  void advance_to(std::uint64_t time);
  /// err: "BAL#600"
  Result<Done> set_protocol_fee(const U256& fee);

  const Mathematics& mathematics() const { return mathematics_; }
  std::size_t tokens() const { return balances_.size(); }
  /// Raw units.
  const Coins& balances() const { return balances_; }
  const U256& supply() const { return supply_; }
  U256 shares_of(const Address& owner) const;
  /// Of the balances as they are, with what is due to the protocol. err: arithmetic, "BAL#311"
  Result<U256> invariant() const;
  const LastInvariant& last() const { return last_; }

 private:
  /// A join or exit as the pool works it out, at 18 decimals; nothing of it done yet.
  struct Draft {
    ScaledPool pool;
    DueFee due;
    Coins amounts;
    U256 shares;
    LastInvariant last;
  };

  VaultPool(const Terms& terms, const Mathematics& mathematics);

  Fixed18 lifted(std::size_t token, const Fixed18& raw) const;
  Fixed18 dropped(std::size_t token, const Fixed18& amount, Round round) const;
  Result<Coins> scaled(const Coins& amounts) const;
  Result<Draft> begun() const;
  Result<Draft> opened(const Join& ask) const;
  Result<Draft> joined(const Join& ask) const;
  Result<Draft> left(const Exit& ask) const;
  Result<Done> remember(Draft& draft, const Result<Coins>& after) const;
  Result<Moved> in_raw(const Draft& draft, Round round) const;
  Result<Done> weigh(Draft& draft, const TokensIn& kind) const;
  Result<Done> weigh(Draft& draft, const OneIn& kind) const;
  Result<Done> weigh_exit(Draft& draft, const OneOut& kind) const;
  static Result<Done> weigh_exit(Draft& draft, const ShareOut& kind);
  Result<Done> weigh_exit(Draft& draft, const TokensOut& kind) const;
  Result<Flow> flow_of(const Swap& ask) const;
  Fixed18 out_of(const Swap& ask) const;
  Fixed18 in_of(const Swap& ask) const;

  Mathematics mathematics_;
  Scaling scaling_ = Scaling::whole;
  Coins scale_;  ///< 10^(18 - decimals).
  U256 swap_fee_, protocol_fee_;
  Coins balances_;
  U256 supply_;
  LastInvariant last_;
  std::map<Address, U256> shares_;
};

}  // namespace levee::amm

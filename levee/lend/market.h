// levee/lend/market.h — Aave v3's variable-rate market, bit for bit.
//
// Market answers a call as the contract would: the same amounts, the same state after, the same
// numeric error (Reason::refused, the message being the number; "" for a revert without one). A
// refused call changes nothing. Stable-rate borrowing, bridging of unbacked tokens, delegated
// credit and the sequencer's sentinel are left out: they are off in the markets of today. Tokens
// are taken to move as asked: who pays holds enough.
// src: Aave v3 technical paper (2022); core-v3 1.19.3, Pool and its logic libraries
#pragma once
#include "levee/base/address.h"
#include "levee/lend/account.h"

#include <cstddef>
#include <map>
#include <span>
#include <vector>

namespace levee::lend {

/// Which reserve, by its place in the market's list.
using ReserveId = std::size_t;

/// A user, a reserve, how much. 2^256 - 1 stands for all where the contract lets it.
struct Ask {
  Address user;
  ReserveId reserve = 0;
  U256 amount;
};

/// Someone pays back someone's debt.
struct Repayment {
  Address payer, debtor;
  ReserveId reserve = 0;
  U256 amount;
};

/// A supply changes hands.
struct Transfer {
  Address from, to;
  ReserveId reserve = 0;
  U256 amount;
};

/// What a liquidator gets: the asset itself, or the claim on it.
enum class Spoils { asset, claim };

struct LiquidationAsk {
  Address liquidator, user;
  ReserveId collateral = 0, debt = 0;
  U256 cover;  ///< At most this much debt is paid.
  Spoils spoils = Spoils::asset;
};

/// What a liquidation moved, raw units.
struct Liquidation {
  U256 debt;        ///< Paid by the liquidator.
  U256 collateral;  ///< Received.
  U256 fee;         ///< To the treasury.
  friend bool operator==(const Liquidation&, const Liquidation&) = default;
};

/// Parts of what is lent in a flash, basis points: the premium, and of that the treasury's.
struct FlashTerms {
  std::uint32_t premium = 5, to_treasury = 0;
};

enum class Mark { on, off };

/// Reserves, users, prices, one clock.
class Market {
 public:
  explicit Market(const FlashTerms& flash = {}, const Address& treasury = {});

  /// in: decimals at most 38, bonus above 10,000 where the threshold is not 0
  ReserveId add(const ReserveTerms& terms, const U256& price);
  /// What governance may change at any time; decimals stay. in: as add
  void set_terms(ReserveId reserve, const ReserveTerms& terms);
  void set_price(ReserveId reserve, const U256& price) { prices_[reserve] = price; }
  /// in: number is 1 ... 255, at most one above the highest so far
  void set_category(std::uint8_t number, const Category& category);
  /// Moves the clock, in seconds. in: not backwards
  void advance_to(std::uint64_t time);

  /// err: "24", "26", "27", "28", "29", "51", "SafeCast: ...", "" (the last two also below)
  Result<Done> supply(const Ask& ask);
  /// Gives what was paid out. err: "25", "26", "27", "29", "32", "35", "57"
  Result<U256> withdraw(const Ask& ask);
  /// err: "24", "26", "27", "28", "29", "30", "34", "35", "36", "50", "53", "57", "58", "60", "89"
  Result<Done> borrow(const Ask& ask);
  /// Gives what was paid back. err: "25", "26", "27", "29", "39", "40"
  Result<U256> repay(const Repayment& ask);
  /// Pays back from the user's own supply. err: as repay
  Result<U256> repay_from_supply(const Ask& ask);
  /// err: "27", "29", "35", "43", "57", "62"
  Result<Done> mark_collateral(const Address& user, ReserveId reserve, Mark mark);
  /// err: "29", "35", "57"
  Result<Done> transfer(const Transfer& ask);
  /// err: "25", "27", "29", "45", "46", "47"
  Result<Liquidation> liquidate(const LiquidationAsk& ask);
  /// Borrowed and brought back with its premium in one call. err: "27", "29", "91", "ERC20: ..."
  Result<Done> flash(ReserveId id, const U256& amount);
  /// err: "35", "58"
  Result<Done> enter_category(const Address& user, std::uint8_t number);
  /// Turns what the treasury has earned into a supply of its own; gives how much.
  Result<U256> pay_treasury(ReserveId id);

  std::span<const Reserve> reserves() const { return reserves_; }
  std::uint64_t time() const { return now_; }
  /// err: "" where the arithmetic overflows (likewise below)
  Result<AccountValue> value(const Address& user) const;
  /// What the user could still borrow, in the base currency.
  Result<U256> available_to(const Address& user) const;
  /// With the interest up to now.
  Result<U256> supply_of(const Address& user, ReserveId id) const;
  Result<U256> debt_of(const Address& user, ReserveId id) const;
  Result<U256> total_supply(ReserveId id) const;
  Result<U256> total_debt(ReserveId id) const;
  Holding holding(const Address& user, ReserveId reserve) const;

 private:
  struct Touched;
  struct Spot;
  template <class Answer, class Work>
  Result<Answer> attempt(const Touched& touched, Work work);

  Holding& held(const Address& user, ReserveId reserve);
  const Account& account(const Address& user) const;
  Scene scene() const { return {reserves_, prices_, categories_, now_}; }
  Touched touched_by(const Address& user, ReserveId reserve) const;

  void mint_supply(Call& call, const Ask& ask);
  void burn_supply(Call& call, const Ask& ask);
  void move_supply(Call& call, const Transfer& ask);
  void mint_debt(Call& call, const Ask& ask);
  void burn_debt(Call& call, const Ask& ask);
  void pay_out(Call& call, ReserveId id, const U256& amount);
  void pay_in(Call& call, ReserveId id, const U256& amount);
  void raise_isolated(Call& call, const Ask& borrowed);
  void lower_isolated(Call& call, const Ask& repaid);

  bool may_be_collateral(const Address& user, ReserveId reserve) const;
  void mark_first_supply(const Address& user, ReserveId reserve);
  void require_health_and_ltv(Call& call, const Address& user, ReserveId reserve) const;
  void check_borrow(Call& call, const Ask& ask) const;
  void check_isolation(Call& call, const Ask& ask) const;
  void check_silo(Call& call, const Ask& ask) const;
  U256 settle(Call& call, const Repayment& ask);

  void check_liquidation(Call& call, const LiquidationAsk& ask, const Spot& spot) const;
  U256 bonus_for(const LiquidationAsk& ask) const;
  Liquidation seizable(Call& call, const LiquidationAsk& ask, const Spot& spot) const;
  void seize(Call& call, const LiquidationAsk& ask, const U256& amount);
  U256 pay_fee(Call& call, const LiquidationAsk& ask, const U256& fee);

  FlashTerms flash_;
  Address treasury_;
  std::uint64_t now_ = 0;
  std::vector<Reserve> reserves_;
  std::vector<U256> prices_;
  std::vector<Category> categories_;
  std::map<Address, Account> accounts_;
};

}  // namespace levee::lend

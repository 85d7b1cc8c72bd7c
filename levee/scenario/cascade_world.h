// levee/scenario/cascade_world.h — who holds what while an event runs, to the last unit.
#pragma once
#include "levee/num/philox.h"
#include "levee/scenario/cascade_ledger.h"

#include <array>
#include <cstdint>
#include <vector>

namespace levee::scenario {

/// Borrowers of one loan-to-value.
struct Loan {
  Units collateral = 0, debt = 0;
};

/// A lender while it runs.
struct Lender {
  Holder holder = Holder::first_lender;
  Units supplied = 0;  ///< What depositors are owed.
  Units lent = 0;      ///< Loans whose collateral is none of the coins here.
  std::vector<Loan> loans;
  Till till{};
  int depositors = 0;  ///< Of `crowd`.
  Units each = 0;
};

/// Our position, and what we pay for a transaction's gas in all.
struct Stake {
  double worth_usd = 1'000'000;
  double bid_gwei = 100;
  std::optional<std::size_t> lender{};  ///< Deposited there; nothing: in the pool.
};

/// The world of one path. Our position stays in it; ways out are tried on copies.
class World {
 public:
  static constexpr int crowd = 400;  ///< Parts in which every crowd leaves.

  World(const CascadeEvent& event, const Stake& stake, std::uint64_t seed, std::uint64_t path);

  /// One block, in this order: strikes, arbitrage, oracle, liquidations, others leave, gas.
  /// in:  later than the block before
  /// out: nothing was made or lost: every asset adds up to what was issued, and the pool holds what
  ///      its contract says (checked)
  void advance(std::int64_t block);
  /// The next block at which something is bound to happen by itself: the oracle's heartbeat.
  std::int64_t due() const { return feed_.due(); }

  /// What leaving now brings, and whether there is nothing left to come.
  struct Proceeds {
    double usd = 0;     ///< Dollars, and backing at par.
    Units coins = 0;    ///< Still held.
    bool whole = true;  ///< No coins are left over.
  };
  Proceeds leave() const;

  /// Whether a transaction that leaves could succeed.
  bool is_open() const;
  /// Our place if we ask now in the queue of the till that pays us, the bridge's or the lender's.
  Units ticket() const;
  /// Whether that till has come to us, and has what it pays us.
  bool is_served(Units ticket) const;

  /// What our position would be worth if everything were known, and could be sold.
  double fair_usd() const;
  double fair_price() const;
  /// What the market pays: it knows no more than the public does.
  double market_price() const { return is_known() ? fair_price() : price_; }
  double staked_usd() const { return staked_usd_; }
  double gas_usd() const { return tokens_of(purse_); }
  /// That a transaction of ours is in the next block.
  Probability chance() const { return gas_.chance(bid_gwei_); }

  /// Everything that is told of a block, in whole tokens, dollars and shares.
  struct State {
    double price = 0, pool_price = 0, oracle_price = 0, fair_price = 0;
    double pool_coin = 0, pool_quote = 0, liquidity_left = 0;
    double backing = 0, claims = 0, waiting = 0;
    std::array<double, 2> cash{}, supplied{}, used{}, lender_waiting{}, bad_debt{};
    double base_fee_gwei = 0;
    double obtainable_usd = 0, position_usd = 0;  ///< Ours: in dollars within 1 %; at fair prices.
  };
  State state() const;
  const Ledger& ledger() const { return ledger_; }

 private:
  friend struct WorldBuilder;
  void strike(const Strike& strike);
  void arbitrage();
  void liquidate();
  void liquidate(Lender& lender, const LenderTerms& terms);
  void run_pool(double days);
  void run_bridge(double days);
  void run_lender(std::size_t index, double days);
  int leavers(int there, double rate, double days);
  void charge_gas(int parts, double users);
  void audit() const;

  bool is_known() const { return block_ >= event_->noticed; }
  Units sell_to_pool(Holder who, Side sold, Units in);
  void take_from_pool(Holder who, Units shares);
  bool is_paused(Place place) const;
  double rate_of(const RunTerms& run, double shortfall) const;
  double path_price(std::int64_t block) const;
  double backed() const;
  static Units debt_of(const Lender& lender);
  double obtainable_usd() const;
  double sold_fairly_usd(Units coins) const;
  TwoUnits our_part() const;
  bool in_lender() const { return our_lender_.has_value(); }
  const Lender& our_lender() const { return lenders_.at(*our_lender_); }
  Side our_asset() const { return event_->lenders.at(*our_lender_).asset; }
  double covered(const Lender& lender, Side asset) const;

  const CascadeEvent* event_;
  Ledger ledger_;
  CascadePool pool_;
  PushFeed feed_;
  BlockGas gas_;
  num::Draws draws_;
  std::vector<Lender> lenders_;
  Till bridge_;
  int claimants_ = crowd, providers_ = crowd;
  Units claim_each_ = 0, shares_each_ = 0, our_shares_ = 0;
  Units purse_ = 0;  ///< Our gas.
  std::optional<std::size_t> our_lender_;
  Units our_deposit_ = 0;
  double staked_usd_ = 0, depth_ = 1, price_ = 1, bid_gwei_ = 0;
  double crowd_gas_ = 0;  ///< Of this block's step.
  std::int64_t block_ = -1;
  std::size_t next_strike_ = 0, knot_ = 0;
};

}  // namespace levee::scenario

// levee/risk/carry_ledger.h — what a book earned and lost from day to day, and by what.
//
// Every day's change in worth is split into lines without a rest. What bleeds where the price stays
// is here, not in impermanent loss: that comes back with the price, loss versus rebalancing does
// not.
// src: methodology 4.29 and amendment 6; lines of an option: its own worth at the day's corners
#pragma once
#include "levee/risk/loss.h"

#include <optional>
#include <span>
#include <vector>

namespace levee::risk {

/// What is booked, and along which prices.
struct LedgerAsk {
  const book::Book& book;
  const Repricing& with;          ///< Volatilities are frozen; its paths are not read.
  std::span<const double> price;  ///< [days + 1] USD, the first is today's; all positive.
  std::span<const std::optional<double>> fees_usd_per_day;  ///< [positions] While in range.
  Usd gas_per_day{};
};

/// One day, or the sum of some; dollars, gains positive.
struct LedgerDay {
  double fees = 0;
  double lvr = 0;           ///< What positions lost to rebalancing; never above 0.
  double option_gamma = 0;  ///< Of the day's move beyond its delta, by the day's end.
  double option_theta = 0;  ///< Of the day's passing at the price it began with.
  double funding = 0, borrowing = 0, gas = 0;
  double direction = 0;  ///< Delta of all of it, times the move.

  /// What the lines make together.
  double profit() const {
    return fees + lvr + option_gamma + option_theta + funding + borrowing + gas + direction;
  }
  /// The same without what comes of moves: what a day costs that goes nowhere.
  double carry() const { return fees + option_theta + funding + borrowing + gas; }
};

struct Ledger {
  std::vector<LedgerDay> days;
  LedgerDay sum;
};

/// Books every day of the path.
///
/// in:   positions, options and perps on the base, loans, wallet and idle cash; nothing fails and
///       no margin or pledge is called
/// out:  sum.profit() is the change in worth of all of it with fees, funding, interest and gas; of
///       an option that expires on the way the rest of its premium is theta and its payoff gamma
/// err:  bad_input where a price is not positive, fewer than two are given, or fees are not one a
///       position; not_supported for a lot on another asset
/// cost: five prices an option and day
Result<Ledger> carry_ledger(const LedgerAsk& ask);

}  // namespace levee::risk

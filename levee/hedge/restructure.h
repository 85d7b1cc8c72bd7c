// levee/hedge/restructure.h — taking a position apart and together again in one transaction.
//
// A flash loan is lent and paid back within one transaction. So it can turn assets round that are
// there (unwind, repay, move the range, hedge; exchange what is pledged), and it can pay for
// nothing that is still held when the transaction is over: a bundle that would is refused.
// src: methodology 4.7 (flash loans) and 7, point 6; ERC-3156 (2020) for lend and repayment
#pragma once
#include "levee/base/result.h"
#include "levee/base/units.h"

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace levee::hedge {

/// Amounts, or prices, by name: of tokens in human units, of instruments in contracts.
using Amounts = std::map<std::string, double, std::less<>>;

/// What one owner has where; every amount >= 0.
struct Standing {
  Amounts wallet{};
  Amounts pledged{};                                     ///< With the lender.
  Amounts owed{};                                        ///< To the lender.
  std::map<std::string, Amounts, std::less<>> placed{};  ///< Tokens in each liquidity position.
  Amounts held{};                                        ///< Hedges.
};

/// What steps are valued at, and how much debt the lender lets a token hold.
struct BundleTerms {
  Amounts price;      ///< USD a token.
  Amounts mark{};     ///< USD a hedge.
  Amounts threshold;  ///< Liquidation threshold of a pledged token; absent: it holds no debt.
};

/// The steps of a transaction. Amounts are of a token and above 0.
struct FlashBorrow {
  std::string token;
  double amount = 0;
  double fee = 0.0005;  ///< Of the amount.
};
struct FlashRepay {
  std::string token;
  double amount = 0;  ///< Fee included.
};
struct RemoveLiquidity {
  std::string position;
  Amounts freed;
};
struct AddLiquidity {
  std::string position;
  Amounts placed;
};
struct RepayDebt {
  std::string token;
  double amount = 0;
};
struct Pledged {
  std::string token;
  double amount = 0;
};
struct Unpledged {
  std::string token;
  double amount = 0;
};
struct Swapped {
  std::string from, to;
  double given = 0, received = 0;
};
/// Whether what is traded settles on the chain, and so within a transaction, at all.
enum class Settles { on_chain, elsewhere };
struct BuyHedge {
  std::string instrument, token;
  double units = 0, premium = 0;
  Settles settles = Settles::on_chain;
};
struct SellHedge {
  std::string instrument, token;
  double units = 0, proceeds = 0;
  Settles settles = Settles::on_chain;
};
using BundleStep = std::variant<FlashBorrow, RemoveLiquidity, AddLiquidity, RepayDebt, Pledged,
                                Unpledged, Swapped, BuyHedge, SellHedge, FlashRepay>;

/// Why a flash loan may be taken; there are no other reasons.
enum class BundlePurpose {
  restructure,      ///< Liquidity taken out, and debt repaid or liquidity placed anew.
  collateral_swap,  ///< One token is pledged, and another is not any more.
};
std::string_view name_of(BundlePurpose purpose);

/// A bundle that would go through, and what it takes.
struct Bundled {
  BundlePurpose purpose = BundlePurpose::restructure;
  Standing after;
  double flash_fee_usd = 0, swap_cost_usd = 0;
  double hedge_cost_usd = 0;  ///< Premiums over marks; of sales, marks over proceeds.
  double worth_before_usd = 0, worth_after_usd = 0;
  std::vector<std::string> steps;  ///< In words.
  std::string why;

  double cost_usd() const { return flash_fee_usd + swap_cost_usd + hedge_cost_usd; }

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("flash_fee_usd", self.flash_fee_usd, "paid for the loan");
    visit("swap_cost_usd", self.swap_cost_usd, "what exchanges give up against the prices");
    visit("hedge_cost_usd", self.hedge_cost_usd, "what hedges cost against their marks");
    visit("worth_before_usd", self.worth_before_usd, "of everything, less what is owed");
    visit("worth_after_usd", self.worth_after_usd, "the same after it: less by these costs");
    visit("steps", self.steps, "in order");
    visit("why", self.why, "what it is for");
  }
};

/// Worth of a standing: all that is had less all that is owed.
Usd worth_of(const Standing& standing, const BundleTerms& terms);

/// Plays a bundle step by step, as the chain would: all of it or nothing.
///
/// in:   every token has a price, every hedge a mark
/// out:  worth after is worth before less the three costs; nothing else is made or lost
/// err:  bad_input for amounts that are not positive and finite, a name without a price or mark;
///       refused, naming the step, where more is taken than is there, debt would not be held, a
///       hedge does not settle on the chain, a loan is not back in its own token with its fee, the
///       purpose is none of the two, or a premium that is still held at the end is paid for by the
///       loan
Result<Bundled> bundled(const std::vector<BundleStep>& steps, const Standing& before,
                        const BundleTerms& terms);

}  // namespace levee::hedge

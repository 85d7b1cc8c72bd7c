// levee/book/holding.h — what we hold.
//
// `book` answers: what do we own, what is it worth in a snapshot and how does that move? Main
// types: Book, LpPosition, Lot. It never looks at the future.
#pragma once
#include "levee/amm/exposure.h"
#include "levee/base/time.h"
#include "levee/option/contract.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace levee::book {

/// A perpetual future on the base asset; one unit is one token, margined in quote.
struct Perp {
  friend auto operator<=>(const Perp&, const Perp&) = default;
};

/// What can be traded to hedge.
using Instrument = std::variant<option::Contract, Perp>;

/// A liquidity position with its range in human prices.
struct LpPosition {
  std::string name;
  std::string protocol;  ///< Whose contracts hold it; names a hazard model.
  amm::Range range;
  Price entry_price;
  std::optional<UnixSeconds> entry_at;  ///< Empty for an entry at market, now.
  Usd fees_earned;                      ///< Since entry.
  /// What else must hold for it to be worth anything, by hazard models' names: issuers, a bridge.
  std::vector<std::string> stands_on{};

  /// Its protocol, where it has one, and the rest.
  std::vector<std::string> nodes() const;
};

/// What stands behind a perp alone ("isolated"), and when the venue closes it.
///
/// src: maintenance: mathematics 6.1, half the initial margin at the largest leverage, 50 on ETH;
///      the fee, slippage included, is assumed
struct Margin {
  Usd collateral;           ///< Equity now, in quote tokens that the venue counts as dollars; > 0.
  Share maintenance{0.01};  ///< Of the notional then: with less equity the perp is closed.
  Share fee{0.01};          ///< Of the notional then: what closing costs, as far as equity reaches.
};

/// How an option was bought, and how often it has moved on since.
struct Bought {
  Usd paid;       ///< Per contract.
  Usd extrinsic;  ///< Of it, beyond what exercising was worth then.
  UnixSeconds at;
  int rolls = 0;  ///< In this episode.
  std::optional<UnixSeconds> rolled_at{};
};

/// A quantity of an instrument; negative is short.
struct Lot {
  std::string name;
  Instrument instrument;
  Tokens quantity;
  std::string asset{};             ///< What the instrument is on; empty: the book's base.
  std::optional<Margin> margin{};  ///< Of a perp; none: it is never closed.
  std::string venue{};  ///< Names a hazard model: where it fails, what the lot is worth is lost.
  std::optional<Bought> bought{};  ///< None: not known.
};

/// What a lender may take where a loan is no longer covered.
///
/// src: health factor and bonus as in Aave v3; the bonus is assumed, markets differ
struct Pledge {
  Tokens base;
  Usd quote;          ///< Quote tokens.
  Share threshold;    ///< Of the pledge's worth: a debt above it is liquidated; in (0, 1).
  Share bonus{0.05};  ///< Of the debt: what liquidators take beyond it.
};

/// Money owed, in quote dollars or in base tokens.
struct Loan {
  std::string name;
  Usd quote_owed;
  Tokens base_owed;
  Rate rate;  ///< Per year; paid as it accrues, or added to the debt where something is pledged.
  std::optional<Pledge> pledge{};
  std::string protocol{};  ///< Of the lender, names a hazard model: what is pledged may be lost.
};

/// Cover that pays for a protocol's failure, up to a limit.
struct Cover {
  std::string name;
  std::string protocol;
  Usd limit;
  Rate premium;              ///< Per year of the limit.
  Usd deductible{};          ///< Of what was lost: not paid.
  Probability claim{1};      ///< That a claim is paid, the provider being able to.
  Probability fails_with{};  ///< That the failure it pays for takes the provider along.
  std::string provider{};    ///< Names a hazard model: where it fails by itself nothing is paid.
};

struct Book {
  std::vector<LpPosition> positions;
  std::vector<Lot> lots;
  std::vector<Loan> loans;
  std::vector<Cover> covers;
  Usd idle_cash;  ///< Quote tokens.
  Tokens wallet;  ///< Base tokens held outside pools.
};

/// A range as people write it, before the market is known.
struct PriceRange {
  Price lower, upper;
};
struct TickRange {
  Tick lower, upper;
  TickSpacing spacing;
  amm::Quoting quoting;
};
struct PercentRange {
  Share below, above;  ///< Of the entry price, each > 0; below < 1.
};
struct FullRange {};

/// A position as people write it.
struct LpDraft {
  std::string name;
  std::string protocol;
  std::string place;  ///< `file:line` it was read from, for messages.
  std::variant<PriceRange, TickRange, PercentRange, FullRange> range;
  std::variant<Usd, amm::HumanLiquidity> size;  ///< Deposit at entry, or liquidity.
  std::optional<Price> entry_price;             ///< Empty: at market.
  std::optional<UnixSeconds> entry_at;
  Usd fees_earned;
  std::vector<std::string> stands_on{};
};

/// A book as people write it: the positions are drafts until the market's price is known.
struct Draft {
  std::vector<LpDraft> positions;
  Book rest;          ///< Everything but positions.
  std::string base;   ///< Asset the book is about, "ETH".
  std::string quote;  ///< "USDC"
};

/// The book once the price is known.
///
/// in:   spot > 0; at: the snapshot's moment
/// err:  bad_input (with the draft's place) for an inverted range, a tick off its spacing, a
///       non-positive size, a worth outside 1e-40 to 1e40 USD at entry or spot, an entry after
///       `at`, an earlier one without its price
Result<Book> resolve(const Draft& draft, Price spot, UnixSeconds at);

}  // namespace levee::book

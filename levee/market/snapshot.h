// levee/market/snapshot.h — the world at one moment, as far as it is known.
//
// `market` answers: what did the world look like at a moment? Main types: Snapshot, Quote, Series.
// It never holds what we own, and nothing in it is later than `Snapshot::at`.
#pragma once
#include "levee/amm/exposure.h"
#include "levee/base/result.h"
#include "levee/base/time.h"
#include "levee/hazard/failure.h"
#include "levee/hazard/reaction.h"
#include "levee/market/series.h"
#include "levee/option/surface.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace levee::market {

/// One listed option as the venue showed it: coin-settled, one contract is one token.
struct Quote {
  std::string instrument;
  option::Contract contract;
  std::optional<Tokens> bid;  ///< Coins per contract; absent when nobody bids.
  std::optional<Tokens> ask;
  Tokens mark;  ///< Coins per contract.
  Vol mark_vol;
  Price forward;         ///< Of this expiry, dollars per token.
  Price index;           ///< Spot index when quoted.
  Tokens open_interest;  ///< Contracts.
};

/// Fee income of a pool, per unit of human liquidity that is in range.
struct FeeFlow {
  Usd usd_per_liquidity_day;
  Usd standard_error;
  double days = 0;  ///< Observed.
  std::string source;
};

/// What is known of the pool itself.
struct PoolState {
  Price price;
  UnixSeconds at;
  std::optional<amm::HumanLiquidity> active_liquidity;
  std::optional<FeeFlow> fees;
  std::string source;
};

/// At-the-money 30-day volatility and spot of an earlier snapshot in the same chain file.
struct Glimpse {
  UnixSeconds at;
  Price spot;
  Vol vol;
  /// Shape, where the snapshot reaches that far: ln vol gained per log of the tenor between 14 and
  /// 90 days at the money, and per ln(K/F) / sqrt(T) about the money at 30 days.
  std::optional<double> slope{}, skew{};
};

/// Cover that may be bought against a protocol's failure.
struct CoverOffer {
  std::string name, protocol;
  Rate premium;  ///< Per year of what is covered.
  Usd capacity;  ///< The most that may be covered.
  Usd deductible{};
  Probability claim{1};      ///< That a claim is paid, the provider being able to.
  Probability fails_with{};  ///< That the failure it pays for takes the provider along.
  std::string provider{};    ///< Names a failure model.
};

/// A listed future on a volatility index, as its quote was typed. It settles on the index of its
/// expiry: what options then price for the `span` that follows, a point being 0.01 of volatility.
struct VolFutureQuote {
  std::string name;
  std::string asset;  ///< Whose options the index is of, "ETH".
  UnixSeconds expiry;
  Vol bid, ask;
  Usd per_point;            ///< That a contract pays.
  Seconds span = days(30);  ///< Of the index.
  Usd fee, margin;          ///< A contract: of one trade; to open.
  Tokens lot, depth;        ///< Contracts.

  Vol mid() const { return Vol{(bid.value() + ask.value()) / 2}; }
};

/// The world at one moment. Whatever was not given is empty.
struct Snapshot {
  UnixSeconds at;
  std::string base;   ///< "ETH"
  std::string quote;  ///< "USDC"; taken to be worth one dollar.
  Price spot;
  std::vector<Quote> chain;
  std::vector<Glimpse> earlier;  ///< Ascending, before `at`.
  std::optional<PoolState> pool;
  std::optional<Series> history;   ///< Prices.
  std::optional<Series> iv_index;  ///< 30-day implied volatility, decimals.
  std::optional<Series> funding;   ///< Paid by longs, per year of notional, at settlements.
  std::optional<Series> volume{};  ///< Pool's, USD a day.
  std::optional<Series> depth{};   ///< Pool's value locked, USD.
  std::optional<Series> gas{};     ///< Mean gas price, gwei.
  std::vector<hazard::FailureModel> protocols;
  std::optional<hazard::Depeg> depeg{};  ///< Of the quote token; none: it is worth one dollar.
  std::vector<CoverOffer> covers{};      ///< On offer.
  std::vector<VolFutureQuote> vol_futures{};
  std::optional<hazard::Reaction> reaction{};  ///< Of the market, to what fails.
  std::string source;                          ///< Files it was read from.
  bool model_made = false;  ///< Made by a model, not observed; said wherever it is shown.
  Stale stale = Stale::refuse;
};

/// What is taken for granted of what may fail, in a sentence.
std::string failure_sentence(const Snapshot& snapshot);

/// The chain as a surface reads it: coins a contract are prices in units of the forward.
std::vector<option::ChainQuote> surface_quotes(std::span<const Quote> chain);

/// Whether at least five options out of the money are bid and asked: a surface is fitted to them.
bool is_quoted(std::span<const Quote> chain);

/// The surface without arbitrage through the chain's quotes; where it is not is_quoted(), through
/// its marks, taken to be known to two per cent (who reads the chain says so in its source).
///
/// err:  as Surface::from
Result<option::Surface> surface_of(const Snapshot& snapshot);

/// Smile-integrated ("variance swap") volatility at a tenor.
///
/// out: as option::fair_variance
Vol fair_vol(const option::Surface& surface, Years tenor);

}  // namespace levee::market

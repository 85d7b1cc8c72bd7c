// levee/hedge/candidate.h — what could be traded to hedge, at which price and in which size.
#pragma once
#include "levee/base/result.h"
#include "levee/book/holding.h"
#include "levee/hedge/policy.h"
#include "levee/market/snapshot.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace levee::hedge {

/// The part of a failure's loss, beyond the deductible, that a layer of an offered cover pays; one
/// unit is a dollar of limit.
struct CoverLayer {
  std::size_t offer = 0;  ///< Of the snapshot's.
  Usd from, to;
  friend auto operator<=>(const CoverLayer&, const CoverLayer&) = default;
};

/// Liquidity taken out of a position, its tokens kept; one unit is all of it.
struct Withdrawal {
  std::size_t position = 0;
  friend auto operator<=>(const Withdrawal&, const Withdrawal&) = default;
};

/// A listed future on a volatility index; one unit is a contract. It is only bought: sold, it would
/// sell what protects.
struct VolFuture {
  std::size_t quote = 0;  ///< Of the snapshot's.
  Usd rolled{};           ///< Earned to the horizon from its mid where the surface stands still.
  friend auto operator<=>(const VolFuture&, const VolFuture&) = default;
};

/// Whatever a plan may do.
using Tradable = std::variant<option::Contract, book::Perp, CoverLayer, Withdrawal, VolFuture>;

/// Whether the book itself changes; else it is a trade in a market.
bool changes_book(const Tradable& tradable);

/// The instrument that a holding can be of, or none.
std::optional<book::Instrument> instrument_of(const Tradable& tradable);

/// One instrument with everything the programme needs to know of one unit of it, in dollars.
struct Candidate {
  std::string name;
  Tradable instrument;
  std::optional<Usd> ask, bid;  ///< Per unit, without fee; futures: half spread, minus it.
  std::optional<Tokens> ask_coin, bid_coin;
  Usd notional;                  ///< Per unit of a future, not paid but margined; else 0.
  Usd mid;                       ///< Mark; 0 for a future.
  Usd fee_buy, fee_sell;         ///< Venue fee per unit.
  Tokens depth_buy, depth_sell;  ///< Largest size, assumed.
  Tokens lot;
  Usd margin_sell, margin_buy;  ///< Initial margin per unit.
  Usd carry_per_year;           ///< Of a long unit: decay to the horizon, funding; > 0 is a cost.
  double delta = 0, gamma = 0, vega = 0, theta_per_day = 0;  ///< Of a long unit, on spot.
  double tenor_days = 0;                                     ///< 0 for a perp.
  std::size_t bucket = 0;  ///< Index into policy.tenors_days (options).
  /// Points that a future on a volatility index moves where the index moves one.
  std::optional<double> term_beta{};
};

/// Candidates, and in words what was left out.
struct Candidates {
  std::vector<Candidate> list;
  std::vector<std::string> left_out;
};

/// Every listed option with a bid or an ask, and the perp both ways where funding is known.
///
/// in:   lp_delta: tokens, for the perp's size limit
/// out:  coin prices times the index; fees per venue schedule of the policy; depth a stated share
///       of open interest; margin of short options as the venue's standard margin in coins:
///       call max(0.15 - otm/S, 0.10) + mark; put the same, at least max(0.075, 0.075 mark) + mark;
///       carry is what a unit loses to the horizon at unchanged price and volatility, a year: an
///       option that expires on the way costs its premium once, however steep its last day is
/// src:  Deribit fee and margin schedules as described in mathematics 3.1 (2026)
Candidates candidates_of(const market::Snapshot& snapshot, const Policy& policy, Tokens lp_delta,
                         std::optional<Rate> funding);

/// Mean funding over the last 30 days, per year, paid by longs; empty where unknown.
std::optional<Rate> expected_funding(const market::Snapshot& snapshot);

/// Restricts options to one put and one call per tenor, at min(z sigma sqrt T, range edge) from
/// spot: the ladder of the tied modes.
///
/// in:   lower, upper: the LP's range; infinite or 0 edges do not bind
/// out:  instruments kept; a bucket with no listed option is named in left_out
Candidates ladder_of(const Candidates& all, const market::Snapshot& snapshot,
                     const option::Surface& surface, const Policy& policy, Price lower,
                     Price upper);

/// Bucket whose tenor is nearest in log time.
std::size_t bucket_of(double tenor_days, const std::vector<double>& tenors_days);

}  // namespace levee::hedge

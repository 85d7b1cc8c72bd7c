// levee/hazard/reaction.h — how the market and the own token move when something breaks.
//
// Kept apart by how far an event reaches: a drained contract moves its own token, a run moves all.
// Which of the two an event was has been said after the fact, which makes the moves of market-wide
// events large by construction.
// src: MacKinlay (1997), J. Economic Literature 35, 13-39 (event studies); MacKinnon, Nielsen &
// Webb
//      (2023), J. Applied Econometrics 38, 671-694 (errors where there are few clusters)
#pragma once
#include "levee/base/time.h"

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace levee::hazard {

/// How far an event reached, by the column market_wide of docs/incidents.md.
enum class Reach { market_wide, idiosyncratic };
inline constexpr std::array<Reach, 2> reaches{Reach::market_wide, Reach::idiosyncratic};
std::string_view name_of(Reach reach);
std::optional<Reach> reach_named(std::string_view name);

/// What one event showed; events of one cluster share days and so are no independent witnesses.
struct Seen {
  double value = 0;
  std::size_t cluster = 0;
};

/// A move over events of one reach.
struct Strength {
  double mean = 0;
  double deviation = 0;           ///< Of one event about the mean; 0 with fewer than two.
  std::optional<double> error{};  ///< Of the mean; missing with fewer than two clusters.
  std::size_t events = 0, clusters = 0;
  std::optional<double> usual{};    ///< The same mean on any other dates.
  std::optional<double> p_value{};  ///< Of dates as far from the usual if events did nothing.
};

/// The mean, and its error by leaving out each cluster in turn, or each event if that says more.
///
/// in:  values finite
/// src: MacKinnon, Nielsen & Webb (2023), CV3J, for Student's t of clusters - 1 degrees of freedom
Strength strength_of(std::span<const Seen> seen);

/// What part of the second the first is over all events, sum over sum.
///
/// in:  one of each an event, finite, the second not negative, its sum above 0
/// out: no error where one cluster has all of the second
/// src: as strength_of
Strength ratio_of(std::span<const Seen> over, std::span<const double> under);

/// An asset of the market over the seven days from disclosure.
struct AssetReaction {
  std::string asset;
  Strength market;  ///< Log return.
  Strength vol;     ///< ln of what its volatility index was multiplied by.
};

/// What events of one reach brought.
struct ReachReaction {
  std::vector<AssetReaction> assets;
  /// Log return of the protocol's own token less the lead asset's, seven days from disclosure.
  Strength token;
  Strength share_lost;  ///< Loss over value before, where both are known.

  const AssetReaction* asset(std::string_view name) const;  ///< Null where there is none.
};

/// Estimates by reach: what joint scenarios of market and protocol take as their strengths.
struct Reaction {
  ReachReaction market_wide, idiosyncratic;
  UnixSeconds until{};  ///< Nothing known later was read.

  const ReachReaction& of(Reach reach) const {
    return reach == Reach::market_wide ? market_wide : idiosyncratic;
  }
  ReachReaction& of(Reach reach) {
    return reach == Reach::market_wide ? market_wide : idiosyncratic;
  }
};

}  // namespace levee::hazard

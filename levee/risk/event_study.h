// levee/risk/event_study.h — what markets did around incidents, and what puts would have paid.
//
// That crashes come with failing contracts is a belief to be tested, not built in: every event is
// read beside what the same calendar reads on other dates.
// src: MacKinlay (1997), J. Economic Literature 35, 13-39 (event studies); Politis & Romano (1992),
//      Exploring the Limits of Bootstrap, 263-270 (history wrapped into a circle)
#pragma once
#include "levee/hazard/reaction.h"
#include "levee/risk/event_reading.h"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace levee::risk {

/// A protocol's own token, as prices.
struct WatchedToken {
  std::string event;  ///< As the file calls it; empty for a plain history.
  std::string token;
  market::Series prices;
  market::Series lead{};  ///< What the market did beside it; empty: the first asset's prices.
};

/// The own token's log return less the lead asset's, from disclosure.
struct TokenMoves {
  std::string token;
  std::optional<double> day, week;
};

/// One event.
struct EventSeen {
  std::string id;
  EventClock clock;
  hazard::Reach reach = hazard::Reach::idiosyncratic;
  std::size_t cluster = 0;     ///< Events whose weeks from disclosure touch share one.
  std::optional<Share> lost;   ///< Of the value before, where both are known.
  std::vector<Readings> seen;  ///< [assets]
  TokenMoves token;
};

/// A class of events in one asset.
struct AssetStudy {
  std::array<hazard::Strength, readings> seen;  ///< With what is usual, and the chance of it.
  /// Gain of puts over all that was lost, dollar for dollar: what share of it they would have paid.
  /// Where an event's share is unknown the mean share stands for it.
  hazard::Strength paid_money, paid_out;
};

/// A class of events.
struct ReachStudy {
  std::vector<AssetStudy> assets;  ///< [assets]
  hazard::Strength token_day, token_week, lost;
};

struct EventStudy {
  std::vector<std::string> assets;
  std::vector<EventSeen> events;          ///< By exploit.
  std::vector<hazard::LeftOut> left_out;  ///< incidents = events + left out
  std::vector<hazard::LeftOut> unread;    ///< What could not be read of an event that is used.
  ReachStudy all;                         ///< Whatever they were labelled: no label bends these.
  std::array<ReachStudy, 2> reach;        ///< As hazard::reaches.
  UnixSeconds until{};                    ///< Of the last price there was to read.

  const ReachStudy& of(hazard::Reach one) const { return reach.at(static_cast<std::size_t>(one)); }
  hazard::Reaction reaction() const;
};

struct EventStudyAsk {
  std::span<const hazard::Incident> incidents;
  std::span<const WatchedAsset> assets;
  std::span<const WatchedToken> tokens{};
  Usd material{1e6};  ///< A smaller loss is left out, an unknown one is not.
};

/// Reads every event in every asset.
///
/// in:   prices and indices positive
/// out:  usual is the mean over the calendar shifted as a whole by every number of days, wrapped
///       round; a class shows no usual below 30 shifts that read three quarters of its events
/// err:  missing_data without an event whose week can be read in the first asset
/// cost: a microsecond for every day, asset and hour at which something happened
/// src:  Politis & Romano (1992)
Result<EventStudy> event_study(const EventStudyAsk& ask);

}  // namespace levee::risk

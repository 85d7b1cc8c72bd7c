// levee/risk/event_reading.h — one event in one asset: its moves, and what a put made of them.
//
// src: MacKinlay (1997), J. Economic Literature 35, 13-39; Black (1976), J. Financial Economics 3,
//      167-179
#pragma once
#include "levee/hazard/incident.h"
#include "levee/market/series.h"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace levee::risk {

/// An asset of the market: hourly prices and volatility indices, each of several histories in the
/// order in which they are believed. One history has to hold all that is read of an event.
struct WatchedAsset {
  std::string name;
  std::vector<market::Series> prices;
  std::vector<market::Series> iv_index{};
};

/// What is read of one event in one asset.
enum class Reading {
  exploit_day,   ///< Log return from the exploit, one day.
  exploit_week,  ///< Seven days.
  told_day,      ///< From disclosure.
  told_week,
  exploit_day_z,  ///< Over the volatility of the thirty days before, times root of time.
  exploit_week_z,
  told_day_z,
  told_week_z,
  put_money,  ///< Gain of a put at the money, premium paid, per dollar protected.
  put_out,    ///< Of one struck a tenth lower.
  vol_day,    ///< ln of what the volatility index was multiplied by from disclosure, one day.
  vol_week
};
inline constexpr std::size_t readings = 12;
using Readings = std::array<std::optional<double>, readings>;

/// When money left, and when the public could first know.
struct EventClock {
  UnixSeconds exploited, told;
};

/// A disclosure known to the day counts from that day's first second, or from the exploit.
EventClock clock_of(const hazard::Incident& incident);

/// A series that answers at any moment, and sums squared returns without walking them again.
class Track {
 public:
  /// in: values positive; the series outlives the track and is not empty
  explicit Track(const market::Series& series);

  UnixSeconds first() const { return series_->at.front(); }
  UnixSeconds last() const { return series_->at.back(); }
  /// The newest value known at a moment, unless it is older than that.
  std::optional<double> value(UnixSeconds when, Seconds age) const;
  /// As market::realised_vol over the thirty days that end with what is known at that moment.
  std::optional<double> vol(UnixSeconds when) const;

 private:
  std::size_t known_at(UnixSeconds when) const;

  const market::Series* series_;
  std::vector<double> squares_;
  std::vector<std::size_t> returns_;
};

/// Those that are not empty.
std::vector<Track> tracks_of(std::span<const market::Series> all);

struct Span {
  UnixSeconds from, to;
};
inline constexpr Seconds price_age = hours(6), index_age = hours(36);  ///< Oldest that still count.

/// The first that was there from beginning to end, but for the age a value may have; or null.
const Track* covering(std::span<const Track> tracks, const Span& span, Seconds age);
/// ln of what a value was multiplied by.
std::optional<double> log_move(const Track& track, const Span& span, Seconds age);

struct AssetTracks {
  std::vector<Track> prices, iv_index;
};

/// What stands in prices alone, and what needs the volatility index too.
enum class Source { prices, iv_index };

/// Reads an event.
///
/// A put is bought a day before the exploit for thirty days and marked seven days after disclosure,
/// or settled where it ended before; Black's formula at the last volatility index known at either
/// moment, forward at the price, no rate, one volatility for all strikes.
///
/// out:  nothing is later than its own moment: a price is the last close known then, six hours old
///       at most, an index 36; what cannot be read is missing
Readings readings_of(const AssetTracks& asset, const EventClock& clock, Source source);

}  // namespace levee::risk

#include "levee/risk/event_reading.h"

#include "levee/option/black.h"

#include <algorithm>
#include <cmath>

namespace levee::risk {
namespace {

using market::Series;

constexpr Seconds day = days(1), week = days(7), trailing = days(30), put_life = days(30);
constexpr std::size_t fewest_returns = 20;
constexpr std::array strikes{1.0, 0.9};  // Over the price, as put_money and put_out.

constexpr std::size_t at(Reading reading) { return static_cast<std::size_t>(reading); }

void read_moves(const AssetTracks& asset, const EventClock& clock, Readings& into) {
  const Track* track =
      covering(asset.prices, {clock.exploited - trailing, clock.told + week}, price_age);
  if (track == nullptr) return;
  const auto read = [&](UnixSeconds from, Reading first, Reading first_z) {
    const auto vol = track->vol(from);
    std::size_t next = 0;
    for (const Seconds length : {day, week}) {
      const auto move = log_move(*track, {from, from + length}, price_age);
      into[at(first) + next] = move;
      if (move && vol) {
        into[at(first_z) + next] = *move / (*vol * std::sqrt(years(length).value()));
      }
      ++next;
    }
  };
  read(clock.exploited, Reading::exploit_day, Reading::exploit_day_z);
  read(clock.told, Reading::told_day, Reading::told_day_z);
}

double put_price(double spot, double strike, Seconds left, double vol) {
  const Seconds life = std::max(left, Seconds{0});
  return option::black_price(option::Type::put, Price{strike},
                             {.forward = Price{spot}, .expiry = years(life), .vol = Vol{vol}})
      .value();
}

void read_puts(const AssetTracks& asset, const EventClock& clock, Readings& into) {
  const UnixSeconds bought = clock.exploited - day, expiry = bought + put_life;
  const UnixSeconds marked = std::min(clock.told + week, expiry);
  const Track* prices = covering(asset.prices, {bought, marked}, price_age);
  const Track* index = covering(asset.iv_index, {bought, marked}, index_age);
  if (prices == nullptr || index == nullptr) return;
  const auto spot = prices->value(bought, price_age), then = prices->value(marked, price_age);
  const auto vol = index->value(bought, index_age), vol_then = index->value(marked, index_age);
  if (!spot || !then || !vol || !vol_then) return;
  for (std::size_t i = 0; i < strikes.size(); ++i) {
    const double strike = strikes.at(i) * *spot;
    const double premium = put_price(*spot, strike, put_life, *vol);
    into[at(Reading::put_money) + i] =
        (put_price(*then, strike, expiry - marked, *vol_then) - premium) / *spot;
  }
}

void read_vols(const AssetTracks& asset, const EventClock& clock, Readings& into) {
  const Track* index = covering(asset.iv_index, {clock.told, clock.told + week}, index_age);
  if (index == nullptr) return;
  into[at(Reading::vol_day)] = log_move(*index, {clock.told, clock.told + day}, index_age);
  into[at(Reading::vol_week)] = log_move(*index, {clock.told, clock.told + week}, index_age);
}

}  // namespace

Track::Track(const Series& series)
    : series_(&series), squares_(series.at.size()), returns_(series.at.size()) {
  LEVEE_EXPECT(!series.empty() && series.value.size() == series.at.size());
  for (std::size_t i = 1; i < series.at.size(); ++i) {
    const bool neighbours = series.at[i] - series.at[i - 1] == series.step;
    const double move = neighbours ? std::log(series.value[i] / series.value[i - 1]) : 0;
    squares_[i] = squares_[i - 1] + move * move;
    returns_[i] = returns_[i - 1] + (neighbours ? 1 : 0);
  }
}

std::size_t Track::known_at(UnixSeconds when) const {
  const auto after = std::ranges::upper_bound(series_->at, when);
  return static_cast<std::size_t>(after - series_->at.begin());
}

std::optional<double> Track::value(UnixSeconds when, Seconds age) const {
  const std::size_t known = known_at(when);
  if (known == 0 || age < when - series_->at[known - 1]) return std::nullopt;
  return series_->value[known - 1];
}

std::optional<double> Track::vol(UnixSeconds when) const {
  const std::size_t known = known_at(when);
  if (known == 0) return std::nullopt;
  const std::size_t newest = known - 1;
  const auto from = std::ranges::lower_bound(series_->at, series_->at[newest] - trailing);
  const auto oldest = static_cast<std::size_t>(from - series_->at.begin());
  const std::size_t count = returns_[newest] - returns_[oldest];
  const double sum = squares_[newest] - squares_[oldest];
  if (count < fewest_returns || !(sum > 0)) return std::nullopt;
  return std::sqrt(sum / static_cast<double>(count) / years(series_->step).value());
}

std::vector<Track> tracks_of(std::span<const Series> all) {
  std::vector<Track> tracks;
  for (const Series& one : all) {
    if (!one.empty()) tracks.emplace_back(one);
  }
  return tracks;
}

const Track* covering(std::span<const Track> tracks, const Span& span, Seconds age) {
  const auto found = std::ranges::find_if(tracks, [&](const Track& one) {
    return !(span.from < one.first()) && !(one.last() + age < span.to);
  });
  return found == tracks.end() ? nullptr : &*found;
}

std::optional<double> log_move(const Track& track, const Span& span, Seconds age) {
  const auto from = track.value(span.from, age), to = track.value(span.to, age);
  if (!from || !to) return std::nullopt;
  return std::log(*to / *from);
}

EventClock clock_of(const hazard::Incident& incident) {
  const std::int64_t second = incident.disclosed.value() % day.value();
  if (second != day.value() - 1) return {incident.exploited, incident.disclosed};
  const UnixSeconds morning = incident.disclosed - Seconds{second};
  return {incident.exploited, std::max(incident.exploited, morning)};
}

Readings readings_of(const AssetTracks& asset, const EventClock& clock, Source source) {
  Readings seen;
  if (source == Source::prices) {
    read_moves(asset, clock, seen);
  } else {
    read_puts(asset, clock, seen);
    read_vols(asset, clock, seen);
  }
  return seen;
}

}  // namespace levee::risk

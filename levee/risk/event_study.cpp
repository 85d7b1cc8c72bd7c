#include "levee/risk/event_study.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include <fmt/core.h>

namespace levee::risk {
namespace {

using hazard::Incident;
using hazard::Reach;
using hazard::Strength;

constexpr Seconds day = days(1), week = days(7), trailing = days(30);
constexpr std::size_t fewest_shifts = 30;

constexpr std::size_t at(Reading reading) { return static_cast<std::size_t>(reading); }

// History bent into a circle of whole days.
struct Place {
  std::int64_t day = 0, second = 0;
};
struct Circle {
  UnixSeconds first;
  std::int64_t days = 0;

  Place place(UnixSeconds when) const {
    const std::int64_t round = days * day.value();
    const std::int64_t at = ((when - first).value() % round + round) % round;
    return {at / day.value(), at % day.value()};
  }
};

Circle circle_of(std::span<const Track> tracks, Seconds before) {
  if (tracks.empty()) return {};
  UnixSeconds first = tracks.front().first(), last = tracks.front().last();
  for (const Track& one : tracks) {
    first = std::min(first, one.first()), last = std::max(last, one.last());
  }
  first = first + before, last = last - week;
  return {first, std::max<std::int64_t>((last - first).value() / day.value(), 0)};
}

// What every event would have read on every day of the circle. Events of the same hour and lag read
// the same there and share a row.
class Calendar {
 public:
  Calendar(const AssetTracks& asset, std::span<const EventSeen> events, Source source)
      : circle_(source == Source::prices ? circle_of(asset.prices, trailing)
                                         : circle_of(asset.iv_index, day)) {
    std::map<std::pair<std::int64_t, std::int64_t>, std::size_t> rows;
    for (const EventSeen& one : events) {
      if (circle_.days == 0) break;
      const std::int64_t lag = (one.clock.told - one.clock.exploited).value();
      const Place place = circle_.place(one.clock.exploited);
      const auto [row, is_first] = rows.try_emplace({place.second, lag}, rows.size());
      places_.push_back({row->second, place.day});
      if (!is_first) continue;
      for (std::int64_t d = 0; d < circle_.days; ++d) {
        const UnixSeconds exploited = circle_.first + days(d) + Seconds{place.second};
        read_.push_back(readings_of(asset, {exploited, exploited + Seconds{lag}}, source));
      }
    }
  }

  std::int64_t days_round() const { return circle_.days; }
  const Readings& shifted(std::size_t event, std::int64_t by) const {
    const auto [row, day_of] = places_[event];
    const std::int64_t round = circle_.days;
    return read_[row * static_cast<std::size_t>(round) +
                 static_cast<std::size_t>((day_of + by) % round)];
  }

 private:
  struct Row {
    std::size_t row = 0;
    std::int64_t day = 0;
  };
  Circle circle_;
  std::vector<Row> places_;     // [events]
  std::vector<Readings> read_;  // [rows][days of the circle]
};

// Means of one class on a shifted calendar. What an event itself did not show is not asked of other
// days either.
struct Sums {
  std::array<double, readings> sum{};
  std::array<std::size_t, readings> count{};

  void add(const Readings& seen, const Readings& of_event) {
    for (std::size_t m = 0; m < readings; ++m) {
      if (!seen.at(m) || !of_event.at(m)) continue;
      sum.at(m) += *seen.at(m), ++count.at(m);
    }
  }
};

// Some of the events, by number.
struct Class {
  std::span<const EventSeen> all;
  std::vector<std::size_t> members;
};

// Fills in what a class's means usually are, and how often they are as far from that as they were.
void add_usual(const Calendar& calendar, const Class& events, std::size_t a,
               std::array<Strength, readings>& strengths) {
  std::array<std::vector<double>, readings> means;
  for (std::int64_t by = 1; by < calendar.days_round(); ++by) {
    Sums sums;
    for (const std::size_t i : events.members) {
      sums.add(calendar.shifted(i, by), events.all[i].seen[a]);
    }
    for (std::size_t m = 0; m < readings; ++m) {
      const std::size_t count = sums.count.at(m);
      if (count == 0 || 4 * count < 3 * strengths.at(m).events) continue;
      means.at(m).push_back(sums.sum.at(m) / static_cast<double>(count));
    }
  }
  for (std::size_t m = 0; m < readings; ++m) {
    const auto shifts = static_cast<double>(means.at(m).size());
    if (means.at(m).size() < fewest_shifts) continue;
    Strength& strength = strengths.at(m);
    const double usual = std::accumulate(means.at(m).begin(), means.at(m).end(), 0.0) / shifts;
    const double far = std::abs(strength.mean - usual);
    const auto as_far = std::ranges::count_if(
        means.at(m), [&](double mean) { return std::abs(mean - usual) >= far; });
    strength.usual = usual;
    strength.p_value = (1 + static_cast<double>(as_far)) / (1 + shifts);
  }
}

// Weeks from disclosure that touch are one cluster.
void find_clusters(std::vector<EventSeen>& events) {
  std::vector<EventSeen*> by_told;
  for (EventSeen& one : events) by_told.push_back(&one);
  std::ranges::stable_sort(by_told, {}, [](const EventSeen* one) { return one->clock.told; });
  for (std::size_t i = 1; i < by_told.size(); ++i) {
    const bool apart = by_told[i - 1]->clock.told + week < by_told[i]->clock.told;
    by_told[i]->cluster = by_told[i - 1]->cluster + (apart ? 1 : 0);
  }
}

// The strength of what of() gives for an event of the class, where it gives anything.
template <class Of>
Strength strength_over(const Class& events, Of of) {
  std::vector<hazard::Seen> seen;
  for (const std::size_t i : events.members) {
    if (const std::optional<double> value = of(events.all[i])) {
      seen.push_back({*value, events.all[i].cluster});
    }
  }
  return hazard::strength_of(seen);
}

std::optional<double> lost_of(const EventSeen& one) {
  return one.lost ? std::optional(one.lost->value()) : std::nullopt;
}

// What puts gained over what was lost.
Strength paid(const Class& events, std::size_t a, Reading put, double mean_share) {
  std::vector<hazard::Seen> gains;
  std::vector<double> lost;
  for (const std::size_t i : events.members) {
    const EventSeen& one = events.all[i];
    if (!one.seen[a].at(at(put))) continue;
    gains.push_back({*one.seen[a].at(at(put)), one.cluster});
    lost.push_back(lost_of(one).value_or(mean_share));
  }
  return mean_share > 0 ? hazard::ratio_of(gains, lost) : Strength{};
}

// Every class of events in every asset.
struct Classes {
  std::array<Class, 3> of;  // all, then as hazard::reaches
  std::array<ReachStudy, 3> study;
};

void study_tokens(Classes& classes) {
  for (std::size_t c = 0; c < classes.of.size(); ++c) {
    const Class& events = classes.of.at(c);
    ReachStudy& study = classes.study.at(c);
    study.token_day = strength_over(events, [](const EventSeen& one) { return one.token.day; });
    study.token_week = strength_over(events, [](const EventSeen& one) { return one.token.week; });
    study.lost = strength_over(events, lost_of);
  }
}

// The calendars of an asset serve all classes.
void study_asset(const AssetTracks& asset, std::size_t a, Classes& classes) {
  const double mean_share = classes.study.front().lost.mean;
  for (std::size_t c = 0; c < classes.of.size(); ++c) {
    const Class& events = classes.of.at(c);
    AssetStudy& study = classes.study.at(c).assets.emplace_back();
    for (std::size_t m = 0; m < readings; ++m) {
      study.seen.at(m) =
          strength_over(events, [&](const EventSeen& one) { return one.seen[a].at(m); });
    }
    study.paid_money = paid(events, a, Reading::put_money, mean_share);
    study.paid_out = paid(events, a, Reading::put_out, mean_share);
  }
  for (const Source source : {Source::prices, Source::iv_index}) {
    const Calendar calendar(asset, classes.of.front().all, source);
    for (std::size_t c = 0; c < classes.of.size(); ++c) {
      add_usual(calendar, classes.of.at(c), a, classes.study.at(c).assets[a].seen);
    }
  }
}

Classes classes_of(std::span<const EventSeen> events) {
  Classes classes;
  for (Class& one : classes.of) one.all = events;
  for (std::size_t i = 0; i < events.size(); ++i) {
    classes.of.front().members.push_back(i);
    classes.of.at(1 + static_cast<std::size_t>(events[i].reach)).members.push_back(i);
  }
  return classes;
}

// A token's history with the market's beside it, ready to be asked.
struct TokenTrack {
  const WatchedToken* of;
  std::vector<Track> prices, lead;
};

// The own token's moves less the lead's, from the first history that has the week.
void read_token(std::span<const TokenTrack> tokens, const AssetTracks& first, EventSeen& event,
                std::vector<bool>& used) {
  const Span span{event.clock.told, event.clock.told + week};
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].of->token != event.token.token) continue;
    const Track* own = covering(tokens[i].prices, span, price_age);
    const auto& leads = tokens[i].lead.empty() ? first.prices : tokens[i].lead;
    const Track* lead = covering(leads, span, price_age);
    if (own == nullptr || lead == nullptr) continue;
    const auto less = [&](Seconds length) -> std::optional<double> {
      const auto one = log_move(*own, {span.from, span.from + length}, price_age);
      const auto other = log_move(*lead, {span.from, span.from + length}, price_age);
      if (!one || !other) return std::nullopt;
      return *one - *other;
    };
    event.token.day = less(day), event.token.week = less(week);
    used[i] = true;
    return;
  }
}

std::optional<Share> lost_share(const Incident& one) {
  if (!one.loss || !one.value_before || !(one.value_before->value() > 0)) return std::nullopt;
  return Share{std::min(one.loss->value() / one.value_before->value(), 1.0)};
}

void note_unread(const EventSeen& event, const EventStudyAsk& ask,
                 std::vector<hazard::LeftOut>& unread) {
  for (std::size_t a = 0; a < ask.assets.size(); ++a) {
    const std::string& name = ask.assets[a].name;
    const auto note = [&](std::string_view what) {
      unread.push_back({event.id, event.id, fmt::format("{}: {}", name, what)});
    };
    if (!event.seen[a].at(at(Reading::told_week))) note("no prices");
    if (!event.seen[a].at(at(Reading::put_money))) note("no volatility index, so no puts");
  }
}

// Every event that can be read, and why the others cannot.
EventStudy events_of(const EventStudyAsk& ask, std::span<const AssetTracks> assets) {
  EventStudy study;
  for (const WatchedAsset& one : ask.assets) study.assets.push_back(one.name);
  for (const Incident& one : ask.incidents) {
    if (one.loss && one.loss->value() < ask.material.value()) {
      study.left_out.push_back({one.id, one.protocol, "less lost than is material"});
      continue;
    }
    EventSeen event{.id = one.id,
                    .clock = clock_of(one),
                    .reach = one.market_wide ? Reach::market_wide : Reach::idiosyncratic,
                    .lost = lost_share(one),
                    .seen = {},
                    .token = {.token = one.token, .day = {}, .week = {}}};
    for (const AssetTracks& asset : assets) {
      Readings& seen = event.seen.emplace_back();
      seen = readings_of(asset, event.clock, Source::prices);
      const Readings of_index = readings_of(asset, event.clock, Source::iv_index);
      for (std::size_t m = 0; m < readings; ++m) {
        if (of_index.at(m)) seen.at(m) = of_index.at(m);
      }
    }
    if (!event.seen.front().at(at(Reading::told_week))) {
      study.left_out.push_back(
          {one.id, one.protocol, fmt::format("no {} prices around it", ask.assets.front().name)});
      continue;
    }
    study.events.push_back(std::move(event));
  }
  std::ranges::stable_sort(study.events, {},
                           [](const EventSeen& one) { return one.clock.exploited; });
  find_clusters(study.events);
  return study;
}

void read_tokens(const EventStudyAsk& ask, const AssetTracks& first, EventStudy& study) {
  std::vector<TokenTrack> tokens;
  for (const WatchedToken& one : ask.tokens) {
    tokens.push_back({&one, tracks_of({&one.prices, 1}), tracks_of({&one.lead, 1})});
  }
  std::vector<bool> used(tokens.size());
  for (EventSeen& one : study.events) {
    if (!one.token.token.empty()) read_token(tokens, first, one, used);
  }
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (used[i]) continue;
    study.unread.push_back(
        {tokens[i].of->prices.source, tokens[i].of->event,
         fmt::format("{}: no event's own token in those days", tokens[i].of->token)});
  }
}

}  // namespace

hazard::Reaction EventStudy::reaction() const {
  hazard::Reaction made;
  made.until = until;
  for (const Reach one : hazard::reaches) {
    hazard::ReachReaction& into = made.of(one);
    for (std::size_t a = 0; a < assets.size(); ++a) {
      const auto& seen = of(one).assets[a].seen;
      into.assets.push_back(
          {assets[a], seen.at(at(Reading::told_week)), seen.at(at(Reading::vol_week))});
    }
    into.token = of(one).token_week;
    into.share_lost = of(one).lost;
  }
  return made;
}

Result<EventStudy> event_study(const EventStudyAsk& ask) {
  LEVEE_EXPECT(!ask.assets.empty());
  std::vector<AssetTracks> assets;
  for (const WatchedAsset& one : ask.assets) {
    assets.push_back({tracks_of(one.prices), tracks_of(one.iv_index)});
  }
  EventStudy study = events_of(ask, assets);
  if (study.events.empty()) {
    return fail(Reason::missing_data,
                fmt::format("{} incidents, of none are the prices of {} known from thirty days "
                            "before to seven days after (give a history that covers them)",
                            ask.incidents.size(), ask.assets.front().name));
  }
  for (const WatchedAsset& one : ask.assets) {
    for (const market::Series& prices : one.prices) {
      if (!prices.at.empty()) study.until = std::max(study.until, prices.at.back());
    }
  }
  read_tokens(ask, assets.front(), study);
  for (const EventSeen& one : study.events) note_unread(one, ask, study.unread);
  Classes classes = classes_of(study.events);
  study_tokens(classes);
  for (std::size_t a = 0; a < assets.size(); ++a) study_asset(assets[a], a, classes);
  study.all = std::move(classes.study.at(0));
  study.reach = {std::move(classes.study.at(1)), std::move(classes.study.at(2))};
  return study;
}

}  // namespace levee::risk

#include "levee/feed/calendar_file.h"

#include "levee/feed/csv.h"
#include "levee/feed/shown.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include <fmt/core.h>

namespace levee::feed {
namespace {

using signal::Event, signal::EventKind;

constexpr UnixSeconds always{std::numeric_limits<std::int64_t>::min()};

enum class Notice { given, none };

struct Release {
  std::string_view word;
  std::optional<EventKind> kind;
  Notice notice;
};
constexpr std::array<Release, 6> releases{{{"cpi", EventKind::cpi, Notice::given},
                                           {"ppi", EventKind::ppi, Notice::given},
                                           {"fomc_decision", EventKind::fomc, Notice::given},
                                           {"fomc_intermeeting", EventKind::fomc, Notice::none},
                                           {"fomc_minutes", {}, Notice::given},
                                           {"nfp", {}, Notice::given}}};

// Seconds after midnight of "08:30".
std::optional<Seconds> clock_of(std::string_view text) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  if (text.size() != 5 || text[2] != ':') return {};
  if (!digit(0) || !digit(1) || !digit(3) || !digit(4)) return {};
  const int hour = (text[0] - '0') * 10 + (text[1] - '0');
  const int minute = (text[3] - '0') * 10 + (text[4] - '0');
  if (hour > 23 || minute > 59) return {};
  return Seconds{hours(hour).value() + std::int64_t{60} * minute};
}

// Energy Policy Act of 2005: from the second Sunday of March to the first of November. Releases
// come after two in the morning, when the clocks change.
Seconds behind_utc(std::chrono::sys_days day) {
  using namespace std::chrono;
  const year_month_day date{day};
  const sys_days from = date.year() / March / Sunday[2], to = date.year() / November / Sunday[1];
  return from <= day && day < to ? hours(4) : hours(5);
}

struct EasternColumns {
  Column date, event, time;
  std::optional<Column> detail;
};

std::optional<Event> eastern_event(RowReader& reader, const EasternColumns& in) {
  const std::string_view word = reader.text(in.event), clock = reader.text(in.time);
  const auto release = std::ranges::find(releases, word, &Release::word);
  if (release == releases.end()) {
    reader.refuse(Reason::bad_input,
                  fmt::format("event {} (must be cpi, ppi, fomc_decision, fomc_intermeeting, "
                              "fomc_minutes or nfp)",
                              shown(word)));
    return {};
  }
  const UnixSeconds midnight = reader.moment(in.date);
  const std::chrono::sys_days day{std::chrono::days{midnight.value() / days(1).value()}};
  const bool unannounced = release->notice == Notice::none;
  const auto since_midnight = clock_of(clock);
  if (!reader.fault() && !since_midnight && !(unannounced && clock.empty())) {
    reader.refuse(Reason::bad_input, fmt::format("time_et {} (must be like 08:30)", shown(clock)));
  }
  if (!reader.fault() && std::chrono::year_month_day{day}.year() < std::chrono::year{2007}) {
    reader.refuse(Reason::bad_input, "date before 2007 (daylight saving had another rule)");
  }
  if (reader.fault() || !release->kind) return {};
  const UnixSeconds at =
      since_midnight ? midnight + *since_midnight + behind_utc(day) : midnight + days(1);
  return Event{.kind = *release->kind,
               .name = in.detail ? std::string(reader.text(*in.detail)) : std::string(),
               .announced = unannounced ? at : always,
               .at = at};
}

struct OwnColumns {
  Column date, kind;
  std::optional<Column> name, announced;
};

std::optional<Event> own_event(RowReader& reader, const OwnColumns& in) {
  const std::string_view word = reader.text(in.kind);
  const auto kind = signal::event_kind_named(word);
  if (!kind) {
    reader.refuse(Reason::bad_input, fmt::format("kind {} (must be vote, upgrade, unlock, "
                                                 "emission, fomc, cpi or ppi)",
                                                 shown(word)));
  }
  Event event{.kind = kind.value_or(EventKind::vote),
              .name = in.name ? std::string(reader.text(*in.name)) : std::string(),
              .announced = always,
              .at = reader.moment(in.date)};
  if (in.announced && !reader.text(*in.announced).empty()) {
    event.announced = reader.moment(*in.announced);
  }
  if (!reader.fault() && event.at < event.announced) {
    reader.refuse(Reason::bad_input, fmt::format("announced_utc {} is after the event at {}",
                                                 text_of(event.announced), text_of(event.at)));
  }
  return event;
}

template <class Columns, class EventOf>
Result<std::vector<Event>> events_of(const Csv& csv, const Columns& columns, EventOf event_of) {
  if (csv.fault()) return *csv.fault();
  std::vector<Event> events;
  RowReader reader(csv);
  for (const Csv::Row& row : csv.rows()) {
    reader.load(row);
    std::optional<Event> event = event_of(reader, columns);
    if (reader.fault()) return *reader.fault();
    if (event) events.push_back(*std::move(event));
  }
  std::ranges::stable_sort(events, [](const Event& a, const Event& b) { return a.at < b.at; });
  return events;
}

}  // namespace

Result<std::vector<Event>> read_calendar(const std::string& path) {
  auto text = read_text(path);
  if (!text) return text.error();
  auto csv = Csv::from(*std::move(text));
  if (!csv) return csv.error();
  if (csv->find("time_et")) {
    const EasternColumns columns{.date = csv->need("date"),
                                 .event = csv->need("event"),
                                 .time = csv->need("time_et"),
                                 .detail = csv->find("detail")};
    return events_of(*csv, columns, eastern_event);
  }
  const OwnColumns columns{.date = csv->need("date_utc"),
                           .kind = csv->need("kind"),
                           .name = csv->find("name"),
                           .announced = csv->find("announced_utc")};
  return events_of(*csv, columns, own_event);
}

}  // namespace levee::feed

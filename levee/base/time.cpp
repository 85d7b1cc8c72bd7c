#include "levee/base/time.h"

#include <array>
#include <charconv>
#include <chrono>
#include <optional>

#include <fmt/core.h>

namespace levee {
namespace {

// Digits only: from_chars would take a sign.
std::optional<int> number_in(std::string_view digits) {
  int value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return digits.empty() ? std::nullopt : std::optional{value};
}

std::optional<std::int64_t> day_start(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date}.time_since_epoch().count() * std::int64_t{86400};
}

std::optional<std::int64_t> date_in(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = number_in(text.substr(0, 4));
  const auto month = number_in(text.substr(5, 2));
  const auto day = number_in(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  return day_start(*year, *month, *day);
}

// `15:39`, `15:39:50` or `15:39:50.25`, as seconds of the day.
std::optional<std::int64_t> clock_in(std::string_view text) {
  if (const auto dot = text.find('.'); dot != std::string_view::npos) {
    const auto fraction = text.substr(dot + 1);
    const bool digits = fraction.find_first_not_of("0123456789") == std::string_view::npos;
    if (dot != 8 || fraction.empty() || !digits) return std::nullopt;
    text = text.substr(0, dot);
  }
  if ((text.size() != 5 && text.size() != 8) || text[2] != ':') return std::nullopt;
  if (text.size() == 8 && text[5] != ':') return std::nullopt;
  const auto hour = number_in(text.substr(0, 2));
  const auto minute = number_in(text.substr(3, 2));
  const auto second = text.size() == 8 ? number_in(text.substr(6, 2)) : std::optional{0};
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) {
    return std::nullopt;
  }
  return *hour * 3600 + *minute * 60 + *second;
}

std::optional<std::int64_t> moment_in(std::string_view text, DayEdge edge) {
  const auto date = date_in(text.substr(0, 10));
  if (!date) return std::nullopt;
  if (text.size() == 10) return *date + (edge == DayEdge::last_second ? 86399 : 0);
  if (text[10] != 'T' && text[10] != ' ') return std::nullopt;
  std::string_view rest = text.substr(11);
  for (const std::string_view zone : {"Z", "+00:00"}) {
    if (rest.ends_with(zone)) {
      rest.remove_suffix(zone.size());
      break;
    }
  }
  const auto clock = clock_in(rest);
  if (!clock) return std::nullopt;
  return *date + *clock;
}

}  // namespace

Result<UnixSeconds> moment_from(std::string_view text, DayEdge edge) {
  if (const auto found = moment_in(text, edge)) return UnixSeconds{*found};
  return fail(Reason::bad_input,
              fmt::format("\"{}\" is not a moment (give 2026-01-20 or 2026-01-20T15:39:50Z, UTC)",
                          text.substr(0, 40)));
}

Result<UnixSeconds> expiry_from(std::string_view code) {
  constexpr std::array<std::string_view, 12> months{"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                    "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
  if (code.size() == 6 || code.size() == 7) {
    const auto day = number_in(code.substr(0, code.size() - 5));
    const auto year = number_in(code.substr(code.size() - 2));
    for (int month = 0; day && year && month < 12; ++month) {
      if (code.substr(code.size() - 5, 3) != months[static_cast<std::size_t>(month)]) continue;
      if (const auto start = day_start(2000 + *year, month + 1, *day)) {
        return UnixSeconds{*start} + hours(8);
      }
    }
  }
  return fail(Reason::bad_input,
              fmt::format("\"{}\" is not an expiry (give 27FEB26)", code.substr(0, 20)));
}

std::string text_of(UnixSeconds moment) {
  const std::chrono::sys_seconds at{std::chrono::seconds{moment.value()}};
  const auto midnight = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{midnight};
  const std::chrono::hh_mm_ss clock{at - midnight};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

}  // namespace levee

#include "levee/feed/review_file.h"

#include "levee/feed/csv.h"
#include "levee/feed/shown.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/core.h>

namespace levee::feed {
namespace {

constexpr Measure points{.unit = "risk score", .sign = Sign::not_negative};
constexpr Measure dollars{.unit = "USD", .sign = Sign::not_negative};
constexpr Measure yield{.unit = "yield a year in decimals: 0.2 is 20 %"};

struct Word {
  std::string_view text;
  hedge::Answered answered;
};
constexpr std::array<Word, 5> words{{{"none", hedge::Answered::nothing},
                                     {"review", hedge::Answered::looked},
                                     {"hold", hedge::Answered::held},
                                     {"add_protection", hedge::Answered::protect},
                                     {"exit", hedge::Answered::left}}};

Result<Csv> csv_of(const std::string& path) {
  auto text = read_text(path);
  if (!text) return text.error();
  return Csv::from(*std::move(text));
}

hedge::Answered answered(RowReader& reader, const Column& action) {
  const std::string_view text = reader.text(action);
  const auto found = std::ranges::find(words, text, &Word::text);
  if (found != words.end()) return found->answered;
  reader.refuse(
      Reason::bad_input,
      fmt::format("action {} (must be none, review, hold, add_protection or exit)", shown(text)));
  return {};
}

}  // namespace

Result<std::vector<hedge::ReviewNote>> read_reviews(const std::string& path, UnixSeconds until) {
  auto csv = csv_of(path);
  if (!csv) return csv.error();
  const Column date = csv->need("date_utc"), score = csv->need("risk_score", points);
  const Column action = csv->need("action");
  const auto cost = csv->find("cost_usd", dollars), held = csv->find("allocation_usd", dollars);
  const auto shown_yield = csv->find("headline_yield", yield);
  if (csv->fault()) return *csv->fault();
  std::vector<hedge::ReviewNote> notes;
  RowReader reader(*csv);
  for (const Csv::Row& row : csv->rows()) {
    reader.load(row);
    hedge::ReviewNote note;
    note.at = reader.moment(date);
    if (!reader.fault() && until < note.at) break;
    note.risk_score = reader.number_if(score);
    note.answered = answered(reader, action);
    note.cost = Usd{reader.number_if(cost).value_or(0)};
    note.allocation_usd = reader.number_if(held);
    note.headline_yield = reader.number_if(shown_yield);
    if (!reader.fault() && !notes.empty() && !(notes.back().at < note.at)) {
      reader.refuse(Reason::bad_input,
                    fmt::format("date_utc {} is not after the row before", text_of(note.at)));
    }
    if (reader.fault()) return *reader.fault();
    notes.push_back(note);
  }
  return notes;
}

Result<std::vector<UnixSeconds>> read_events(const std::string& path, UnixSeconds until) {
  auto csv = csv_of(path);
  if (!csv) return csv.error();
  const Column date = csv->need("date_utc");
  if (csv->fault()) return *csv->fault();
  std::vector<UnixSeconds> events;
  RowReader reader(*csv);
  for (const Csv::Row& row : csv->rows()) {
    reader.load(row);
    const UnixSeconds at = reader.moment(date);
    if (reader.fault()) return *reader.fault();
    if (!(until < at)) events.push_back(at);
  }
  std::ranges::sort(events);
  return events;
}

}  // namespace levee::feed

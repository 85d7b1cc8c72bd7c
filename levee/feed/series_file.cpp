#include "levee/feed/series_file.h"

#include "levee/feed/csv.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <fmt/core.h>
#include <fmt/format.h>

namespace levee::feed {
namespace {

constexpr Seconds age_max = hours(36);

// How long after the moment it stands under a row's value is known.
enum class Known { at_once, after_step, after_day };

struct TimeColumn {
  std::string_view name;
  Known known;
};

// `time_utc` is a candle too: hourly volatility indices stamp the hour's close with its beginning
// (the value under 23:00 is the daily file's close of the same day).
constexpr std::array<TimeColumn, 6> time_columns{{{"open_time_utc", Known::after_step},
                                                  {"period_start_utc", Known::after_step},
                                                  {"time_utc", Known::after_step},
                                                  {"date_utc", Known::after_day},
                                                  {"funding_time_utc", Known::at_once},
                                                  {"funding_time", Known::at_once}}};

struct ValueColumn {
  std::string_view name;
  Measure measure;
  double per_year = 1;  // Factor to the unit of the series.
};

struct Plan {
  Column time;
  Known known = Known::at_once;
  Column value;
  double per_year = 1;
};

// A pool's hours say whose price their close is: `close_usdc_per_weth`.
bool is_pool_close(std::string_view name) {
  return name.starts_with("close_") && name.find("_per_") != std::string_view::npos;
}

std::optional<Column> value_in(const Csv& csv, const ValueColumn& wanted) {
  if (const auto found = csv.find(wanted.name, wanted.measure)) return found;
  const auto& header = csv.header();
  const auto pool = std::find_if(header.begin(), header.end(), is_pool_close);
  if (wanted.name != "close" || pool == header.end()) return std::nullopt;
  return csv.find(*pool, wanted.measure);
}

Error no_column(const Csv& csv, std::string_view wanted) {
  return fail(Reason::bad_input,
              fmt::format("{}: no column {} (the header names {})", csv.header_place(), wanted,
                          fmt::join(csv.header(), ", ")));
}

Result<Plan> plan_of(const Csv& csv, std::span<const ValueColumn> values) {
  const auto time = std::find_if(time_columns.begin(), time_columns.end(),
                                 [&](const TimeColumn& column) { return csv.find(column.name); });
  if (time == time_columns.end()) {
    return no_column(csv, "open_time_utc, date_utc, time_utc or funding_time_utc");
  }
  std::vector<std::string_view> names;
  for (const ValueColumn& wanted : values) {
    if (const auto value = value_in(csv, wanted)) {
      return Plan{.time = *csv.find(time->name),
                  .known = time->known,
                  .value = *value,
                  .per_year = wanted.per_year};
    }
    names.push_back(wanted.name);
  }
  return no_column(csv, fmt::format("{}", fmt::join(names, " or ")));
}

// The spacing seen most often; of equals the smallest.
Result<Seconds> step_of(const Csv& csv, const std::vector<UnixSeconds>& begins) {
  std::map<Seconds, std::size_t> seen;
  for (std::size_t i = 1; i < begins.size(); ++i) ++seen[begins[i] - begins[i - 1]];
  if (seen.empty()) {
    return fail(
        Reason::missing_data,
        fmt::format("{}: one row in the time asked for (two or more tell the step)", csv.path()));
  }
  const auto likeliest = std::max_element(
      seen.begin(), seen.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return likeliest->first;
}

Result<market::Series> series_from(const Csv& csv, const Plan& plan, const SeriesAsk& ask) {
  std::vector<UnixSeconds> begins;
  std::vector<std::size_t> rows;
  RowReader reader(csv);
  bool later = false;
  for (std::size_t i = 0; i < csv.rows().size(); ++i) {
    reader.load_front(csv.rows()[i], plan.time.index + 1);
    const UnixSeconds begin = reader.moment(plan.time);
    // Rows ascend: whatever is unreadable behind a later row is later too.
    later = later || (!reader.fault() && begin > ask.at);
    if (later && (reader.fault() || begin > ask.at)) continue;
    if (!reader.fault() && !begins.empty() && begin <= begins.back()) {
      reader.refuse(Reason::bad_input,
                    fmt::format("{} {} is not after the row before ({}; rows ascend)",
                                plan.time.name, text_of(begin), text_of(begins.back())));
    }
    if (reader.fault()) return *reader.fault();
    begins.push_back(begin);
    rows.push_back(i);
  }
  market::Series series{.at = {}, .value = {}, .step = {}, .source = csv.path()};
  if (!begins.empty()) {
    const auto step = step_of(csv, begins);
    if (!step) return step.error();
    series.step = *step;
  }
  const Seconds lag = plan.known == Known::at_once      ? Seconds{0}
                      : plan.known == Known::after_step ? series.step
                                                        : days(1);
  for (std::size_t i = 0; i < rows.size() && begins[i] + lag <= ask.at; ++i) {
    reader.load(csv.rows()[rows[i]]);
    const double value = reader.number(plan.value);
    if (reader.fault()) return *reader.fault();
    series.at.push_back(begins[i] + lag);
    series.value.push_back(value * plan.per_year);
  }
  if (series.empty()) {
    return fail(Reason::missing_data,
                fmt::format("{}: nothing in it was known at {}", csv.path(), text_of(ask.at)));
  }
  const auto fresh = check_age(csv.path(), series.at.back(), ask);
  if (!fresh) return fresh.error();
  return series;
}

Result<Csv> csv_of(const std::string& path) {
  auto file = read_text(path);
  if (!file) return file.error();
  return Csv::from(*std::move(file));
}

Result<market::Series> series_of(const Csv& csv, std::span<const ValueColumn> values,
                                 const SeriesAsk& ask) {
  const auto plan = plan_of(csv, values);
  if (!plan) return plan.error();
  return series_from(csv, *plan, ask);
}

Result<market::Series> read_series(const std::string& path, std::span<const ValueColumn> values,
                                   const SeriesAsk& ask) {
  const auto csv = csv_of(path);
  if (!csv) return csv.error();
  return series_of(*csv, values, ask);
}

// A quantity whose log is wanted has none on a day of nothing.
Result<market::Series> series_above_zero(const Csv& csv, const ValueColumn& value,
                                         const SeriesAsk& ask) {
  auto series = series_of(csv, {&value, 1}, ask);
  if (!series) return series.error();
  market::Series kept{.at = {}, .value = {}, .step = series->step, .source = series->source};
  for (std::size_t i = 0; i < series->at.size(); ++i) {
    if (!(series->value[i] > 0)) continue;
    kept.at.push_back(series->at[i]);
    kept.value.push_back(series->value[i]);
  }
  if (!kept.empty()) return kept;
  return fail(Reason::missing_data,
              fmt::format("{}: {} is nothing throughout", csv.path(), value.name));
}

}  // namespace

Result<Done> check_age(const std::string& path, UnixSeconds newest, const SeriesAsk& ask) {
  if (ask.stale == market::Stale::allow || ask.at - newest <= age_max) return Done{};
  return fail(Reason::stale_data,
              fmt::format("{}: its newest value is of {}, more than 36 hours before {} (give newer "
                          "data, or --stale-ok to use it)",
                          path, text_of(newest), text_of(ask.at)));
}

Result<market::Series> read_history(const std::string& path, const SeriesAsk& ask) {
  constexpr Measure price{.unit = "price, USD per token", .sign = Sign::positive};
  constexpr std::array<ValueColumn, 1> values{{{"close", price}}};
  return read_series(path, values, ask);
}

Result<market::Series> read_funding(const std::string& path, const SeriesAsk& ask) {
  // Venues cap funding far below this; what is beyond was written in per cent.
  constexpr Measure rate{.unit = "rate in decimals: 0.0001 is 0.01 %", .most = 0.05};
  constexpr std::array<ValueColumn, 2> values{
      {{"funding_rate_8h", rate, 3 * 365}, {"funding_rate_1h", rate, 24 * 365}}};
  return read_series(path, values, ask);
}

Result<market::Series> read_iv_index(const std::string& path, const SeriesAsk& ask) {
  constexpr Measure vol{
      .unit = "volatility in decimals: 0.65 is 65 %", .sign = Sign::positive, .most = 5};
  constexpr std::array<ValueColumn, 2> values{{{"dvol", vol}, {"close", vol}}};
  return read_series(path, values, ask);
}

Result<market::Series> read_gas(const std::string& path, const SeriesAsk& ask) {
  constexpr Measure price{.unit = "gwei", .sign = Sign::positive};
  constexpr std::array<ValueColumn, 1> values{{{"avg_gas_price_gwei", price}}};
  return read_series(path, values, ask);
}

Result<PoolDays> read_pool_days(const std::string& path, const SeriesAsk& ask) {
  constexpr Measure amount{.unit = "USD", .sign = Sign::not_negative};
  const auto csv = csv_of(path);
  if (!csv) return csv.error();
  auto volume = series_above_zero(*csv, {"volume_usd", amount}, ask);
  if (!volume) return volume.error();
  auto depth = series_above_zero(*csv, {"tvl_usd", amount}, ask);
  if (!depth) return depth.error();
  return PoolDays{*std::move(volume), *std::move(depth)};
}

}  // namespace levee::feed

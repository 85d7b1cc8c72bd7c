#include "levee/feed/signal_files.h"

#include "levee/base/fields.h"
#include "levee/feed/calendar_file.h"
#include "levee/feed/csv.h"
#include "levee/feed/governance_file.h"
#include "levee/feed/panel_file.h"
#include "levee/feed/series_file.h"
#include "levee/feed/shown.h"
#include "levee/feed/toml_file.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <set>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <fmt/format.h>

namespace levee::feed {
namespace {

struct Clock {
  std::string_view column;
  std::optional<Seconds> lag;  // None: a candle's own length, which the rows tell.
};
constexpr std::array<Clock, 6> clocks{{{"updated_utc", Seconds{0}},
                                       {"block_timestamp", Seconds{0}},
                                       {"hour_utc", hours(1)},
                                       {"open_time_utc", {}},
                                       {"date_utc", days(1)},
                                       {"date", days(1)}}};
constexpr std::array<std::string_view, 3> naming{"symbol", "series_id", "protocol"};

struct Wanted {
  std::string_view column;
  Measure measure;
  double factor = 1;  // To the unit of the input.
};

constexpr Measure share{.unit = "share", .sign = Sign::not_negative, .most = 1};
constexpr Measure dollars{.unit = "USD", .sign = Sign::not_negative};
constexpr Measure price{.unit = "price", .sign = Sign::positive};
constexpr Measure decimals{.unit = "rate in decimals: 0.05 is 5 %", .most = 10};
constexpr Measure per_cent{.unit = "rate in per cent", .most = 1000};

constexpr std::array<Wanted, 5> rates{{{"rate", decimals},
                                       {"variable_borrow_rate", decimals},
                                       {"borrow_apr_pct", per_cent, .01},
                                       {"aave_supply_apr_pct", per_cent, .01},
                                       {"value_pct", per_cent, .01}}};
constexpr std::array<Wanted, 1> shares{{{"utilisation", share}}};
constexpr std::array<Wanted, 1> mev_shares{{{"mev_share", share}}};
constexpr std::array<Wanted, 1> locked{{{"tvl_usd", dollars}}};
constexpr std::array<Wanted, 1> depths{{{"depth_usd", dollars}}};
constexpr std::array<Wanted, 3> prices{{{"price", price}, {"close_usd", price}, {"close", price}}};

struct Picked {
  std::string path, name;
};

// The name after the last colon, unless that is a part of the path.
Picked picked(const std::string& given) {
  const std::size_t colon = given.rfind(':');
  if (colon == std::string::npos || given.find('/', colon) != std::string::npos) return {given, {}};
  return {given.substr(0, colon), given.substr(colon + 1)};
}

Result<Csv> csv_of(const std::string& path) {
  auto text = read_text(path);
  if (!text) return text.error();
  return Csv::from(*std::move(text));
}

/// Which rows and cells of a file are meant.
struct Plan {
  Column time;
  std::optional<Seconds> lag;
  std::optional<Column> name;  // Rows of other names are passed over.
  Column value;
  double factor = 1;
};

Error no_such(const Csv& csv, std::string_view what) {
  return fail(Reason::bad_input, fmt::format("{}: no {} (the header names {})", csv.header_place(),
                                             what, fmt::join(csv.header(), ", ")));
}

// What a naming column holds, in name order.
std::set<std::string> names_in(const Csv& csv, const Column& column) {
  std::set<std::string> names;
  RowReader reader(csv);
  for (const Csv::Row& line : csv.rows()) {
    reader.load(line);
    names.emplace(reader.text(column));
  }
  return names;
}

Result<Plan> plan_of(const Csv& csv, const Picked& pick, std::span<const Wanted> wanted) {
  const auto clock = std::ranges::find_if(
      clocks, [&](const Clock& one) { return csv.find(one.column).has_value(); });
  if (clock == clocks.end()) return no_such(csv, "date_utc, hour_utc or updated_utc");
  Plan plan{.time = *csv.find(clock->column), .lag = clock->lag, .name = {}, .value = {}};
  // A wide file's column stands for itself, in the unit of what is wanted first.
  if (const auto column = csv.find(pick.name, wanted.front().measure)) {
    plan.value = *column;
    plan.factor = wanted.front().factor;
    return plan;
  }
  for (const std::string_view name : naming) {
    if (!plan.name) plan.name = csv.find(name);
  }
  if (plan.name) {
    const auto names = names_in(csv, *plan.name);
    if (!names.contains(pick.name) && (names.size() > 1 || !pick.name.empty())) {
      return fail(Reason::bad_input,
                  fmt::format("{}: {} (it holds {}) say which: {}:NAME", pick.path,
                              pick.name.empty() ? "holds several" : "holds no " + shown(pick.name),
                              fmt::join(names, ", "), pick.path));
    }
  } else if (!pick.name.empty()) {
    return no_such(csv, "column " + shown(pick.name));
  }
  std::vector<std::string_view> names;
  for (const Wanted& one : wanted) {
    if (const auto column = csv.find(one.column, one.measure)) {
      plan.value = *column;
      plan.factor = one.factor;
      return plan;
    }
    names.push_back(one.column);
  }
  return no_such(csv, fmt::format("{}", fmt::join(names, " or ")));
}

Result<Done> note(RowReader& reader, const Plan& plan, UnixSeconds known, market::Series& series) {
  const auto value = reader.number_if(plan.value);
  if (reader.fault()) return *reader.fault();
  if (!value) return Done{};
  if (!series.at.empty() && known <= series.at.back()) {
    reader.refuse(Reason::bad_input, fmt::format("{} {} is not after the row before (rows ascend)",
                                                 plan.time.name, reader.text(plan.time)));
    return *reader.fault();
  }
  series.at.push_back(known);
  series.value.push_back(*value * plan.factor);
  return Done{};
}

// in: two moments or more
Seconds usual_step(const std::vector<UnixSeconds>& at) {
  std::vector<Seconds> steps;
  for (std::size_t i = 1; i < at.size(); ++i) steps.push_back(at[i] - at[i - 1]);
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::ranges::nth_element(steps, middle);
  return *middle;
}

Seconds step_of(const market::Series& series, Seconds lag) {
  if (lag > Seconds{0} || series.at.size() < 2) return std::max(lag, hours(1));
  return usual_step(series.at);
}

bool is_meant(const RowReader& reader, const Plan& plan, const Picked& pick) {
  return !plan.name || pick.name.empty() || reader.text(*plan.name) == pick.name;
}

// How long after its moment a row is known.
Result<Seconds> lag_of(const Csv& csv, const Plan& plan, const Picked& pick) {
  if (plan.lag) return *plan.lag;
  std::vector<UnixSeconds> opened;
  RowReader reader(csv);
  for (const Csv::Row& line : csv.rows()) {
    reader.load(line);
    if (is_meant(reader, plan, pick)) opened.push_back(reader.moment(plan.time));
    if (reader.fault()) return *reader.fault();
  }
  if (opened.size() >= 2) return std::max(usual_step(opened), Seconds{0});
  return fail(Reason::missing_data,
              fmt::format("{}: one row (two or more tell how long a candle is)", csv.path()));
}

Result<market::Series> read_picked(const std::string& given, std::span<const Wanted> wanted,
                                   UnixSeconds at) {
  const Picked pick = picked(given);
  const auto csv = csv_of(pick.path);
  if (!csv) return csv.error();
  const auto plan = plan_of(*csv, pick, wanted);
  if (!plan) return plan.error();
  const auto lag = lag_of(*csv, *plan, pick);
  if (!lag) return lag.error();
  market::Series series{.at = {}, .value = {}, .step = {}, .source = pick.path};
  series.source +=
      fmt::format(" ({}{}{})", pick.name, pick.name.empty() ? "" : ", ", plan->value.name);
  RowReader reader(*csv);
  for (const Csv::Row& line : csv->rows()) {
    reader.load(line);
    if (!is_meant(reader, *plan, pick)) continue;
    const UnixSeconds known = reader.moment(plan->time) + *lag;
    if (reader.fault()) return *reader.fault();
    if (known > at) continue;
    if (const auto done = note(reader, *plan, known, series); !done) return done.error();
  }
  series.step = step_of(series, *lag);
  if (!series.empty()) return series;
  return fail(Reason::missing_data,
              fmt::format("{}: nothing in it was known at {}", given, text_of(at)));
}

// Builders' payments over those and the base fees burnt.
Result<market::Series> read_mev_record(Csv csv, UnixSeconds at) {
  constexpr Measure ether{.unit = "ETH", .sign = Sign::not_negative};
  constexpr Measure gwei{.unit = "gwei", .sign = Sign::not_negative};
  constexpr Measure count{.unit = "blocks", .sign = Sign::not_negative};
  constexpr double gas_limit = 30e6;
  const Column hour = csv.need("hour_utc"), paid = csv.need("mevboost_value_eth", ether),
               blocks = csv.need("blocks", count), fee = csv.need("base_fee_gwei_mean", gwei),
               used = csv.need("gas_used_ratio", share);
  if (csv.fault()) return *csv.fault();
  market::Series series{.at = {}, .value = {}, .step = hours(1), .source = {}};
  series.source = csv.path() + " (builders' payments over those and the base fees burnt)";
  RowReader reader(csv);
  for (const Csv::Row& line : csv.rows()) {
    reader.load(line);
    const UnixSeconds known = reader.moment(hour) + hours(1);
    const double value = reader.number(paid);
    const double burnt =
        reader.number(blocks) * reader.number(used) * gas_limit * reader.number(fee) * 1e-9;
    if (reader.fault()) return *reader.fault();
    if (known > at || !(value > 0)) continue;
    series.at.push_back(known);
    series.value.push_back(value / (value + burnt));
  }
  if (!series.empty()) return series;
  return fail(Reason::missing_data,
              fmt::format("{}: nothing in it was known at {}", csv.path(), text_of(at)));
}

// The mean of each day: an hour's extraction is nobody's median.
market::Series by_day(const market::Series& hours_of) {
  market::Series ends{.at = {}, .value = {}, .step = days(1), .source = hours_of.source};
  double count = 0;
  for (std::size_t i = 0; i < hours_of.at.size(); ++i) {
    const std::int64_t day = days(1).value();
    const UnixSeconds end{(hours_of.at[i].value() + day - 1) / day * day};
    if (ends.at.empty() || ends.at.back() != end) {
      ends.at.push_back(end);
      ends.value.push_back(0);
      count = 0;
    }
    ++count;
    ends.value.back() += (hours_of.value[i] - ends.value.back()) / count;
  }
  return ends;
}

Result<market::Series> read_mev(const std::string& given, UnixSeconds at) {
  auto csv = csv_of(picked(given).path);
  if (!csv) return csv.error();
  if (!csv->find("mevboost_value_eth")) return read_picked(given, mev_shares, at);
  auto found = read_mev_record(*std::move(csv), at);
  if (!found) return found.error();
  market::Series ends = by_day(*found);
  if (ends.at.back() > at) ends.at.pop_back(), ends.value.pop_back();
  if (!ends.empty()) return ends;
  return fail(Reason::missing_data, fmt::format("{}: no day is over by {}", given, text_of(at)));
}

// What a gauge takes the logarithm of has none on a day of nothing.
market::Series above_zero(const market::Series& series) {
  market::Series kept{.at = {}, .value = {}, .step = series.step, .source = series.source};
  for (std::size_t i = 0; i < series.at.size(); ++i) {
    if (!(series.value[i] > 0)) continue;
    kept.at.push_back(series.at[i]);
    kept.value.push_back(series.value[i]);
  }
  return kept;
}

Result<Done> add_series(const SignalFiles& files, signal::History& history) {
  struct Part {
    std::string_view input;
    const std::string& given;
    std::span<const Wanted> wanted;
  };
  const std::initializer_list<Part> parts{{"protocol_value", files.tvl, locked},
                                          {"secured_value", files.tvl_total, locked},
                                          {"borrow_rate", files.lending, rates},
                                          {"benchmark_rate", files.benchmark, rates},
                                          {"utilisation", files.utilisation, shares},
                                          {"depth", files.depth, depths},
                                          {"peg", files.peg, prices},
                                          {"oracle_price", files.oracle, prices},
                                          {"second_oracle", files.second_oracle, prices},
                                          {"pool_average", files.pool_average, prices},
                                          {"trades_base", files.trades_base, prices},
                                          {"trades_quote", files.trades_quote, prices}};
  for (const Part& part : parts) {
    if (part.given.empty()) continue;
    auto found = read_picked(part.given, part.wanted, history.at);
    if (!found) return found.error();
    const bool logged = part.wanted.front().measure.unit == dollars.unit;
    history.series[std::string(part.input)] = logged ? above_zero(*found) : *std::move(found);
  }
  if (!files.mev.empty()) {
    auto found = read_mev(files.mev, history.at);
    if (!found) return found.error();
    history.series["mev_share"] = above_zero(*found);
  }
  return Done{};
}

Result<Done> add_vols(const SignalFiles& files, signal::History& history) {
  const std::initializer_list<std::pair<const char*, const std::string&>> parts{
      {"iv_long", files.iv_long}, {"iv_base", files.iv_base}, {"iv_quote", files.iv_quote}};
  for (const auto& [input, path] : parts) {
    if (path.empty()) continue;
    auto found = read_iv_index(path, {.at = history.at, .stale = market::Stale::allow});
    if (!found) return found.error();
    history.series[input] = *std::move(found);
  }
  return Done{};
}

Result<Done> add_panels(const SignalFiles& files, signal::History& history) {
  struct Part {
    std::string_view input;
    const std::string& given;
    PanelAsk ask;
  };
  const UnixSeconds at = history.at;
  constexpr Measure traded{.unit = "USD a day"}, tokens{.unit = "tokens"};
  const std::initializer_list<Part> parts{
      {"close", files.closes, {at, "close_usd", price, {}}},
      {"token_volume", files.volumes, {at, "volume_usd", traded, {}}},
      {"supply", files.supplies, {at, "circulating_supply", tokens, "market_cap_usd"}}};
  for (const Part& part : parts) {
    if (part.given.empty()) continue;
    auto found = read_panel(part.given, part.ask);
    if (!found) return found.error();
    history.panels[std::string(part.input)] = *std::move(found);
  }
  return Done{};
}

Result<Done> add_governance(const SignalFiles& files, signal::History& history) {
  signal::Governance& into = history.governance;
  if (!files.governance.empty()) {
    const Picked pick = picked(files.governance);
    auto found = read_proposals(pick.path, pick.name);
    if (!found) return found.error();
    into.proposals = *std::move(found);
  }
  if (!files.votes.empty()) {
    const Picked pick = picked(files.votes);
    auto found = read_vote_days(pick.path, pick.name);
    if (!found) return found.error();
    into.days = *std::move(found);
  }
  if (files.eligible && !(*files.eligible > 0)) {
    return fail(Reason::out_of_range,
                fmt::format("eligible_tokens = {} (must be positive)", *files.eligible));
  }
  if (files.eligible) into.eligible = files.eligible;
  if (!files.calendar.empty()) {
    auto found = read_calendar(files.calendar);
    if (!found) return found.error();
    into.events = *std::move(found);
  }
  into = known_at(into, history.at);
  return Done{};
}

}  // namespace

Result<Done> add_signal_files(const SignalFiles& files, signal::History& history) {
  if (auto done = add_series(files, history); !done) return done.error();
  if (auto done = add_vols(files, history); !done) return done.error();
  if (auto done = add_panels(files, history); !done) return done.error();
  return add_governance(files, history);
}

Result<signal::SignalPolicy> read_signal_policy(const std::string& path) {
  auto document = read_toml(path);
  if (!document) return document.error();
  TomlTable root = root_of(**document);
  signal::SignalPolicy policy;
  std::vector<std::string_view> names;
  for_fields(policy, [&](std::string_view name, double& field, std::string_view about) {
    names.push_back(name);
    field = root.number_if(name, {.unit = about}).value_or(field);
  });
  root.only(names);
  if (root.fault()) return *root.fault();
  if (const auto fine = signal::check(policy); !fine) {
    return fail(fine.error().reason, fmt::format("{}: {}", path, fine.error().message));
  }
  return policy;
}

}  // namespace levee::feed

#include "levee/feed/pool_file.h"

#include "levee/feed/csv.h"
#include "levee/feed/fee_flow.h"
#include "levee/feed/series_file.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include <fmt/core.h>
#include <fmt/format.h>

namespace levee::feed {
namespace {

constexpr Measure raw_liquidity{.unit = "raw liquidity", .sign = Sign::not_negative};
constexpr Measure raw_amount{.unit = "raw token amount", .sign = Sign::not_negative};
constexpr Measure raw_growth{.unit = "fee growth times 2^128", .sign = Sign::not_negative};
constexpr Measure pool_price{.unit = "quote per base", .sign = Sign::positive};

struct PoolRows {
  const Csv& csv;
  const PoolAsk& ask;
  const PoolPair& pair;
};

// Calls use(reader, moment it is known) for every row known at ask.at, in order.
template <class Use>
std::optional<Error> for_known(const PoolRows& rows, const Column& time, Seconds lag, Use use) {
  RowReader reader(rows.csv);
  std::optional<UnixSeconds> before;
  bool later = false;
  for (const Csv::Row& row : rows.csv.rows()) {
    reader.load_front(row, time.index + 1);
    const UnixSeconds known = reader.moment(time) + lag;
    // Rows ascend: whatever is unreadable behind a later row is later too.
    later = later || (!reader.fault() && known > rows.ask.at);
    if (later && (reader.fault() || known > rows.ask.at)) continue;
    if (!reader.fault()) reader.load(row);
    if (before && known <= *before) {
      reader.refuse(Reason::bad_input,
                    fmt::format("{} is not after the row before (rows ascend)", time.name));
    }
    if (!reader.fault()) use(reader, known);
    if (reader.fault()) return reader.fault();
    before = known;
  }
  if (before) return std::nullopt;
  return fail(Reason::missing_data, fmt::format("{}: nothing in it was known at {}",
                                                rows.csv.path(), text_of(rows.ask.at)));
}

// Growth of a counter that never falls; as doubles two equal ones may differ in the last digit.
double growth_of(RowReader& reader, const Column& column, double before, double now) {
  if (now < before * (1 - 1e-12)) {
    reader.refuse(Reason::bad_input, fmt::format("{} falls (fee growth only grows)", column.name));
  }
  return std::max(0.0, now - before);
}

// Whole tokens of a raw amount of token0 or token1, in dollars at a price.
struct Worth {
  amm::Quoting quoting;
  double price = 0;

  double of0(double raw) const { return quoting.base_is_token0 ? base(raw) * price : quote(raw); }
  double of1(double raw) const { return quoting.base_is_token0 ? quote(raw) : base(raw) * price; }
  double base(double raw) const { return raw / std::pow(10, quoting.base_decimals); }
  double quote(double raw) const { return raw / std::pow(10, quoting.quote_decimals); }
};

void add_fees(market::PoolState& state, std::span<const FeeStep> steps, std::string_view source) {
  state.fees = fee_flow(steps);
  if (state.fees) state.fees->source = fmt::format("{} ({})", state.source, source);
}

// The column of closing prices, empty if there is none.
std::string_view close_column(const Csv& csv) {
  const auto& header = csv.header();
  const auto close = std::find_if(header.begin(), header.end(), [](const std::string& name) {
    return name.starts_with("close_") && name.find("_per_") != std::string_view::npos;
  });
  return close == header.end() ? std::string_view{} : *close;
}

Result<market::PoolState> pool_hours(const PoolRows& rows) {
  const Csv& csv = rows.csv;
  const std::string_view close = close_column(csv);
  if (close.empty()) {
    return fail(Reason::bad_input, fmt::format("{}: no column close_..._per_... ({})",
                                               csv.header_place(), pool_price.unit));
  }
  const Column price = *csv.find(close, pool_price);
  const auto liquidity = csv.find("liquidity_raw", raw_liquidity);
  const auto growth0 = csv.find("fee_growth_global0_x128", raw_growth);
  const auto growth1 = csv.find("fee_growth_global1_x128", raw_growth);
  const auto& quoting = rows.pair.quoting;
  // Raw fee per raw liquidity, with liquidity in human units of sqrt(base * quote).
  const double per_liquidity =
      std::pow(10, (quoting.base_decimals + quoting.quote_decimals) / 2.0) / std::exp2(128);

  market::PoolState state{.price = {},
                          .at = {},
                          .active_liquidity = {},
                          .fees = {},
                          .source = csv.path() + rows.pair.note};
  std::vector<FeeStep> steps;
  double before0 = 0, before1 = 0;
  bool first = true;
  const auto use = [&](RowReader& reader, UnixSeconds known) {
    const Worth worth{.quoting = quoting, .price = reader.number(price)};
    const auto raw = reader.number_if(liquidity);
    state.price = Price{worth.price};
    state.active_liquidity =
        raw.value_or(0) > 0 ? std::optional{amm::human_liquidity(*raw, quoting)} : std::nullopt;
    if (growth0 && growth1) {
      const double now0 = reader.number(*growth0), now1 = reader.number(*growth1);
      if (!first) {
        const double usd = worth.of0(growth_of(reader, *growth0, before0, now0)) +
                           worth.of1(growth_of(reader, *growth1, before1, now1));
        steps.push_back({.end = known,
                         .span = known - state.at,
                         .usd_per_liquidity = Usd{usd * per_liquidity}});
      }
      before0 = now0;
      before1 = now1;
    }
    state.at = known;
    first = false;
  };
  const Column time = *csv.find("period_start_utc");
  if (auto error = for_known(rows, time, hours(1), use)) return *error;
  add_fees(state, steps, "fee growth, mean of days");
  return state;
}

Result<market::PoolState> pool_minutes(const PoolRows& rows, Csv& csv) {
  const Column time = csv.need_either("timestamp_utc", "timestamp", {.unit = "moment"});
  const Column tick = csv.need("closeTick", {.unit = "tick", .most = 887272});
  const Column liquidity = csv.need("currentLiquidity", raw_liquidity);
  const Column in0 = csv.need("inAmount0", raw_amount), in1 = csv.need("inAmount1", raw_amount);
  if (csv.fault()) return *csv.fault();
  const auto named = fee_share_of_name(csv.path());
  const double fee_share = named.value_or(0.0005);
  const auto& quoting = rows.pair.quoting;

  market::PoolState state{.price = {},
                          .at = {},
                          .active_liquidity = {},
                          .fees = {},
                          .source = csv.path() + rows.pair.note};
  std::vector<FeeStep> steps;
  const auto use = [&](RowReader& reader, UnixSeconds known) {
    const double at_tick = reader.number(tick), raw = reader.number(liquidity);
    if (at_tick != std::floor(at_tick)) {
      reader.refuse(Reason::bad_input, "closeTick is not a whole number (ticks)");
    }
    state.price = amm::price_at(Tick{static_cast<std::int32_t>(at_tick)}, quoting);
    state.at = known;
    state.active_liquidity =
        raw > 0 ? std::optional{amm::human_liquidity(raw, quoting)} : std::nullopt;
    const Worth worth{.quoting = quoting, .price = state.price.value()};
    const double in = worth.of0(reader.number(in0)) + worth.of1(reader.number(in1));
    if (!state.active_liquidity) return;
    steps.push_back({.end = known,
                     .span = Seconds{60},
                     .usd_per_liquidity = Usd{in * fee_share / state.active_liquidity->value()}});
  };
  if (auto error = for_known(rows, time, Seconds{60}, use)) return *error;
  add_fees(state, steps,
           fmt::format("amounts in times a fee tier of {} %{}", fee_share * 100,
                       named ? "" : ", assumed: the file's name has none"));
  return state;
}

Result<market::PoolState> pool_days(const PoolRows& rows, Csv& csv) {
  const Column time = csv.need("date_utc", {.unit = "date"});
  const Column price = csv.need(rows.pair.quoting.base_is_token0 ? "price_token1_per_token0_eod"
                                                                 : "price_token0_per_token1_eod",
                                pool_price);
  if (csv.fault()) return *csv.fault();
  market::PoolState state{.price = {},
                          .at = {},
                          .active_liquidity = {},
                          .fees = {},
                          .source = csv.path() + rows.pair.note};
  const auto use = [&](RowReader& reader, UnixSeconds known) {
    state.price = Price{reader.number(price)};
    state.at = known;
  };
  if (auto error = for_known(rows, time, days(1), use)) return *error;
  return state;
}

Result<market::PoolState> pool_from_csv(Csv& csv, const PoolAsk& ask) {
  const auto pair = pair_of_names(csv.path(), close_column(csv), ask);
  if (!pair) return fail(pair.error().reason, csv.path() + ": " + pair.error().message);
  const PoolRows rows{.csv = csv, .ask = ask, .pair = *pair};
  if (csv.find("period_start_utc")) return pool_hours(rows);
  if (csv.find("closeTick")) return pool_minutes(rows, csv);
  if (csv.find("price_token1_per_token0_eod")) return pool_days(rows, csv);
  return fail(Reason::bad_input,
              fmt::format("{}: not a pool's hours, minutes or days (the header names {})",
                          csv.header_place(), fmt::join(csv.header(), ", ")));
}

Result<market::PoolState> pool_from(TextFile file, const PoolAsk& ask) {
  const auto first = file.text.find_first_not_of(" \t\r\n");
  if (first != std::string::npos && file.text[first] == '{') return pool_from_json(file, ask);
  auto csv = Csv::from(std::move(file));
  if (!csv) return csv.error();
  return pool_from_csv(*csv, ask);
}

}  // namespace

Result<market::PoolState> read_pool(const std::string& path, const PoolAsk& ask) {
  auto file = read_text(path);
  if (!file) return file.error();
  auto state = pool_from(*std::move(file), ask);
  if (!state) return state;
  const auto fresh = check_age(path, state->at, {.at = ask.at, .stale = ask.stale});
  if (!fresh) return fresh.error();
  return state;
}

}  // namespace levee::feed

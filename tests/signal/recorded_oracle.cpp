// tests/signal/recorded_oracle.cpp — gauges on recorded markets: what they showed, and that they
// ran.
#include "levee/feed/csv.h"
#include "levee/feed/series_file.h"
#include "levee/signal/kind.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace levee::signal {
namespace {

const std::string recorded = std::string(LEVEE_SHARED) + "/data/";

// A wide table: a day a row, a token a column.
Panel panel_in(const std::string& path) {
  auto text = feed::read_text(recorded + path, {});
  EXPECT_TRUE(text) << (text ? "" : text.error().message);
  const auto csv = feed::Csv::from(std::move(*text));
  Panel panel;
  std::vector<std::optional<feed::Column>> columns;
  for (const std::string& name : csv->header()) {
    if (name == "date_utc") continue;
    panel.token.push_back(name);
    columns.push_back(csv->find(name, {}));
  }
  feed::RowReader row(*csv);
  for (const auto& line : csv->rows()) {
    row.load(line);
    panel.at.push_back(row.moment(*csv->find("date_utc", {})) + days(1));
    for (const auto& column : columns) {
      const auto x = row.number_if(column);
      panel.cell.push_back(x && *x > 0 ? *x : Panel::none);
    }
  }
  panel.source = path;
  return panel;
}

market::Series column_in(const std::string& path, std::string_view name) {
  const Panel panel = panel_in(path);
  const auto column = std::ranges::find(panel.token, name) - panel.token.begin();
  market::Series series{.at = {}, .value = {}, .step = days(1), .source = path};
  for (std::size_t row = 0; row < panel.at.size(); ++row) {
    const double x = panel.value(row, static_cast<std::size_t>(column));
    if (!(x > 0)) continue;
    series.at.push_back(panel.at[row]);
    series.value.push_back(x);
  }
  return series;
}

History history_until(std::string_view date) {
  return {.at = *moment_from(date),
          .base = "ETH",
          .quote = "USD",
          .series = {},
          .panels = {},
          .governance = {}};
}

// Figures for whoever reads the test's output: how often a gauge was in which state.
Signal shown(std::string_view kind, const History& history) {
  const auto found = read(kind, history, {});
  EXPECT_TRUE(found) << (found ? "" : found.error().message);
  if (!found) return {};
  std::map<std::string_view, int> states;
  for (const Reading& reading : found->readings) states[reading.state] += 1;
  const Reading& newest = found->readings.back();
  fmt::print("{:16} {} readings, last {} {:.4g} {}:", kind, found->readings.size(),
             text_of(newest.at), newest.value, newest.state);
  for (const auto& [state, count] : states) fmt::print(" {} {}", state, count);
  fmt::print("\n");
  for (const Explain& input : found->working.inputs) {
    fmt::print("    {} = {:.4g}\n", input.name, input.value.value_or(0));
  }
  return *found;
}

}  // namespace

TEST(RecordedSignals, OfThePairsPriceVolatilityAndFunding) {
  if (!std::filesystem::exists(recorded)) GTEST_SKIP() << "no recorded markets beside the checkout";
  History history = history_until("2025-08-31");
  const feed::SeriesAsk ask{.at = history.at, .stale = market::Stale::allow};
  const auto prices = feed::read_history(recorded + "prices/binance_spot_ETHUSDT_1h.csv.gz", ask);
  const auto vols = feed::read_iv_index(recorded + "options/deribit_dvol_ETH_1d.csv", ask);
  const auto rates = feed::read_funding(recorded + "perps/binance_funding_8h_ETHUSDT.csv", ask);
  const auto pool = feed::read_pool_days(
      recorded +
          "uniswap_v3/pool_day/"
          "ethereum_WETH-USDT_500_0x11b815efb8f581194ae79006d24e0d814b7697f6.csv.gz",
      ask);
  ASSERT_TRUE(prices && vols && rates && pool);
  history.series["price"] = *prices;
  history.series["iv"] = *vols;
  history.series["funding"] = *rates;
  history.series["volume"] = pool->volume;
  const Signal strength = shown("rsi", history);
  EXPECT_GT(strength.readings.size(), 2000u);
  shown("funding", history);
  shown("macd_volume", history);
  const Signal equivalent = shown("vol_equivalent", history);
  // The week in which the exchange FTX failed is a crisis by any rank.
  const UnixSeconds ftx = *moment_from("2022-11-10");
  const auto then = std::ranges::find(equivalent.readings, ftx, &Reading::at);
  ASSERT_NE(then, equivalent.readings.end());
  EXPECT_GT(then->value, 20);
  shown("daily_range", history);
}

TEST(RecordedSignals, OfATokenUniverseAndOfValueLocked) {
  if (!std::filesystem::exists(recorded)) GTEST_SKIP() << "no recorded markets beside the checkout";
  History history = history_until("2023-12-31");
  history.panels["close"] = panel_in("universe/binance_spot_daily_close_2021-04_2023-12.csv.gz");
  history.panels["token_volume"] =
      panel_in("universe/binance_spot_daily_quote_volume_usdt_2021-04_2023-12.csv.gz");
  const Signal line = shown("breadth", history);
  EXPECT_GT(line.readings.size(), 900u);
  History locked = history_until("2025-08-31");
  const std::string sectors = "tvl/defillama_sector_tvl_daily.csv";
  locked.series["protocol_value"] = market::known_at(column_in(sectors, "dex_tvl_usd"), locked.at);
  locked.series["secured_value"] = market::known_at(column_in(sectors, "defi_tvl_usd"), locked.at);
  EXPECT_GT(shown("tvl_divergence", locked).readings.size(), 2000u);
}

}  // namespace levee::signal

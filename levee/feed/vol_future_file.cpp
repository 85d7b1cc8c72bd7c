#include "levee/feed/vol_future_file.h"

#include "levee/feed/shown.h"
#include "levee/feed/toml_file.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

namespace levee::feed {
namespace {

constexpr std::array<std::string_view, 11> keys{
    "name",       "asset",   "expiry",     "bid_points",    "ask_points",     "point_usd",
    "index_days", "fee_usd", "margin_usd", "lot_contracts", "depth_contracts"};

UnixSeconds expiry_in(TomlTable& table, UnixSeconds at) {
  const auto expiry = table.moment_if("expiry");
  if (!expiry) {
    table.refuse("expiry", "is missing (a moment, UTC: \"2026-03-27T08:00:00Z\")");
    return at;
  }
  if (*expiry <= at) {
    table.refuse("expiry", fmt::format("{} is not after the market's moment, {} (remove what has "
                                       "expired)",
                                       text_of(*expiry), text_of(at)));
  }
  return *expiry;
}

market::VolFutureQuote quote_in(TomlTable& table, UnixSeconds at) {
  constexpr Measure vol{
      .unit = "points: 65 is a volatility of 65 %", .sign = Sign::positive, .most = 1000};
  constexpr Measure usd{.unit = "USD", .sign = Sign::positive, .most = 1e9};
  constexpr Measure usd_or_none{.unit = "USD", .sign = Sign::not_negative, .most = 1e9};
  constexpr Measure contracts{.unit = "contracts", .sign = Sign::positive, .most = 1e9};
  constexpr Measure span{
      .unit = "days that the index looks ahead", .sign = Sign::positive, .most = 3650};
  table.only(keys);
  market::VolFutureQuote quote;
  quote.name = table.text("name", "as reports call it");
  quote.asset = table.text("asset", "whose options the index is of: ETH");
  quote.expiry = expiry_in(table, at);
  quote.bid = Vol{table.number("bid_points", vol) / 100};
  quote.ask = Vol{table.number("ask_points", vol) / 100};
  quote.per_point = Usd{table.number("point_usd", usd)};
  quote.span = Seconds{std::llround(table.number_if("index_days", span).value_or(30) * 86400)};
  quote.fee = Usd{table.number("fee_usd", usd_or_none)};
  quote.margin = Usd{table.number("margin_usd", usd)};
  quote.lot = Tokens{table.number("lot_contracts", contracts)};
  quote.depth = Tokens{table.number("depth_contracts", contracts)};
  if (quote.ask < quote.bid) table.refuse("ask_points", "is below bid_points (swap the two)");
  if (quote.span < days(1)) table.refuse("index_days", "is less than a day (30 is usual)");
  if (quote.depth < quote.lot) table.refuse("depth_contracts", "is less than lot_contracts");
  return quote;
}

}  // namespace

Result<std::vector<market::VolFutureQuote>> read_vol_futures(const std::string& path,
                                                             UnixSeconds at) {
  constexpr std::array<std::string_view, 1> only{"vol_future"};
  auto document = read_toml(path);
  if (!document) return document.error();
  TomlTable root = root_of(**document);
  root.only(only);
  std::vector<market::VolFutureQuote> quotes;
  for (TomlTable& table : root.tables("vol_future")) {
    quotes.push_back(quote_in(table, at));
    const std::string& name = quotes.back().name;
    if (std::ranges::count(quotes, name, &market::VolFutureQuote::name) > 1) {
      table.refuse("name", fmt::format("{} stands twice", shown(name)));
    }
  }
  if (root.fault()) return *root.fault();
  if (quotes.empty()) {
    return fail(Reason::missing_data,
                fmt::format("{}: no [[vol_future]] table (nothing is quoted)", path));
  }
  return quotes;
}

}  // namespace levee::feed

#include "levee/feed/chain_row.h"

#include "levee/feed/instrument.h"
#include "levee/feed/shown.h"

#include <fmt/core.h>

namespace levee::feed {
namespace {

constexpr Measure coins{.unit = "coins per contract", .sign = Sign::not_negative};
constexpr Measure dollars{.unit = "USD per token", .sign = Sign::positive};
// The highest implied volatility on record here is 3.5; anything above 5 was written in per cent.
constexpr Measure vols{
    .unit = "implied volatility in decimals: 0.65 is 65 %", .sign = Sign::not_negative, .most = 5};
constexpr Measure contracts{.unit = "contracts", .sign = Sign::not_negative};

std::optional<double> quoted_price(RowReader& reader, const Column& column) {
  const auto price = reader.number_if(column);
  return price == 0.0 ? std::nullopt : price;
}

// The moment the expiry column means: an ISO moment, or the venue's code for 08:00 UTC.
UnixSeconds expiry_in(RowReader& reader, const Column& column) {
  if (column.name == "expiry_utc") return reader.moment(column);
  const auto expiry = expiry_from(reader.text(column));
  if (expiry) return *expiry;
  reader.refuse(expiry.error().reason, fmt::format("{} {}", column.name, expiry.error().message));
  return {};
}

void check_name(RowReader& reader, const ChainColumns& columns, ChainRow& row) {
  const auto name = option_from(row.instrument);
  if (!name) {
    return reader.refuse(name.error().reason, fmt::format("instrument {}", name.error().message));
  }
  row.contract = name->contract;
  const std::string_view letter = row.contract.type == option::Type::call ? "C" : "P";
  const UnixSeconds expiry = expiry_in(reader, columns.expiry);
  const double strike = reader.number(columns.strike);
  const Column* wrong = nullptr;
  if (name->currency != reader.text(columns.currency)) wrong = &columns.currency;
  if (letter != reader.text(columns.type)) wrong = &columns.type;
  if (strike != row.contract.strike.value()) wrong = &columns.strike;
  if (expiry != row.contract.expiry) wrong = &columns.expiry;
  if (wrong == nullptr) return;
  reader.refuse(Reason::bad_input,
                fmt::format("instrument {} disagrees with {} {} (correct one of the two)",
                            shown(row.instrument), wrong->name, shown(reader.text(*wrong))));
}

}  // namespace

Result<ChainColumns> chain_columns(Csv& csv) {
  ChainColumns columns{
      .at = csv.need_either("snapshot_utc", "quote_utc", {.unit = "moment of the quote"}),
      .currency = csv.need("currency", {.unit = "base asset, ETH"}),
      .instrument = csv.need("instrument", {.unit = "name, ETH-27FEB26-2500-P"}),
      .expiry = csv.need_either("expiry_utc", "expiry", {.unit = "moment of expiry"}),
      .strike = csv.need("strike_usd", dollars),
      .type = csv.need("type", {.unit = "C or P"}),
      .bid = csv.need("bid_coin", coins),
      .ask = csv.need("ask_coin", coins),
      .mark = csv.need("mark_coin", coins),
      .open_interest = csv.need("open_interest_coin", contracts),
      .mark_vol = csv.find("mark_iv", vols),
      .future = csv.find("future_usd", dollars),
      .index = csv.find("index_usd", dollars)};
  if (csv.fault()) return *csv.fault();
  return columns;
}

Result<ChainRow> chain_row(RowReader& reader, const ChainColumns& columns) {
  ChainRow row{.line = reader.line(),
               .at = reader.moment(columns.at),
               .instrument = std::string(reader.text(columns.instrument)),
               .contract = {},
               .bid = quoted_price(reader, columns.bid),
               .ask = quoted_price(reader, columns.ask),
               .mark = reader.number(columns.mark),
               .mark_vol = reader.number_if(columns.mark_vol),
               .future = reader.number_if(columns.future),
               .index = reader.number_if(columns.index),
               .open_interest = reader.number(columns.open_interest)};
  check_name(reader, columns, row);
  if (row.contract.expiry <= row.at) {
    reader.refuse(Reason::bad_input,
                  fmt::format("{} had expired at {} (quoted at {})", row.instrument,
                              text_of(row.contract.expiry), text_of(row.at)));
  }
  if (row.bid && row.ask && *row.bid > *row.ask) {
    reader.refuse(Reason::bad_input,
                  fmt::format("bid_coin {} is above ask_coin {} (a crossed quote; coins per "
                              "contract)",
                              *row.bid, *row.ask));
  }
  if (reader.fault()) return *reader.fault();
  return row;
}

}  // namespace levee::feed

#include "levee/feed/universe_file.h"

#include "levee/feed/csv.h"
#include "levee/feed/incident_file.h"
#include "levee/feed/number.h"
#include "levee/feed/shown.h"
#include "levee/hazard/deposits.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <vector>

#include <fmt/core.h>

namespace levee::feed {
namespace {

// A listing in milliseconds is beyond the year 9999.
constexpr Measure seconds{
    .unit = "seconds since 1970", .sign = Sign::positive, .most = 253'402'300'799};
constexpr Measure code{
    .unit = "0 none, 1 in part, 2 yes, 3 fork of audited", .sign = Sign::not_negative, .most = 3};
constexpr Measure dollars{.unit = "USD", .sign = Sign::not_negative};
constexpr Measure yes_or_no{.unit = "0 no, 1 yes", .sign = Sign::not_negative, .most = 1};
constexpr Measure share{.unit = "0 spread to 1 all one's", .sign = Sign::not_negative, .most = 1};

// DefiLlama's codes in order.
constexpr std::array audited{0.0, 0.5, 1.0, 0.5};

// What a list may tell beyond DefiLlama's.
struct Further {
  std::optional<Column> value, audited_at, upgradeable, concentration, deposits;
};

Further further_in(const Csv& csv) {
  return {.value = csv.find("value_usd", dollars),
          .audited_at = csv.find("audited_at_unix", seconds),
          .upgradeable = csv.find("upgradeable", yes_or_no),
          .concentration = csv.find("deposit_concentration", share),
          .deposits = csv.find("deposits_usd")};
}

// Of every holder or pool, joined by |.
void read_deposits(RowReader& reader, std::string_view cell, hazard::Protocol& one) {
  std::vector<double> deposits;
  while (!cell.empty()) {
    const auto bar = std::min(cell.find('|'), cell.size());
    const auto amount = number_from(cell.substr(0, bar), dollars);
    if (!amount) {
      reader.refuse(Reason::bad_input, fmt::format("deposits_usd {} (must be numbers joined by |)",
                                                   shown(cell.substr(0, bar))));
      return;
    }
    deposits.push_back(*amount);
    cell.remove_prefix(std::min(bar + 1, cell.size()));
  }
  if (deposits.empty()) return;
  const auto spread = hazard::spread_of(deposits);
  if (!spread) {
    reader.refuse(Reason::bad_input, "deposits_usd: " + spread.error().message);
    return;
  }
  one.largest_depositors = spread->herfindahl;
  one.largest_deposit = spread->largest;
}

void read_further(RowReader& reader, const Further& further, hazard::Protocol& one) {
  // Nothing in it is nothing known: its size has no logarithm.
  if (const auto usd = reader.number_if(further.value); usd && *usd > 0) one.value_usd = Usd{*usd};
  if (const auto at = reader.number_if(further.audited_at)) {
    one.audited_at = UnixSeconds{static_cast<std::int64_t>(*at)};
  }
  if (const auto is = reader.number_if(further.upgradeable)) one.is_upgradeable = *is > 0.5;
  if (const auto at = reader.number_if(further.concentration)) one.largest_depositors = Share{*at};
  if (further.deposits) read_deposits(reader, reader.text(*further.deposits), one);
}

}  // namespace

Result<hazard::Universe> read_universe(const std::string& path, UnixSeconds from) {
  auto text = read_text(path);
  if (!text) return text.error();
  auto csv = Csv::from(*std::move(text));
  if (!csv) return csv.error();
  const Column id = csv->need_either("defillama_id", "id"), name = csv->need("name");
  const Column category = csv->need("category"), chains = csv->need("chains");
  const Column audit = csv->need("audit_code", code), oracles = csv->need("oracles");
  const Column forked = csv->need("forked_from"), symbol = csv->need("symbol");
  const Column listed = csv->need("listed_at_unix", seconds);
  const Further further = further_in(*csv);
  if (csv->fault()) return *csv->fault();
  hazard::Universe universe{.source = path};
  std::set<std::string> seen;
  RowReader reader(*csv);
  for (const Csv::Row& row : csv->rows()) {
    reader.load(row);
    hazard::Protocol one{.id = std::string(reader.text(id)),
                         .name = std::string(reader.text(name))};
    const auto since = reader.number_if(listed);
    one.listing_known = since.has_value();
    one.listed = since ? UnixSeconds{static_cast<std::int64_t>(*since)} : from;
    one.sector = sector_of(reader.text(category));
    const auto on = reader.text(chains);
    one.chains = 1 + static_cast<double>(std::ranges::count(on, '|'));
    const double looked_at = reader.number_if(audit).value_or(0);
    one.audited = audited.at(static_cast<std::size_t>(looked_at));
    if (looked_at != std::floor(looked_at)) {
      reader.refuse(Reason::bad_input, fmt::format("audit_code {} (must be {})",
                                                   shown(reader.text(audit)), code.unit));
    }
    one.has_oracle = !reader.text(oracles).empty();
    one.is_fork = !reader.text(forked).empty();
    one.has_token = !reader.text(symbol).empty() && reader.text(symbol) != "-";
    read_further(reader, further, one);
    if (!reader.fault() && (one.id.empty() || one.name.empty())) {
      reader.refuse(Reason::bad_input, "id or name is empty");
    }
    if (!reader.fault() && !seen.insert(one.id).second) {
      reader.refuse(Reason::bad_input, fmt::format("id {} stands twice", shown(one.id)));
    }
    if (reader.fault()) return *reader.fault();
    const std::string_view kind = reader.text(category);
    if (kind == "CEX" || kind == "Chain") {
      universe.left_out.push_back({fmt::format("{}:{}", path, reader.line()), one.name,
                                   kind == "CEX" ? "a custodial venue" : "a chain"});
    } else {
      universe.protocols.push_back(std::move(one));
    }
  }
  return universe;
}

}  // namespace levee::feed

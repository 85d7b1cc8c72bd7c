#include "levee/feed/chain_file.h"

#include "levee/feed/chain_quotes.h"
#include "levee/feed/chain_row.h"
#include "levee/feed/shown.h"

#include <algorithm>
#include <set>
#include <span>
#include <tuple>

#include <fmt/core.h>
#include <fmt/format.h>

namespace levee::feed {
namespace {

constexpr Seconds snapshot_span{300};

// A row known to be wanted, by its moment: everything else about it is still unread.
struct Stamp {
  UnixSeconds at;
  std::size_t row;
};

// What the rows that are not wanted have to say for themselves, for the message when none is.
struct Passed {
  std::set<std::string, std::less<>> currencies;
  std::optional<UnixSeconds> first_later;
};

Result<std::vector<Stamp>> stamps_in(const Csv& csv, const ChainColumns& columns,
                                     const ChainAsk& ask, Passed& passed) {
  std::vector<Stamp> stamps;
  RowReader reader(csv);
  const std::size_t needed = std::max(columns.at.index, columns.currency.index) + 1;
  for (std::size_t i = 0; i < csv.rows().size(); ++i) {
    reader.load_front(csv.rows()[i], needed);
    // What is wrong with a row that is not wanted does not matter, as long as it can be told.
    const std::string_view currency = reader.text(columns.currency);
    if (!currency.empty() && currency != ask.base) {
      if (passed.currencies.size() < 8) passed.currencies.insert(std::string(currency));
      continue;
    }
    const UnixSeconds at = reader.moment(columns.at);
    if (!reader.fault() && ask.at && at > *ask.at) {
      if (!passed.first_later || at < *passed.first_later) passed.first_later = at;
      continue;
    }
    if (currency.empty()) reader.refuse(Reason::bad_input, "currency is empty (base asset, ETH)");
    if (reader.fault()) return *reader.fault();
    stamps.push_back({.at = at, .row = i});
  }
  return stamps;
}

Error nothing_wanted(const std::string& path, const ChainAsk& ask, const Passed& passed) {
  if (passed.first_later) {
    return fail(Reason::missing_data,
                fmt::format("{}: no {} snapshot at or before {} (the first is of {})", path,
                            ask.base, text_of(*ask.at), text_of(*passed.first_later)));
  }
  std::vector<std::string> currencies;
  for (const auto& currency : passed.currencies) currencies.push_back(shown(currency));
  return fail(Reason::missing_data, fmt::format("{}: no row of currency \"{}\" (it holds {})", path,
                                                ask.base, fmt::join(currencies, ", ")));
}

// The rows of a snapshot, one an instrument: the newest.
Result<std::vector<ChainRow>> rows_of(const Csv& csv, const ChainColumns& columns,
                                      std::span<const Stamp> stamps) {
  std::vector<ChainRow> rows;
  rows.reserve(stamps.size());
  RowReader reader(csv);
  for (const Stamp& stamp : stamps) {
    reader.load(csv.rows()[stamp.row]);
    if (reader.fault()) return *reader.fault();
    auto row = chain_row(reader, columns);
    if (!row) return row.error();
    rows.push_back(*std::move(row));
  }
  std::sort(rows.begin(), rows.end(), [](const ChainRow& a, const ChainRow& b) {
    const auto key = [](const ChainRow& row) {
      return std::tuple(row.contract.expiry, row.contract.strike, row.contract.type, row.at,
                        row.line);
    };
    return key(a) < key(b);
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool again = kept > 0 && rows[kept - 1].contract == rows[i].contract;
    if (again && rows[kept - 1].at == rows[i].at) {
      return fail(
          Reason::bad_input,
          fmt::format("{}:{}: {} is quoted twice at {} (first in line {}; remove one)", csv.path(),
                      rows[i].line, rows[i].instrument, text_of(rows[i].at), rows[kept - 1].line));
    }
    if (!again) ++kept;
    if (kept - 1 != i) rows[kept - 1] = std::move(rows[i]);
  }
  rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(kept), rows.end());
  return rows;
}

// Cuts the newest snapshot off the back of ascending stamps.
std::span<const Stamp> newest_of(std::span<const Stamp> stamps) {
  const UnixSeconds end = stamps.back().at;
  const auto begin = std::partition_point(stamps.begin(), stamps.end(), [&](const Stamp& stamp) {
    return end - stamp.at >= snapshot_span;
  });
  return stamps.subspan(static_cast<std::size_t>(begin - stamps.begin()));
}

}  // namespace

Result<Chain> read_chain(const std::string& path, const ChainAsk& ask) {
  auto file = read_text(path);
  if (!file) return file.error();
  auto csv = Csv::from(*std::move(file));
  if (!csv) return csv.error();
  const auto columns = chain_columns(*csv);
  if (!columns) return columns.error();

  Passed passed;
  auto stamps = stamps_in(*csv, *columns, ask, passed);
  if (!stamps) return stamps.error();
  if (stamps->empty()) return nothing_wanted(path, ask, passed);
  std::stable_sort(stamps->begin(), stamps->end(),
                   [](const Stamp& a, const Stamp& b) { return a.at < b.at; });

  std::span<const Stamp> rest = *stamps;
  const auto wanted = newest_of(rest);
  rest = rest.first(rest.size() - wanted.size());
  const auto rows = rows_of(*csv, *columns, wanted);
  if (!rows) return rows.error();
  auto quotes = chain_quotes(path, *rows, wanted.back().at);
  if (!quotes) return quotes.error();

  Chain chain{.at = wanted.back().at,
              .spot = quotes->spot,
              .quotes = std::move(quotes->quotes),
              .earlier = {},
              .source = path + quotes->notes};
  while (!rest.empty()) {
    const auto before = newest_of(rest);
    rest = rest.first(rest.size() - before.size());
    // An earlier snapshot only serves to see how vol moves: one damaged is one observation less.
    const auto earlier = rows_of(*csv, *columns, before);
    if (!earlier) continue;
    const auto read = chain_quotes(path, *earlier, before.back().at);
    if (!read) continue;
    const auto glimpse = glimpse_of(*read, before.back().at);
    if (glimpse) chain.earlier.push_back(*glimpse);
  }
  std::reverse(chain.earlier.begin(), chain.earlier.end());
  return chain;
}

}  // namespace levee::feed

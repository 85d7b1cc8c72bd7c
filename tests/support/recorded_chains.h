// tests/support/recorded_chains.h — every snapshot of the recorded chain files, read in one pass.
#pragma once
#include "levee/feed/chain_quotes.h"
#include "levee/feed/chain_row.h"
#include "levee/feed/index_expiries.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace levee::test {

/// The files that hold the 189 snapshots, without their folder.
inline const std::vector<std::string> chain_files{
    "deribit_chain_daily_2026-01.csv.gz", "deribit_chain_daily_2026-02.csv.gz",
    "deribit_chain_daily_2026-03.csv.gz", "deribit_chain_daily_2026-04.csv.gz",
    "deribit_chain_daily_2026-05.csv.gz", "deribit_chain_6h_crash_2026-01-26_2026-02-10.csv.gz"};

struct RecordedChain {
  std::string base;
  UnixSeconds at;
  std::vector<market::Quote> quotes;
};

/// As feed::read_chain, for all snapshots at once: every instrument's newest row of five minutes.
/// Empty where the file cannot be read.
inline std::vector<RecordedChain> chains_in(const std::string& path) {
  auto file = feed::read_text(path);
  if (!file) return {};
  auto csv = feed::Csv::from(*std::move(file));
  if (!csv) return {};
  const auto columns = feed::chain_columns(*csv);
  if (!columns) return {};
  feed::RowReader reader(*csv);
  std::map<std::string, std::vector<feed::ChainRow>> bases;
  for (const auto& row : csv->rows()) {
    reader.load(row);
    const std::string base(reader.text(columns->currency));
    auto read = feed::chain_row(reader, *columns);
    if (!read) return {};
    bases[base].push_back(*std::move(read));
  }
  std::vector<RecordedChain> chains;
  for (auto& [base, rows] : bases) {
    std::ranges::stable_sort(rows, {}, &feed::ChainRow::at);
    for (std::size_t end = rows.size(), begin = end; end > 0; end = begin) {
      const UnixSeconds at = rows[end - 1].at;
      std::map<std::tuple<UnixSeconds, Price, option::Type>, feed::ChainRow> newest;
      while (begin > 0 && at - rows[begin - 1].at < Seconds{300}) {
        const feed::ChainRow& row = rows[--begin];
        newest.try_emplace({row.contract.expiry, row.contract.strike, row.contract.type}, row);
      }
      std::vector<feed::ChainRow> one;
      for (auto& [key, row] : newest) one.push_back(std::move(row));
      auto quotes = feed::chain_quotes(path, one, at);
      if (!quotes) return {};
      chains.push_back({base, at, std::move(quotes->quotes)});
    }
  }
  return chains;
}

}  // namespace levee::test

#include "levee/feed/pool_events.h"

#include "levee/feed/chain_cells.h"
#include "levee/feed/csv.h"
#include "levee/feed/log_words.h"
#include "levee/feed/shown.h"

#include <set>
#include <utility>

#include <fmt/core.h>

namespace levee::feed {
namespace {

using replay::PoolEvent;

constexpr unsigned liquidity_bits = 128, price_bits = 160;

struct PlaceColumns {
  Column block, log, time;
};

PoolEvent placed(RowReader& row, const PlaceColumns& columns) {
  ChainCells cells(row);
  PoolEvent event;
  event.block = cells.whole(columns.block, 63).low64();
  event.log = cells.whole(columns.log, 63).low64();
  const UnixSeconds at = row.moment(columns.time);
  event.time = static_cast<std::uint32_t>(at.value());
  return event;
}

// Rows as a tool decoded them.
class DecodedRows {
 public:
  explicit DecodedRows(Csv& csv)
      : place_{csv.need("block_number"), csv.need("pool_log_index"), csv.need("block_timestamp")},
        type_(csv.need("tx_type")),
        sender_(csv.need("sender")),
        amount0_(csv.need("amount0")),
        amount1_(csv.need("amount1")),
        active_(csv.need("total_liquidity")),
        price_(csv.need("sqrtPriceX96")),
        tick_(csv.need("current_tick")),
        lower_(csv.need("tick_lower")),
        upper_(csv.need("tick_upper")),
        liquidity_(csv.need("liquidity")) {}
  static constexpr MintOwner mint_owner = MintOwner::payer;

  PoolEvent event(RowReader& row) const {
    PoolEvent event = placed(row, place_);
    const std::string_view type = row.text(type_);
    if (type == "SWAP") {
      event.what = swap(row);
    } else if (type == "MINT" || type == "BURN") {
      event.what = change(row, type == "MINT" ? replay::Change::mint : replay::Change::burn);
    } else if (type == "COLLECT") {
      ChainCells cells(row);
      event.what = replay::CollectSeen{cells.address(sender_), range(row), amounts(row)};
    } else {
      row.refuse(Reason::not_supported,
                 fmt::format("tx_type {} (is not SWAP, MINT, BURN or COLLECT)", shown(type)));
    }
    return event;
  }

 private:
  replay::SwapSeen swap(RowReader& row) const {
    ChainCells cells(row);
    replay::SwapSeen seen;
    seen.flows = {cells.signed_whole(amount0_), cells.signed_whole(amount1_)};
    seen.price = amm::SqrtPriceX96{cells.whole(price_, price_bits)};
    seen.liquidity = cells.whole(active_, liquidity_bits).low128();
    seen.tick = cells.tick(tick_);
    return seen;
  }
  replay::ChangeSeen change(RowReader& row, replay::Change which) const {
    ChainCells cells(row);
    return {.change = which,
            .owner = cells.address(sender_),
            .range = range(row),
            .liquidity = cells.whole(liquidity_, liquidity_bits).low128(),
            .amounts = amounts(row)};
  }
  amm::TickRange range(RowReader& row) const {
    ChainCells cells(row);
    return {cells.tick(lower_), cells.tick(upper_)};
  }
  amm::Amounts amounts(RowReader& row) const {
    ChainCells cells(row);
    return {cells.whole(amount0_, 256), cells.whole(amount1_, 256)};
  }

  PlaceColumns place_;
  Column type_, sender_, amount0_, amount1_, active_, price_, tick_, lower_, upper_, liquidity_;
};

// Logs as a node gives them.
class RawRows {
 public:
  explicit RawRows(Csv& csv)
      : place_{csv.need("block_number"), csv.need("log_index"), csv.need("block_timestamp")},
        topics_(csv.need("topics")),
        words_(csv.need("data")) {}
  static constexpr MintOwner mint_owner = MintOwner::owner;

  PoolEvent event(RowReader& row) const {
    PoolEvent event = placed(row, place_);
    const auto log = log_from(row.text(topics_), row.text(words_));
    if (!log) {
      row.refuse(log.error().reason, log.error().message);
      return event;
    }
    const auto what = told_by(*log);
    if (what) {
      event.what = *what;
    } else {
      row.refuse(what.error().reason, what.error().message);
    }
    return event;
  }

 private:
  PlaceColumns place_;
  Column topics_, words_;
};

template <class Rows>
Result<PoolEvents> events_in(Csv csv) {
  const Rows rows(csv);
  if (csv.fault()) return *csv.fault();
  PoolEvents read;
  read.mint_owner = Rows::mint_owner;
  RowReader row(csv);
  for (const Csv::Row& line : csv.rows()) {
    row.load(line);
    if (row.fault()) return *row.fault();
    const PoolEvent event = rows.event(row);
    if (!read.events.empty()) {
      const PoolEvent& last = read.events.back();
      if (std::pair(event.block, event.log) <= std::pair(last.block, last.log)) {
        row.refuse(Reason::bad_input,
                   fmt::format("block {} log {} is not after block {} log {} (events stand in the "
                               "chain's order, each once)",
                               event.block, event.log, last.block, last.log));
      }
    }
    if (row.fault()) return *row.fault();
    read.events.push_back(event);
  }
  return read;
}

// Who burns this range next after an event.
const replay::ChangeSeen* next_burn(const std::vector<PoolEvent>& events, std::size_t after,
                                    const amm::TickRange& range) {
  for (std::size_t i = after + 1; i < events.size(); ++i) {
    const auto* seen = std::get_if<replay::ChangeSeen>(&events[i].what);
    if (seen != nullptr && seen->change == replay::Change::burn && seen->range == range)
      return seen;
  }
  return nullptr;
}

std::size_t give_mints_to_owners(std::vector<PoolEvent>& events) {
  std::set<std::pair<Address, amm::TickRange>> burners;
  for (const PoolEvent& event : events) {
    const auto* seen = std::get_if<replay::ChangeSeen>(&event.what);
    if (seen != nullptr && seen->change == replay::Change::burn) {
      burners.emplace(seen->owner, seen->range);
    }
  }
  std::size_t given = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    auto* seen = std::get_if<replay::ChangeSeen>(&events[i].what);
    if (seen == nullptr || burners.contains({seen->owner, seen->range})) continue;
    if (const auto* burn = next_burn(events, i, seen->range)) {
      seen->owner = burn->owner;
      ++given;
    }
  }
  return given;
}

// The event without what a recording that names payers cannot know.
PoolEvent comparable(PoolEvent event, MintOwner known) {
  auto* change = std::get_if<replay::ChangeSeen>(&event.what);
  if (change != nullptr && known == MintOwner::payer && change->change == replay::Change::mint) {
    change->owner = {};
  }
  return event;
}

}  // namespace

Result<PoolEvents> read_pool_events(const std::string& path) {
  auto file = read_text(path);
  if (!file) return file.error();
  auto csv = Csv::from(*std::move(file));
  if (!csv) return csv.error();
  if (csv->find("topics")) return events_in<RawRows>(*std::move(csv));
  auto decoded = events_in<DecodedRows>(*std::move(csv));
  if (decoded) decoded->owners_inferred = give_mints_to_owners(decoded->events);
  return decoded;
}

Result<std::vector<std::size_t>> told_differently(const PoolEvents& a, const PoolEvents& b) {
  if (a.events.size() != b.events.size()) {
    return fail(Reason::corrupt,
                fmt::format("{} events in one recording, {} in the other (give two of the same "
                            "stretch)",
                            a.events.size(), b.events.size()));
  }
  const bool payers = a.mint_owner == MintOwner::payer || b.mint_owner == MintOwner::payer;
  const MintOwner known = payers ? MintOwner::payer : MintOwner::owner;
  std::vector<std::size_t> different;
  for (std::size_t i = 0; i < a.events.size(); ++i) {
    if (comparable(a.events[i], known) != comparable(b.events[i], known)) different.push_back(i);
  }
  return different;
}

}  // namespace levee::feed

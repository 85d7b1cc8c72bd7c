#include "levee/api/market_ask.h"

#include <algorithm>

namespace levee::api {
namespace {

// Everything that the book names whose failure would cost it something.
std::vector<std::string> nodes_of(const book::Draft& draft) {
  std::vector<std::string> nodes;
  const auto add = [&](const std::string& name) {
    if (!name.empty()) nodes.push_back(name);
  };
  for (const book::LpDraft& position : draft.positions) {
    add(position.protocol);
    std::ranges::for_each(position.stands_on, add);
  }
  for (const book::Lot& lot : draft.rest.lots) add(lot.venue);
  for (const book::Loan& loan : draft.rest.loans) add(loan.protocol);
  for (const book::Cover& cover : draft.rest.covers) add(cover.protocol), add(cover.provider);
  return nodes;
}

}  // namespace

Result<market::Snapshot> market_from(const MarketFlags& flags, const MarketNames& names) {
  if (flags.market.empty() && flags.chain.empty() && !names.without_chain) {
    return fail(Reason::missing_data, "no market (give --market FOLDER or --chain FILE)");
  }
  feed::MarketAsk ask;
  ask.files = {.market = flags.market,
               .chain = flags.chain,
               .pool = flags.pool,
               .history = flags.history,
               .funding = flags.funding,
               .iv_index = flags.iv_index,
               .protocol = flags.protocol,
               .hazard = flags.hazard,
               .covers = flags.covers,
               .vol_futures = flags.vol_futures,
               .reaction = flags.reaction,
               .gas = flags.gas,
               .pool_days = flags.pool_days};
  ask.base = names.base;
  ask.quote = names.quote;
  ask.quoting = names.quoting;
  ask.nodes = names.nodes;
  ask.without_chain = names.without_chain;
  ask.stale = flags.stale_ok ? market::Stale::allow : market::Stale::refuse;
  if (!flags.at.empty()) {
    const auto at = moment_from(flags.at, DayEdge::last_second);
    if (!at) return fail(at.error().reason, "--at: " + at.error().message);
    ask.at = *at;
  }
  return feed::read_market(ask);
}

Result<Standing> standing_from(const MarketFlags& flags, std::optional<UnixSeconds> without_chain) {
  if (flags.book.empty()) {
    return fail(Reason::missing_data, "no book (give --book FILE, e.g. examples/eth-usdc.toml)");
  }
  if (flags.market.empty() && flags.chain.empty() && !without_chain) {
    return fail(Reason::missing_data, "no market (give --market FOLDER or --chain FILE)");
  }
  auto file = feed::read_book(flags.book);
  if (!file) return file.error();
  MarketNames names{file->draft.base, file->draft.quote};
  names.nodes = nodes_of(file->draft);
  names.without_chain = without_chain;
  if (!file->policy.venue.empty()) names.nodes.push_back(file->policy.venue);
  for (const book::LpDraft& draft : file->draft.positions) {
    // A position in ticks says how its pool is quoted; the pool's own file may not.
    if (const auto* ticks = std::get_if<book::TickRange>(&draft.range))
      names.quoting = ticks->quoting;
  }
  auto snapshot = market_from(flags, names);
  if (!snapshot) return snapshot.error();
  auto book = book::resolve(file->draft, snapshot->spot, snapshot->at);
  if (!book) return book.error();
  return Standing{std::move(*snapshot), std::move(*book), file->policy};
}

}  // namespace levee::api

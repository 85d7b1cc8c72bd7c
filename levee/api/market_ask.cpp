#include "levee/api/market_ask.h"

namespace levee::api {

Result<market::Snapshot> market_from(const MarketFlags& flags, const MarketNames& names) {
  if (flags.market.empty() && flags.chain.empty()) {
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
               .gas = flags.gas,
               .pool_days = flags.pool_days};
  ask.base = names.base;
  ask.quote = names.quote;
  ask.quoting = names.quoting;
  ask.stale = flags.stale_ok ? market::Stale::allow : market::Stale::refuse;
  if (!flags.at.empty()) {
    const auto at = moment_from(flags.at, DayEdge::last_second);
    if (!at) return fail(at.error().reason, "--at: " + at.error().message);
    ask.at = *at;
  }
  return feed::read_market(ask);
}

Result<Standing> standing_from(const MarketFlags& flags) {
  if (flags.book.empty()) {
    return fail(Reason::missing_data, "no book (give --book FILE, e.g. examples/eth-usdc.toml)");
  }
  if (flags.market.empty() && flags.chain.empty()) {
    return fail(Reason::missing_data, "no market (give --market FOLDER or --chain FILE)");
  }
  auto file = feed::read_book(flags.book);
  if (!file) return file.error();
  MarketNames names{file->draft.base, file->draft.quote};
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

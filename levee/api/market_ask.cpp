#include "levee/api/market_ask.h"

namespace levee::api {

Result<Standing> standing_from(const MarketFlags& flags) {
  if (flags.book.empty()) {
    return fail(Reason::missing_data, "no book (give --book FILE, e.g. examples/eth-usdc.toml)");
  }
  if (flags.market.empty() && flags.chain.empty()) {
    return fail(Reason::missing_data, "no market (give --market FOLDER or --chain FILE)");
  }
  auto file = feed::read_book(flags.book);
  if (!file) return file.error();

  feed::MarketAsk ask;
  ask.files = {flags.market,  flags.chain,    flags.pool,    flags.history,
               flags.funding, flags.iv_index, flags.protocol};
  ask.base = file->draft.base;
  ask.quote = file->draft.quote;
  ask.stale = flags.stale_ok ? market::Stale::allow : market::Stale::refuse;
  for (const book::LpDraft& draft : file->draft.positions) {
    // A position in ticks says how its pool is quoted; the pool's own file may not.
    if (const auto* ticks = std::get_if<book::TickRange>(&draft.range))
      ask.quoting = ticks->quoting;
  }
  if (!flags.at.empty()) {
    const auto at = moment_from(flags.at, DayEdge::last_second);
    if (!at) return fail(at.error().reason, "--at: " + at.error().message);
    ask.at = *at;
  }
  auto snapshot = feed::read_market(ask);
  if (!snapshot) return snapshot.error();
  auto book = book::resolve(file->draft, snapshot->spot, snapshot->at);
  if (!book) return book.error();
  return Standing{std::move(*snapshot), std::move(*book), file->policy};
}

}  // namespace levee::api

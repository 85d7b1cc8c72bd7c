#include "levee/api/reading_files.h"

#include "levee/api/reading_told.h"
#include "levee/feed/pool_pair.h"
#include "levee/feed/pool_text.h"

#include <algorithm>

#include <fmt/core.h>

namespace levee::api {
namespace {

using chain::PoolReading;
using chain::PositionReading;

UnixSeconds time_of(const chain::Block& block) {
  return UnixSeconds{static_cast<std::int64_t>(block.time)};
}

std::string state_text(const chain::Reading& reading) {
  return fmt::format("block {} of {} (chain id {}), {}", reading.block.number,
                     chain::name_of_chain(reading.chain), reading.chain,
                     text_of(time_of(reading.block)));
}

// A pool's base as option chains name it: a wrapped token counts as what it wraps.
std::string plain(const std::string& symbol) {
  return symbol == "WETH" || symbol == "WBTC" ? symbol.substr(1) : symbol;
}

struct Side {
  std::string base, quote;
  amm::Quoting quoting;
};

Result<Side> side_of(const PoolReading& pool) {
  const auto pair = feed::pair_of({pool.token0.symbol, pool.token0.decimals},
                                  {pool.token1.symbol, pool.token1.decimals}, {});
  if (!pair) return pair.error();
  const bool first = pair->quoting.base_is_token0;
  return Side{plain(first ? pool.token0.symbol : pool.token1.symbol),
              first ? pool.token1.symbol : pool.token0.symbol, pair->quoting};
}

std::string amounts_text(const std::optional<amm::Amounts>& amounts, const PoolReading& pool) {
  if (!amounts) return "unknown";
  return fmt::format("{} {} and {} {}", amount_text(amounts->token0, pool.token0.decimals),
                     pool.token0.symbol, amount_text(amounts->token1, pool.token1.decimals),
                     pool.token1.symbol);
}

feed::BookPosition written(const PositionReading& position, const PoolReading& pool,
                           const Side& side) {
  feed::BookPosition out;
  out.name = fmt::format("{}-{} NFT {}", pool.token0.symbol, pool.token1.symbol,
                         decimal_text(position.nft));
  out.protocol = name_of(pool.family);
  out.lower = Tick{position.range.lower};
  out.upper = Tick{position.range.upper};
  out.spacing = pool.found.terms.spacing;
  out.quoting = side.quoting;
  out.liquidity = position.liquidity;
  out.remarks.push_back(fmt::format("pool {}, owner {}", pool.name, text_of(position.owner)));
  out.remarks.push_back("holds " + amounts_text(position.principal, pool));
  out.remarks.push_back("fees not collected, not counted here: " +
                        amounts_text(position.fees, pool));
  return out;
}

// Why a position cannot be in a book; empty where it can.
std::string unfit(const PositionReading& position, const PoolReading& pool,
                  const Result<Side>& side, const std::string& base) {
  if (position.liquidity == 0) return "no liquidity";
  if (!pool.not_valued.empty()) return "not model-valued: " + pool.not_valued;
  if (!side) return side.error().message;
  if (side->base != base) return fmt::format("of {}, not {}", side->base, base);
  return {};
}

Result<std::string> base_of(const chain::Reading& reading, const BookWish& wish) {
  if (!wish.base.empty()) return plain(wish.base);
  std::vector<std::string> bases;
  for (const PositionReading& position : reading.positions) {
    const auto side = side_of(reading.pools[position.pool]);
    if (position.liquidity == 0 || !side) continue;
    if (std::find(bases.begin(), bases.end(), side->base) == bases.end())
      bases.push_back(side->base);
  }
  if (bases.size() < 2) return bases.empty() ? std::string() : bases.front();
  return fail(Reason::bad_input,
              fmt::format("positions of {} and {} (a book is about one asset) give --base {}",
                          bases[0], bases[1], bases[0]));
}

std::vector<std::string> opening(const chain::Reading& reading, const BookWish& wish) {
  std::vector<std::string> remarks{
      "Read by `levee read-position` from " + state_text(reading) + ".",
      "Block hash " + text_of(reading.block.hash) + "."};
  if (!wish.entry) {
    remarks.emplace_back(
        "A chain's state does not say when and at what price a position was entered: with entry =");
    remarks.emplace_back(
        "\"market\" losses count from now on. Give entry_price_usd and entry_time if you know "
        "them.");
  }
  return remarks;
}

}  // namespace

Result<std::string> book_of(const chain::Reading& reading, const BookWish& wish) {
  const auto base = base_of(reading, wish);
  if (!base) return base.error();
  feed::BookOut book{.base = *base,
                     .quote = {},
                     .remarks = opening(reading, wish),
                     .positions = {},
                     .entry = wish.entry};
  std::string first_unfit;
  for (const PositionReading& position : reading.positions) {
    const PoolReading& pool = reading.pools[position.pool];
    const auto side = side_of(pool);
    if (const std::string why = unfit(position, pool, side, *base); !why.empty()) {
      if (first_unfit.empty()) first_unfit = why;
      book.remarks.push_back(fmt::format("Left out: NFT {} ({})", decimal_text(position.nft), why));
      continue;
    }
    if (book.quote.empty()) book.quote = side->quote;
    book.positions.push_back(written(position, pool, *side));
  }
  if (!book.positions.empty()) return feed::book_text(book);
  return fail(Reason::missing_data,
              fmt::format("no position for a book ({})",
                          first_unfit.empty() ? "none was read" : first_unfit));
}

Result<std::string> pool_of(const chain::Reading& reading) {
  if (reading.pools.size() != 1) {
    return fail(
        Reason::bad_input,
        fmt::format("{} pools for one file (ask for one: --pool or --nft)", reading.pools.size()));
  }
  const PoolReading& pool = reading.pools.front();
  if (!pool.not_valued.empty()) {
    return fail(Reason::not_supported,
                fmt::format("pool {} is not model-valued ({})", pool.name, pool.not_valued));
  }
  LEVEE_EXPECT(pool.depth != chain::Depth::numbers);
  return feed::pool_text(
      {.pool = pool.name,
       .protocol = std::string(name_of(pool.family)),
       .token0 = {text_of(pool.token0.address), pool.token0.symbol, pool.token0.decimals},
       .token1 = {text_of(pool.token1.address), pool.token1.symbol, pool.token1.decimals},
       .state = {reading.chain, reading.block.number, text_of(reading.block.hash),
                 time_of(reading.block)},
       .found = &pool.found,
       .notes = pool.notes});
}

}  // namespace levee::api

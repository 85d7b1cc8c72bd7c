#include "levee/api/reading_told.h"

#include "levee/base/time.h"
#include "levee/feed/pool_pair.h"
#include "levee/report/sheet.h"
#include "levee/report/words.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::api {
namespace {

using chain::PoolReading;
using chain::PositionReading;

constexpr std::string_view entry_unknown =
    "When and at what price positions were entered, and fees collected before: a chain's state "
    "does "
    "not hold that. A book written from it says entry = \"market\" unless --entry-price-usd and "
    "--entry-time are given.";

TokenTold token_told(const chain::Token& token) {
  return {text_of(token.address), token.symbol, token.decimals};
}

// token1 per token0 in whole tokens.
double human_price(double raw, const PoolReading& pool) {
  return raw * std::pow(10.0, pool.token0.decimals - pool.token1.decimals);
}

double price_of(const PoolReading& pool) {
  const double root = to_double(pool.found.numbers.price.value()) * 0x1p-96;
  return human_price(root * root, pool);
}

double price_at(std::int32_t tick, const PoolReading& pool) {
  return human_price(std::exp(tick * std::log1p(1e-4)), pool);  // 1.0001 is no double
}

double whole(const U256& raw, int decimals) { return to_double(raw) * std::pow(10.0, -decimals); }

// The dollar token of a pair, if one of the two is.
const chain::Token* dollar_of(const PoolReading& pool) {
  const auto pair = feed::pair_of({pool.token0.symbol, pool.token0.decimals},
                                  {pool.token1.symbol, pool.token1.decimals}, {});
  if (!pair) return nullptr;
  return pair->quoting.base_is_token0 ? &pool.token1 : &pool.token0;
}

double worth(const amm::Amounts& amounts, const PoolReading& pool) {
  const double amount0 = whole(amounts.token0, pool.token0.decimals);
  const double amount1 = whole(amounts.token1, pool.token1.decimals);
  const double price = price_of(pool);
  return dollar_of(pool) == &pool.token1 ? amount0 * price + amount1 : amount0 + amount1 / price;
}

PoolTold pool_told(const PoolReading& pool) {
  PoolTold told;
  told.pool = pool.name;
  told.protocol = name_of(pool.family);
  told.contract = text_of(pool.address);
  told.token0 = token_told(pool.token0);
  told.token1 = token_told(pool.token1);
  told.fee_millionths = pool.found.terms.fee.value();
  told.fee_dynamic = pool.v4.is_dynamic();
  told.tick_spacing = pool.found.terms.spacing.value();
  told.tick = pool.found.numbers.tick;
  told.sqrt_price_x96 = decimal_text(pool.found.numbers.price.value());
  told.liquidity = decimal_text(U256{pool.found.numbers.liquidity});
  told.price = price_of(pool);
  if (pool.depth != chain::Depth::numbers) told.ticks_initialised = pool.found.ticks.size();
  if (!pool.v4.hooks.is_zero()) told.hooks = text_of(pool.v4.hooks);
  if (!pool.not_valued.empty()) told.not_model_valued = pool.not_valued;
  told.notes = pool.notes;
  return told;
}

bool is_in_range(const PositionReading& position, const PoolReading& pool) {
  const std::int32_t tick = pool.found.numbers.tick;
  return position.range.lower <= tick && tick < position.range.upper;
}

PositionTold position_told(const PositionReading& position, const PoolReading& pool) {
  PositionTold told;
  told.nft = decimal_text(position.nft);
  told.owner = text_of(position.owner);
  told.pool = pool.name;
  told.protocol = name_of(pool.family);
  told.tick_lower = position.range.lower;
  told.tick_upper = position.range.upper;
  told.price_lower = price_at(position.range.lower, pool);
  told.price_upper = price_at(position.range.upper, pool);
  told.in_range = is_in_range(position, pool);
  told.liquidity = decimal_text(U256{position.liquidity});
  const chain::Token* dollar = dollar_of(pool);
  if (dollar != nullptr) told.worth_in = dollar->symbol;
  if (position.principal) {
    told.principal0_raw = decimal_text(position.principal->token0);
    told.principal1_raw = decimal_text(position.principal->token1);
    told.principal0 = amount_text(position.principal->token0, pool.token0.decimals);
    told.principal1 = amount_text(position.principal->token1, pool.token1.decimals);
    if (dollar != nullptr) told.principal_worth = worth(*position.principal, pool);
  }
  if (position.fees) {
    told.fees0_raw = decimal_text(position.fees->token0);
    told.fees1_raw = decimal_text(position.fees->token1);
    told.fees0 = amount_text(position.fees->token0, pool.token0.decimals);
    told.fees1 = amount_text(position.fees->token1, pool.token1.decimals);
    if (dollar != nullptr) told.fees_worth = worth(*position.fees, pool);
  }
  return told;
}

std::string fee_text(const PoolReading& pool) {
  if (pool.v4.is_dynamic()) return "dynamic fee";
  return report::number(pool.found.terms.fee.value() / 1e4) + " %";
}

std::string pool_label(const PoolReading& pool) {
  return fmt::format("{}-{} {}", pool.token0.symbol, pool.token1.symbol, fee_text(pool));
}

// Prices as people quote them: dollars per other token where one of the two is a dollar.
bool is_turned(const PoolReading& pool) { return dollar_of(pool) == &pool.token0; }

std::string price_unit(const PoolReading& pool) {
  return is_turned(pool) ? fmt::format("{} per {}", pool.token0.symbol, pool.token1.symbol)
                         : fmt::format("{} per {}", pool.token1.symbol, pool.token0.symbol);
}

std::string price_shown(double price, const PoolReading& pool) {
  return report::number(is_turned(pool) ? 1 / price : price, 6);
}

std::string range_shown(const PositionReading& position, const PoolReading& pool) {
  const std::int32_t edge =
      amm::tick_max.value() / pool.found.terms.spacing.value() * pool.found.terms.spacing.value();
  if (position.range.lower <= -edge && position.range.upper >= edge) return "full range";
  std::string low = price_shown(price_at(position.range.lower, pool), pool);
  std::string high = price_shown(price_at(position.range.upper, pool), pool);
  if (is_turned(pool)) std::swap(low, high);
  return low + " to " + high;
}

std::string amounts_shown(const std::optional<amm::Amounts>& amounts, const PoolReading& pool) {
  if (!amounts) return std::string(report::unknown);
  const auto one = [](const U256& raw, const chain::Token& token) {
    return report::number(whole(raw, token.decimals), 7) + " " + token.symbol;
  };
  return one(amounts->token0, pool.token0) + ", " + one(amounts->token1, pool.token1);
}

std::string worth_shown(const PositionReading& position, const PoolReading& pool) {
  if (!position.principal || !position.fees) return std::string(report::unknown);
  if (dollar_of(pool) == nullptr) return std::string(report::nothing);
  return report::usd(worth(*position.principal, pool) + worth(*position.fees, pool));
}

report::Table pool_table(const chain::Reading& reading) {
  report::Table table{"Pools",
                      {{"Pool", report::Kind::name},
                       {"Price"},
                       {"", report::Kind::name},
                       {"Tick"},
                       {"Liquidity in range"}},
                      {},
                      ""};
  for (const PoolReading& pool : reading.pools) {
    table.rows.push_back({{pool_label(pool), price_shown(price_of(pool), pool), price_unit(pool),
                           std::to_string(pool.found.numbers.tick),
                           decimal_text(U256{pool.found.numbers.liquidity})}});
  }
  return table;
}

report::Table position_table(const chain::Reading& reading) {
  report::Table table{
      "Positions",
      {{"NFT", report::Kind::name},
       {"Range", report::Kind::words},
       {"Holds", report::Kind::words},
       {"Fees not collected", report::Kind::words},
       {"Worth"}},
      {},
      "Holds: what taking all liquidity out would pay at the block. Worth: both, at "
      "the pool's own price."};
  for (std::size_t i = 0; i < reading.pools.size(); ++i) {
    const PoolReading& pool = reading.pools[i];
    bool named = false;
    for (const PositionReading& position : reading.positions) {
      if (position.pool != i) continue;
      if (!named) {
        table.rows.push_back(
            {{fmt::format("{} ({})", pool_label(pool), price_unit(pool))}, report::RowKind::group});
      }
      named = true;
      const bool earns = position.liquidity > 0 && is_in_range(position, pool);
      table.rows.push_back({{decimal_text(position.nft),
                             range_shown(position, pool) + (position.liquidity == 0 ? ", empty"
                                                            : earns                 ? ""
                                                                    : ", out of range"),
                             amounts_shown(position.principal, pool),
                             amounts_shown(position.fees, pool), worth_shown(position, pool)}});
    }
  }
  return table;
}

void show_pool(const PoolReading& pool, report::Sheet& sheet) {
  sheet.point(fmt::format("{}: {} pool {}", pool_label(pool), name_of(pool.family), pool.name));
  for (const chain::Token* token : {&pool.token0, &pool.token1}) {
    sheet.paragraph(
        fmt::format("{} {}, {} decimals", token->symbol, text_of(token->address), token->decimals),
        report::Ink::dim, 4);
  }
  if (pool.depth != chain::Depth::numbers) {
    sheet.paragraph(fmt::format("{} initialised ticks, spacing {}", pool.found.ticks.size(),
                                pool.found.terms.spacing.value()),
                    report::Ink::dim, 4);
  }
  if (!pool.not_valued.empty()) {
    sheet.paragraph("Not model-valued: " + pool.not_valued + ".", report::Ink::notice, 4);
  }
  for (const std::string& note : pool.notes) sheet.paragraph(note, report::Ink::plain, 4);
}

}  // namespace

std::string amount_text(const U256& raw, int decimals) {
  std::string digits = decimal_text(raw);
  const auto places = static_cast<std::size_t>(decimals);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  if (places == 0) return digits;
  digits.insert(digits.size() - places, ".");
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

ReadingTold told(const chain::Reading& reading) {
  ReadingTold told;
  told.chain_id = reading.chain;
  told.chain = chain::name_of_chain(reading.chain);
  told.block_number = reading.block.number;
  told.block_hash = text_of(reading.block.hash);
  told.block_time = text_of(UnixSeconds{static_cast<std::int64_t>(reading.block.time)});
  for (const PoolReading& pool : reading.pools) told.pools.push_back(pool_told(pool));
  for (const PositionReading& position : reading.positions) {
    told.positions.push_back(position_told(position, reading.pools[position.pool]));
  }
  if (!reading.positions.empty()) told.unknown.emplace_back(entry_unknown);
  return told;
}

std::string reading_text(const chain::Reading& reading, std::string_view what,
                         report::Colour colour) {
  report::Sheet sheet(colour);
  sheet.paragraph(what, report::Ink::bold);
  sheet.paragraph(fmt::format("{} (chain id {}), block {}, {}", chain::name_of_chain(reading.chain),
                              reading.chain, reading.block.number,
                              text_of(UnixSeconds{static_cast<std::int64_t>(reading.block.time)})));
  sheet.paragraph(text_of(reading.block.hash), report::Ink::dim);
  if (reading.pools.empty()) {
    sheet.paragraph("");
    sheet.paragraph("No positions.");
    return sheet.text();
  }
  if (!reading.positions.empty()) sheet.table(position_table(reading));
  sheet.table(pool_table(reading));
  sheet.heading("Read from");
  for (const PoolReading& pool : reading.pools) show_pool(pool, sheet);
  if (!reading.positions.empty()) {
    sheet.heading("What is not known");
    sheet.point(entry_unknown);
  }
  return sheet.text();
}

}  // namespace levee::api

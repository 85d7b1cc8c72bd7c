// tests/hedge/proxy_desk.h — a token without options beside an asset that has some.
#pragma once
#include "levee/hedge/decide.h"
#include "tests/hedge/desk.h"

#include <random>

namespace levee::test {

/// What the token costs.
inline constexpr double token_usd = 20;

/// Days of ETH, and of a token that follows it by `beta` and a residual of its own.
struct Pair {
  market::Snapshot eth, token;
};

inline Pair pair_of(double beta, double residual, std::size_t count = 400) {
  Pair made{small_market(
                {.tenors = {30, 110, 220}, .strikes = {1200, 1400, 1600, 1800, 2000, 2200, 2500}}),
            {}};
  const Walk eth = walk(5, count, 0.03, -0.7);
  made.eth.history = series_until(midnight, days(1), eth.price);
  made.eth.iv_index = series_until(midnight, days(1), eth.vol);
  std::mt19937_64 source(9);
  std::normal_distribution<double> normal(0, residual);
  std::vector<double> logs(eth.price.size(), std::log(token_usd));
  for (std::size_t i = logs.size() - 1; i > 0; --i) {
    logs[i - 1] = logs[i] - beta * (eth.price[i] - eth.price[i - 1]) - normal(source);
  }
  made.token.at = midnight;
  made.token.base = "LINK", made.token.quote = "USDC";
  made.token.spot = Price{token_usd};
  made.token.source = "prices alone";
  made.token.history = series_until(midnight, days(1), logs);
  return made;
}

/// A million dollars of the token a quarter to either side, with cash beside it.
inline book::Book token_book(double spot = token_usd) {
  book::Book book = small_book();
  book::LpPosition& position = book.positions[0];
  position.name = "token-usdc";
  position.range.bounds = {Price{0.8 * spot}, Price{1.25 * spot}};
  position.range.liquidity = *amm::liquidity_of(Usd{1'000'000}, Price{spot}, position.range.bounds);
  position.entry_price = Price{spot};
  return book;
}

inline hedge::Policy quick(double price_of_tail = 0.8) {
  hedge::Policy policy;
  policy.paths_choose = 512;
  policy.paths_score = 512;
  policy.price_of_tail = price_of_tail;
  return policy;
}

inline Result<hedge::Plan> decided(const Pair& pair, const hedge::Policy& policy,
                                   const book::Book& book = token_book(),
                                   const parallel::Team& team = alone) {
  Silence silence;
  return hedge::decide({.snapshot = pair.token, .book = book, .policy = policy, .proxy = &pair.eth},
                       team, silence);
}

}  // namespace levee::test

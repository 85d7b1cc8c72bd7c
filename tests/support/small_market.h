// tests/support/small_market.h — a market and a book small enough to work through by hand.
#pragma once
#include "levee/book/holding.h"
#include "levee/option/black.h"
#include "tests/scenario/world.h"

#include <cmath>
#include <string>
#include <vector>

namespace levee::test {

/// How the small market's smile, forward and quotes stand.
struct Shape {
  double spot = 2000;
  double vol = 0.6, skew = 0, smile = 0;  ///< vol + skew x + smile x^2, x = ln(K/F)/sqrt(T)
  double carry = 0;                       ///< Of the forward, per year.
  double spread = 0.02;                   ///< Half spread over the mark.
  double spread_coin = 0.0002;            ///< And on top of it, coins.
  double open_interest = 20'000;
  std::vector<double> tenors{14, 30, 110, 220};
  std::vector<double> strikes{1200, 1400, 1600, 1700, 1800, 1900, 2000,
                              2100, 2200, 2300, 2500, 2800, 3200};
};

/// One quote, its mark and mark vol in agreement.
inline market::Quote small_quote(const Shape& shape, option::Type type, double strike,
                                 double tenor_days) {
  const double spot = shape.spot, tenor = tenor_days / 365;
  const double forward = spot * std::exp(shape.carry * tenor);
  const double x = std::log(strike / forward) / std::sqrt(tenor);
  market::Quote quote;
  const char* const letter = type == option::Type::call ? "C" : "P";
  quote.instrument = "ETH-" + std::to_string(static_cast<int>(tenor_days)) + "-" +
                     std::to_string(static_cast<int>(strike)) + "-" + letter;
  quote.contract = {type, Price{strike},
                    midnight + Seconds{static_cast<std::int64_t>(tenor_days * 86400)}};
  quote.mark_vol = Vol{shape.vol + shape.skew * x + shape.smile * x * x};
  const double black =
      option::black_price(type, Price{strike}, {Price{forward}, Years{tenor}, quote.mark_vol})
          .value();
  const double mark = black / forward;
  quote.mark = Tokens{mark};
  quote.ask = Tokens{mark * (1 + shape.spread) + shape.spread_coin};
  const double bid = mark * (1 - shape.spread) - shape.spread_coin;
  if (bid > 0) quote.bid = Tokens{bid};
  quote.forward = Price{forward};
  quote.index = Price{spot};
  quote.open_interest = Tokens{shape.open_interest};
  return quote;
}

/// ETH, at 2,000 dollars unless told otherwise, with a put and a call at every strike and tenor;
/// funding is known.
inline market::Snapshot small_market(const Shape& shape = {}) {
  market::Snapshot snapshot;
  snapshot.at = midnight;
  snapshot.base = "ETH";
  snapshot.quote = "USDC";
  snapshot.spot = Price{shape.spot};
  snapshot.source = "by hand";
  for (const double tenor : shape.tenors) {
    for (const double strike : shape.strikes) {
      for (const auto type : {option::Type::put, option::Type::call}) {
        snapshot.chain.push_back(small_quote(shape, type, strike, tenor));
      }
    }
  }
  snapshot.funding = series_until(midnight, hours(8), std::vector<double>(60, std::log(0.05)));
  return snapshot;
}

/// One position of a million dollars over [1600, 2500], entered now, with cash beside it.
inline book::Book small_book() {
  book::Book book;
  book::LpPosition position;
  position.name = "eth-usdc";
  position.range.bounds = {Price{1600}, Price{2500}};
  position.range.liquidity = *amm::liquidity_of(Usd{1'000'000}, Price{2000}, position.range.bounds);
  position.entry_price = Price{2000};
  book.positions = {position};
  book.idle_cash = Usd{500'000};
  return book;
}

}  // namespace levee::test

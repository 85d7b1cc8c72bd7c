// tests/lend/small_market.h — a market of ether and dollars, and who acts in it.
#pragma once
#include "levee/lend/market.h"

#include <string>

#include <gtest/gtest.h>

namespace levee::test {

inline constexpr Address alice{{1}}, bob{{2}}, carol{{3}}, dave{{4}}, treasury{{0xff}};
inline constexpr lend::ReserveId weth = 0, usdc = 1;
inline constexpr U256 dollar{1'000'000};
inline constexpr U256 price_unit{100'000'000};

/// base, slope1 and slope2 in thousandths a year.
struct Slopes {
  double optimal = 0.8;
  unsigned base = 0, slope1 = 38, slope2 = 800;
};
inline lend::RateCurve curve(const Slopes& slopes) {
  const U256 thousandth = lend::ray / 1000;
  lend::RateCurve made;
  made.optimal_usage = thousandth * static_cast<unsigned>(slopes.optimal * 1000);
  made.base = thousandth * slopes.base;
  made.slope1 = thousandth * slopes.slope1;
  made.slope2 = thousandth * slopes.slope2;
  return made;
}

inline lend::ReserveTerms ether_terms() {
  return {.name = "WETH",
          .decimals = 18,
          .ltv = 8000,
          .threshold = 8250,
          .bonus = 10500,
          .reserve_factor = 1500,
          .protocol_fee = 1000,
          .curve = curve({})};
}
inline lend::ReserveTerms dollar_terms() {
  return {.name = "USDC",
          .decimals = 6,
          .ltv = 7700,
          .threshold = 8000,
          .bonus = 10450,
          .reserve_factor = 1000,
          .curve = curve({.optimal = 0.9, .slope1 = 40, .slope2 = 600})};
}

/// Ether at 2,000 and dollars at 1, the clock at 1,700,000,000, nobody in it.
inline lend::Market empty_market() {
  lend::Market market({.premium = 5, .to_treasury = 400}, treasury);
  market.add(ether_terms(), 2000 * price_unit);
  market.add(dollar_terms(), price_unit);
  market.advance_to(1'700'000'000);
  return market;
}

inline U256 ether(unsigned whole) { return lend::wad * whole; }
inline U256 dollars(unsigned whole) { return dollar * whole; }

/// Alice lends a million dollars, Bob 100 ether.
inline lend::Market lent_market() {
  lend::Market market = empty_market();
  EXPECT_TRUE(market.supply({alice, usdc, dollars(1'000'000)}));
  EXPECT_TRUE(market.supply({bob, weth, ether(100)}));
  return market;
}

template <class T>
std::string refused_with(const Result<T>& answer) {
  if (answer) return "not refused";
  EXPECT_EQ(answer.error().reason, Reason::refused);
  return answer.error().message;
}

}  // namespace levee::test

// tests/feed/markets.h — one small good market and book, for tests to break.
#pragma once
#include "levee/feed/market_files.h"
#include "tests/feed/scratch.h"

#include <string>

namespace levee::test {

inline constexpr const char* chain_header =
    "snapshot_utc,currency,instrument,expiry_utc,strike_usd,type,bid_coin,ask_coin,mark_coin,"
    "mark_iv,future_usd,index_usd,open_interest_coin\n";

/// Two ETH expiries around 30 days, one BTC row, one earlier and one later ETH snapshot.
inline std::string good_chain() {
  std::string text = chain_header;
  const auto add = [&](const std::string& at, const std::string& expiry, const std::string& code,
                       const std::string& rest) {
    text += at + ",ETH,ETH-" + code + "," + expiry + "T08:00:00Z," + rest + "\n";
  };
  for (const std::string at :
       {"2026-01-19T16:00:00Z", "2026-01-20T16:00:00Z", "2026-01-21T16:00:00Z"}) {
    add(at, "2026-01-30", "30JAN26-2900-P", "2900,P,0.0100,0.0110,0.0105,0.60,3000,2998,500");
    add(at, "2026-01-30", "30JAN26-3000-C", "3000,C,0.0390,0.0410,0.0400,0.58,3000,2998,800");
    add(at, "2026-01-30", "30JAN26-3100-C", "3100,C,0.0120,,0.0130,0.59,3000,2998,300");
    add(at, "2026-03-27", "27MAR26-2500-P", "2500,P,0.0300,0.0320,0.0310,0.66,3030,2998,900");
    add(at, "2026-03-27", "27MAR26-3000-P", "3000,P,0.0900,0.0920,0.0910,0.62,3030,2998,700");
    add(at, "2026-03-27", "27MAR26-3000-C", "3000,C,0.0990,0.1020,0.1009,0.62,3030,2998,600");
    add(at, "2026-03-27", "27MAR26-3500-C", "3500,C,0.0400,0.0430,0.0415,0.63,3030,2998,400");
  }
  return text +
         "2026-01-20T16:00:00Z,BTC,BTC-30JAN26-90000-C,2026-01-30T08:00:00Z,90000,C,0.02,0.03,"
         "0.025,0.45,90100,90000,12\n";
}

/// Hourly candles of two days; the last closes at 2026-01-20T16:00:00Z.
inline std::string good_history() {
  std::string text = "open_time_utc,open,high,low,close,volume_base\n";
  for (int hour = 0; hour < 48; ++hour) {
    const int day = 18 + (16 + hour) / 24, clock = (16 + hour) % 24;
    text += "2026-01-" + std::to_string(day) + (clock < 10 ? "T0" : "T") + std::to_string(clock) +
            ":00:00Z,3000,3010,2990," + std::to_string(2990 + hour % 7) + ",12.5\n";
  }
  return text;
}

inline std::string good_funding() {
  return "funding_time_utc,funding_rate_8h\n"
         "2026-01-19T16:00:00Z,0.0001\n2026-01-20T00:00:00Z,-0.00002\n"
         "2026-01-20T08:00:00Z,0.00005\n2026-01-20T16:00:00Z,0.0002\n"
         "2026-01-21T00:00:00Z,0.0003\n";
}

inline std::string good_iv_index() {
  return "date_utc,open,high,low,close\n"
         "2026-01-17,0.60,0.62,0.58,0.61\n2026-01-18,0.61,0.63,0.60,0.62\n"
         "2026-01-19,0.62,0.64,0.60,0.63\n2026-01-20,0.63,0.70,0.60,0.69\n";
}

/// Four days of hours with steady fee growth; the last closes at 2026-01-20T16:00:00Z.
inline std::string good_pool() {
  std::string text =
      "period_start_utc,close_usdc_per_weth,liquidity_raw,fee_growth_global0_x128,"
      "fee_growth_global1_x128\n";
  for (int hour = 0; hour < 96; ++hour) {
    const int day = 16 + (16 + hour) / 24, clock = (16 + hour) % 24;
    text += "2026-01-" + std::to_string(day) + (clock < 10 ? "T0" : "T") + std::to_string(clock) +
            ":00:00Z,3001.5,20000000000000000000," + std::to_string(1000 + hour) + "e28," +
            std::to_string(1000 + hour) + "e37\n";
  }
  return text;
}

inline std::string good_pool_state() {
  return R"({
 "feeTier": 500,
 "liquidity": 11263751935226816506,
 "sqrtPriceX96": "1446501726624926496477173928747177",
 "token0": {"decimals": "6", "symbol": "USDC"},
 "token1": {"decimals": 18, "symbol": "WETH"},
 "snapshot_date": "2026-01-20T12:00:00Z"
})";
}

inline std::string good_protocol() {
  return "[[protocol]]\nname = \"uniswap-v3\"\nintensity_per_year = 0.005\nloss_share_low = 0.5\n"
         "loss_share_high = 1.0\nsource = \"assumed\"\n";
}

inline std::string good_book() {
  return "[book]\nbase = \"ETH\"\nquote = \"USDC\"\nidle_cash_usd = 150_000\n\n"
         "[[position]]\nname = \"wide\"\nprotocol = \"uniswap-v3\"\n"
         "price_lower = 2250\nprice_upper = 3750\ndeposit_usd = 1_000_000\n"
         "entry_price_usd = 3000\nentry_time = 2026-01-10T12:00:00Z\nfees_earned_usd = 1200.5\n\n"
         "[policy]\nhorizon_days = 30\nmode = \"scenario_match\"\ntenors_days = [30, 110, 220]\n";
}

/// Asks for ETH-USDC at the good chain's middle snapshot.
inline feed::MarketAsk asking(feed::MarketFiles files) {
  return {.files = std::move(files),
          .base = "ETH",
          .quote = "USDC",
          .at = *moment_from("2026-01-20", DayEdge::last_second)};
}

}  // namespace levee::test

#include "levee/feed/book_file.h"
#include "levee/feed/market_files.h"
#include "tests/feed/markets.h"
#include "tests/support/cases.h"

#include <fmt/core.h>
#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using test::asking;
using test::edited;
using test::gzipped;
using test::written;
using ::testing::HasSubstr;

// One broken input: how it is read, and what the one line about it must say.
struct Broken {
  const char* what;
  Reason reason;
  std::string says;
  std::string text;
  std::string name;
};

// The text from the wanted snapshot on, with a part replaced there.
std::string edited_snapshot(std::string_view part, std::string_view by) {
  const std::string text = test::good_chain();
  const auto at = text.find("2026-01-20T16:00:00Z");
  return text.substr(0, at) + edited(text.substr(at), part, by);
}

Error error_of_book(const Broken& broken) {
  const auto book = read_book(written(broken.name, broken.text));
  if (!book) return book.error();
  const auto held = book::resolve(book->draft, Price{3000}, *moment_from("2026-01-20T16:00:00Z"));
  return held ? Error{} : held.error();
}

// Reads a good market with one part replaced; which one, the name of the file begins with.
Error error_of_market(const Broken& broken) {
  MarketFiles files{.chain = written("chain.csv", test::good_chain())};
  const auto path = written(broken.name, broken.text);
  const auto part = broken.name.substr(0, broken.name.find('.'));
  if (part == "chain") files.chain = path;
  if (part == "history") files.history = path;
  if (part == "funding") files.funding = path;
  if (part == "iv_index") files.iv_index = path;
  if (part == "pool") files.pool = path;
  if (part == "protocol") files.protocol = path;
  const auto market = read_market(asking(files));
  return market ? Error{} : market.error();
}

void expect_said(const Broken& broken, const Error& error) {
  SCOPED_TRACE(broken.what);
  EXPECT_EQ(name_of(error.reason), name_of(broken.reason)) << error.message;
  EXPECT_THAT(error.message, HasSubstr(broken.name));
  EXPECT_THAT(error.message, HasSubstr(broken.says));
  EXPECT_EQ(error.message.find('\n'), std::string::npos) << "more than one line";
  EXPECT_LT(error.message.size(), 400U) << error.message;
}

std::vector<Broken> broken_chains() {
  const auto chain = [](const char* what, const char* says, std::string text) {
    return Broken{what, Reason::bad_input, says, std::move(text), "chain.csv"};
  };
  const std::string good = test::good_chain();
  return {
      chain("a column missing", ":1: no column ask_coin (coins per contract; the header names",
            edited(good, "ask_coin", "asks")),
      chain("a column twice", ":1: column 8 of the header is \"bid_coin\" again",
            edited(good, "ask_coin", "bid_coin")),
      chain("an empty number", ":9: mark_coin is empty (coins per contract)",
            edited_snapshot("0.0105", "")),
      chain("not a number", ":9: mark_coin \"n/a\" is not a number",
            edited_snapshot("0.0105", "n/a")),
      chain("NaN", ":9: bid_coin \"NaN\" is not a finite number", edited_snapshot("0.0100", "NaN")),
      chain("infinity", ":9: ask_coin \"inf\" is not a finite number",
            edited_snapshot("0.0110", "inf")),
      chain("a negative bid", ":9: bid_coin \"-0.01\" is negative",
            edited_snapshot("0.0100", "-0.01")),
      chain("a negative open interest", ":9: open_interest_coin \"-500\" is negative",
            edited_snapshot("2998,500", "2998,-500")),
      chain("a crossed quote", ":9: bid_coin 0.0111 is above ask_coin 0.011",
            edited_snapshot("0.0100", "0.0111")),
      chain("per cent for decimals",
            ":9: mark_iv \"60\" is beyond 5 (implied volatility in decimals",
            edited_snapshot("0.60", "60")),
      chain("dollars for coins", ":10: mark_coin 120 is more than ETH-30JAN26-3000-C can be worth",
            edited_snapshot("0.0400", "120")),
      chain("a zero strike", ":9: instrument \"ETH-30JAN26-0-P\" is not an option's name",
            edited_snapshot("30JAN26-2900", "30JAN26-0")),
      chain("a zero future", ":9: future_usd \"0\" is zero",
            edited_snapshot("0.60,3000", "0.60,0")),
      chain("a bad name", ":9: instrument \"ETH-PERPETUAL\" is not an option's name",
            edited_snapshot("ETH-30JAN26-2900-P", "ETH-PERPETUAL")),
      chain("a name of another strike",
            ":9: instrument \"ETH-30JAN26-2950-P\" disagrees with strike",
            edited_snapshot("30JAN26-2900", "30JAN26-2950")),
      chain("a name of another type", ":9: instrument \"ETH-30JAN26-2900-C\" disagrees with type",
            edited_snapshot("2900-P", "2900-C")),
      chain("an expiry that does not exist",
            ":9: expiry_utc \"2026-02-30T08:00:00Z\" is not a moment",
            edited_snapshot("2026-01-30T08", "2026-02-30T08")),
      chain("an expired option", ":9: ETH-16JAN26-2900-P had expired at 2026-01-16T08:00:00Z",
            edited_snapshot("ETH-30JAN26-2900-P,2026-01-30", "ETH-16JAN26-2900-P,2026-01-16")),
      chain("an instrument twice", ":10: ETH-30JAN26-2900-P is quoted twice",
            edited_snapshot("2998,500\n",
                            "2998,500\n2026-01-20T16:00:00Z,ETH,ETH-30JAN26-2900-P,2026-01-30T08:"
                            "00:00Z,2900,P,0.01,0.02,0.015,0.6,3000,2998,500\n")),
      chain("a moment that is none", ":9: snapshot_utc \"2026-01-20T25:00:00Z\" is not a moment",
            edited_snapshot("2026-01-20T16", "2026-01-20T25")),
      chain("a day that does not exist",
            ":9: snapshot_utc \"2026-02-30T16:00:00Z\" is not a moment",
            edited_snapshot("2026-01-20T16", "2026-02-30T16")),
      chain("too few cells", ":9: 12 cells where the header names 13 columns",
            edited_snapshot(",2998,500", ",2998")),
      chain("too many cells", ":9: 14 cells where the header names 13 columns",
            edited_snapshot(",2998,500", ",2998,500,1")),
      chain("a row cut short", ":24: snapshot_utc \"2026-01-2\" is not a moment",
            good + "2026-01-2"),
      chain("a quote not closed", ":9: cell 3 opens a quote",
            edited_snapshot("ETH-30JAN26-2900-P", "\"ETH-30JAN26-2900-P")),
      chain("semicolons for commas", ":1: no column snapshot_utc or quote_utc",
            "snapshot_utc;currency\n2026-01-20;ETH\n"),
  };
}

std::vector<Broken> broken_files() {
  const std::string good = test::good_chain(), zipped = gzipped(good);
  std::string damaged = zipped;
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x10);
  return {
      {"text that is not UTF-8", Reason::bad_input, ":9: text is not UTF-8 (byte 0xE9",
       edited_snapshot("2900-P", "\xE9"), "chain.csv"},
      {"UTF-16", Reason::bad_input, ":1: text is UTF-16 (save it as UTF-8)", "\xFF\xFEs",
       "chain.csv"},
      {"a NUL byte", Reason::bad_input, ":24: line holds control character 0x00", good + '\0',
       "chain.csv"},
      {"a gzip cut short", Reason::corrupt, "gzip is cut short",
       zipped.substr(0, zipped.size() - 9), "chain.csv.gz"},
      {"a damaged gzip", Reason::corrupt, "damaged gzip", damaged, "chain.csv.gz"},
      {"no gzip in spite of its name", Reason::corrupt, "not gzip", good, "chain.csv.gz"},
      {"an empty file", Reason::missing_data, "file is empty", "", "chain.csv"},
      {"a blank file", Reason::missing_data, "file is blank", "\n \n", "chain.csv"},
      {"a header alone", Reason::missing_data, ":1: a header and no rows", test::chain_header,
       "chain.csv"},
      {"a line of ten million bytes", Reason::bad_input, ":2: line is longer than 65536 bytes",
       std::string(test::chain_header) + std::string(10'000'000, '1'), "chain.csv"},
      {"the same in a gzip", Reason::bad_input, ":1: line is longer than 65536 bytes",
       gzipped(std::string(10'000'000, '1')), "chain.csv.gz"},
      {"no snapshot by then", Reason::missing_data,
       "no ETH snapshot at or before 2026-01-20T23:59:59Z",
       good.substr(0, good.find("2026-01-19")) + good.substr(good.find("2026-01-21T16")),
       "chain.csv"},
      {"another currency alone", Reason::missing_data,
       "no row of currency \"ETH\" (it holds \"BTC\")",
       good.substr(0, good.find('\n') + 1) + good.substr(good.rfind("2026-01-20T16")), "chain.csv"},
      {"a stale chain", Reason::stale_data, "2026-01-18T16:00:00Z, more than 36 hours before",
       good.substr(0, good.find("2026-01-19")) +
           "2026-01-18T16:00:00Z,ETH,ETH-30JAN26-2900-P,2026-01-30T08:00:00Z,2900,P,0.01,0.02,"
           "0.015,0.6,3000,2998,500\n",
       "chain.csv"},
  };
}

std::vector<Broken> broken_parts() {
  const std::string history = test::good_history(), funding = test::good_funding();
  const std::string pool = test::good_pool(), state = test::good_pool_state();
  return {
      {"a negative price", Reason::bad_input,
       ":2: close \"-2990\" is negative (price, USD per token)",
       edited(history, ",2990,12.5", ",-2990,12.5"), "history.csv"},
      {"a zero price", Reason::bad_input, ":2: close \"0\" is zero",
       edited(history, ",2990,12.5", ",0,12.5"), "history.csv"},
      {"a moment twice", Reason::bad_input, ":3: open_time_utc 2026-01-18T16:00:00Z is not after",
       edited(history, "2026-01-18T17", "2026-01-18T16"), "history.csv"},
      {"no column of prices", Reason::bad_input,
       ":1: no column close (the header names open_time_utc", edited(history, "close", "last"),
       "history.csv"},
      {"a stale history", Reason::stale_data, "its newest value is of 2026-01-19T01:00:00Z",
       history.substr(0, history.find("2026-01-19T01")), "history.csv"},
      {"a history that begins later", Reason::missing_data, "nothing in it was known at",
       "open_time_utc,close\n2026-02-01,3000\n2026-02-02,3000\n", "history.csv"},
      {"funding in per cent", Reason::bad_input,
       ":2: funding_rate_8h \"0.51\" is beyond 0.05 (rate in", edited(funding, "0.0001", "0.51"),
       "funding.csv"},
      {"stale funding", Reason::stale_data, "--stale-ok",
       "funding_time_utc,funding_rate_8h\n2026-01-18T16:00:00Z,0\n2026-01-19T00:00:00Z,0\n",
       "funding.csv"},
      {"an index in per cent", Reason::bad_input,
       ":3: close \"62\" is beyond 5 (volatility in decimals",
       edited(test::good_iv_index(), "0.62\n", "62\n"), "iv_index.csv"},
      {"fee growth that falls", Reason::bad_input, ":4: fee_growth_global1_x128 falls",
       edited(pool, "1002e37", "999e37"), "pool.csv"},
      {"a pool upside down", Reason::bad_input, "pool price 0.000333333 against an index of 2998",
       "period_start_utc,close_usdc_per_weth\n2026-01-20T12:00:00Z,0.000333333\n", "pool.csv"},
      {"a pool of another asset", Reason::bad_input, "a pool of WBTC (the book is about ETH",
       edited(state, "WETH", "WBTC"), "pool.json"},
      {"a pool without a dollar", Reason::not_supported, "a pool of DOGE and WETH",
       edited(state, "USDC", "DOGE"), "pool.json"},
      {"a pool with negative liquidity", Reason::bad_input,
       ":3: liquidity -1.1263751935226817e+19 is negative", edited(state, "11263", "-11263"),
       "pool.json"},
      {"half a pool", Reason::bad_input, ":5: not JSON (near byte 121)", state.substr(0, 120),
       "pool.json"},
      {"a failure rate of minus one", Reason::bad_input, ":3: intensity_per_year -1 is negative",
       edited(test::good_protocol(), "0.005", "-1"), "protocol.toml"},
      {"a loss of 50 %, as 50", Reason::bad_input, ":4: loss_share_low 50 is beyond 1",
       edited(test::good_protocol(), "0.5", "50"), "protocol.toml"},
  };
}

Broken broken_book(const char* what, const char* says, std::string text) {
  return {what, Reason::bad_input, says, std::move(text), "book.toml"};
}

std::vector<Broken> broken_positions() {
  const std::string good = test::good_book(), prices = "price_lower = 2250\nprice_upper = 3750\n";
  const std::string ticks =
      "tick_lower = 193385\ntick_upper = 199990\ntick_spacing = 10\nbase_decimals = 18\n"
      "quote_decimals = 6\nbase_is_token0 = false\n";
  return {
      broken_book("an unknown key",
                  ":9: price_lowr is not a known key (the nearest is price_lower)",
                  edited(good, "price_lower", "price_lowr")),
      broken_book("text for a number",
                  ":11: deposit_usd is text (a number is wanted: USD) in [[position]] 1",
                  edited(good, "1_000_000", "\"1000000\"")),
      broken_book("NaN", ":9: price_lower nan is not a finite number (quote per base)",
                  edited(good, "= 2250", "= nan")),
      broken_book("infinity", ":10: price_upper inf is not a finite number",
                  edited(good, "3750", "inf")),
      broken_book("a negative deposit", ":11: deposit_usd -1000000 is negative (USD)",
                  edited(good, "1_000_000", "-1_000_000")),
      broken_book("negative liquidity", ":11: liquidity -5 is negative (human liquidity",
                  edited(good, "deposit_usd = 1_000_000", "liquidity = -5")),
      broken_book("raw liquidity without decimals", ":6: base_decimals is missing",
                  edited(good, "deposit_usd = 1_000_000", "liquidity = \"1000000000000\"")),
      broken_book("two sizes", ":6: wide must say its size once",
                  edited(good, "deposit_usd", "liquidity = 5\ndeposit_usd")),
      broken_book("no range", ":6: wide must say its range once", edited(good, prices, "")),
      broken_book("two ranges", ":6: wide must say its range once",
                  edited(good, prices, prices + "full_range = true\n")),
      broken_book("half a range", ":6: price_upper is missing (quote per base)",
                  edited(good, "price_upper = 3750\n", "")),
      broken_book("an inverted range", ":6: range 3750 to 2250",
                  edited(good, prices, "price_lower = 3750\nprice_upper = 2250\n")),
      broken_book("a range that reaches zero",
                  ":9: range_below_pct reaches price 0 (say full_range = true)",
                  edited(good, prices, "range_below_pct = 100\nrange_above_pct = 25\n")),
      broken_book("a tick off its spacing", ":6: ", edited(good, prices, ticks)),
      broken_book("half a tick", ":9: tick_lower 193380.5 is not a whole number (ticks)",
                  edited(edited(good, prices, ticks), "193385", "193380.5")),
      broken_book("a tick beyond the last", ":9: tick_lower 900000 is beyond 887272",
                  edited(edited(good, prices, ticks), "193385", "900000")),
      broken_book("no entry", ":6: wide must say its entry once",
                  edited(edited(good, "entry_price_usd = 3000\n", ""),
                         "entry_time = 2026-01-10T12:00:00Z\n", "")),
      broken_book("an unknown entry", ":12: entry \"now\" is not an entry (say \"market\"",
                  edited(good, "entry_price_usd = 3000", "entry = \"now\"")),
      broken_book("an entry after the snapshot", ":6: entry at 2026-02-10T12:00:00Z",
                  edited(good, "2026-01-10", "2026-02-10")),
      broken_book("an entry on a day that does not exist",
                  ":13: ", edited(good, "2026-01-10", "2026-02-30")),
      broken_book("an entry of another zone",
                  ":13: entry_time \"2026-01-10T12:00:00+02:00\" is not a moment",
                  edited(good, "12:00:00Z", "12:00:00+02:00")),
      broken_book("two positions of one name", "name \"wide\" stands twice",
                  good + good.substr(good.find("[[position]]"),
                                     good.find("[policy]") - good.find("[[position]]"))),
  };
}

std::vector<Broken> broken_books() {
  const std::string good = test::good_book();
  const std::string option = good + "[[option]]\nquantity_contracts = 1\ninstrument = ";
  return {
      broken_book("not TOML", ":2: not TOML", "[book]\nbase = = \"ETH\"\n"),
      broken_book("no [book]", ":1: [book] is missing", good.substr(good.find("[[position]]"))),
      broken_book("no base", ":1: base is missing (the asset, ETH) in [book]",
                  edited(good, "base = \"ETH\"\n", "")),
      broken_book("an unknown table", ":6: positions is not a known key (the nearest is position)",
                  edited(good, "[[position]]", "[[positions]]")),
      broken_book("negative cash", ":4: idle_cash_usd -150000 is negative",
                  edited(good, "150_000", "-150_000")),
      broken_book("an option by a bad name",
                  ":22: instrument \"ETH-2500-P\" is not an option's name",
                  option + "\"ETH-2500-P\"\n"),
      broken_book("a perp on nothing", ":22: asset is empty (what the perp is on",
                  good + "[[perp]]\nquantity_tokens = 1\nasset = \"\"\n"),
      broken_book("a perp's collateral of nothing",
                  ":22: collateral_usd 0 is zero (USD, must be positive)",
                  good + "[[perp]]\nquantity_tokens = 1\ncollateral_usd = 0\n"),
      broken_book("a maintenance of all",
                  ":23: maintenance_share is the whole of it (must be below 1)",
                  good + "[[perp]]\nquantity_tokens = 1\ncollateral_usd = 9\n"
                         "maintenance_share = 1\n"),
      broken_book("a maintenance of nothing posted",
                  ":22: maintenance_share belongs to collateral_usd",
                  good + "[[perp]]\nquantity_tokens = 1\nmaintenance_share = 0.01\n"),
      broken_book("a pledge without its threshold", ":20: liquidation_threshold is missing",
                  good + "[[loan]]\nowed_usd = 1\nrate_per_year = 0\ncollateral_tokens = 1\n"),
      broken_book("a pledge of nothing", ":23: collateral_tokens is zero",
                  good + "[[loan]]\nowed_usd = 1\nrate_per_year = 0\ncollateral_tokens = 0\n"
                         "liquidation_threshold = 0.8\n"),
      broken_book("a threshold of nothing pledged",
                  ":23: liquidation_threshold belongs to collateral_usd or collateral_tokens",
                  good + "[[loan]]\nowed_usd = 1\nrate_per_year = 0\n"
                         "liquidation_threshold = 0.8\n"),
      broken_book("a threshold of 0", ":24: liquidation_threshold 0 is zero (share",
                  good + "[[loan]]\nowed_usd = 1\nrate_per_year = 0\ncollateral_tokens = 1\n"
                         "liquidation_threshold = 0\n"),
      broken_book("a negative deductible", ":24: deductible_usd -1 is negative",
                  good + "[[cover]]\nprotocol = \"x\"\nlimit_usd = 1\npremium_per_year = 0\n"
                         "deductible_usd = -1\n"),
      broken_book("a loan in per cent",
                  ":22: rate_per_year 5 is beyond 1 (share per year in decimals",
                  good + "[[loan]]\nowed_usd = 100\nrate_per_year = 5\n"),
      broken_book("a loan of nothing", "loan 1 owes nothing",
                  good + "[[loan]]\nrate_per_year = 0.05\n"),
      broken_book("an unknown policy",
                  ":17: horizon_day is not a known key (the nearest is horizon_days)",
                  edited(good, "horizon_days", "horizon_day")),
      broken_book("a number for a list",
                  ":19: tenors_days is a number (a list of numbers is wanted",
                  edited(good, "[30, 110, 220]", "30")),
      {"an unknown mode", Reason::out_of_range,
       ":18: mode = \"martingale\" (must be scenario_match",
       edited(good, "scenario_match", "martingale"), "book.toml"},
      {"a confidence of 95", Reason::out_of_range, ":20: confidence = 95 (must lie in",
       good + "confidence = 95\n", "book.toml"},
      {"a book without positions", Reason::missing_data, "no [[position]] table",
       "[book]\nbase = \"ETH\"\nquote = \"USDC\"\n", "book.toml"},
      {"an empty book", Reason::missing_data, "file is empty", "", "book.toml"},
      {"a book that is not UTF-8", Reason::bad_input, ":7: text is not UTF-8",
       edited(good, "wide", "\xFCwide"), "book.toml"},
  };
}

TEST(BadInput, OfAChainIsRefusedInOneLine) {
  for (const auto& broken : broken_chains()) expect_said(broken, error_of_market(broken));
}

TEST(BadInput, OfAFileIsRefusedInOneLine) {
  for (const auto& broken : broken_files()) expect_said(broken, error_of_market(broken));
}

TEST(BadInput, OfAMarketsPartsIsRefusedInOneLine) {
  for (const auto& broken : broken_parts()) expect_said(broken, error_of_market(broken));
}

TEST(BadInput, OfABookIsRefusedInOneLine) {
  for (const auto& broken : broken_books()) expect_said(broken, error_of_book(broken));
  for (const auto& broken : broken_positions()) expect_said(broken, error_of_book(broken));
}

TEST(BadInput, OfAPathIsRefusedInOneLine) {
  const auto absent = read_market(asking({.chain = test::scratch() + "/absent.csv"}));
  EXPECT_EQ(absent.error().reason, Reason::unreachable);
  EXPECT_THAT(absent.error().message, HasSubstr("absent.csv: cannot be opened (No such file"));
  const auto folder = read_market(asking({.chain = test::scratch()}));
  EXPECT_EQ(folder.error().reason, Reason::bad_input);
  EXPECT_THAT(folder.error().message, HasSubstr(": is a folder (a file is wanted)"));
  EXPECT_EQ(read_book(test::scratch() + "/absent.toml").error().reason, Reason::unreachable);
}

TEST(BadInput, IsMadeOfMoreThanEightyKinds) {
  EXPECT_GE(broken_chains().size() + broken_files().size() + broken_parts().size() +
                broken_positions().size() + broken_books().size(),
            80U);
}

// A few bytes changed, added or lost.
std::string scrambled(std::string text, test::Gen& gen) {
  for (std::size_t n = gen.size(1, 8); n > 0 && !text.empty(); --n) {
    const auto at = static_cast<std::size_t>(gen.integer(0, static_cast<int>(text.size()) - 1));
    const char byte = gen.pick({',', '"', '\n', '-', '0', '9', '.', 'e', '[', '=', '\r', '\x80'});
    if (gen.coin()) {
      text[at] = byte;
    } else if (gen.coin()) {
      text.insert(at, 1, byte);
    } else {
      text.erase(at, static_cast<std::size_t>(gen.integer(1, 40)));
    }
  }
  return text;
}

TEST(BadInputLaw, ScrambledFilesAreReadOrRefusedInOneLine) {
  test::for_cases(1000, [](test::Gen& gen) {
    using Good = std::string (*)();
    const auto [name, good] =
        gen.pick<std::pair<const char*, Good>>({{"chain.csv", test::good_chain},
                                                {"history.csv", test::good_history},
                                                {"pool.csv", test::good_pool},
                                                {"pool.json", test::good_pool_state},
                                                {"protocol.toml", test::good_protocol},
                                                {"book.toml", test::good_book}});
    const Broken broken{"scrambled", {}, {}, scrambled(good(), gen), name};
    const bool book = broken.name == "book.toml";
    const Error error = book ? error_of_book(broken) : error_of_market(broken);
    EXPECT_EQ(error.message.find('\n'), std::string::npos) << error.message;
    if (!error.message.empty()) {
      EXPECT_THAT(error.message, HasSubstr(broken.name));
    }
  });
}

// What looks unusual and is not wrong.
TEST(OddInput, IsRead) {
  const std::string good = test::good_chain();
  std::string crlf;
  for (const char c : good) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  for (const auto& text : {good, crlf, good + "\n\n  \n", "\xEF\xBB\xBF" + good, "\n" + good,
                           good.substr(0, good.size() - 1)}) {
    const auto market = read_market(asking({.chain = written("chain.csv", text)}));
    ASSERT_TRUE(market) << market.error().message;
    EXPECT_EQ(market->chain.size(), 7U);
  }
  EXPECT_TRUE(read_market(asking({.chain = written("chain.csv.gz", gzipped(crlf))})));
  EXPECT_TRUE(read_book(written("book.toml", "\xEF\xBB\xBF" + test::good_book())));
}

}  // namespace
}  // namespace levee::feed

// The values that the v3-core repository's own tests snapshot: 176 swaps on fifteen pools, and
// sqrt prices at ticks. Prices there are printed to five digits, everything else is whole.
#include "levee/amm/pool.h"
#include "tests/support/cases.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <nlohmann/json.hpp>

namespace levee::amm {
namespace {

using namespace levee::literal;
using Row = std::map<std::string, std::string>;

const std::string folder = std::string(LEVEE_SHARED) + "/data/uniswap_v3/test_vectors/";

// Pool names hold commas and stand in quotes.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  bool is_quoted = false;
  for (const char c : line) {
    if (c == '"') {
      is_quoted = !is_quoted;
    } else if (c == ',' && !is_quoted) {
      cells.emplace_back();
    } else if (c != '\r') {
      cells.back() += c;
    }
  }
  return cells;
}

std::vector<Row> rows_in(const std::string& name) {
  std::ifstream file(folder + name);
  std::string line;
  std::getline(file, line);
  const auto header = cells_of(line);
  std::vector<Row> rows;
  while (std::getline(file, line)) {
    const auto cells = cells_of(line);
    for (std::size_t i = 0; i < header.size(); ++i) {
      if (i == 0) rows.emplace_back();
      rows.back()[header[i]] = cells.at(i);
    }
  }
  return rows;
}

SqrtPriceX96 start_price(const std::string& ratio) {
  if (ratio == "MAX_SQRT_RATIO-1") return SqrtPriceX96{sqrt_price_max.value() - U256{1}};
  if (ratio == "MIN_SQRT_RATIO") return sqrt_price_min;
  // The root of 2^319, which itself is too long.
  if (ratio == "2^127/1") {
    return SqrtPriceX96{1033437718471923706666374484006904511252097097914_u256};
  }
  if (ratio == "1/2^127") return SqrtPriceX96{square_root(U256::power_of_two(65))};
  const auto slash = ratio.find('/');
  const U256 over = *u256_from(ratio.substr(0, slash)), under = *u256_from(ratio.substr(slash + 1));
  return SqrtPriceX96{square_root((over << 192) / under)};
}

Pool pool_from(const nlohmann::json& made) {
  PoolTerms terms;
  terms.fee = FeePips{made.at("fee_pips").get<std::uint32_t>()};
  terms.spacing = TickSpacing{made.at("tick_spacing").get<std::int32_t>()};
  Pool pool(terms);
  EXPECT_TRUE(pool.initialise(start_price(made.at("start_price")), 0));
  for (const auto& position : made.at("positions")) {
    const TickRange range{position.at("tick_lower"), position.at("tick_upper")};
    const auto liquidity = u256_from(position.at("liquidity").get<std::string>());
    EXPECT_TRUE(pool.mint({Address{}, range, liquidity->low128()}, 0));
  }
  return pool;
}

// "1.0000" is 1e18 units, "0.0000000000000010000" is 1000.
U256 units(const std::string& text) {
  return text == "1.0000" ? 1'000'000'000'000'000'000_u256 : U256{1000};
}

SqrtPriceX96 limit(const std::string& price) {
  const auto tenths = static_cast<std::uint64_t>(std::lround(10 * std::stod(price)));
  return SqrtPriceX96{square_root((U256{tenths} << 192) / U256{10})};
}

// "swap exactly X token0 for token1 [to price P]", "swap token0 for exactly X token1 [...]",
// "swap token0 for token1 to price P".
SwapAsk ask_from(const std::string& name) {
  std::istringstream words(name);
  std::vector<std::string> word{std::istream_iterator<std::string>(words), {}};
  SwapAsk ask;
  ask.direction =
      name.find("token0") < name.find("token1") ? Direction::zero_for_one : Direction::one_for_zero;
  ask.amount = I256::positive(U256::max() >> 1);
  for (std::size_t i = 0; i + 1 < word.size(); ++i) {
    if (word[i] != "exactly") continue;
    ask.amount = i == 1 ? I256::positive(units(word[i + 1])) : I256::negative(units(word[i + 1]));
  }
  ask.limit = word[word.size() - 2] == "price" ? limit(word.back()) : no_limit(ask.direction);
  return ask;
}

double price_of(const Pool& pool) {
  const double root = to_double(pool.numbers().price.value()) / 0x1p96;
  return root * root;
}

void expect_as_recorded(const Pool& before, const Row& row) {
  const std::string error = row.at("swapError");
  EXPECT_EQ(decimal_text(before.numbers().balance0),
            row.at(error.empty() ? "amount0Before" : "poolBalance0"));
  EXPECT_EQ(decimal_text(before.numbers().balance1),
            row.at(error.empty() ? "amount1Before" : "poolBalance1"));
  Pool pool = before;
  const auto flows = pool.swap(ask_from(row.at("swap")), 1);
  if (!error.empty()) {
    ASSERT_FALSE(flows);
    EXPECT_EQ("VM Exception while processing transaction: revert " + flows.error().message, error);
    EXPECT_EQ(std::to_string(pool.numbers().tick), row.at("tickBefore"));
    return;
  }
  ASSERT_TRUE(flows) << flows.error().message;
  EXPECT_EQ(decimal_text(flows->token0), row.at("amount0Delta"));
  EXPECT_EQ(decimal_text(flows->token1), row.at("amount1Delta"));
  EXPECT_EQ(decimal_text(pool.numbers().fees.token0), row.at("feeGrowthGlobal0X128Delta"));
  EXPECT_EQ(decimal_text(pool.numbers().fees.token1), row.at("feeGrowthGlobal1X128Delta"));
  EXPECT_EQ(std::to_string(pool.numbers().tick), row.at("tickAfter"));
  EXPECT_CLOSE(price_of(pool), std::stod(row.at("poolPriceAfter")), 5.1e-5);
  EXPECT_CLOSE(price_of(before), std::stod(row.at("poolPriceBefore")), 5.1e-5);
}

TEST(UniswapSnapshots, OfSwapsComeOutToTheLastUnit) {
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no recorded files beside this checkout";
  std::ifstream file(folder + "pools.json");
  const auto made = nlohmann::json::parse(file).at("pools");
  std::map<std::string, Pool> pools;
  for (const auto& each : made) pools.emplace(each.at("pool"), pool_from(each));
  const auto rows = rows_in("swap_vectors.csv");
  EXPECT_EQ(rows.size(), 176U);
  int refused = 0;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.at("pool") + ": " + row.at("swap"));
    expect_as_recorded(pools.at(row.at("pool")), row);
    refused += row.at("swapError").empty() ? 0 : 1;
  }
  EXPECT_EQ(refused, 38);
}

TEST(UniswapSnapshots, OfSqrtPricesComeOutToTheLastUnit) {
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no recorded files beside this checkout";
  const auto rows = rows_in("tickmath_sqrt_ratio_at_tick.csv");
  EXPECT_EQ(rows.size(), 30U);
  for (const Row& row : rows) {
    const Tick tick{std::stoi(row.at("tick"))};
    const auto price = sqrt_price_at(tick);
    ASSERT_TRUE(price);
    EXPECT_EQ(decimal_text(price->value()), row.at("sqrt_price_x96")) << row.at("tick");
    if (tick < tick_max) {
      EXPECT_EQ(tick_at(*price)->value(), tick.value());
    }
  }
}

}  // namespace
}  // namespace levee::amm

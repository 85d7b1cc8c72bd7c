// The naive model against what the real contracts did: before it judges, it is judged.
#include "tests/fuzz/naive_pool.h"

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <zlib.h>
#include <nlohmann/json.hpp>

namespace levee::naive {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

fs::path vectors() { return fs::path(LEVEE_SHARED) / "vectors"; }

std::vector<Json> lines_of(const fs::path& file) {
  std::string text;
  char part[1 << 16];
  const gzFile in = gzopen(file.c_str(), "rb");
  for (int n = 0; (n = gzread(in, part, sizeof part)) > 0;)
    text.append(part, static_cast<size_t>(n));
  gzclose(in);
  std::vector<Json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(Json::parse(line));
  return lines;
}

Int number(const Json& json) { return Int(json.get<std::string>()); }
int small(const Json& json) { return std::stoi(json.get<std::string>()); }

// One trace: the model, and who may do what.
struct Trace {
  Pool pool;
  int owner;
};

Payment payment_of(const Json& op) {
  Payment payment;
  if (op.contains("pay")) payment.over = {number(op["pay"]["delta0"]), number(op["pay"]["delta1"])};
  payment.reenters = op.value("reenter", op["args"].value("reenter", false));
  return payment;
}

Key key_of(const Json& args, int owner) {
  return {owner, small(args["tickLower"]), small(args["tickUpper"])};
}

Json text_of(const Int& n) { return n.str(); }
Json text_of(const Two& two) { return Json{two.token0.str(), two.token1.str()}; }

void check_owner(const Trace& on, int who) {
  require(on.pool.state().price != 0, "LOK");
  require(who == on.owner);
}

Json asked(Trace& on, const Json& op) {
  const Json& args = op["args"];
  const Int time = number(op["t"]);
  if (op["op"] == "observe") {
    std::vector<Int> ago;
    for (const Json& seconds : args["secondsAgos"]) ago.push_back(number(seconds));
    Json ticks = Json::array(), liquidity = Json::array();
    for (const Observation& seen : on.pool.observe(wrapped(time, 32), ago)) {
      ticks.push_back(text_of(seen.tick_seconds));
      liquidity.push_back(text_of(seen.per_liquidity));
    }
    return {{"tickCumulatives", ticks}, {"secondsPerLiquidityCumulativeX128s", liquidity}};
  }
  const Inside inside =
      on.pool.sums_inside(small(args["tickLower"]), small(args["tickUpper"]), wrapped(time, 32));
  return {{"tickCumulativeInside", text_of(inside.tick_seconds)},
          {"secondsPerLiquidityInsideX128", text_of(inside.per_liquidity)},
          {"secondsInside", text_of(inside.seconds)}};
}

Json changed(Trace& on, const Json& op) {
  const Json& args = op["args"];
  const std::string name = op["op"];
  const Int time = wrapped(number(op["t"]), 32);
  const int who = small(op["who"]);
  Pool& pool = on.pool;
  if (name == "mint") {
    return text_of(pool.mint(key_of(args, small(args["owner"])), number(args["amount"]), time,
                             payment_of(op)));
  }
  if (name == "burn") return text_of(pool.burn(key_of(args, who), number(args["amount"]), time));
  if (name == "swap") {
    return text_of(pool.swap({.sells = args["zeroForOne"] ? Sells::token0 : Sells::token1,
                              .amount = number(args["amountSpecified"]),
                              .limit = number(args["sqrtPriceLimitX96"]),
                              .fee = {}},
                             time, payment_of(op)));
  }
  if (name == "collect" || name == "collectProtocol") {
    const Two most{number(args["amount0Requested"]), number(args["amount1Requested"])};
    if (name == "collect") return text_of(pool.collect(key_of(args, who), most));
    check_owner(on, who);
    return text_of(pool.collect_protocol(most));
  }
  if (name == "initialize") {
    pool.initialise(number(args["sqrtPriceX96"]), time);
  } else if (name == "flash") {
    pool.flash({number(args["amount0"]), number(args["amount1"])}, payment_of(op));
  } else if (name == "setFeeProtocol") {
    check_owner(on, who);
    pool.set_shares(small(args["feeProtocol0"]), small(args["feeProtocol1"]));
  } else if (name == "increaseObservationCardinalityNext") {
    pool.grow_oracle(small(args["observationCardinalityNext"]));
  } else if (name == "transfer") {
    pool.receive({number(args["amount0"]), number(args["amount1"])});
  } else {
    throw std::logic_error("unknown operation " + name);
  }
  return Json::array();
}

Json answer(Trace& on, const Json& op) {
  try {
    const bool asks = op["op"] == "observe" || op["op"] == "snapshotCumulativesInside";
    return {{"ret", asks ? asked(on, op) : changed(on, op)}};
  } catch (const Revert& revert) {
    return {{"err", revert.text}};
  }
}

Json text_of(const Observation& seen) {
  return {{"blockTimestamp", text_of(seen.time)},
          {"tickCumulative", text_of(seen.tick_seconds)},
          {"secondsPerLiquidityCumulativeX128", text_of(seen.per_liquidity)},
          {"initialized", seen.initialised}};
}

Json text_of(int index, const Tick& tick) {
  return {{"tick", std::to_string(index)},
          {"liquidityGross", text_of(tick.gross)},
          {"liquidityNet", text_of(tick.net)},
          {"feeGrowthOutside0X128", text_of(tick.fees_outside.token0)},
          {"feeGrowthOutside1X128", text_of(tick.fees_outside.token1)},
          {"tickCumulativeOutside", text_of(tick.tick_seconds_outside)},
          {"secondsPerLiquidityOutsideX128", text_of(tick.per_liquidity_outside)},
          {"secondsOutside", text_of(tick.seconds_outside)},
          {"initialized", tick.initialised}};
}

Json text_of(const Key& key, const Position& position) {
  const auto [owner, lower, upper] = key;
  return {{"owner", std::to_string(owner)},
          {"tickLower", std::to_string(lower)},
          {"tickUpper", std::to_string(upper)},
          {"liquidity", text_of(position.liquidity)},
          {"feeGrowthInside0LastX128", text_of(position.inside_last.token0)},
          {"feeGrowthInside1LastX128", text_of(position.inside_last.token1)},
          {"tokensOwed0", text_of(position.owed.token0)},
          {"tokensOwed1", text_of(position.owed.token1)}};
}

// The numbers that follow every operation.
Json numbers_of(const Pool& pool) {
  const State& now = pool.state();
  const Oracle& oracle = now.oracle;
  const Json slot0 = {{"sqrtPriceX96", text_of(now.price)},
                      {"tick", std::to_string(now.tick)},
                      {"observationIndex", std::to_string(oracle.index)},
                      {"observationCardinality", std::to_string(oracle.cardinality)},
                      {"observationCardinalityNext", std::to_string(oracle.cardinality_next)},
                      {"feeProtocol", std::to_string(now.share0 + 16 * now.share1)},
                      {"unlocked", now.price != 0}};
  return {{"slot0", slot0},
          {"liquidity", text_of(now.liquidity)},
          {"feeGrowthGlobal0X128", text_of(now.fees.token0)},
          {"feeGrowthGlobal1X128", text_of(now.fees.token1)},
          {"protocolFees0", text_of(now.protocol_fees.token0)},
          {"protocolFees1", text_of(now.protocol_fees.token1)},
          {"balance0", text_of(now.balances.token0)},
          {"balance1", text_of(now.balances.token1)},
          {"observation", text_of(oracle.slot(oracle.index))}};
}

void expect_listed(const Pool& pool, const Json& line) {
  for (const Json& tick : line["ticks"]) {
    const int index = small(tick["tick"]);
    EXPECT_EQ(text_of(index, pool.tick(index)), tick);
  }
  for (const Json& listed : line["positions"]) {
    const Key key = key_of(listed, small(listed["owner"]));
    EXPECT_EQ(text_of(key, pool.position(key)), listed);
  }
}

void expect_final(const Pool& pool, const Json& line) {
  expect_listed(pool, line);
  std::map<int, Int> words;
  for (const Json& word : line["tickBitmap"]) words[small(word["word"])] = number(word["bits"]);
  EXPECT_EQ(pool.state().bitmap, words);
  for (const Json& listed : line["observations"]) {
    Json seen = text_of(pool.state().oracle.slot(small(listed["index"])));
    seen["index"] = listed["index"];
    EXPECT_EQ(seen, listed);
  }
}

int replayed(const fs::path& file) {
  const std::vector<Json> lines = lines_of(file);
  const Terms terms{.fee = small(lines[0]["fee"]), .spacing = small(lines[0]["tickSpacing"])};
  Trace on{Pool(terms), small(lines[0]["factoryOwner"])};
  EXPECT_EQ(text_of(on.pool.liquidity_per_tick_max()), lines[0]["maxLiquidityPerTick"]);
  int played = 0;
  for (const Json& line : lines) {
    if (line.value("kind", "") == "final") expect_final(on.pool, line);
    if (!line.contains("op")) continue;
    ++played;
    const std::string kind = line["ok"] ? "ret" : "err";
    EXPECT_EQ(answer(on, line), Json({{kind, line[kind]}}));
    const Json numbers = numbers_of(on.pool);
    for (const auto& [name, value] : numbers.items()) EXPECT_EQ(value, line[name]);
    expect_listed(on.pool, line);
    if (::testing::Test::HasFailure()) {
      ADD_FAILURE() << file.filename() << " operation " << line["i"] << ": " << line.dump();
      break;
    }
  }
  return played;
}

TEST(NaivePool, AnswersEveryOperationAsTheContractDid) {
  if (!fs::exists(vectors() / "v3")) GTEST_SKIP() << "no vectors beside the repository";
  int played = 0;
  for (const auto& entry : fs::directory_iterator(vectors() / "v3")) {
    if (entry.path().extension() == ".gz") played += replayed(entry.path());
    if (HasFailure()) break;
  }
  EXPECT_EQ(played, 23 * 350);
}

// The library's answer, or nothing where this is not a function of ours.
std::vector<Int> library(const std::string& name, const std::vector<Int>& in) {
  if (name == "TickMath.getSqrtRatioAtTick") return {price_at(static_cast<int>(in[0]))};
  if (name == "TickMath.getTickAtSqrtRatio") return {tick_at(in[0])};
  if (name == "SqrtPriceMath.getAmount0DeltaSigned") {
    return {amount0_of_change({in[0], in[1]}, in[2])};
  }
  if (name == "SqrtPriceMath.getAmount1DeltaSigned") {
    return {amount1_of_change({in[0], in[1]}, in[2])};
  }
  if (name == "SwapMath.computeSwapStep") {
    const Step step = step_of({.stretch = {in[0], in[1]},
                               .liquidity = in[2],
                               .remaining = in[3],
                               .fee = static_cast<int>(in[4])});
    return {step.price, step.in, step.out, step.fee};
  }
  return {};
}

Json library_answer(const std::string& name, const Json& in) {
  std::vector<Int> numbers;
  for (const Json& n : in)
    numbers.push_back(n.is_string() ? number(n) : Int(n.get<bool>() ? 1 : 0));
  try {
    Json out = Json::array();
    for (const Int& n : library(name, numbers)) out.push_back(text_of(n));
    return out;
  } catch (const Revert& revert) {
    return revert.text;
  }
}

TEST(NaiveMath, AnswersTheLibraryCallsAsTheContractDid) {
  if (!fs::exists(vectors() / "lib")) GTEST_SKIP() << "no vectors beside the repository";
  int judged = 0;
  for (const std::string name : {"tickmath", "sqrtpricemath", "swapmath"}) {
    for (const Json& line : lines_of(vectors() / "lib" / (name + ".jsonl.gz"))) {
      if (!line.contains("f")) continue;
      const Json got = library_answer(line["f"], line["in"]);
      if (got.is_array() && got.empty()) continue;
      ++judged;
      ASSERT_EQ(got, line.contains("err") ? line["err"] : line["out"]) << line.dump();
    }
  }
  EXPECT_GT(judged, 15'000);
}

TEST(NaiveMath, RepeatsThePublishedPrices) {
  EXPECT_EQ(price_at(-887272), Int("4295128739"));
  EXPECT_EQ(price_at(0), power_of_two(96));
  EXPECT_EQ(price_at(250), Int("80224679980005306637834519095"));
  EXPECT_EQ(price_at(738203), Int("847134979253254120489401328389043031315994541"));
  EXPECT_EQ(price_at(887272), Int("1461446703485210103287273052203988822378723970342"));
  EXPECT_EQ(tick_at(price_at(51960)), 51960);
  EXPECT_EQ(tick_at(price_at(51960) - 1), 51959);
}

}  // namespace
}  // namespace levee::naive

// tests/api/capital_ask_test.cpp — what is at risk, where, and how fast it is left.
#include "levee/api/capital_ask.h"

#include "levee/amm/constant_product.h"

#include "tests/support/cases.h"

#include <cmath>

#include <gmock/gmock.h>

namespace levee::api {
namespace {

using ::testing::HasSubstr;

const std::string root = LEVEE_SOURCE;

MarketFlags example() {
  MarketFlags flags;
  flags.book = root + "/examples/eth-usdc.toml";
  flags.market = root + "/examples/market";
  return flags;
}

CapitalFlags quick() {
  CapitalFlags flags;
  flags.paths = 4000;
  return flags;
}

CapitalGround ground(const CapitalFlags& flags = quick()) { return *ground_from(example(), flags); }

std::string refusal(const CapitalFlags& flags) {
  const auto found = ground_from(example(), flags);
  return found ? "" : found.error().message;
}

}  // namespace

TEST(CapitalGround, LeavesCashAndWalletOut) {
  const CapitalGround found = ground();
  EXPECT_GT(found.standing.book.idle_cash, Usd{0});
  EXPECT_EQ(found.held.idle_cash, Usd{0});
  EXPECT_NEAR(found.value_usd(), 1e6, 1e-3);
  EXPECT_TRUE(found.fees_known());
  ASSERT_TRUE(found.fees_error_usd);
  EXPECT_GT(*found.fees_error_usd, 0);
}

TEST(CapitalGround, TakesFeesAsGiven) {
  CapitalFlags flags = quick();
  flags.fees_usd_per_day = 777;
  const CapitalGround found = ground(flags);
  EXPECT_CLOSE(*found.fees.at(0), 777, 1e-12);
  EXPECT_FALSE(found.fees_error_usd);
}

TEST(CapitalGround, NamesWhatIsWrong) {
  CapitalFlags flags = quick();
  flags.paths = 999;
  EXPECT_THAT(refusal(flags), HasSubstr("paths = 999"));
  flags = quick();
  flags.half_life_days = 0;
  EXPECT_THAT(refusal(flags), HasSubstr("half_life_days = 0"));
  flags = quick();
  flags.fees_usd_per_day = -1;
  EXPECT_THAT(refusal(flags), HasSubstr("fees_usd_per_day = -1"));
  flags = quick();
  flags.riskless_rate = 2;
  EXPECT_THAT(refusal(flags), HasSubstr("riskless_rate = 2"));
}

TEST(BookLosses, AddUp) {
  const CapitalGround found = ground();
  const auto losses = losses_of(found, found.calibration, parallel::Team(1));
  ASSERT_TRUE(losses) << losses.error().message;
  EXPECT_EQ(losses->total.size(), 4000);
  EXPECT_EQ(losses->bare, losses->total) << "nothing is held against it";
  for (const double one : losses->hedge) EXPECT_EQ(one, 0);
  // Loss of the market is what arbitrage takes: variance of the forecast, gamma of the range.
  const auto mean = losses->mean(losses->of_market);
  const double implied = found.position.total.lvr_usd_per_day * found.horizon_days();
  const double ratio =
      found.calibration.lead().forecast.value() / found.calibration.lead().implied.value();
  EXPECT_LT(mean.value, implied * ratio * ratio) << "out of range there is none";
  EXPECT_GT(mean.value, 0.8 * implied * ratio * ratio);
  EXPECT_LT(mean.standard_error, 0.7 * num::mean_of(losses->of_market).standard_error);
  EXPECT_GT(losses->mean(losses->of_market).value, losses->mean(losses->with_fees).value);
}

TEST(Raised, LiftsTheRealisedPartOfTheVariance) {
  const CapitalGround found = ground();
  const auto up = raised(found);
  ASSERT_TRUE(up);
  const auto& lead = found.calibration.lead();
  const double before = lead.realised->vol.value(),
               after = before + lead.realised->standard_error.value();
  const auto square = [](double x) { return x * x; };
  EXPECT_CLOSE(square(up->lead().forecast.value()) - square(lead.forecast.value()),
               0.4 * (square(after) - square(before)), 1e-9);
  CapitalGround blind = ground();
  blind.calibration.lead().realised.reset();
  EXPECT_FALSE(raised(blind));
}

TEST(Exposures, AreValueTimesTheMeanShareLost) {
  const auto nodes = exposures(ground());
  ASSERT_EQ(nodes.size(), 1);
  EXPECT_EQ(nodes[0].node, "uniswap-v3");
  EXPECT_NEAR(nodes[0].lost.value(), 0.75e6, 1e-3);
  EXPECT_EQ(nodes[0].modelled, hedge::Modelled::yes);
}

TEST(Exposures, OfSharedNodesAddUp) {
  CapitalGround found = ground();
  book::LpPosition other = found.held.positions[0];
  other.name = "other", other.protocol = "curve", other.stands_on = {"usdc"};
  found.held.positions[0].stands_on = {"usdc"};
  found.held.positions.push_back(other);
  found.standing.snapshot.protocols.push_back({.protocol = "usdc",
                                               .intensity = Intensity{.01},
                                               .loss_low = Share{.1},
                                               .loss_high = Share{.3},
                                               .source = "made up"});
  found.held.covers = {{.name = "cover",
                        .protocol = "usdc",
                        .limit = Usd{5e4},
                        .premium = Rate{.02},
                        .deductible = Usd{1e3},
                        .claim = Probability{.5}}};
  const auto nodes = exposures(found);
  ASSERT_EQ(nodes.size(), 3);
  for (const hedge::NodeExposure& node : nodes) {
    if (node.node == "usdc") {
      EXPECT_NEAR(node.lost.value(), 0.4e6, 1e-2);
      ASSERT_EQ(node.covers.size(), 1);
      EXPECT_EQ(node.covers[0].paid, .5);
    }
    if (node.node == "curve") {
      EXPECT_EQ(node.modelled, hedge::Modelled::no);
      EXPECT_NEAR(node.lost.value(), 1e6, 1e-2) << "nothing known: all of it";
    }
  }
}

TEST(HazardMet, IsTheChanceTimesWhatIsLost) {
  const HazardMet met = hazard_met(ground());
  EXPECT_EQ(met.worst, "uniswap-v3");
  EXPECT_CLOSE(met.rate, .005, 1e-9);
  EXPECT_CLOSE(met.share_lost, .75, 1e-6);
  EXPECT_NEAR(met.loss_usd, 1e6 * .75 * -std::expm1(-.005 * 30 / 365), 1e-3);
  EXPECT_EQ(met.loss_error_usd, 0) << "configured, not fitted";
  EXPECT_EQ(met.cover_pays_usd, 0);
  CapitalGround safe = ground();
  safe.standing.snapshot.protocols.clear();
  EXPECT_EQ(hazard_met(safe).worst, "");
  EXPECT_EQ(hazard_met(safe).loss_usd, 0);
}

TEST(ExitWithin, IsTheSaleThatMovesTheMeanPriceByTheSlippage) {
  CapitalGround found = ground();
  const double price = found.standing.snapshot.spot.value(), slippage = .01;
  found.standing.snapshot.pool->active_liquidity = amm::HumanLiquidity{1e6};
  const double value = exit_within(found, slippage)->value();
  const double tokens = value / found.value_usd() * found.position.total.base_tokens;
  // Sold into constant liquidity: quote out over tokens in.
  const double root = std::sqrt(price), after = 1 / (1 / root + tokens / 1e6);
  EXPECT_CLOSE(1e6 * (root - after) / tokens, price * (1 - slippage), 1e-9);
  found.standing.snapshot.pool.reset();
  EXPECT_EQ(exit_within(found, slippage).error().reason, Reason::missing_data);
  found.standing.snapshot.depth = market::Series{
      .at = {found.standing.snapshot.at}, .value = {2e6 * root}, .step = days(1), .source = "made"};
  EXPECT_CLOSE(exit_within(found, slippage)->value(), value, 1e-12);
}

// A pair of the same liquidity, in the contract's integers and without its fee, pays the slippage
// that the formula says, and more of it for more tokens.
TEST(ExitWithin, IsWhatASimulatedPairPays) {
  CapitalGround found = ground();
  const double price = found.standing.snapshot.spot.value(), liquidity = 2e5;
  found.standing.snapshot.pool->active_liquidity = amm::HumanLiquidity{liquidity};
  const auto units = [](double tokens) { return U256{static_cast<u128>(tokens * 1e15)}; };
  const amm::PairReserves pair{units(liquidity / std::sqrt(price)),
                               units(liquidity * std::sqrt(price))};
  const auto slippage_of = [&](double tokens) {
    const U256 out = *amm::amount_out_of(units(tokens / 0.997), pair);
    return 1 - static_cast<double>(out.low128()) / 1e15 / tokens / price;
  };
  for (const double slippage : {0.001, 0.01, 0.1}) {
    const double value = exit_within(found, slippage)->value();
    const double tokens = value / found.value_usd() * found.position.total.base_tokens;
    EXPECT_NEAR(slippage_of(tokens), slippage, 1e-9);
    EXPECT_GT(slippage_of(1.01 * tokens), slippage);
  }
}

// S2.6: what is sold into half the depth may be half as much, and as much moves the price further.
TEST(ExitWithin, HalfTheDepthHalvesTheSizeAndWidensTheSlippage) {
  CapitalGround found = ground();
  const auto within = [&](double liquidity, double slippage) {
    found.standing.snapshot.pool->active_liquidity = amm::HumanLiquidity{liquidity};
    return exit_within(found, slippage)->value();
  };
  for (const double slippage : {0.001, 0.01, 0.1}) {
    EXPECT_CLOSE(within(1e6, slippage), within(2e6, slippage) / 2, 1e-12);
    // The size that half the depth takes at twice the slippage is more than this one, and what it
    // takes at this slippage is less: the slippage of one size lies between.
    EXPECT_LT(within(1e6, slippage), within(2e6, slippage));
    EXPECT_GT(within(1e6, 2 * slippage), within(2e6, slippage));
    EXPECT_NEAR(within(1e6, 2 * slippage / (1 + slippage)), within(2e6, slippage),
                1e-9 * within(2e6, slippage));
  }
}

TEST(ExitWithin, TakesOurOwnLiquidityOut) {
  CapitalGround found = ground();
  found.standing.snapshot.pool->active_liquidity = found.held.positions[0].range.liquidity;
  EXPECT_GT(exit_within(found, .01)->value(), 0) << "entered at market, not in the pool's record";
  found.held.positions[0].entry_at = found.standing.snapshot.at - days(3);
  EXPECT_EQ(exit_within(found, .01)->value(), 0);
}

TEST(Index, IsOnePriceOrWhatAllOfItIsWorth) {
  const std::string prices = root + "/examples/market/history.csv";
  CapitalFlags flags = quick();
  const UnixSeconds at = ground().standing.snapshot.at;
  EXPECT_EQ(index_from(example(), flags, at).error().reason, Reason::missing_data);
  flags.index = {prices};
  EXPECT_TRUE(index_from(example(), flags, at));
  EXPECT_CLOSE(base_beta(ground(), example(), flags)->measured.value, 1, 1e-12);
  flags.index = {prices, prices};
  EXPECT_EQ(index_from(example(), flags, at).error().reason, Reason::bad_input);
  flags.index_cap_usd = {"1e9", "3e9"};
  const auto both = index_from(example(), flags, at);
  ASSERT_TRUE(both) << both.error().message;
  CapitalFlags one = flags;
  one.index = {prices}, one.index_cap_usd = {"7"};
  const auto alone = index_from(example(), one, at);
  ASSERT_TRUE(alone);
  EXPECT_CLOSE(both->value.back() / both->value.front(), alone->value.back() / alone->value.front(),
               1e-12);
  flags.index_cap_usd = {"1e9", "-3"};
  EXPECT_EQ(index_from(example(), flags, at).error().reason, Reason::out_of_range);
}

}  // namespace levee::api

#include "levee/amm/balancer_vault.h"

#include "tests/amm/vault_rows.h"
#include "tests/support/cases.h"

#include <gtest/gtest.h>

namespace levee::amm {
namespace {

using namespace literal;
using test::for_cases;
using test::Gen;

constexpr Address alice{{1}}, bob{{2}};
constexpr U256 one = 1'000'000'000'000'000'000_u256;

Coins coins(std::initializer_list<U256> numbers) {
  return Coins(std::span<const U256>(numbers.begin(), numbers.size()));
}

VaultPool weighted(const VaultPool::Terms& terms, std::initializer_list<U256> weights) {
  const auto pool = WeightedPool::of(coins(weights));
  EXPECT_TRUE(pool);
  auto held = VaultPool::of(terms, *pool);
  EXPECT_TRUE(held);
  return *held;
}

VaultPool stable(const VaultPool::Terms& terms, std::uint64_t amplification) {
  const auto pool = StablePool::of(terms.decimals.size(), amplification);
  EXPECT_TRUE(pool);
  auto held = VaultPool::of(terms, *pool);
  EXPECT_TRUE(held);
  return *held;
}

VaultPool even_pool() {
  VaultPool pool = weighted({{18, 6}, one / 100, {}}, {one / 2, one / 2});
  EXPECT_TRUE(pool.join({alice, VaultPool::FirstIn{coins({one * 1000, 1'000'000'000})}}));
  return pool;
}

std::string state_of(const VaultPool& pool) {
  std::string text;
  for (const U256& balance : pool.balances()) text += decimal_text(balance) + " ";
  return text + decimal_text(pool.supply());
}

template <class T>
std::string refusal(const Result<T>& answer) {
  return answer ? "answered" : answer.error().message;
}

Coins numbers_from(const std::vector<std::string>& words, std::size_t first) {
  Coins read(words.size() - first);
  for (std::size_t i = first; i < words.size(); ++i) read[i - first] = *u256_from(words[i]);
  return read;
}

std::string moved(VaultPool& pool, const Address& who, const std::vector<std::string>& ask) {
  const std::string& kind = ask[0];
  const Coins in = numbers_from(ask, 2);
  const auto ended = [](const Result<VaultPool::Moved>& answer) {
    return answer ? std::string("ok") : answer.error().message;
  };
  if (kind == "first") return ended(pool.join({who, VaultPool::FirstIn{in}}));
  if (kind == "tokens-in") return ended(pool.join({who, VaultPool::TokensIn{in}}));
  if (kind == "tokens-out") return ended(pool.exit({who, VaultPool::TokensOut{in}}));
  if (kind == "share-out") return ended(pool.exit({who, VaultPool::ShareOut{in[0]}}));
  const OneToken one_token{static_cast<std::size_t>(in[0].low64()), in[1]};
  if (kind == "one-in") return ended(pool.join({who, one_token}));
  return ended(pool.exit({who, one_token}));
}

std::string answer_of(VaultPool& pool, const std::vector<std::string>& ask) {
  const Address who{{1, static_cast<std::uint8_t>(ask[1][0])}};
  const bool sells = ask[0] == "sell";
  if (!sells && ask[0] != "buy") return moved(pool, who, ask);
  const Pair tokens{std::stoul(ask[2]), std::stoul(ask[3])};
  const auto flow = pool.swap({sells ? Given::in : Given::out, tokens, *u256_from(ask[4])});
  return flow ? decimal_text(sells ? flow->out : flow->in) : flow.error().message;
}

void expect_rows(VaultPool pool, std::string_view rows) {
  int number = 0;
  for (const test::VaultRow& row : test::rows_of(rows)) {
    SCOPED_TRACE("row " + std::to_string(++number) + ": " + row.ask[0]);
    ASSERT_EQ(answer_of(pool, row.ask), row.answer);
    ASSERT_EQ(state_of(pool), row.state);
  }
  EXPECT_EQ(number, 40);
}

}  // namespace

TEST(VaultPool, FirstSharesAreTheInvariantForEachToken) {
  const VaultPool pool = even_pool();
  // 1000 and 1000 at 18 decimals: an invariant of 1000 less the power's bounds, twice.
  EXPECT_NEAR(to_double(pool.supply()), 2e21, 1e8);
  EXPECT_EQ(pool.shares_of(Address{}), 1'000'000_u256);
  EXPECT_EQ(pool.shares_of(alice) + 1'000'000, pool.supply());
  EXPECT_EQ(pool.balances(), coins({one * 1000, 1'000'000'000}));
}

TEST(VaultPool, SwapsRawUnitsAndRoundsForThePool) {
  VaultPool pool = even_pool();
  // 10 less 1%: 1000 * 9.9 / 1009.9 = 9.80295...
  const auto flow = pool.swap({Given::in, {0, 1}, one * 10});
  ASSERT_TRUE(flow);
  EXPECT_EQ(*flow, (VaultPool::Flow{one * 10, 9'802'950}));
  EXPECT_EQ(pool.balances(), coins({one * 1010, 1'000'000'000 - 9'802'950}));
  // A millionth of a millionth buys nothing; nothing cannot be bought for nothing.
  EXPECT_EQ(pool.swap({Given::in, {0, 1}, 1'000})->out, U256{});
  EXPECT_GT(pool.swap({Given::out, {0, 1}, 1})->in, U256{});
}

TEST(VaultPool, QueryTellsWhatASwapWouldMove) {
  VaultPool pool = even_pool();
  const VaultPool::Swap ask{Given::out, {1, 0}, one * 3};
  const auto told = pool.query(ask);
  const auto done = pool.swap(ask);
  ASSERT_TRUE(told && done);
  EXPECT_EQ(*told, *done);
}

TEST(VaultPool, LimitsAreTheCallersOwn) {
  const VaultPool pool = even_pool();
  const auto on = [&](auto act) {
    VaultPool copy = pool;
    const std::string said = refusal(act(copy));
    EXPECT_TRUE(said == "answered" || state_of(copy) == state_of(pool));
    return said;
  };
  const auto swap = [&](Given given, const U256& limit) {
    return on([&](VaultPool& to) { return to.swap({given, {0, 1}, one / 1'000'000, limit}); });
  };
  EXPECT_EQ(swap(Given::in, 1), "BAL#507");
  EXPECT_EQ(swap(Given::in, 0), "answered");
  const auto join = [&](const U256& least, const Coins& most) {
    return on([&](VaultPool& to) {
      return to.join({bob, VaultPool::TokensIn{coins({one, 1'000'000}), least}, most});
    });
  };
  EXPECT_EQ(join({}, coins({one, 1'000'000})), "answered");
  EXPECT_EQ(join({}, coins({one, 999'999})), "BAL#506");
  EXPECT_EQ(join(one * 2, coins({one, 1'000'000})), "BAL#208");
  const auto exit = [&](const std::optional<U256>& most, const Coins& least) {
    return on([&](VaultPool& to) {
      return to.exit({alice, VaultPool::TokensOut{coins({one, 1'000'000}), most}, least});
    });
  };
  EXPECT_EQ(exit(one * 3, coins({one, 1'000'000})), "answered");
  EXPECT_EQ(exit(one * 3, coins({one, 1'000'001})), "BAL#505");
  EXPECT_EQ(exit(one * 2, coins({one, 1'000'000})), "BAL#207");
}

TEST(VaultPool, RefusesByNumber) {
  VaultPool pool = even_pool();
  const auto swap = [&](const Pair& tokens, const U256& amount) {
    return refusal(pool.swap({Given::in, tokens, amount}));
  };
  EXPECT_EQ(swap({0, 0}, 1), "BAL#509");
  EXPECT_EQ(swap({0, 0}, 0), "BAL#510");
  EXPECT_EQ(refusal(pool.query({Given::in, {0, 0}, 0})), "BAL#509");
  EXPECT_EQ(swap({0, 1}, one * 400), "BAL#304");
  EXPECT_EQ(refusal(pool.join({bob, OneToken{2, 1}})), "BAL#100");
  EXPECT_EQ(refusal(pool.exit({bob, OneToken{2, 1}})), "BAL#100");
  EXPECT_EQ(refusal(pool.exit({bob, VaultPool::ShareOut{1}})), "BAL#406");
  EXPECT_EQ(refusal(pool.join({bob, VaultPool::FirstIn{coins({one, 1})}})), "BAL#310");
  EXPECT_EQ(refusal(pool.set_protocol_fee(one / 2 + 1)), "BAL#600");

  VaultPool empty = stable({{18, 18}, one / 1000, {}}, 200);
  EXPECT_EQ(refusal(empty.join({bob, OneToken{0, 1}})), "BAL#206");
  EXPECT_EQ(refusal(empty.join({bob, VaultPool::FirstIn{coins({1, 1})}})), "BAL#204");
  VaultPool least = empty;
  EXPECT_EQ(refusal(least.join({bob, VaultPool::FirstIn{coins({500'000, 500'000})}})), "answered");
  EXPECT_EQ(least.shares_of(bob), U256{});
  const Coins much = coins({U256::power_of_two(112), U256::power_of_two(112)});
  EXPECT_EQ(refusal(empty.join({bob, VaultPool::FirstIn{much}})), "BAL#526");
  ASSERT_TRUE(empty.join({alice, VaultPool::FirstIn{coins({one, one})}}));
  EXPECT_EQ(refusal(empty.exit({bob, VaultPool::ShareOut{1}})), "BAL#417");
}

TEST(VaultPool, RefusesTermsThatNoPoolHas) {
  const auto pool = StablePool::of(2, 200);
  const auto made = [&](const U256& swap_fee, const U256& protocol_fee) {
    return refusal(VaultPool::of({{18, 18}, swap_fee, protocol_fee}, *pool));
  };
  EXPECT_EQ(made(one / 10, one / 2), "answered");
  EXPECT_EQ(made(one / 10 + 1, {}), "BAL#202");
  EXPECT_EQ(made(one / 1'000'000 - 1, {}), "BAL#203");
  EXPECT_EQ(made(one / 10, one / 2 + 1), "BAL#600");
}

TEST(VaultPool, TheProtocolTakesItsPartOfSwapFeesOnTheNextExit) {
  VaultPool pool = weighted({{18, 18}, one / 10, one / 2}, {one / 2, one / 2});
  ASSERT_TRUE(pool.join({alice, VaultPool::FirstIn{coins({one * 1000, one * 1000})}}));
  ASSERT_TRUE(pool.swap({Given::in, {0, 1}, one * 100}));
  const auto left = pool.exit({alice, VaultPool::ShareOut{0}});
  ASSERT_TRUE(left);
  // k grew from 1000 * 1000 to 1100 * 917.43: 1100 * (1 - 1 / 1.0091743) / 2 of the first token.
  EXPECT_NEAR(to_double(left->protocol_fees[0]), 5e18, 1e14);
  EXPECT_EQ(left->protocol_fees[1], U256{});
  EXPECT_EQ(pool.exit({alice, VaultPool::ShareOut{0}})->protocol_fees, coins({0, 0}));
}

TEST(VaultPool, AnswersAsTheDeployedWeightedPool) {
  expect_rows(weighted({{6, 0, 18}, one / 10, 466'662'378'681'992'753_u256},
                       {one / 100, one / 100, one / 100 * 98}),
              test::weighted_rows);
  expect_rows(weighted({{18, 18}, 3'000'000'000'000'000_u256, 474'325'555'844'134'307_u256},
                       {230'736'216'077'457'707_u256, 769'263'783'922'542'293_u256}),
              test::weighted_18_rows);
}

TEST(VaultPool, AnswersAsTheDeployedStablePool) {
  expect_rows(stable({{12, 6, 8}, 88'010'692'725'143'989_u256, one / 10}, 1), test::stable_rows);
  expect_rows(stable({{18, 18}, 1'000'000'000'000_u256, 222'175'443'783'322'248_u256}, 5000),
              test::stable_18_rows);
}

TEST(VaultPoolLaw, JoiningAndLeavingByAnyDoorNeverProfits) {
  for_cases(1000, [](Gen& gen) {
    VaultPool pool = even_pool();
    const U256 much = one * 1000 * (1 + gen.bits() % 1000) / 4000;
    const auto in = pool.join({bob, VaultPool::TokensIn{coins({much, 0})}});
    ASSERT_TRUE(in);
    const auto out = gen.coin() ? pool.exit({bob, OneToken{0, in->shares}})
                                : pool.exit({bob, VaultPool::ShareOut{in->shares}});
    ASSERT_TRUE(out);
    // What came out of the second token, sold for the first again.
    const U256 second = out->amounts[1];
    const auto back = second.is_zero() ? Result<VaultPool::Flow>(VaultPool::Flow{})
                                       : pool.swap({Given::in, {1, 0}, second});
    ASSERT_TRUE(back);
    ASSERT_LE(out->amounts[0] + back->out, much);
  });
}

}  // namespace levee::amm

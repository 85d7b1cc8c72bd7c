#include "levee/book/lp_account.h"

#include "levee/amm/pool.h"
#include "tests/support/cases.h"

#include <numeric>

namespace levee::book {
namespace {

using amm::Amounts;
using amm::Direction;
using amm::TickRange;

constexpr u128 all = ~static_cast<u128>(0);
constexpr u128 unit = 1'000'000'000'000'000'000;

LpMoment at_tick(std::int32_t tick, const amm::FeeGrowth& inside = {}) {
  return {amm::sqrt_price_at_valid(Tick{tick}), tick, inside};
}

LpAccount account_of(const TickRange& range, Worth worth = Worth::in_token1) {
  auto account = LpAccount::open(range, worth);
  EXPECT_TRUE(account);
  return *std::move(account);
}

amm::FeeGrowth growth(std::uint64_t fees0, std::uint64_t fees1, u128 liquidity) {
  const auto per_liquidity = [&](std::uint64_t fees) {
    return *mul_div(U256{fees}, U256::power_of_two(128), U256{liquidity}, Round::up);
  };
  return {per_liquidity(fees0), per_liquidity(fees1)};
}

TEST(LpAccount, BooksAMintATopUpAPartialBurnACollectAndAClose) {
  LpAccount account = account_of({-100, 100});
  const auto mint = account.add(unit, at_tick(0));
  ASSERT_TRUE(mint);
  EXPECT_EQ(mint->action, LpAction::mint);
  // 1e18 (1 - 1.0001^-50) on either side, rounded up.
  EXPECT_EQ(decimal_text(mint->paid.token0), "4987272070749097");
  EXPECT_EQ(mint->paid.token0, mint->paid.token1);
  EXPECT_EQ(decimal_text(mint->paid_worth), "9974544141498194");

  const amm::FeeGrowth earned = growth(1000, 500, unit);
  const auto top_up = account.add(unit, at_tick(0, earned));
  ASSERT_TRUE(top_up);
  EXPECT_EQ(top_up->action, LpAction::top_up);
  EXPECT_EQ(top_up->fees, (Amounts{U256{1000}, U256{500}}));
  EXPECT_EQ(top_up->realised, I256{1500});

  const auto burn = account.remove(unit / 2, at_tick(0, earned));
  ASSERT_TRUE(burn);
  EXPECT_EQ(burn->action, LpAction::partial_burn);
  EXPECT_EQ(burn->liquidity, 3 * unit / 2);
  EXPECT_EQ(decimal_text(burn->cost_released), "4987272070749097") << "a quarter of what was paid";
  EXPECT_EQ(decimal_text(burn->freed.token0), "2493636035374548") << "half, rounded down";
  EXPECT_EQ(burn->realised, I256{-1});

  const auto collected = account.collect({U256{all}, U256{all}});
  ASSERT_TRUE(collected);
  EXPECT_EQ(collected->collected.token0, burn->freed.token0 + U256{1000});
  EXPECT_EQ(collected->realised, I256{});
  EXPECT_EQ(collected->marked, I256{});

  const auto close = account.remove(3 * unit / 2, at_tick(50, earned));
  ASSERT_TRUE(close);
  EXPECT_EQ(close->action, LpAction::close);
  const auto end = account.standing(at_tick(80, earned));
  ASSERT_TRUE(end);
  EXPECT_TRUE(end->cost.is_zero());
  EXPECT_EQ(end->cost_tokens, Amounts{});
  EXPECT_TRUE(end->unrealised.is_zero());
  EXPECT_EQ(end->realised, end->marked) << "at the end both accounts agree";
  EXPECT_EQ(end->owed, close->freed);
}

TEST(LpAccount, TakesFeesFromGrowthCountersModulo2To256) {
  // mathematics 1.4: inside goes from -1 Q to -0.5 Q, L = 123456789012345678.
  LpAccount account = account_of({-60, 60});
  const U256 q = U256::power_of_two(128), half = U256::power_of_two(127);
  const amm::FeeGrowth before{wrapping_sub(U256{}, q), {}};
  ASSERT_TRUE(account.add(123456789012345678, at_tick(0, before)));
  const auto fees = account.remove(0, at_tick(0, {wrapping_sub(U256{}, half), {}}));
  ASSERT_TRUE(fees);
  EXPECT_EQ(fees->action, LpAction::reckon);
  EXPECT_EQ(decimal_text(fees->fees.token0), "61728394506172839");
}

TEST(LpAccount, ReleasesTheAverageCostNotTheFirstOnes) {
  LpAccount account = account_of({-1000, 1000});
  const auto cheap = account.add(unit, at_tick(0)), dear = account.add(unit, at_tick(900));
  ASSERT_TRUE(cheap && dear);
  const auto burn = account.remove(unit, at_tick(0));
  ASSERT_TRUE(burn);
  const U256 both = cheap->paid_worth + dear->paid_worth;
  EXPECT_EQ(burn->cost_released, both / U256{2});
  EXPECT_NE(burn->cost_released, cheap->paid_worth) << "first in, first out would say this";
}

TEST(LpAccount, RefusesWhatThePoolWould) {
  EXPECT_EQ(LpAccount::open({10, 10}, Worth::in_token0).error().reason, Reason::out_of_range);
  EXPECT_EQ(LpAccount::open({-887273, 10}, Worth::in_token0).error().reason, Reason::out_of_range);
  LpAccount account = account_of({-100, 100});
  EXPECT_EQ(account.add(0, at_tick(0)).error().reason, Reason::out_of_range);
  EXPECT_EQ(account.add(static_cast<u128>(1) << 127, at_tick(0)).error().reason,
            Reason::out_of_range);
  EXPECT_EQ(account.remove(0, at_tick(0)).error().message, "NP");
  ASSERT_TRUE(account.add(unit, at_tick(0)));
  EXPECT_EQ(account.remove(unit + 1, at_tick(0)).error().message, "LS");
  EXPECT_EQ(account.lines().size(), 1U) << "what fails leaves no line";
}

TEST(WorthOf, TellsBothTokensInEither) {
  const amm::SqrtPriceX96 four{U256::power_of_two(97)};  // Two squared.
  const Amounts amounts{U256{10}, U256{20}};
  EXPECT_EQ(*worth_of({amounts, four, Worth::in_token1}), U256{60});
  EXPECT_EQ(*worth_of({amounts, four, Worth::in_token0}), U256{15});
  const Amounts huge{U256{all}, {}};
  EXPECT_EQ(worth_of({huge, amm::sqrt_price_max, Worth::in_token1}).error().reason,
            Reason::out_of_range);
}

TEST(ImpermanentLoss, HasThreeNamesForThreeNumbers) {  // mathematics 0 and 1.1, r = 4
  LpAccount account = account_of({-887270, 887270});
  ASSERT_TRUE(account.add(unit, {amm::SqrtPriceX96{U256::power_of_two(96)}, 0, {}}));
  const LpMoment four{amm::SqrtPriceX96{U256::power_of_two(97)}, 13863, {}};
  const auto standing = account.standing(four);
  ASSERT_TRUE(standing);
  const auto loss = impermanent_loss(*standing);
  ASSERT_TRUE(loss);
  EXPECT_NEAR(loss->relative, -0.2, 1e-12);
  EXPECT_NEAR(loss->borrowed, -0.5, 1e-12);
  EXPECT_NEAR(loss->funded, 1, 1e-12);
  ASSERT_TRUE(account.remove(unit, four));
  EXPECT_FALSE(impermanent_loss(*account.standing(four)));
}

// A pool, a position in it, and its account kept beside.
struct Beside {
  amm::Pool pool;
  LpAccount account;
  TickRange range;
  Address owner{};
  std::uint32_t time = 1;

  LpMoment now() const {
    const auto& ticks = pool.ticks();
    const auto inside = amm::fees_inside({{range.lower, &ticks.at(range.lower)},
                                          {range.upper, &ticks.at(range.upper)},
                                          pool.numbers().tick,
                                          pool.numbers().fees});
    return {pool.numbers().price, pool.numbers().tick, inside};
  }
  void add(u128 liquidity) {
    const auto paid = pool.mint({owner, range, liquidity}, ++time);
    // The pool reckons with ticks as the mint left them.
    const auto line = account.add(liquidity, now());
    ASSERT_TRUE(paid && line);
    EXPECT_EQ(line->paid, *paid);
  }
  void remove(u128 liquidity) {
    const LpMoment before = now();
    const auto freed = pool.burn({owner, range, liquidity}, ++time);
    const auto line = account.remove(liquidity, before);
    ASSERT_EQ(static_cast<bool>(freed), static_cast<bool>(line));
    if (freed) {
      EXPECT_EQ(line->freed, *freed);
    }
  }
  void collect() {
    const auto paid = pool.collect({owner, range, all, all});
    const auto line = account.collect({U256{all}, U256{all}});
    ASSERT_TRUE(paid && line);
    EXPECT_EQ(line->collected, *paid);
  }
  void agree() const {
    EXPECT_EQ(account.state(), pool.position({owner, range, {}}));
    const auto standing = account.standing(now());
    ASSERT_TRUE(standing);
    const Amounts due = pool.collectable({owner, range, {}});
    EXPECT_EQ(standing->owed.token0 + standing->fees.token0, due.token0);
    EXPECT_EQ(standing->owed.token1 + standing->fees.token1, due.token1);
    EXPECT_EQ(wrapping_add(standing->realised, standing->unrealised), standing->marked);
    I256 realised, marked, cash;
    for (const LpLine& line : account.lines()) {
      realised = wrapping_add(realised, line.realised);
      marked = wrapping_add(marked, line.marked);
      cash = wrapping_add(cash, I256::positive(line.freed_worth + line.fees_worth));
      cash = wrapping_sub(cash, I256::positive(line.paid_worth));
    }
    EXPECT_EQ(realised, standing->realised) << "actions add up to the total";
    const U256 held = standing->principal_worth + standing->fees_worth;
    EXPECT_EQ(wrapping_add(cash, I256::positive(held)), standing->marked)
        << "what came out and is held, less what went in";
    if (account.state().liquidity == 0) {
      EXPECT_EQ(marked, realised);
    }
  }
};

Beside made(test::Gen& gen) {
  amm::PoolTerms terms;
  terms.spacing = TickSpacing{10};
  amm::Pool pool(terms);
  EXPECT_TRUE(pool.initialise(amm::sqrt_price_at_valid(Tick{gen.integer(-300, 300)}), 0));
  EXPECT_TRUE(pool.mint({Address{{1}}, {-20000, 20000}, 50 * unit}, 0));
  const std::int32_t lower = 10 * gen.integer(-30, 10);
  const TickRange range{lower, lower + 10 * gen.integer(1, 40)};
  return {pool, account_of(range, gen.coin() ? Worth::in_token0 : Worth::in_token1), range};
}

TEST(LpAccountLaw, KeepsStepWithThePoolAndAddsUpToTheUnit) {
  test::for_cases(300, [](test::Gen& gen) {
    Beside both = made(gen);
    for (int i = 0; i < 30; ++i) {
      const auto size = static_cast<u128>(gen.scale(1e6, 1e19));
      const u128 held = both.account.state().liquidity;
      switch (gen.integer(0, 6)) {
        case 0:
          both.add(size);
          break;
        case 1:
          both.remove(gen.coin() ? held : held / 3);
          break;
        case 2:
          both.remove(0);
          break;
        case 3:
          both.collect();
          break;
        default: {
          const auto way = gen.coin() ? Direction::zero_for_one : Direction::one_for_zero;
          const I256 amount{static_cast<std::int64_t>(gen.scale(1e6, 1e18))};
          EXPECT_TRUE(both.pool.swap({way, amount, amm::no_limit(way), {}}, ++both.time));
        }
      }
      both.agree();
    }
  });
}

TEST(LpAccountLaw, OpenedAndClosedAtOncePaysNoMoreThanWentIn) {
  test::for_cases(300, [](test::Gen& gen) {
    LpAccount account = account_of({-500, 700});
    const LpMoment now = at_tick(gen.integer(-900, 900));
    const auto liquidity = static_cast<u128>(gen.scale(1, 1e25));
    const auto in = account.add(liquidity, now), out = account.remove(liquidity, now);
    ASSERT_TRUE(in && out);
    EXPECT_LE(out->freed.token0, in->paid.token0);
    EXPECT_LE(in->paid.token0 - out->freed.token0, U256{1});
    EXPECT_LE(out->realised, I256{});
    EXPECT_GE(out->realised, I256{-4});
  });
}

}  // namespace
}  // namespace levee::book

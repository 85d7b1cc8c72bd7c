#include "levee/book/closed_audit.h"

#include "levee/book/token_sale.h"
#include "tests/support/cases.h"

namespace levee::book {
namespace {

constexpr FeePips one_percent{10'000};
constexpr u128 unit = 1'000'000'000'000'000'000, pool = 1000 * unit;
constexpr amm::TickRange range{-2000, 2000};

amm::Amounts principal(i128 change, std::int32_t tick) {
  const auto flows = amm::principal_of({amm::sqrt_price_at_valid(Tick{tick}), tick, range, change});
  return {flows->token0.magnitude(), flows->token1.magnitude()};
}

ClosedEnd end_at(std::int32_t tick, const amm::Amounts& amounts, const amm::Amounts& fees = {}) {
  ClosedEnd end;
  end.price = amm::sqrt_price_at_valid(Tick{tick});
  end.tick = tick;
  end.amounts = amounts;
  end.value = amounts.token1 + fees.token1 +
              sale_into({amounts.token0 + fees.token0, end.price, one_percent}, pool);
  return end;
}

struct Made {
  std::int32_t tick_in = 0, tick_out = 0;
  u128 liquidity = 0;
  amm::Amounts in, out, fees;
};

ClosedRow row_of(const Made& made) {
  ClosedRow row;
  row.line = 2;
  row.position = 5;
  row.range = range;
  row.liquidity = made.liquidity;
  row.in = end_at(made.tick_in, made.in);
  row.out = end_at(made.tick_out, made.out, made.fees);
  row.fees = made.fees;
  const auto gain = [](const U256& out, const U256& in) {
    return wrapping_sub(I256::positive(out), I256::positive(in));
  };
  row.gain0 = gain(made.out.token0 + made.fees.token0, made.in.token0);
  row.gain1 = gain(made.out.token1 + made.fees.token1, made.in.token1);
  row.profit = gain(row.out.value, row.in.value);
  return row;
}

// Opened at 0, doubled at 100, a third taken out at -50, closed at 300.
std::vector<ClosedRow> position() {
  const auto all = static_cast<i128>(unit);
  const amm::Amounts first = principal(all, 0), second = principal(all, 100);
  const amm::Amounts third = principal(-2 * all / 3, -50);
  const amm::Amounts rest = principal(-(2 * all - 2 * all / 3), -50);
  const amm::Amounts both{first.token0 + second.token0, first.token1 + second.token1};
  const amm::Amounts left{both.token0 - third.token0, both.token1 - third.token1};
  const u128 last = 2 * unit - 2 * unit / 3;
  std::vector<ClosedRow> rows{
      row_of({0, 100, unit, first, principal(-all, 100), {U256{1000}, U256{2000}}}),
      row_of({100,
              -50,
              2 * unit,
              both,
              {third.token0 + rest.token0, third.token1 + rest.token1},
              {U256{7}, U256{}}}),
      row_of({-50, 300, last, left, principal(-static_cast<i128>(last), 300), {}})};
  rows[1].action = ClosedAction::increase;
  rows[2].action = ClosedAction::decrease;
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].index = static_cast<std::uint32_t>(i);
  return rows;
}

TEST(ClosedAudit, ReproducesAPositionActionByAction) {
  const auto rows = position();
  const auto audit = audit_closed(rows, one_percent);
  ASSERT_TRUE(audit) << audit.error().message;
  EXPECT_EQ(audit->rows, 3U);
  EXPECT_EQ(audit->positions, 1U);
  EXPECT_EQ(audit->actions, (std::array<std::size_t, 3>{1, 1, 1}));
  EXPECT_TRUE(audit->unexplained.empty());
  EXPECT_EQ(audit->tables[0].exact, 1U) << "rows by themselves: what went in before is missing";
  EXPECT_EQ(audit->tables[1].exact, 3U);
  EXPECT_EQ(audit->tables[3].exact, 3U);
  EXPECT_EQ(audit->several.positions, 1U);
}

TEST(ClosedAudit, FindsThePoolBehindTheRecordsValues) {
  const auto rows = position();
  const auto audit = audit_closed(rows, one_percent);
  ASSERT_TRUE(audit);
  EXPECT_CLOSE(to_double(audit->pool_liquidity), static_cast<double>(pool), 1e-8);
  const ErrorTable &at_price = audit->tables[4], &less_fee = audit->tables[5],
                   &sold = audit->tables[6], &paired = audit->tables[7];
  EXPECT_GT(at_price.mean, less_fee.mean);
  EXPECT_GT(less_fee.mean, 100 * sold.mean);
  EXPECT_EQ(paired.rows, 2U);
  EXPECT_EQ(paired.exact + paired.within_1, 2U);
}

TEST(ClosedAudit, NamesTheRowThatIsOffByAUnit) {
  auto rows = position();
  rows[1].out.amounts.token0 += U256{1};
  const auto audit = audit_closed(rows, one_percent);
  ASSERT_TRUE(audit);
  ASSERT_EQ(audit->unexplained.size(), 1U);
  EXPECT_EQ(audit->unexplained[0].why,
            "amounts in are off by 0 units, amounts out by 1; its own sums do not add up");
}

TEST(ClosedAudit, RefusesRowsThatDoNotFollowEachOther) {
  const auto refused = [](auto change) {
    auto rows = position();
    change(rows);
    const auto audit = audit_closed(rows, one_percent);
    EXPECT_FALSE(audit);
    return audit ? std::string() : audit.error().message;
  };
  using Rows = std::vector<ClosedRow>;
  EXPECT_EQ(audit_closed({}, one_percent).error().reason, Reason::missing_data);
  EXPECT_EQ(refused([](Rows& rows) { rows[0].index = 1; }),
            "line 2: position 5 row 1 (is not an opening)");
  EXPECT_EQ(refused([](Rows& rows) { rows.erase(rows.begin() + 1); }),
            "line 2: position 5 row 2 (does not follow its position's last row)");
  EXPECT_EQ(refused([](Rows& rows) { rows[1].range.upper += 1; }),
            "line 2: position 5 row 1 (changes the position's range)");
  EXPECT_EQ(refused([](Rows& rows) { rows[1].in.tick += 1; }),
            "line 2: position 5 row 1 (begins at another price than the row before ends)");
  EXPECT_EQ(refused([](Rows& rows) { rows[1].action = ClosedAction::decrease; }),
            "line 2: position 5 row 1 (its liquidity is not what its action makes of the row "
            "before)");
  EXPECT_EQ(refused([](Rows& rows) { rows[2].liquidity = 0; }),
            "line 2: position 5 row 2 (has no liquidity, or more than a pool allows)");
}

TEST(GrowthPayingLaw, PaysTheFeesToTheUnit) {
  test::for_cases(1000, [](test::Gen& gen) {
    amm::PositionState state;
    state.liquidity = static_cast<u128>(gen.scale(1, 1e38));
    const amm::Amounts fees{U256{gen.bits()}, U256{static_cast<u128>(gen.scale(1, 1e38))}};
    EXPECT_EQ(amm::fees_since(state, growth_paying(fees, state.liquidity)), fees);
  });
}

}  // namespace
}  // namespace levee::book

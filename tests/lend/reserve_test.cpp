#include "levee/lend/reserve.h"

#include "tests/lend/small_market.h"

namespace levee::lend {
namespace {

Reserve half_lent() {
  Reserve reserve;
  reserve.terms = test::dollar_terms();
  reserve.updated = 1000;
  reserve.supplied = U256{1'000'000};
  reserve.borrowed = U256{500'000};
  reserve.available = U256{500'000};
  reserve.rates = {ray / 100, U256{}, ray / 50};
  return reserve;
}

constexpr std::uint64_t year = 365 * 86'400;

}  // namespace

TEST(Reserve, GrowsBothIndicesAndPaysTheTreasuryItsPart) {
  Reserve reserve = half_lent();
  Call call;
  accrue(call, reserve, 1000 + year);
  ASSERT_TRUE(call.sound());
  EXPECT_EQ(reserve.liquidity_index, ray + ray / 100);
  // 1 + .02 + .02^2 / 2: of so small a rate a second's cube is nothing in ray.
  EXPECT_EQ(reserve.borrow_index / 1'000'000'000'000'000'000, U256{1'020'199'999});
  EXPECT_EQ(reserve.updated, 1000 + year);
  // A tenth of 10,101 in interest, over an index of 1.01.
  EXPECT_EQ(reserve.accrued_to_treasury, U256{1000});
}

TEST(Reserve, StandsStillWithinASecond) {
  Reserve reserve = half_lent();
  Call call;
  accrue(call, reserve, 1000);
  EXPECT_EQ(reserve.liquidity_index, ray);
  EXPECT_EQ(income_at(reserve, 1000).value(), ray);
  EXPECT_EQ(debt_at(reserve, 1000).value(), ray);
}

TEST(Reserve, LetsTheDebtIndexStandWhileNobodyOwes) {
  Reserve reserve = half_lent();
  reserve.borrowed = U256{};
  Call call;
  accrue(call, reserve, 1000 + year);
  EXPECT_EQ(reserve.borrow_index, ray);
  EXPECT_GT(debt_at(half_lent(), 1000 + year).value(), ray);
}

TEST(Reserve, RefusesAnIndexOfMoreThan128Bits) {
  Reserve reserve = half_lent();
  reserve.rates.liquidity = ray * 1'000'000'000'000;
  Call call;
  accrue(call, reserve, 1000 + year);
  ASSERT_FALSE(call.sound());
  EXPECT_EQ(call.error().message, refusal::above_128_bits);
}

TEST(Reserve, SpreadsAPremiumOverAllSuppliers) {
  Reserve reserve = half_lent();
  Call call;
  spread(call, reserve, U256{10'000});
  EXPECT_EQ(reserve.liquidity_index, ray + ray / 100);
}

TEST(Reserve, RefusesAPremiumForNobody) {
  Reserve reserve;
  Call call;
  spread(call, reserve, U256{1});
  ASSERT_FALSE(call.sound());
  EXPECT_EQ(call.error().message, "");
}

TEST(Call, KeepsItsFirstRefusal) {
  Call call;
  call.require(true, "1");
  EXPECT_TRUE(call.sound());
  call.require(false, "2");
  call.require(false, "3");
  EXPECT_EQ(call.error().message, "2");
  EXPECT_EQ(call.error().reason, Reason::refused);
}

}  // namespace levee::lend

// tests/amm/shelf_test.cpp — one set of laws for every kind of pool.
//
// A pool rounds for itself, so laws hold but for the slack of each kind's arithmetic:
//   all          one unit of what comes out, for a floor
//   weighted     10^-14 of a balance, the contract's own bound for a power
//   stable...    10^-20 of a balance: Newton's loops stop within a unit of the invariant
#include "levee/amm/kind.h"

#include "tests/support/cases.h"

#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace levee::amm {
namespace {

using namespace literal;
using test::for_cases;
using test::Gen;

constexpr int cases = 1000;

// A pool, two of its tokens, and an amount small beside the pool's own.
struct Deal {
  std::unique_ptr<AnyPool> pool;
  Pair tokens;
  U256 amount;
  U256 slack;
};

// A part of a whole, up to `most` thousandths, at least one unit.
U256 part_of(const U256& whole, Gen& gen, std::size_t most) {
  const U256 part = whole / 1'000'000 * gen.size(1, most * 1000) + gen.bits() % 1000;
  return std::max(part >> static_cast<unsigned>(gen.coin() ? gen.size(0, 30) : 0), U256{1});
}

Deal drawn(const Entry& entry, Gen& gen) {
  Deal deal{entry.sample(gen.bits() % 100'000), {}, {}, {}};
  const std::vector<U256> reserves = deal.pool->reserves();
  deal.tokens.in = gen.size(0, reserves.size() - 1);
  deal.tokens.out = (deal.tokens.in + gen.size(1, reserves.size() - 1)) % reserves.size();
  if (deal.tokens.in == deal.tokens.out) deal.tokens.out = (deal.tokens.in + 1) % reserves.size();
  deal.amount = part_of(reserves[deal.tokens.in], gen, 200);
  deal.slack = 1;
  const U256& balance = reserves[deal.tokens.out];
  if (entry.name == "weighted") deal.slack += balance / 90'000'000'000'000 + 1;
  if (entry.name.starts_with("stable")) deal.slack += balance / 100'000'000'000'000'000'000_u256;
  return deal;
}

// What selling an amount brings, on a copy; nothing where it is refused.
std::optional<U256> out_of(const Deal& deal, const U256& amount) {
  const auto out = deal.pool->copy()->sell(deal.tokens, amount);
  return out ? std::optional(*out) : std::nullopt;
}

}  // namespace

TEST(Shelf, HoldsEveryKindByItsName) {
  std::vector<std::string_view> names;
  for (const Entry& entry : shelf()) names.push_back(entry.name);
  EXPECT_EQ(names, (std::vector<std::string_view>{"stable", "stableswap", "uniswap-v2",
                                                  "uniswap-v3", "weighted"}));
}

TEST(Shelf, ASampleIsDifferentForEverySeedAndTheSameForOne) {
  for (const Entry& entry : shelf()) {
    std::set<std::string> seen;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      const auto reserves = entry.sample(seed)->reserves();
      EXPECT_EQ(reserves, entry.sample(seed)->reserves());
      std::string text;
      for (const U256& reserve : reserves) text += decimal_text(reserve) + " ";
      seen.insert(text);
    }
    EXPECT_EQ(seen.size(), 50U) << entry.name;
  }
}

class ShelfLaw : public testing::TestWithParam<Entry> {
 protected:
  // A law tells whether a case could be judged; `least` of them must.
  template <class Law>
  void holds(Law law, int least = cases * 4 / 5) {
    int judged = 0;
    for_cases(cases, [&](Gen& gen) {
      Deal deal = drawn(GetParam(), gen);
      judged += law(deal, gen) ? 1 : 0;
    });
    EXPECT_GE(judged, least);
  }
};

INSTANTIATE_TEST_SUITE_P(Kinds, ShelfLaw, testing::ValuesIn(shelf().begin(), shelf().end()),
                         [](const auto& kind) {
                           std::string name(kind.param.name);
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST_P(ShelfLaw, SellingAndSellingBackNeverProfits) {
  holds([&](Deal& deal, Gen&) {
    const auto out = deal.pool->sell(deal.tokens, deal.amount);
    if (!out) return false;
    const auto back = deal.pool->sell({deal.tokens.out, deal.tokens.in}, *out);
    EXPECT_TRUE(!back || *back <= deal.amount);
    return true;
  });
}

TEST_P(ShelfLaw, ALargerSaleIsNeverBetterPaid) {
  // The value of the pool at the price of a small sale does not fall by a large one. A fee rounds
  // up by less than a unit of what comes in, so the small sale is given two more.
  holds([&](Deal& deal, Gen& gen) {
    const U256 small = deal.amount / static_cast<unsigned>(gen.integer(2, 1000)) + 1;
    const auto little = out_of(deal, small + 2), much = out_of(deal, deal.amount);
    if (!little || !much || small >= deal.amount) return deal.amount < 1000;
    EXPECT_LE(*much * small, (*little + deal.slack) * deal.amount);
    return true;
  });
}

TEST_P(ShelfLaw, SellingMoreNeverBringsLess) {
  holds([&](Deal& deal, Gen& gen) {
    const U256 more = deal.amount + (gen.coin() ? U256{1} : deal.amount / gen.size(1, 100));
    const auto less_out = out_of(deal, deal.amount), more_out = out_of(deal, more);
    if (!less_out || !more_out) return false;
    EXPECT_GE(*more_out + deal.slack - 1, *less_out);
    return true;
  });
}

// The fee of the first part stays in the pool and may work for the second where a token's fee
// makes another less scarce: in stable pools of three tokens and more (fees to 10%), and where the
// fee is taken from what comes out (Curve, fees to 1%). Never for more than that fee.
TEST_P(ShelfLaw, SplittingASaleNeverGains) {
  holds([&](Deal& deal, Gen& gen) {
    const bool many = deal.pool->reserves().size() > 2;
    const auto recycled = [&](const U256& out1) {
      if (GetParam().name == "stableswap") return out1 / 99;
      return GetParam().name == "stable" && many ? out1 / 9 : U256{};
    };
    const U256 first = deal.amount / static_cast<unsigned>(gen.integer(2, 100)) + 1;
    const auto whole = out_of(deal, deal.amount + first);
    const auto out1 = deal.pool->sell(deal.tokens, first);
    if (!whole || !out1) return false;
    const auto out2 = deal.pool->sell(deal.tokens, deal.amount);
    if (!out2) return false;
    EXPECT_LE(*out1 + *out2, *whole + deal.slack + recycled(*out1));
    return true;
  });
}

TEST_P(ShelfLaw, ReservesAccountForEveryFlow) {
  holds([&](Deal& deal, Gen& gen) {
    std::vector<U256> expected = deal.pool->reserves();
    std::vector<U256> most = expected, taken;
    for (U256& amount : most) amount = part_of(amount, gen, 100);
    const auto out = deal.pool->sell(deal.tokens, deal.amount);
    if (out) {
      expected[deal.tokens.in] += deal.amount;
      expected[deal.tokens.out] -= *out;
    }
    EXPECT_EQ(deal.pool->reserves(), expected);
    const auto shares = deal.pool->deposit(most, taken);
    for (std::size_t i = 0; shares && i < expected.size(); ++i) {
      EXPECT_LE(taken[i], most[i]);
      expected[i] += taken[i];
    }
    EXPECT_EQ(deal.pool->reserves(), expected);
    if (!shares) return false;
    const auto paid = deal.pool->withdraw(*shares);
    for (std::size_t i = 0; paid && i < expected.size(); ++i) expected[i] -= (*paid)[i];
    EXPECT_EQ(deal.pool->reserves(), expected);
    return static_cast<bool>(paid);
  });
}

TEST_P(ShelfLaw, ADepositInThePoolsOwnProportionNeverProfits) {
  // Amounts are whole units, so the proportion is only met to one: what is a unit more of a coarse
  // token may be bought with a grain of a fine one.
  holds([&](Deal& deal, Gen& gen) {
    std::vector<U256> most = deal.pool->reserves(), taken;
    const U256 part = gen.size(1000, 500'000);
    for (U256& amount : most) amount = amount / 1'000'000 * part;
    const auto shares = deal.pool->deposit(most, taken);
    if (!shares) return false;
    const auto paid = deal.pool->withdraw(*shares);
    if (!paid) return false;
    for (std::size_t i = 0; i < taken.size(); ++i) EXPECT_LE((*paid)[i], taken[i]);
    return true;
  });
}

TEST_P(ShelfLaw, ARefusalChangesNothing) {
  holds(
      [&](Deal& deal, Gen& gen) {
        const auto untouched = deal.pool->copy();
        const auto sold = deal.pool->sell(
            deal.tokens, gen.pick({U256{}, U256::power_of_two(255) - 1, U256::max()}));
        const auto withdrawn = deal.pool->withdraw(U256::power_of_two(100) + gen.bits());
        if (sold || withdrawn) return false;
        EXPECT_EQ(deal.pool->reserves(), untouched->reserves());
        const auto out = deal.pool->sell(deal.tokens, deal.amount);
        const auto expected = untouched->sell(deal.tokens, deal.amount);
        EXPECT_EQ(out ? decimal_text(*out) : out.error().message,
                  expected ? decimal_text(*expected) : expected.error().message);
        EXPECT_EQ(deal.pool->reserves(), untouched->reserves());
        return true;
      },
      cases / 2);
}

}  // namespace levee::amm

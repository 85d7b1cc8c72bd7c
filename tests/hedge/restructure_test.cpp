// tests/hedge/restructure_test.cpp — bundles on a flash loan: what goes through, and what never.
#include "levee/hedge/restructure.h"

#include "tests/support/cases.h"

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using ::testing::HasSubstr;

BundleTerms terms() {
  return {.price = {{"ETH", 2000}, {"USDC", 1}, {"wstETH", 2300}},
          .mark = {{"put-1800", 60}},
          .threshold = {{"ETH", .8}, {"wstETH", .8}}};
}

// A position of 50 ether and 100,000 dollars; 100 ether pledged against 120,000; no cash at all.
Standing standing() {
  return {.wallet = {},
          .pledged = {{"ETH", 100}},
          .owed = {{"USDC", 120'000}},
          .placed = {{"lp", {{"ETH", 50}, {"USDC", 100'000}}}},
          .held = {}};
}

// Repay with the loan, free the pledge and the position, place anew, hedge, pay back.
std::vector<BundleStep> whole_bundle(double premium = 3'100) {
  return {FlashBorrow{"USDC", 120'000, .0005},
          RepayDebt{"USDC", 120'000},
          Unpledged{"ETH", 100},
          RemoveLiquidity{"lp", {{"ETH", 50}, {"USDC", 100'000}}},
          Swapped{"ETH", "USDC", 60, 119'640},
          AddLiquidity{"lp-wide", {{"ETH", 40}, {"USDC", 80'000}}},
          BuyHedge{"put-1800", "USDC", 50, premium},
          FlashRepay{"USDC", 120'060}};
}

std::string why(const std::vector<BundleStep>& steps, const Standing& before = standing()) {
  const auto told = bundled(steps, before, terms());
  return told ? "goes through" : told.error().message;
}

}  // namespace

// S2.24: the bundle goes through, and every dollar is accounted for.
TEST(Bundle, UnwindsRepaysMovesAndHedgesInOneTransaction) {
  const auto told = bundled(whole_bundle(), standing(), terms());
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_EQ(name_of(told->purpose), "restructure");
  // The loan and the debt cancel but for the fee.
  EXPECT_DOUBLE_EQ(told->after.wallet.at("USDC"),
                   100'000 + 119'640 - 120'000 - 80'000 - 3'100 - 60);
  EXPECT_DOUBLE_EQ(told->after.wallet.at("ETH"), 100 + 50 - 60 - 40);
  EXPECT_EQ(told->after.owed.at("USDC"), 0);
  EXPECT_EQ(told->after.pledged.at("ETH"), 0);
  EXPECT_EQ(told->after.placed.at("lp-wide").at("ETH"), 40);
  EXPECT_EQ(told->after.held.at("put-1800"), 50);
  EXPECT_DOUBLE_EQ(told->flash_fee_usd, 60);
  EXPECT_DOUBLE_EQ(told->swap_cost_usd, 360);
  EXPECT_DOUBLE_EQ(told->hedge_cost_usd, 100);
  EXPECT_DOUBLE_EQ(told->worth_before_usd, 300'000 - 120'000 + 100'000);
  EXPECT_DOUBLE_EQ(told->worth_after_usd, told->worth_before_usd - 520);
  EXPECT_EQ(told->steps.size(), 8u);
  EXPECT_THAT(told->steps[0], HasSubstr("borrow 120000 USDC for this transaction, fee 60"));
}

TEST(Bundle, ExchangesWhatIsPledged) {
  const std::vector<BundleStep> steps{FlashBorrow{"wstETH", 86, .0005}, Pledged{"wstETH", 86},
                                      Unpledged{"ETH", 100}, Swapped{"ETH", "wstETH", 100, 86.9},
                                      FlashRepay{"wstETH", 86.043}};
  const auto told = bundled(steps, standing(), terms());
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_EQ(name_of(told->purpose), "collateral_swap");
  EXPECT_EQ(told->after.pledged.at("wstETH"), 86);
  EXPECT_NEAR(told->worth_after_usd, told->worth_before_usd - told->cost_usd(), 1e-8);
}

// S2.24: the sentence of the essay that cannot be kept.
TEST(Bundle, APremiumThatIsHeldIsNotFinancedByTheLoan) {
  Standing poor = standing();
  poor.placed["lp"] = {{"ETH", 50}};
  // The position is ether alone and goes back in: nothing of its own pays the premium.
  const std::vector<BundleStep> steps{
      FlashBorrow{"USDC", 3'000, .0005}, RemoveLiquidity{"lp", {{"ETH", 50}}},
      AddLiquidity{"lp-wide", {{"ETH", 50}}}, BuyHedge{"put-1800", "USDC", 50, 3'000},
      FlashRepay{"USDC", 3'001.5}};
  EXPECT_EQ(bundled(steps, poor, terms()).error().reason, Reason::refused);
  EXPECT_THAT(why(steps, poor), HasSubstr("a premium of 3000 USDC is held beyond the transaction"));
  EXPECT_THAT(why(steps, poor), HasSubstr("it cannot finance what outlives it"));
  EXPECT_THAT(why(steps, poor), HasSubstr("bring 3001.5 USDC more"));
  poor.wallet["USDC"] = 3'001.5;
  EXPECT_EQ(why(steps, poor), "goes through") << "own cash pays it";
  poor.wallet["USDC"] = 3'001;
  EXPECT_THAT(why(steps, poor), HasSubstr("cannot finance"));
}

TEST(Bundle, AHedgeSoldAgainWithinItIsNotHeld) {
  Standing poor = standing();
  poor.placed["lp"] = {{"ETH", 50}};
  std::vector<BundleStep> steps{
      FlashBorrow{"USDC", 3'000, 0},           RemoveLiquidity{"lp", {{"ETH", 50}}},
      BuyHedge{"put-1800", "USDC", 50, 3'000}, SellHedge{"put-1800", "USDC", 50, 3'000},
      AddLiquidity{"lp-wide", {{"ETH", 50}}},  FlashRepay{"USDC", 3'000}};
  EXPECT_EQ(why(steps, poor), "goes through");
  std::get<SellHedge>(steps[3]).units = 49;
  std::get<SellHedge>(steps[3]).proceeds = 2'940;
  EXPECT_THAT(why(steps, poor), HasSubstr("cannot finance")) << "one is held";
  std::get<SellHedge>(steps[3]) = {"put-1800", "ETH", 50, 1.5};
  EXPECT_THAT(why(steps, poor), HasSubstr("step 6, pay the loan back with 3000 USDC: only 0 USDC"))
      << "none is held, but its proceeds are in another token";
}

TEST(Bundle, IsRefusedWhereTheLoanIsNotBack) {
  auto steps = whole_bundle();
  steps.pop_back();
  EXPECT_THAT(why(steps), HasSubstr("120060 USDC of the loan are not paid back"));
  steps.push_back(FlashRepay{"USDC", 120'000});
  EXPECT_THAT(why(steps), HasSubstr("120060 USDC are due, fee included, in that token"));
  steps.back() = FlashRepay{"ETH", 60.03};
  EXPECT_THAT(why(steps), HasSubstr("0 ETH are due")) << "in the token that was lent";
}

TEST(Bundle, NothingIsEverBelowZero) {
  const auto from = [](std::size_t keep, const BundleStep& step) {
    auto steps = whole_bundle();
    steps.resize(keep);
    steps.push_back(step);
    steps.push_back(RemoveLiquidity{"lp", {{"ETH", 1}}});
    steps.push_back(RepayDebt{"USDC", 1});
    return why(steps);
  };
  EXPECT_THAT(from(1, RepayDebt{"USDC", 120'001}), HasSubstr("step 2, repay 120001 USDC: only "
                                                             "120000 USDC are there"));
  EXPECT_THAT(from(1, Swapped{"ETH", "USDC", 1, 2000}), HasSubstr("only 0 ETH"));
  EXPECT_THAT(from(4, Swapped{"ETH", "USDC", 150.1, 3e5}), HasSubstr("only 150 ETH"));
  EXPECT_THAT(from(1, RemoveLiquidity{"lp", {{"ETH", 51}}}), HasSubstr("only 50 ETH"));
  EXPECT_THAT(from(1, RemoveLiquidity{"other", {{"ETH", 1}}}), HasSubstr("only 0 ETH"));
  EXPECT_THAT(from(1, SellHedge{"put-1800", "USDC", 1, 60}), HasSubstr("only 0 put-1800"));
  EXPECT_THAT(from(0, AddLiquidity{"lp", {{"USDC", 1}}}), HasSubstr("only 0 USDC"));
  EXPECT_THAT(from(1, Pledged{"ETH", 1}), HasSubstr("only 0 ETH"));
}

TEST(Bundle, TheLenderKeepsWhatHoldsTheDebt) {
  // 120,000 are owed: 75 ether at 80 % hold them.
  std::vector<BundleStep> steps{RemoveLiquidity{"lp", {{"ETH", 50}}}, Unpledged{"ETH", 25},
                                AddLiquidity{"lp", {{"ETH", 75}}}};
  EXPECT_EQ(why(steps), "goes through");
  std::get<Unpledged>(steps[1]).amount = 25.01;
  EXPECT_THAT(why(steps), HasSubstr("step 2, take 25.01 ETH out of pledge: what is left in pledge "
                                    "holds $119,984 of debt, $120,000 is owed"));
}

TEST(Bundle, IsRefusedForAnyOtherPurpose) {
  const std::vector<BundleStep> bet{FlashBorrow{"USDC", 1e6, 0}, Swapped{"USDC", "ETH", 1e6, 500},
                                    Swapped{"ETH", "USDC", 500, 1e6}, FlashRepay{"USDC", 1e6}};
  EXPECT_THAT(why(bet), HasSubstr("this bundle does neither"));
  const std::vector<BundleStep> same{FlashBorrow{"ETH", 10, 0}, Pledged{"ETH", 10},
                                     Unpledged{"ETH", 10}, FlashRepay{"ETH", 10}};
  EXPECT_THAT(why(same), HasSubstr("this bundle does neither")) << "nothing is exchanged";
  const std::vector<BundleStep> out{FlashBorrow{"USDC", 1, 0}, RemoveLiquidity{"lp", {{"ETH", 50}}},
                                    FlashRepay{"USDC", 1}};
  EXPECT_THAT(why(out), HasSubstr("this bundle does neither")) << "leaving needs no loan";
}

TEST(Bundle, WhatSettlesElsewhereIsNoPartOfATransaction) {
  auto steps = whole_bundle();
  std::get<BuyHedge>(steps[6]).settles = Settles::elsewhere;
  EXPECT_THAT(why(steps), HasSubstr("put-1800 does not settle on the chain"));
}

TEST(Bundle, NeedsAmountsAndPrices) {
  for (const BundleStep& bad :
       {BundleStep{Swapped{"ETH", "USDC", -1, 2000}}, BundleStep{Swapped{"ETH", "DAI", 1, 2000}},
        BundleStep{RepayDebt{"USDC", std::nan("")}}, BundleStep{RemoveLiquidity{"lp", {}}},
        BundleStep{FlashBorrow{"USDC", 1, 1}}, BundleStep{BuyHedge{"call", "USDC", 1, 5}}}) {
    auto steps = whole_bundle();
    steps.push_back(bad);
    EXPECT_EQ(bundled(steps, standing(), terms()).error().reason, Reason::bad_input) << why(steps);
  }
}

// Whatever goes through loses its three costs and nothing else, and leaves nothing below zero.
TEST(BundleLaw, NothingIsMadeOrLostButTheCosts) {
  int through = 0, refused = 0;
  test::for_cases(2'000, [&](test::Gen& gen) {
    Standing before = standing();
    before.wallet["USDC"] = gen.coin() ? 0 : gen.real(0, 50'000);
    const double loan = gen.real(1, 200'000), fee = gen.pick({0., .0005, .0009});
    const double repaid = std::min(loan, gen.real(1e4, 120'000)), sold = gen.real(.1, 60);
    const double freed = gen.real(.1, 50), dollars = gen.real(1, 100'000);
    std::vector<BundleStep> steps{
        FlashBorrow{"USDC", loan, fee},
        RepayDebt{"USDC", repaid},
        RemoveLiquidity{"lp", {{"ETH", freed}, {"USDC", dollars}}},
        Unpledged{"ETH", gen.real(.1, 80)},
        Swapped{"ETH", "USDC", sold, sold * 2000 * gen.real(.98, 1)},
        AddLiquidity{"lp-wide", {{"ETH", gen.real(.1, 40)}, {"USDC", gen.real(1, 90'000)}}},
        BuyHedge{"put-1800", "USDC", gen.real(1, 100), gen.real(1, 8'000)},
        FlashRepay{"USDC", loan * (1 + fee)}};
    const auto told = bundled(steps, before, terms());
    if (!told) {
      EXPECT_EQ(told.error().reason, Reason::refused);
      return void(++refused);
    }
    ++through;
    EXPECT_NEAR(told->worth_after_usd, told->worth_before_usd - told->cost_usd(), 1e-6);
    EXPECT_NEAR(told->flash_fee_usd, loan * fee, 1e-9);
    for (const Amounts* amounts : {&told->after.wallet, &told->after.pledged, &told->after.owed,
                                   &told->after.held, &told->after.placed.at("lp")}) {
      for (const auto& [name, amount] : *amounts) EXPECT_GE(amount, 0) << name;
    }
    // The same without the loan, first things first, ends alike: it financed nothing that is held.
    double cash = before.wallet["USDC"] + dollars + std::get<Swapped>(steps[4]).received;
    cash -= repaid + std::get<AddLiquidity>(steps[5]).placed.at("USDC") + loan * fee;
    EXPECT_GE(cash, std::get<BuyHedge>(steps[6]).premium * (1 - 1e-8));
  });
  EXPECT_GT(through, 200);
  EXPECT_GT(refused, 200);
}

}  // namespace levee::hedge

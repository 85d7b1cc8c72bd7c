// tests/risk/dated_flows_test.cpp — rates of return; figures of mathematics 7 and methodology 4.11.
#include "levee/risk/dated_flows.h"

#include "tests/support/cases.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace levee::risk {
namespace {

using levee::test::for_cases;
using levee::test::Gen;

UnixSeconds day(int number) { return *moment_from("2024-01-01") + days(number); }

std::vector<DatedFlow> flows(const std::vector<std::pair<int, double>>& on_days) {
  std::vector<DatedFlow> made;
  for (const auto& [number, amount] : on_days) made.push_back({day(number), Usd{amount}});
  return made;
}

double only_rate(std::span<const DatedFlow> of) {
  const auto found = internal_rates(of);
  EXPECT_TRUE(found && found->is_unique());
  return found && found->is_unique() ? found->rates[0] : NAN;
}

}  // namespace

TEST(InternalRates, AreThePublishedOnes) {
  std::vector<DatedFlow> sheet;
  for (const auto& [on, amount] :
       std::vector<std::pair<std::string, double>>{{"2008-01-01", -10000},
                                                   {"2008-03-01", 2750},
                                                   {"2008-10-30", 4250},
                                                   {"2009-02-15", 3250},
                                                   {"2009-04-01", 2750}}) {
    sheet.push_back({*moment_from(on), Usd{amount}});
  }
  EXPECT_NEAR(only_rate(sheet), .3733625335188314, 1e-10);
  const auto pool = flows({{0, -100'000}, {30, 1200}, {60, 900}, {90, 1500}, {120, 101'300}});
  EXPECT_NEAR(only_rate(pool), .1594803754133799, 1e-10);
}

TEST(InternalRates, TellAllOfSeveral) {
  // -1 (1 - 1.1/g) (1 - 1.3/g) in g = 1 + rate: 10 % and 30 %.
  const auto two = flows({{0, -100}, {365, 240}, {730, -143}});
  const auto found = internal_rates(two);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->sign_changes, 2);
  ASSERT_EQ(found->rates.size(), 2);
  EXPECT_FALSE(found->is_unique());
  EXPECT_NEAR(found->rates[0], 0.1, 1e-10);
  EXPECT_NEAR(found->rates[1], 0.3, 1e-10);
}

TEST(InternalRates, MayNotExist) {
  const auto none = flows({{0, -100}, {365, 230}, {730, -143}});
  const auto found = internal_rates(none);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->rates.empty());
  EXPECT_EQ(found->sign_changes, 2);
  EXPECT_EQ(internal_rates(flows({{0, 1}, {9, 2}})).error().reason, Reason::missing_data);
  EXPECT_EQ(internal_rates({}).error().reason, Reason::missing_data);
  EXPECT_THROW((void)internal_rates(flows({{9, -1}, {0, 2}})), ContractBroken);
}

TEST(InternalRates, CountFlowsOfADateAsOne) {
  const auto split = flows({{0, -60}, {0, -40}, {365, 200}, {365, -80}});
  EXPECT_NEAR(only_rate(split), 0.2, 1e-10);
  EXPECT_EQ(internal_rates(split)->sign_changes, 1);
}

TEST(InternalRatesLaw, AreWhereNothingIsLeft) {
  for_cases(200, [](Gen& gen) {
    std::vector<DatedFlow> drawn{{day(0), Usd{-gen.scale(1, 1e6)}}};
    int on = 0;
    for (std::size_t i = gen.size(1, 8); i > 0; --i) {
      on += gen.integer(1, 200);
      drawn.push_back({day(on), Usd{gen.scale(0.1, 1e6)}});
    }
    const auto found = internal_rates(drawn);
    ASSERT_TRUE(found);
    for (const double rate : found->rates) {
      double size = 0;
      for (const DatedFlow& one : drawn) {
        size +=
            std::abs(present_value(std::vector{DatedFlow{drawn[0].at, Usd{0}}, one}, rate).value());
      }
      EXPECT_LT(std::abs(present_value(drawn, rate).value()), 1e-9 * size);
    }
  });
}

TEST(ModifiedRate, FinancesAndReinvests) {
  const auto two = flows({{0, -100}, {365, 240}, {730, -143}});
  const MirrTerms terms{.finance = 0.1, .reinvest = 0.05};
  const double paid = 100 + 143 / 1.21, got = 240 * 1.05;
  EXPECT_CLOSE(*modified_rate(two, terms), std::sqrt(got / paid) - 1, 1e-12);
  EXPECT_EQ(modified_rate(flows({{0, 1}, {9, 2}}), terms).error().reason, Reason::missing_data);
}

TEST(SurvivedFlows, TurnTwentyTwoPercentIntoEighteen) {
  // 20 % a year in monthly payments, failure 4 % a year, a fifth then left.
  std::vector<DatedFlow> paid{{day(0), Usd{-100}}};
  std::vector<Usd> value{Usd{100}};
  for (int month = 1; month <= 12; ++month) {
    const bool last = month == 12;
    paid.push_back({day(month * 365 / 12), Usd{20.0 / 12 + (last ? 100 : 0)}});
    value.push_back(last ? Usd{0} : Usd{100});
  }
  const std::vector<FailureMode> modes{{Intensity{.04}, Share{.2}}};
  EXPECT_NEAR(only_rate(paid), .219, 5e-4);
  EXPECT_NEAR(only_rate(survived_flows({paid, value, modes})), .181, 1e-3);
}

TEST(SurvivedFlows, WithoutAHazardStayAsTheyAre) {
  const auto paid = flows({{0, -100}, {200, 130}});
  const std::vector<Usd> value{Usd{100}, Usd{0}};
  const auto same = survived_flows({paid, value, {}});
  EXPECT_EQ(same[1].amount, Usd{130});
}

TEST(SurvivedFlows, LetModesCompete) {
  const auto paid = flows({{0, -100}, {365, 120}});
  const std::vector<Usd> value{Usd{100}, Usd{0}};
  const std::vector<FailureMode> modes{{Intensity{.1}, Share{0}}, {Intensity{.3}, Share{.5}}};
  const double alive = std::exp(-.4);
  EXPECT_CLOSE(survived_flows({paid, value, modes})[1].amount.value(),
               120 * alive + (1 - alive) * 0.75 * 0.5 * 100, 1e-12);
  EXPECT_THROW((void)survived_flows({paid, std::span(value).first(1), modes}), ContractBroken);
}

}  // namespace levee::risk

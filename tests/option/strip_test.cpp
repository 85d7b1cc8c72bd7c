// tests/option/strip_test.cpp — the strip of listed options, held to mathematics 2.3.
#include "levee/option/black.h"
#include "levee/option/range_claim.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace levee::option {

using test::for_cases;
using test::Gen;

namespace {

const RangeClaim published{Price{2000}, Price{1500}, Price{2500}};
const Usd million{1e6};
const UnixSeconds expiry{days(14).value()};

std::vector<Price> grid(double from, double to, double step) {
  std::vector<Price> strikes;
  for (int i = 0; from + i * step <= to + step / 2; ++i) strikes.push_back(Price{from + i * step});
  return strikes;
}

std::vector<StripLeg> published_strip() {
  return *strip_of(published, million, grid(1500, 2500, 50), expiry);
}

std::vector<StripLeg> without_edges(std::vector<StripLeg> strip) {
  std::erase_if(strip, [](const StripLeg& leg) {
    return leg.contract.strike == Price{1500} || leg.contract.strike == Price{2500};
  });
  return strip;
}

double sum_of(const std::vector<StripLeg>& strip, Type type) {
  double sum = 0;
  for (const StripLeg& leg : strip) {
    if (leg.contract.type == type) sum += leg.quantity.value();
  }
  return sum;
}

double payoff_at(const std::vector<StripLeg>& strip, double settlement) {
  double sum = 0;
  for (const auto& [contract, quantity] : strip) {
    sum += quantity.value() * payoff_of(contract, Price{settlement}).value();
  }
  return sum;
}

double residual_at(const std::vector<StripLeg>& strip, double settlement) {
  return payoff_at(strip, settlement) - 1e6 * borrowed_loss(published, Price{settlement});
}

// A fraction of the notional, two weeks before expiry on a flat surface.
double cost_of(const std::vector<StripLeg>& strip, double vol) {
  double sum = 0;
  for (const auto& [contract, quantity] : strip) {
    const BlackInputs in{Price{2000}, Years{14.0 / 365}, Vol{vol}};
    sum += quantity.value() * black_price(contract.type, contract.strike, in).value();
  }
  return sum / 1e6;
}

}  // namespace

TEST(Strip, IsTheTableOf2_3) {
  const std::vector<std::pair<double, double>> calls = {
      {2000, 12.88487080}, {2050, 25.14684483}, {2100, 24.25389823}, {2150, 23.41257949},
      {2200, 22.61880382}, {2250, 21.86889280}, {2300, 21.15952604}, {2350, 20.48769947},
      {2400, 19.85068929}, {2450, 19.24602064}, {2500, 9.42908205}};
  const std::vector<std::pair<double, double>> puts = {
      {1500, 19.75682953}, {1550, 38.25403683}, {1600, 36.47423147}, {1650, 34.82830116},
      {1700, 33.30255832}, {1750, 31.88506375}, {1800, 30.56536118}, {1850, 29.33425817},
      {1900, 28.18364432}, {1950, 27.10633949}, {2000, 13.21109588}};
  const auto strip = published_strip();
  ASSERT_EQ(strip.size(), puts.size() + calls.size());
  for (std::size_t i = 0; i < strip.size(); ++i) {
    const bool put = i < puts.size();
    const auto [strike, quantity] = put ? puts[i] : calls[i - puts.size()];
    EXPECT_EQ(strip[i].contract, (Contract{put ? Type::put : Type::call, Price{strike}, expiry}));
    EXPECT_NEAR(strip[i].quantity.value(), quantity, 5.1e-9) << "strike " << strike;
  }
}

TEST(Strip, SumsToTheTokensThatTheRangeCouldHold) {
  const auto strip = published_strip();
  EXPECT_CLOSE(sum_of(strip, Type::call), 220.35890746770, 1e-13);
  EXPECT_CLOSE(sum_of(strip, Type::put), 322.90172010001, 1e-13);
  const auto bare = without_edges(strip);
  EXPECT_CLOSE(sum_of(bare, Type::call), 210.92982541819, 1e-13);
  EXPECT_CLOSE(sum_of(bare, Type::put), 303.14489057020, 1e-13);
}

TEST(Strip, LeavesTheResidualOf2_3AndNeverLessThanNothing) {
  const auto strip = published_strip();
  double most = 0, where = 0;
  for (int i = 1000; i <= 60000; ++i) {
    const double s = i / 10.0;
    const double residual = residual_at(strip, s);
    EXPECT_GE(residual, -1e-7) << "at " << s;  // a ten millionth of a dollar on a million
    if (residual > most) most = residual, where = s;
  }
  EXPECT_NEAR(where, 1524.9, 1e-6);
  // 2.3 prints the top of a grid like this one, at 1524.9; the top itself lies at 1524.8975.
  EXPECT_CLOSE(most / 1e6, 0.0002449359653980209, 1e-10);
  EXPECT_CLOSE(residual_at(strip, 1524.8975340988) / 1e6, 0.00024493596778086847, 1e-10);
}

TEST(Strip, WithoutItsEdgesFailsInTheWings) {
  const auto bare = without_edges(published_strip());
  EXPECT_NEAR(residual_at(bare, 1000) / 1e4, -0.99, 0.005);  // per cent of the notional
  EXPECT_NEAR(residual_at(bare, 3000) / 1e4, -0.47, 0.005);
}

TEST(Strip, CostsWhat2_3Says) {
  const auto bare = without_edges(published_strip());
  EXPECT_CLOSE(cost_of(bare, 0.5), 0.010074272074257899, 1e-13);
  EXPECT_CLOSE(cost_of(bare, 0.75), 0.02182101776165165, 1e-13);
  for (const auto& strip :
       {published_strip(), *strip_of(published, million, grid(1000, 3500, 50), expiry)}) {
    EXPECT_CLOSE(cost_of(strip, 0.5), 0.010083898728242382, 1e-13);
    EXPECT_CLOSE(cost_of(strip, 0.75), 0.021955273921309054, 1e-13);
  }
}

TEST(Strip, HasNoLegsWhereTheLossIsStraight) {
  const auto strip = *strip_of(published, million, grid(1000, 3500, 50), expiry);
  EXPECT_EQ(strip.size(), 22u);
  EXPECT_EQ(strip.front().contract.strike, Price{1500});
  EXPECT_EQ(strip.back().contract.strike, Price{2500});
  // With no strike on an edge the two around it share the weight.
  const auto around = *strip_of(published, million, grid(1225, 2775, 155), expiry);
  EXPECT_EQ(around.front().contract.strike, Price{1380});
  EXPECT_EQ(around.back().contract.strike, Price{2620});
  EXPECT_CLOSE(sum_of(around, Type::call), 220.35890746770, 1e-13);
  EXPECT_CLOSE(sum_of(around, Type::put), 322.90172010001, 1e-13);
}

TEST(Strip, OfOneSideOnlyHasNoLegsOnTheOther) {
  const std::vector<Price> up{Price{2000}, Price{2300}, Price{2500}};
  for (const auto& leg : *strip_of(published, million, up, expiry)) {
    EXPECT_EQ(leg.contract.type, Type::call);
  }
  const std::vector<Price> down{Price{1500}, Price{2000}};
  for (const auto& leg : *strip_of(published, million, down, expiry)) {
    EXPECT_EQ(leg.contract.type, Type::put);
  }
}

TEST(Strip, NeedsBothOfItsHalves) {
  std::vector<StripLeg> calls = published_strip(), puts = calls;
  std::erase_if(calls, [](const StripLeg& leg) { return leg.contract.type == Type::put; });
  std::erase_if(puts, [](const StripLeg& leg) { return leg.contract.type == Type::call; });
  for (const double down : {1500.0, 1700.0, 1900.0}) {
    EXPECT_EQ(payoff_at(calls, down), 0);
    EXPECT_GE(payoff_at(puts, down), (1 - 1e-12) * 1e6 * borrowed_loss(published, Price{down}));
  }
  for (const double up : {2100.0, 2300.0, 2500.0}) {
    EXPECT_EQ(payoff_at(puts, up), 0);
    EXPECT_GE(payoff_at(calls, up), (1 - 1e-12) * 1e6 * borrowed_loss(published, Price{up}));
  }
}

TEST(Strip, RefusesStrikesThatDoNotAscendOrMissTheEntry) {
  const auto reason = [](std::vector<Price> strikes) {
    const auto strip = strip_of(published, million, strikes, expiry);
    return strip ? Reason::corrupt : strip.error().reason;
  };
  EXPECT_EQ(reason({}), Reason::bad_input);
  EXPECT_EQ(reason({Price{2000}}), Reason::bad_input);
  EXPECT_EQ(reason({Price{1900}, Price{2100}}), Reason::bad_input);
  EXPECT_EQ(reason({Price{1900}, Price{2000}, Price{2000}}), Reason::bad_input);
  EXPECT_EQ(reason({Price{2100}, Price{2000}}), Reason::bad_input);
  EXPECT_EQ(reason({Price{0}, Price{2000}}), Reason::bad_input);
  EXPECT_EQ(reason({Price{std::nan("")}, Price{2000}}), Reason::bad_input);
  EXPECT_EQ(reason({Price{2000}, Price{std::numeric_limits<double>::infinity()}}),
            Reason::bad_input);
}

TEST(StripLaw, PaysAtLeastTheLossAndExactlyItAtTheStrikes) {
  for_cases(500, [](Gen& gen) {
    const double entry = gen.scale(10, 1e5);
    RangeClaim claim{Price{entry}, Price{entry * gen.real(0.5, 0.98)},
                     Price{entry * gen.real(1.02, 2)}};
    if (gen.integer(0, 9) == 0) {
      claim.lower = Price{0}, claim.upper = Price{std::numeric_limits<double>::infinity()};
    }
    std::vector<Price> strikes{claim.entry};
    for (std::size_t i = gen.size(2, 40); i > 0; --i) {
      strikes.push_back(Price{entry * gen.real(0.4, 2.2)});
    }
    std::sort(strikes.begin(), strikes.end());
    const auto strip = strip_of(claim, million, strikes, expiry);
    ASSERT_TRUE(strip);
    for (const Price strike : strikes) {
      EXPECT_NEAR(payoff_at(*strip, strike.value()), 1e6 * borrowed_loss(claim, strike), 1e-6);
    }
    for (int i = 0; i < 20; ++i) {
      const double s = gen.real(strikes.front().value(), strikes.back().value());
      EXPECT_GE(payoff_at(*strip, s), 1e6 * borrowed_loss(claim, Price{s}) - 1e-6);
    }
    for (const StripLeg& leg : *strip) EXPECT_GT(leg.quantity.value(), 0);
  });
}

}  // namespace levee::option

#include "levee/risk/carry_ledger.h"

#include "tests/scenario/world.h"
#include "tests/support/cases.h"

#include <cmath>

#include <gmock/gmock.h>

namespace levee::risk {
namespace {

using option::Contract;
using option::Type;

using ::testing::HasSubstr;

// A book on the made-up market of the scenario tests, and a path of prices for it.
struct Desk {
  market::Snapshot snapshot = test::bare_snapshot();
  option::Surface surface = *market::surface_of(snapshot);
  scenario::ScenarioSet none;
  book::Book book;
  std::vector<std::optional<double>> fees;
  Rate funding{0.1};
  Usd gas{0};

  double spot() const { return snapshot.spot.value(); }
  void hold_liquidity(std::optional<double> fees_a_day) {
    book.positions.push_back(
        {.name = "lp",
         .protocol = "",
         .range = {{Price{0.8 * spot()}, Price{1.25 * spot()}}, amm::HumanLiquidity{50'000}},
         .entry_price = snapshot.spot,
         .entry_at = {},
         .fees_earned = {}});
    fees.push_back(fees_a_day);
  }
  void hold(Type type, double strike, int tenor, double quantity) {
    const Contract contract{type, Price{strike}, snapshot.at + days(tenor)};
    book.lots.push_back({.name = "option", .instrument = contract, .quantity = Tokens{quantity}});
  }
  Result<Ledger> booked(const std::vector<double>& price) const {
    return carry_ledger({.book = book,
                         .with = {snapshot, surface, none, funding},
                         .price = price,
                         .fees_usd_per_day = fees,
                         .gas_per_day = gas});
  }
  // What all of it is worth so many days on, the plainest way.
  double worth(double price, int day) const {
    double sum = book.wallet.value() * price;
    for (const auto& one : book.positions) {
      sum += amm::exposure_at(one.range, Price{price}).value.value();
    }
    for (const book::Lot& lot : book.lots) {
      const double unit =
          std::holds_alternative<book::Perp>(lot.instrument)
              ? price
              : frozen_value(lot.instrument, Price{price}, days(day), {snapshot, surface, none, {}})
                    .value();
      sum += lot.quantity.value() * unit;
    }
    for (const book::Loan& loan : book.loans) sum -= loan.base_owed.value() * price;
    return sum;
  }
};

}  // namespace

TEST(CarryLedger, OfAPriceThatStaysBooksWhatADayCosts) {
  Desk desk;
  desk.hold_liquidity(400);
  desk.gas = Usd{3};
  desk.book.lots = {{.name = "perp", .instrument = book::Perp{}, .quantity = Tokens{-10}}};
  desk.book.loans = {
      {.name = "loan", .quote_owed = Usd{73'000}, .base_owed = {}, .rate = Rate{0.1}}};
  const auto ledger = desk.booked(std::vector<double>(31, desk.spot()));
  ASSERT_TRUE(ledger);
  ASSERT_EQ(ledger->days.size(), 30u);
  EXPECT_NEAR(ledger->days[7].fees, 400, 1e-12);
  EXPECT_NEAR(ledger->days[7].borrowing, -20, 1e-12);
  EXPECT_NEAR(ledger->days[7].funding, 10 * desk.spot() * 0.1 / 365, 1e-12);  // shorts are paid
  EXPECT_NEAR(ledger->days[7].gas, -3, 1e-12);
  EXPECT_EQ(ledger->sum.lvr, 0);
  EXPECT_EQ(ledger->sum.direction, 0);
  EXPECT_NEAR(ledger->sum.profit(), 30 * (400 - 20 - 3) + 30 * ledger->days[0].funding, 1e-9);
  EXPECT_NEAR(ledger->sum.carry(), ledger->sum.profit(), 1e-9);
  // Of a price that moves funding is paid on what it is on the way.
  const auto moved = desk.booked({desk.spot(), 1.2 * desk.spot()});
  EXPECT_NEAR(moved->sum.funding, 1.1 * ledger->days[0].funding, 1e-9);
}

TEST(CarryLedger, WhereThePriceComesBackImpermanentLossIsGoneAndLvrIsNot) {
  Desk desk;
  desk.hold_liquidity({});
  const double spot = desk.spot();
  const auto ledger = desk.booked({spot, 1.1 * spot, 0.95 * spot, spot});
  ASSERT_TRUE(ledger);
  EXPECT_NEAR(ledger->sum.profit(), 0, 1e-6);  // the position is worth what it was
  EXPECT_LT(ledger->sum.lvr, -100);
  EXPECT_NEAR(ledger->sum.direction, -ledger->sum.lvr, 1e-6);
  double lost = 0;
  for (const LedgerDay& day : ledger->days) {
    EXPECT_LT(day.lvr, 0);
    lost += day.lvr;
  }
  EXPECT_NEAR(lost, ledger->sum.lvr, 1e-9);
}

TEST(CarryLedger, ALongOptionPaysThetaForGammaAndAShortOneTheOtherWay) {
  Desk desk;
  desk.hold(Type::put, desk.spot(), 40, 10);
  const std::vector<double> path{desk.spot(), 1.04 * desk.spot(), desk.spot(), 0.97 * desk.spot()};
  const auto held = desk.booked(path);
  desk.book.lots[0].quantity = Tokens{-10};
  const auto sold = desk.booked(path);
  for (std::size_t i = 0; i < held->days.size(); ++i) {
    EXPECT_LT(held->days[i].option_theta, 0) << i;
    EXPECT_GT(held->days[i].option_gamma, 0) << i;
    EXPECT_NEAR(sold->days[i].option_theta, -held->days[i].option_theta, 1e-9);
    EXPECT_NEAR(sold->days[i].option_gamma, -held->days[i].option_gamma, 1e-9);
  }
}

TEST(CarryLedger, OfAnOptionThatExpiresOnTheWayEndsThere) {
  Desk desk;
  desk.hold(Type::put, 1.05 * desk.spot(), 2, 1);
  const auto ledger = desk.booked({desk.spot(), desk.spot(), desk.spot(), 0.5 * desk.spot()});
  ASSERT_TRUE(ledger);
  EXPECT_NEAR(ledger->sum.profit(), 0.05 * desk.spot() - desk.worth(desk.spot(), 0), 1e-8);
  EXPECT_EQ(ledger->days[2].profit(), 0);  // what came later is not its own
}

TEST(CarryLedger, OutOfItsRangeAPositionEarnsNothingAndLosesNothing) {
  Desk desk;
  desk.hold_liquidity(400);
  const auto ledger = desk.booked({1.5 * desk.spot(), 1.6 * desk.spot()});
  EXPECT_EQ(ledger->sum.fees, 0);
  EXPECT_NEAR(ledger->sum.lvr, 0, 1e-9);
}

TEST(CarryLedger, RefusesWhatItCannotBook) {
  Desk desk;
  desk.hold_liquidity(400);
  const auto why = [&](const std::vector<double>& price) {
    return desk.booked(price).error().message;
  };
  EXPECT_THAT(why({2000}), HasSubstr("one price"));
  EXPECT_THAT(why({2000, 0}), HasSubstr("must be positive"));
  desk.fees.clear();
  EXPECT_THAT(why({2000, 2000}), HasSubstr("fees of 0 positions"));
  desk.fees = {400};
  desk.book.lots = {
      {.name = "far", .instrument = book::Perp{}, .quantity = Tokens{1}, .asset = "DOGE"}};
  EXPECT_EQ(desk.booked({2000, 2000}).error().reason, Reason::not_supported);
}

// Whatever the book and the path: the lines of all days are what it is worth more, to the cent.
TEST(CarryLedgerLaw, ItsLinesAreTheWholeChangeInWorth) {
  test::for_cases(40, [](test::Gen& gen) {
    Desk desk;
    const double spot = desk.spot();
    desk.hold_liquidity(gen.real(0, 900));
    for (std::size_t i = gen.size(0, 3); i > 0; --i) {
      desk.hold(gen.coin() ? Type::put : Type::call, spot * gen.real(0.8, 1.2), gen.integer(3, 90),
                gen.real(-20, 20));
    }
    desk.book.lots.push_back(
        {.name = "perp", .instrument = book::Perp{}, .quantity = Tokens{gen.real(-99, 99)}});
    desk.book.loans = {{.name = "loan",
                        .quote_owed = Usd{gen.real(0, 1e5)},
                        .base_owed = Tokens{gen.real(0, 9)},
                        .rate = Rate{gen.real(0, 0.2)}}};
    desk.book.wallet = Tokens{gen.real(0, 50)};
    desk.gas = Usd{gen.real(0, 9)};
    std::vector<double> path{spot};
    for (std::size_t i = 1 + gen.size(0, 1); i > 0; --i) {
      path.push_back(path.back() * std::exp(gen.real(-0.1, 0.1)));  // before the first expiry
    }
    const auto ledger = desk.booked(path);
    ASSERT_TRUE(ledger);
    const LedgerDay& sum = ledger->sum;
    const double worth =
        desk.worth(path.back(), static_cast<int>(path.size()) - 1) - desk.worth(path.front(), 0);
    EXPECT_NEAR(sum.profit(), worth + sum.fees + sum.funding + sum.borrowing + sum.gas, 0.005);
    EXPECT_LE(sum.lvr, 0);
  });
}

}  // namespace levee::risk

// tests/risk/stress_test.cpp — the book elsewhere, against hand-made worth and the loss table.
#include "levee/risk/stress.h"

#include "levee/option/black.h"
#include "tests/risk/mixed_book.h"
#include "tests/support/cases.h"

#include <cmath>
#include <limits>

namespace levee::risk {
namespace {

const parallel::Team team(2);

// A book by hand in the bare market: flat prices of 2,000 dollars, a smile.
struct Held {
  market::Snapshot snapshot = test::bare_snapshot();
  option::Surface surface = *market::surface_of(snapshot);
  book::Book book;
  FeeForecast fees;

  BookInMarket in_market() const { return {book, fees, snapshot, surface, Rate{0.1}}; }

  double change(const Shock& shock, Seconds elapsed = {}) const {
    const auto table = shocked(in_market(), {.shocks = {&shock, 1}, .elapsed = elapsed}, team);
    return 0 - table->total[0];
  }
};

book::LpPosition position() {
  return {.name = "lp",
          .protocol = "vault",
          .range = {{Price{1600}, Price{2400}}, amm::HumanLiquidity{1000}},
          .entry_price = Price{2000},
          .entry_at = {},
          .fees_earned = {}};
}

double worth_at(double spot) {
  return amm::exposure_at(position().range, Price{spot}).value.value();
}

}  // namespace

TEST(Shocked, APositionIsWorthWhatItsRangeHoldsAtTheSpot) {
  Held held;
  held.book.positions = {position()};
  held.fees = {50.0};
  EXPECT_NEAR(held.change({{0.7, 1}}), worth_at(1400) - worth_at(2000), 1e-9);
  EXPECT_NEAR(held.change({{1.5, 3}}), worth_at(3000) - worth_at(2000), 1e-9);
  EXPECT_EQ(held.change({{1, 2}}), 0);
  // At once nothing is earned; in a week fees are, half of the first day where the range is left.
  EXPECT_NEAR(held.change({{1, 1}}, days(7)), 7 * 50, 1e-9);
  EXPECT_NEAR(held.change({{1.5, 1}}, days(7)), worth_at(3000) - worth_at(2000) + 25, 1e-9);
}

TEST(Shocked, AnOptionIsWorthBlacksPriceAtTheMovedVolatility) {
  Held held;
  const option::Contract put{option::Type::put, Price{1800}, held.snapshot.at + days(60)};
  held.book.lots = {{"put", put, Tokens{10}}};
  const auto worth = [&](double spot, double factor, double days_left) {
    const Years left{days_left / 365};
    const double forward =
        spot * std::pow(held.surface.forward_ratio(Price{2000}, Years{60.0 / 365}), days_left / 60);
    const double vol = held.surface.slice(left).vol(std::log(1800 / forward)) * factor;
    return 10 *
           option::black_price(put.type, put.strike, {Price{forward}, left, Vol{vol}}).value() *
           spot / forward;
  };
  for (const double spot : {1200.0, 2000.0, 2600.0}) {
    for (const double factor : {0.5, 1.0, 2.0}) {
      EXPECT_NEAR(held.change({{spot / 2000, factor}}),
                  worth(spot, factor, 60) - worth(2000, 1, 60), 1e-7);
      EXPECT_NEAR(held.change({{spot / 2000, factor}}, days(7)),
                  worth(spot, factor, 53) - worth(2000, 1, 60), 1e-7);
    }
  }
  // Of sixty days with a power of a half: the thirty-day level's move times the root of a half.
  const Shock doubled{{1, 2}};
  const auto damped =
      shocked(held.in_market(), {.shocks = {&doubled, 1}, .tenor_power = 0.5}, team);
  EXPECT_NEAR(0 - damped->total[0],
              worth(2000, std::pow(2, std::sqrt(0.5)), 60) - worth(2000, 1, 60), 1e-7);
  // Past its expiry it is its payoff at the spot that stayed.
  EXPECT_NEAR(held.change({{0.75, 5}}, days(90)), 10 * 300 - worth(2000, 1, 60), 1e-7);
}

TEST(Shocked, WalletPerpAndLoanMoveAsTheyMust) {
  Held held;
  held.book.wallet = Tokens{5};
  EXPECT_NEAR(held.change({{0.6, 1}}), -5 * 800, 1e-9);
  held.book = {};
  held.book.lots = {{"perp", book::Perp{}, Tokens{-3}}};
  EXPECT_NEAR(held.change({{0.6, 1}}), 3 * 800, 1e-9);
  held.book = {};
  held.book.loans = {{"loan", Usd{1000}, Tokens{2}, Rate{0}}};
  EXPECT_NEAR(held.change({{1.1, 1}}), -2 * 200, 1e-9);
}

TEST(Shocked, AMarginedPerpLosesItsCollateralAndNoMore) {
  Held held;
  held.book.lots = {{"perp", book::Perp{}, Tokens{10}, "", book::Margin{.collateral = Usd{2000}}}};
  EXPECT_NEAR(held.change({{0.95, 1}}), -1000, 1e-9);
  EXPECT_NEAR(held.change({{0.5, 1}}), -2000, 1e-9);
  EXPECT_NEAR(worth_of(held.in_market())->value(), 2000, 1e-12);
}

TEST(Shocked, RefusesMovesThatAreNone) {
  Held held;
  held.book.wallet = Tokens{1};
  const double infinite = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Shock& bad : {Shock{{0, 1}}, Shock{{-1, 1}}, Shock{{nan, 1}}, Shock{{1, 0}},
                           Shock{{1, infinite}}, Shock{{infinite, 1}}}) {
    const auto refused = shocked(held.in_market(), {.shocks = {&bad, 1}}, team);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, Reason::out_of_range);
  }
  const Shock none;
  EXPECT_FALSE(shocked(held.in_market(), {.shocks = {&none, 1}, .elapsed = Seconds{-1}}, team));
}

TEST(WorthOf, ABookIsWhatItsPartsAreWorth) {
  test::MixedBook mixed(10);
  const BookInMarket held{mixed.book,    mixed.fees, mixed.snapshot,
                          mixed.surface, Rate{0.1},  mixed.beside};
  const auto only = [&](auto keep) {
    book::Book part;
    keep(part);
    const FeeForecast none(part.positions.size());
    return worth_of({part, none, mixed.snapshot, mixed.surface, Rate{0.1}, mixed.beside})->value();
  };
  double sum = 150'000 + 10 * 2000 + 40'000 - 100'000 + 65 * 2000;
  sum += 50 * worth_at(2000);
  for (const std::size_t lot : {0U, 1U, 2U}) {
    sum += only([&](book::Book& part) { part.lots = {mixed.book.lots[lot]}; });
  }
  EXPECT_NEAR(worth_of(held)->value(), sum, 1e-6);
  const double put = only([&](book::Book& part) { part.lots = {mixed.book.lots[2]}; });
  EXPECT_GT(put, 2 * 0.01 * 60'000);  // a bitcoin put is priced in bitcoin's market
  EXPECT_LT(put, 2 * 0.2 * 60'000);
}

TEST(WorthOf, APledgeIsOurs) {
  Held held;
  held.book.loans = {{"aave", Usd{1000}, Tokens{1}, Rate{0.1},
                      book::Pledge{Tokens{3}, Usd{2500}, Share{0.9}, Share{0}}}};
  EXPECT_NEAR(worth_of(held.in_market())->value(), 3 * 2000 + 2500 - 1000 - 2000, 1e-9);
}

TEST(WorthOf, RefusesALotWhoseMarketIsUnknown) {
  Held held;
  held.book.lots = {
      {"btc", option::Contract{option::Type::put, Price{55'000}, held.snapshot.at + days(60)},
       Tokens{1}, "BTC"}};
  EXPECT_EQ(worth_of(held.in_market()).error().reason, Reason::missing_data);
}

TEST(Stressed, TheGridIsOneShockACellAndKnowsItsWorst) {
  test::MixedBook mixed(10);
  const BookInMarket held{mixed.book,    mixed.fees, mixed.snapshot,
                          mixed.surface, Rate{0.1},  mixed.beside};
  const StressGrid grid{{0.5, 0.8, 1, 1.3}, {0.5, 1, 2}, {Seconds{0}, days(3), days(30)}};
  const auto table = stressed(held, grid, team);
  ASSERT_TRUE(table);
  double worst = 0;
  for (std::size_t e = 0; e < 3; ++e) {
    for (std::size_t v = 0; v < 3; ++v) {
      for (std::size_t s = 0; s < 4; ++s) {
        const Shock shock{{grid.spot[s], grid.vol[v]}};
        const auto one = shocked(held, {.shocks = {&shock, 1}, .elapsed = grid.elapsed[e]}, team);
        EXPECT_EQ(table->change[e].row(v)[s], 0 - one->total[0]);
        worst = std::min(worst, table->change[e].row(v)[s]);
      }
    }
  }
  EXPECT_EQ(table->change[0].row(1)[2], 0);  // nothing moved, no time passed
  EXPECT_EQ(table->worst.change.value(), worst);
  EXPECT_EQ(table->change[table->worst.elapsed].row(table->worst.vol)[table->worst.spot], worst);
  double sum = 0;
  for (const auto& [name, change] : table->by_holding) sum += change;
  EXPECT_NEAR(sum, worst, 1e-6);
}

TEST(Stressed, OfCellsThatLoseAlikeTheOneAtTodaysVolatilityIsTold) {
  Held held;
  held.book.wallet = Tokens{1};
  const auto table = stressed(held.in_market(), {{1, 0.5}, {0.5, 1, 2}, {Seconds{0}}}, team);
  ASSERT_TRUE(table);
  EXPECT_EQ(table->worst.vol, 1U);
  EXPECT_EQ(table->worst.spot, 1U);
  EXPECT_EQ(table->worst.change, Usd{-1000});
}

TEST(StressedLaw, AShockIsAFlatPathOfTheLossTable) {
  test::for_cases(30, [&](test::Gen& draw) {
    test::MixedBook mixed(1);
    const BookInMarket held{mixed.book,    mixed.fees, mixed.snapshot,
                            mixed.surface, Rate{0.1},  mixed.beside};
    const double spot = draw.real(0.4, 2.5), vol = draw.real(0.4, 2.5);
    const Shock shock{{spot, vol}};
    const auto table = shocked(held, {.shocks = {&shock, 1}, .elapsed = days(30)}, team);
    scenario::ScenarioSet set = mixed.set;
    std::vector<book::Instrument> instruments;
    for (const auto& lot : mixed.book.lots) instruments.push_back(lot.instrument);
    set.dates = dates_for(instruments, mixed.snapshot.at, days(30));
    set.funding = set.volume = set.depth = set.gas = {};
    set.peg = {};
    set.protocol_loss = {1, 1};
    set.protocol_at = {1, 1};
    for (std::size_t i = 0; i < 2; ++i) {
      auto& asset = set.assets[i];
      asset.spot = {set.dates.size(), 1};
      for (std::size_t date = 0; date < set.dates.size(); ++date) {
        asset.spot.row(date)[0] = i == 0 ? 2000 * spot : 60'000;
      }
      asset.level = {i == 0 ? std::log(vol) : 0};
      asset.slope = asset.skew = {};
      asset.tenor_power = 0;
    }
    const auto by_hand =
        loss_table(mixed.book, mixed.fees,
                   {mixed.snapshot, mixed.surface, set, Rate{0.1}, 0, mixed.beside}, team);
    ASSERT_TRUE(table && by_hand);
    EXPECT_EQ(table->total[0], by_hand->total[0]);
  });
}

}  // namespace levee::risk

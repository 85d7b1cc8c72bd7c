#include "levee/option/black.h"
#include "levee/risk/loss.h"
#include "tests/scenario/world.h"
#include "tests/support/cases.h"

#include <algorithm>

namespace levee::risk {
namespace {

using option::Contract;
using option::Type;

const parallel::Team team(2);

// A world and what its paths do: a repricing holds references into both.
struct World {
  market::Snapshot snapshot = test::bare_snapshot();
  option::Surface surface = *market::surface_of(snapshot);
  scenario::ScenarioSet set;
  Rate funding{0.1};

  Repricing repricing() const { return {snapshot, surface, set, funding}; }
  UnixSeconds at() const { return snapshot.at; }
};

// Paths by hand: spots at 10 and at 30 days, and a vol move.
World by_hand(const std::vector<double>& at_10, const std::vector<double>& at_30,
              std::vector<double> vol_move) {
  World world;
  world.set.dates = {days(10), days(30)};
  world.set.lead().spot = {2, at_10.size()};
  std::copy(at_10.begin(), at_10.end(), world.set.lead().spot.row(0).begin());
  std::copy(at_30.begin(), at_30.end(), world.set.lead().spot.row(1).begin());
  world.set.lead().level = std::move(vol_move);
  world.set.lead().tenor_power = 0.4;
  return world;
}

World drawn(std::size_t paths, std::vector<Seconds> dates = {days(10), days(30)}) {
  World world;
  const auto from = test::calibration(dates.back());
  auto asked = test::recipe(from, paths);
  asked.dates = std::move(dates);
  world.set = *scenario::generate("jump", asked, team);
  return world;
}

double value_of(const book::Instrument& instrument, const World& world, std::size_t path) {
  const std::vector instruments{instrument};
  return horizon_values(instruments, world.repricing(), team)->at(0, path).value();
}

book::Instrument option_at(Type type, double strike, UnixSeconds expiry) {
  return Contract{type, Price{strike}, expiry};
}

}  // namespace

TEST(HorizonValue, OfALivingOptionIsBlacksOnTheMovedSurface) {
  const auto world = by_hand({2000}, {1700}, {0.25});
  const double strike = 1800, tau = 60.0 / 365;  // expires on day 90, thirty days gone
  // The surface is of 0.6 - 0.05 x + 0.1 x^2 and a carry of 5 % a year.
  const double forward = 1700 * std::exp(0.05 * tau);
  const double x = std::log(strike / forward) / std::sqrt(tau);
  const double read = world.surface.vol(x, Years{tau}).value();
  EXPECT_NEAR(read, 0.6 - 0.05 * x + 0.1 * x * x, 0.03);
  const double vol = read * std::exp(0.25 * std::pow(0.5, 0.4));  // 60 days: half of 30 days' term
  const double black =
      option::black_price(Type::put, Price{strike}, {Price{forward}, Years{tau}, Vol{vol}}).value();
  const double coins = black / forward;
  EXPECT_CLOSE(value_of(option_at(Type::put, strike, world.at() + days(90)), world, 0),
               coins * 1700, 1e-10);
}

TEST(HorizonValue, MovesTheWholeVolWithinThirtyDays) {
  const auto world = by_hand({2000, 2000}, {2000, 2000}, {0.3, 0});
  const auto near = option_at(Type::call, 2000, world.at() + days(44));
  const double tau = 14.0 / 365, forward = 2000 * std::exp(0.05 * tau);
  const double still =
      world.surface.vol(std::log(2000 / forward) / std::sqrt(tau), Years{tau}).value();
  const option::BlackInputs moved{Price{forward}, Years{tau}, Vol{still * std::exp(0.3)}};
  const double black = option::black_price(Type::call, Price{2000}, moved).value();
  EXPECT_CLOSE(value_of(near, world, 0), black * 2000 / forward, 1e-10);
  EXPECT_LT(value_of(near, world, 1), 0.8 * value_of(near, world, 0));
}

TEST(HorizonValue, KeepsWhatFarStrikesAreStillWorth) {
  const auto world = by_hand({2000}, {2000}, {0});
  const double tau = 7.0 / 365, forward = 2000 * std::exp(0.05 * tau);
  for (const double strike : {800.0, 950.0, 1100.0, 3500.0, 4200.0}) {  // four to six deviations
    const auto type = strike < forward ? Type::put : Type::call;
    const Vol vol = world.surface.vol(std::log(strike / forward) / std::sqrt(tau), Years{tau});
    const auto black = option::black_price(type, Price{strike}, {Price{forward}, Years{tau}, vol});
    const double value = value_of(option_at(type, strike, world.at() + days(37)), world, 0);
    EXPECT_GT(value, 0);
    EXPECT_CLOSE(value, black.value() * 2000 / forward, 1e-9);
  }
}

TEST(HorizonValue, OfASettledOptionIsItsPayoffOnItsDay) {
  const auto world = by_hand({1700, 2300}, {2300, 1700}, {0, 0});
  const auto put = option_at(Type::put, 2000, world.at() + days(10));
  EXPECT_EQ(value_of(put, world, 0), 300);
  EXPECT_EQ(value_of(put, world, 1), 0);
  const auto at_the_end = option_at(Type::put, 2000, world.at() + days(30));
  EXPECT_EQ(value_of(at_the_end, world, 0), 0);
  EXPECT_EQ(value_of(at_the_end, world, 1), 300);
}

TEST(HorizonValue, OfAPerpIsItsProfitAfterFunding) {
  auto world = by_hand({2000, 2000}, {2500, 1600}, {0, 0});
  world.funding = Rate{0.2};
  const double span = 30.0 / 365;
  EXPECT_NEAR(value_of(book::Perp{}, world, 0), 500 - 0.2 * span * 2250, 1e-10);
  EXPECT_NEAR(value_of(book::Perp{}, world, 1), -400 - 0.2 * span * 1800, 1e-10);
}

TEST(HorizonValue, IsExactlyZeroWhereNothingIsLeft) {
  const auto world = by_hand({2000}, {2000}, {0});
  EXPECT_EQ(value_of(option_at(Type::put, 1, world.at() + days(35)), world, 0), 0);
  EXPECT_GT(value_of(option_at(Type::put, 1500, world.at() + days(35)), world, 0), 1e-8);
}

TEST(HorizonValue, RefusesWhatIsAlreadyOver) {
  const auto world = by_hand({2000}, {2000}, {0});
  const std::vector over{option_at(Type::put, 2000, world.at() - days(1))};
  EXPECT_EQ(horizon_values(over, world.repricing(), team).error().reason, Reason::out_of_range);
  const std::vector ending{option_at(Type::put, 2000, world.at())};
  EXPECT_EQ(horizon_values(ending, world.repricing(), team).error().reason, Reason::out_of_range);
}

TEST(HorizonValue, ExpectsADateForEverySettlement) {
  const auto world = by_hand({2000}, {2000}, {0});
  const std::vector between{option_at(Type::put, 2000, world.at() + days(11))};
  EXPECT_THROW((void)horizon_values(between, world.repricing(), team), ContractBroken);
}

TEST(HorizonValueLaw, KeepsParityOnEveryPath) {
  const auto world = drawn(2000);
  for (const double strike : {800.0, 1500.0, 2000.0, 2600.0, 5000.0}) {
    for (const int expiry : {31, 40, 90, 200}) {
      const std::vector pair{option_at(Type::call, strike, world.at() + days(expiry)),
                             option_at(Type::put, strike, world.at() + days(expiry))};
      const auto values = *horizon_values(pair, world.repricing(), team);
      const double tau = (expiry - 30) / 365.0;
      for (std::size_t path = 0; path < 2000; ++path) {
        // In coins of the forward: (F - K) / F of them, marked at spot.
        const double spot = world.set.lead().spot.row(1)[path];
        const double parity = spot - strike * std::exp(-0.05 * tau);
        EXPECT_NEAR(values.at(0, path).value() - values.at(1, path).value(), parity, 1e-6);
      }
    }
  }
}

TEST(HorizonValueLaw, IsTheSameBitsOnAnyTeamAndInAnyCompany) {
  const auto world = drawn(5000);
  std::vector<book::Instrument> many{book::Perp{}};
  for (const int expiry : {10, 30, 37, 90}) {
    for (double strike = 3000; strike > 1000; strike -= 250) {
      many.push_back(option_at(Type::put, strike, world.at() + days(expiry)));
      many.push_back(option_at(Type::call, strike, world.at() + days(expiry)));
    }
  }
  const auto alone = *horizon_values(many, world.repricing(), parallel::Team(1));
  for (const int threads : {2, 3}) {
    const auto shared = *horizon_values(many, world.repricing(), parallel::Team(threads));
    for (std::size_t i = 0; i < many.size(); ++i) {
      EXPECT_TRUE(std::ranges::equal(shared.row(i), alone.row(i)));
    }
  }
  for (const std::size_t i : {std::size_t{0}, std::size_t{5}, many.size() - 1}) {
    const std::vector one{many[i]};
    const auto values = *horizon_values(one, world.repricing(), team);
    EXPECT_TRUE(std::ranges::equal(values.row(0), alone.row(i)));
  }
}

TEST(HorizonValueLaw, IsConvexInStrikeWhereTheSmileIsFlat) {
  auto world = by_hand({2000}, {1500}, {0.4});
  world.snapshot.chain = test::chain_of(world.at(), Price{2000}, 0, [](double) { return 0.7; });
  world.surface = *market::surface_of(world.snapshot);
  std::vector<book::Instrument> ladder;
  for (double strike = 600; strike <= 3000; strike += 100) {
    ladder.push_back(option_at(Type::put, strike, world.at() + days(60)));
  }
  const auto values = *horizon_values(ladder, world.repricing(), team);
  for (std::size_t i = 1; i + 1 < ladder.size(); ++i) {
    const double middle = values.at(i, 0).value();
    EXPECT_LT(2 * middle, values.at(i - 1, 0).value() + values.at(i + 1, 0).value());
    EXPECT_GT(middle, values.at(i - 1, 0).value());
  }
}

TEST(FrozenValue, IsTheHorizonValueOfAPathWithoutAVolMove) {
  const auto world = by_hand({1800}, {1800}, {0});
  for (const int expiry : {10, 30, 45, 90, 400}) {
    for (const double strike : {900.0, 1700.0, 1800.0, 2500.0}) {
      const auto option = option_at(Type::call, strike, world.at() + days(expiry));
      EXPECT_EQ(frozen_value(option, Price{1800}, days(30), world.repricing()).value(),
                value_of(option, world, 0));
    }
  }
  EXPECT_EQ(frozen_value(book::Perp{}, Price{1800}, days(30), world.repricing()).value(),
            value_of(book::Perp{}, world, 0));
}

TEST(FrozenValue, NowIsWhatTheSurfaceSays) {
  const auto world = by_hand({2000}, {2000}, {0});
  for (const market::Quote& quote : world.snapshot.chain) {
    const auto value =
        frozen_value(quote.contract, Price{2000}, Seconds{0}, world.repricing()).value();
    const Years tenor = years(quote.contract.expiry - world.at());
    const double x =
        std::log(quote.contract.strike.value() / quote.forward.value()) / std::sqrt(tenor.value());
    const auto black = option::black_price(quote.contract.type, quote.contract.strike,
                                           {quote.forward, tenor, world.surface.vol(x, tenor)});
    EXPECT_NEAR(value, 2000 * black.value() / quote.forward.value(), 1e-8 + 1e-7 * value);
  }
  EXPECT_EQ(frozen_value(book::Perp{}, Price{2000}, Seconds{0}, world.repricing()), Usd{0});
}

TEST(DatesFor, AreExpiriesDaysAndTheHorizon) {
  const UnixSeconds at = test::midnight;
  const std::vector<book::Instrument> instruments{
      option_at(Type::put, 1, at + hours(56)), option_at(Type::call, 2, at + hours(56)),
      option_at(Type::put, 1, at + hours(8)),  option_at(Type::put, 1, at + days(2)),
      option_at(Type::put, 1, at + hours(90)), option_at(Type::put, 1, at + days(99)),
      option_at(Type::put, 1, at - hours(8)),  book::Perp{}};
  EXPECT_EQ(dates_for(instruments, at, hours(90)),
            (std::vector<Seconds>{hours(8), days(1), days(2), hours(56), days(3), hours(90)}));
  EXPECT_EQ(dates_for({}, at, hours(5)), std::vector<Seconds>{hours(5)});
  EXPECT_EQ(dates_for({}, at, days(2)), (std::vector<Seconds>{days(1), days(2)}));
}

}  // namespace levee::risk

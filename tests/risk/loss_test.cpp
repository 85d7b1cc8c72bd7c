#include "levee/risk/loss.h"

#include "tests/scenario/world.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <array>

namespace levee::risk {
namespace {

const parallel::Team team(2);
constexpr double span = 30.0 / 365;

// Two protocols, three dates, and whatever paths a test writes down.
struct World {
  market::Snapshot snapshot = test::bare_snapshot();
  option::Surface surface = *market::surface_of(snapshot);
  scenario::ScenarioSet set;

  explicit World(const std::vector<std::array<double, 3>>& spots) {
    for (const char* name : {"vault", "pool"}) {
      snapshot.protocols.push_back({name, Intensity{1}, Share{0.2}, Share{0.8}, "by hand"});
    }
    set.dates = {days(10), days(20), days(30)};
    set.lead().spot = {3, spots.size()};
    set.protocol_loss = {2, spots.size()};
    set.lead().level.assign(spots.size(), 0);
    set.lead().tenor_power = 0.4;
    for (std::size_t path = 0; path < spots.size(); ++path) {
      for (std::size_t date = 0; date < 3; ++date)
        set.lead().spot.row(date)[path] = spots[path][date];
    }
  }

  Repricing repricing() const { return {snapshot, surface, set, Rate{0.1}}; }

  LossTable losses(const book::Book& book, const FeeForecast& fees = {}) const {
    return *loss_table(book, fees, repricing(), team);
  }
};

book::LpPosition position(const std::string& protocol) {
  return {.name = "lp",
          .protocol = protocol,
          .range = {{Price{1600}, Price{2400}}, amm::HumanLiquidity{1000}},
          .entry_price = Price{1900},
          .entry_at = {},
          .fees_earned = {}};
}

double worth(double spot) {
  return amm::exposure_at(position("").range, Price{spot}).value.value();
}

}  // namespace

TEST(LossTable, OfAPositionIsItsLossOfValueLessFeesInRange) {
  const World world({{2000, 2000, 2200}, {2500, 2500, 2500}, {2500, 2000, 1500}});
  book::Book book;
  book.positions = {position("other")};
  const auto table = world.losses(book, {50.0});
  EXPECT_EQ(table.names, std::vector<std::string>{"lp"});
  // In range all month; the first five days; the first five and the middle ten.
  EXPECT_NEAR(table.loss.at(0, 0).value(), worth(2000) - worth(2200) - 50 * 30, 1e-9);
  EXPECT_NEAR(table.loss.at(0, 1).value(), worth(2000) - worth(2500) - 50 * 5, 1e-9);
  EXPECT_NEAR(table.loss.at(0, 2).value(), worth(2000) - worth(1500) - 50 * 15, 1e-9);
  EXPECT_GT(table.loss.at(0, 2).value(), 0);

  const auto unknown = world.losses(book, {std::nullopt});
  EXPECT_NEAR(unknown.loss.at(0, 0).value(), worth(2000) - worth(2200), 1e-9);
}

TEST(LossTable, FullRangeEarnsAlways) {
  const World world({{200, 20'000, 2000}});
  book::Book book;
  book.positions = {position("other")};
  book.positions[0].range.bounds = amm::full_range();
  EXPECT_NEAR(world.losses(book, {50.0}).loss.at(0, 0).value(), -50 * 30, 1e-9);
}

TEST(LossTable, AFailureTakesItsShareOfValueAndFees) {
  World world({{2000, 2000, 1800}, {2000, 2000, 1800}, {2000, 2000, 1800}});
  world.set.protocol_loss.row(0)[1] = 0.4;
  world.set.protocol_loss.row(1)[2] = 0.4;
  book::Book book;
  book.positions = {position("vault")};
  const auto table = world.losses(book, {50.0});
  const double then = worth(1800) + 50 * 30;
  EXPECT_NEAR(table.loss.at(0, 0).value(), worth(2000) - then, 1e-9);
  EXPECT_NEAR(table.loss.at(0, 1).value(), worth(2000) - 0.6 * then, 1e-9);
  EXPECT_NEAR(table.loss.at(0, 2).value(), worth(2000) - then, 1e-9);  // somebody else's failure
}

TEST(LossTable, CoversPayWhatTheirProtocolLostUpToTheLimit) {
  World world({{2000, 2000, 2000}, {2000, 2000, 2000}, {2000, 2000, 2000}});
  world.set.protocol_loss.row(0)[1] = 0.1;
  world.set.protocol_loss.row(0)[2] = 0.5;
  book::Book book;
  book.positions = {position("vault"), position("vault")};
  const double lost = worth(2000);  // of one position
  book.covers = {{"small", "vault", Usd{0.15 * lost}, Rate{0.03}},
                 {"large", "vault", Usd{0.6 * lost}, Rate{0.02}},
                 {"other", "pool", Usd{lost}, Rate{0.01}}};
  const auto table = world.losses(book, {std::nullopt, std::nullopt});
  const double premium[3] = {0.03 * 0.15 * lost * span, 0.02 * 0.6 * lost * span,
                             0.01 * lost * span};
  for (std::size_t cover = 0; cover < 3; ++cover) {
    EXPECT_NEAR(table.loss.at(2 + cover, 0).value(), premium[cover], 1e-9);
  }
  EXPECT_NEAR(table.loss.at(2, 1).value(), premium[0] - 0.15 * lost, 1e-9);
  EXPECT_NEAR(table.loss.at(3, 1).value(), premium[1] - 0.05 * lost, 1e-9);  // the rest, no more
  EXPECT_NEAR(table.loss.at(2, 2).value(), premium[0] - 0.15 * lost, 1e-9);
  EXPECT_NEAR(table.loss.at(3, 2).value(), premium[1] - 0.6 * lost, 1e-9);
  EXPECT_NEAR(table.loss.at(4, 2).value(), premium[2], 1e-9);
}

TEST(LossTable, LotsLoseWhatTheirInstrumentsLose) {
  const World world({{2000, 2000, 1700}});
  const option::Contract put{option::Type::put, Price{1900}, world.snapshot.at + days(60)};
  book::Book book;
  book.lots = {{"put", put, Tokens{3}}, {"short perp", book::Perp{}, Tokens{-2}}};
  const auto table = world.losses(book);
  const auto with = world.repricing();
  const double now = frozen_value(put, Price{2000}, Seconds{0}, with).value();
  const double then = frozen_value(put, Price{1700}, days(30), with).value();
  EXPECT_NEAR(table.loss.at(0, 0).value(), 3 * (now - then), 1e-9);
  EXPECT_LT(table.loss.at(0, 0).value(), 0);
  EXPECT_NEAR(table.loss.at(1, 0).value(), 2 * (-300 - 0.1 * span * 1850), 1e-9);
}

TEST(LossTable, LoansOweTokensAtSpotAndInterest) {
  const World world({{2000, 2000, 2600}});
  book::Book book;
  book.loans = {{"dollars", Usd{10'000}, Tokens{0}, Rate{0.08}},
                {"tokens", Usd{0}, Tokens{2}, Rate{0.05}}};
  const auto table = world.losses(book);
  EXPECT_NEAR(table.loss.at(0, 0).value(), 10'000 * 0.08 * span, 1e-9);
  EXPECT_NEAR(table.loss.at(1, 0).value(), 2 * 600 + 0.05 * span * 2 * 2300, 1e-9);
}

TEST(LossTable, TheWalletFollowsThePrice) {
  const World world({{2000, 2000, 1750}});
  book::Book book;
  EXPECT_EQ(world.losses(book).loss.rows(), 0u);
  EXPECT_EQ(world.losses(book).total, std::vector<double>{0});
  book.wallet = Tokens{4};
  const auto table = world.losses(book);
  EXPECT_EQ(table.names, std::vector<std::string>{"wallet"});
  EXPECT_EQ(table.loss.at(0, 0), Usd{1000});
}

TEST(LossTable, RefusesALotThatIsOver) {
  const World world({{2000, 2000, 2000}});
  book::Book book;
  book.lots = {{"old",
                option::Contract{option::Type::put, Price{1900}, world.snapshot.at - days(1)},
                Tokens{1}}};
  EXPECT_EQ(loss_table(book, {}, world.repricing(), team).error().reason, Reason::out_of_range);
}

TEST(LossTable, ExpectsFeesForEveryPositionAndFailuresForEveryProtocol) {
  World world({{2000, 2000, 2000}});
  book::Book book;
  book.positions = {position("vault")};
  EXPECT_THROW((void)loss_table(book, {}, world.repricing(), team), ContractBroken);
  world.set.protocol_loss = {1, 1};
  EXPECT_THROW((void)loss_table(book, {std::nullopt}, world.repricing(), team), ContractBroken);
}

TEST(LossTableLaw, HoldingsAddUpAndBitsDoNotDependOnTheTeam) {
  World world({{2000, 2000, 2000}});
  world.snapshot.protocols = {};
  const auto from = test::calibration();
  auto asked = test::recipe(from, 5000);
  asked.dates = {days(10), days(20), days(30)};
  world.snapshot.protocols = asked.protocols;
  world.set = *scenario::generate("jump", asked, team);
  book::Book book;
  book.positions = {position("vault"), position("pool")};
  book.lots = {
      {"put", option::Contract{option::Type::put, Price{1800}, world.snapshot.at + days(60)},
       Tokens{3}},
      {"settled", option::Contract{option::Type::call, Price{2100}, world.snapshot.at + days(20)},
       Tokens{-1}},
      {"perp", book::Perp{}, Tokens{-0.7}}};
  book.loans = {{"loan", Usd{1000}, Tokens{1}, Rate{0.05}}};
  book.covers = {{"cover", "vault", Usd{5000}, Rate{0.02}}};
  book.wallet = Tokens{0.3};
  const FeeForecast fees{12.0, std::nullopt};
  const auto alone = *loss_table(book, fees, world.repricing(), parallel::Team(1));
  ASSERT_EQ(alone.names.size(), 8u);
  for (std::size_t path = 0; path < 5000; ++path) {
    double sum = 0;
    for (std::size_t row = 0; row < 8; ++row) sum += alone.loss.row(row)[path];
    EXPECT_EQ(alone.total[path], sum);
  }
  for (const int threads : {2, 3}) {
    const auto shared = *loss_table(book, fees, world.repricing(), parallel::Team(threads));
    EXPECT_EQ(shared.total, alone.total);
    EXPECT_EQ(shared.names, alone.names);
    for (std::size_t row = 0; row < 8; ++row) {
      EXPECT_TRUE(std::ranges::equal(shared.loss.row(row), alone.loss.row(row)));
    }
  }
}

}  // namespace levee::risk

#include "levee/risk/loss.h"

#include "tests/risk/mixed_book.h"
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

// Long 10 at 2,000 with 2,000 posted and 1 % to be kept: closed below 18,000 / 9.9 = 1,818.18.
TEST(LossTable, AMarginedPerpIsClosedOnTheFirstDateThatFindsItShort) {
  World world({{1819, 2000, 2000}, {1818, 2000, 2600}, {1790, 2000, 2000}, {1500, 2000, 2600}});
  world.snapshot.spot = Price{2000};
  book::Book book;
  book.lots = {{"long", book::Perp{}, Tokens{10}, "", book::Margin{.collateral = Usd{2000}}}};
  const auto with = [&](Rate funding) {
    const Repricing free{world.snapshot, world.surface, world.set, funding};
    return *loss_table(book, {}, free, team);
  };
  const auto table = with(Rate{0});
  EXPECT_NEAR(table.loss.at(0, 0).value(), 0, 1e-9);  // it survived and came back
  EXPECT_NEAR(table.loss.at(0, 1).value(), 2000 - (2000 - 1820 - 181.8 + 1.8), 1e-9);  // fee: all
  EXPECT_EQ(table.loss.at(0, 2), Usd{2000});  // less left than the fee
  EXPECT_EQ(table.loss.at(0, 3), Usd{2000});  // a gap costs the venue, not us
  // Funding of a whole 1 a year takes 10 * 10 / 365 * 1,909.5 by day ten.
  EXPECT_GT(with(Rate{1}).loss.at(0, 0).value(), 1990);
}

// What has accrued by a date counts on it: ten days of funding and of interest, not thirty.
TEST(LossTable, MarginsAndPledgesOweWhatHasAccruedByTheDate) {
  World world({{1850, 2000, 2000}, {1460, 2000, 2000}});
  world.snapshot.spot = Price{2000};
  book::Book book;
  book.lots = {{"long", book::Perp{}, Tokens{10}, "", book::Margin{.collateral = Usd{2000}}}};
  book.loans = {{"aave", Usd{12'000}, Tokens{0}, Rate{0.3},
                 book::Pledge{.base = Tokens{10}, .quote = {}, .threshold = Share{0.83}}}};
  const Repricing with{world.snapshot, world.surface, world.set, Rate{0.3}};
  const auto table = *loss_table(book, {}, with, team);
  EXPECT_NEAR(table.loss.at(0, 0).value(), 10 * 0.3 * span * 2000, 1e-9);
  EXPECT_NEAR(table.loss.at(1, 1).value(), 12'000 * std::expm1(0.3 * span), 1e-9);
}

TEST(LossTable, AShortPerpPaysTheFeeFromWhatIsLeft) {
  World world({{2180, 2000, 2000}, {2170, 2000, 2000}});
  book::Book book;
  book.lots = {
      {"short", book::Perp{}, Tokens{-10}, "", book::Margin{Usd{2000}, Share{0.01}, Share{0.005}}}};
  const Repricing free{world.snapshot, world.surface, world.set, Rate{0}};
  const auto table = *loss_table(book, {}, free, team);
  EXPECT_NEAR(table.loss.at(0, 0).value(), 2000 - (200 - 109), 1e-9);  // 200 left, 218 to be kept
  EXPECT_NEAR(table.loss.at(0, 1).value(), 0, 1e-9);
}

TEST(LossTable, AMarginThatHoldsChangesNothing) {
  const World world({{2000, 1900, 1700}, {2000, 2300, 2400}});
  book::Book book;
  book.lots = {{"bare", book::Perp{}, Tokens{3}},
               {"rich", book::Perp{}, Tokens{3}, "", book::Margin{.collateral = Usd{1e6}}}};
  const auto table = world.losses(book);
  for (const std::size_t path : {0u, 1u}) {
    EXPECT_NEAR(table.loss.at(1, path).value(), table.loss.at(0, path).value(), 1e-8);
  }
}

// 10 ETH pledged at 83 % for 12,000 USD: taken below 1,445.78; 5 % goes to whoever does it.
TEST(LossTable, APledgeIsTakenOnTheFirstDateThatFindsItShort) {
  const World world({{1446, 2000, 2000}, {1445, 2000, 3000}, {1250, 2000, 3000}, {1000, 1, 3000}});
  book::Book book;
  book.loans = {{"aave", Usd{12'000}, Tokens{0}, Rate{0},
                 book::Pledge{.base = Tokens{10}, .quote = {}, .threshold = Share{0.83}}}};
  const auto table = world.losses(book);
  EXPECT_NEAR(table.loss.at(0, 0).value(), 0, 1e-9);
  const double kept = 10 - 12'600 / 1445.0;  // ether that is left, and rises to 3,000
  EXPECT_NEAR(table.loss.at(0, 1).value(), 8000 - kept * 3000, 1e-9);
  EXPECT_NEAR(table.loss.at(0, 2).value(), 8000, 1e-9);  // 12,600 is more than there is
  EXPECT_NEAR(table.loss.at(0, 3).value(), 8000, 1e-9);  // the rest is the lender's
}

// 10,000 quote tokens pledged for 3.9 ETH: short while the token is worth 95 cents, which passes.
TEST(LossTable, APledgeIsWorthThePegOfTheDate) {
  World world({{2000, 2000, 2000}});
  world.set.peg = {3, 1};
  world.set.peg.row(0)[0] = 0.95, world.set.peg.row(1)[0] = world.set.peg.row(2)[0] = 1;
  book::Book book;
  book.loans = {{"aave", Usd{0}, Tokens{3.9}, Rate{0},
                 book::Pledge{.base = {}, .quote = Usd{10'000}, .threshold = Share{0.8}}}};
  const double kept = 1 - 7800 * 1.05 / 9500;
  EXPECT_NEAR(world.losses(book).loss.at(0, 0).value(), 2200 - kept * 10'000, 1e-9);
}

TEST(LossTable, APledgedLoanOwesItsInterestAndFollowsBothSides) {
  const World world({{2000, 2000, 2500}});
  book::Book book;
  book.loans = {{"aave", Usd{1000}, Tokens{1}, Rate{0.1},
                 book::Pledge{Tokens{3}, Usd{2000}, Share{0.9}, Share{0}}}};
  const double now = 3 * 2000 + 2000 - 1000 - 2000;
  const double then = 3 * 2500 + 2000 - (1000 + 2500) * std::exp(0.1 * span);
  EXPECT_NEAR(world.losses(book).loss.at(0, 0).value(), now - then, 1e-9);
}

TEST(LossTable, WhatIsQuotedFollowsThePeg) {
  World world({{2000, 2000, 2200}});
  world.set.peg = {3, 1};
  world.set.peg.row(0)[0] = 1, world.set.peg.row(1)[0] = 1, world.set.peg.row(2)[0] = 0.9;
  book::Book book;
  book.positions = {position("other")};
  book.lots = {{"perp", book::Perp{}, Tokens{2}},
               {"margined", book::Perp{}, Tokens{2}, "", book::Margin{.collateral = Usd{5000}}}};
  book.loans = {{"dollars", Usd{10'000}, Tokens{0}, Rate{0.08}}};
  book.idle_cash = Usd{1000};
  const auto table = world.losses(book, {50.0});
  // 2,200 dollars are 2,444 quote tokens: out of the range, all of it in the token that broke.
  const double whole = 1000 * (std::sqrt(2400) - std::sqrt(1600));
  EXPECT_NEAR(table.loss.at(0, 0).value(), worth(2000) - 0.9 * whole * 1, 1 + 50 * 30);
  const double pool = 0.9 * worth(2200 / 0.9);
  EXPECT_NEAR(table.loss.at(0, 0).value(), worth(2000) - pool - 50 * 25, 1e-9);
  const double profit = 2 * (200 - 0.1 * span * 2100);
  EXPECT_NEAR(table.loss.at(1, 0).value(), -0.9 * profit, 1e-9);
  EXPECT_NEAR(table.loss.at(2, 0).value(), 500 - 0.9 * profit, 1e-9);
  EXPECT_NEAR(table.loss.at(3, 0).value(), -1000 + 10'000 * 0.08 * span * 0.95, 1e-9);
  EXPECT_EQ(table.names[4], "cash");
  EXPECT_NEAR(table.loss.at(4, 0).value(), 100, 1e-9);
}

TEST(LossTable, FeesFollowVolumeOverDepthAndPerpsTheDrawnFunding) {
  World world({{2000, 2000, 2000}});
  world.set.volume = {3}, world.set.depth = {1.5}, world.set.funding = {0.5};
  book::Book book;
  book.positions = {position("other")};
  book.lots = {{"perp", book::Perp{}, Tokens{1}},
               {"margined", book::Perp{}, Tokens{1}, "", book::Margin{.collateral = Usd{5000}}}};
  const auto table = world.losses(book, {50.0});
  EXPECT_NEAR(table.loss.at(0, 0).value(), -50 * 30 * 2, 1e-9);
  EXPECT_NEAR(table.loss.at(1, 0).value(), 0.5 * span * 2000, 1e-9);
  EXPECT_NEAR(table.loss.at(2, 0).value(), 0.5 * span * 2000, 1e-9);
}

TEST(LossTable, CoversPayBeyondTheirDeductible) {
  World world({{2000, 2000, 2000}, {2000, 2000, 2000}});
  world.set.protocol_loss.row(0)[0] = 0.1, world.set.protocol_loss.row(0)[1] = 0.5;
  book::Book book;
  book.positions = {position("vault")};
  const double held = worth(2000);
  book.covers = {{"own risk", "vault", Usd{0.2 * held}, Rate{0}, Usd{0.15 * held}},
                 {"rest", "vault", Usd{held}, Rate{0}}};
  const auto table = world.losses(book, {std::nullopt});
  EXPECT_NEAR(table.loss.at(1, 0).value(), 0, 1e-9);
  EXPECT_NEAR(table.loss.at(2, 0).value(), -0.1 * held, 1e-9);
  EXPECT_NEAR(table.loss.at(1, 1).value(), -0.2 * held, 1e-9);
  EXPECT_NEAR(table.loss.at(2, 1).value(), -0.3 * held, 1e-9);  // the first paid before
}

TEST(LossTable, LotsOfAnotherAssetArePricedInItsMarket) {
  test::MixedBook world(50);
  const auto table = *loss_table(world.book, world.fees, world.repricing(), team);
  const Repricing there{world.other, world.other_surface, world.set, Rate{0.05}, 1};
  const std::vector instruments{world.book.lots[2].instrument, world.book.lots[4].instrument};
  const auto values = *horizon_values(instruments, there, team);
  const double now = frozen_value(instruments[0], world.other.spot, Seconds{0}, there).value();
  for (std::size_t path = 0; path < 50; ++path) {
    EXPECT_EQ(table.loss.row(3)[path], 2 * (now - values.row(0)[path]));
    EXPECT_EQ(table.loss.row(5)[path], -values.row(1)[path]);
  }
  EXPECT_EQ(table.names[3], "btc put");
  // The set draws the lead's funding alone.
  world.book.lots[4].margin = book::Margin{.collateral = Usd{1e6}};
  world.book.lots[0].asset = world.snapshot.base;
  ASSERT_FALSE(world.set.funding.empty());
  const auto margined = *loss_table(world.book, world.fees, world.repricing(), team);
  for (std::size_t path = 0; path < 50; ++path) {
    const double fallen = 1 - world.set.peg.row(world.set.dates.size() - 1)[path];
    EXPECT_NEAR(margined.loss.row(5)[path], table.loss.row(5)[path] + 1e6 * fallen, 1e-6);
    EXPECT_EQ(margined.loss.row(1)[path], table.loss.row(1)[path]);
  }
  auto without = world.repricing();
  without.beside = {};
  const auto refused = loss_table(world.book, world.fees, without, team);
  EXPECT_EQ(refused.error().reason, Reason::missing_data);
  EXPECT_NE(refused.error().message.find("btc put (is on BTC"), std::string::npos);
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

TEST(LossTableLaw, NoMarginedPerpOrPledgeLosesMoreThanItsStake) {
  const test::MixedBook world(4000);
  const auto table = *loss_table(world.book, world.fees, world.repricing(), team);
  int closed = 0, taken = 0;
  for (std::size_t path = 0; path < 4000; ++path) {
    EXPECT_LE(table.loss.row(4)[path], 40'000);
    EXPECT_LE(table.loss.row(6)[path], 30'000);
    closed += table.loss.row(4)[path] > 30'000 ? 1 : 0;
    taken += table.loss.row(6)[path] > 15'000 ? 1 : 0;
  }
  EXPECT_GT(closed, 40);
  EXPECT_GT(taken, 40);
}

TEST(LossTable, OfAStackIsWhatEachFailureLeaves) {
  World world({{2000, 2000, 2000}, {2000, 2000, 2000}});
  world.set.protocol_loss.row(0)[1] = 0.5;
  world.set.protocol_loss.row(1)[1] = 0.2;
  book::LpPosition both = position("pool");
  both.stands_on = {"vault", "nobody"};
  book::Book book;
  book.positions = {both};
  const LossTable table = world.losses(book, {std::nullopt});
  EXPECT_NEAR(table.total[0], 0, 1e-9);
  EXPECT_NEAR(table.total[1], 0.6 * worth(2000), 1e-7);
  ASSERT_EQ(table.taken.size(), 2u);
  EXPECT_EQ(table.taken[0].first, "vault");
  EXPECT_NEAR(table.taken[0].second[1], 0.5 * worth(2000), 1e-7);
  EXPECT_NEAR(table.taken[1].second[1], 0.5 * 0.2 * worth(2000), 1e-7);
  // The same where one of the two needs the other.
  world.snapshot.protocols[1].needs = {"vault"};
  book.positions = {position("pool")};
  EXPECT_EQ(world.losses(book, {std::nullopt}).total, table.total);
}

TEST(LossTable, OfALotAtAFailedVenueIsWhatItOwedUsAndNeverWhatWeOwe) {
  World world({{2000, 2000, 1500}, {2000, 2000, 1500}});
  world.set.protocol_loss.row(0)[1] = 0.75;
  const option::Contract put{option::Type::put, Price{1900}, world.snapshot.at + days(30)};
  book::Book book;
  book.lots = {{.name = "p", .instrument = put, .quantity = Tokens{2}, .venue = "vault"}};
  const auto held = world.losses(book).total;
  EXPECT_NEAR(held[1] - held[0], 0.75 * 2 * 400, 1e-7);
  book.lots[0].quantity = Tokens{-2};
  const auto sold = world.losses(book).total;
  EXPECT_NEAR(sold[1], sold[0], 1e-9);
  book.lots = {{.name = "perp",
                .instrument = book::Perp{},
                .quantity = Tokens{-1},
                .margin = book::Margin{.collateral = Usd{1000}},
                .venue = "vault"}};
  const auto margined = world.losses(book).total;
  const double equity = 1000 + 500 + 0.1 * 30 / 365 * 1750;  // a short is paid funding
  EXPECT_NEAR(margined[0], 1000 - equity, 1e-6);
  EXPECT_NEAR(margined[1] - margined[0], 0.75 * equity, 1e-6);
}

TEST(LossTable, OfAPledgeAtAFailedLenderStopsWhereTheDebtIsLetGo) {
  World world({{2000, 2000, 2000}, {2000, 2000, 2000}, {2000, 2000, 2000}});
  world.set.protocol_loss.row(0)[1] = 0.25;
  world.set.protocol_loss.row(0)[2] = 0.9;
  book::Book book;
  book.loans = {{.name = "loan",
                 .quote_owed = Usd{1000},
                 .base_owed = {},
                 .rate = Rate{0},
                 .pledge = book::Pledge{.base = Tokens{1}, .quote = {}, .threshold = Share{0.8}},
                 .protocol = "vault"}};
  const auto lost = world.losses(book).total;
  EXPECT_NEAR(lost[0], 0, 1e-9);
  EXPECT_NEAR(lost[1], 500, 1e-9);
  EXPECT_NEAR(lost[2], 1000, 1e-9);  // the equity, and the debt is not paid
}

TEST(LossTable, CoverPaysWhatItsProviderCan) {
  World world({{2000, 2000, 2000}, {2000, 2000, 2000}});
  for (const std::size_t path : {0u, 1u}) world.set.protocol_loss.row(0)[path] = 0.5;
  world.set.protocol_loss.row(1)[1] = 0.6;
  book::Book book;
  book.positions = {position("vault")};
  const double lost = 0.5 * worth(2000);
  book.covers = {{.name = "c",
                  .protocol = "vault",
                  .limit = Usd{lost},
                  .premium = Rate{0},
                  .provider = "pool"}};
  const LossTable table = world.losses(book, {std::nullopt});
  EXPECT_NEAR(table.total[0], 0, 1e-7);
  EXPECT_NEAR(table.total[1], 0.6 * lost, 1e-7);
  EXPECT_NEAR(table.taken[0].second[1], 0.6 * lost, 1e-7);
  book.covers[0].claim = Probability{0};
  EXPECT_NEAR(world.losses(book, {std::nullopt}).total[0], lost, 1e-7);
}

}  // namespace levee::risk

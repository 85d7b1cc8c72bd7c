// tests/hedge/protocol_side_test.cpp — what can break, told of a small book and checked by hand.
#include "levee/hedge/protocol_side.h"

#include "tests/hedge/desk.h"

#include <gmock/gmock.h>

#include <cmath>

namespace levee::hedge {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A pool on an issuer that the venue stands on too, and one that nobody stands on.
struct Town {
  test::Desk desk;

  Town() : desk(test::small_market(), test::small_book(), {}, 400) {
    EXPECT_TRUE(desk.program(desk.candidates().list));
    desk.snapshot.protocols = {{"pool", Intensity{0.1}, Share{0.5}, Share{0.5}, "by hand"},
                               {"issuer", Intensity{0.02}, Share{1}, Share{1}, "by hand"},
                               {"venue", Intensity{0.03}, Share{1}, Share{1}, "by hand"},
                               {"elsewhere", Intensity{0.5}, Share{1}, Share{1}, "by hand"}};
    desk.snapshot.protocols[0].needs = {"issuer"};
    desk.snapshot.protocols[2].needs = {"issuer"};
    desk.book.positions[0].protocol = "pool";
    desk.policy.venue = "venue";
    desk.set.protocol_loss = {4, 400};
    desk.set.protocol_at = {4, 400};
    for (std::size_t path = 0; path < 400; path += 100) {
      desk.set.protocol_loss.row(0)[path] = 0.5;
    }
  }

  ProtocolSide side(const std::vector<Held>& held = {}) const {
    return *protocol_side(desk.setting(), held, desk.with(), test::alone);
  }
  double worth() const { return desk.position.each[0].value_usd; }
};

TEST(ProtocolSide, TellsOfWhatTheBookStandsOnAlone) {
  const Town town;
  const ProtocolSide side = town.side();
  ASSERT_EQ(side.nodes.size(), 3u);
  EXPECT_EQ(side.nodes[0].name, "pool");
  EXPECT_DOUBLE_EQ(side.nodes[0].failures_per_year.mean, 0.1);
  EXPECT_NEAR(side.nodes[0].chance_to_horizon, -std::expm1(-0.1 * 30 / 365), 1e-12);
  EXPECT_NEAR(side.nodes[0].loss_usd_per_year.mean, 0.1 * 0.5 * town.worth(), 1e-6);
  EXPECT_NEAR(side.nodes[1].exposed_usd, town.worth(), 1e-9);
  EXPECT_EQ(side.nodes[2].exposed_usd, 0);
}

TEST(ProtocolSide, MultipliesSurvivalOverTheStack) {
  const Town town;
  const ProtocolSide side = town.side();
  ASSERT_EQ(side.stacks.size(), 1u);
  EXPECT_THAT(side.stacks[0].nodes, ElementsAre("pool", "issuer"));
  EXPECT_NEAR(side.stacks[0].survival_year.mean, std::exp(-0.12), 1e-12);
  EXPECT_FALSE(side.stacks[0].break_even_failures_per_year);  // fees are not known
}

TEST(ProtocolSide, SaysThatTheVenueFailsWithThePool) {
  const Town town;
  const ProtocolSide side = town.side();
  ASSERT_EQ(side.together.size(), 1u);
  EXPECT_THAT(side.together[0].shared, ElementsAre("issuer"));
  const double shared = -std::expm1(-0.02), own = -std::expm1(-0.1), its = -std::expm1(-0.03);
  EXPECT_NEAR(side.together[0].chance_year, shared + (1 - shared) * own * its, 1e-12);
  EXPECT_GT(side.together[0].correlation, 0.2);
}

TEST(ProtocolSide, BreakEvenIsWhereFeesPayNoLonger) {
  Town town;
  town.desk.position.each[0].fees_usd_per_day = town.desk.position.each[0].lvr_usd_per_day + 10;
  const ProtocolSide side = town.side();
  const double fails = -std::expm1(-0.12);
  const double share = side.stacks[0].lost_share_year.mean / fails;
  EXPECT_NEAR(*side.stacks[0].break_even_failures_per_year, 3650 / town.worth() / share, 1e-9);
}

TEST(ProtocolSide, SaysWhatLeavingWouldChange) {
  Town town;
  town.desk.position.fees_usd_per_day = {30.0};
  const ProtocolSide known = town.side();
  ASSERT_EQ(known.leaving.size(), 1u);
  EXPECT_FALSE(known.leaving[0].fees_needed_usd_per_day);
  town.desk.position.fees_usd_per_day = {std::nullopt};
  const ProtocolSide unknown = town.side();
  ASSERT_TRUE(unknown.leaving[0].fees_needed_usd_per_day);
  // With just those fees staying is no worse: the mean and the tail gain them alike, but for the
  // time that a path is out of range.
  const double needed = *unknown.leaving[0].fees_needed_usd_per_day;
  EXPECT_GT(needed, 0);
  EXPECT_LT(unknown.leaving[0].objective_usd, known.leaving[0].objective_usd);
  EXPECT_NEAR(unknown.leaving[0].objective_usd, -needed * 30 * 1.1, 1e-6);
}

TEST(ProtocolSide, SaysWhyCoverWasDeclinedOrBought) {
  Town town;
  town.desk.snapshot.covers = {
      {.name = "dear", .protocol = "pool", .premium = Rate{0.5}, .capacity = Usd{1e9}},
      {.name = "idle", .protocol = "elsewhere", .premium = Rate{0.01}, .capacity = Usd{1e9}}};
  const ProtocolSide side = town.side();
  ASSERT_EQ(side.covers.size(), 2u);
  // Half of what is exposed is lost a tenth of the time: .05 of a limit of all of it.
  EXPECT_NEAR(side.covers[0].fair_per_year.mean, 0.05, 1e-9);
  EXPECT_THAT(side.covers[0].sentence, HasSubstr("Declined: it asks 10 times"));
  EXPECT_THAT(side.covers[1].sentence, HasSubstr("nothing in the book stands on"));
  const std::vector<Held> held{{CoverLayer{0, Usd{0}, Usd{1000}}, 1000, 40}};
  const ProtocolSide after = town.side(held);
  EXPECT_THAT(after.covers[0].sentence, HasSubstr("Bought for $1,000 of"));
  EXPECT_EQ(after.nodes[0].covered_usd, 1000);
}

TEST(ProtocolSide, IsEmptyWhereNothingIsKnownToFail) {
  Town town;
  town.desk.snapshot.protocols.clear();
  town.desk.set.protocol_loss = {0, 400};
  EXPECT_TRUE(town.side().nodes.empty());
}

}  // namespace
}  // namespace levee::hedge

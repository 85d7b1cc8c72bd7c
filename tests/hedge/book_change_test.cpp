// tests/hedge/book_change_test.cpp — cover in layers and liquidity taken out, by hand.
#include "levee/hedge/book_change.h"

#include "levee/hedge/choose.h"
#include "tests/hedge/desk.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace levee::hedge {
namespace {

using ::testing::HasSubstr;

// A desk whose protocol takes half, or all, of everything on every fiftieth path.
struct Broken {
  test::Desk desk;
  risk::LossTable losses, of_market;

  explicit Broken(hedge::Policy policy = {}, double premium = 0.01)
      : desk(test::small_market(), test::small_book(), std::move(policy), 400) {
    desk.snapshot.protocols = {{"vault", Intensity{0.25}, Share{0.5}, Share{1}, "by hand"}};
    desk.snapshot.covers = {
        {.name = "cover", .protocol = "vault", .premium = Rate{premium}, .capacity = Usd{1e9}}};
    desk.book.positions[0].protocol = "vault";
    desk.position.fees_usd_per_day = {40.0};
    market::Snapshot quiet = desk.snapshot;
    quiet.protocols.clear();
    std::swap(quiet.protocols, desk.snapshot.protocols);
    EXPECT_TRUE(desk.program(desk.candidates().list));
    std::swap(quiet.protocols, desk.snapshot.protocols);
    desk.set.protocol_loss = {1, 400};
    desk.set.protocol_at = {1, 400};
    for (std::size_t path = 0; path < 400; path += 50) {
      desk.set.protocol_loss.row(0)[path] = path % 100 == 0 ? 0.5 : 1;
    }
    losses = *risk::loss_table(desk.book, {40.0}, desk.with(), test::alone);
    book::Book alone;
    alone.positions = desk.book.positions;
    alone.positions[0].protocol.clear();
    of_market = *risk::loss_table(alone, {std::nullopt}, desk.with(), test::alone);
  }

  BookChanges changes() const {
    return changes_of(desk.setting(), {losses, of_market, desk.with()});
  }

  std::vector<double> scored(const std::vector<Held>& held) const {
    const std::vector<std::optional<double>> fees{40.0};
    return score_of({desk.book, fees, held}, desk.with(), test::alone)->hedged;
  }
};

double worth_now(const test::Desk& desk) {
  return amm::exposure_at(desk.book.positions[0].range, desk.snapshot.spot).value.value();
}

TEST(BookChange, CoverIsOfferedInLayersThatTogetherPayTheLoss) {
  const Broken broken;
  const BookChanges changes = broken.changes();
  ASSERT_EQ(changes.list.size(), 8u);
  const auto& taken = broken.losses.taken[0].second;
  const double width = changes.list[0].depth_buy.value();
  for (std::size_t path = 0; path < taken.size(); ++path) {
    double paid = 0;
    for (std::size_t layer = 0; layer < 8; ++layer) {
      paid += width * changes.value.row(layer)[path];
      EXPECT_EQ(changes.gain[layer][path], 0);
      if (layer > 0) {
        EXPECT_LE(changes.value.row(layer)[path], changes.value.row(layer - 1)[path]);
      }
    }
    EXPECT_NEAR(paid, taken[path], 10);  // widths are whole dollars
  }
  EXPECT_NEAR(changes.list[0].ask->value(), 0.01 * 30 / 365, 1e-12);
  EXPECT_EQ(changes.list[0].carry_per_year.value(), 0.01);
}

TEST(BookChange, CoverThatNothingNeedsIsLeftOut) {
  Broken broken;
  broken.desk.snapshot.covers[0].deductible = Usd{1e9};
  const BookChanges changes = broken.changes();
  EXPECT_TRUE(changes.list.empty());
  ASSERT_EQ(changes.left_out.size(), 1u);
  EXPECT_THAT(changes.left_out[0], HasSubstr("more than its deductible"));
}

TEST(BookChange, LayersHeldAreOneCoverOfTheBook) {
  const Broken broken;
  const BookChanges changes = broken.changes();
  std::vector<Held> held;
  double limit = 0;
  for (std::size_t layer = 0; layer < 3; ++layer) {
    const Candidate& c = changes.list[layer];
    held.push_back({c.instrument, c.depth_buy.value(), c.ask->value() * c.depth_buy.value()});
    limit += c.depth_buy.value();
  }
  const auto after = changed(broken.desk.book, broken.desk.snapshot, {}, held);
  ASSERT_EQ(after.book.covers.size(), 1u);
  EXPECT_NEAR(after.book.covers[0].limit.value(), limit, 1e-9);
  const auto without = broken.scored({}), with = broken.scored(held);
  const double premium = limit * 0.01 * 30 / 365;
  for (std::size_t path = 0; path < with.size(); ++path) {
    const double paid = std::min(limit, broken.losses.taken[0].second[path]);
    EXPECT_NEAR(with[path], without[path] + premium - paid, 1e-6);
  }
}

TEST(BookChange, LeavingGivesUpFeesAndFailuresAndKeepsTheTokens) {
  Policy policy;
  policy.leave_share_max = 1;
  const Broken broken(policy);
  const BookChanges changes = broken.changes();
  ASSERT_EQ(changes.list.size(), 9u);
  const Candidate& leave = changes.list.back();
  EXPECT_EQ(leave.depth_buy.value(), 1);
  EXPECT_NEAR(leave.delta, 0, 1e-9);
  const auto without = broken.scored({});
  const auto with = broken.scored({{leave.instrument, 1, 25}});
  const auto half = broken.scored({{leave.instrument, 0.5, 12.5}});
  const amm::Exposure held =
      amm::exposure_at(broken.desk.book.positions[0].range, broken.desk.snapshot.spot);
  const auto then = broken.desk.set.lead().spot.row(broken.desk.set.dates.size() - 1);
  for (std::size_t path = 0; path < with.size(); ++path) {
    const double kept = held.base.value() * (broken.desk.snapshot.spot.value() - then[path]);
    EXPECT_NEAR(with[path], kept + 25, 1e-6);
    // What the programme is told is what scoring finds.
    EXPECT_NEAR(without[path] - with[path] + 25, changes.value.row(8)[path], 1e-6);
    EXPECT_NEAR(half[path], (with[path] + without[path]) / 2, 1e-6);
    EXPECT_EQ(changes.gain[8][path], broken.of_market.loss.row(0)[path]);
  }
}

TEST(BookChange, NobodyLeavesForWantOfKnownFees) {
  Policy policy;
  policy.leave_share_max = 1;
  Broken broken(policy);
  broken.desk.position.fees_usd_per_day = {std::nullopt};
  const BookChanges changes = broken.changes();
  EXPECT_EQ(changes.list.size(), 8u);
  EXPECT_THAT(changes.left_out.back(), HasSubstr("its fees are not known"));
}

// The programme with cover alone, solved: a cheap one is bought whole, a dear one not at all, one
// between shrinks to the layers that are worth it.
double bought(double premium) {
  Policy policy;
  policy.carry_usd_per_year = 1e9;
  const Broken broken(policy, premium);
  BookChanges changes = broken.changes();
  auto program = program_of(broken.desk.setting(), changes.list, changes.value, broken.losses.total,
                            broken.of_market.total);
  EXPECT_TRUE(program);
  program->gain = changes.gain;
  const Choice choice = choose(*program, policy);
  EXPECT_EQ(choice.status, solve::Status::optimal);
  double sum = 0;
  for (const double x : choice.x) sum += x;
  return sum / worth_now(broken.desk);
}

TEST(BookChange, TheProgrammeBuysShrinksOrDeclinesByThePrice) {
  EXPECT_GT(bought(0.001), 0.9);
  EXPECT_LT(bought(2), 1e-6);
  // 8 of 400 paths: a dollar of the lowest layers comes back .02 times and is tail on each.
  const double between = bought(0.5);
  EXPECT_GT(between, 0.05);
  EXPECT_LT(between, 0.9);
}

TEST(BookChange, WhatHasLeftIsNotCovered) {
  Policy policy;
  policy.carry_usd_per_year = 1e9;
  policy.leave_share_max = 0.5;
  const Broken broken(policy, 0.001);
  BookChanges changes = broken.changes();
  auto program = program_of(broken.desk.setting(), changes.list, changes.value, broken.losses.total,
                            broken.of_market.total);
  ASSERT_TRUE(program);
  program->gain = changes.gain;
  const auto row = std::ranges::find(program->rows, "cover_stays", &solve::Row::name);
  ASSERT_NE(row, program->rows.end());
  const double most = std::ranges::max(broken.losses.taken[0].second);
  EXPECT_NEAR(row->upper, most, 1e-6 * most);
  // Both are worth having here: half leaves, and of the cover no more than the other half is
  // bought.
  const Choice choice = choose(*program, policy);
  ASSERT_EQ(choice.x.size(), 9u);
  EXPECT_NEAR(choice.x.back(), 0.5, 1e-6);
  double cover = 0;
  for (std::size_t layer = 0; layer < 8; ++layer) cover += choice.x[layer];
  EXPECT_GT(cover, 0.4 * most);
  EXPECT_LE(cover, 0.5 * most * (1 + 1e-6));
}

}  // namespace
}  // namespace levee::hedge

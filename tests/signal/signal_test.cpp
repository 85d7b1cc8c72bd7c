// tests/signal/signal_test.cpp — what may stand in a history, and how much of it was known when.
#include "levee/signal/signal.h"

#include <limits>

#include <gmock/gmock.h>

namespace levee::signal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr UnixSeconds midnight{1'700'006'400};

History with(std::vector<UnixSeconds> at, std::vector<double> values) {
  History history{.at = midnight + days(3),
                  .base = "A",
                  .quote = "B",
                  .series = {},
                  .panels = {},
                  .governance = {}};
  history.series["price"] = {
      .at = std::move(at), .value = std::move(values), .step = hours(1), .source = "by hand"};
  return history;
}

void expect_refused(const Result<market::Series>& found, Reason reason, const char* part) {
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().reason, reason);
  EXPECT_THAT(found.error().message, HasSubstr(part));
}

}  // namespace

TEST(History, ADayEndsWithItsNewestValueAndAMidnightIsItsOwnDays) {
  const auto history = with({midnight, midnight + hours(1), midnight + hours(24),
                             midnight + hours(25), midnight + hours(71)},
                            {1, 2, 3, 4, 5});
  const auto found = days_of(history, "price", Sign::positive);
  ASSERT_TRUE(found);
  EXPECT_THAT(found->value, ElementsAre(1, 3, 4, 5));
  EXPECT_THAT(found->at,
              ElementsAre(midnight, midnight + days(1), midnight + days(2), midnight + days(3)));
}

TEST(History, ADayThatIsNotOverHasNoEnd) {
  auto history = with({midnight, midnight + hours(60)}, {1, 2});
  history.at = midnight + hours(61);
  const auto found = days_of(history, "price", Sign::positive);
  ASSERT_TRUE(found);
  EXPECT_THAT(found->value, ElementsAre(1));
}

TEST(History, KnowsNothingLater) {
  auto history = with({midnight, midnight + days(1)}, {1, 2});
  history.panels["close"] = {.token = {"A", "B"},
                             .at = {midnight, midnight + days(1)},
                             .cell = {1, 2, 3, 4},
                             .source = {}};
  history.governance.events = {{.kind = EventKind::vote,
                                .name = "later",
                                .announced = midnight + hours(5),
                                .at = midnight + days(2)}};
  const History part = known_at(history, midnight + hours(1));
  EXPECT_EQ(part.at, midnight + hours(1));
  EXPECT_THAT(part.series.at("price").value, ElementsAre(1));
  EXPECT_THAT(part.panels.at("close").cell, ElementsAre(1, 2));
  EXPECT_TRUE(part.governance.events.empty());
  EXPECT_EQ(known_at(history, midnight + days(9)).at, history.at);
}

TEST(History, NamesWhatIsNotThere) {
  const auto history = with({midnight}, {1});
  expect_refused(days_of(history, "iv", Sign::any), Reason::missing_data, "has no iv");
  const auto panel = panel_of(history, "close");
  ASSERT_FALSE(panel);
  EXPECT_THAT(panel.error().message, HasSubstr("has no close"));
}

TEST(History, RefusesWhatIsUnsound) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  const auto read = [](const History& history) {
    return days_of(history, "price", Sign::positive);
  };
  expect_refused(read(with({midnight, midnight}, {1, 2})), Reason::bad_input, "have to ascend");
  expect_refused(read(with({midnight}, {none})), Reason::bad_input, "must lie between");
  for (const double slip : {0.0, -1.0, 1e-300, 1e300}) {
    expect_refused(read(with({midnight}, {slip})), Reason::bad_input, "between 1e-60 and 1e+60");
  }
  EXPECT_FALSE(days_of(with({midnight}, {-1e300}), "price", Sign::any));
  expect_refused(read(with({midnight}, {1, 2})), Reason::bad_input, "1 moments and 2 values");
  expect_refused(read(with({midnight + days(4)}, {1})), Reason::bad_input, "nobody knew");
  EXPECT_TRUE(days_of(with({midnight}, {-1}), "price", Sign::any));
}

TEST(History, RefusesAPanelThatIsUnsound) {
  History history = with({midnight}, {1});
  Panel& panel = history.panels["close"];
  panel = {.token = {"A", "B"}, .at = {midnight}, .cell = {1, Panel::none}, .source = {}};
  EXPECT_TRUE(panel_of(history, "close"));
  panel.cell[0] = -1;
  EXPECT_THAT(panel_of(history, "close").error().message, HasSubstr("-1 of A"));
  panel.cell[0] = 1e-300;
  EXPECT_THAT(panel_of(history, "close").error().message, HasSubstr("of A"));
  panel.cell.pop_back();
  EXPECT_THAT(panel_of(history, "close").error().message, HasSubstr("1 cells for 1 days"));
}

}  // namespace levee::signal

#include "levee/feed/cascade_file.h"

#include "levee/feed/text_file.h"
#include "tests/feed/scratch.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include <fmt/core.h>
#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using scenario::CascadeEvent;
using test::edited;
using test::written;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string good() {
  return test::text_in(std::string(LEVEE_SOURCE) + "/facts/events/ust-2022.toml");
}

CascadeEvent known(std::string_view name) {
  auto event = cascade_named(name);
  EXPECT_TRUE(event) << (event ? "" : event.error().message);
  return event ? *std::move(event) : CascadeEvent{};
}

std::string why_not(const std::string& text) {
  const auto event = read_cascade(written("event.toml", text));
  EXPECT_FALSE(event);
  if (event) return "";
  EXPECT_EQ(std::ranges::count(event.error().message, '\n'), 0) << event.error().message;
  EXPECT_THAT(event.error().message, HasSubstr("event.toml"));
  return event.error().message;
}

// Outside price as the event tells it, without what varies from path to path.
double price_at(const CascadeEvent& event, double block) {
  const auto after = std::ranges::find_if(
      event.path, [&](const auto& knot) { return static_cast<double>(knot.block) > block; });
  const auto& left = *(after - 1);
  if (after == event.path.end()) return left.share_of_par * event.par;
  const double way =
      (block - static_cast<double>(left.block)) / static_cast<double>(after->block - left.block);
  return event.par * left.share_of_par * std::pow(after->share_of_par / left.share_of_par, way);
}

}  // namespace

TEST(CascadeFile, TheBuiltInOnesAreTheFilesOfTheProject) {
  EXPECT_EQ(cascades_known(), (std::vector<std::string_view>{"ronin-2022", "ust-2022"}));
  for (const std::string_view name : cascades_known()) {
    const CascadeEvent built_in = known(name);
    const auto file =
        read_cascade(std::string(LEVEE_SOURCE) + "/facts/events/" + std::string(name) + ".toml");
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(built_in.name, name);
    EXPECT_EQ(built_in.path.size(), file->path.size());
    EXPECT_EQ(built_in.stylised, file->stylised);
    EXPECT_FALSE(built_in.stylised.empty());
    for (const auto& one : built_in.chronicle) EXPECT_FALSE(one.source.empty());
  }
}

TEST(CascadeFile, RoninIsSixDaysOfSilenceAndAnEmptyBridge) {
  const CascadeEvent event = known("ronin-2022");
  EXPECT_EQ(event.own_lag, 43'200);
  for (const auto& knot : event.path) EXPECT_EQ(knot.share_of_par, 1);
  EXPECT_EQ(event.noticed, 43'200);
  ASSERT_EQ(event.strikes.size(), 1U);
  EXPECT_EQ(event.strikes[0].block, 0);
  EXPECT_EQ(event.strikes[0].amount, 173'600);
  EXPECT_LE(event.bridge->backing - event.strikes[0].amount, 5'000);
  EXPECT_EQ(event.way, scenario::Way::hand_in);
  EXPECT_EQ(event.oracle.heartbeat, 300);
}

TEST(CascadeFile, UstIsAStablePoolAndARunOnAnchor) {
  const CascadeEvent event = known("ust-2022");
  EXPECT_EQ(event.pool.curve, scenario::Curve::stable);
  ASSERT_EQ(event.lenders.size(), 2U);
  EXPECT_EQ(event.lenders[0].supplied, 18e9);
  EXPECT_EQ(event.lenders[0].asset, scenario::Side::coin);
  EXPECT_EQ(event.lenders[1].asset, scenario::Side::quote);
  EXPECT_EQ(event.strikes[1].block, 65);  // 21:57 is thirteen minutes of twelve seconds later.
  EXPECT_DOUBLE_EQ(event.path.back().share_of_par, 0.15);
}

TEST(CascadeFile, AnUnknownEventNamesThoseThatAreKnown) {
  const auto event = cascade_named("ust-2023");
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().reason, Reason::missing_data);
  EXPECT_THAT(event.error().message, HasSubstr("ronin-2022, ust-2022"));
}

TEST(CascadeFile, WhatIsWrongIsNamedWithItsLine) {
  EXPECT_THAT(why_not(edited(good(), "version = 1", "version = 2")), HasSubstr(":3: version 2"));
  EXPECT_THAT(why_not(edited(good(), "par_usd = 1\n", "par_usd = -1\n")), HasSubstr("par_usd -1"));
  EXPECT_THAT(why_not(edited(good(), "par_usd = 1\n", "")), HasSubstr("par_usd is missing"));
  EXPECT_THAT(why_not(edited(good(), "par_usd = 1\n", "par_usd = nan\n")), HasSubstr("par_usd"));
  EXPECT_THAT(why_not(edited(good(), "sell_to_pool", "run_away")), HasSubstr("hand_in"));
  EXPECT_THAT(why_not(edited(good(), "\"stable\"", "\"curvy\"")), HasSubstr("product, range"));
  EXPECT_THAT(why_not(edited(good(), "began = 2022-05-07T21:44:00Z", "began = 2023-01-01")),
              HasSubstr("lies before the event"));
  EXPECT_THAT(why_not(edited(good(), "noticed = 2022-05-07T21:44:00Z\n", "")),
              HasSubstr("noticed is missing"));
  EXPECT_THAT(why_not(edited(good(), "coin_share = 0.5", "coin_share = 1.5")),
              HasSubstr("coin_share 1.5"));
  EXPECT_THAT(why_not(edited(good(), "amplification = 100", "amplification = 99.5")),
              HasSubstr("not a whole number"));
  EXPECT_THAT(why_not(edited(good(), "lent = 3e9", "lent = 19e9")), HasSubstr("lent"));
  EXPECT_THAT(why_not(edited(good(), "price_usd = 0.985", "price_usd = 0")),
              HasSubstr("price_usd 0"));
  EXPECT_THAT(why_not(edited(good(), "heartbeat_hours = 24", "heartbeat = 24")),
              HasSubstr("heartbeat_hours"));
  EXPECT_THAT(why_not(edited(good(), "kind = \"sell\"", "kind = \"buy\"")),
              HasSubstr("[[strike]] 2"));
  EXPECT_THAT(why_not(edited(good(), "amount = 0.15", "amount = 1.5")), HasSubstr("amount 1.5"));
  EXPECT_THAT(why_not(edited(good(), "at = 2022-05-08T06:00:00Z", "at = 2022-05-07T22:00:00Z")),
              HasSubstr("order"));
  EXPECT_THAT(why_not("version = 1\nname ="), HasSubstr("not TOML"));
}

TEST(CascadeFile, AFileThatIsNotThereIsUnreachable) {
  const auto event = read_cascade(test::scratch() + "/none.toml");
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().reason, Reason::unreachable);
}

// How far a few levels a day are from the recorded hours.
TEST(CascadeFile, UstsStylisedPathFollowsTheRecordedHours) {
  LEVEE_NEEDS_RECORDED_FILES();
  const CascadeEvent event = known("ust-2022");
  const auto file = read_text(test::recorded("prices/tokens_1h/binance_spot_USTUSDT_1h.csv.gz"));
  ASSERT_TRUE(file);
  std::istringstream lines(file->text);
  double largest = 0, sum = 0, count = 0;
  std::string worst;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("open")) continue;
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
    const auto close = *moment_from(cells[0]) + hours(1);
    const double block = static_cast<double>((close - event.began).value()) / event.block_seconds;
    if (block < 0 || block > static_cast<double>(event.blocks)) continue;
    const double gap = std::abs(price_at(event, block) - std::stod(cells[4]));
    if (gap > largest) largest = gap, worst = cells[0];
    sum += gap, count += 1;
  }
  RecordProperty("largest_gap_usd", fmt::format("{:.3f} in the hour from {}", largest, worst));
  RecordProperty("mean_gap_usd", fmt::format("{:.4f} over {:.0f} hours", sum / count, count));
  EXPECT_EQ(count, 124);
  EXPECT_LT(sum / count, 0.08);
  EXPECT_LT(largest, 0.4);
}

}  // namespace levee::feed

// tests/feed/panel_file_test.cpp — panels of either shape, joined, and what is wrong with one.
#include "levee/feed/panel_file.h"

#include "tests/feed/scratch.h"

#include <cmath>

#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using test::written;
using testing::ElementsAre;
using testing::HasSubstr;

const PanelAsk closes{
    .at = *moment_from("2024-01-10"), .column = "close_usd", .measure = {.unit = "price"}};

signal::Panel well(const std::string& paths, const PanelAsk& ask = closes) {
  auto found = read_panel(paths, ask);
  EXPECT_TRUE(found) << (found ? "" : found.error().message);
  return found ? *std::move(found) : signal::Panel{};
}

std::string refused(const std::string& text) {
  const auto found = read_panel(written("panel.csv", text), closes);
  EXPECT_FALSE(found);
  return found ? "" : found.error().message;
}

}  // namespace

TEST(Panel, OfAWideFileCutsTheEndingThatAllNamesShare) {
  const auto panel =
      well(written("w.csv", "date_utc,ETHUSDT,BTCUSDT\n2024-01-01,2300,42000\n2024-01-02,,0\n"));
  EXPECT_THAT(panel.token, ElementsAre("BTC", "ETH"));
  EXPECT_THAT(panel.at, ElementsAre(*moment_from("2024-01-02"), *moment_from("2024-01-03")));
  EXPECT_EQ(panel.value(0, 1), 2300);
  EXPECT_TRUE(std::isnan(panel.value(1, 0)) && std::isnan(panel.value(1, 1)));
  const auto mixed = well(written("m.csv", "date_utc,ETH,BTC-USD\n2024-01-01,1,2\n"));
  EXPECT_THAT(mixed.token, ElementsAre("BTC-USD", "ETH"));
}

TEST(Panel, OfALongFileTakesRowsInAnyOrderAndDividesCapsByPrices) {
  const std::string text =
      "symbol,date_utc,close_usd,market_cap_usd\n"
      "ETH,2024-01-02,2,200\nBTC,2024-01-01,10,50\nETH,2024-01-01,4,0\n";
  const auto panel = well(written("l.csv", text));
  EXPECT_THAT(panel.cell[1], 4);
  PanelAsk supply = closes;
  supply.column = "circulating_supply", supply.per_price = "market_cap_usd";
  const auto tokens = well(written("l.csv", text), supply);
  EXPECT_EQ(tokens.value(0, 0), 5);
  EXPECT_TRUE(std::isnan(tokens.value(0, 1))) << "a cap of nothing is not known";
  EXPECT_EQ(tokens.value(1, 1), 100);
}

TEST(Panel, FilesFollowEachOtherAndTheLaterIsRight) {
  const auto first = written("a.csv", "date_utc,A,B\n2024-01-01,1,2\n2024-01-02,3,4\n");
  const auto second = written("b.csv", "date_utc,B,C\n2024-01-02,5,6\n2024-01-03,7,8\n");
  const auto panel = well(first + "," + second);
  EXPECT_THAT(panel.token, ElementsAre("A", "B", "C"));
  ASSERT_EQ(panel.at.size(), 3U);
  EXPECT_EQ(panel.value(1, 0), 3);
  EXPECT_EQ(panel.value(1, 1), 5);
  EXPECT_TRUE(std::isnan(panel.value(2, 0)));
}

TEST(Panel, DaysThatAreNotOverAreNotRead) {
  PanelAsk then = closes;
  then.at = *moment_from("2024-01-02T12:00:00Z");
  const auto panel =
      well(written("w.csv", "date_utc,A\n2024-01-01,1\n2024-01-02,2\n2024-01-03,nonsense\n"), then);
  EXPECT_EQ(panel.at.size(), 1U);
  const auto tall = well(written("l.csv",
                                 "symbol,date_utc,close_usd\nA,2024-01-02,2\nB,2024-01-03,3\n"
                                 "A,2024-01-01,1\n"),
                         then);
  EXPECT_EQ(tall.at.size(), 1U);
  EXPECT_EQ(tall.token.size(), 1U) << "B is not listed yet";
}

TEST(Panel, RefusesInOneLineWhatItCannotRead) {
  EXPECT_THAT(refused("date_utc,A\n2024-01-01,x\n"), HasSubstr("panel.csv:2"));
  EXPECT_THAT(refused("date_utc,A\n2024-01-02,1\n2024-01-01,1\n"), HasSubstr("rows ascend"));
  EXPECT_THAT(refused("symbol,date_utc,close_usd\nA,2024-01-01,1\nA,2024-01-01,1\n"),
              HasSubstr("stands twice"));
  EXPECT_THAT(refused("symbol,date_utc\nA,2024-01-01\n"), HasSubstr("close_usd"));
  EXPECT_THAT(refused("date_utc,A\n2030-01-01,1\n"), HasSubstr("known at 2024-01-10"));
  EXPECT_THAT(refused("date_utc,A\n2024-01-01,-1\n"), HasSubstr("negative"));
  EXPECT_FALSE(read_panel("/nowhere.csv", closes));
}

}  // namespace levee::feed

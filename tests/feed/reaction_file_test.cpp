// tests/feed/reaction_file_test.cpp — a reaction written, read back, and broken on purpose; tokens.
#include "levee/feed/reaction_file.h"

#include "tests/feed/scratch.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <cmath>

namespace levee::feed {
namespace {

hazard::Reaction reaction() {
  hazard::Reaction made;
  const hazard::Strength seen{.mean = -0.3,
                              .deviation = 0.17,
                              .error = 0.07,
                              .events = 6,
                              .clusters = 4,
                              .usual = 0.01,
                              .p_value = 0.003};
  made.market_wide.assets = {{"ETH", seen, {.mean = 0.27, .events = 1, .clusters = 1}},
                             {"BTC", seen, seen}};
  made.idiosyncratic.assets = {{"ETH", {}, {}}};
  made.idiosyncratic.token = seen;
  made.market_wide.share_lost = seen;
  made.until = UnixSeconds{1'700'000'000};
  return made;
}

std::string kept(const std::string& text) { return test::written("reaction.json", text); }

constexpr std::string_view header =
    "event,token,open_time_utc,hours_from_event_day,close_usdt,volume_base,eth_close_usdt\n";

}  // namespace

TEST(ReactionFile, ComesBackAsItWas) {
  const auto back = read_reaction(kept(text_of(reaction())));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(text_of(*back), text_of(reaction()));
  EXPECT_EQ(back->until, reaction().until);
  EXPECT_EQ(back->market_wide.asset("ETH")->market.error, 0.07);
  EXPECT_FALSE(back->market_wide.asset("ETH")->vol.error);
}

TEST(ReactionFile, RefusesWhatDoesNotFitTogether) {
  const std::string fine = text_of(reaction());
  for (const auto& [part, by] : {std::pair{"\"levee_reaction\": 1", "\"levee_reaction\": 2"},
                                 {"\"deviation\": 0.17", "\"deviation\": -0.17"},
                                 {"\"mean\": -0.3", "\"mean\": \"low\""},
                                 {"\"p_value\": 0.003", "\"p_value\": 3"},
                                 {"\"clusters\": 4", "\"clusters\": 7"},
                                 {"\"clusters\": 4", "\"clusters\": 0"},
                                 {"\"events\": 6", "\"events\": 0"},
                                 {"\"BTC\"", "\"ETH\""},
                                 {"\"token\"", "\"coin\""},
                                 {"{", "["}}) {
    const auto read = read_reaction(kept(test::edited(fine, part, by)));
    ASSERT_FALSE(read) << by;
    EXPECT_EQ(read.error().reason, Reason::bad_input);
    EXPECT_NE(read.error().message.find("reaction.json"), std::string::npos);
    EXPECT_EQ(read.error().message.find('\n'), std::string::npos);
  }
  EXPECT_EQ(read_reaction("nowhere.json").error().reason, Reason::unreachable);
}

TEST(TokenMoves, AreSeriesOfTokenAndMarketByEvent) {
  const std::string text = std::string(header) +
                           "Ronin,AXS,2022-03-22T00:00:00Z,0,66,1,3000\n"
                           "Ronin,AXS,2022-03-22T01:00:00Z,1,,1,3001\n"
                           "Ronin,AXS,2022-03-22T02:00:00Z,2,64,1,\n"
                           "Ronin,AXS,2022-03-22T03:00:00Z,3,63,1,3003\n"
                           "Rari,TRIBE,2022-03-20T00:00:00Z,0,0.5,1,2900\n"
                           "Rari,TRIBE,2022-03-20T01:00:00Z,1,0.4,1,2901\n";
  const auto moves = read_token_moves(test::written("moves.csv", text));
  ASSERT_TRUE(moves) << moves.error().message;
  ASSERT_EQ(moves->size(), 2U);
  const risk::WatchedToken& first = moves->front();
  EXPECT_EQ(first.event, "Ronin");
  EXPECT_EQ(first.token, "AXS");
  EXPECT_EQ(first.prices.value, (std::vector<double>{66, 64, 63}));
  EXPECT_EQ(first.lead.value, (std::vector<double>{3000, 3001, 3003}));
  // A close is known when its hour is over.
  EXPECT_EQ(text_of(first.prices.at.front()), "2022-03-22T01:00:00Z");
}

TEST(TokenMoves, NameTheLineThatIsWrong) {
  const std::string fine = std::string(header) + "Ronin,AXS,2022-03-22T00:00:00Z,0,66,1,3000\n";
  for (const auto& [row, reason] :
       {std::pair{"Ronin,AXS,2022-03-22T00:00:00Z,0,65,1,3000\n", Reason::bad_input},
        {"Ronin,AXS,2022-03-22T01:00:00Z,0,-1,1,3000\n", Reason::bad_input},
        {"Ronin,,2022-03-22T01:00:00Z,0,1,1,3000\n", Reason::bad_input},
        {"Ronin,AXS,yesterday,0,1,1,3000\n", Reason::bad_input}}) {
    const auto moves = read_token_moves(test::written("moves.csv", fine + row));
    ASSERT_FALSE(moves) << row;
    EXPECT_EQ(moves.error().reason, reason);
    EXPECT_NE(moves.error().message.find("moves.csv:3:"), std::string::npos)
        << moves.error().message;
  }
  EXPECT_EQ(read_token_moves(test::written("moves.csv", fine)).error().reason,
            Reason::missing_data);
}

// The summary beside the recorded reactions was made from the same hours by somebody else: its last
// close before the event's day, and the close of the candle 72 hours on.
TEST(TokenMovesOracle, AgreeWithTheRecordedSummary) {
  LEVEE_NEEDS_RECORDED_FILES();
  const auto moves =
      read_token_moves(test::recorded("exploits/token_price_reaction_hourly.csv.gz"));
  ASSERT_TRUE(moves) << moves.error().message;
  EXPECT_EQ(moves->size(), 14U);
  struct Row {
    const char* token;
    const char* day;
    double before, after_72_hours;
  };
  for (const Row& row : {Row{"AXS", "2022-03-29", 66.44, -0.0406},
                         {"TRIBE", "2022-04-30", 0.4909, -0.2155},
                         {"MULTI", "2023-07-06", 3.12, -0.1282},
                         {"BZRX", "2021-11-05", 0.4434, -0.1863}}) {
    const auto found = std::ranges::find(*moves, row.token, &risk::WatchedToken::token);
    ASSERT_NE(found, moves->end());
    const std::vector<risk::Track> tracks = risk::tracks_of({&found->prices, 1});
    const UnixSeconds day = *moment_from(row.day);
    const auto before = tracks.front().value(day, hours(1));
    const auto after = tracks.front().value(day + hours(73), hours(1));
    ASSERT_TRUE(before && after);
    EXPECT_NEAR(*before, row.before, 1e-9) << row.token;
    EXPECT_NEAR(*after / *before - 1, row.after_72_hours, 6e-5) << row.token;
  }
}

}  // namespace levee::feed

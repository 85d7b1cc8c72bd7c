// tests/api/signal_ask_test.cpp — flags of signals become rules and a history.
#include "levee/api/signal_ask.h"

#include "levee/api/verb.h"
#include "tests/feed/scratch.h"

#include <gmock/gmock.h>

namespace levee::api {
namespace {

using ::testing::HasSubstr;

market::Snapshot snapshot() {
  market::Snapshot snapshot;
  snapshot.at = *moment_from("2024-01-10");
  snapshot.base = "ETH", snapshot.quote = "USDC";
  return snapshot;
}

}  // namespace

TEST(SignalAsk, EveryFlagSaysWhatItIs) {
  const auto fields = fields_of<SignalFlags>();
  EXPECT_GE(fields.size(), 20U);
  for (const Field& field : fields) {
    EXPECT_FALSE(field.about.empty()) << field.name;
    EXPECT_EQ(field.preset, "") << field.name;
  }
}

TEST(SignalAsk, RulesAreTheDefaultsButForWhatTheFileSays) {
  EXPECT_EQ(rules_from({})->veq.levels[1], 20);
  SignalFlags flags;
  flags.signal_rules = test::written("rules.toml", "veq_hold = 22\nstale_days = 9\n");
  const auto rules = rules_from(flags);
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->veq.levels[1], 22);
  EXPECT_EQ(rules->stale, days(9));
  flags.signal_rules = "/nowhere.toml";
  EXPECT_FALSE(rules_from(flags));
}

TEST(SignalAsk, EveryFileReachesItsInput) {
  const auto rules = *rules_from({});
  const std::string text =
      "date_utc,price,rate,mev_share,depth_usd,tvl_usd,utilisation\n"
      "2024-01-01,1,0.05,0.01,7,8,0.5\n";
  const std::string path = test::written("all.csv", text);
  const std::string panel = test::written("panel.csv", "date_utc,A\n2024-01-01,3\n");
  const std::string vols =
      test::written("iv.csv", "date_utc,dvol\n2024-01-01,0.5\n2024-01-02,0.5\n");
  SignalFlags flags;
  flags.breadth_closes = flags.breadth_volumes = flags.breadth_supplies = panel;
  flags.tvl = flags.tvl_total = flags.lending = flags.utilisation = flags.benchmark = path;
  flags.mev = flags.depth = flags.peg = path;
  flags.oracle = flags.second_oracle = flags.pool_average = path;
  flags.trades_base = flags.trades_quote = path;
  flags.iv_long = flags.iv_base = flags.iv_quote = vols;
  flags.eligible_tokens = 5;
  const auto history = history_from(snapshot(), flags, rules);
  ASSERT_TRUE(history) << history.error().message;
  for (const char* input :
       {"protocol_value", "secured_value", "borrow_rate", "benchmark_rate", "utilisation",
        "mev_share", "depth", "peg", "oracle_price", "second_oracle", "pool_average", "iv_long",
        "iv_base", "iv_quote", "trades_base", "trades_quote"}) {
    EXPECT_TRUE(history->series.contains(input)) << input;
  }
  EXPECT_EQ(history->panels.size(), 3U);
  EXPECT_EQ(history->governance.eligible, 5);
  flags.peg = "/nowhere.csv";
  EXPECT_THAT(history_from(snapshot(), flags, rules).error().message, HasSubstr("/nowhere.csv"));
}

}  // namespace levee::api

// tests/signal/real_rate_test.cpp — real exchange rates: of whom they are, and what they warn of.
#include "levee/signal/real_rate.h"

#include "levee/signal/kind.h"
#include "tests/signal/drawn_history.h"

#include <algorithm>

#include <gmock/gmock.h>

namespace levee::signal {
namespace {

using testing::HasSubstr;

// Panels of the five tokens, a cell a function of day and token.
template <class Close>
History traded(std::size_t length, Close close) {
  History history = empty_history(length);
  const auto panel = [&](auto value) {
    Panel made{.token = {"A", "B", "C", "D", "E"}, .at = {}, .cell = {}, .source = "by hand"};
    for (std::size_t i = 0; i < length; ++i) {
      made.at.push_back(day(i));
      for (std::size_t token = 0; token < 5; ++token) made.cell.push_back(value(i, token));
    }
    return made;
  };
  history.panels["close"] = panel(close);
  history.panels["token_volume"] = panel([](std::size_t, std::size_t) { return 1e6; });
  history.panels["supply"] = history.panels["token_volume"];
  return history;
}

// What came of one drawn year: when it crashed, if it did, and the days that warned.
struct Year {
  std::vector<std::size_t> warned;
  std::size_t days = 0;
};

// A noisy token that, where `crashes`, runs up in fifty days before it loses most of its worth.
constexpr std::size_t runs_from = 280, crash = 330;
Year drawn_year(bool crashes, std::uint64_t seed) {
  test::Gen gen(seed, 1);
  std::vector<double> noise(5, 0);
  std::vector<std::vector<double>> logs;
  const double run = gen.real(0.6, 1.2);
  for (std::size_t i = 0; i < 360; ++i) {
    for (double& x : noise) x = 0.97 * x + gen.real(-0.06, 0.06);
    logs.push_back(noise);
    if (!crashes || i < runs_from) continue;
    const double up = run * static_cast<double>(std::min(i, crash) - runs_from) / 50;
    logs.back()[0] += i < crash ? up : up - 0.3 * static_cast<double>(i - crash);
  }
  const History history =
      traded(360, [&](std::size_t i, std::size_t token) { return std::exp(logs[i][token]); });
  const auto found = real_rate(history, "A", {});
  EXPECT_TRUE(found);
  Year year;
  for (const Reading& reading : found->readings) {
    ++year.days;
    if (reading.state == "quiet") continue;
    year.warned.push_back(static_cast<std::size_t>((reading.at - start).value() / 86400));
  }
  return year;
}

}  // namespace

TEST(RealRate, IsOfTheTokenThatIsAsked) {
  // B alone runs away from the others in the last fifty days.
  const History history = traded(320, [](std::size_t i, std::size_t token) {
    const double t = static_cast<double>(i);
    return std::exp((token == 1 && i > 270 ? 0.02 * (t - 270) : 0) + 0.01 * std::sin(1.7 * t));
  });
  const auto base = read("reer", history, {}), quote = read("reer_quote", history, {});
  ASSERT_TRUE(base && quote);
  EXPECT_EQ(quote->readings.back().state, "overvalued");
  EXPECT_GT(quote->readings.back().value, 2);
  EXPECT_LT(base->readings.back().value, 0) << "the others' rates fall by what B's rises";
  EXPECT_EQ(quote->readings, real_rate(history, "B", {})->readings);
}

TEST(RealRate, NamesATokenThatNoPanelHas) {
  History history = traded(10, [](std::size_t, std::size_t) { return 1.0; });
  history.quote = "USDC";
  EXPECT_THAT(read("reer_quote", history, {}).error().message, HasSubstr("no token 'USDC'"));
  EXPECT_THAT(real_rate(history, "A", {}).error().message, HasSubstr("9 days"));
}

// Levels are the policy's own, set before any of these years was drawn: all of them are held out.
TEST(RealRateLaw, WarnsBeforeMostPlantedCrashesAndOnFewOtherDays) {
  constexpr std::uint64_t years = 200;
  double hits = 0, false_days = 0, quiet_days = 0;
  for (std::uint64_t seed = 1; seed <= years; ++seed) {
    const Year broken = drawn_year(true, seed), calm = drawn_year(false, seed + years);
    hits += std::ranges::any_of(broken.warned,
                                [](std::size_t i) { return runs_from < i && i < crash; });
    false_days += static_cast<double>(calm.warned.size());
    quiet_days += static_cast<double>(calm.days);
  }
  RecordProperty("hit_rate", std::to_string(hits / years));
  RecordProperty("false_day_rate", std::to_string(false_days / quiet_days));
  EXPECT_GE(hits / years, 0.9);
  EXPECT_LE(false_days / quiet_days, 0.08);
}

}  // namespace levee::signal

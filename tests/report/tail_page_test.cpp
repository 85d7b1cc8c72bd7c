#include "levee/report/tail_page.h"

#include "levee/report/sheet.h"
#include "levee/report/text.h"

#include <sstream>

#include <gmock/gmock.h>

namespace levee::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

risk::TailTold sample() {
  risk::TailTold tail;
  tail.loss = {"jump",  "real_world", 100'000, 6093, 252,     166'790, 1127,
               230'670, 1346,         265'450, 1612, 327'562, 3877,    983'128};
  tail.other_measure = tail.loss;
  tail.other_measure.measure = "market_implied";
  tail.holdings = {{"<b>lp</b>", 6000, 250, 240'000, 1300, 330'000, 3800},
                   {"put", 93, 10, -9330, 46, -2438, 77}};
  tail.factors = {{"time", -22'191, 0, -22'191, 0, -22'191, 0},
                  {"prices", 28'284, 252, 252'861, 1346, 349'753, 3877}};
  tail.kinds = {{"jump", "real_world", tail.loss, ""},
                {"filtered", "real_world", {}, "filtered: history of 3 days (100 are needed)"},
                {"filtered", "market_implied", {}, "filtered: history of 3 days (100 are needed)"}};
  tail.far = risk::FarTold{.threshold_usd = 226'857,
                           .beyond = 2000,
                           .shape = 0.18,
                           .shape_low = 0.14,
                           .shape_high = {},
                           .var_usd = 416'833,
                           .var_low_usd = 405'706,
                           .var_high_usd = 429'582,
                           .cvar_usd = {},
                           .cvar_low_usd = {},
                           .cvar_high_usd = {},
                           .warning = "Beware."};
  tail.far_drawn = {0.999, 376'284, 5000, 564'584, 9000};
  tail.fall = {20'000, 80'421, 455, 200'000, 2000, 263'049, 2699};
  tail.bins = {{0, 1000, 2000, 3000}, {0.5, 0.4, 0.1}};
  return tail;
}

TailSetting setting() {
  return {.base = "ETH",
          .at = "2026-08-26T16:05:00Z",
          .source = "chain.csv",
          .spot_usd = 2011,
          .horizon_days = 30,
          .model_made = false,
          .assumptions = {"Zero drift."}};
}

TEST(TailText, SaysHowLikelyRuinIsOrCanBe) {
  risk::TailTold tail = sample();
  const auto text = [&] {
    std::string all = tail_text(tail, setting(), Colour::off);
    for (char& c : all) c = c == '\n' ? ' ' : c;
    return all.substr(0, all.find("Taken for granted"));
  };
  tail.ruin_unknown = "more is owed";
  EXPECT_THAT(text(), HasSubstr("chance of ruin is not known: more is owed"));
  tail.ruin = risk::RuinTold{
      .share = 0.5, .worth_usd = 1e6, .loss_usd = 5e5, .chance = 0.02, .chance_se = 0.001};
  EXPECT_THAT(text(), HasSubstr("$500,000 or more, 50.0 %"));
  tail.ruin->chance = 0, tail.ruin->chance_most = 0.003;
  EXPECT_THAT(text(), HasSubstr("No path lost $500,000 or more"));
}

TEST(TailText, TellsEveryPartWithinAHundredColumns) {
  const std::string text = tail_text(sample(), setting(), Colour::off);
  for (const char* said :
       {"worst 5 % of scenarios lose $230,670 ± 1,346", "Market implied", "CVaR 99 %", "put",
        "−$9,330", "prices", "does not exist", "95 %: 0.14 to unknown", "Beware.",
        "filtered cannot be drawn: filtered: history of 3 days", "Zero drift.", "$263,049"}) {
    EXPECT_THAT(text, HasSubstr(said));
  }
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(columns_of(line), Sheet::width);
  EXPECT_EQ(text.find("cannot be drawn"), text.rfind("cannot be drawn"));  // once for both
}

TEST(TailText, SaysWhyTheFarTailIsNotKnownAndWhatIsModelMade) {
  auto tail = sample();
  tail.far.reset();
  tail.far_unknown = "weighted";
  EXPECT_THAT(tail_text(tail, setting(), Colour::off), HasSubstr("VaR 99.9 % $376,284 ± 5,000"));
  auto made = setting();
  EXPECT_THAT(tail_text(tail, made, Colour::off), Not(HasSubstr("made by a model")));
  made.model_made = true;
  const std::string text = tail_text(tail, made, Colour::off);
  EXPECT_THAT(text, HasSubstr("not known: weighted"));
  EXPECT_THAT(text, HasSubstr("made by a model"));
}

TEST(TailText, SaysHowPathsWerePlacedAndWhetherItPaid) {
  auto tail = sample();
  EXPECT_THAT(tail_text(tail, setting(), Colour::off), Not(HasSubstr("is as sure as of")));
  tail.sampling = {"sobol", 16, 400'000};
  EXPECT_THAT(tail_text(tail, setting(), Colour::off), HasSubstr("16 independent sets"));
  EXPECT_THAT(tail_text(tail, setting(), Colour::off), HasSubstr("takes 2.13"));
  EXPECT_THAT(tail_text(tail, setting(), Colour::off), HasSubstr("as sure as of 400,000 random"));
  EXPECT_THAT(tail_text(tail, setting(), Colour::off), Not(HasSubstr("pushed")));
  tail.sampling = {"importance", 0, 20'000};
  const std::string text = tail_text(tail, setting(), Colour::off);
  EXPECT_THAT(text, HasSubstr("pushed towards a crash"));
  EXPECT_THAT(text, HasSubstr("fewer than were drawn"));
  EXPECT_THAT(text, Not(HasSubstr("evenly spread")));
  EXPECT_THAT(tail_page(tail, setting()), HasSubstr("pushed towards a crash"));
}

TEST(TailPage, HasPicturesFetchesNothingAndEscapesNames) {
  const std::string page = tail_page(sample(), setting());
  EXPECT_THAT(page, HasSubstr("<!doctype html>"));
  EXPECT_THAT(page, HasSubstr("<svg"));
  EXPECT_THAT(page, HasSubstr("% by holding"));
  EXPECT_THAT(page, HasSubstr("% by risk"));
  EXPECT_THAT(page, HasSubstr("&lt;b&gt;lp"));
  EXPECT_THAT(page, Not(HasSubstr("<b>lp")));
  EXPECT_THAT(page, Not(HasSubstr("http://")));
  EXPECT_THAT(page, Not(HasSubstr("nan")));
}

TEST(TailPage, DrawsNoHistogramOfWhatCannotBeDrawn) {
  auto tail = sample();
  tail.bins = {};
  EXPECT_THAT(tail_page(tail, setting()), Not(HasSubstr("share of scenarios")));
}

}  // namespace
}  // namespace levee::report

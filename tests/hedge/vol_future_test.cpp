// tests/hedge/vol_future_test.cpp — futures on a volatility index: what a path makes of them.
#include "levee/hedge/vol_future.h"

#include "levee/hedge/decide.h"
#include "levee/hedge/ground.h"
#include "levee/hedge/profile.h"
#include "levee/option/fair_variance.h"
#include "tests/hedge/beside_day.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace levee::hedge {
namespace {

using test::midnight;
using testing::HasSubstr;

// A flat smile at every tenor, close around its prices.
const test::Shape tight{.spread = 1e-4,
                        .spread_coin = 1e-6,
                        .tenors = {14, 30, 60, 110, 220, 300},
                        .strikes = {400, 700, 1000, 1200, 1400, 1600, 1800, 2000, 2200, 2500, 2800,
                                    3200, 4000, 5500, 8000}};

// One volatility a tenor.
market::Snapshot by_tenor(const std::vector<std::pair<double, double>>& vol_of_days) {
  market::Snapshot snapshot = test::small_market(tight);
  snapshot.chain.clear();
  for (const auto& [days_left, vol] : vol_of_days) {
    test::Shape shape = tight;
    shape.vol = vol, shape.tenors = {days_left};
    const auto part = test::small_market(shape).chain;
    snapshot.chain.insert(snapshot.chain.end(), part.begin(), part.end());
  }
  return snapshot;
}

market::VolFutureQuote future_of(std::int64_t days_left, double mid = 0.6, double spread = 0.002) {
  return {.name = "VOL-" + std::to_string(days_left),
          .asset = "ETH",
          .expiry = midnight + days(days_left),
          .bid = Vol{mid - spread / 2},
          .ask = Vol{mid + spread / 2},
          .per_point = Usd{100},
          .fee = Usd{3},
          .margin = Usd{1500},
          .lot = Tokens{2},
          .depth = Tokens{41}};
}

market::Snapshot with_futures(market::Snapshot snapshot, std::vector<market::VolFutureQuote> list) {
  snapshot.vol_futures = std::move(list);
  return snapshot;
}

// Paths by hand, one date.
scenario::ScenarioSet set_of(Seconds horizon, const std::vector<double>& level, double power) {
  scenario::ScenarioSet set;
  set.dates = {horizon};
  set.lead().spot = {1, level.size()};
  std::ranges::fill(set.lead().spot.row(0), 2000);
  set.lead().level = level;
  set.lead().tenor_power = power;
  return set;
}

const parallel::Team alone(1);

// A day of the small market, ready to ask for programmes with futures in them.
struct Futures {
  test::Desk desk;
  signal::Outlook outlook{};
  signal::History past{};
  Silence progress{};

  explicit Futures(std::vector<market::VolFutureQuote> list, const Policy& policy = {})
      : desk(with_futures(test::small_market(tight), std::move(list)), test::small_book(), policy) {
  }
  Ground ground() {
    return {desk.snapshot, desk.book,     desk.policy, outlook,  alone, desk.surface,
            desk.from,     desk.position, Rate{0.05},  progress, &past};
  }
  Candidates candidates() const { return vol_futures_of(desk.setting(), desk.surface); }
  std::string left_out() const {
    const Candidates found = candidates();
    EXPECT_TRUE(found.list.empty());
    return found.left_out.empty() ? "" : found.left_out.front();
  }
};

double slope_of(const std::vector<double>& y, const std::vector<double>& x) {
  const double mx = test::plain_mean(x), my = test::plain_mean(y);
  double xy = 0, xx = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mx) * (y[i] - my), xx += (x[i] - mx) * (x[i] - mx);
  }
  return xy / xx;
}

Result<Plan> decided(const market::Snapshot& snapshot, const Policy& policy) {
  Silence silence;
  return decide({snapshot, test::small_book(), policy}, alone, silence);
}

// Futures alone, so that none is left for what options do better.
Policy quick() {
  Policy policy;
  policy.paths_choose = 1000, policy.paths_score = 2000, policy.price_of_tail = 0.8;
  policy.layers_off = {"put_shield", "put_spread", "call_wing", "call_spread", "perp_delta"};
  return policy;
}

market::Snapshot quoted(double spread, double depth = 400) {
  auto snapshot = test::small_market({.tenors = {14, 30, 60, 110, 220}});
  snapshot.vol_futures = {future_of(45, 0.6, spread)};
  snapshot.vol_futures[0].depth = Tokens{depth};
  return snapshot;
}

}  // namespace

TEST(ForwardVariance, IsWhatTheFarExpiryAddsToTheNearOne) {
  const auto snapshot = by_tenor({{14, 0.9}, {30, 0.8}, {60, 0.7}, {110, 0.65}});
  const auto surface = *market::surface_of(snapshot);
  const auto vol = [&](std::int64_t from, std::int64_t length) {
    return std::sqrt(forward_variance(surface, {days(from), days(length)}));
  };
  EXPECT_NEAR(vol(0, 30), 0.8, 1e-3);
  EXPECT_NEAR(vol(30, 30), std::sqrt((60 * 0.49 - 30 * 0.64) / 30), 2e-3);
  EXPECT_NEAR(vol(60, 50), std::sqrt((110 * 0.4225 - 60 * 0.49) / 50), 2e-3);
  // Linear in time between expiries: half of what is added from day 30 to 60, and as much after.
  EXPECT_NEAR(vol(45, 15), vol(30, 30), 2e-3);
}

TEST(ForwardVariance, MovesEachTenorAsOptionsMove) {
  const auto surface = *market::surface_of(test::small_market(tight));
  const double level = 0.3, power = 0.4, near = 0.36 * 60, far = 0.36 * 90;
  const double moved_near = near * std::exp(2 * level * std::pow(60 / 30.0, -power));
  const double moved_far = far * std::exp(2 * level * std::pow(90 / 30.0, -power));
  EXPECT_NEAR(forward_variance(surface, {days(60), days(30)}, level, power),
              (moved_far - moved_near) / 30, 3e-3);
  // Within thirty days every tenor has the whole move.
  EXPECT_NEAR(forward_variance(surface, {days(10), days(20)}, level, power),
              0.36 * std::exp(2 * level), 3e-3);
}

TEST(VolFutures, AreWorthTheirMidAtNoHorizonWhereNothingMoved) {
  const auto snapshot = with_futures(by_tenor({{14, 0.9}, {30, 0.8}, {60, 0.7}, {110, 0.65}}),
                                     {future_of(20, 0.7), future_of(70, 0.5)});
  const auto surface = *market::surface_of(snapshot);
  const auto set = set_of(Seconds{0}, {0, 0.2, -0.2}, 0.4);
  for (const auto& quote : snapshot.vol_futures) {
    const auto usd = earned(quote, {snapshot, surface, set, Rate{0}}, alone);
    EXPECT_NEAR(usd[0], 0, 1e-6 * 100 * 60);
    EXPECT_GT(usd[1], 10);
    EXPECT_LT(usd[2], -10);
    EXPECT_NEAR(rolled(quote, surface, Seconds{0}).value(), 0, 1e-9);
  }
}

TEST(VolFutures, RollDownASurfaceThatStandsStill) {
  // Dear near, cheap far: what was far comes near and gains.
  const auto falling = by_tenor({{14, 0.9}, {30, 0.85}, {60, 0.75}, {110, 0.65}, {220, 0.6}});
  const auto rising = by_tenor({{14, 0.4}, {30, 0.45}, {60, 0.5}, {110, 0.55}, {220, 0.6}});
  const auto quote = future_of(60);
  for (const auto* snapshot : {&falling, &rising}) {
    const auto surface = *market::surface_of(*snapshot);
    const auto set = set_of(days(30), {0}, 0.4);
    const double usd = earned(quote, {*snapshot, surface, set, Rate{0}}, alone)[0];
    EXPECT_NEAR(rolled(quote, surface, days(30)).value(), usd, 1e-6 * 6000);
    EXPECT_EQ(usd > 0, snapshot == &falling) << usd;
    const double then = forward_variance(surface, {days(30), days(30)});
    const double now = forward_variance(surface, {days(60), days(30)});
    EXPECT_NEAR(usd, 6000 * (std::sqrt(then / now) - 1), 1e-6 * 6000);
  }
}

// Options priced on the path by risk::horizon_values, integrated over their strikes in the plainest
// way: the variance that their strip says.
double strip_on_path(const risk::Repricing& with, std::int64_t expiry_days, std::size_t path) {
  std::vector<book::Instrument> strip;
  const int count = 1200;
  const auto strike_at = [](int i) { return 2000 * std::exp(-6 + 12.0 * i / count); };
  for (int i = 0; i <= count; ++i) {
    const auto type = strike_at(i) < 2000 ? option::Type::put : option::Type::call;
    strip.push_back(option::Contract{type, Price{strike_at(i)}, midnight + days(expiry_days)});
  }
  const auto worth = *risk::horizon_values(strip, with, alone);
  double sum = 0;
  for (int i = 0; i <= count; ++i) {
    const double one = worth.row(static_cast<std::size_t>(i))[path] / strike_at(i);
    sum += one * (i == 0 || i == count ? 0.5 : 1);
  }
  return 2 * sum * 12 / count;
}

TEST(VolFutures, SettleOnTheStripOfThePathsOwnOptions) {
  test::Shape bent = tight;
  bent.skew = -0.03, bent.smile = 0.01;
  const auto snapshot = test::small_market(bent);
  const auto surface = *market::surface_of(snapshot);
  auto set = set_of(days(30), {0.4, -0.3, 0, 0.2}, 0.4);
  set.lead().slope = {0.05, -0.02, 0, 0.03};
  set.lead().skew = {-0.2, 0.1, 0, 0.15};
  const risk::Repricing with{snapshot, surface, set, Rate{0}};
  for (const std::int64_t span : {30, 60}) {
    auto quote = future_of(30);
    quote.span = days(span);
    const auto usd = earned(quote, with, alone);
    const double now = std::sqrt(forward_variance(surface, {days(30), days(span)}));
    for (std::size_t path = 0; path < 4; ++path) {
      const double variance =
          strip_on_path(with, 30 + span, path) * 365 / static_cast<double>(span);
      EXPECT_NEAR(usd[path], 6000 * (std::sqrt(variance) / now - 1), 6000 * 1e-3) << path;
    }
  }
}

TEST(VolFutures, MoveAsTheStripsOfTwoExpiriesWhereTheLevelMovesALittle) {
  const auto snapshot = by_tenor({{14, 0.7}, {30, 0.68}, {60, 0.65}, {110, 0.62}, {220, 0.6}});
  const auto surface = *market::surface_of(snapshot);
  const auto set = set_of(days(30), {-0.02, 0.02}, 0.4);
  const risk::Repricing with{snapshot, surface, set, Rate{0}};
  for (const std::int64_t expiry : {60, 100, 150}) {
    const auto usd = earned(future_of(expiry), with, alone);
    double vol[2];
    for (const std::size_t path : {0u, 1u}) {
      vol[path] = std::sqrt(
          (strip_on_path(with, expiry + 30, path) - strip_on_path(with, expiry, path)) * 365 / 30);
    }
    const double now = std::sqrt(forward_variance(surface, {days(expiry), days(30)}));
    const double moved = 6000 * (vol[1] - vol[0]) / now;
    EXPECT_NEAR(usd[1] - usd[0], moved, 0.01 * moved) << expiry;
  }
}

TEST(VolFutures, AFarLegMovesLessThanANearOne) {
  const auto surface = *market::surface_of(test::small_market(tight));
  const double power = 0.4;
  double last = 1.01;
  for (const std::int64_t tenor : {5, 30, 60, 110, 220}) {
    const double beta = term_beta(future_of(tenor), surface, power);
    // On a flat surface d(T share(T)) / d level between both ends, by hand.
    const auto moved = [&](double t) { return t * std::min(1.0, std::pow(t / 30, -power)); };
    const double t = static_cast<double>(tenor);
    EXPECT_NEAR(beta, (moved(t + 30) - moved(t)) / 30, 0.01) << tenor;
    EXPECT_LT(beta, last) << tenor;
    last = beta;
  }
}

TEST(VolFutures, AFarLegMovesLessOnDrawnPathsToo) {
  Policy policy;
  policy.horizon_days = 1;
  Futures day({future_of(1), future_of(30), future_of(220)}, policy);
  const auto set = drawn(day.ground(), {.kind = "jump", .paths = 4000, .seed = 3}, {});
  ASSERT_TRUE(set);
  const risk::Repricing with{day.desk.snapshot, day.desk.surface, *set, Rate{0}};
  std::vector<std::vector<double>> usd;
  for (const auto& quote : day.desk.snapshot.vol_futures) usd.push_back(earned(quote, with, alone));
  // What expires at the horizon is the index itself.
  const double near = slope_of(usd[1], usd[0]), far = slope_of(usd[2], usd[0]);
  EXPECT_LT(far, 0.8 * near);
  EXPECT_LT(near, 1);
  const double power = set->lead().tenor_power;
  ASSERT_GT(power, 0);
  for (const std::size_t i : {1u, 2u}) {
    const double beta =
        term_beta(day.desk.snapshot.vol_futures[i], day.desk.surface, power, days(1));
    EXPECT_NEAR(slope_of(usd[i], usd[0]), beta, 0.1 * beta) << i;
  }
}

TEST(VolFutures, HoweverLargeTheSpikeAFarLegHasAFractionOfItAndNeverLessThanNothing) {
  const auto snapshot = test::small_market(tight);
  const auto surface = *market::surface_of(snapshot);
  auto set = set_of(days(30), {-3, -1, -0.3, 0.3, 1, 2}, 0.4);
  set.lead().slope = {0.1, -0.1, 0.1, -0.1, 0.1, -0.1};  // of which far tenors would make much
  set.lead().skew.assign(6, 0);
  const risk::Repricing with{snapshot, surface, set, Rate{0}};
  std::vector<std::vector<double>> usd;
  for (const std::int64_t expiry : {30, 60, 110, 220}) {
    usd.push_back(earned(future_of(expiry), with, alone));
  }
  for (std::size_t path = 0; path < 6; ++path) {
    for (std::size_t i = 0; i < usd.size(); ++i) {
      EXPECT_GT(usd[i][path], -6000);
      if (i > 0) {
        EXPECT_LT(std::abs(usd[i][path]), std::abs(usd[i - 1][path])) << path << " " << i;
      }
    }
  }
}

TEST(VolFutures, ArePaidAtThePeg) {
  const auto snapshot = test::small_market(tight);
  const auto surface = *market::surface_of(snapshot);
  auto set = set_of(days(30), {0.3}, 0.4);
  const double whole = earned(future_of(60), {snapshot, surface, set, Rate{0}}, alone)[0];
  set.peg = {1, 1};
  set.peg.row(0)[0] = 0.9;
  const double broken = earned(future_of(60), {snapshot, surface, set, Rate{0}}, alone)[0];
  EXPECT_NEAR(broken, 0.9 * whole, 1e-9 * whole);
}

TEST(VolFutures, AreBoughtOnMarginInWholeLots) {
  const Futures day({future_of(60, 0.62, 0.004)});
  const Candidates found = day.candidates();
  ASSERT_EQ(found.list.size(), 1u);
  const Candidate& c = found.list[0];
  EXPECT_FALSE(c.bid);
  EXPECT_NEAR(c.ask->value(), 20, 1e-9) << "half of 0.4 points";
  EXPECT_NEAR(c.notional.value(), 6200, 1e-9);
  EXPECT_EQ(c.fee_buy, Usd{3});
  EXPECT_EQ(c.margin_buy, Usd{1500});
  EXPECT_EQ(c.depth_buy, Tokens{40}) << "41 in lots of two";
  EXPECT_EQ(c.delta, 0);
  EXPECT_EQ(c.gamma, 0);
  EXPECT_NEAR(c.vega, *c.term_beta * 100 * 100, 1e-9);
  EXPECT_NEAR(c.tenor_days, 60, 1e-9);
  const double month = rolled(day.desk.snapshot.vol_futures[0], day.desk.surface, days(30)).value();
  EXPECT_NEAR(c.carry_per_year.value(), -month * 365 / 30, 1e-9);
  EXPECT_NEAR(c.theta_per_day, month / 30, 1e-9);
}

TEST(VolFutures, ThatCannotBeValuedAreLeftOutWithTheReason) {
  EXPECT_THAT(Futures({future_of(20)}).left_out(), HasSubstr("expires before the horizon"));
  EXPECT_THAT(Futures({future_of(280)}).left_out(), HasSubstr("no variance is extrapolated"));
  EXPECT_THAT(Futures({future_of(60, 0.0062)}).left_out(), HasSubstr("65 is 65 %"));
  auto other = future_of(60);
  other.asset = "BTC";
  EXPECT_THAT(Futures({other}).left_out(), HasSubstr("options on BTC, hedges are traded in ETH"));
  for (const char* taken : {"ETH-PERP", "ETH-30-1800-P"}) {
    auto named = future_of(60);
    named.name = taken;
    EXPECT_THAT(Futures({named}).left_out(), HasSubstr("has that name"));
  }
  auto thin = future_of(60);
  thin.depth = Tokens{1};
  EXPECT_THAT(Futures({thin}).left_out(), HasSubstr("depth is less than a lot"));
  EXPECT_EQ(Futures({future_of(30), future_of(270)}).candidates().list.size(), 2u);
}

TEST(VolFutures, OfAVenueThatFailsOweWhatTheyWonAndNotWhatTheyLost) {
  Futures day({future_of(60)});
  day.desk.snapshot.protocols = {{"venue", Intensity{1}, Share{0.5}, Share{0.5}, "by hand"}};
  auto set = *drawn(day.ground(), {.kind = "jump", .paths = 200, .seed = 3}, {});
  set.protocol_loss = {1, 200};
  set.protocol_at = {1, 200};
  std::ranges::fill(set.protocol_loss.row(0), 0.5);
  const risk::Repricing with{day.desk.snapshot, day.desk.surface, set, Rate{0}};
  const auto usd = earned(day.desk.snapshot.vol_futures[0], with, alone);
  const std::vector<std::optional<double>> fees{std::nullopt};
  const std::vector<Held> held{{VolFuture{.quote = 0}, 2, 30}};
  const auto score = score_of({day.desk.book, fees, held, "venue"}, with, alone);
  ASSERT_TRUE(score);
  for (std::size_t s = 0; s < usd.size(); ++s) {
    const double paid = 2 * usd[s] * (usd[s] > 0 ? 0.5 : 1);
    EXPECT_NEAR(score->hedged[s], score->unhedged[s] + 30 - paid, 1e-6);
  }
  day.desk.policy.venue = "venue";
  Setting setting = day.desk.setting();
  Offer offer{.list = day.candidates().list, .orders = {}, .left_out = {}};
  const auto built = program_on(day.ground(), setting, with, offer);
  ASSERT_TRUE(built);
  const Program& program = built->program;
  ASSERT_EQ(program.candidates.size(), 1u);
  for (std::size_t s = 0; s < usd.size(); ++s) {
    const double kept = usd[s] * (usd[s] > 0 ? 0.5 : 1);
    EXPECT_NEAR(program.value->row(0)[s], kept, 1e-9);
    EXPECT_NEAR(gain_at(program, 0, s), kept, 1e-9) << "what they earn is what covers";
  }
}

TEST(VolFutures, StandInTheProgrammeBesideOptionsInTheirOrder) {
  Futures day({future_of(60), future_of(110)});
  Setting setting = day.desk.setting();
  Candidates all = tradable(setting, day.desk.surface, Rate{0.05});
  Offer offer{.list = all.list, .orders = {}, .left_out = {}};
  std::ranges::rotate(offer.list, offer.list.end() - 1);  // a future first, one last
  const auto set =
      *drawn(day.ground(), {.kind = "jump", .paths = 300, .seed = 3}, instruments_of(offer.list));
  const risk::Repricing with{day.desk.snapshot, day.desk.surface, set, Rate{0.05}};
  const auto built = program_on(day.ground(), setting, with, offer);
  ASSERT_TRUE(built);
  const Program& program = built->program;
  ASSERT_EQ(program.candidates.size(), all.list.size());
  for (std::size_t i = 0; i < program.candidates.size(); ++i) {
    const Candidate& c = program.candidates[i];
    const auto* future = std::get_if<VolFuture>(&c.instrument);
    std::vector<double> wanted;
    if (future != nullptr) {
      wanted = earned(day.desk.snapshot.vol_futures[future->quote], with, alone);
    } else {
      const std::vector one{*instrument_of(c.instrument)};
      const auto worth = *risk::horizon_values(one, with, alone);
      wanted.assign(worth.row(0).begin(), worth.row(0).end());
    }
    EXPECT_EQ(std::vector<double>(program.value->row(i).begin(), program.value->row(i).end()),
              wanted)
        << c.name;
  }
}

TEST(VolFutures, AreBoughtWhereTheyAreCheapAndLeftWhereTheyAreDear) {
  const auto cheap = decided(quoted(0.002), quick()), dear = decided(quoted(0.3), quick());
  ASSERT_TRUE(cheap && dear);
  const auto bought = [](const Plan& plan) {
    return std::ranges::find(plan.plan.trades, "vol_future", &Trade::layer);
  };
  const auto trade = bought(*cheap);
  ASSERT_NE(trade, cheap->plan.trades.end());
  EXPECT_EQ(bought(*dear), dear->plan.trades.end());
  EXPECT_EQ(trade->side, "buy");
  EXPECT_NEAR(trade->price, 6010, 1e-6) << "the ask, in dollars a contract";
  EXPECT_NEAR(trade->cost_usd, trade->quantity * (10 + 3), 1e-6);
  EXPECT_NEAR(trade->vega, trade->quantity * *trade->term_beta * 1e4, 1e-6 * trade->vega);
  EXPECT_NEAR(std::remainder(trade->quantity, 2), 0, 1e-9);
  EXPECT_LE(cheap->tail.hedged.in_sample.cvar95_usd, cheap->tail.unhedged.in_sample.cvar95_usd);
  EXPECT_LE(cheap->plan.objective_usd, dear->plan.objective_usd + 1e-6);
  const auto layer = std::ranges::find(cheap->layers, "vol_future", &LayerTold::layer);
  EXPECT_EQ(layer->state, "trades");
  EXPECT_THAT(layer->why, HasSubstr("of a point where the 30-day index moves one"));
}

TEST(VolFutures, KeepDepthCashAndMargin) {
  const auto tight_of = [](double depth, double margin_share) {
    Policy policy = quick();
    policy.margin_share_of_cash = margin_share;
    return decided(quoted(0.002, depth), policy);
  };
  const auto quantity = [](const Result<Plan>& plan) {
    const auto trade = std::ranges::find(plan->plan.trades, "vol_future", &Trade::layer);
    return trade == plan->plan.trades.end() ? 0 : trade->quantity;
  };
  const double free = quantity(tight_of(400, 0.5));
  const auto shallow = tight_of(2, 0.5), squeezed = tight_of(400, 0.008);
  ASSERT_GE(free, 4);
  EXPECT_EQ(quantity(shallow), 2);
  EXPECT_EQ(quantity(squeezed), 2) << "4,000 dollars of margin, 1,500 a contract";
  for (const Constraint& one : squeezed->plan.constraints) {
    if (one.upper) {
      EXPECT_LE(one.value, *one.upper * (1 + 1e-9) + 1e-6) << one.name;
    }
  }
}

TEST(VolFutures, NoneGivenIsALayerThatDoesNotStand) {
  auto snapshot = quoted(0.002);
  snapshot.vol_futures.clear();
  const auto plan = decided(snapshot, quick());
  ASSERT_TRUE(plan);
  const auto layer = std::ranges::find(plan->layers, "vol_future", &LayerTold::layer);
  ASSERT_NE(layer, plan->layers.end());
  EXPECT_EQ(layer->state, "closed");
  EXPECT_EQ(layer->why, "no future on a volatility index is given (--vol-futures)");
}

TEST(VolFutures, AreLeftOutByName) {
  Policy policy = quick();
  policy.layers_off.emplace_back("vol_future");
  const auto plan = decided(quoted(0.002), policy);
  ASSERT_TRUE(plan);
  for (const Trade& trade : plan->plan.trades) EXPECT_NE(trade.layer, "vol_future");
}

TEST(VolFutures, StandOnTheProfileAtTheirRollWhateverThePrice) {
  Futures day({future_of(60)});
  const auto set = *drawn(day.ground(), {.kind = "jump", .paths = 200, .seed = 3}, {});
  const risk::Repricing with{day.desk.snapshot, day.desk.surface, set, Rate{0}};
  const Setting setting = day.desk.setting();
  const ProfileAsk ask{setting, day.desk.from, with};
  const double roll = rolled(day.desk.snapshot.vol_futures[0], day.desk.surface, days(30)).value();
  for (const double price : {1000.0, 2000.0, 3000.0}) {
    EXPECT_DOUBLE_EQ(unit_at(ask, day.candidates().list[0].instrument, price), roll);
  }
}

TEST(ChangesBook, IsWhatCoversAndLeavesAlone) {
  EXPECT_TRUE(changes_book(CoverLayer{}) && changes_book(Withdrawal{}));
  EXPECT_FALSE(changes_book(VolFuture{}) || changes_book(book::Perp{}) ||
               changes_book(option::Contract{}));
  EXPECT_FALSE(instrument_of(VolFuture{}));
}

}  // namespace levee::hedge

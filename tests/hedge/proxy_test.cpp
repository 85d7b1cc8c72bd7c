// tests/hedge/proxy_test.cpp — a token without options, hedged on another asset.
#include "levee/hedge/proxy.h"

#include "levee/hedge/choose.h"
#include "levee/hedge/ground.h"
#include "levee/hedge/lots.h"
#include "levee/hedge/profile.h"
#include "levee/hedge/tell.h"
#include "tests/hedge/proxy_desk.h"

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using testing::HasSubstr;

using test::decided;
using test::Pair;
using test::pair_of;
using test::quick;
using test::token_book;
using test::token_usd;

risk::Basis basis(double beta) {
  risk::Basis made;
  made.beta = {beta, 0.01};
  made.residual_vol = 0.3;
  return made;
}

// A proxy by hand, and everything that stands on it.
struct ByHand {
  Pair pair;
  option::Surface surface;
  Proxy proxy;
  book::Book book;
  Policy policy = quick();
  book::PositionAnswer position;
  Orders orders{};

  explicit ByHand(double beta)
      : pair(pair_of(beta, 0.01)),
        surface(*market::surface_of(pair.eth)),
        proxy{pair.eth,    surface,     expected_funding(pair.eth),
              basis(beta), basis(beta), pair.token.spot},
        book(token_book()),
        position(*book::value_positions(book, pair.token, Vol{0.6}, {days(30), days(30)})) {}
  ByHand(const ByHand&) = delete;
  ByHand& operator=(const ByHand&) = delete;

  Setting setting() const { return {book, position, pair.token, policy, orders, &proxy}; }
  risk::Repricing with(const scenario::ScenarioSet& set) const {
    return {pair.token, surface, set, Rate{0}};
  }
};

// A set of both assets by hand: the token along `beta` of ETH's moves times its own residual.
scenario::ScenarioSet set_of(double beta, const std::vector<double>& moves,
                             const std::vector<double>& residual) {
  scenario::ScenarioSet set;
  set.dates = {days(30)};
  set.assets.resize(2);
  for (auto& asset : set.assets) {
    asset.spot = {1, moves.size()};
    asset.level.assign(moves.size(), 0.0);
  }
  set.assets[0].name = "LINK", set.assets[1].name = "ETH";
  for (std::size_t i = 0; i < moves.size(); ++i) {
    set.assets[1].spot.row(0)[i] = 2000 * std::exp(moves[i]);
    set.assets[0].spot.row(0)[i] = token_usd * std::exp(beta * moves[i] + residual[i]);
  }
  return set;
}

const Candidate& named(const Candidates& list, const std::string& name) {
  return *std::ranges::find(list.list, name, &Candidate::name);
}

// The programme and its best plan on one market, as decide() builds it.
struct Planned {
  Program program;
  Choice choice;
  std::vector<double> lots;
  PlanTold told;
};

Planned planned_on(const Ground& ground, const scenario::ScenarioSet& set) {
  Setting setting{ground.book, ground.position, ground.snapshot, ground.policy, {}, ground.proxy};
  Candidates found = tradable(setting, ground.surface, Rate{0.05});
  Offer offer{.list = std::move(found.list), .left_out = {}};
  const risk::Repricing with = repricing_on(ground, set);
  Planned made{.program = program_on(ground, setting, with, offer)->program,
               .choice = {},
               .lots = {},
               .told = {}};
  made.choice = choose(made.program, ground.policy);
  made.lots = whole_lots(made.program, ground.policy, made.choice.x);
  made.told = told({setting, ground.calibration, made.program, made.choice, made.lots, with});
  return made;
}

}  // namespace

TEST(Proxy, OfBetaOneAndEqualSpotIsThePlanOfTheAssetItself) {
  test::Desk desk(test::small_market({.tenors = {30, 110}, .strikes = {1600, 1800, 2000, 2200}}),
                  test::small_book(), quick(), 500);
  ASSERT_TRUE(desk.program(desk.candidates().list));
  Silence silence;
  const signal::Outlook outlook;
  const Ground own{desk.snapshot, desk.book, desk.policy,   outlook,    test::alone,
                   desk.surface,  desk.from, desk.position, Rate{0.05}, silence};
  const Planned of_own = planned_on(own, desk.set);

  market::Snapshot twin = desk.snapshot;
  twin.base = "TWIN";
  twin.chain.clear(), twin.funding.reset();
  scenario::ScenarioSet both = desk.set;
  both.assets.push_back(both.assets[0]);
  both.assets[0].name = "TWIN";
  const Proxy proxy{desk.snapshot, desk.surface, Rate{0.05}, basis(1), basis(1), twin.spot};
  Ground on_proxy{twin,         desk.book, desk.policy,   outlook,      test::alone,
                  desk.surface, desk.from, desk.position, std::nullopt, silence};
  on_proxy.proxy = &proxy;
  const Planned of_proxy = planned_on(on_proxy, both);

  ASSERT_EQ(of_proxy.program.rows.size(), of_own.program.rows.size());
  for (std::size_t r = 0; r < of_own.program.rows.size(); ++r) {
    const solve::Row &a = of_own.program.rows[r], &b = of_proxy.program.rows[r];
    EXPECT_EQ(a.name, b.name);
    for (std::size_t j = 0; j < a.coefficient.size(); ++j) {
      EXPECT_NEAR(a.coefficient[j], b.coefficient[j], 1e-9 * (1 + std::abs(a.coefficient[j])));
    }
  }
  ASSERT_TRUE(std::ranges::any_of(of_own.lots, [](double x) { return x > 0; }));
  EXPECT_EQ(of_proxy.lots, of_own.lots);
  EXPECT_NEAR(of_proxy.choice.objective, of_own.choice.objective, 1);
  EXPECT_NEAR(of_proxy.told.carry_usd_per_year, of_own.told.carry_usd_per_year, 1e-6);
  EXPECT_NEAR(*of_proxy.told.coverage, *of_own.told.coverage, 1e-6);
  ASSERT_EQ(of_proxy.told.break_even_usd.size(), of_own.told.break_even_usd.size());
  for (std::size_t i = 0; i < of_own.told.break_even_usd.size(); ++i) {
    EXPECT_NEAR(of_proxy.told.break_even_usd[i], of_own.told.break_even_usd[i], 1e-6);
  }
  for (std::size_t i = 0; i < of_own.told.profile.price.size(); ++i) {
    EXPECT_NEAR(of_proxy.told.profile.sum_usd[i], of_own.told.profile.sum_usd[i], 1e-4);
  }
}

TEST(Proxy, LowersTheTailInSampleAndOnFreshScenarios) {
  for (const double residual : {0.005, 0.015, 0.025}) {
    const auto plan = decided(pair_of(1.2, residual), quick());
    ASSERT_TRUE(plan) << plan.error().message;
    ASSERT_EQ(plan->plan.status, "optimal") << residual;
    const TailsTold& tail = plan->tail;
    EXPECT_LT(tail.hedged.in_sample.cvar95_usd, tail.unhedged.in_sample.cvar95_usd) << residual;
    EXPECT_LT(tail.hedged.out_of_sample.cvar95_usd, tail.unhedged.out_of_sample.cvar95_usd);
    EXPECT_LE(plan->plan.objective_usd, plan->plan.objective_unhedged_usd);
    for (const Trade& trade : plan->plan.trades) EXPECT_THAT(trade.instrument, HasSubstr("ETH"));
  }
}

TEST(Proxy, TheMoreOfTheTokenItExplainsTheMoreItTakesAway) {
  double before = -1;
  for (const double residual : {0.03, 0.015, 0.004}) {
    const auto plan = decided(pair_of(1, residual), quick());
    ASSERT_TRUE(plan) << plan.error().message;
    const TailsTold& tail = plan->tail;
    const double removed =
        1 - tail.hedged.in_sample.cvar95_usd / tail.unhedged.in_sample.cvar95_usd;
    EXPECT_GT(removed, before) << residual;
    before = removed;
  }
}

TEST(Proxy, IsToldWithWhatItLeaves) {
  const auto plan = decided(pair_of(1.2, 0.015), quick());
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_TRUE(plan->proxy);
  const ProxyTold& told = *plan->proxy;
  EXPECT_EQ(told.asset, "ETH");
  EXPECT_EQ(told.token, "LINK");
  EXPECT_EQ(told.days, 365) << "of 400 known: history_days";
  EXPECT_NEAR(told.beta, 1.2, 4 * told.beta_se);
  EXPECT_NEAR(told.basis_vol, 0.015 * std::sqrt(365.0), 0.04);
  EXPECT_NEAR(told.r_squared, told.correlation * told.correlation, 1e-12);
  EXPECT_NEAR(*told.drawn_correlation, told.correlation, 0.1);
  EXPECT_NEAR(*told.drawn_beta, told.beta, 0.2);
  EXPECT_GT(told.cvar_basis_usd, 0);
  EXPECT_LT(told.cvar_basis_usd, told.cvar_price_usd);
  EXPECT_THAT(told.sentence, HasSubstr("LINK moves 1.2"));
  EXPECT_FALSE(plan->beside.upside);
  const auto shield = std::ranges::find(plan->layers, "put_shield", &LayerTold::layer);
  EXPECT_THAT(shield->why, HasSubstr("on ETH for LINK"));
  const auto node = std::ranges::find(plan->explain.inputs, "proxy", &Explain::name);
  ASSERT_NE(node, plan->explain.inputs.end());
  EXPECT_EQ(node->inputs.at(0).value, told.beta);
  // ETH is priced at 60 %: the token by beta and residual of its newest ninety days.
  const Pair pair = pair_of(1.2, 0.015);
  risk::PairedReturns last;
  for (std::size_t i = pair.eth.history->value.size() - 90; i < 401; ++i) {
    const auto move = [&](const market::Series& prices) {
      return std::log(prices.value[i] / prices.value[i - 1]);
    };
    last.asset.push_back(move(*pair.token.history)), last.market.push_back(move(*pair.eth.history));
  }
  const auto recent = risk::basis_of(last);
  EXPECT_GT(std::abs(recent->beta.value - told.beta), 1e-3);
  EXPECT_NEAR(plan->market.implied_vol, std::hypot(0.6 * recent->beta.value, recent->residual_vol),
              1e-3);
}

TEST(Proxy, PlansTheSameBytesOnAnyTeam) {
  const Pair pair = pair_of(1.2, 0.015);
  const parallel::Team two(2);
  const auto alone = decided(pair, quick()), together = decided(pair, quick(), token_book(), two);
  ASSERT_TRUE(alone && together);
  EXPECT_EQ(alone->plan.objective_usd, together->plan.objective_usd);
  EXPECT_EQ(alone->proxy->cvar_basis_usd, together->proxy->cvar_basis_usd);
}

TEST(Proxy, OfALowCorrelationIsRefused) {
  const auto plan = decided(pair_of(0.5, 0.04), quick());
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().reason, Reason::out_of_range);
  EXPECT_THAT(plan.error().message, HasSubstr("proxy_correlation_min asks for 0.6"));
  Policy lenient = quick();
  lenient.proxy_correlation_min = 0.2;
  EXPECT_TRUE(decided(pair_of(0.5, 0.04), lenient));
  const auto opposite = decided(pair_of(-1, 0.001), lenient);
  ASSERT_FALSE(opposite);
  EXPECT_THAT(opposite.error().message, HasSubstr("correlation -"));
}

TEST(Proxy, OfAShortHistoryIsRefused) {
  const auto plan = decided(pair_of(1, 0.01, 100), quick());
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().reason, Reason::missing_data);
  EXPECT_THAT(plan.error().message, HasSubstr("100 days in common with LINK"));
  Pair none = pair_of(1, 0.01);
  none.eth.history.reset();
  EXPECT_THAT(decided(none, quick()).error().message, HasSubstr("--proxy-history"));
  none = pair_of(1, 0.01);
  none.token.base = "ETH";
  EXPECT_THAT(decided(none, quick()).error().message, HasSubstr("own asset"));
}

TEST(Proxy, PricesNoOptionOnTheTokenItself) {
  book::Book book = token_book();
  book.lots = {{"old put",
                option::Contract{option::Type::put, Price{18}, test::midnight + days(30)},
                Tokens{5}}};
  const auto plan = decided(pair_of(1, 0.01), quick(), book);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().reason, Reason::missing_data);
  EXPECT_THAT(plan.error().message, HasSubstr("old put (is an option on LINK"));
}

TEST(Proxy, HoldsWhatTheLastPlanBought) {
  const Pair pair = pair_of(1.2, 0.01);
  book::Book book = token_book();
  const option::Contract put{option::Type::put, Price{1800}, test::midnight + days(30)};
  book.lots = {{"last put", put, Tokens{40}, "ETH"}};
  book.lots[0].bought = book::Bought{Usd{20}, Usd{20}, test::midnight - days(20)};
  const auto without = decided(pair, quick(), book);
  ASSERT_TRUE(without) << without.error().message;
  book.lots.push_back({"own perp", book::Perp{}, Tokens{-100}});
  const auto plan = decided(pair, quick(), book);
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->rolls.lines.size(), 1u);
  EXPECT_EQ(plan->rolls.lines[0].name, "last put");
  EXPECT_EQ(plan->rolls.lines[0].trigger, "gain") << "its mark is the proxy's";
  for (const Trade& trade : plan->plan.trades) {
    const bool sold = trade.instrument == "ETH-30-1800-P" && trade.side == "sell";
    EXPECT_TRUE(!sold || trade.layer == "roll");
  }
  const auto bare = decided(pair, quick());
  EXPECT_LT(plan->tail.unhedged.in_sample.cvar95_usd, bare->tail.unhedged.in_sample.cvar95_usd);
  // The perp is on the token, one delta each; the put counts in tokens through beta.
  const double by_put = without->plan.greeks.at(1).delta;
  EXPECT_NEAR(plan->plan.greeks.at(1).delta, by_put - 100, 1e-6);
  EXPECT_LT(by_put, -40 * 0.1 * 2000 / (1.3 * token_usd));
  EXPECT_GT(by_put, -40 * 0.6 * 2000 / (1.1 * token_usd));
}

TEST(Proxy, StandsInEveryWorldWithWhatIsHeldOnIt) {
  book::Book book = token_book();
  const option::Contract put{option::Type::put, Price{1800}, test::midnight + days(110)};
  book.lots = {{"last put", put, Tokens{40}, "ETH"}};
  Policy policy = quick();
  policy.robust_worlds = {"bootstrap"};
  const auto plan = decided(pair_of(1.2, 0.015), policy, book);
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_TRUE(plan->robust);
  EXPECT_EQ(plan->robust->worlds.size(), 2u);
  for (const auto& world : plan->robust->worlds) {
    EXPECT_LT(world.cvar_usd, world.cvar_before_usd) << world.world;
  }
}

TEST(Proxy, IsLookedAtAgainWhenItNoLongerFollows) {
  const auto plan = decided(pair_of(1.2, 0.015), quick());
  ASSERT_TRUE(plan) << plan.error().message;
  std::string all;
  for (const LookAgain& one : plan->look_again) all += one.why + "\n";
  EXPECT_THAT(all, HasSubstr("ETH no longer stands for LINK"));
  EXPECT_THAT(all, HasSubstr("funding changes its sign: longs pay 5 % a year")) << "ETH's";
}

TEST(ProxyGreeks, AreSlopesOfTheProfileAlongBeta) {
  const ByHand hand(1.25);
  const Setting setting = hand.setting();
  const auto set = set_of(1.25, {0.0, 0.1}, {0.0, 0.0});
  const risk::Repricing with = hand.with(set);
  scenario::Calibration calibration = test::calibration(days(30));
  const ProfileAsk ask{setting, calibration, with};
  const Candidates list = tradable(setting, hand.surface, Rate{0});
  const Candidate& perp = named(list, "ETH-PERP");
  EXPECT_NEAR(perp.delta, 2000 / (1.25 * token_usd), 1e-9);
  const double step = 1e-4 * token_usd;
  const auto worth = [&](double price) { return unit_at(ask, perp.instrument, price); };
  EXPECT_NEAR((worth(token_usd + step) - worth(token_usd - step)) / (2 * step), perp.delta,
              0.01 * perp.delta);
  // Gamma goes with the square, vega and money stay as they are.
  const Candidates own = candidates_of(hand.pair.eth, hand.policy, Tokens{1}, Rate{0});
  const Candidate &here = named(list, "ETH-30-1800-P"), &there = named(own, "ETH-30-1800-P");
  EXPECT_NEAR(here.gamma / there.gamma, std::pow(2000 / (1.25 * token_usd), 2), 1e-9);
  EXPECT_NEAR(here.delta / there.delta, 2000 / (1.25 * token_usd), 1e-9);
  EXPECT_EQ(here.vega, there.vega);
  EXPECT_EQ(here.ask, there.ask);
  EXPECT_EQ(here.carry_per_year, there.carry_per_year);
  EXPECT_EQ(here.margin_sell, there.margin_sell);
}

TEST(ProxyProfile, HasTheProxyAtItsPlaceOnTheLine) {
  const ByHand hand(1.25);
  const Setting setting = hand.setting();
  const auto set = set_of(1.25, {0.0, 0.1}, {0.0, 0.0});
  const risk::Repricing with = hand.with(set);
  scenario::Calibration calibration = test::calibration(days(30));
  const option::Contract put{option::Type::put, Price{1800}, test::midnight + days(110)};
  const Profile profile = profile_of({setting, calibration, with}, {{put, 3, 120}});
  ASSERT_FALSE(profile.price.empty());
  for (std::size_t i = 0; i < profile.price.size(); ++i) {
    const double there = 2000 * std::pow(profile.price[i] / token_usd, 1 / 1.25);
    EXPECT_NEAR(profile.hedge_expiry_usd[i], 3 * std::max(0.0, 1800 - there) - 120, 1e-6);
    EXPECT_GE(profile.hedge_usd[i], profile.hedge_expiry_usd[i] - 1e-6)
        << "time is worth something";
  }
}

TEST(ProxyGreeks, GiveThePerpThePositionsDeltaThroughBeta) {
  const ByHand hand(1.25);
  const Candidates list = tradable(hand.setting(), hand.surface, Rate{0});
  const double delta = hand.position.total.delta * 1.25 * token_usd / 2000;
  EXPECT_NEAR(named(list, "ETH-PERP").depth_sell.value(), 0.6 * delta, 0.001);
}

TEST(Proxy, TakesPricesThereAndBack) {
  const ByHand hand(1.25);
  EXPECT_NEAR(hand.proxy.proxy_at(Price{token_usd}).value(), 2000, 1e-9);
  EXPECT_NEAR(hand.proxy.token_at(Price{1600}).value(), token_usd * std::pow(0.8, 1.25), 1e-9);
  for (const double price : {5.0, 18.0, 60.0}) {
    EXPECT_NEAR(hand.proxy.token_at(hand.proxy.proxy_at(Price{price})).value(), price, 1e-9);
  }
  EXPECT_NEAR(implied_of(hand.proxy, Vol{0.6}).value(), std::hypot(0.75, 0.3), 1e-12);
}

TEST(ProxyTold, BasisIsWhatThePathsHaveBesideTheirBeta) {
  const ByHand hand(1.25);
  const std::vector<double> moves{-0.2, -0.1, 0.0, 0.1, 0.2, -0.3, 0.3, -0.05};
  const std::vector<double> none(moves.size(), 0.0);
  const auto exact = set_of(1.25, moves, none);
  const auto nothing = told(hand.proxy, hand.setting(), hand.with(exact), test::alone);
  ASSERT_TRUE(nothing);
  EXPECT_NEAR(nothing->cvar_basis_usd, 0, 1e-6);
  EXPECT_NEAR(nothing->cvar_price_usd, nothing->cvar_along_usd, 1e-6);

  const std::vector<double> residual{0.1, -0.1, 0.05, 0.0, -0.2, 0.0, 0.1, -0.3};
  const auto parted = set_of(1.25, moves, residual);
  const auto left = told(hand.proxy, hand.setting(), hand.with(parted), test::alone);
  ASSERT_TRUE(left);
  const amm::Range& range = hand.book.positions[0].range;
  const auto worth = [&](double price) {
    return amm::exposure_at(range, Price{price}).value.value();
  };
  std::vector<double> basis;
  for (std::size_t i = 0; i < moves.size(); ++i) {
    basis.push_back(worth(token_usd * std::exp(1.25 * moves[i])) -
                    worth(token_usd * std::exp(1.25 * moves[i] + residual[i])));
  }
  EXPECT_NEAR(left->cvar_basis_usd, test::plain_cvar(basis, hand.policy.confidence), 1e-6);
  EXPECT_NEAR(left->mean_basis_usd, test::plain_mean(basis), 1e-6);
  EXPECT_NEAR(left->cvar_along_usd, nothing->cvar_along_usd, 1e-6);
}

TEST(Proxy, CoversWhatTheTokenLosesAlongItsBeta) {
  const ByHand hand(1.25);
  const std::vector<double> moves{-0.2, -0.1, 0.0, 0.1}, residual{0.3, -0.1, -0.2, 0.0};
  const auto set = set_of(1.25, moves, residual);
  Silence silence;
  const signal::Outlook outlook;
  const scenario::Calibration calibration = test::calibration(days(30));
  const Ground ground{.snapshot = hand.pair.token,
                      .book = hand.book,
                      .policy = hand.policy,
                      .outlook = outlook,
                      .team = test::alone,
                      .surface = hand.surface,
                      .calibration = calibration,
                      .position = hand.position,
                      .funding = std::nullopt,
                      .progress = silence,
                      .proxy = &hand.proxy};
  Setting setting = hand.setting();
  Offer offer{.list = {named(tradable(setting, hand.surface, Rate{0}), "ETH-30-1800-P")},
              .left_out = {}};
  const auto built = program_on(ground, setting, hand.with(set), offer);
  ASSERT_TRUE(built) << built.error().message;
  const auto worth = [&](double log_move) {
    const amm::Range& range = hand.book.positions[0].range;
    return amm::exposure_at(range, Price{token_usd * std::exp(log_move)}).value.value();
  };
  for (std::size_t i = 0; i < moves.size(); ++i) {
    EXPECT_NEAR(built->program.lp_loss[i], worth(0) - worth(1.25 * moves[i]), 1e-6);
    EXPECT_NEAR(built->program.base_loss[i], worth(0) - worth(1.25 * moves[i] + residual[i]), 1e-6);
    const double paid = std::max(0.0, 1800 - 2000 * std::exp(moves[i]));
    EXPECT_NEAR(built->program.value->row(0)[i], paid, 1e-6);
  }
}

TEST(ProxyTold, SaysWhereScenariosPartFromTheRecord) {
  ByHand hand(1.25);
  std::vector<double> moves;  // a slope is read from thirty pairs on
  for (int i = 0; i < 40; ++i) moves.push_back(0.1 * (i % 5 - 2));
  scenario::ScenarioSet set = set_of(1.25, moves, std::vector<double>(moves.size(), 0.0));
  set.kind = "jump";
  hand.proxy.basis.correlation = {0.99, 0.01};
  const auto near = told(hand.proxy, hand.setting(), hand.with(set), test::alone);
  EXPECT_THAT(near->sentence, testing::Not(HasSubstr("are drawn with")));
  hand.proxy.basis.correlation = {0.7, 0.02};
  const auto apart = told(hand.proxy, hand.setting(), hand.with(set), test::alone);
  EXPECT_THAT(apart->sentence, HasSubstr("Scenarios of kind jump are drawn with a correlation of "
                                         "1.00: the plan leans on ETH more"));
}

TEST(Proxy, SoldCallsLeanOnNoWalletOfAnotherToken) {
  ByHand hand(1.25);
  hand.book.wallet = Tokens{10'000};
  hand.orders.wallet_covers = false;
  const Setting setting = hand.setting();
  const std::vector<book::Lot> lots{{"a", book::Perp{}, Tokens{1}, "ETH"},
                                    {"b", book::Perp{}, Tokens{1}, "LINK"},
                                    {"c", book::Perp{}, Tokens{1}}};
  EXPECT_TRUE(is_on_traded(setting, lots[0]));
  EXPECT_FALSE(is_on_traded(setting, lots[1]));
  EXPECT_FALSE(is_on_traded(setting, lots[2]));
  const auto plan = decided(hand.pair, quick(), hand.book);
  ASSERT_TRUE(plan) << plan.error().message;
  const auto collar = std::ranges::find(plan->layers, "collar", &LayerTold::layer);
  EXPECT_EQ(collar->state, "closed");
  EXPECT_THAT(collar->why, HasSubstr("cover no call on a proxy"));
  EXPECT_THAT(plan->beside.collar.collar.why, HasSubstr("LINK has no options"));
}

}  // namespace levee::hedge
